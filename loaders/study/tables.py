"""Reading of the tables drawn from the study: which files, which columns, rows with their physical lines (RFC 4180).

A folder of tables is read as a whole: a file of it may be absent, but a file with another name, a column that lacks
or a column that is not known is a SourceError, since whatever it holds would be lost without a word.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Final

from maille.loaders.source import Row
from maille.ontology.errors import SourceError

Folder = Traversable | Path

STUDY_LINES: Final = 544
"""How many lines the text of the study has: no fact stands on another."""

_HEAD: Final = ("key", "name", "lines", "alt_names")
TABLES: Final = MappingProxyType(
    {
        "organisations": (
            *_HEAD, "nature", "partner_kind", "unit_of", "territories", "homepage",
            "siren", "siren_source", "siren_date", "evidence_fr", "evidence_en",
        ),
        "partners": (*_HEAD, "partner_kind", "commune", "territories"),
        "networks": (*_HEAD, "network_kind", "territories"),
        "programmes": (*_HEAD, "operated_by", "partners", "territories"),
        "events": (*_HEAD, "profiles", "territories"),
        "startups": (*_HEAD, "territories"),
        "structures": (
            *_HEAD, "variants", "main_profile", "profiles", "place_as_stated", "commune", "possible_communes",
            "territories", "themes", "homepage", "operated_by", "located_in", "partners",
        ),
        "initiatives": (
            *_HEAD, "name_en", "kind", "crisis", "led_by", "participants", "beneficiaries", "part_of",
            "territories", "place_as_stated", "themes", "period", "homepage",
        ),
        "sites": ("key", "name", "lines", "site_of", "commune", "full_address", "thoroughfare", "postcode", "town"),
        "memberships": ("member", "organisation", "role", "lines"),
        "figures": (
            "key", "name", "name_en", "about", "qualifier", "value", "unit", "period", "excerpt", "lines",
            "contradicts",
        ),
        "profiles": ("profile", "attribute", "value", "lines", "note_fr", "note_en"),
        "mentions": ("territory", "lines", "note_fr", "note_en"),
        "notes": ("key", "column", "value", "note_fr", "note_en"),
    }
)  # fmt: skip
"""Table -> its columns; the order is the one rows are given in, things before what speaks of them."""


def packaged() -> Folder:
    """Return the folder of tables of the package."""
    return files("maille.loaders") / "data" / "study"


def read_tables(folder: Folder) -> Iterator[Row]:
    """Give every row of every table of `folder`; raises SourceError where a file cannot be read as a whole."""
    _check_names(folder)
    for table in TABLES:
        if (folder / f"{table}.csv").is_file():
            yield from read_table(folder, table)


def read_table(folder: Folder, table: str) -> Iterator[Row]:
    """Give the rows of one table, each with the line it begins on."""
    name = f"study/{table}.csv"
    reader = csv.reader(io.StringIO(_text(folder / f"{table}.csv", name), newline=""), strict=True)
    try:
        columns = tuple(cell.strip() for cell in next(reader, []))
        _check_columns(name, columns, TABLES[table])
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(name, line, f"{table}/{line}", _values(columns, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise SourceError(f"{name}, line {reader.line_num}: {error}") from error


def digest(folder: Folder) -> str:
    """Return the SHA-256 of all tables, as of their names and bytes in the order of names."""
    total = hashlib.sha256()
    for table in sorted(TABLES):
        path = folder / f"{table}.csv"
        if path.is_file():
            total.update(f"{table}.csv\n".encode() + path.read_bytes())
    return total.hexdigest()


def _values(columns: tuple[str, ...], cells: list[str]) -> dict[str, str]:
    values = {column: cell.strip() for column, cell in zip(columns, cells, strict=False)}
    if len(cells) != len(columns):
        # No column is called so: the loader rejects a row that has it.
        values[""] = f"{len(cells)} cells under {len(columns)} columns"
    return values


def _text(path: Folder, name: str) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{name} is not UTF-8: byte {error.start} is 0x{error.object[error.start]:02x}") from error
    except OSError as error:
        raise SourceError(f"{name} cannot be read: {error.strerror or error}") from error


def _check_names(folder: Folder) -> None:
    if not folder.is_dir():
        raise SourceError(f"{folder} is no folder of tables")
    found = {path.name for path in folder.iterdir() if path.name.endswith(".csv")}
    strange = sorted(found - {f"{table}.csv" for table in TABLES})
    if strange:
        raise SourceError(f"study/{strange[0]} is none of the tables {', '.join(TABLES)}")
    if not found:
        raise SourceError(f"{folder} holds no table of the study")


def _check_columns(name: str, found: tuple[str, ...], wanted: tuple[str, ...]) -> None:
    for column in wanted:
        if column not in found:
            raise SourceError(f"{name} has no column {column!r}")
    for column in found:
        if column not in wanted or found.count(column) > 1:
            raise SourceError(f"{name} has a column {column!r} too many")
