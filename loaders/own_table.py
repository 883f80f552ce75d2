"""Tables of our own that the package ships: CSV with semicolons, in UTF-8, with the columns named and no other."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from maille.loaders.source import RowRejected
from maille.ontology.errors import SourceError

_LONGEST: Final = 100_000


def content_of(path: Path) -> bytes:
    """Return the bytes of a file; raises SourceError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read: {error.strerror}") from error


def no_more(values: Mapping[str, str], columns: Sequence[str]) -> None:
    """Raise RowRejected where a row has more cells than there are columns."""
    if values.get("more"):
        raise RowRejected("more", str(values["more"]), f"more than {len(columns)} columns")


def lines_of(name: str, content: bytes, columns: Sequence[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield line and cells of each row of the table `name`; raises SourceError where it is none.

    Cells beyond the columns stand under `more`; those that are missing are empty.
    """
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise SourceError(f"{name} is not UTF-8: {error}") from error
    # The module's own limit is one for the whole process, and readers of large files raise it.
    if max(map(len, lines), default=0) > _LONGEST:
        raise SourceError(f"{name}: a line is longer than {_LONGEST} characters")
    table = csv.DictReader(lines, delimiter=";", restkey="more", restval="")
    if tuple(table.fieldnames or ()) != tuple(columns):
        raise SourceError(f"{name}: the columns must be {', '.join(columns)}")
    try:
        for values in table:
            yield table.line_num, values
    except csv.Error as error:
        raise SourceError(f"{name}:{table.line_num}: {error}") from error
