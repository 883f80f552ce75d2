"""Finding a commune by its name: in its postcode, else in its département, else in the whole country.

The names of communes of today come before those of their parts, and these before former names and quarters, so that a
vanished village never casts doubt on a town.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from maille.loaders.places import found
from maille.loaders.places.evidence import Evidence
from maille.loaders.places.found import Place
from maille.loaders.places.index import BESIDE, PART, PRESENT, Named, PlaceIndex
from maille.loaders.places.near import CONTAINED, LONGER, SHORTENED, nearest
from maille.loaders.places.text import Words

_RANKS: Final = (PRESENT, PART, BESIDE)
_BOTH: Final = "the name holds those of several communes"
Communes = frozenset[str]


class Names:
    """Looks for the communes of stated names."""

    def __init__(self, index: PlaceIndex) -> None:
        self._index = index

    def find(self, evidence: Evidence) -> Place:
        """Return what a stated name means, beside the postcode or département that is stated."""
        if evidence.at:
            return self._in_postcode(evidence)
        if evidence.departements:
            return self._in_departement(evidence)
        communes = self.anywhere(evidence)
        if len(communes) == 1:
            return found.one(next(iter(communes)), found.ALONE, "by a name that one commune has")
        if communes:
            return found.several(communes, found.SHARED, f"{len(communes)} communes have that name")
        both = self._halves(evidence, _anything)
        return found.several(both, found.SHARED, _BOTH) if both else found.none("no commune has that name")

    def anywhere(self, evidence: Evidence) -> Communes:
        """Return the communes of the name in the whole country, or of its parts."""
        return self._exact(evidence, _anything)

    def _in_postcode(self, evidence: Evidence) -> Place:
        communes = self._exact(evidence, evidence.at.__contains__)
        if len(communes) == 1:
            score = found.SORTING_OFFICE if evidence.cedex else found.SURE
            return found.one(next(iter(communes)), score, "by name and postcode")
        communes = communes or self._halves(evidence, evidence.at.__contains__)
        if communes:
            return found.several(communes, found.SHARED, "several communes of the postcode have that name")
        near, score = nearest(evidence.names, self._index.names_of(evidence.at), misspelt=True)
        if near and not self._is_of_others(evidence, score):
            return self._near(near, score)
        elsewhere = self._shortened(evidence)[0] or self.anywhere(evidence)
        if elsewhere:
            reason = f"the name is of a commune that has not postcode {evidence.postcode}"
            return found.several(elsewhere | (near or evidence.at), found.AGAINST, reason)
        return found.several(evidence.at, found.AGAINST, "by postcode: no commune there has such a name")

    def _near(self, near: Communes, score: float) -> Place:
        if len(near) > 1:
            return found.several(near, found.SHARED, "the name is near several communes of the postcode")
        name = self._index.communes[next(iter(near))].name
        return found.one(next(iter(near)), score, f"by postcode, and a name near {name}")

    def _is_of_others(self, evidence: Evidence, score: float) -> bool:
        """Return whether the name is, letter by letter, that of a commune elsewhere: then it is no near spelling.

        "Boulogne" is Boulogne-Billancourt for short, though others are called so; but not within one département.
        """
        short = score in (SHORTENED, LONGER, CONTAINED)
        return bool(self._ranked(evidence.names[:1], self._inside(evidence.departements) if short else _anything))

    def _in_departement(self, evidence: Evidence) -> Place:
        where = f"département {', '.join(sorted(evidence.departements))}"
        communes = self._exact(evidence, self._inside(evidence.departements))
        if len(communes) == 1:
            score = found.SORTING_OFFICE if evidence.postcode else found.ALONE
            return found.one(next(iter(communes)), score, f"by name in {where}")
        if communes:
            return found.several(communes, found.SHARED, f"several communes of {where} have that name")
        both = self._halves(evidence, self._inside(evidence.departements))
        if both:
            return found.several(both, found.SHARED, _BOTH)
        near, score = self._shortened(evidence)
        if len(near) == 1 and score >= SHORTENED:
            return found.one(next(iter(near)), found.LOOSE, f"by a shortened or longer name in {where}")
        if near:
            return found.several(near, found.SHARED, f"the name is near that of communes of {where}")
        elsewhere = self.anywhere(evidence)
        if elsewhere:
            return found.several(elsewhere, found.AGAINST, f"the name is of no commune of {where}, but of others")
        return found.none(f"no commune of {where} has that name")

    def _exact(self, evidence: Evidence, wanted: Callable[[str], bool]) -> Communes:
        """Return the wanted communes of the whole name, else those of its parts."""
        return self._ranked(evidence.names[:1], wanted) or self._ranked(evidence.names[1:], wanted)

    def _ranked(self, names: Iterable[Words], wanted: Callable[[str], bool]) -> Communes:
        named = [one for name in names for one in self._index.named(name) if wanted(one.commune)]
        # Two parts of one name may be a commune and a quarter of it; what counts is the first rank that says anything.
        return next((communes for rank in _RANKS if (communes := _of(named, rank))), frozenset())

    def _halves(self, evidence: Evidence, wanted: Callable[[str], bool]) -> Communes:
        """Return the communes of a name that is two of them ("Colombelles-Rouen"), in one département if can be."""
        whole = evidence.name.whole
        for at in range(1, len(whole)):
            first, second = self._ranked([whole[:at]], wanted), self._ranked([whole[at:]], wanted)
            if first and second:
                return self._neighbours(first, second) or first | second
        return frozenset()

    def _neighbours(self, first: Communes, second: Communes) -> Communes:
        of = {code: self._index.communes[code].departement for code in first | second}
        shared = {of[code] for code in first} & {of[code] for code in second}
        return frozenset(code for code, departement in of.items() if departement in shared)

    def _shortened(self, evidence: Evidence) -> tuple[Communes, float]:
        """Return the communes of the départements that have a shortened or longer name, and how near it is."""
        among = [one for code in sorted(evidence.departements) for one in self._index.inside(code)]
        return nearest(evidence.names, among, misspelt=False)

    def _inside(self, departements: Communes) -> Callable[[str], bool]:
        return lambda code: self._index.communes[code].departement in departements


def _anything(_: str) -> bool:
    return True


def _of(named: Iterable[Named], rank: int) -> Communes:
    return frozenset(one.commune for one in named if one.rank == rank)
