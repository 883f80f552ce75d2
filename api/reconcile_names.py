"""How alike a name and those of a candidate are, from 0 to 100, as record linkage compares names.

The very name is 100; the same words, or the same letters, are 97; what differs in number or gender, in words such as
`incubateur`, the town, a host or a slip of the pen is from 86 to 95; what shares some words or letters is below 80, and
never a match.
"""

from __future__ import annotations

from collections.abc import Iterable
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
    asked = form_of(text)
    if asked is None:
        return _UNLIKE
    found = [_compared(text, asked, name, towns, letters) for name in names]
    return max(found, default=_UNLIKE)


def towns_of(labels: Iterable[str]) -> frozenset[str]:
    """Return the words of names of places, as names are compared."""
    return frozenset(word for label in labels for word in words_of(label))


def is_telling(text: str) -> bool:
    """Say whether a name has a word that tells it from others of its kind: `Fablab` has none."""
    form = form_of(text)
    return form is not None and bool(form.core)


@lru_cache(maxsize=8192)
def _parts(name: str) -> tuple[Form, ...]:
    return (*bare_of(name), *pieces_of(name))


def _compared(text: str, asked: Form, name: str, towns: frozenset[str], least: int) -> Likeness:
    form = form_of(name)
    if form is None:
        return _UNLIKE
    held = bool(asked.core) and asked.core <= form.words
    if fold(text) == fold(name):
        return Likeness(EXACT, True)
    if _plain(text) == _plain(name) or asked.compact == form.compact:
        return Likeness(SAME, True)
    spelt = max(_spelt(asked.compact, form.compact, least), _spelt(_joined(text), _joined(name), least))
    if asked.words == form.words:
        return Likeness(_STEMMED, True)
    score = max(
        _core(asked, form),
        spelt if asked.numbers == form.numbers else 0.0,
        _within(asked, form, towns),
        _part(text, asked, name, form),
    )
    if score:
        return Likeness(score, True)
    letters = fuzz.ratio(asked.compact, form.compact)
    words = fuzz.token_sort_ratio(" ".join(sorted(asked.words)), " ".join(sorted(form.words)))
    return Likeness(round(_REST * max(letters, words), 2), held)


def _plain(text: str) -> frozenset[str]:
    """Return the words of a name as they are written, but for articles and abbreviated saints."""
    return frozenset(_SAINTS.get(word, word) for word in fold(text).split() if word not in _LITTLE)


def _joined(text: str) -> str:
    return "".join(words_of(text))


def _core(a: Form, b: Form) -> float:
    return _CORE if a.core and a.core == b.core and a.numbers == b.numbers else 0.0


def _spelt(a: str, b: str, least: int) -> float:
    """Compare letters: names differ by a slip of the pen, or by few letters of many."""
    if min(len(a), len(b)) < least:
        return 0.0
    letters = fuzz.ratio(a, b)
    slip = letters >= _SLIP or (letters >= _NEARLY and DamerauLevenshtein.distance(a, b, score_cutoff=1) == 1)
    return round(max(CLOSE, letters * 0.95), 2) if slip else 0.0


def _within(a: Form, b: Form, towns: frozenset[str]) -> float:
    less, more = (a, b) if len(a.words) <= len(b.words) else (b, a)
    core, rest = less.core - towns, more.words - less.words
    same = bool(core) and core <= more.words and rest <= towns | HOUSE_STEMS and less.numbers <= more.numbers
    return _TOWN if same else 0.0


def _part(text: str, asked: Form, name: str, form: Form) -> float:
    pairs = [(part, asked) for part in _parts(name)] + [(part, form) for part in _parts(text)]
    same = any(part.core and (part.words == whole.words or part.compact == whole.compact) for part, whole in pairs)
    return _PART if same else 0.0
