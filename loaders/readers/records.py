"""What every reader of a file gives: records, faults where one cannot be read, and the limits that keep memory flat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

Value = str | int | float | bool | list[Any] | dict[str, Any] | None
"""What a cell may hold; only JSON and Parquet have lists and objects."""


@dataclass(frozen=True, slots=True)
class FileFormat:
    """How a file is written; what is left empty is taken from the file's name and first bytes.

    Attributes:
        format: `csv`, `tsv`, `json`, `jsonl`, `geojson`, `parquet` or `xlsx`.
        encoding: of its text; empty for UTF-8, or what a byte order mark says.
        delimiter: the character between two cells of CSV.
        quote: the character around a cell of CSV; empty where cells are never quoted.
        sheet: name of the sheet of a workbook.
        path: dotted path to the list of records in JSON (`results`, `data.items`).
        member: name of the file in a zip archive.
        header: line of CSV, or row of a sheet, that holds the names of the columns, where others stand above it.
    """

    format: str = ""
    encoding: str = ""
    delimiter: str = ""
    quote: str = '"'
    sheet: str = ""
    path: str = ""
    member: str = ""
    header: int = 0


class Record(NamedTuple):
    """One record: the line it begins on (in JSON and Parquet its number, in a sheet its row), and its cells."""

    line: int
    values: dict[str, Value]


class Fault(NamedTuple):
    """A record that cannot be read, given in its place; it never holds a cell's text, which may be a private one."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What a sound file never exceeds, a seam for tests.

    Attributes:
        cell: characters of one cell of CSV.
        record: characters of one record, and of whatever stands between two.
        lines: lines of one record of CSV.
        depth: how deep lists and objects of one record are nested.
        unpacked: bytes of a file once unpacked.
        ratio: how many times larger than its packed form it may become, past the first `free` bytes.
        free: bytes that may come of any packed file.
        shared: bytes of the texts a workbook's cells share, the one part of it that is held in memory.
        quotes: broken quotes after which the file is given up.
    """

    cell: int = 8 << 20
    record: int = 16 << 20
    lines: int = 100_000
    depth: int = 100
    unpacked: int = 16 << 30
    ratio: int = 200
    free: int = 32 << 20
    shared: int = 256 << 20
    quotes: int = 100


LIMITS: Final = Limits()
"""The limits of a build."""
