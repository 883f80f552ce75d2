"""What the linker knows of one mention, or of several of one file that say the very same: its profile.

A second thing of a row (its operator, a supervising body) has seldom a place of its own: the place of the row is its
context, which may tell two candidates apart and never makes a link by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from maille.loaders.linking.mention import SEPARATOR, Mention, Name
from maille.loaders.linking.names import (
    Form,
    acronyms_of,
    bare_of,
    declared_acronym,
    fold,
    form_of,
    former_of,
    forms_of,
    pieces_of,
    words_of,
)
from maille.loaders.linking.places import Street, host_of, site_of, street_of

STRUCTURE: Final = "structure"
ORGANISATION: Final = "organisation"
_FAMILIES: Final = MappingProxyType({"partner": ORGANISATION, "site": STRUCTURE})
_NONE: Final[frozenset[str]] = frozenset()
_NO_NAMES: Final[frozenset[Name]] = frozenset()


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where something is said to be: every value that was given."""

    communes: frozenset[str] = _NONE
    postcodes: frozenset[str] = _NONE
    departements: frozenset[str] = _NONE
    streets: tuple[Street, ...] = ()
    hosts: frozenset[str] = _NONE

    @property
    def sites(self) -> frozenset[str]:
        """The registered domains of the hosts."""
        return frozenset(site_of(host) for host in self.hosts)

    def same_house(self, other: Whereabouts) -> bool:
        """Say whether a street with its number is the same in both."""
        return any(one.same_house(two) for one in self.streets for two in other.streets)

    def same_street(self, other: Whereabouts) -> bool:
        """Say whether a street is the same in both, whatever its number."""
        return any(one.same_street(two) for one in self.streets for two in other.streets)


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """Everything that is compared.

    Attributes:
        names: the mentions, sorted; one, but for second things of rows that say the very same.
        source: id of their source.
        family: `structure`, `organisation` or what else the kind is: families are never linked with each other.
        label: the name, as it is shown.
        forms: forms of the name, then of other names.
        pieces: forms of the parts of the name.
        bare: forms of the name without host, operator and explanation.
        acronyms: those that are declared, and the initials of the names.
        declared: those that are declared.
        where: its own places and pages.
        context: those of the rows it stands in, for a second thing.
        numbers: official numbers by scheme.
        operator: words of the name of who runs it.
        operators: forms of the name of who runs it.
        towns: words of the names of its communes and départements.
        heads: the first words of its names, which may be acronyms: `ENSTA Paris`, `ENSTA Bretagne`.
    """

    names: tuple[Name, ...]
    source: str
    family: str
    label: str
    forms: tuple[Form, ...]
    pieces: tuple[Form, ...]
    bare: tuple[Form, ...]
    acronyms: frozenset[str]
    declared: frozenset[str]
    where: Whereabouts
    context: Whereabouts
    numbers: Mapping[str, frozenset[str]]
    operator: frozenset[str] = _NONE
    operators: tuple[Form, ...] = ()
    towns: frozenset[str] = _NONE
    heads: frozenset[str] = _NONE

    @property
    def id(self) -> Name:
        """The first of its mentions, by which it is called."""
        return self.names[0]

    @property
    def is_second(self) -> bool:
        """Say whether it is a second thing of its rows."""
        return SEPARATOR in self.names[0].key

    def has_other(self, scheme: str, other: Profile) -> bool:
        """Say whether both have a number of this scheme, and none in common."""
        mine, theirs = self.numbers.get(scheme, _NONE), other.numbers.get(scheme, _NONE)
        return bool(mine) and bool(theirs) and not mine & theirs

    def shares(self, scheme: str, other: Profile) -> bool:
        """Say whether a number of this scheme is the same in both."""
        return bool(self.numbers.get(scheme, _NONE) & other.numbers.get(scheme, _NONE))


