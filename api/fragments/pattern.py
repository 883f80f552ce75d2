"""The pattern a Triple Pattern Fragment is selected by: terms as clients write them in an address.

https://linkeddatafragments.org/specification/triple-pattern-fragments/ with the explicit representation of Hydra: an
IRI as it is, a literal in quotes with `@language` or `^^datatype`, a variable `?name` or nothing. `<iri>` and short
names with our prefixes (`skos:prefLabel`) are taken too, for people.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from pyoxigraph import Literal, NamedNode, Variable
from starlette.datastructures import QueryParams

from maille.api.errors import RequestRefused
from maille.ontology.namespaces import BASE, PREFIXES, rebase_text

PLACES: Final = ("subject", "predicate", "object")
_LITERAL: Final = re.compile(
    r'"(?P<text>.*)"(?:@(?P<language>[A-Za-z0-9-]+)|\^\^<?(?P<datatype>[^<>"\s]+)>?)?', re.DOTALL
)
_SHORT: Final = re.compile(r"(?P<prefix>[a-z][a-z0-9]*):(?P<name>[A-Za-z_][A-Za-z0-9_.-]*)")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")

Part = NamedNode | Literal | Variable


class Pattern(NamedTuple):
    """A triple pattern; a place that is open is a variable, the same one where a client gave the same name twice."""

    subject: Part
    predicate: Part
    object: Part

    @property
    def is_possible(self) -> bool:
        """Say whether a triple can match: neither subject nor predicate is ever a literal."""
        return not isinstance(self.subject, Literal) and not isinstance(self.predicate, Literal)

    def __str__(self) -> str:
        return f"{self.subject} {self.predicate} {self.object}"


def pattern_of(params: QueryParams, base: str) -> Pattern:
    """Return the pattern that an address asks for; raises RequestRefused where a part of it is no term.

    Args:
        params: those of the address.
        base: what the names of ours are published under.
    """
    names: dict[str, Variable] = {}
    found: list[Part] = []
    for number, place in enumerate(PLACES):
        given = params.getlist(place)
        if len(given) > 1:
            raise RequestRefused("bad-request", f"`{place}` is given {len(given)} times.")
        text = given[0] if given else ""
        if not text or text.startswith("?"):
            found.append(_variable(place, text[1:], number, names))
        else:
            found.append(_term(place, text, base))
    return Pattern(*found)


def _variable(place: str, name: str, number: int, names: dict[str, Variable]) -> Variable:
    if not name:
        return Variable(f"v{number}")
    if _NAME.fullmatch(name) is None:
        raise RequestRefused("bad-request", f"`{place}`: a variable is `?` and letters or digits.")
    return names.setdefault(name, Variable(f"v{number}"))


def _term(place: str, text: str, base: str) -> NamedNode | Literal:
    try:
        return _literal(text, base) if text.startswith('"') else NamedNode(_iri(text, base))
    except ValueError as error:
        raise RequestRefused("bad-request", f"`{place}` is no term: {error}") from error


def _literal(text: str, base: str) -> Literal:
    match = _LITERAL.fullmatch(text)
    if match is None:
        raise ValueError('a literal is "text", "text"@language or "text"^^datatype')
    if match["datatype"]:
        return Literal(match["text"], datatype=NamedNode(_iri(match["datatype"], base)))
    return Literal(match["text"], language=match["language"])


def _iri(text: str, base: str) -> str:
    if text.startswith("_:"):
        raise ValueError("a blank node has no name outside its document")
    if text.startswith("<") and text.endswith(">"):
        return text[1:-1]
    short = _SHORT.fullmatch(text)
    namespace = PREFIXES.get(short["prefix"]) if short else None
    if short is None or namespace is None:
        return text
    return (rebase_text(namespace, base) if namespace.startswith(BASE) else namespace) + short["name"]
