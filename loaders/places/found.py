"""What a stated place turns out to be, and the scores of the ways to find it.

A score ranks the evidence, from 0 to 1; it is no probability. What was measured with them is in `docs/places.md`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

SURE: Final = 1.0
"""All that is stated agrees, and a code or a postcode is part of it."""
SORTING_OFFICE: Final = 0.9
"""By name and département, with a postcode of a CEDEX: the town may be that of the sorting office."""
ALONE: Final = 0.8
"""By a name alone, or by a postcode alone, that one commune has."""
LOOSE: Final = 0.6
"""By a shortened or longer name in a whole département, or by the part of France that the point lies in."""
OVERRIDDEN: Final = 0.5
"""One thing that is stated says otherwise than all others."""
SHARED: Final = 0.4
"""Several communes have all that is stated."""
AGAINST: Final = 0.2
"""What is stated contradicts itself."""

Outcome = Literal["matched", "ambiguous", "unmatched"]


@dataclass(frozen=True, slots=True)
class Place:
    """What a stated place is.

    Attributes:
        outcome: whether it is one commune, perhaps one of some, or none.
        commune: code of the commune of today, where matched.
        candidates: the codes that are left, the commune itself where matched.
        score: from 0 to 1, how well what is stated agrees.
        reason: why, in one line.
        source_code: the code that the row gives, where it is none of a commune of today.
        arrondissement: code of the municipal arrondissement, where one is known.
        nuts: NUTS 3 code of all that is possible, so that it may be known where the commune is not.
    """

    outcome: Outcome
    commune: str | None
    candidates: tuple[str, ...]
    score: float
    reason: str
    source_code: str | None = None
    arrondissement: str | None = None
    nuts: str | None = None

    @property
    def contradictory(self) -> bool:
        """Whether one thing that is stated says otherwise than another, believed or not."""
        return self.score in (AGAINST, OVERRIDDEN)


def one(commune: str, score: float, reason: str) -> Place:
    """Return a match."""
    return Place("matched", commune, (commune,), score, reason)


def several(communes: Iterable[str], score: float, reason: str) -> Place:
    """Return a doubt between communes, be it about one alone."""
    return Place("ambiguous", None, tuple(sorted(communes)), score, reason)


def none(reason: str) -> Place:
    """Return that no commune was found."""
    return Place("unmatched", None, (), 0.0, reason)
