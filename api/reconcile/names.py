"""How alike a name and those of a candidate are, from 0 to 100, as record linkage compares names.

The very name is 100; the same words, or the same letters, are 97; what differs in number or gender, in words such as
`incubateur`, the town, a host or a slip of the pen is from 86 to 95; what shares some words or letters is below 80, and
never a match.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from maille.loaders.linking.names import HOUSE_STEMS, Form, bare_of, fold, form_of, pieces_of, words_of

EXACT: Final = 100.0
SAME: Final = 97.0
CLOSE: Final = 86.0
"""From here on, names differ by what does not tell one from another."""
_STEMMED: Final = 95.0
_CORE: Final = 92.0
_TOWN: Final = 90.0
_PART: Final = 87.0
_SLIP: Final = 88.0
"""How alike, of 100, the letters of two names are that differ by a slip of the pen."""
_NEARLY: Final = 75.0
LONG: Final = 7
"""Letters a name must have for a slip of the pen to be believed; `SHORT` where an authority gives the names."""
SHORT: Final = 5
_REST: Final = 0.79
_LITTLE: Final = frozenset("a au aux d de des du en et l la le les".split())
_SAINTS: Final = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}


class Likeness(NamedTuple):
    """How alike two names are; `held` says whether every telling word of the name asked is in the other."""

    score: float
    held: bool


_UNLIKE: Final = Likeness(0.0, False)


def likeness(text: str, names: Iterable[str], towns: frozenset[str] = frozenset(), letters: int = SHORT) -> Likeness:
    """Return how alike `text` is to the most alike of `names`.

    `towns` are words that place both, stemmed; names of fewer than `letters` have no slips of the pen.
    """
    asked = _written(text)
    if asked is None:
        return _UNLIKE
    others = (_written(name) for name in names)
    return max((_compared(asked, other, towns, letters) for other in others if other), default=_UNLIKE)


def towns_of(labels: Iterable[str]) -> frozenset[str]:
    """Return the words of names of places, as names are compared."""
    return frozenset(word for label in labels for word in words_of(label))


def is_telling(text: str) -> bool:
    """Say whether a name has a word that tells it from others of its kind: `Fablab` has none."""
    form = form_of(text)
    return form is not None and bool(form.core)


@dataclass(frozen=True, slots=True)
class _Written:
    """A name in the ways it is compared in: as it is, its words as they stand, in one, in order, its parts."""

    form: Form
    folded: str
    plain: frozenset[str]
    joined: str
    ordered: str
    parts: tuple[Form, ...]


@lru_cache(maxsize=16384)
def _written(name: str) -> _Written | None:
    form = form_of(name)
    if form is None:
        return None
    folded = fold(name)
    # Words as they are written, but for articles and abbreviated saints.
    plain = frozenset(_SAINTS.get(word, word) for word in folded.split() if word not in _LITTLE)
    parts = (*bare_of(name), *pieces_of(name))
    return _Written(form, folded, plain, "".join(words_of(name)), " ".join(sorted(form.words)), parts)


def _compared(asked: _Written, other: _Written, towns: frozenset[str], least: int) -> Likeness:
    a, b = asked.form, other.form
    if asked.folded == other.folded:
        return Likeness(EXACT, True)
    if asked.plain == other.plain or a.compact == b.compact:
        return Likeness(SAME, True)
    if a.words == b.words:
        return Likeness(_STEMMED, True)
    letters = max(fuzz.ratio(a.compact, b.compact), fuzz.ratio(asked.joined, other.joined))
    spelt = _spelt(asked, other, letters, least) if a.numbers == b.numbers else 0.0
    score = max(_core(a, b), spelt, _within(a, b, towns), _part(asked, other))
    if score:
        return Likeness(score, True)
    held = bool(a.core) and a.core <= b.words
    return Likeness(round(_REST * max(letters, fuzz.ratio(asked.ordered, other.ordered)), 2), held)


def _core(a: Form, b: Form) -> float:
    return _CORE if a.core and a.core == b.core and a.numbers == b.numbers else 0.0


def _spelt(asked: _Written, other: _Written, letters: float, least: int) -> float:
    """Compare letters: names differ by a slip of the pen, or by few letters of many."""
    pairs = ((asked.form.compact, other.form.compact), (asked.joined, other.joined))
    if letters < _NEARLY or max(min(len(a), len(b)) for a, b in pairs) < least:
        return 0.0
    slip = letters >= _SLIP or any(DamerauLevenshtein.distance(a, b, score_cutoff=1) == 1 for a, b in pairs)
    return round(max(CLOSE, letters * 0.95), 2) if slip else 0.0


def _within(a: Form, b: Form, towns: frozenset[str]) -> float:
    less, more = (a, b) if len(a.words) <= len(b.words) else (b, a)
    core, rest = less.core - towns, more.words - less.words
    same = bool(core) and core <= more.words and rest <= towns | HOUSE_STEMS and less.numbers <= more.numbers
    return _TOWN if same else 0.0


def _part(asked: _Written, other: _Written) -> float:
    pairs = [(part, asked.form) for part in other.parts] + [(part, other.form) for part in asked.parts]
    same = any(part.core and (part.words == whole.words or part.compact == whole.compact) for part, whole in pairs)
    return _PART if same else 0.0
