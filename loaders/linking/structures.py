"""Whether two mentions speak of one structure: a name and a place, or a name and a domain; never one of them alone.

The rules stand in order, each with its reason, and the score says how much of it was there. Numbers (SIRET) take no
part: they are the operator's, or the host's.
"""

from __future__ import annotations

from typing import Final

from maille.loaders.linking.common import AMBIGUOUS, MATCHED, UNMATCHED, Common, Verdict, telling
from maille.loaders.linking.names import HOUSE_STEMS, Form, fold, stem
from maille.loaders.linking.profiles import Profile
from maille.loaders.linking.structure_names import Likeness, likeness

_LONG: Final = 7
"""Letters a name written in one word must have to be found at the end of another."""
_SPELLED: Final = 10
"""Letters a name must have to be found in a web domain."""
_PAGES: Final = ("own", "one")
_KINDS: Final = frozenset(map(stem, "incubateur accelerateur pepiniere fablab makerspace coworking".split()))
"""Kinds of house that are told by one word."""


def decide(one: Profile, two: Profile, common: Common) -> Verdict:
    """Decide on two structures."""
    name = likeness(one, two)
    place = _place(one, two)
    house = one.where.same_house(two.where)
    page = _page(one, two, common)
    if one.source == two.source:
        return _inside(_told(name, one, two, common), place, house, bool(one.where.hosts & two.where.hosts))
    if name.score:
        return _named(name, place, house, page)
    if place == "same":
        return _nameless(one, two, house, page, common)
    return Verdict(UNMATCHED, 0.2 if house or page == "own" else 0.0, "the names differ")


def _nameless(one: Profile, two: Profile, house: bool, page: str, common: Common) -> Verdict:
    """Decide where the names differ and the commune is one."""
    kinds = _kinds(one) & _kinds(two)
    if _runs(one, two):
        return Verdict(MATCHED, 0.9, "the one is called as who runs the other, one commune")
    if house and (kinds or not (_kinds(one) and _kinds(two))) and _is_of_operator(one, two):
        return Verdict(MATCHED, 0.88, "the one is named as a house of who runs the other, one address")
    if house and _spells(one, two, common):
        return Verdict(MATCHED, 0.88, "the one name has the acronym of an institution, the other its name, one address")
    if house and (_is_renamed(one, two, common) or _is_renamed(two, one, common)):
        return Verdict(MATCHED, 0.85, "the one name is a house of who runs the other, nobody else at the address")
    if house and (_is_in_domain(one, two, common) or _is_in_domain(two, one, common)):
        return Verdict(MATCHED, 0.85, "the web domain of the one spells the other's name, nobody else at the address")
    if house and page == "own":
        if kinds:
            return Verdict(MATCHED, 0.88, f"both `{min(kinds)}` at one address under one web domain, names differ")
        return Verdict(AMBIGUOUS, 0.6, "one address and one web domain, but the names differ")
    if house and (_holds_operator(one, two) or _holds_operator(two, one)):
        return Verdict(AMBIGUOUS, 0.6, "one address, and the one name has words of who runs the other")
    return Verdict(UNMATCHED, 0.2 if house or page == "own" else 0.0, "the names differ")


def _holds_operator(one: Profile, two: Profile) -> bool:
    """Say whether two words of a name, or more, are those of who runs the other, the town aside."""
    return any(len((form.core & two.operator) - one.towns - two.towns) > 1 for form in one.forms)


def _is_renamed(one: Profile, two: Profile, common: Common) -> bool:
    """Say whether one is named as a house of who runs the other, whose own name is another, and both stand alone.

    The name is no longer the operator's in the one file and was, or will be, in the other: two words of it are there,
    and one that says what kind of house it is, since a school is not its incubator.
    """
    if {one.id, two.id} & common.crowded or (_kinds(one) and _kinds(two)):
        return False
    run_by = telling(two.operator) - one.towns - two.towns
    if any(form.words & run_by for form in two.forms):
        return False
    return any(len(form.core & run_by) > 1 and bool(form.words & HOUSE_STEMS) for form in one.forms)


def _is_in_domain(one: Profile, two: Profile, common: Common) -> bool:
    """Say whether a whole name, in one word, is in a web domain of the other, and both stand alone in their files."""
    if {one.id, two.id} & common.crowded or (_kinds(one) and _kinds(two) and not _kinds(one) & _kinds(two)):
        return False
    hosts = ["".join(fold(host).split()) for host in two.where.hosts]
    return any(len(form.compact) >= _SPELLED and form.compact in host for form in one.forms for host in hosts)


def _spells(one: Profile, two: Profile, common: Common) -> bool:
    """Say whether both are one kind of house, the one under an institution's acronym and the other under its name."""
    towns = one.towns | two.towns
    return bool(_kinds(one) & _kinds(two)) and any(
        len(core := mine.core - towns) == 1 and theirs.core - towns in common.spelled.get(next(iter(core)), ())
        for a, b in ((one, two), (two, one))
        for mine in a.forms
        for theirs in b.forms
    )


