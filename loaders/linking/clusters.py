"""From pairs to things: no chain of matches may join what was refused, or two rows of one file.

The surest pair is joined first; a pair that would bring together what must stay apart is left ambiguous, with the
reason. Names decide the order among equals, so the result is the same whatever order the mentions came in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from maille.loaders.linking.common import AMBIGUOUS, Verdict
from maille.loaders.linking.mention import Name
from maille.loaders.linking.pairs import Pair
from maille.loaders.linking.profiles import STRUCTURE, Profile

_MARGIN: Final = 0.03
"""How much surer the best of several candidates of one file must be."""
_CONFIRMED: Final = 1.0

Refused = frozenset[frozenset[Name]]


def without_rivals(pairs: Sequence[Pair]) -> list[Pair]:
    """Leave ambiguous what has several candidates in one file, none of them surer than the rest."""
    rivals: dict[tuple[Name, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        if pair.is_match and pair.one.source != pair.two.source:
            for one, two in ((pair.one, pair.two), (pair.two, pair.one)):
                if not two.is_second:
                    rivals[one.id, two.source].append(pair)
    twins = {_ends(pair) for pair in pairs if pair.is_match and pair.one.source == pair.two.source}
    demoted = {_ends(pair) for (name, _), those in rivals.items() for pair in _weaker(name, those, twins)}
    return [pair.judged(_rivalled(pair)) if _ends(pair) in demoted else pair for pair in pairs]


def _weaker(name: Name, those: Sequence[Pair], twins: set[frozenset[Name]]) -> list[Pair]:
    """Return those of the candidates of `name` that others stand beside: all but the best, if that is surer."""
    best, *rest = sorted(those, key=lambda pair: (-pair.verdict.score, pair.one.id, pair.two.id))
    first = _other(best, name)
    rest = [pair for pair in rest if frozenset({first, _other(pair, name)}) not in twins]
    if rest and best.verdict.score - rest[0].verdict.score < _MARGIN:
        rest.append(best)
    return [pair for pair in rest if pair.verdict.score < _CONFIRMED]


def _other(pair: Pair, name: Name) -> Name:
    return pair.two.id if pair.one.id == name else pair.one.id


def _rivalled(pair: Pair) -> Verdict:
    return Verdict(AMBIGUOUS, min(pair.verdict.score, 0.7), f"{pair.verdict.reason}; but another row fits as well")


def _ends(pair: Pair) -> frozenset[Name]:
    return frozenset({pair.one.id, pair.two.id})


class Clusters:
    """Profiles joined to things.

    Args:
        profiles: all of them.
        refused: pairs of mentions that are never one thing.
    """

    def __init__(self, profiles: Iterable[Profile], refused: Refused = frozenset()) -> None:
        self._members = {one.id: [one] for one in profiles}
        self._head = {name: name for name in self._members}
        self._refused = refused
        self._matched: set[frozenset[Name]] = set()

    def join(self, pairs: Sequence[Pair]) -> list[Pair]:
        """Join what matched, the surest first; returns all pairs, those that could not be joined as ambiguous."""
        matches = [pair for pair in pairs if pair.is_match]
        self._matched |= {_ends(pair) for pair in matches}
        blocked: dict[frozenset[Name], str] = {}
        for pair in sorted(matches, key=lambda pair: (-pair.verdict.score, pair.one.id, pair.two.id)):
            obstacle = self._join(pair)
            if obstacle:
                blocked[_ends(pair)] = obstacle
        return [
            pair.judged(Verdict(AMBIGUOUS, min(pair.verdict.score, 0.7), f"{pair.verdict.reason}; but {obstacle}"))
            if (obstacle := blocked.get(_ends(pair), ""))
            else pair
            for pair in pairs
        ]

    def things(self) -> list[tuple[Profile, ...]]:
        """Return the profiles of each thing, things and profiles in the order of names."""
        heads = sorted(dict.fromkeys(self._head.values()))
        return [tuple(sorted(self._members[head], key=lambda one: one.id)) for head in heads]

    def _join(self, pair: Pair) -> str:
        first, second = sorted((self._head[pair.one.id], self._head[pair.two.id]))
        if first == second:
            return ""
        for one in self._members[first]:
            for two in self._members[second]:
                obstacle = self._obstacle(one, two, pair.verdict.score)
                if obstacle:
                    return f"{one.id} and {two.id} would be one: {obstacle}"
        self._members[first] += self._members.pop(second)
        for one in self._members[first]:
            self._head[one.id] = first
        return ""

    def _obstacle(self, one: Profile, two: Profile, score: float) -> str:
        """Return why two profiles must not be one thing, empty where they may."""
        if self._refused and any(frozenset({a, b}) in self._refused for a in one.names for b in two.names):
            return "this pair is refused"
        if score >= _CONFIRMED or frozenset({one.id, two.id}) in self._matched:
            return ""
        if one.has_other("siren", two) and STRUCTURE not in (one.family, two.family):
            return "their SIREN differ"
        if one.source == two.source and not (one.is_second or two.is_second):
            return "two rows of one file"
        mine, theirs = one.where.communes, two.where.communes
        if one.family == STRUCTURE and mine and theirs and not mine & theirs:
            return "they are in different communes"
        return ""
