"""Parquet, read by DuckDB a thousand rows at a time: one thread, bounded memory, nothing fetched or written."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from struct import unpack
from typing import Any, Final
from uuid import UUID

from maille.loaders.readers.headers import unique
from maille.loaders.readers.opening import on_disk
from maille.loaders.readers.records import FileFormat, Limits, Record, Value
from maille.ontology.errors import SourceError

_BATCH: Final = 1000
_SETTINGS: Final = {
    "threads": "1",
    "memory_limit": "1GB",
    "temp_directory": "",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
_ZONED: Final = re.compile(r"\bTIME(?:STAMP)? WITH TIME ZONE\b")
_POINT: Final = 21
"""Bytes of a point as well-known binary."""


def read(path: Path, form: FileFormat, limits: Limits) -> Iterator[Record]:
    """Yield the rows of a Parquet file, each with its number; raises SourceError where it is none."""
    with on_disk(path, form, limits) as place, _rows(place, path.name, limits) as rows:
        names = unique(next(rows), path.name)
        for number, cells in enumerate(rows, 1):
            yield Record(number, {name: plain(cell) for name, cell in zip(names, cells, strict=True)})


def columns(path: Path, form: FileFormat, limits: Limits) -> tuple[str, ...]:
    """Return the names of the columns."""
    with on_disk(path, form, limits) as place, _rows(place, path.name, limits) as rows:
        return unique(next(rows), path.name)


@contextmanager
def _rows(place: Path, name: str, limits: Limits) -> Iterator[Iterator[tuple[Any, ...]]]:
    # It takes a tenth of a second to import, which a build without Parquet need not spend.
    import duckdb

    with duckdb.connect(":memory:", config=dict(_SETTINGS)) as connection:
        yield _fetched(connection, place, name, limits, (duckdb.Error, ValueError, OverflowError))


def _fetched(
    connection: Any, path: Path, name: str, limits: Limits, failure: tuple[type[Exception], ...]
) -> Iterator[tuple[Any, ...]]:
    """Yield the names of the columns, then each row."""
    place, size = _escaped(path), path.stat().st_size
    try:
        (count,) = connection.execute("SELECT num_rows FROM parquet_file_metadata(?)", [place]).fetchone()
        if count > max(limits.free, size * limits.ratio):
            raise SourceError(f"{name} says it has {count:,} rows in {size:,} bytes: it looks like a bomb")
        connection.execute("SET TimeZone = 'UTC'")
        described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [place]).fetchall()
        cells = ", ".join(_cell(column, kind) for column, kind, *_ in described)
        yield tuple(column for column, *_ in described)
        rows = connection.execute(f"SELECT {cells} FROM read_parquet(?)", [place])  # noqa: S608 - quoted by _cell
        while batch := rows.fetchmany(_BATCH):
            yield from batch
    except failure as error:
        reason = " ".join(str(error).split())[:300]
        raise SourceError(f"{name} is no sound Parquet file: {reason}") from error


def _cell(column: str, kind: str) -> str:
    name = '"' + column.replace('"', '""') + '"'
    # Text, not an object, also inside lists and structures: a time with a zone would ask for one more package.
    read_as = _ZONED.sub("VARCHAR", kind)
    return name if read_as == kind else f"CAST({name} AS {read_as})"


def _escaped(place: Path) -> str:
    """Return a path in which no character stands for others."""
    return "".join(f"[{char}]" if char in "*?[" else char for char in str(place.absolute()))


def plain(value: Any) -> Value:
    """Return a value as JSON would have it: dates as text, a point as GeoJSON, exact numbers exact."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None if math.isnan(value) else str(value)
        case Decimal():
            return float(value) if Decimal(repr(float(value))) == value else str(value)
        case datetime() | date() | time():
            return value.isoformat()
        case bytes() | bytearray():
            return _binary(bytes(value))
        case list() | tuple():
            return [plain(part) for part in value]
        case dict():
            return {str(key): plain(part) for key, part in value.items()}
        case UUID() | timedelta() | _:
            return str(value)


def _binary(value: bytes) -> Value:
    if len(value) == _POINT and value[1:5] in {b"\x01\0\0\0", b"\0\0\0\x01"}:
        x, y = unpack("<2d" if value[0] else ">2d", value[5:])
        return {"type": "Point", "coordinates": [x, y]}
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex()