def _told(name: Likeness, one: Profile, two: Profile, common: Common) -> Likeness:
    """Return a likeness, be it that of an acronym and what it stands for."""
    if name.score or not _spells(one, two, common):
        return name
    return Likeness(0.85, "the acronym of an institution and its name")


def _kinds(one: Profile) -> frozenset[str]:
    return frozenset(word for form in one.forms for word in form.words) & _KINDS


def _is_of_operator(one: Profile, two: Profile) -> bool:
    """Say whether the name of one is a kind of house and the operator of the other: `Incubateur ENSAM Paris`."""
    return any(
        bool(_kinds(mine)) and any(_is_house_of(form, operator, mine.towns) for form in mine.forms)
        for mine, theirs in ((one, two), (two, one))
        for operator in theirs.operators
    )


def _is_house_of(form: Form, operator: Form, towns: frozenset[str]) -> bool:
    core = form.core - towns
    if core == operator.words:
        return True
    # Written in one word or in several, perhaps with a number before it.
    word = next(iter(core)) if len(core) == 1 else ""
    return len(word) >= _LONG and stem(operator.compact).endswith(word)


def _runs(one: Profile, two: Profile) -> bool:
    """Say whether one is called as the operator of the other, in a file that names places by who runs them."""
    return _called_as_operator(one, two) or _called_as_operator(two, one)


def _called_as_operator(one: Profile, two: Profile) -> bool:
    """Say whether the name is the operator's, which may have `association` or the like before it."""
    return not one.operators and any(
        operator.core and operator.core == form.core and operator.compact.endswith(form.compact)
        for operator in two.operators
        for form in one.forms
    )


def _inside(name: Likeness, place: str, house: bool, page: bool) -> Verdict:
    """Decide inside one file, whose rows are different unless everything is the same."""
    if name.score >= 0.8 and place == "same" and house and page:
        return Verdict(MATCHED, 0.95, f"twice in one file: {name.reason}, one address, one web page")
    if name.score >= 0.95 and place == "same" and (house or page):
        return Verdict(AMBIGUOUS, 0.6, f"perhaps twice in one file: {name.reason}")
    return Verdict(UNMATCHED, 0.1, "two rows of one file")


def _named(name: Likeness, place: str, house: bool, page: str) -> Verdict:
    facts = [name.reason, *(["one address"] if house else []), *([f"{page} web domain"] if page in _PAGES else [])]
    reason = ", ".join(facts)
    sure = house or page in _PAGES
    if place == "same":
        if name.score >= 0.9 or sure:
            return Verdict(MATCHED, round(min(0.99, name.score + (0.04 if sure else 0)), 2), f"{reason}, one commune")
        return Verdict(AMBIGUOUS, 0.7, f"{reason}, one commune")
    if place == "town":
        if name.score >= 0.8 and sure:
            return Verdict(MATCHED, round(name.score, 2), f"{reason}, one large town")
        return Verdict(AMBIGUOUS, 0.65, f"{reason}, but other parts of a large town")
    if page == "own" and name.score >= 0.9:
        return Verdict(MATCHED, 0.9, f"{reason}, {'place unknown' if place == 'unknown' else 'moved'}")
    if place == "unknown":
        return Verdict(AMBIGUOUS, 0.6 if name.score >= 0.9 else 0.5, f"{reason}, but a place is missing")
    if place == "near" and name.score >= 0.9:
        return Verdict(AMBIGUOUS, 0.5, f"{reason}, but another commune")
    return Verdict(UNMATCHED, 0.3, f"{reason}, but another place")


def _page(one: Profile, two: Profile, common: Common) -> str:
    """Return `own` for a shared domain that is nobody else's, `one` for a shared host of a network, else nothing."""
    hosts = one.where.hosts & two.where.hosts
    sites = one.where.sites & two.where.sites
    if any(site not in common.networks for site in sites):
        return "own"
    return "one" if hosts else ""


def _place(one: Profile, two: Profile) -> str:
    """Return how near two places are: `same`, `town` (a part of a large one unknown), `near`, `other`, `unknown`."""
    mine, theirs = one.where, two.where
    if mine.communes and theirs.communes and mine.communes & theirs.communes:
        quarters = bool(mine.postcodes and theirs.postcodes) and _is_large(mine.communes)
        return "town" if quarters and not mine.postcodes & theirs.postcodes else "same"
    if mine.communes and theirs.communes:
        return "near" if mine.departements & theirs.departements else "other"
    if mine.postcodes and theirs.postcodes and mine.postcodes & theirs.postcodes:
        return "same"
    if mine.departements and theirs.departements:
        return "near" if mine.departements & theirs.departements else "other"
    return "unknown"


def _is_large(communes: frozenset[str]) -> bool:
    """Say whether a commune is one of those whose postcodes are quarters: Paris, Lyon, Marseille."""
    return bool(communes & {"75056", "69123", "13055"})