def profiles_of(
    mentions: Iterable[Mention], towns: Mapping[str, str], apart: frozenset[Name] = _NO_NAMES
) -> list[Profile]:
    """Return the profiles of mentions, sorted.

    Args:
        mentions: all of them.
        towns: names of communes and départements by code.
        apart: mentions that have a profile of their own, since somebody decided on them.
    """
    known = {one.id: one for one in mentions}
    operators: dict[Name, list[Mention]] = defaultdict(list)
    groups: dict[tuple[object, ...], list[Mention]] = defaultdict(list)
    for one in sorted(known.values(), key=lambda one: one.id):
        if one.id != one.id.row and family_of(one) == ORGANISATION:
            operators[one.id.row].append(one)
        groups[(one.source, one.key) if one.id in apart else _group(one)].append(one)
    found = [_profile(group, known, operators, towns) for group in groups.values()]
    return sorted(found, key=lambda one: one.id)


def family_of(mention: Mention) -> str:
    """Return the family of a mention."""
    return _FAMILIES.get(mention.kind, mention.kind)


def _group(one: Mention) -> tuple[object, ...]:
    """Return what must be equal in second things of one source to be one profile: everything that is said of them."""
    if SEPARATOR not in one.key:
        return (one.source, one.key)
    texts = (fold(one.name), tuple(sorted(fold(name) for name in one.other_names)))
    return (one.source, "", family_of(one), texts, one.identifiers, one.commune, one.domains, one.address)


def _profile(
    group: Sequence[Mention],
    known: Mapping[Name, Mention],
    operators: Mapping[Name, Sequence[Mention]],
    towns: Mapping[str, str],
) -> Profile:
    first = group[0]
    texts = [name for one in group for name in (one.name, *one.other_names)]
    texts += [former for text in texts for former in former_of(text)]
    rows = [known[one.id.row] for one in group if one.id.row != one.id and one.id.row in known]
    run_by = [name for one in group for other in operators.get(one.id, ()) for name in (other.name, *other.other_names)]
    where = _where(group)
    # `AgroParisTech (Institut des sciences du vivant)`: what stands in brackets explains the name.
    forms = forms_of([*texts, *(text.partition("(")[0] for text in texts if family_of(first) == ORGANISATION)])
    declared = {acronym for text in texts for part in text.split(";") if (acronym := declared_acronym(part))}
    codes = where.communes | where.departements
    town_words = frozenset(word for code in codes for word in words_of(towns.get(code, "")))
    return Profile(
        names=tuple(one.id for one in group),
        source=first.source,
        family=family_of(first),
        label=first.name,
        forms=forms,
        pieces=pieces_of(first.name),
        bare=bare_of(first.name),
        acronyms=frozenset(declared).union(*(acronyms_of(text) for text in texts)),
        declared=frozenset(declared),
        where=where,
        context=_where(rows),
        numbers=_numbers(group),
        operator=frozenset(word for text in run_by for word in words_of(text)),
        operators=tuple(form for text in run_by if (form := form_of(text))),
        towns=town_words,
        heads=frozenset(fold(text).split()[0] for text in texts for text in text.split(";") if fold(text)),
    )


def _where(mentions: Sequence[Mention]) -> Whereabouts:
    streets = {street: None for one in mentions if one.address and (street := street_of(one.address))}
    return Whereabouts(
        frozenset(one.commune for one in mentions if one.commune),
        frozenset(one.postcode for one in mentions if one.postcode),
        frozenset(code for one in mentions if (code := one.departement or departement_of(one))),
        tuple(sorted(streets, key=lambda street: (street.name, street.first))),
        frozenset(host for one in mentions for domain in one.domains if (host := host_of(domain))),
    )


def departement_of(mention: Mention) -> str | None:
    """Return the département of a mention, from its commune or, in mainland France, its postcode."""
    if mention.commune:
        return mention.commune[: 3 if mention.commune.startswith("97") else 2]
    postcode = mention.postcode or ""
    return None if len(postcode) != 5 or postcode.startswith(("20", "97", "98", "00")) else postcode[:2]


def _numbers(group: Sequence[Mention]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one in group:
        for scheme, value in one.identifiers:
            found[scheme].add(value)
            if scheme == "siret" and family_of(one) == ORGANISATION:
                # The establishment is the legal person's; a structure's SIRET may be its host's, and says nothing.
                found["siren"].add(value[:9])
    return {scheme: frozenset(values) for scheme, values in found.items()}
