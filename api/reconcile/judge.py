"""Whether a candidate has what a query says of it besides the name: numbers, places, concepts, operator, web site."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

from maille.api.reconcile.asking import Value
from maille.api.reconcile.names import SAME, likeness
from maille.api.reconcile.places import Places
from maille.api.reconcile.properties import PROPERTIES, Property
from maille.api.reconcile.types import ACTORS, CONCEPTS
from maille.api.rest.lookup import SCHEMES
from maille.ontology.errors import InvalidIdentifier
from maille.store.search import Alike


class Verdict(Enum):
    """What comparing a property came to."""

    IDENTIFIES = "an official number of its own"
    AGREES = "a place, an operator or a web site that agrees"
    FITS = "a concept that agrees, and tells little"
    UNKNOWN = "nothing to compare"
    DIFFERS = "something else is known of it"

    @property
    def holds(self) -> bool:
        """Say whether the value given is that of the candidate."""
        return self in (Verdict.IDENTIFIES, Verdict.AGREES, Verdict.FITS)


_SCHEMES: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {name: spell for name, (_, spell) in SCHEMES.items() if name in PROPERTIES} | {"uai": lambda text: text.upper()}
)
IN_INDEX: Final[Mapping[str, str]] = MappingProxyType({"wikidata": "wikidataId"})
"""Property -> scheme of the index, where they are called differently."""


def numbers_of(name: str, values: Sequence[Value]) -> list[str]:
    """Return the official numbers among values, each in its one spelling; what is none is left out."""
    found = []
    for value in values:
        if isinstance(value, str):
            try:
                found.append(_SCHEMES[name](_numeral(value)))
            except InvalidIdentifier:
                continue
    return list(dict.fromkeys(found))


class Judge:
    """Compares candidates with the properties of one query.

    Args:
        given: property -> its values.
        places: finds what values name.
    """

    def __init__(self, given: Mapping[str, Sequence[Value]], places: Places) -> None:
        self._given = given
        self._numbers = {name: numbers_of(name, given[name]) for name in given if name in _SCHEMES}
        self._named = {
            name: places.named(PROPERTIES[name].kinds, values)
            for name, values in given.items()
            if PROPERTIES[name].constrains in ("place", "concept")
        }

    @property
    def numbers(self) -> Mapping[str, list[str]]:
        """Property -> official numbers."""
        return self._numbers

    def named(self, constrains: str) -> dict[str, frozenset[str]]:
        """Return what the properties that constrain so name, the most telling first."""
        return {
            name: self._named[name]
            for name in PROPERTIES
            if name in self._named and PROPERTIES[name].constrains == constrains and self._named[name]
        }

    def verdicts(self, one: Alike) -> dict[str, Verdict]:
        """Return the verdict on each property of the query for a candidate."""
        return {name: self._verdict(PROPERTIES[name], one) for name, values in self._given.items() if values}

    def _verdict(self, asked: Property, one: Alike) -> Verdict:
        if asked.constrains == "number":
            return _numbered(asked.id, self._numbers[asked.id], one.row)
        if asked.constrains in ("place", "concept"):
            return _standing(asked, self._named[asked.id], one)
        known = asked.read(one.row)
        if not known:
            return Verdict.UNKNOWN
        same = _same_host if asked.constrains == "host" else _same_operator
        if any(same(value, known[0]) for value in self._given[asked.id]):
            return Verdict.AGREES
        # Who runs a house, and where its pages are, changes and is told in several ways.
        return Verdict.UNKNOWN


def _numbered(name: str, numbers: Sequence[str], row: Mapping[str, Any]) -> Verdict:
    if not numbers:
        return Verdict.UNKNOWN
    own = row.get(name)
    if own in numbers:
        return Verdict.IDENTIFIES
    units = {number[:9] for number in numbers} if name in ("siren", "siret") else set()
    operator = row.get("operator") or {}
    if units & {row.get("siren"), str(row.get("siret") or "")[:9], operator.get("siren")}:
        # An establishment is one of several, and a SIREN may be that of who runs the house.
        return Verdict.AGREES
    known = own or (row.get("siren") if units else None)
    return Verdict.DIFFERS if known else Verdict.UNKNOWN


def _standing(asked: Property, named: frozenset[str], one: Alike) -> Verdict:
    if not named:
        return Verdict.UNKNOWN
    holds = Verdict.FITS if asked.constrains == "concept" else Verdict.AGREES
    if asked.id == "codeInsee" and one.iri in named:
        return Verdict.IDENTIFIES
    district = _of_kind("arrondissement-municipal", named)
    if one.facets & district:
        return holds
    if district and _of_kind("arrondissement-municipal", one.facets):
        # One town, but other districts of it.
        return Verdict.UNKNOWN
    if one.facets & named:
        return holds
    return Verdict.DIFFERS if _says(asked, one) else Verdict.UNKNOWN


def _says(asked: Property, one: Alike) -> bool:
    """Say whether the sources tell anything of a property, so that not having a value means another one."""
    if asked.constrains == "concept":
        return bool(asked.read(one.row))
    kind = asked.kinds[0] if asked.id not in ("territory", "postcode", "codeInsee") else "departement"
    return one.kind not in (*ACTORS, "initiative", "event", *CONCEPTS) or bool(_of_kind(kind, one.facets))


def _of_kind(kind: str, iris: frozenset[str]) -> frozenset[str]:
    return frozenset(iri for iri in iris if f"/id/{kind}/" in iri)


def _same_host(value: Value, known: object) -> bool:
    mine, theirs = _host(value), _host(str(known))
    return bool(mine) and mine == theirs


def _host(value: Value) -> str:
    text = value if isinstance(value, str) else value["id"]
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def _same_operator(value: Value, known: Mapping[str, Any]) -> bool:
    if isinstance(value, Mapping):
        return bool(value["id"]) and str(known["iri"]).endswith("/" + value["id"].removeprefix("/"))
    spelt = numbers_of("siren", [value]) or [number[:9] for number in numbers_of("siret", [value])]
    return known.get("siren") in spelt or likeness(value, [known["label"]]).score >= SAME


def _numeral(text: str) -> str:
    return text.removesuffix(".0") if text.removesuffix(".0").isdigit() else text
