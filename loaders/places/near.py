"""Near spellings of the name of a commune: shortened, with a quarter behind it, or misspelt.

A misspelling is looked for among the communes of one postcode only (see `resolve`): over the whole country
every short name is near another one. Scores are ranks within that scope, measured on real files (`docs/places.md`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rapidfuzz.distance import DamerauLevenshtein

from maille.loaders.places.index import Named
from maille.loaders.places.text import Words, bare, key

MISSPELT: Final = 0.85
SHORTENED: Final = 0.8
LONGER: Final = 0.75
CONTAINED: Final = 0.7
BEGINNING: Final = 0.65
_LEAST_ALIKE: Final = 0.8
_LEAST_LETTERS: Final = 5
_EMPTY_WORDS: Final = frozenset(
    {"saint", "sainte", "saints", "sur", "sous", "les", "des", "aux", "notre", "dame", "mont", "ville", "val", "bois"}
)
_LINKS: Final = frozenset({"sur", "sous", "les", "pres", "en", "de", "du", "des", "d", "au", "aux", "a", "et"})
_JOINED: Final = _LINKS | {"le", "la", "l", "saint", "sainte"}
"""Before or behind these words stands one name, and no town and quarter: Frotey-lès-Vesoul is not Vesoul."""


def nearest(names: Iterable[Words], among: Iterable[Named], *, misspelt: bool) -> tuple[frozenset[str], float]:
    """Return the communes whose names come nearest to one of `names`, and how near; none where nothing is near.

    Args:
        names: the name as written, or the parts of it.
        among: the names to compare with.
        misspelt: whether a misspelling or a common beginning counts too.
    """
    best: set[str] = set()
    top = 0.0
    written = tuple(names)
    for one in among:
        score = max((nearness(name, one.words, misspelt=misspelt) for name in written), default=0.0)
        if score > top:
            best, top = set(), score
        if score and score == top:
            best.add(one.commune)
    return frozenset(best), top


def nearness(name: Words, other: Words, *, misspelt: bool = True) -> float:
    """Return how near a written name is to a commune's, from 0 to 1 (the same letters)."""
    if key(name) == key(other):
        return 1.0
    if misspelt and _alike(name, other):
        return MISSPELT
    if _begins(bare(other), bare(name)):
        return SHORTENED
    if _quarter(bare(name), bare(other), start=True):
        return LONGER
    if _quarter(name, other) or _quarter(name, bare(other)) or (misspelt and _holds(bare(other), bare(name))):
        return CONTAINED
    return BEGINNING if misspelt and name[0] == other[0] and _telling(name[:1]) else 0.0


def _alike(name: Words, other: Words) -> bool:
    written, known = key(name), key(other)
    long_enough = min(len(written), len(known)) >= _LEAST_LETTERS
    return long_enough and DamerauLevenshtein.normalized_similarity(written, known) >= _LEAST_ALIKE


def _begins(long: Words, short: Words) -> bool:
    return _telling(short) and long[: len(short)] == short


def _holds(long: Words, short: Words) -> bool:
    return _telling(short) and any(long[at : at + len(short)] == short for at in range(len(long)))


def _quarter(long: Words, short: Words, *, start: bool = False) -> bool:
    """Return whether a written name holds a commune's with something beside it, and not joined to it."""
    if not _telling(short):
        return False
    for at in range(1 if start else len(long)):
        end = at + len(short)
        if long[at:end] == short and not (at and long[at - 1] in _JOINED) and not (long[end:] and long[end] in _LINKS):
            return True
    return False


def _telling(name: Words) -> bool:
    """Return whether a name says something by itself: "Saint" and "Val" do not."""
    return any(len(word) > 2 and word not in _EMPTY_WORDS for word in name)
