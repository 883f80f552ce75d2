"""What a commune code leads to today (INSEE, Code officiel géographique: communes nouvelles, déléguées, associées).

One code may name several things: 584 codes name both a commune and its commune déléguée, and two former codes are
said by the source to be of two communes. The commune of today wins, then what the record of a part of it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from pyoxigraph import NamedNode

from maille.api.terms import Row
from maille.ontology.errors import InvalidIri
from maille.ontology.iris import parse

CANDIDATES: Final = """SELECT DISTINCT ?thing ?present WHERE {
  VALUES ?code { UNDEF }
  ?thing maille:codeInsee ?code .
  OPTIONAL { ?thing igeo:subdivisionDirecteDe|dct:isReplacedBy ?present }
}"""
"""What has a code, and what each leads to: what it is part of, or what replaced it."""

_KINDS: Final = MappingProxyType(
    {
        "commune": "",
        "commune-deleguee": "commune déléguée",
        "commune-associee": "commune associée",
        "arrondissement-municipal": "arrondissement municipal",
        "former-commune": "former commune",
    }
)
"""Kinds of thing a commune code names, the first the one that wins, with the words for it."""

_ORDER: Final = ("organisation", "structure", "commune", "epci", "ept", "site")


@dataclass(frozen=True, slots=True)
class Found:
    """What a number leads to.

    Attributes:
        thing: the thing.
        asked: the number, in words.
        former_code: the code asked where it is not that of `thing`, else empty.
        former: the things that do have that code.
        also: other things that have the number, or that the sources say it leads to.
        note: what a reader must know, in one line, else empty.
    """

    thing: NamedNode
    asked: str
    former_code: str = ""
    former: tuple[NamedNode, ...] = ()
    also: tuple[NamedNode, ...] = ()
    note: str = ""


def kind_order(thing: NamedNode) -> tuple[int, str]:
    """Return where a thing stands among those that share a number: organisations first, then territories."""
    kind = _kind(thing)
    return (_ORDER.index(kind) if kind in _ORDER else len(_ORDER), kind)


def found_commune(code: str, rows: Sequence[Row]) -> Found | None:
    """Return what `code` leads to, from the solutions of `CANDIDATES`; None where it leads to no commune of today."""
    asked = f"commune code {code}"
    pairs = sorted(_pairs(rows), key=lambda pair: (list(_KINDS).index(_kind(pair[0])), pair[1].value))
    communes = [thing for thing, _ in pairs if _kind(thing) == "commune"]
    parts = tuple(dict.fromkeys(thing for thing, _ in pairs if _kind(thing) != "commune"))
    if communes:
        return Found(communes[0], asked, also=parts)
    present = list(dict.fromkeys(target for _, target in pairs if _kind(target) == "commune"))
    if not present:
        return None
    return Found(present[0], asked, code, parts, tuple(present[1:]), _note(code, parts, present))


def _pairs(rows: Iterable[Row]) -> list[tuple[NamedNode, NamedNode]]:
    """Return each thing with what it leads to, itself where nothing is said."""
    found = [(row["thing"], row.get("present", row["thing"])) for row in rows]
    return [
        (thing, present)
        for thing, present in found
        if isinstance(thing, NamedNode) and isinstance(present, NamedNode) and _kind(thing) in _KINDS
    ]


def _note(code: str, parts: Sequence[NamedNode], present: Sequence[NamedNode]) -> str:
    kinds = " and of a ".join(_KINDS[_kind(part)] for part in parts)
    note = f"{code} is the code of a {kinds}; the commune of today is {_key(present[0])}."
    if len(present) > 1:
        others = ", ".join(_key(commune) for commune in present[1:])
        followed = _KINDS[_kind(parts[0])]
        note += f" The source also names {others}: its records disagree, and that of the {followed} is followed."
    return note


def _kind(thing: NamedNode) -> str:
    try:
        return parse(thing.value).kind
    except InvalidIri:
        return ""


def _key(thing: NamedNode) -> str:
    return parse(thing.value).key
