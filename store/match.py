"""Whether a text is somewhere in data: as a person would say it is, whatever stands between its words.

Case, accents and what separates words do not count, nor how a name is escaped: `Zoé Le-Gall` is found in
`zoe.le.gall@`, in `ZOÉ LE GALL`, in an IRI that ends with `zo%C3%A9-le-gall`. A regular expression is taken as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from html import unescape
from itertools import islice
from typing import Final
from urllib.parse import unquote

from maille.ontology.errors import UsageError

_SEPARATORS: Final = str.maketrans(dict.fromkeys("\t\n\v\f\r-_+.'`", " "))
_UNUSUAL: Final = re.compile(r"[^\x00-\x7f]+")
_BETWEEN: Final = frozenset("\u00a0\u202f’´·‐‑‒–—―\u2028\u2029\x85")
_LETTERS: Final = {"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l"}
_ESCAPED: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_NAMED: Final = {"n": " ", "t": " ", "r": " ", "b": " ", "f": " "}
_SHORTEST: Final = 3
_NUMBER: Final = 8
_BATCH: Final = 2_000


class Match:
    """What is looked for.

    Args:
        found: tells whether it is in a text of one or several lines.
    """

    def __init__(self, found: Callable[[str], bool]) -> None:
        self._found = found

    @classmethod
    def of_texts(cls, texts: Iterable[str]) -> Match:
        """Look for any of some texts; raises UsageError where one is too short to mean anything."""
        folded = [fold(text).strip() for text in texts]
        if not folded or any(len(text) < _SHORTEST for text in folded):
            raise UsageError(f"--match takes at least {_SHORTEST} letters or digits")
        searched = re.compile("|".join(map(_pattern, folded))).search
        return cls(lambda text: searched(fold(text)) is not None)

    @classmethod
    def of_regex(cls, pattern: str) -> Match:
        """Look for a regular expression, within one line; raises UsageError."""
        try:
            searched = re.compile(pattern).search
        except re.error as error:
            raise UsageError(f"--regex is no regular expression: {error.msg} at {error.pos}") from None
        if searched(""):
            raise UsageError("--regex matches the empty text, and so everything")
        return cls(lambda text: any(map(searched, _lines(text))) or any(map(searched, _lines(unquote(text)))))

    def in_text(self, text: str) -> bool:
        """Return whether it is in a text, as it stands or unescaped (N-Quads, JSON, HTML)."""
        return (
            self._found(text)
            or ("\\" in text and self._found(_unescaped(text)))
            or ("&" in text and self._found(unescape(text)))
        )

    def in_bytes(self, content: bytes) -> bool:
        """Return whether it is in the bytes of a file, in any of the encodings that files here have."""
        names = ("utf-8", "cp1252", *(["utf-16"] if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else []))
        return any(self.in_text(content.decode(name, "replace")) for name in names)

    def split(self, lines: Iterable[str]) -> Iterator[tuple[str, bool]]:
        """Yield each line with whether it is there; quick where it seldom is."""
        remaining = iter(lines)
        while batch := list(islice(remaining, _BATCH)):
            there = self.in_text("\n".join(batch))
            for line in batch:
                yield line, there and self.in_text(line)


def fold(text: str) -> str:
    """Return a text without what does not count."""
    text = unquote(text) if "%" in text else text
    if not text.isascii():
        text = _UNUSUAL.sub(lambda found: _plain(found.group()), text)
    text = text.translate(_SEPARATORS)
    while "  " in text:
        text = text.replace("  ", " ")
    return text.lower() if text.isascii() else text.casefold()


@lru_cache(maxsize=4096)
def _plain(run: str) -> str:
    """Return a run of characters beyond ASCII without accents; what stands between words is a space."""
    spaced = "".join(" " if char in _BETWEEN else _LETTERS.get(char, char) for char in run)
    return "".join(char for char in unicodedata.normalize("NFKD", spaced) if not unicodedata.combining(char))


def _unescaped(text: str) -> str:
    def char(found: re.Match[str]) -> str:
        four, eight, other = found.groups()
        code = int(four or eight or "0", 16)
        return _NAMED.get(other, other) if other else chr(code) if 0 < code < 0x110000 else " "

    return _ESCAPED.sub(char, text)


def _lines(text: str) -> Sequence[str]:
    return text.split("\n")


def _pattern(folded: str) -> str:
    """Return what finds a text; the digits of a telephone number, however they are grouped."""
    digits = folded.replace(" ", "")
    if digits.isdigit() and len(digits) >= _NUMBER:
        return " ?".join(digits)
    return re.escape(folded)
