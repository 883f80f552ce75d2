"""Solutions that another endpoint sent (SPARQL 1.1 Query Results JSON Format), read one by one and strictly.

Python's own scanner, a solution at a time: it fails cleanly where hostile JSON nests deep, and others get their turn in
between. Terms come out as SPARQL writes them, so that nothing of them can be anything but a term.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

Row = tuple[str | None, ...]
"""One solution: a term for each variable, None where it is not bound."""
BLANK: Final = "<_:"
"""How a blank node begins where it is given no name."""

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_DECODER: Final = json.JSONDecoder()
_DIGITS: Final = 24
_LANGUAGE_TEXT: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"


class Malformed(Exception):
    """What was sent is no SPARQL results, or holds what no query may hold."""


def rows_of(body: bytes, variables: Sequence[str], blank: str) -> Iterator[Row]:
    """Yield the solutions of an answer; raises Malformed.

    `blank` begins the IRIs that stand for blank nodes.
    """
    try:
        text = body.decode("utf-8-sig")
        for binding in _bindings(text):
            yield _row(binding, variables, blank)
    except (ValueError, RecursionError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise Malformed(_told(error)) from error


def blank_prefix(base: str, endpoint: str, query: str) -> str:
    """Return what begins the IRIs of the blank nodes of one answer (RDF 1.1 Concepts, section 3.5).

    The same question to the same endpoint gives the same names; no two questions share any.
    """
    digest = hashlib.sha256(repr((endpoint, query)).encode("utf-8", "backslashreplace")).hexdigest()
    return f"{base}.well-known/genid/{digest[:_DIGITS]}-"


def _bindings(text: str) -> Iterator[dict[str, Any]]:
    found = False
    for key, at in _Members(text):
        if key == "boolean":
            raise ValueError("it answers yes or no where solutions were asked for")
        if key != "results":
            continue
        for inner, place in at.members():
            if inner == "bindings":
                found = True
                yield from place.items()
    if not found:
        raise ValueError("it holds no solutions")


class _Place:
    """A place in a document, from which one value is read, in whole or by its parts."""

    def __init__(self, document: _Members) -> None:
        self._document = document

    def members(self) -> Iterator[tuple[str, _Place]]:
        """Yield the members of an object."""
        return self._document.object()

    def items(self) -> Iterator[Any]:
        """Yield the items of an array."""
        return self._document.array()


class _Members:
    """The members of a JSON document; what nobody reads of them is passed over."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._read = False

    def __iter__(self) -> Iterator[tuple[str, _Place]]:
        yield from self.object()
        self._space()
        if self._at != len(self._text):
            raise ValueError("something follows the solutions")

    def object(self) -> Iterator[tuple[str, _Place]]:
        """Yield the members of the object that begins here."""
        self._read = True
        self._take("{")
        if self._peek() == "}":
            self._take("}")
            return
        while True:
            key = self._value()
            self._take(":")
            self._read = False
            yield str(key), _Place(self)
            if not self._read:
                self._value()
            self._read = True
            if self._more("}"):
                return

    def array(self) -> Iterator[Any]:
        """Yield the items of the array that begins here."""
        self._read = True
        self._take("[")
        if self._peek() == "]":
            self._take("]")
            return
        while True:
            yield self._value()
            if self._more("]"):
                return

    def _more(self, end: str) -> bool:
        character = self._peek()
        self._take(character if character in {",", end} else end)
        return character == end

    def _value(self) -> Any:
        self._space()
        value, self._at = _DECODER.raw_decode(self._text, self._at)
        return value

    def _space(self) -> None:
        match = _SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _peek(self) -> str:
        self._space()
        return self._text[self._at : self._at + 1]

    def _take(self, character: str) -> None:
        if self._peek() != character or not character:
            raise ValueError(f"{character!r} is missing at character {self._at}")
        self._at += 1


def _row(binding: dict[str, Any], variables: Sequence[str], blank: str) -> Row:
    return tuple(_term(binding[name], blank) if name in binding else None for name in variables)


def _term(value: dict[str, Any], blank: str) -> str:
    kind, text = value["type"], value["value"]
    if not isinstance(text, str):
        raise ValueError(f"a {kind} is no term that is taken here")
    if kind == "uri":
        return str(NamedNode(text))
    if kind == "bnode":
        return f"<{blank}{hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}>"
    if kind not in {"literal", "typed-literal"}:
        raise ValueError(f"{kind!r} is no kind of term")
    if "\x00" in text:
        raise ValueError("a text holds U+0000")
    return _literal(text, value)


def _literal(text: str, value: dict[str, Any]) -> str:
    # An empty member is what some servers write for none.
    if language := value.get("xml:lang"):
        return str(Literal(text, language=language))
    if datatype := value.get("datatype"):
        if datatype == _LANGUAGE_TEXT:
            raise ValueError("a text in a language does not say which")
        return str(Literal(text, datatype=NamedNode(datatype)))
    return str(Literal(text))


def _told(error: BaseException) -> str:
    if isinstance(error, RecursionError):
        return "it nests too deep"
    if isinstance(error, UnicodeError):
        return "it is no UTF-8, or holds half a character"
    if isinstance(error, KeyError):
        return f"a term has no {error}"
    return str(error) or type(error).__name__
