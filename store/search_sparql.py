"""`?thing maille:matches "text"` in a query: the search index, as a table of values, before any engine sees the query.

`(?thing ?score) maille:matches "text"` gives the scores too. The pattern becomes a `VALUES` in its group, and so is
joined as a triple pattern would be (SPARQL 1.1 Query, sections 10.2 and 18.2). What cannot be put so is refused with a
reason, never answered by nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from maille.ontology.errors import QueryRefused
from maille.ontology.namespaces import BASE, rebase_text
from maille.ontology.terms import MAILLE
from maille.store.tokens import tokens, unescape

WORD: Final = "matches"
"""What a query holds that may ask the index."""
MOST_PATTERNS: Final = 8

Matches = Callable[[str], Sequence[tuple[str, float]]]

_CLOSING: Final = MappingProxyType({")": "(", "}": "{", "]": "["})
_ENDS: Final = frozenset({".", "{", "}"})
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CONTROLS: Final = MappingProxyType({"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"})
_HOW: Final = 'write it as a pattern of its own, `?thing maille:matches "text" .`'


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


class Edit(NamedTuple):
    """What one pattern becomes: a table put at a place, and a part of the text that goes.

    Attributes:
        text: what is looked for.
        variables: one, for things, or two, for things and scores.
        at: where the table goes.
        start, end: what is left out.
    """

    text: str
    variables: tuple[str, ...]
    at: int
    start: int
    end: int


def edits(query: str, base: str = BASE) -> list[Edit]:
    """Return what is to be done to a query; raises QueryRefused where a pattern cannot be put so."""
    if WORD not in query:
        return []
    return _Reader(query, rebase_text(MAILLE.matches.value, base)).edits()


def rewritten(query: str, wanted: Sequence[Edit], matches: Matches) -> str:
    """Return the query with the tables of what was found."""
    changes = [(edit.start, edit.end, "") for edit in wanted]
    changes += [(edit.at, edit.at, f" {_table(edit.variables, matches(edit.text))} ") for edit in wanted]
    # From the end, so that places stay what they were; at one place, what goes before what comes.
    for start, end, table in sorted(changes, key=lambda change: (-change[0], -change[1])):
        query = query[:start] + table + query[end:]
    return query


def _table(variables: Sequence[str], found: Sequence[tuple[str, float]]) -> str:
    if len(variables) == 1:
        return f"VALUES {variables[0]} {{ {' '.join(f'<{iri}>' for iri, _ in found)} }}"
    rows = " ".join(f"(<{iri}> {score:.2f})" for iri, score in found)
    return f"VALUES ({' '.join(variables)}) {{ {rows} }}"


class _Reader:
    def __init__(self, query: str, property_iri: str) -> None:
        self._tokens = _cut(query)
        self._names = self._spellings(property_iri)

    def edits(self) -> list[Edit]:
        found = []
        template = self._template()
        for at, token in enumerate(self._tokens):
            if token.text not in self._names or not self._is_asked(at):
                continue
            if at in template:
                raise QueryRefused("maille:matches asks the search index, and cannot stand in what CONSTRUCT makes.")
            found.append(self._edit(at))
        if len(found) > MOST_PATTERNS:
            raise QueryRefused(f"maille:matches may stand in a query {MOST_PATTERNS} times at most.")
        return found

    def _spellings(self, iri: str) -> frozenset[str]:
        """Return how the property may be written: its IRI, and by each prefix that is declared for it."""
        names = {f"<{iri}>"}
        for at, token in enumerate(self._tokens):
            if token.kind == "word" and token.text.lower() == "prefix":
                name, value = self._text(at + 1), self._text(at + 2)
                if name.endswith(":") and value.startswith("<") and iri.startswith(value[1:-1]):
                    names.add(name + iri.removeprefix(value[1:-1]))
        return frozenset(names)

    def _is_asked(self, at: int) -> bool:
        """Return whether the property stands as a predicate; as a subject or object it is a name like any other."""
        before, after = self._kind(at - 1), self._kind(at + 1)
        if after == "string":
            return True
        if self._text(at - 1) in {"/", "^", "|", "!"} or self._text(at + 1) in {"/", "|", "*", "+", "?"}:
            raise QueryRefused(f"maille:matches asks the search index, and cannot be part of a path: {_HOW}.")
        if after == "variable" and before == "variable" and self._text(at - 2) != "(":
            raise QueryRefused(f"maille:matches needs the text itself, not a variable: {_HOW}.")
        return False

    def _edit(self, at: int) -> Edit:
        end = at + 2
        if self._kind(end) == "language":
            end += 1
        if self._text(end) in {",", "^"}:
            raise QueryRefused(f"maille:matches takes one plain text: {_HOW}.")
        subject, variables = self._subject(at)
        if self._text(at - 1) == ";":
            # An empty part between two semicolons is allowed.
            return self._put(at, variables, subject, at, self._tokens[end - 1].end)
        following = end
        while self._text(following) == ";":
            following += 1
        goes_on = following > end and not self._is_end(following)
        if goes_on and len(variables) > 1:
            raise QueryRefused("Nothing more can be said of (?thing ?score) in the pattern of maille:matches.")
        if goes_on:
            return self._put(at, variables, subject, at, self._tokens[following].start)
        return self._put(at, variables, subject, subject, self._tokens[following - 1].end)

    def _put(self, at: int, variables: tuple[str, ...], subject: int, start: int, end: int) -> Edit:
        place = self._tokens[subject].start
        return Edit(_literal(self._tokens[at + 1].text), variables, place, self._tokens[start].start, end)

    def _is_end(self, at: int) -> bool:
        """Return whether nothing more is said of a subject; `a` is the one word that is a predicate."""
        return self._text(at) in {*_ENDS, ""} or (self._kind(at) == "word" and self._text(at) != "a")

    def _subject(self, at: int) -> tuple[int, tuple[str, ...]]:
        """Return where the subject of a predicate stands, and its variables."""
        if self._text(at - 1) == ")" and self._text(at - 4) == "(":
            pair = (self._text(at - 3), self._text(at - 2))
            if self._kind(at - 3) == self._kind(at - 2) == "variable" and pair[0] != pair[1]:
                return at - 4, pair
        place = at - 1
        if self._text(place) == ";":
            place = self._beginning(place)
        if self._kind(place) != "variable" or not self._may_precede(place - 1):
            raise QueryRefused(f"The subject of maille:matches must be a variable: {_HOW}.")
        return place, (self._tokens[place].text,)

    def _may_precede(self, at: int) -> bool:
        return self._kind(at) == "word" or self._text(at) in {*_ENDS, ")", ""}

    def _beginning(self, at: int) -> int:
        """Return where the subject stands of the pattern that a semicolon goes on with."""
        depth: list[str] = []
        for place in range(at - 1, -1, -1):
            text = self._text(place)
            if not depth and text in _ENDS:
                return place + 1
            if text in _CLOSING:
                depth.append(_CLOSING[text])
            elif depth and text == depth[-1]:
                depth.pop()
            elif text in {"(", "["}:
                break
        raise QueryRefused(f"The subject of maille:matches cannot be told: {_HOW}.")

    def _template(self) -> range:
        """Return the places of the template of CONSTRUCT, and of the whole pattern in its short form."""
        words = [at for at, token in enumerate(self._tokens) if token.text.lower() == "construct"]
        if not words or self._text(words[0] + 1) != "{":
            return range(words[0] if words else 0, len(self._tokens) if words else 0)
        depth = 0
        for at in range(words[0] + 1, len(self._tokens)):
            depth += {"{": 1, "}": -1}.get(self._tokens[at].text, 0)
            if depth == 0:
                return range(words[0], at)
        return range(words[0], len(self._tokens))

    def _text(self, at: int) -> str:
        return self._tokens[at].text if 0 <= at < len(self._tokens) else ""

    def _kind(self, at: int) -> str:
        return self._tokens[at].kind if 0 <= at < len(self._tokens) else ""


def _cut(query: str) -> list[_Token]:
    found = []
    for match in tokens(query):
        token = _Token(str(match.lastgroup), match.group(), match.start(), match.end())
        if token.kind in {"prefixed", "number"} and token.text.endswith("."):
            # The full stop is no part of a name.
            found.append(_Token(token.kind, token.text[:-1], token.start, token.end - 1))
            token = _Token("mark", ".", token.end - 1, token.end)
        found.append(token)
    return found


def _literal(written: str) -> str:
    quotes = 3 if written[:3] in {'"""', "'''"} and len(written) >= 6 else 1
    return _ESCAPE.sub(_unescaped, written[quotes:-quotes])


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _CONTROLS.get(match[3], match[3])


def plain(query: str) -> str:
    """Return a query with the escapes outside its texts resolved, as the engine would read it."""
    try:
        return unescape(query)
    except (ValueError, OverflowError):
        return query
