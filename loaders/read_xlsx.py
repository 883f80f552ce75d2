"""Workbooks (XLSX, ECMA-376 part 1, 18.3) a row at a time: values as they were last worked out, no formula is run.

What is held is one row, and the texts that cells share, whose size is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import chain, dropwhile, islice
from pathlib import Path
from typing import Any, Final, NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from maille.loaders.delimiters import below_title
from maille.loaders.headers import MOST, check_title, ragged, unique
from maille.loaders.json_sound import fault_in
from maille.loaders.opening import on_disk
from maille.loaders.records import Fault, FileFormat, Limits, Record, Value
from maille.loaders.xlsx_package import XML_DAMAGE, Measured, Package, local, package, text_of, unescaped
from maille.ontology.errors import SourceError

_REFERENCE: Final = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")


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
        number, holder, row, cells, wrong = 0, None, None, dict[int, Value](), ""
        for event, element in ElementTree.iterparse(source, ("start", "end")):  # noqa: S314
            name = local(element)
            if event == "start":
                if name == "sheetData":
                    holder = element
                elif name == "row":
                    row, cells, wrong = element, {}, ""
                    number = int(element.get("r", number + 1))
            elif name == "c" and row is not None:
                wrong = _take(element, book, cells) or wrong
                row.clear()
                source.since = 0
            elif name == "row" and holder is not None:
                if cells or wrong:
                    yield _Row(number, cells, wrong or fault_in(list(cells.values()), 2))
                holder.clear()
                row, source.since = None, 0
            elif name == "sheetData":
                return


def _take(element: Element, book: Package, cells: dict[int, Value]) -> str:
    """Add a cell to those of its row; returns what is wrong with it, or nothing."""
    place = _place(element, cells)
    if not 0 <= place < MOST:
        return f"a cell is at {element.get('r')!r}, which is no place in a sheet"
    value = _value(element, book)
    if value is None:
        return ""
    if place in cells:
        return f"two cells are at {element.get('r')!r}"
    cells[place] = value
    return ""


def _place(element: Element, cells: dict[int, Value]) -> int:
    reference = element.get("r")
    if reference is None:
        return max(cells, default=-1) + 1
    found = _REFERENCE.fullmatch(reference)
    place = 0
    for letter in found.group(1) if found else "":
        place = place * 26 + ord(letter) - 64
    return place - 1


def _value(element: Element, book: Package) -> Value:
    """Return what a cell shows; of a formula that was never worked out, its text."""
    parts = {local(part): part for part in element}
    kind = element.get("t", "n")
    if kind == "inlineStr":
        return text_of(parts["is"]) if "is" in parts else None
    raw = (parts["v"].text or "") if "v" in parts else ""
    if not raw:
        return f"={parts['f'].text}" if "f" in parts and parts["f"].text else None
    match kind:
        case "s":
            return book.texts[int(raw)] or None
        case "b":
            return raw.strip() in {"1", "true"}
        case "n":
            return _number(raw, int(element.get("s", "0")), book)
        case _:
            return unescaped(raw)


def _number(raw: str, style: int, book: Package) -> Value:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

    value = float(raw)
    held = book.styles[style] if style < len(book.styles) else None
    if held is None or not held.is_date:
        return int(value) if value.is_integer() and abs(value) < 1e15 and raw.lstrip("-").isdigit() else value
    epoch = CALENDAR_MAC_1904 if book.from_1904 else CALENDAR_WINDOWS_1900
    try:
        return _dated(from_excel(value, epoch, timedelta=held.is_duration))
    except (OverflowError, ValueError):
        return value


def _dated(value: Any) -> Value:
    """Return a moment as text; a day without an hour is a day."""
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)
