"""What the search index makes of text: folded words, and how far two words are apart.

Folding is done here, once for what is indexed and once for what is asked, so that SQLite has ASCII letters to compare:
no accent, no case, ligatures spelt out, every apostrophe, hyphen and dash a space.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

LONGEST: Final = 200
"""Characters of a question that are looked at."""
MOST_WORDS: Final = 12

_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
_NO_WORD: Final = re.compile(r"[\W_]+")
_STOP: Final = frozenset("a au aux d de des du en et l la le les un une the of and for in by sur".split())


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return `text` as words of lower-case letters without marks, one space between (`L'Œuvre` -> `l oeuvre`)."""
    lower = text.casefold()
    if not lower.isascii():
        # Twice: a letter of mathematics is taken apart into a capital.
        lower = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", lower).casefold())
        lower = "".join(char for char in lower if not unicodedata.combining(char)).translate(_LIGATURES)
    return _NO_WORD.sub(" ", lower).strip()


def asked(text: str) -> str:
    """Return what somebody asks, folded and cut to what is looked at."""
    return " ".join(fold(writable(text[:LONGEST])).split()[:MOST_WORDS])


def writable(text: str) -> str:
    """Return `text` without lone surrogates, which are no characters."""
    return text if text.isascii() else text.encode("utf-8", "ignore").decode()


def telling(words: Iterable[str]) -> list[str]:
    """Return the words that tell one name from another, or all where none does."""
    every = list(words)
    return [word for word in every if word not in _STOP] or every


def grams(word: str, *, whole: bool = True) -> list[str]:
    """Return the trigrams of a word, its beginning marked, and its end where it is `whole`."""
    marked = f"^{word}$" if whole else f"^{word}"
    return sorted({marked[at : at + 3] for at in range(len(marked) - 2)})


def allowed(word: str) -> int:
    """Return how many typos a word of this length may have."""
    return 0 if len(word) < 4 or word.isdigit() else 1 if len(word) < 7 else 2


def distance(one: str, other: str, most: int) -> int:
    """Return the edits between two words, neighbours swapped counting as one; `most` + 1 where they are more.

    A column of the textbook's table is two integers, a bit for each letter of `one` (Hyyrö 2003).
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    if not one or not other:
        return len(one or other)
    places: dict[str, int] = {}
    for at, char in enumerate(one):
        places[char] = places.get(char, 0) | 1 << at
    whole, last, edits = (1 << len(one)) - 1, 1 << (len(one) - 1), len(one)
    up, down, diagonal, before = whole, 0, 0, 0
    for char in other:
        here = places.get(char, 0)
        swapped = ((~diagonal & here) << 1) & before
        diagonal = ((((here & up) + up) ^ up) | here | down | swapped) & whole
        right, left = down | (~(diagonal | up) & whole), diagonal & up
        edits += bool(right & last) - bool(left & last)
        right, left = ((right << 1) | 1) & whole, (left << 1) & whole
        up, down = left | (~(diagonal | right) & whole), right & diagonal
        before = here
    return min(edits, most + 1)


def distance_to_beginning(typed: str, word: str, most: int) -> int:
    """Return the edits between what was typed so far and the beginning of a word it may become."""
    lengths = {min(len(word), max(1, len(typed) + more)) for more in (-1, 0, 1)}
    return min(distance(typed, word[:length], most) for length in lengths)
