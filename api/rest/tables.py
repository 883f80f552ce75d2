"""Rows as flat tables: CSV (RFC 4180), XLSX and Parquet.

A text that a spreadsheet would take for a formula gets an apostrophe before it in CSV, and is a text by its type in
XLSX; Parquet has it as it is.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any, Final

from maille.api.rest.collections import Column, Row
from maille.api.rest.formats import CSV, PARQUET, XLSX

Cell = str | int | float | bool | None

_TYPES: Final = MappingProxyType({"integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN"})
_FORMULA: Final = re.compile(r"\s*[=+\-@\t\r]")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST_CELL: Final = 32_767
_BETWEEN: Final = " | "


def headings(columns: Sequence[Column]) -> list[tuple[str, str]]:
    """Return the name and the shape of each cell of a row: a concept or an area takes several."""
    return [(name, shape) for column in columns for name, shape, _ in _parts(column)]


def cells(row: Row, columns: Sequence[Column]) -> list[Cell]:
    """Return the cells of a row, under the headings."""
    return [part(row.get(column.name)) for column in columns for _, _, part in _parts(column)]


def table(media_type: str, rows: Iterable[Row], columns: Sequence[Column], *, excel: bool = False) -> bytes:
    """Return rows as a table; `excel` is CSV as a French Excel opens it: semicolons, and a byte order mark."""
    flat = (cells(row, columns) for row in rows)
    names = headings(columns)
    if media_type == XLSX:
        return _xlsx(names, flat)
    return _parquet(names, flat) if media_type == PARQUET else _csv(names, flat, excel=excel)


def file_name(name: str, media_type: str) -> str:
    """Return what a table is called once it is saved."""
    return f"{name}.{ {CSV: 'csv', XLSX: 'xlsx', PARQUET: 'parquet'}[media_type] }"


def safe(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def _parts(column: Column) -> list[tuple[str, str, Callable[[Any], Cell]]]:
    name = column.name
    if column.shape in ("concept", "area", "operator"):
        more = {"area": ("code",), "operator": ("siren",)}.get(column.shape, ())
        return [
            (name, "text", _member("label")),
            *((f"{name}_{part}", "text", _member(part)) for part in (*more, "iri")),
        ]
    if column.shape == "concepts":
        return [(name, "text", _members("label")), (f"{name}_iri", "text", _members("iri"))]
    return [(name, column.shape, _joined if column.shape in ("texts", "iris") else _plain)]


def _member(part: str) -> Callable[[Any], Cell]:
    return lambda value: value.get(part) if value else None


def _members(part: str) -> Callable[[Any], Cell]:
    return lambda values: _joined([value.get(part) for value in values or ()])


def _joined(values: Any) -> Cell:
    return _BETWEEN.join(str(value) for value in values or ()) or None


def _plain(value: Any) -> Cell:
    return value if isinstance(value, str | int | float) else None


def _csv(names: Sequence[tuple[str, str]], rows: Iterable[list[Cell]], *, excel: bool) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if excel else ",", lineterminator="\r\n")
    writer.writerow([name for name, _ in names])
    for row in rows:
        writer.writerow([_spelt(safe(cell), excel=excel) for cell in row])
    return text.getvalue().encode("utf-8-sig" if excel else "utf-8", "replace")


def _spelt(cell: Cell, *, excel: bool) -> Cell:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    # A French Excel reads 4.85 as a text, or as a month.
    return str(cell).replace(".", ",") if excel and isinstance(cell, float) else cell


def _xlsx(names: Sequence[tuple[str, str]], rows: Iterable[list[Cell]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("maille")
    sheet.freeze_panes = "A2"
    sheet.append([name for name, _ in names])

    def written(cell: Cell) -> Any:
        if not isinstance(cell, str):
            return cell
        text = _CONTROLS.sub("\ufffd", cell)[:_LONGEST_CELL]
        if not _FORMULA.match(text):
            return text
        made = WriteOnlyCell(sheet, value=text)
        made.data_type = "s"
        return made

    for row in rows:
        sheet.append([written(cell) for cell in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _parquet(names: Sequence[tuple[str, str]], rows: Iterable[list[Cell]]) -> bytes:
    import duckdb

    columns = ", ".join(f"{name}: '{_TYPES.get(shape, 'VARCHAR')}'" for name, shape in names)
    with TemporaryDirectory(prefix="maille-") as folder, duckdb.connect(":memory:", config=dict(_SETTINGS)) as database:
        source, target = Path(folder) / "rows.json", Path(folder) / "rows.parquet"
        with source.open("w", encoding="utf-8", errors="replace") as file:
            file.writelines(_lines([name for name, _ in names], rows))
        read = f"SELECT * FROM read_json('{source}', format='newline_delimited', columns={{{columns}}})"  # noqa: S608
        database.execute(f"COPY ({read}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
        return target.read_bytes()


_SETTINGS: Final[Mapping[str, str]] = MappingProxyType(
    {"threads": "1", "memory_limit": "1GB", "autoinstall_known_extensions": "false"}
)


def _lines(names: Sequence[str], rows: Iterable[list[Cell]]) -> Iterator[str]:
    for row in rows:
        yield json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) + "\n"
