"""Every record of a data file, whatever it is written in, one at a time and none of them lost.

`records` yields a Record, or in its place a Fault that says why it cannot be read; a file that is not what is declared
is a SourceError that says what to declare. Nothing is held but one record: memory is the same for a file of any size.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from maille.loaders.readers import read_csv, read_json, read_parquet, read_xlsx
from maille.loaders.readers.records import LIMITS, Fault, FileFormat, Limits, Record, Value
from maille.loaders.readers.sniffing import complete, sniff

__all__ = ["Fault", "FileFormat", "Limits", "Record", "Value", "columns", "records", "sniff"]


def records(path: Path, form: FileFormat, limits: Limits = LIMITS) -> Iterator[Record | Fault]:
    """Yield every record of a file; raises SourceError as soon as the file is seen not to be what is declared."""
    form = complete(path, form)
    match form.format:
        case "csv" | "tsv":
            yield from read_csv.read(path, form, limits)
        case "json" | "geojson":
            yield from read_json.read(path, form, limits)
        case "jsonl":
            yield from read_json.read_lines(path, form, limits)
        case "parquet":
            yield from read_parquet.read(path, form, limits)
        case _:
            yield from read_xlsx.read(path, form, limits)


def columns(path: Path, form: FileFormat, limits: Limits = LIMITS) -> tuple[str, ...]:
    """Return the names of a file's columns; of JSON, all that any record has."""
    form = complete(path, form)
    match form.format:
        case "csv" | "tsv":
            return read_csv.columns(path, form, limits)
        case "json" | "geojson" | "jsonl":
            return read_json.columns(path, form, limits)
        case "parquet":
            return read_parquet.columns(path, form, limits)
        case _:
            return read_xlsx.columns(path, form, limits)
