"""Which character stands between two cells of CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from maille.ontology.errors import SourceError

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

DELIMITERS: Final = (";", ",", "\t", "|")
_LOOKED_AT: Final = 30


def checked(delimiter: str, quote: str, name: str) -> str:
    """Return a declared delimiter; raises SourceError where it cannot be one."""
    for what, char, least in (("delimiter", delimiter, 1), ("quote", quote, 0)):
        if not least <= len(char) <= 1 or char in {"\r", "\n", "\0", " "}:
            raise SourceError(f"{name}: {what} = {char!r} is not one character, and no end of line, null or space")
    if delimiter == quote:
        raise SourceError(f"{name}: delimiter and quote are both {delimiter!r}")
    return delimiter


def guess(sample: str, quote: str) -> str:
    """Return the delimiter that gives the first records of a text the most cells, as many in each."""
    lines = io.StringIO(sample, newline="").readlines()
    whole = lines[:-1] or lines
    return max(DELIMITERS, key=lambda delimiter: _fit(whole, delimiter, quote))


def titled(sample: str, delimiter: str, quote: str) -> tuple[int, int]:
    """Return the line where the names of the columns seem to stand below a title, and how many; zeros where none is."""
    found = reader(io.StringIO(sample, newline=""), delimiter, quote, strict=False)
    filled, line = [], 1
    try:
        for cells in found:
            filled.append((line, sum(bool(cell.strip()) for cell in cells)))
            line = found.line_num + 1
    except csv.Error:
        pass
    return below_title(filled)


def below_title(filled: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return the first of the rows that is filled, where the first row is but a title; rows are lines and counts."""
    rows = [(line, count) for line, count in filled[:_LOOKED_AT] if count]
    if not rows or rows[0][1] > 1:
        return (0, 0)
    full = [(line, count) for line, count in rows if count > 1]
    return full[0] if len(full) > 1 else (0, 0)


def reader(lines: Iterable[str], delimiter: str, quote: str, *, strict: bool) -> CsvReader:
    """Return the parser of the standard library, for cells that may be quoted or never are."""
    if not quote or quote == delimiter:
        return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE, quotechar=None, strict=strict)
    return csv.reader(lines, delimiter=delimiter, quotechar=quote, strict=strict)


def _fit(lines: list[str], delimiter: str, quote: str) -> tuple[float, int]:
    """Return how sure it is that records are cut by a delimiter: the share that is as wide as the first, that width."""
    try:
        widths = [len(cells) for cells in reader(lines, delimiter, quote, strict=False) if cells]
    except csv.Error:
        return (0.0, 0)
    if not widths or widths[0] < 2:
        return (0.0, 0)
    return (round(Counter(widths)[widths[0]] / len(widths), 1), widths[0])
