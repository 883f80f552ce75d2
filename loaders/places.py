"""Which commune of today a row means: a code, a name, a postcode, a département, each as people write them.

Only where one commune is left, and nothing says otherwise, is a place *matched*; a contradiction gives *ambiguous*
with what each part points at, or a match with a low score that says what it overrode. Coordinates are never turned
into a commune, since the Code officiel géographique has no centroids: they only tell one part of France from another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from maille.loaders import places_area
from maille.loaders.places_evidence import Evidence, Stated
from maille.loaders.places_index import PlaceIndex
from maille.loaders.places_near import nearest
from maille.loaders.source import Row

__all__ = ["Place", "Places", "Stated"]

_SURE: Final = 1.0
_SORTING_OFFICE: Final = 0.9
_ALONE: Final = 0.8
_OVERRIDDEN: Final = 0.6
_DOUBT: Final = 0.4
Outcome = Literal["matched", "ambiguous", "unmatched"]


@dataclass(frozen=True, slots=True)
class Place:
    """What a stated place is.

    Attributes:
        outcome: whether it is one commune, some of several, or none.
        commune: code of the commune of today, where matched.
        candidates: the codes that are left, the commune itself where matched.
        score: from 0 to 1, how well what is stated agrees.
        reason: why, in one line.
        source_code: the code that the row gives, where it is none of a commune of today.
        arrondissement: code of the municipal arrondissement, where one is known.
    """

    outcome: Outcome
    commune: str | None
    candidates: tuple[str, ...]
    score: float
    reason: str
    source_code: str | None = None
    arrondissement: str | None = None


class Places:
    """Resolves stated places against the rows of the Code officiel géographique (`TerritoriesLoader.rows`)."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._index = PlaceIndex(rows)

    def resolve(self, stated: Stated) -> Place:
        """Return what a stated place is; no text makes it fail."""
        evidence = Evidence(stated, self._index)
        if evidence.abroad:
            return _none(evidence.abroad)
        found = self._found(evidence)
        found = self._weigh(found, evidence, stated)
        source_code = evidence.code if evidence.code not in self._index.communes else None
        if source_code is not None and not evidence.communes_of(source_code):
            source_code = None
        found = replace(found, source_code=source_code)
        return replace(found, arrondissement=self._arrondissement(found, evidence))

    def name(self, commune: str) -> str:
        """Return the name of a commune of today."""
        return self._index.communes[commune].name

    def _found(self, evidence: Evidence) -> Place:
        if evidence.code and evidence.communes_of(evidence.code):
            return self._by_code(evidence, evidence.code)
        if evidence.names:
            return self._by_name(evidence)
        return self._by_postcode(evidence)

    def _by_code(self, evidence: Evidence, code: str) -> Place:
        communes = evidence.communes_of(code)
        if len(communes) > 1:
            return _several(communes, _DOUBT, f"the source of code {code} gives it to several communes")
        commune = next(iter(communes))
        named = {one.commune for name in evidence.names for one in self._index.named(name)}
        near, _ = nearest(evidence.names, self._index.names_of(communes), misspelt=True)
        other_name = bool(named) and commune not in named and not near
        departement = self._index.communes[commune].departement
        far = evidence.postcode is not None and departement not in evidence.departements
        if other_name and not evidence.cedex and commune not in evidence.at:
            return _several(communes | named, _DOUBT, f"code {code} is of another commune than the name")
        if far and not (named or near):
            return _several(communes | evidence.at, _DOUBT, f"code {code} is far from postcode {evidence.postcode}")
        if other_name or far:
            return _one(commune, _OVERRIDDEN, f"by code {code}, against the {'name' if other_name else 'postcode'}")
        return _one(commune, _SURE, f"by code {code}")

    def _by_name(self, evidence: Evidence) -> Place:
        if evidence.at:
            return self._in_postcode(evidence)
        if evidence.departements:
            return self._in_departement(evidence)
        whole = self._named(evidence, 1) or self._named(evidence)
        if not whole:
            return self._halves(evidence) or _none("no commune has that name")
        if len(whole) == 1:
            return _one(next(iter(whole)), _ALONE, "by a name that one commune has")
        return _several(whole, _DOUBT, f"{len(whole)} communes have that name, and nothing else is stated")

    def _in_postcode(self, evidence: Evidence) -> Place:
        for names in (evidence.names[:1], evidence.names[1:]):
            exact = {one.commune for name in names for one in self._index.named(name)} & evidence.at
            present = {one.commune for name in names for one in self._index.named(name) if one.present} & exact
            if len(present or exact) == 1:
                return _one(next(iter(present or exact)), _SURE, "by name and postcode")
            if exact:
                return _several(exact, _DOUBT, "several communes of the postcode have that name")
        near, score = nearest(evidence.names, self._index.names_of(evidence.at), misspelt=True)
        if len(near) == 1:
            return _one(next(iter(near)), score, f"by postcode, and a name near {self.name(next(iter(near)))}")
        if near:
            return _several(near, _DOUBT, "the name is near several communes of the postcode")
        elsewhere = self._inside(evidence) or self._named(evidence)
        if elsewhere:
            reason = f"the name is of a commune that has not postcode {evidence.postcode}"
            return _several(elsewhere | evidence.at, _DOUBT, reason)
        return _several(evidence.at, _DOUBT, "by postcode alone: no commune there has such a name")

    def _in_departement(self, evidence: Evidence) -> Place:
        score = _SORTING_OFFICE if evidence.postcode else _ALONE
        where = ", ".join(sorted(evidence.departements))
        for present in (True, False):
            for names in (evidence.names[:1], evidence.names[1:]):
                named = (one for name in names for one in self._index.named(name) if one.present or not present)
                inside = self._of(evidence.departements, {one.commune for one in named})
                if len(inside) == 1:
                    return _one(next(iter(inside)), score, f"by name in département {where}")
                if inside:
                    return _several(inside, _DOUBT, f"several communes of département {where} have that name")
        near = self._inside(evidence)
        if near:
            return self._shortened(near, where)
        elsewhere = self._named(evidence)
        if elsewhere and evidence.guessed:
            return _several(elsewhere, _DOUBT, "the postcode is broken, and the name alone is not sure")
        if elsewhere:
            return _several(elsewhere, _DOUBT, f"no commune of département {where} has that name, but others have")
        return _none(f"no commune of département {where} has that name")

    def _shortened(self, near: frozenset[str], where: str) -> Place:
        if len(near) == 1:
            return _one(next(iter(near)), _OVERRIDDEN, f"by a shortened or longer name in département {where}")
        return _several(near, _DOUBT, f"the name is near several communes of département {where}")

    def _halves(self, evidence: Evidence) -> Place | None:
        """Return both communes of a name that is two of them ("Colombelles-Rouen")."""
        whole = evidence.name.whole
        for at in range(1, len(whole)):
            first, second = ({one.commune for one in self._index.named(half)} for half in (whole[:at], whole[at:]))
            if first and second:
                both = self._neighbours(first, second) or first | second
                return _several(both, _DOUBT, "the name holds those of several communes")
        return None

    def _neighbours(self, first: set[str], second: set[str]) -> set[str]:
        """Return those of two groups of communes that share a département with one of the other group."""
        of = {code: self._index.communes[code].departement for code in first | second}
        shared = {of[code] for code in first} & {of[code] for code in second}
        return {code for code, departement in of.items() if departement in shared}

    def _by_postcode(self, evidence: Evidence) -> Place:
        if evidence.at:
            if len(evidence.at) == 1:
                return _one(next(iter(evidence.at)), _ALONE, "by a postcode that one commune has")
            return _several(evidence.at, _DOUBT, f"{len(evidence.at)} communes have postcode {evidence.postcode}")
        inside = {one.commune for code in evidence.departements for one in self._index.inside(code)}
        if len(inside) == 1:
            return _one(next(iter(inside)), _ALONE, "by a département of one commune")
        if evidence.postcode:
            return _none(f"no commune has postcode {evidence.postcode}, and no name is stated")
        return _none("neither a code, a name nor a postcode is stated that says anything")

    def _named(self, evidence: Evidence, count: int | None = None) -> frozenset[str]:
        return frozenset(one.commune for name in evidence.names[:count] for one in self._index.named(name))

    def _inside(self, evidence: Evidence) -> frozenset[str]:
        """Return the communes of the départements whose names are shortened or longer ones."""
        among = [one for code in sorted(evidence.departements) for one in self._index.inside(code)]
        return nearest(evidence.names, among, misspelt=False)[0]

    def _of(self, departements: Iterable[str], communes: Iterable[str]) -> frozenset[str]:
        wanted = set(departements)
        return frozenset(code for code in communes if self._index.communes[code].departement in wanted)

    def _weigh(self, found: Place, evidence: Evidence, stated: Stated) -> Place:
        """Set what was found against the stated département and the point."""
        if stated.point and found.candidates:
            found = self._near_point(found, stated.point)
        departement = evidence.stated_departement
        if found.commune is None or departement in (None, self._index.communes[found.commune].departement):
            return found
        reason = f"{found.reason}, against the stated département {departement}"
        if found.score < _SURE:
            return _several({found.commune}, _DOUBT, reason)
        return replace(found, score=_OVERRIDDEN, reason=reason)

    def _near_point(self, found: Place, point: tuple[float, float]) -> Place:
        area = places_area.of(point)
        departements = {code: self._index.communes[code].departement for code in found.candidates}
        left = [code for code in found.candidates if places_area.of_departement(departements[code]) == area]
        if not left:
            where = "abroad or at sea" if area is None else f"in {area}"
            return _several(found.candidates, _DOUBT, f"{found.reason}, but the point is {where}")
        if found.commune is None and len(left) == 1:
            return _one(left[0], _OVERRIDDEN, f"{found.reason}; the point leaves one")
        return found if found.commune else replace(found, candidates=tuple(left))

    def _arrondissement(self, found: Place, evidence: Evidence) -> str | None:
        if found.commune is None:
            return None
        if evidence.code in self._index.arrondissements:
            return evidence.code
        look = self._index.arrondissement
        said = {
            look(found.commune, number=evidence.name.number) if evidence.name.number else None,
            look(found.commune, postcode=evidence.postcode) if evidence.postcode else None,
        } - {None}
        # Two that differ are a contradiction within one commune: the commune stands, neither is chosen.
        return said.pop() if len(said) == 1 else None


def _one(commune: str, score: float, reason: str) -> Place:
    return Place("matched", commune, (commune,), score, reason)


def _several(communes: Iterable[str], score: float, reason: str) -> Place:
    return Place("ambiguous", None, tuple(sorted(communes)), score, reason)


def _none(reason: str) -> Place:
    return Place("unmatched", None, (), 0.0, reason)
