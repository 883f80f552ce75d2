"""Whether two mentions speak of one organisation: a number, or an official name, or a name and where it is.

Different SIREN are different legal persons, whatever else agrees. A number that several rows of one file share is the
number of the whole they are parts of. An acronym counts where nobody else bears it, and something else agrees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from maille.loaders.linking.common import AMBIGUOUS, MATCHED, UNMATCHED, Common, Verdict
from maille.loaders.linking.likeness import HEAD, Likeness, likeness
from maille.loaders.linking.profiles import Profile, Whereabouts

_SCHEMES: Final = ("ror", "wikidata", "uai", "idref", "rnsr", "siren")
"""Numbers that name an organisation, the strongest first."""
_BRAND: Final = 5
"""Letters a single word must have to be taken for a name that somebody made up."""
_WORDS: Final = {
    "official": "one official name",
    "plain": "one name",
    "spelled": "one acronym, which the one name spells out with the words of the other",
    "brand": "one acronym or brand",
    "near": "names alike but for a letter or two",
    "part": "a part of one name is the other",
}


def decide(one: Profile, two: Profile, common: Common) -> Verdict:
    """Decide on two organisations."""
    if one.has_other("siren", two):
        return Verdict(UNMATCHED, 0.0, "different SIREN: two legal persons")
    name = likeness(one, two)
    numbered = _numbered(one, two, name, common)
    if numbered is not None:
        return numbered
    if not name.kind:
        return Verdict(UNMATCHED, 0.0, "the names differ")
    if one.source == two.source and not (one.is_second and two.is_second):
        return _inside(one, two, name)
    return _named(one, two, name, common)


def _numbered(one: Profile, two: Profile, name: Likeness, common: Common) -> Verdict | None:
    for scheme in _SCHEMES:
        both = one.numbers.get(scheme, frozenset()) & two.numbers.get(scheme, frozenset())
        if not both:
            continue
        if any((scheme, value) in common.shared for value in both):
            if not name.kind:
                return Verdict(AMBIGUOUS, 0.5, f"one {scheme.upper()}, which several rows of one file share")
        elif name.kind or scheme != "siren" or _alike_enough(one, two):
            return Verdict(MATCHED, 0.99, f"one {scheme.upper()}")
        else:
            return Verdict(AMBIGUOUS, 0.7, "one SIREN, which may be the host's: the names differ")
    return None


def _alike_enough(one: Profile, two: Profile) -> bool:
    """Say whether an acronym is the same, or half of the words of two names, so that one number may be both's."""
    if any(len(word) > 2 for word in (one.acronyms | one.heads) & (two.acronyms | two.heads)):
        return True
    return any(2 * len(a.words & b.words) >= len(a.words | b.words) for a in one.forms for b in two.forms)


def _inside(one: Profile, two: Profile, name: Likeness) -> Verdict:
    """Decide inside one file, where each row is an organisation of its own unless everything is the same."""
    if name.kind != "near" and one.where.same_house(two.where) and one.where.hosts & two.where.hosts:
        return Verdict(MATCHED, 0.93, f"twice in one file: {_WORDS[name.kind]}, one address, one web page")
    if one.is_second != two.is_second:
        return Verdict(AMBIGUOUS, 0.6, f"{_WORDS[name.kind]} in one file")
    return Verdict(AMBIGUOUS if name.score > 0.95 else UNMATCHED, 0.5, "two rows of one file")


def _named(one: Profile, two: Profile, name: Likeness, common: Common) -> Verdict:
    said, support = _WORDS[name.kind], _support(one, two)
    reason = f"{said}, {support}" if support else said
    if _apart(one, two) and "web" not in support:
        return Verdict(AMBIGUOUS, 0.5, f"{said}, but another département")
    if one.source == two.source and name.kind in {"official", "plain"} and name.score > 0.95:
        return Verdict(MATCHED, 0.93, f"{said}, in one file")
    if name.kind in {"official", "spelled"}:
        return Verdict(MATCHED, round(min(0.98, name.score + (0.03 if support else 0)), 2), reason)
    if name.kind == "brand":
        return _branded(one, two, name, common, reason, support)
    if name.kind == "part":
        return Verdict(AMBIGUOUS, 0.5, f"{reason}, which may be of another name")
    if support:
        return Verdict(MATCHED if name.kind == "plain" else AMBIGUOUS, round(name.score, 2), reason)
    return Verdict(AMBIGUOUS, 0.6, f"{said}, and nothing else")


def _branded(one: Profile, two: Profile, name: Likeness, common: Common, reason: str, support: str) -> Verdict:
    """Decide where all there is in common is one word."""
    own = {"a page named so": name.word in _labels(one) | _labels(two)}
    backed = support or next((fact for fact, holds in own.items() if holds), "")
    rivals = list(_others(one, two, name.word, common))
    told_apart = support == "one commune" and not _near(rivals, one, two)
    if rivals and not told_apart and support not in {"one address", "one web domain"}:
        return Verdict(AMBIGUOUS, 0.5, f"{reason}, which others bear")
    if backed and (support or name.score > HEAD):
        return Verdict(MATCHED, 0.91, reason if support else f"{reason}, {backed}")
    if len(name.word) >= _BRAND and name.score > HEAD:
        return Verdict(MATCHED, 0.9, f"{reason} of {len(name.word)} letters, which nobody else bears")
    return Verdict(AMBIGUOUS, 0.6, f"{reason}, and nothing else")


def _labels(one: Profile) -> frozenset[str]:
    return frozenset(label for host in one.where.hosts for label in re.split(r"[.-]", host))


def _others(one: Profile, two: Profile, word: str, common: Common) -> Iterator[Profile]:
    """Yield whoever else bears a word as a name, in the files of the two: an entry of its own, under another name."""
    for source, bearers in common.bearers.get(word, {}).items():
        for other in bearers:
            if other in (one, two) or source not in {one.source, two.source}:
                continue
            same = one if source == one.source else two
            named = word in other.declared | other.heads or word not in one.declared & two.declared
            if named and not (other.is_second and _alike(other, same)):
                yield other


def _alike(one: Profile, two: Profile) -> bool:
    return not one.has_other("siren", two) and likeness(one, two).kind in {"official", "plain", "spelled", "brand"}


def _near(rivals: list[Profile], one: Profile, two: Profile) -> bool:
    """Say whether one of the others is in the same commune too."""
    here = (one.where.communes | one.context.communes) & (two.where.communes | two.context.communes)
    return any(other.where.communes & here for other in rivals)


def _support(one: Profile, two: Profile) -> str:
    """Return what else agrees: address, web domain or commune, be it of the rows a second thing stands in."""
    for mine in _places(one):
        for theirs in _places(two):
            if mine.same_house(theirs):
                return "one address"
            if mine.sites & theirs.sites:
                return "one web domain"
            if mine.communes & theirs.communes:
                return "one commune"
    return ""


def _places(one: Profile) -> tuple[Whereabouts, ...]:
    return (one.where, one.context) if one.is_second else (one.where,)


def _apart(one: Profile, two: Profile) -> bool:
    """Say whether the organisations themselves, not their rows, are said to be in different départements."""
    mine, theirs = one.where.departements, two.where.departements
    return bool(mine) and bool(theirs) and not mine & theirs
