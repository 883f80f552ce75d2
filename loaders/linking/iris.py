"""Which name each thing has: the one published first, else one minted from its first mention.

What a thing was ever called stays its name: where two are joined the older name stays and the other is replaced by it;
where they are parted again each has its own back (`docs/linking.md`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pyoxigraph import NamedNode

from maille.loaders.ledger import Ledger
from maille.loaders.linking.mention import Mention, Name
from maille.loaders.linking.profiles import ORGANISATION, family_of
from maille.loaders.linking.published import Published
from maille.ontology import iris
from maille.ontology.errors import InvalidIri
from maille.ontology.namespaces import BASE


@dataclass(frozen=True)
class Names:
    """The name of every mention, and what became of names that are no more.

    Attributes:
        of: mention -> name of its thing.
        replaced: name that was published -> the one that took its place.
        withdrawn: name that was published and whose mention is gone -> what it was called.
    """

    of: Mapping[Name, NamedNode]
    replaced: Mapping[NamedNode, NamedNode] = field(default_factory=dict)
    withdrawn: Mapping[NamedNode, str] = field(default_factory=dict)


class _Claim(NamedTuple):
    """A thing's claim to a name; the least of all has it: published ones by their age, its own before others'."""

    is_new: bool
    turn: int
    is_foreign: bool
    rank: tuple[int, str, str]
    iri: str
    thing: int


def names_of(
    things: Sequence[Sequence[Mention]], order: Sequence[str], packaged: Ledger, published: Published
) -> Names:
    """Name every thing.

    Args:
        things: the mentions of each.
        order: the sources, those that named things first in front.
        packaged: the ledger of the package, older than any release.
        published: the ledger of the home.
    """
    namer = _Namer(order, packaged, published, _whole(things))
    claims = sorted(claim for number, thing in enumerate(things) for claim in namer.claims(number, thing))
    given: dict[int, str] = {}
    holder: dict[str, int] = {}
    for claim in claims:
        if claim.iri not in holder and (claim.thing not in given or not claim.is_new):
            holder[claim.iri] = claim.thing
            given.setdefault(claim.thing, claim.iri)
    for number, thing in enumerate(things):
        if number not in given:
            # Its number names another thing already: it is called by its own name.
            given[number] = namer.minted(min(thing, key=lambda one: namer.rank(one.id))).value
    replaced = {iri: given[number] for iri, number in holder.items() if given[number] != iri}
    current = set(given.values())
    once = {BASE + path: one.label for path, one in published.first.items()}
    gone = {iri: label for iri, label in once.items() if iri not in holder and iri not in current}
    return Names(
        {one.id: NamedNode(given[number]) for number, thing in enumerate(things) for one in thing},
        {NamedNode(old): NamedNode(new) for old, new in sorted(replaced.items())},
        {NamedNode(iri): label for iri, label in sorted(gone.items())},
    )


def _whole(things: Sequence[Sequence[Mention]]) -> frozenset[str]:
    """Return the SIREN that one thing has and no other: the schools of one legal person are not named by it."""
    holders: dict[str, set[int]] = defaultdict(set)
    for number, thing in enumerate(things):
        for one in thing:
            for scheme, value in one.identifiers:
                if scheme == "siren" and family_of(one) == ORGANISATION:
                    holders[value].add(number)
    return frozenset(value for value, those in holders.items() if len(those) == 1)


class _Namer:
    def __init__(self, order: Sequence[str], packaged: Ledger, published: Published, whole: frozenset[str]) -> None:
        self._ranks = {source: number for number, source in enumerate(order)}
        self._packaged = packaged
        self._published = published
        self._whole = whole

    def rank(self, name: Name) -> tuple[int, str, str]:
        """Return the place of a mention among all: by its source, then its key."""
        return (self._ranks.get(name.source, len(self._ranks)), name.source, name.key)

    def claims(self, number: int, thing: Iterable[Mention]) -> Iterator[_Claim]:
        """Yield every name a thing may have."""
        for one in thing:
            rank = self.rank(one.id)
            entry = self._packaged.find(one.source, one.key)
            if entry is not None:
                yield _Claim(False, 0, False, rank, entry.iri.value, number)
            for earlier in self._published.by_mention.get(one.id, ()):
                foreign = not self._is_own(BASE + earlier.iri, one)
                yield _Claim(False, earlier.turn, foreign, rank, BASE + earlier.iri, number)
            if entry is None:
                yield from self._new(one, rank, number)

    def _new(self, one: Mention, rank: tuple[int, str, str], number: int) -> Iterator[_Claim]:
        sirens = sorted(value for scheme, value in one.identifiers if scheme == "siren")
        if one.kind == ORGANISATION and len(sirens) == 1 and sirens[0] in self._whole:
            yield _Claim(True, 0, False, rank, iris.thing(ORGANISATION, sirens[0]).value, number)
        else:
            yield _Claim(True, 0, True, rank, self.minted(one).value, number)

    def minted(self, one: Mention) -> NamedNode:
        """Return the name of a mention by its label and its key."""
        try:
            key = iris.key_of(one.name, one.source, one.key)
        except InvalidIri:
            # A label without one Latin letter or digit.
            key = iris.key_of(one.key, one.source, one.key)
        return iris.thing(one.kind, key)

    def _is_own(self, iri: str, one: Mention) -> bool:
        """Say whether a name was minted for this very mention: the digits at its end, or its SIREN."""
        key = iri.rpartition("/")[2]
        digits = iris.key_of("x", one.source, one.key).rpartition("-")[2]
        return key.endswith(f"-{digits}") or (family_of(one) == ORGANISATION and ("siren", key) in one.identifiers)
