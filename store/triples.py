"""The runs of plain triple patterns in the outermost group of a SELECT (SPARQL 1.1 Query, sections 5.1 and 19.8).

It reads the common part of the grammar and no more: whatever it does not know for certain, it reads nothing of. Two
tokens that touch without a space are such a case, since the engine may cut them elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from maille.store.tokens import tokens

TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

_ABSOLUTE: Final = re.compile(r"<([A-Za-z][A-Za-z0-9+-]*:(?:(?!/\.)[^\\>])*+(?<!\.))>")
"""An IRI that is what it says: no escape in it, no path to be made straight."""
_CLOSING: Final = {"{": "}", "(": ")"}
_SKIPPED: Final = {"filter", "bind", "optional", "minus", "union", "values"}
_WORDS: Final = frozenset({"variable", "prefixed", "word", "number", "language"})


class Triple(NamedTuple):
    """A triple pattern as it is written, with the IRI of its first predicate and that of its object, where they are."""

    subject: str
    predicate: str
    object: str
    first: str | None
    target: str | None


class Run(NamedTuple):
    """Triple patterns with nothing between them, where they stand in the text, and whether in a group of their own."""

    start: int
    end: int
    triples: tuple[Triple, ...]
    apart: bool = False


class Read(NamedTuple):
    """What was read of a query.

    Attributes:
        runs: the runs of its outermost group.
        filtered: the variables its filters name.
        has_values: whether it is joined with a VALUES, in that group or after it.
        given: the variables to which each row of a VALUES in that group gives a value.
    """

    runs: tuple[Run, ...]
    filtered: frozenset[str]
    has_values: bool = False
    given: frozenset[str] = frozenset()


def read(text: str) -> Read | None:
    """Return what is known of a query, None where it is anything but a plain SELECT of named things."""
    try:
        return _Reader(text).query()
    except _UnknownError:
        return None


class _UnknownError(Exception):
    """Something that this reader does not read."""


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = [*_cut(text), _Token("end", "", len(text), len(text))]
        self._at = 0
        self._prefixes: dict[str, str] = {}
        self._filtered: set[str] = set()
        self._given: set[str] = set()
        self._has_values = False

    def query(self) -> Read:
        while self._word() == "prefix":
            self._declare()
        if self._word() != "select":
            raise _UnknownError
        self._next()
        if self._word() in {"distinct", "reduced"}:
            self._next()
        # The engine sorts the columns of `*` by their names, so that they do not hang on the order of the patterns.
        while self._peek().text != "{":
            self._skip()
        self._next()
        runs = tuple(self._runs())
        after = {token.text.lower() for token in self._tokens[self._at :] if token.kind == "word"}
        has_values = self._has_values or "values" in after
        return Read(runs, frozenset(self._filtered), has_values, frozenset(self._given))

    def _declare(self) -> None:
        self._next()
        name, iri = self._next(), _ABSOLUTE.fullmatch(self._next().text)
        if name.kind != "prefixed" or not name.text.endswith(":") or iri is None:
            raise _UnknownError
        self._prefixes[name.text] = iri[1]

    def _runs(self) -> Iterator[Run]:
        triples: list[Triple] = []
        start = end = 0
        while True:
            token = self._peek()
            is_other = token.text == "}" or token.text == "{" or self._word() in _SKIPPED
            if is_other and triples:
                yield Run(start, end, tuple(triples))
                triples = []
            if token.text == "}":
                return
            if token.text == "{":
                yield from self._group()
            elif is_other:
                self._other()
            else:
                start = start if triples else token.start
                triples += self._same_subject()
                end = self._tokens[self._at - 1].end
            self._end_of_pattern(plain=not is_other)

    def _end_of_pattern(self, *, plain: bool) -> None:
        if self._peek().text == ".":
            self._next()
        elif plain and self._peek().text not in {"{", "}"} and self._word() not in _SKIPPED:
            raise _UnknownError

    def _group(self) -> Iterator[Run]:
        """Read a group that holds one run and nothing else; any other one is passed over."""
        begun = self._at
        self._next()
        start = self._peek().start
        triples: list[Triple] = []
        try:
            while self._peek().text != "}":
                triples += self._same_subject()
                end = self._tokens[self._at - 1].end
                self._end_of_pattern(plain=True)
        except _UnknownError:
            triples = []
        if self._peek().text != "}" or not triples:
            self._at = begun
            self._skip()
            return
        self._next()
        if self._word() != "union":
            yield Run(start, end, tuple(triples), apart=True)

    def _other(self) -> None:
        """Pass over what is no triple pattern; what is inside it is left alone."""
        word = self._next().text.lower()
        if word == "values":
            self._values()
            return
        begun = self._at
        if word == "filter" and self._peek().kind == "word":
            self._next()
        if self._peek().text != ("(" if word in {"filter", "bind"} else "{"):
            raise _UnknownError
        self._skip()
        if word == "filter":
            named = self._tokens[begun : self._at]
            self._filtered.update(token.text for token in named if token.kind == "variable")

    def _values(self) -> None:
        begun = self._at
        self._skip()
        named = {token.text for token in self._tokens[begun : self._at] if token.kind == "variable"}
        begun = self._at
        if self._peek().text != "{":
            raise _UnknownError
        self._skip()
        self._has_values = True
        if all(token.kind != "word" or token.text.lower() != "undef" for token in self._tokens[begun : self._at]):
            self._given |= named

    def _same_subject(self) -> Iterator[Triple]:
        subject, _ = self._term()
        while True:
            predicate, first = self._path()
            while True:
                written, target = self._term()
                yield Triple(subject, predicate, written, first, target)
                if self._peek().text != ",":
                    break
                self._next()
            while self._peek().text == ";":
                self._next()
                if self._peek().text not in {";", ".", "}"}:
                    break
            else:
                return
            if self._peek().text in {".", "}"}:
                return

    def _path(self) -> tuple[str, str | None]:
        """Return a predicate: a variable, or IRIs one after the other."""
        token = self._next()
        if token.kind == "variable":
            return token.text, None
        first, written = self._step(token), token.text
        while self._peek().text == "/":
            self._next()
            token = self._next()
            self._step(token)
            written += "/" + token.text
        return written, first

    def _step(self, token: _Token) -> str:
        iri = TYPE if token.text == "a" else self._iri(token)
        if iri is None:
            raise _UnknownError
        return iri

    def _term(self) -> tuple[str, str | None]:
        token = self._next()
        if token.kind in {"iri", "prefixed"}:
            return token.text, self._iri(token)
        if token.kind == "string":
            return token.text + self._suffix(), None
        if token.kind in {"variable", "number"} or token.text in {"true", "false"}:
            return token.text, None
        raise _UnknownError

    def _suffix(self) -> str:
        if self._peek().kind == "language":
            return self._next().text
        if self._peek().text != "^":
            return ""
        marks = self._next().text + self._next().text
        token = self._next()
        if marks != "^^" or token.kind not in {"iri", "prefixed"}:
            raise _UnknownError
        return marks + token.text

    def _iri(self, token: _Token) -> str | None:
        if token.kind == "iri":
            match = _ABSOLUTE.fullmatch(token.text)
            return match[1] if match else None
        prefix, _, local = token.text.partition(":")
        namespace = self._prefixes.get(f"{prefix}:")
        if token.kind != "prefixed" or namespace is None or not _ABSOLUTE.fullmatch(f"<{namespace}{local}>"):
            raise _UnknownError
        return namespace + local

    def _peek(self) -> _Token:
        return self._tokens[self._at]

    def _word(self) -> str:
        token = self._peek()
        return token.text.lower() if token.kind == "word" else ""

    def _next(self) -> _Token:
        token = self._tokens[self._at]
        if token.kind == "end":
            raise _UnknownError
        self._at += 1
        return token

    def _skip(self) -> None:
        """Pass over a token, or brackets with all that is in them."""
        closing = _CLOSING.get(self._next().text)
        while closing is not None and self._peek().text != closing:
            self._skip()
        if closing is not None:
            self._next()


def _cut(text: str) -> Iterator[_Token]:
    former = _Token("", "", 0, 0)
    for match in tokens(text):
        token = _Token(str(match.lastgroup), match.group(), match.start(), match.end())
        if token.start == former.end and {token.kind, former.kind} <= _WORDS:
            raise _UnknownError
        if token.kind in {"prefixed", "number"} and token.text.endswith("."):
            # The full stop is no part of a name.
            yield _Token(token.kind, token.text[:-1], token.start, token.end - 1)
            token = _Token("mark", ".", token.end - 1, token.end)
        yield token
        former = token
