"""Read the cells of one row as a description says: which columns, split how, transformed by what.

A value that a transformation refuses is reported and left out; the others of the row go on.
"""

from __future__ import annotations

import json
import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from maille.loaders import personal
from maille.loaders.describing import transforms
from maille.loaders.describing.codes import Codes
from maille.loaders.describing.description import Condition, Input
from maille.loaders.source import RejectedRow, Row

_CONTROLS: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\ufeff]")
_MOST: Final = 200


class Cell(NamedTuple):
    """One value on its way, and the column it came from."""

    column: str
    value: Any


class Findings:
    """What was left out of one row, value by value; no value in it holds an e-mail address or a telephone number."""

    def __init__(self, row: Row) -> None:
        self._row = row
        self._found: dict[RejectedRow, None] = {}

    def add(self, column: str, value: object, reason: str) -> None:
        """Note a value that is left out; the same one is noted once."""
        self._found[RejectedRow(self._row.file, self._row.line, column, shown(value), told(reason))] = None

    @property
    def all(self) -> tuple[RejectedRow, ...]:
        """Everything noted."""
        return tuple(self._found)


def shown(value: object) -> str:
    """Return a value as a report may show it: short, in one line, without personal data."""
    text = personal.scrub(plain(value))[0].replace("\n", " ")
    return text if len(text) <= _MOST else text[:_MOST] + "..."


def told(reason: str) -> str:
    """Return a reason without the personal data that a value quoted in it may hold."""
    return personal.scrub(reason)[0]


def plain(value: object) -> str:
    """Return the text of a value that JSON or a workbook holds."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def clean(text: str) -> str:
    """Return a text without control characters and blank ends; line breaks stay."""
    if text.isprintable():
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _CONTROLS.sub("", text).strip()


class Reader:
    """Reads inputs from the values of a row.

    Args:
        missing: what stands for nothing.
        codes: the lists of codes, by name.
    """

    def __init__(self, missing: Iterable[str], codes: Mapping[str, Codes]) -> None:
        self._missing = frozenset((*missing, ""))
        self._codes = codes
        self._steps: dict[int, tuple[Input, Sequence[transforms.Transformation]]] = {}

    def cells(self, source: Input, values: Mapping[str, Any], findings: Findings, whole: bool = False) -> list[Cell]:
        """Return the values of an input, none of them missing; `whole` leaves lists and objects as they are."""
        found = []
        for cell in self._raw(source, values, whole):
            for part in self._parts(source, cell):
                found += self._changed(source, part, findings)
        return found

    def first(self, source: Input | None, values: Mapping[str, Any], findings: Findings, whole: bool = False) -> Any:
        """Return the first value of an input, None where there is none."""
        cells = self.cells(source, values, findings, whole) if source else []
        return cells[0].value if cells else None

    def text(self, source: Input | None, values: Mapping[str, Any], findings: Findings) -> str:
        """Return the first value of an input as a text for people: clean, and without personal data."""
        for cell in self.cells(source, values, findings) if source else ():
            if text := self.scrubbed(cell, findings):
                return text
        return ""

    def scrubbed(self, cell: Cell, findings: Findings) -> str:
        """Return the text of a cell without personal data, which are reported as taken out."""
        text, taken = personal.scrub(clean(plain(cell.value)))
        for what in taken:
            findings.add(cell.column, "", f"{what} was taken out of the text")
        return text

    def holds(self, condition: Condition, values: Mapping[str, Any]) -> bool:
        """Say whether a row meets a condition."""
        texts = {text for text in map(clean, map(plain, self._atoms(look(values, condition.column)))) if self._is(text)}
        # An empty text among the values stands for a cell without any.
        met = bool((texts or {""}) & set(condition.values)) if condition.values else bool(texts)
        return met != condition.negated

    def is_missing(self, value: Any) -> bool:
        """Say whether a cell holds nothing."""
        return value is None or (isinstance(value, str | int | float) and not self._is(clean(plain(value))))

    def _is(self, text: str) -> bool:
        return text not in self._missing and text != "nan"

    def _raw(self, source: Input, values: Mapping[str, Any], whole: bool) -> Iterator[Cell]:
        if source.value is not None:
            yield Cell("", source.value)
        elif source.template:
            yield from self._filled(source.template, values)
        elif source.join is not None:
            texts = [clean(plain(atom)) for name in source.columns for atom in self._atoms(look(values, name))]
            joined = source.join.join(text for text in texts if self._is(text))
            if joined:
                yield Cell("+".join(source.columns), joined)
        else:
            for column in source.columns:
                value = look(values, column)
                for atom in (value,) if whole else self._atoms(value):
                    if not self.is_missing(atom):
                        yield Cell(column, atom if whole else clean(plain(atom)))

    def _atoms(self, value: Any) -> Iterator[Any]:
        if isinstance(value, list):
            yield from value
        elif value is not None:
            yield value

    def _filled(self, template: str, values: Mapping[str, Any]) -> Iterator[Cell]:
        columns = template_columns(template)
        texts = {name: clean(plain(look(values, name))) for name in columns}
        if all(self._is(text) for text in texts.values()):
            filled = "".join(
                before + (texts[name] if name is not None else "")
                for before, name, _, _ in string.Formatter().parse(template)
            )
            yield Cell("+".join(columns), filled)

    def _parts(self, source: Input, cell: Cell) -> Iterator[Cell]:
        if not source.split or not isinstance(cell.value, str):
            yield cell
            return
        parts: Iterable[str] = cell.value.split(source.split)
        if source.codes:
            parts = self._codes[source.codes].split(cell.value, source.split)
        for part in parts:
            if self._is(part.strip()):
                yield Cell(cell.column, part.strip())

    def _changed(self, source: Input, cell: Cell, findings: Findings) -> list[Cell]:
        texts = [cell.value]
        for step in self._functions(source):
            try:
                texts = [new for text in texts for new in step(plain(text))]
            except transforms.BadValue as error:
                findings.add(cell.column, cell.value, str(error))
                return []
        return [Cell(cell.column, text) for text in texts if not self.is_missing(text)]

    def _functions(self, source: Input) -> Sequence[Callable[[str], Iterable[str]]]:
        # By identity, since options make an input unhashable; the input is kept, so its identity stays its own.
        found = self._steps.get(id(source))
        if found is None:
            found = self._steps[id(source)] = (source, [transforms.made(step) for step in source.steps])
        return found[1]


def look(values: Mapping[str, Any], column: str) -> Any:
    """Return what a column holds; `a.b` is also the column `b` inside `a`."""
    if column in values or "." not in column:
        return values.get(column)
    first, _, rest = column.partition(".")
    inner = values.get(first)
    return look(inner, rest) if isinstance(inner, dict) else None


def template_columns(template: str) -> tuple[str, ...]:
    """Return the columns a template names."""
    return tuple(dict.fromkeys(name for _, name, _, _ in string.Formatter().parse(template) if name))
