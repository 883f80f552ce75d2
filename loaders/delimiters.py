"""Which character stands between two cells of CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Final

from maille.ontology.errors import SourceError

DELIMITERS: Final = (";", ",", "\t", "|")


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


def _fit(lines: list[str], delimiter: str, quote: str) -> tuple[float, int]:
    """Return how sure it is that records are cut by a delimiter: the share that is as wide as the first, that width."""
    quoting = {"quotechar": quote} if quote and quote != delimiter else {"quoting": csv.QUOTE_NONE}
    try:
        widths = [len(cells) for cells in csv.reader(lines, delimiter=delimiter, **quoting) if cells]
    except csv.Error:
        return (0.0, 0)
    if not widths or widths[0] < 2:
        return (0.0, 0)
    return (round(Counter(widths)[widths[0]] / len(widths), 1), widths[0])
