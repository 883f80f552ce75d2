"""Which commune of today a row means: a code, a name, a postcode, a département, each as people write them.

Only where one commune is left, and nothing says otherwise, is a place *matched*; a contradiction gives *ambiguous*
with what each part points at, or a match with a low score that says what it overrode. Coordinates are never turned
into a commune, since the Code officiel géographique has no centroids: they only tell one part of France from another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from maille.loaders.places import area as places_area
from maille.loaders.places import found
from maille.loaders.places import nuts as places_nuts
from maille.loaders.places import past as places_past
from maille.loaders.places.evidence import Evidence, Stated
from maille.loaders.places.found import Place
from maille.loaders.places.index import PlaceIndex
from maille.loaders.places.names import Names
from maille.loaders.places.near import nearest
from maille.loaders.places.past import Beside
from maille.loaders.source import Row

__all__ = ["Place", "Places", "Stated"]


class Places:
    """Resolves stated places against the rows of the Code officiel géographique (`TerritoriesLoader.rows`).

    `beside` stands in for the former communes and quarters that the package ships; those of communes that are not among
    the rows are passed over.
    """

    def __init__(self, rows: Iterable[Row], beside: Iterable[Beside] | None = None) -> None:
        self._index = PlaceIndex(rows, places_past.shipped() if beside is None else beside)
        self._names = Names(self._index)
        self._nuts = places_nuts.shipped()

    def resolve(self, stated: Stated) -> Place:
        """Return what a stated place is; no text makes it fail."""
        evidence = Evidence(stated, self._index)
        if evidence.abroad:
            return found.none(evidence.abroad)
        place = self._near_point(self._found(evidence), stated.point)
        place = _against_code(self._against_departement(place, evidence), evidence)
        code = evidence.code if evidence.known else None
        return replace(
            place,
            source_code=None if code in self._index.communes else code,
            arrondissement=self._arrondissement(place, evidence),
            nuts=self._nuts_of(place, evidence),
        )

    def nuts(self, postcode: str) -> str | None:
        """Return the NUTS 3 code of a postcode, of a CEDEX too; None where it has several, or lies outside of NUTS."""
        return places_nuts.common(self._index.departements_of(postcode), self._nuts)

    def _found(self, evidence: Evidence) -> Place:
        if evidence.known:
            return self._by_code(evidence)
        return self._names.find(evidence) if evidence.names else self._by_postcode(evidence)

    def _by_code(self, evidence: Evidence) -> Place:
        named = self._names.anywhere(evidence)
        if len(evidence.known) > 1:
            return _one_of_several(evidence, named)
        commune = next(iter(evidence.known))
        near, _ = nearest(evidence.names, self._index.names_of(evidence.known), misspelt=True)
        other_name = bool(named) and commune not in named and not near
        far = bool(evidence.postcode) and self._index.communes[commune].departement not in evidence.departements
        # A CEDEX or the commune's own postcode explains the name of a neighbour; nothing explains another name alone.
        if other_name and not (evidence.cedex or commune in evidence.at):
            reason = f"code {evidence.code} is of another commune than the name"
            return found.several(evidence.known | named, found.AGAINST, reason)
        if far and commune not in named and not near:
            reason = f"code {evidence.code} is far from postcode {evidence.postcode}"
            return found.several(evidence.known | evidence.at, found.AGAINST, reason)
        if other_name or far:
            reason = f"by code {evidence.code}, against the {'name' if other_name else 'postcode'}"
            return found.one(commune, found.OVERRIDDEN, reason)
        return found.one(commune, found.SURE, f"by code {evidence.code}")

    def _by_postcode(self, evidence: Evidence) -> Place:
        if len(evidence.at) == 1:
            return found.one(next(iter(evidence.at)), found.ALONE, "by a postcode that one commune has")
        if evidence.at:
            reason = f"{len(evidence.at)} communes have postcode {evidence.postcode}"
            return found.several(evidence.at, found.SHARED, reason)
        inside = {one.commune for code in evidence.departements for one in self._index.inside(code)}
        if len(inside) == 1 and not evidence.guessed:
            return found.one(inside.pop(), found.ALONE, "by a département of one commune")
        if evidence.postcode:
            return found.none(f"no commune has postcode {evidence.postcode}, and no name is stated")
        return found.none("neither code, name nor postcode says anything")

    def _near_point(self, place: Place, point: tuple[float, float] | None) -> Place:
        """Let a point settle which part of France is meant, or cast doubt where it is in none that is possible."""
        if point is None or not place.candidates or not places_area.is_point(point):
            return place
        area = places_area.of(point)
        left = [code for code in place.candidates if self._area(code) == area]
        if not left:
            return _elsewhere(place, "abroad or at sea" if area is None else f"in {area}")
        if len(left) == len(place.candidates) or place.score < found.SHARED:
            return place
        if len(left) == 1:
            return found.one(left[0], found.LOOSE, f"{place.reason}, but one in the part of France of the point")
        return replace(place, candidates=tuple(left))

    def _area(self, commune: str) -> str:
        return places_area.of_departement(self._index.communes[commune].departement)

    def _against_departement(self, place: Place, evidence: Evidence) -> Place:
        departement = evidence.stated_departement
        if place.commune is None or departement in (None, self._index.communes[place.commune].departement):
            return place
        return _doubted(place, f"against the stated département {departement}")

    def _arrondissement(self, place: Place, evidence: Evidence) -> str | None:
        if place.commune is None:
            return None
        if evidence.code in self._index.arrondissements:
            return evidence.code
        look, commune = self._index.arrondissement, place.commune
        said = {look(commune, number=evidence.name.number), look(commune, postcode=evidence.postcode)} - {None}
        # Two that differ are a contradiction within one commune: the commune stands, neither is chosen. The number of
        # a CEDEX is that of the arrondissement, but says less than either.
        return said.pop() if len(said) == 1 else None if said else look(commune, number=evidence.office)

    def _nuts_of(self, place: Place, evidence: Evidence) -> str | None:
        departements = {self._index.communes[code].departement for code in place.candidates}
        # A town abroad may have a postcode that looks French: without a commune, only CEDEX or no name at all will do.
        if place.score == found.AGAINST or (not departements and (evidence.cedex or not evidence.names)):
            departements |= evidence.departements
        return places_nuts.common(departements, self._nuts)


def _one_of_several(evidence: Evidence, named: frozenset[str]) -> Place:
    reason = f"code {evidence.code} leads to several communes"
    for other, what in ((named, "name"), (evidence.at, "postcode")):
        both = evidence.known & other
        if len(both) == 1:
            return found.one(next(iter(both)), found.ALONE, f"{reason}, and the {what} to one of them")
    return found.several(evidence.known, found.SHARED, reason)


def _elsewhere(place: Place, where: str) -> Place:
    doubted = _doubted(place, f"but the point is {where}")
    return doubted if place.commune else replace(doubted, score=found.AGAINST)


def _against_code(place: Place, evidence: Evidence) -> Place:
    unknown = evidence.code is not None and not evidence.known
    return _doubted(place, f"against code {evidence.code}, which no commune has") if unknown else place


def _doubted(place: Place, what: str) -> Place:
    """Return a match that one thing speaks against: it stands where two things spoke for it, and not otherwise."""
    reason = f"{place.reason}, {what}"
    if place.commune is None:
        return replace(place, reason=reason)
    if place.score >= found.SORTING_OFFICE:
        return replace(place, score=found.OVERRIDDEN, reason=reason)
    return found.several(place.candidates, found.AGAINST, reason)
