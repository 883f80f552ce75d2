"""The names of columns, made such that each is there and no two are the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from maille.ontology.errors import SourceError

MOST: Final = 16_384
"""How many columns a file can have: as many as a sheet of a workbook."""


def unique(names: Iterable[str], file: str) -> tuple[str, ...]:
    """Return names all there and all different: an empty one is called by its place, a second `a` is `a (2)`."""
    found: dict[str, None] = {}
    numbers: dict[str, int] = {}
    for place, name in enumerate(names, 1):
        check_count(place, file)
        base = candidate = name.replace("\0", "").strip() or f"column {place}"
        while candidate in found:
            numbers[base] = numbers.get(base, 1) + 1
            candidate = f"{base} ({numbers[base]})"
        found[candidate] = None
    return tuple(found)


def check_count(count: int, file: str) -> None:
    """Raise SourceError where there are more columns than any table has."""
    if count > MOST:
        raise SourceError(f"{file} has more than {MOST:,} columns")


def ragged(cells: int, header: int) -> str:
    """Return what is said of a record that has more cells or fewer than there are columns."""
    return f"the record has {cells} cells, the header {header}"


def check_title(file: str, line: int, below: tuple[int, int]) -> None:
    """Raise SourceError where what stands for the names of the columns is but a title, and the names stand below."""
    if below[0] > line:
        raise SourceError(
            f"{file}: line {line} holds one name of a column and line {below[0]} has {below[1]} cells: "
            f"if the names stand there, declare header = {below[0]}"
        )
