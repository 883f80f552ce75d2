"""Gives an update the data set it is asked over (SPARQL 1.1 Update, section 3.1.3; SPARQL 1.1 Protocol, section 2.2.3).

pyoxigraph evaluates the WHERE of an update over the default graph alone and knows no `using-graph-uri`, so the clauses
that say otherwise are written into the text. Keywords at the top level must stand apart: Oxigraph also reads
`DELETEWHERE`, which is refused here rather than misread.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Literal

from maille.ontology.errors import QueryRefused
from maille.store.tokens import tokens

_MANAGEMENT: Final = frozenset({"add", "clear", "copy", "create", "drop", "load", "move", "into", "silent", "to"})
_WHICH: Final = frozenset({"all", "default", "graph", "named"})
_MODIFY: Final = frozenset({"data", "delete", "insert", "using", "where", "with"})
_PROLOGUE: Final = frozenset({"base", "prefix", "version"})
_KEYWORDS: Final = _MANAGEMENT | _WHICH | _MODIFY | _PROLOGUE
_MODIFIERS: Final = frozenset({"insert", "delete"})


def operations(text: str) -> Iterator[str]:
    """Yield the operations of an update one by one, each with the prologue that holds for it (section 3)."""
    prologue, start, body = "", 0, None
    for word, begin, end in (*top_level(text), (";", len(text), len(text))):
        if word == ";":
            if body is not None:
                prologue += text[start:body]
                yield prologue + text[body:begin]
            start, body = end, None
        elif body is None and word not in _PROLOGUE:
            body = begin


def with_dataset(text: str, default: Sequence[str], named: Sequence[str]) -> str:
    """Return one operation with USING clauses for the IRIs given, where it has a WHERE and says nothing itself.

    `DELETE WHERE { P }` becomes `DELETE { P } ... WHERE { P }`, which is what it means (section 3.1.3.3).
    """
    clause = "".join(f" USING <{iri}>" for iri in default) + "".join(f" USING NAMED <{iri}>" for iri in named)
    if not clause:
        return text
    out, last = [], 0
    for start, end, replacement in _edits(text, clause):
        out += [text[last:start], replacement]
        last = end
    return "".join([*out, text[last:]])


def as_inserted_data(operation: str) -> tuple[Literal["insert", "delete"], str] | None:
    """Return what INSERT DATA or DELETE DATA does, and the INSERT DATA of the same data; None for other operations."""
    words = [found for found in top_level(operation) if found[0] not in _PROLOGUE][:3]
    verb = next((word for word in ("insert", "delete") if [name for name, _, _ in words] == [word, "data", "{"]), None)
    if verb is None:
        return None
    start, end = words[0][1:]
    return ("delete" if verb == "delete" else "insert"), f"{operation[:start]}INSERT{operation[end:]}"


def names_dataset(text: str) -> bool:
    """Return whether an operation of the update has USING or WITH, which `using-graph-uri` may not meet."""
    return any(word in {"using", "with"} for word, _, _ in top_level(text))


def touching(text: str) -> Callable[[str], bool]:
    """Return what tells whether the update could write into a graph; wrong, if at all, only by saying that it could.

    A graph is reached by its IRI, by a prefixed name, by a relative IRI, by a variable, or by ALL and NAMED.
    """
    if _REACHES_ANY.search(text):
        return lambda _graph: True
    namespaces = tuple(set(_NAMESPACE.findall(text)))
    return lambda graph: graph in text or graph.startswith(namespaces)


_REACHES_ANY: Final = re.compile(
    r"graph\s*(?:#[^\r\n]*\s*)*[?$]|\bbase\b|\\u"
    r"|(?:clear|drop)(?:\s|#[^\r\n]*)*(?:silent)?(?:\s|#[^\r\n]*)*(?:all|named)"
    # A relative IRI, which resolves against the address of the endpoint even without BASE.
    r"|<(?![a-z][a-z0-9+.-]*:)[^<>\"{}|^`\\\s]*>",
    re.IGNORECASE,
)
_NAMESPACE: Final = re.compile(r":(?:\s|#[^\r\n]*[\r\n])*<([^<>\s]+)>")


def _edits(text: str, clause: str) -> Iterator[tuple[int, int, str]]:
    seen: list[str] = []
    for word, start, end in top_level(text):
        if word == "where" and seen[-1:] == ["delete"]:
            yield start, end, ""
        elif word == "where" and _wants(seen):
            yield start, start, f"{clause.lstrip()} "
        elif word == "{" and seen[-2:] == ["delete", "where"]:
            yield end, end, f"{clause} WHERE {text[start:end]}"
        seen.append(word)


def _wants(words: Sequence[str]) -> bool:
    return not _MODIFIERS.isdisjoint(words) and not {"using", "with", "data"} & set(words)


def top_level(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield keywords, `;` and whole groups (as `{`) outside any group, with their positions."""
    depth = opened = 0
    for token in tokens(text):
        value, kind = token.group(), token.lastgroup
        if value == "{" and kind == "mark":
            opened = token.start() if depth == 0 else opened
            depth += 1
        elif value == "}" and kind == "mark":
            depth -= 1
            if depth == 0:
                yield "{", opened, token.end()
        elif depth == 0 and kind == "word":
            if value.lower() not in _KEYWORDS:
                raise QueryRefused(f"Keywords of an update must stand apart: {value[:40]!r} is none.")
            yield value.lower(), token.start(), token.end()
        elif depth == 0 and value == ";":
            yield ";", token.start(), token.end()
