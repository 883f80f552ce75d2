"""How alike the names of two structures are, and in which way: what the rules are given to judge."""

from __future__ import annotations

from typing import Final, NamedTuple

from rapidfuzz import fuzz

from maille.loaders.linking.names import HOUSE_STEMS, Form, stem
from maille.loaders.linking.profiles import Profile

_SLIP: Final = 91.0
"""How alike, of 100, the letters of two names are that differ by a slip of the pen."""
_LONG: Final = 7
"""Letters a name must have for a slip of the pen to be believed."""


class Likeness(NamedTuple):
    """How alike two names are, and in which way; 0 where they are not."""

    score: float
    reason: str


_UNLIKE: Final = Likeness(0.0, "the names differ")


def likeness(one: Profile, two: Profile) -> Likeness:
    """Return how alike the names are, the best of all their ways of writing."""
    found = [_forms(a, b) for a in one.forms for b in two.forms]
    best = max(found, default=_UNLIKE)
    if best.score >= 0.95:
        return best
    explained = one.towns | two.towns | one.operator | two.operator
    towns = one.towns | two.towns
    parts = [_within(a, b, explained, towns) for a in one.forms for b in two.forms]
    parts += [_joined(a, b, towns) for a in one.forms for b in two.forms]
    parts += [_piece(a, b, 0.9) for a in one.bare for b in (*two.forms, *two.bare)]
    parts += [_piece(a, b, 0.9) for a in two.bare for b in one.forms]
    parts += [_piece(a, b, 0.84) for a in one.pieces for b in two.forms]
    parts += [_piece(a, b, 0.84) for a in two.pieces for b in one.forms]
    return max((best, *parts))


def _forms(a: Form, b: Form) -> Likeness:
    if a.compact == b.compact:
        return Likeness(0.97 if a.core else 0.85, "one name")
    if a.numbers != b.numbers:
        return _UNLIKE
    if a.words == b.words:
        return Likeness(0.97 if a.core else 0.85, "one name")
    if a.core and a.core == b.core:
        return Likeness(0.92, "one name but for words such as `incubateur`")
    if a.core and min(len(a.compact), len(b.compact)) >= _LONG:
        alike = fuzz.ratio(a.compact, b.compact)
        if alike >= _SLIP:
            return Likeness(round(0.95 * alike / 100, 2), "names alike but for a letter or two")
    return _UNLIKE


def _within(a: Form, b: Form, explained: frozenset[str], towns: frozenset[str]) -> Likeness:
    """Compare a name with a longer one whose further words are the town's, the operator's or say little."""
    less, more = (a, b) if len(a.words) <= len(b.words) else (b, a)
    core = less.core - towns
    rest = more.words - less.words
    if not core or not core <= more.words or (less.numbers != more.numbers):
        return _UNLIKE
    if rest <= explained | HOUSE_STEMS:
        return Likeness(0.9, "one name but for the town or the operator")
    return _UNLIKE


def _joined(a: Form, b: Form, towns: frozenset[str]) -> Likeness:
    """Compare names written in one word and in several, with a town at the end of one."""
    less, more = sorted((a.compact, b.compact), key=len)
    if len(less) >= _LONG and more.startswith(less) and stem(more[len(less) :]) in towns:
        return Likeness(0.9, "one name but for the town")
    return _UNLIKE


def _piece(piece: Form, whole: Form, score: float) -> Likeness:
    """Compare a part of a name, such as what stands before `@` or `by`, with a whole one."""
    if piece.core and (piece.compact == whole.compact or piece.words == whole.words):
        return Likeness(score, "the one name is a part of the other")
    return _UNLIKE
