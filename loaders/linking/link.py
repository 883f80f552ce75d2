"""Record linkage: which mentions of several sources are one thing, why, and what the thing is called.

Every pair that is looked at gets a verdict (*matched*, *ambiguous*, *unmatched*) with a score and a reason; only
*matched* joins. A curated file of confirmed and refused pairs is stronger than any rule. See `docs/linking.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pyoxigraph import NamedNode

from maille.loaders.ledger import Ledger
from maille.loaders.linking.clusters import Clusters, without_rivals
from maille.loaders.linking.common import MATCHED, UNMATCHED, Verdict, common_of
from maille.loaders.linking.curated import SAME, Curated
from maille.loaders.linking.iris import Names, names_of
from maille.loaders.linking.mention import Mention, Name
from maille.loaders.linking.pairs import Pair, pairs_of
from maille.loaders.linking.profiles import Profile, profiles_of
from maille.loaders.linking.published import Published


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided of two mentions, the outcome, how sure it is from 0 to 1, and why."""

    one: Mention
    two: Mention
    outcome: str
    score: float
    reason: str


@dataclass(frozen=True)
class Links:
    """Which mentions are one thing, and what things are called.

    Attributes:
        names: the name of each mention's thing, and what became of former ones.
        things: the mentions of each thing, in the order of names.
        decisions: every pair that was looked at and is not plainly two things.
        notes: what the reader of the summary should know.
    """

    names: Names
    things: tuple[tuple[Mention, ...], ...]
    decisions: tuple[Decision, ...]
    notes: tuple[str, ...] = ()

    def iri(self, source: str, key: str) -> NamedNode:
        """Return the name of the thing a mention speaks of; raises KeyError where there is no such mention."""
        return self.names.of[Name(source, key)]

    @property
    def replaced(self) -> Mapping[NamedNode, NamedNode]:
        """Every name that was published and gave way to another."""
        return self.names.replaced


def link(
    mentions: Iterable[Mention],
    curated: Curated,
    order: Sequence[str],
    *,
    towns: Mapping[str, str] = MappingProxyType({}),
    packaged: Ledger | None = None,
    published: Published | None = None,
) -> Links:
    """Decide which mentions are one thing, and name things.

    Args:
        mentions: in any order: the result does not depend on it.
        curated: confirmed and refused pairs.
        order: ids of the sources, those that named things first in front.
        towns: INSEE code -> name of the commune.
        packaged: the ledger of the package.
        published: the ledger of the home.
    """
    # Two vintages of one source speak of one row twice: the same of them is taken, whatever the order.
    known = {one.id: one for one in sorted(mentions, key=_all_of)}
    profiles = profiles_of(known.values(), towns, curated.names)
    pairs = _ruled(without_rivals(pairs_of(profiles, common_of(profiles))), curated, profiles)
    clusters = Clusters(profiles, curated.refused)
    pairs = clusters.join(pairs)
    things = tuple(tuple(known[name] for one in those for name in one.names) for those in clusters.things())
    names = names_of(things, order, packaged or Ledger(), published or Published())
    decisions = tuple(_decision(pair, known) for pair in pairs)
    return Links(names, things, decisions, tuple(_unknown(curated, known)))


def _all_of(one: Mention) -> tuple[object, ...]:
    numbers = sorted(one.identifiers)
    place = (one.commune or "", one.postcode or "", one.departement or "", one.address, one.domains)
    return (one.source, one.key, one.kind, one.name, one.other_names, numbers, place)


def _ruled(pairs: Iterable[Pair], curated: Curated, profiles: Iterable[Profile]) -> list[Pair]:
    """Put the curated pairs over the verdicts on the same, and add those that no rule looked at."""
    by_name = {name: one for one in profiles for name in one.names}
    found = {frozenset({pair.one.id, pair.two.id}): pair for pair in pairs}
    for ends, ruling in curated.rulings.items():
        if ruling.one in by_name and ruling.two in by_name:
            outcome, score = (MATCHED, 1.0) if ruling.decision == SAME else (UNMATCHED, 0.0)
            verdict = Verdict(outcome, score, f"{ruling.place} says {ruling.decision}")
            found[ends] = Pair(by_name[ruling.one], by_name[ruling.two], verdict)
    return sorted(found.values(), key=lambda pair: (pair.one.id, pair.two.id))


def _decision(pair: Pair, known: Mapping[Name, Mention]) -> Decision:
    verdict = pair.verdict
    return Decision(known[pair.one.id], known[pair.two.id], verdict.outcome, verdict.score, verdict.reason)


def _unknown(curated: Curated, known: Mapping[Name, Mention]) -> Iterable[str]:
    """Yield a note for each curated pair that names no row of a source that was loaded."""
    loaded = {name.source for name in known}
    for ruling in curated.rulings.values():
        for name in (ruling.one, ruling.two):
            if name.source in loaded and name not in known:
                yield f"{ruling.place} names {name}, and no row is called so"
