"""Lists with weights, the shape all `Accept` headers share (RFC 9110, sections 5.6 and 12.4.2).

Nothing here raises: what follows no grammar is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

WORD: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
"""A `token` of section 5.6.2, as a regular expression."""

_QUALITY: Final = re.compile(r"(?:0?\.[0-9]{1,12}|0\.?|1(?:\.0{0,12})?)", re.ASCII)
_PARAMETER: Final = re.compile(rf'({WORD})[ \t]*=[ \t]*("(?:[^"\\]|\\.)*"|{WORD})')
_PIECES: Final = re.compile(r'"(?:[^"\\]|\\.)*"|"|[^",;]+|[,;]')
_BEGINS_WEIGHT: Final = re.compile(r"[ \t]*q[ \t]*=", re.IGNORECASE)
_MAX_PARTS: Final = 200
_LONGEST: Final = 16 * 1024
"""Characters of a header that are looked at."""


@dataclass(frozen=True, slots=True)
class Weighted:
    """One part of a header: its value in lower case, its parameters without `q`, and its weight."""

    value: str
    parameters: frozenset[tuple[str, str]]
    quality: float


def weighted_list(header: str | None, normal: Callable[[str], str] = str) -> list[Weighted]:
    """Return the readable parts of a header value, `normal` applied to the value of each."""
    parts = (_part(part, normal) for part in _split_list(header or ""))
    return [part for part in parts if part is not None]


def _part(pieces: Sequence[str], normal: Callable[[str], str]) -> Weighted | None:
    weights = [piece.partition("=")[2].strip() for piece in pieces[1:] if _BEGINS_WEIGHT.match(piece)]
    if weights and _QUALITY.fullmatch(weights[0]) is None:
        return None
    rest = frozenset(parameter for parameter in parameters_of(pieces[1:]) if parameter[0] != "q")
    return Weighted(normal(pieces[0].strip().lower()), rest, float(weights[0]) if weights else 1.0)


def parameters_of(pieces: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield name and value of each parameter, in lower case, the value without its quotation marks."""
    for piece in pieces:
        match = _PARAMETER.fullmatch(piece.strip())
        if match:
            yield match[1].lower(), _unquoted(match[2]).lower()


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text


def _split_list(header: str) -> Iterator[list[str]]:
    """Yield the parts between commas, each as its pieces between semicolons; quoted strings are left whole."""
    pieces: list[list[str]] = [[]]
    found = 0
    for piece in _PIECES.findall(header[:_LONGEST]):
        if piece == ",":
            yield ["".join(words) for words in pieces]
            pieces = [[]]
            found += 1
            if found >= _MAX_PARTS:
                return
        elif piece == ";":
            pieces.append([])
        else:
            pieces[-1].append(piece)
    yield ["".join(words) for words in pieces]
