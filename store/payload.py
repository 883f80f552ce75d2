"""RDF documents that a client sends to be stored, and what is looked at before a parser sees them (engine.md, "Traps").

A parser that recurses dies of deep nesting and expands the entities of XML without end; both are refused here, by
passes that neither recurse nor expand. Remote contexts of JSON-LD are never fetched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from pyoxigraph import Literal, Quad, RdfFormat, Triple, parse

from maille.ontology.errors import DocumentInvalid

FORMATS: Final[Mapping[str, RdfFormat]] = MappingProxyType(
    {
        "text/turtle": RdfFormat.TURTLE,
        "application/n-triples": RdfFormat.N_TRIPLES,
        "application/ld+json": RdfFormat.JSON_LD,
        "application/rdf+xml": RdfFormat.RDF_XML,
    }
)
"""Media types of a document that holds one graph."""

MAX_DEPTH: Final = 200
"""Deepest nesting of objects, arrays, elements or triple terms."""

_POSITION: Final = re.compile(r"^Parser error at .*?: (.*?)(?: \(line \d+\))?$", re.DOTALL)
_JSON_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b"{}[]"))
_TURTLE_SKIPPED: Final = re.compile(
    rb"""\\.|<[^<>"{}|^`\\\s]*+>|\#[^\r\n]*+|\"{3}(?:\\.|[^\\])*?\"{3}|'{3}(?:\\.|[^\\])*?'{3}"""
    rb"""|"(?:\\.|[^"\\\r\n])*+"|'(?:\\.|[^'\\\r\n])*+'""",
    re.DOTALL,
)
_TRIPLE_TERM: Final = re.compile(rb"<<|>>")
_XML_MARKUP: Final = re.compile(
    rb"""<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<![^>]*+>"""
    rb"""|<(?P<end>/?)[^\s<>/"'!?]++(?:[^<>"'/]|"[^"]*+"|'[^']*+'|/(?!>))*+(?P<empty>/?)>""",
    re.DOTALL,
)
_NUL: Final = (b"\x00", b"\\u0000", b"\\U00000000")


def triples_of(media_type: str, document: bytes, base: str | None) -> Iterator[Quad]:
    """Yield the statements of a document, all in the default graph; raises DocumentInvalid."""
    look_over(media_type, document)
    has_nul = any(nul in document for nul in _NUL)
    try:
        # Labels of blank nodes are the document's own: two documents must not share them (RDF 1.1 Concepts, 3.4).
        for quad in parse(
            document, FORMATS[media_type], base_iri=base, without_named_graphs=True, rename_blank_nodes=True
        ):
            if has_nul and _holds_nul(quad.object):
                raise DocumentInvalid("U+0000 is not allowed in a literal.")
            yield quad
    except SyntaxError as error:
        raise _invalid(error) from None
    except ValueError as error:
        raise DocumentInvalid(f"The document cannot be read: {error}") from None


def look_over(media_type: str, document: bytes) -> None:
    """Raise DocumentInvalid for what must not reach the parser of `media_type`."""
    _CHECKS[media_type](document)


def _look_over_json(document: bytes) -> None:
    if document.count(b"{") + document.count(b"[") <= MAX_DEPTH:
        return
    brackets = _JSON_STRING.sub(b"", document).translate(None, _NOT_BRACKETS)
    for _ in range(MAX_DEPTH):
        inner = brackets
        brackets = brackets.replace(b"{}", b"").replace(b"[]", b"")
        if brackets == inner:
            break
    # What is left is deeper still, or opened and never closed: the parser would recurse as far.
    if len(brackets) > MAX_DEPTH or b"{}" in brackets or b"[]" in brackets:
        raise _too_deep()


def _look_over_turtle(document: bytes) -> None:
    if document.count(b"<<") <= MAX_DEPTH:
        return
    depth = 0
    for mark in _TRIPLE_TERM.findall(_TURTLE_SKIPPED.sub(b"", document)):
        depth = depth + 1 if mark == b"<<" else max(0, depth - 1)
        if depth > MAX_DEPTH:
            raise _too_deep()


def _look_over_xml(document: bytes) -> None:
    if b"<!ENTITY" in document:
        raise DocumentInvalid("Entities are not expanded: send RDF/XML without ENTITY declarations.")
    for opening, closing in ((b"<!--", b"-->"), (b"<![CDATA[", b"]]>"), (b"<?", b"?>"), (b"<!", b">")):
        if document.rfind(opening) > document.rfind(closing):
            # Besides, the search for each such end would run to the end of the document.
            raise DocumentInvalid(f"The document is no whole XML document: a {opening.decode()} has no end.")
    depth = elements = 0
    for markup in _XML_MARKUP.finditer(document):
        if markup["end"] is None:
            continue
        elements += 1
        depth += -1 if markup["end"] else not markup["empty"]
        if depth > MAX_DEPTH:
            raise _too_deep()
    # The parser takes the beginning of a document for a whole one.
    if depth != 0 or elements == 0:
        raise DocumentInvalid("The document is no whole XML document: an element is missing, or has no end.")


_CHECKS: Final[Mapping[str, Callable[[bytes], None]]] = MappingProxyType(
    {
        "text/turtle": _look_over_turtle,
        "application/n-triples": _look_over_turtle,
        "application/ld+json": _look_over_json,
        "application/rdf+xml": _look_over_xml,
    }
)


def _too_deep() -> DocumentInvalid:
    return DocumentInvalid(f"The document nests deeper than {MAX_DEPTH} levels.")


def _holds_nul(term: object) -> bool:
    if isinstance(term, Triple):
        return _holds_nul(term.subject) or _holds_nul(term.object)
    return isinstance(term, Literal) and "\x00" in term.value


def _invalid(error: SyntaxError) -> DocumentInvalid:
    if "LoadDocumentCallback" in str(error.msg):
        return DocumentInvalid("Remote contexts are not fetched: put the context into the document.")
    match = _POSITION.match(error.msg)
    reason = " ".join((match[1] if match else error.msg).split())[:200]
    if error.lineno is None:
        return DocumentInvalid(f"The document is no RDF of its media type: {reason}")
    place = f"Line {error.lineno}, column {error.offset}: "
    return DocumentInvalid(place + reason, error.lineno, error.offset)
