"""Which pairs are looked at, and what is decided of each: blocking, then the rules of the family.

Two profiles are compared when they share a telling word, a street, a number, an acronym or a web domain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import Final

from maille.loaders.linking import organisations as linking_organisations
from maille.loaders.linking import structures as linking_structures
from maille.loaders.linking.common import MATCHED, UNMATCHED, Common, Verdict
from maille.loaders.linking.names import FILLER_STEMS, INSTITUTION_STEMS, Form
from maille.loaders.linking.profiles import ORGANISATION, STRUCTURE, Profile

Rules = Callable[[Profile, Profile, Common], Verdict]
_RULES: Final[Mapping[str, Rules]] = MappingProxyType(
    {STRUCTURE: linking_structures.decide, ORGANISATION: linking_organisations.decide}
)
_CROWD: Final = 300
"""A word that more profiles share than this tells nothing, and would cost the square of it."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two profiles, the first by name first, and the verdict on them."""

    one: Profile
    two: Profile
    verdict: Verdict

    @property
    def is_match(self) -> bool:
        """Say whether the verdict is *matched*."""
        return self.verdict.outcome == MATCHED

    def judged(self, verdict: Verdict) -> Pair:
        """Return the pair under another verdict."""
        return Pair(self.one, self.two, verdict)


def pairs_of(profiles: Iterable[Profile], common: Common) -> list[Pair]:
    """Return every pair that was looked at and is not plainly two things, in the order of names."""
    found = []
    for one, two in _candidates(profiles):
        verdict = _rules(one)(one, two, common)
        if verdict.score > 0 or verdict.outcome != UNMATCHED:
            found.append(Pair(one, two, verdict))
    return found


def verdict_of(one: Profile, two: Profile, common: Common) -> Verdict:
    """Decide on any two profiles; different families are never one thing."""
    if one.family != two.family:
        return Verdict(UNMATCHED, 0.0, f"a thing of kind {one.family} is none of kind {two.family}")
    return _rules(one)(one, two, common)


def _rules(one: Profile) -> Rules:
    # Laboratories, networks and whatever else has a kind of its own are named and numbered like organisations.
    return _RULES.get(one.family, linking_organisations.decide)


def _candidates(profiles: Iterable[Profile]) -> Iterator[tuple[Profile, Profile]]:
    blocks: dict[tuple[str, str], list[Profile]] = defaultdict(list)
    for one in sorted(profiles, key=lambda one: one.id):
        for key in _keys(one):
            blocks[one.family, key].append(one)
    found = {
        (one.id, two.id): (one, two)
        for those in blocks.values()
        if len(those) <= _CROWD
        for one, two in combinations(those, 2)
    }
    for pair in sorted(found):
        yield found[pair]


def _keys(one: Profile) -> frozenset[str]:
    texts = (*one.forms, *one.bare, *one.pieces)
    keys = {f"w:{word}" for form in texts for word in _telling(form, one.family)}
    keys |= {f"c:{form.compact[:8]}" for form in texts}
    keys |= {f"d:{site}" for site in one.where.sites}
    if one.family == STRUCTURE:
        keys |= {f"w:{word}" for form in one.operators for word in form.core}
        keys |= {f"s:{street.name}" for street in one.where.streets}
    else:
        keys |= {f"n:{scheme}:{value}" for scheme, values in one.numbers.items() for value in values}
        keys |= {f"c:{acronym[:8]}" for acronym in one.acronyms}
    return frozenset(keys)


def _telling(form: Form, family: str) -> frozenset[str]:
    words = form.core if family == STRUCTURE else form.core - INSTITUTION_STEMS - FILLER_STEMS
    return words or frozenset({form.compact})
