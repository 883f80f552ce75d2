"""The names of columns, made such that each is there and no two are the same."""

from __future__ import annotations

from collections.abc import Iterable

from maille.ontology.errors import SourceError


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Return names all there and all different: an empty one is called by its place, a second `a` is `a (2)`."""
    found: dict[str, None] = {}
    for place, name in enumerate(names, 1):
        base = candidate = name.replace("\0", "").strip() or f"column {place}"
        number = 1
        while candidate in found:
            number += 1
            candidate = f"{base} ({number})"
        found[candidate] = None
    return tuple(found)


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
