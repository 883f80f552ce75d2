"""Workbooks (XLSX, ECMA-376 part 1, 18.3) a row at a time: values as they were last worked out, no formula is run.

What is held is one row, and the texts that cells share, whose size is bounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, dropwhile, islice
from pathlib import Path
from typing import Final, NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from maille.loaders.readers.delimiters import below_title
from maille.loaders.readers.headers import MOST, check_title, ragged, unique
from maille.loaders.readers.json_sound import fault_in
from maille.loaders.readers.opening import on_disk
from maille.loaders.readers.records import Fault, FileFormat, Limits, Record, Value
from maille.loaders.readers.xlsx_cells import place_of, value_of
from maille.loaders.readers.xlsx_package import XML_DAMAGE, Measured, Package, local, package
from maille.ontology.errors import SourceError

_ROWS: Final = 1 << 20
"""How many rows a sheet can have."""


class _Row(NamedTuple):
    """The cells of a row by column from 0, its number, and what is wrong with it or nothing."""

    number: int
    cells: dict[int, Value]
    wrong: str


def read(path: Path, form: FileFormat, limits: Limits) -> Iterator[Record | Fault]:
    """Yield the rows of a sheet, each with its number in it; raises SourceError where the workbook is damaged."""
    with on_disk(path, form, limits) as place, _rows(place, path.name, form.sheet, limits) as found:
        header, rows = _header(found, path.name, form.header)
        for row in rows:
            yield _record(row, header)


def columns(path: Path, form: FileFormat, limits: Limits) -> tuple[str, ...]:
    """Return the names in the first row of a sheet that is not blank."""
    with on_disk(path, form, limits) as place, _rows(place, path.name, form.sheet, limits) as rows:
        return _header(rows, path.name, form.header)[0]


def _header(rows: Iterator[_Row], name: str, declared: int) -> tuple[tuple[str, ...], Iterator[_Row]]:
    """Return the names of the columns, and the rows below them."""
    below = dropwhile(lambda row: row.number < declared, rows)
    near = list(islice(below, 30))
    first = near[0] if near else None
    if first is None or not first.cells:
        raise SourceError(f"{name}: the sheet is empty")
    if first.wrong:
        raise SourceError(f"{name}: the names of the columns cannot be read: {first.wrong}")
    if not declared:
        check_title(name, first.number, below_title([(row.number, len(row.cells)) for row in near]))
    cells = (first.cells.get(place) for place in range(max(first.cells) + 1))
    return unique(("" if cell is None else str(cell) for cell in cells), name), chain(near[1:], below)


def _record(row: _Row, header: tuple[str, ...]) -> Record | Fault:
    if row.wrong:
        return Fault(row.number, "", "", row.wrong)
    last = max(row.cells)
    if last >= len(header):
        return Fault(row.number, f"column {len(header) + 1}", "", ragged(last + 1, len(header)))
    return Record(row.number, {name: row.cells.get(place) for place, name in enumerate(header)})


@contextmanager
def _rows(place: Path, name: str, sheet: str, limits: Limits) -> Iterator[Iterator[_Row]]:
    """Open the rows of a sheet that are not blank; whatever is wrong with the workbook is a SourceError."""
    try:
        with package(place, limits) as book:
            part = book.sheets[_chosen(book, sheet, limits)]
            yield _read_rows(book, part, limits)
    except XML_DAMAGE as error:
        raise SourceError(f"{name} is no sound workbook: {error}") from error
    except SourceError as error:
        raise error if str(error).startswith(name) else SourceError(f"{name}: {error}") from error


def _chosen(book: Package, sheet: str, limits: Limits) -> str:
    """Return the sheet declared, or the only one that holds anything."""
    names = ", ".join(map(repr, book.sheets)) or "none"
    if sheet:
        if sheet not in book.sheets:
            raise SourceError(f"there is no sheet {sheet!r}; there is: {names}")
        return sheet
    full = [name for name, part in book.sheets.items() if next(_read_rows(book, part, limits), None)]
    if len(full) == 1:
        return full[0]
    raise SourceError(f"it has several sheets, declare which one as sheet: {names}" if full else "it is empty")


def _read_rows(book: Package, part: str, limits: Limits) -> Iterator[_Row]:
    """Yield the rows of a sheet; nothing of the tree that the parser makes is kept."""
    with book.archive.open(part) as raw:
        source = Measured(raw, min(limits.cell, 1 << 20))
        number, holder, row, cells, wrong, place = 0, None, None, dict[int, Value](), "", -1
        for event, element in ElementTree.iterparse(source, ("start", "end")):  # noqa: S314
            name = local(element)
            if event == "start":
                if name == "sheetData":
                    holder = element
                elif name == "row":
                    row, cells, wrong, place = element, {}, "", -1
                    number = _row_number(element, number + 1)
            elif name == "c" and row is not None:
                place = place_of(element, place + 1)
                wrong = _take(element, place, book, cells) or wrong
                row.clear()
                source.since = 0
            elif name == "row" and holder is not None:
                if wrong or not all(isinstance(value, str) and not value.strip() for value in cells.values()):
                    yield _Row(number, cells, wrong or fault_in(list(cells.values()), 2))
                holder.clear()
                row, source.since = None, 0
            elif name == "sheetData":
                return


def _row_number(element: Element, following: int) -> int:
    """Return the number of a row; raises ValueError where there is none such."""
    number = int(element.get("r", following))
    if not 0 < number <= _ROWS:
        raise ValueError(f"a row has the number {number}")
    return number


def _take(element: Element, place: int, book: Package, cells: dict[int, Value]) -> str:
    """Add a cell to those of its row; returns what is wrong with it, or nothing."""
    if not 0 <= place < MOST:
        return f"a cell is at {element.get('r', place + 1)!r}, which is no place in a sheet"
    value = value_of(element, book)
    if value is None:
        return ""
    if place in cells:
        return f"two cells are at {element.get('r')!r}"
    cells[place] = value
    return ""
