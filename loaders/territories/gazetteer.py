"""Territories by official code or SIREN: what the Code officiel géographique calls them, and so which IRI they have."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

from pyoxigraph import NamedNode

from maille.loaders import identifiers
from maille.loaders.describing.transforms import BadValue
from maille.loaders.places.resolve import Places, Stated
from maille.loaders.source import Row
from maille.loaders.territories.loader import TerritoriesLoader
from maille.ontology import iris
from maille.ontology.errors import InvalidIdentifier

_SIRENS: Final = {"epci": "code", "ept": "code", "commune-actuelle": "siren"}
_CODED: Final = ("departement", "region", "epci")


@cache
def packaged() -> Gazetteer:
    """Return the territories of the Code officiel géographique that is shipped; it is read once."""
    return Gazetteer(TerritoriesLoader().rows())


class Gazetteer:
    """Looks territories up.

    Args:
        rows: the rows of the Code officiel géographique (`TerritoriesLoader.rows`).
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        rows = tuple(rows)
        self.places = Places(rows)
        self._known: set[tuple[str, str]] = set()
        self._by_siren: dict[str, tuple[str, str]] = {}
        for row in rows:
            kind, _, code = row.key.rpartition("-")
            self._known.add((kind, code))
            if kind in _SIRENS and (siren := row.values.get(_SIRENS[kind])):
                self._by_siren[siren] = ("commune" if kind == "commune-actuelle" else kind, code)

    def find(self, kind: str, text: str) -> NamedNode:
        """Return the IRI of the territory a code means; raises BadValue where there is none."""
        if kind == "commune":
            return self._commune(text)
        return self._by_number(text) if kind == "territory" else self._coded(kind, text)

    def _coded(self, kind: str, text: str) -> NamedNode:
        code = text.strip().upper()
        code = code.zfill(2) if kind in ("departement", "region") else code
        if kind not in _CODED or (kind, code) not in self._known:
            raise BadValue(f"is the code of no {kind} of today")
        return iris.thing(kind, code)

    def _commune(self, text: str) -> NamedNode:
        try:
            code = identifiers.commune_code(text)
        except InvalidIdentifier as error:
            raise BadValue(str(error)) from error
        found = self.places.resolve(Stated(code=code, name=None, postcode=None, departement=None, point=None))
        if found.commune is None:
            raise BadValue(f"is the code of no one commune: {found.reason}")
        return iris.thing("commune", found.commune)

    def _by_number(self, text: str) -> NamedNode:
        try:
            siren = identifiers.siren(text)
        except InvalidIdentifier as error:
            raise BadValue(str(error)) from error
        found = self._by_siren.get(siren)
        if found is None:
            raise BadValue("is the SIREN of no EPCI, EPT or commune of today")
        return iris.thing(*found)
