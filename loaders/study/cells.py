"""Cells of the study's tables: `value @254+136 | other value`, each value with the lines of the study it stands on.

A value without lines stands on the lines of its row (column `lines`). Whatever does not fit is a RowRejected that
names the column, the value and the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from maille.loaders.source import Row
from maille.loaders.study.tables import STUDY_LINES
from maille.ontology.errors import RowRejected

# A blank is needed before the lines and about a bar, so that names may hold either sign.
_ITEM: Final = re.compile(r"(?:(?P<value>.*?)\s+)?@(?P<lines>[0-9+]+)", re.DOTALL)
_BAR: Final = re.compile(r"(?:^|\s+)\|(?:\s+|$)")


@dataclass(frozen=True, slots=True)
class Item:
    """One value of a cell, the lines it stands on, and the column it came from."""

    column: str
    value: str
    lines: tuple[int, ...]

    def rejected(self, reason: str) -> RowRejected:
        """Return the error that says why this value cannot be loaded."""
        return RowRejected(self.column, self.value, reason)


def text(row: Row, column: str) -> str:
    """Return a cell as it is, empty where the column is not of this table."""
    return str(row.values.get(column, ""))


def required(row: Row, column: str) -> str:
    """Return a cell that must hold something."""
    value = text(row, column)
    if not value:
        raise RowRejected(column, "", "nothing is written here")
    return value


def lines(row: Row) -> tuple[int, ...]:
    """Return the lines of the row itself, at least one."""
    return _lines("lines", required(row, "lines"))


def items(row: Row, column: str) -> list[Item]:
    """Return the values of a cell, in order; none where it is empty."""
    written = text(row, column)
    return [_item(row, column, part.strip()) for part in _BAR.split(written)] if written else []


def single(row: Row, column: str) -> Item | None:
    """Return the value of a cell that may hold one and no more."""
    found = items(row, column)
    if len(found) > 1:
        raise RowRejected(column, text(row, column), "one value is allowed here")
    return found[0] if found else None


def without_lines(written: str) -> str:
    """Return the value of a cell that holds one, without its lines; nothing is checked."""
    match = _ITEM.fullmatch(written)
    return match["value"] or "" if match else written


def check_shape(row: Row) -> None:
    """Reject a row with more or fewer cells than the table has columns."""
    if "" in row.values:
        raise RowRejected("", str(row.values[""]), "the row has more or fewer cells than the table has columns")


def _item(row: Row, column: str, written: str) -> Item:
    match = _ITEM.fullmatch(written)
    value = without_lines(written)
    if not value:
        raise RowRejected(column, text(row, column), "an empty value between two bars")
    return Item(column, value, _lines(column, match["lines"]) if match else lines(row))


def _lines(column: str, written: str) -> tuple[int, ...]:
    numbers = written.split("+")
    for number in numbers:
        if re.fullmatch(r"[0-9]{1,4}", number) is None:
            raise RowRejected(column, written, "line numbers are digits, joined by +")
        if not 1 <= int(number) <= STUDY_LINES:
            raise RowRejected(column, written, f"the study has lines 1 to {STUDY_LINES}, and no line {int(number)}")
    return tuple(sorted({int(number) for number in numbers}))
