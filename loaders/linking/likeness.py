"""How alike the names of two organisations are, and in which way: what the rules are given to judge."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from rapidfuzz import fuzz

from maille.loaders.linking.names import (
    FILLER_STEMS,
    HOUSE_STEMS,
    INSTITUTION_STEMS,
    NETWORKS,
    Form,
    acronyms_of,
    stem,
    words_of,
)
from maille.loaders.linking.profiles import Profile

_SLIP: Final = 95.0
"""How alike, of 100, the letters of two names are that differ by a slip of the pen."""
_NOTHING: Final = (INSTITUTION_STEMS | FILLER_STEMS | HOUSE_STEMS) - {"polytechniqu"}
"""Words that name nobody by themselves."""
_CITIES: Final = frozenset(
    map(
        stem,
        "bordeaux grenoble lille lyon marseille montpellier nantes nice paris rennes rouen strasbourg toulouse".split(),
    )
)
"""Towns whose suburbs' schools are called after them."""
HEAD: Final = 0.75
"""How alike a name of one word and a longer one are that begins with it; something else must agree."""
_SPELLED: Final = 4
"""Letters an acronym must have for a name that spells it out to be taken for its bearer's."""


class Likeness(NamedTuple):
    """How alike two names are.

    Attributes:
        kind: `official`, `plain`, `spelled`, `brand`, `near`, `part`, or empty where they are not.
        score: how much, from 0 to 1.
        word: the word it hangs on, of a brand or a part.
    """

    kind: str
    score: float
    word: str = ""


_UNLIKE: Final = Likeness("", 0.0)
_RANK: Final = ("", "part", "near", "brand", "spelled", "plain", "official")


def likeness(one: Profile, two: Profile) -> Likeness:
    """Return how alike the names are, the best of all their ways of writing."""
    if _elsewhere(one, two):
        return _UNLIKE
    found = [_forms(a, b, one, two) for a in one.forms for b in two.forms]
    best = max(found, key=lambda one: (_RANK.index(one.kind), one.score, one.word), default=_UNLIKE)
    if best.kind == "near" and any(len(word) > 2 for word in (one.acronyms | one.heads) & (two.acronyms | two.heads)):
        return Likeness("official", 0.9)
    if best.kind:
        return best
    return Likeness("spelled", 0.9) if _spells(one, two) or _spells(two, one) else _acronym(one, two)


def _spells(more: Profile, less: Profile) -> bool:
    """Say whether a name spells out the acronym both bear, and has every telling word of the other's name.

    `École nationale des ponts et chaussées` is `École des Ponts ParisTech (ENPC Paris)`. The acronym is spelled to its
    end, so `Institut national des sciences appliquées de Lyon` spells no INSA.
    """
    spelled = acronyms_of(more.label) & more.declared & (less.declared | less.heads)
    telling = frozenset(words_of(less.label)) - INSTITUTION_STEMS - FILLER_STEMS - NETWORKS
    return any(len(word) >= _SPELLED for word in spelled) and bool(telling) and telling <= set(words_of(more.label))


def _elsewhere(one: Profile, two: Profile) -> bool:
    """Say whether the names themselves have different large towns in them, whatever the other names are."""
    mine, theirs = (frozenset().union(*(form.words for form in each.forms[:1])) & _CITIES for each in (one, two))
    return bool(mine) and bool(theirs) and not mine & theirs


def _acronym(one: Profile, two: Profile) -> Likeness:
    """Compare an acronym with initials, then one word with the first of several, then a part with a whole name."""
    declared = one.declared & two.declared
    if not (_is_written_out(one) and _is_written_out(two)):
        declared |= (one.declared & two.acronyms) | (two.declared & one.acronyms)
    word = _longest(declared)
    if word:
        return Likeness("brand", 0.8, word)
    word = _longest(_lone(one) & _headed(two) | _lone(two) & _headed(one))
    if word:
        return Likeness("brand", HEAD, word)
    parts = {form.compact for form in one.pieces} & _whole(two) | {form.compact for form in two.pieces} & _whole(one)
    return Likeness("part", 0.7, min(parts)) if parts else _UNLIKE


def _longest(words: Iterable[str]) -> str:
    """Return the longest word, the first of several in the alphabet; empty where none has three letters."""
    return min((word for word in words if len(word) > 2), key=lambda word: (-len(word), word), default="")


def _headed(one: Profile) -> frozenset[str]:
    """Return the words that, with a town or a word such as `école`, are a name: ESITC of `ESITC Paris`."""
    more = one.towns | _CITIES | INSTITUTION_STEMS | FILLER_STEMS
    return frozenset(next(iter(rest)) for form in one.forms if len(rest := form.words - more) == 1)


def _is_written_out(one: Profile) -> bool:
    return any(len(form.words) > 2 for form in one.forms)


def _whole(one: Profile) -> frozenset[str]:
    return frozenset(form.compact for form in one.forms)


def _lone(one: Profile) -> frozenset[str]:
    """Return the names that are one word."""
    return frozenset(form.compact for form in one.forms if form.is_acronym)


def _forms(a: Form, b: Form, one: Profile, two: Profile) -> Likeness:
    if a.words <= _NOTHING or b.words <= _NOTHING:
        return _UNLIKE
    if a.words == b.words or a.compact == b.compact:
        if a.is_acronym or b.is_acronym:
            return Likeness("brand", 0.9, min(a.compact, b.compact))
        known = INSTITUTION_STEMS | one.towns | two.towns
        return Likeness("official" if a.words & known else "plain", 0.96)
    bare = a.words - FILLER_STEMS
    if bare and bare == b.words - FILLER_STEMS and len(bare) == 1:
        return Likeness("brand", 0.85, next(iter(bare)))
    word = _but_for_network(a, b, one.heads & two.heads)
    if word:
        return Likeness("brand", 0.85, word)
    if _covers(a, b, one) or _covers(b, a, two):
        return Likeness("official", 0.92)
    if a.numbers == b.numbers and min(len(a.words), len(b.words)) > 1 and fuzz.ratio(a.compact, b.compact) >= _SLIP:
        return Likeness("near", 0.85)
    return _UNLIKE


def _but_for_network(a: Form, b: Form, heads: frozenset[str]) -> str:
    """Return the word both begin with, where they differ in an alliance only: `ESPCI Paris-PSL` and `ESPCI Paris`."""
    rest = a.words - NETWORKS
    if rest != b.words - NETWORKS:
        return ""
    return _longest(head for head in heads if rest - _CITIES == {stem(head)} and stem(head) not in _NOTHING)


def _covers(less: Form, more: Form, owner: Profile) -> bool:
    """Say whether `more` is the official name `less` and words of other names of its owner, each whole, or its town."""
    if not less.words & INSTITUTION_STEMS or not less.words - INSTITUTION_STEMS - FILLER_STEMS:
        return False
    if not less.words <= more.words:
        return False
    others = (form.words for form in owner.forms if form.words <= more.words)
    return more.words <= owner.towns.union(FILLER_STEMS, *others)
