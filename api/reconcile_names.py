"""How alike a name and those of a candidate are, from 0 to 100, as record linkage compares names.

The very name is 100; the same words, or the same letters, are 97; what differs in words such as `incubateur`, the town,
a host or a slip of the pen is from 86 to 95; what shares some words or letters is below 80, and never a match.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from rapidfuzz import fuzz

from maille.loaders.linking.names import HOUSE_STEMS, Form, bare_of, fold, form_of, pieces_of, words_of

EXACT: Final = 100.0
SAME: Final = 97.0
CLOSE: Final = 86.0
"""From here on, names differ by what does not tell one from another."""
_CORE: Final = 92.0
_TOWN: Final = 90.0
_PART: Final = 87.0
_SLIP: Final = 88.0
"""How alike, of 100, the letters of two names are that differ by a slip of the pen."""
_LONG: Final = 6
_REST: Final = 0.79


class Likeness(NamedTuple):
    """How alike two names are; `held` says whether every telling word of the name asked is in the other."""

    score: float
    held: bool


_UNLIKE: Final = Likeness(0.0, False)


def likeness(text: str, names: Iterable[str], towns: frozenset[str] = frozenset()) -> Likeness:
    """Return how alike `text` is to the most alike of `names`; `towns` are words that place both, stemmed."""
    asked = form_of(text)
    if asked is None:
        return _UNLIKE
    found = [_compared(text, asked, name, towns) for name in names]
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


def _compared(text: str, asked: Form, name: str, towns: frozenset[str]) -> Likeness:
    form = form_of(name)
    if form is None:
        return _UNLIKE
    held = bool(asked.core) and asked.core <= form.words
    if fold(text) == fold(name):
        return Likeness(EXACT, True)
    if asked.words == form.words or asked.compact == form.compact:
        return Likeness(SAME, True)
    letters = max(fuzz.ratio(asked.compact, form.compact), fuzz.ratio("".join(words_of(text)), "".join(words_of(name))))
    score = max(_spelt(asked, form, letters), _within(asked, form, towns), _part(text, asked, name, form))
    if score:
        return Likeness(score, True)
    words = fuzz.token_sort_ratio(" ".join(sorted(asked.words)), " ".join(sorted(form.words)))
    return Likeness(round(_REST * max(letters, words), 2), held)


def _spelt(a: Form, b: Form, letters: float) -> float:
    if a.numbers != b.numbers:
        return 0.0
    if a.core and a.core == b.core:
        return _CORE
    if min(len(a.compact), len(b.compact)) >= _LONG and letters >= _SLIP:
        return round(max(CLOSE, letters * 0.95), 2)
    return 0.0


def _within(a: Form, b: Form, towns: frozenset[str]) -> float:
    less, more = (a, b) if len(a.words) <= len(b.words) else (b, a)
    core, rest = less.core - towns, more.words - less.words
    same = bool(core) and core <= more.words and rest <= towns | HOUSE_STEMS and less.numbers <= more.numbers
    return _TOWN if same else 0.0


def _part(text: str, asked: Form, name: str, form: Form) -> float:
    pairs = [(part, asked) for part in _parts(name)] + [(part, form) for part in _parts(text)]
    same = any(part.core and (part.words == whole.words or part.compact == whole.compact) for part, whole in pairs)
    return _PART if same else 0.0
