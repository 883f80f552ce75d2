"""What only all mentions together tell: whose domains are a network's, which numbers and acronyms are shared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from maille.loaders.linking.likeness import likeness
from maille.loaders.linking.mention import Name
from maille.loaders.linking.names import FILLER_STEMS, HOUSE_STEMS, INSTITUTION_STEMS, NETWORKS
from maille.loaders.linking.places import site_of
from maille.loaders.linking.profiles import ORGANISATION, STRUCTURE, Profile

MATCHED: Final = "matched"
AMBIGUOUS: Final = "ambiguous"
UNMATCHED: Final = "unmatched"
_ACRONYM: Final = 4
"""Letters an acronym must have to be written out: three are borne by too many."""
_SILENT: Final = INSTITUTION_STEMS | FILLER_STEMS | HOUSE_STEMS | NETWORKS

Words = frozenset[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is decided of a pair: the outcome, how sure it is from 0 to 1, and why."""

    outcome: str
    score: float
    reason: str


@dataclass(frozen=True)
class Common:
    """Facts about all profiles.

    Attributes:
        networks: registered domains that one source gives for structures in several communes or under several names.
        bearers: acronym -> the organisations of each source that bear it, or whose name begins with it.
        shared: official numbers of organisations that several rows of one source have, under different names.
        spelled: acronym of an institution -> the telling words of each of its names: ENSAM is arts and métiers.
        crowded: structures that are not alone of their source in their house.
    """

    networks: frozenset[str]
    bearers: Mapping[str, Mapping[str, frozenset[Profile]]]
    shared: frozenset[tuple[str, str]]
    spelled: Mapping[str, frozenset[Words]]
    crowded: frozenset[Name]

    def lends(self, host: str) -> bool:
        """Say whether the domain of a host is a network's, a school's or a host's."""
        return site_of(host) in self.networks


def common_of(profiles: Iterable[Profile]) -> Common:
    """Learn the facts about all profiles."""
    known = list(profiles)
    return Common(_networks(known), _bearers(known), _shared(known), _spelled(known), _crowded(known))


def _networks(profiles: Iterable[Profile]) -> frozenset[str]:
    homes: dict[tuple[str, str], set[tuple[object, ...]]] = defaultdict(set)
    for one in profiles:
        if one.family == STRUCTURE and one.forms:
            for site in one.where.sites:
                homes[one.source, site].add((one.where.communes or one.where.postcodes, one.forms[0].core))
    return frozenset(site for (_, site), found in homes.items() if len(found) > 1)


def _bearers(profiles: Iterable[Profile]) -> Mapping[str, Mapping[str, frozenset[Profile]]]:
    found: dict[str, dict[str, set[Profile]]] = defaultdict(lambda: defaultdict(set))
    for one in profiles:
        if one.family == ORGANISATION:
            for acronym in one.acronyms | one.heads:
                found[acronym][one.source].add(one)
    return {
        acronym: {source: frozenset(those) for source, those in sources.items()} for acronym, sources in found.items()
    }


def _shared(profiles: Iterable[Profile]) -> frozenset[tuple[str, str]]:
    rows: dict[tuple[str, str, str], list[Profile]] = defaultdict(list)
    for one in profiles:
        if one.family != STRUCTURE:
            for scheme, values in one.numbers.items():
                for value in values:
                    rows[one.source, scheme, value].append(one)
    return frozenset(
        (scheme, value)
        for (_, scheme, value), those in rows.items()
        if any(not likeness(one, two).kind for one, two in combinations(those, 2))
    )


def telling(words: Words) -> Words:
    """Return the words that say which institution it is, without kinds of institution and alliances."""
    return words - _SILENT


def _spelled(profiles: Iterable[Profile]) -> Mapping[str, frozenset[Words]]:
    """Learn what acronyms stand for, where everybody who bears one has a telling word in common."""
    names: dict[str, list[frozenset[Words]]] = defaultdict(list)
    for one in profiles:
        if one.family == ORGANISATION:
            written = frozenset(words for form in one.forms if len(words := telling(form.words)) > 1)
            for acronym in one.declared:
                if written and len(acronym) >= _ACRONYM:
                    names[acronym].append(written)
    return {
        acronym: frozenset().union(*those)
        for acronym, those in names.items()
        if frozenset.intersection(*(frozenset().union(*written) for written in those))
    }


def _crowded(profiles: Iterable[Profile]) -> frozenset[Name]:
    places: dict[tuple[str, str], list[Profile]] = defaultdict(list)
    for one in profiles:
        if one.family == STRUCTURE:
            for commune in one.where.communes:
                places[one.source, commune].append(one)
    return frozenset(
        each.id
        for those in places.values()
        for one, two in combinations(those, 2)
        if one.where.same_house(two.where)
        for each in (one, two)
    )
