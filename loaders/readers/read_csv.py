"""CSV and TSV of any delimiter and line ending (RFC 4180, and what is written in its name), a record at a time."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TextIO

from maille.loaders.readers import texts
from maille.loaders.readers.delimiters import checked, guess, titled
from maille.loaders.readers.delimiters import reader as reader_of
from maille.loaders.readers.headers import check_title, ragged, unique
from maille.loaders.readers.records import Fault, FileFormat, Limits, Record
from maille.ontology.errors import SourceError

_UNCLOSED: Final = "a quote opened on line {line} is never closed"


class _Lines:
    """The lines of a text, numbered as they come; those of a broken record can be given back and read again."""

    def __init__(self, stream: TextIO, name: str, limits: Limits) -> None:
        self._stream, self._name, self._limits = stream, name, limits
        self._back: deque[str] = deque()
        self.size = 0
        self.number = 0
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else self._stream.readline(self._limits.record + 1)
        if not line:
            raise StopIteration
        if len(line) > self._limits.record:
            raise SourceError(f"{self._name}: line {self.number + 1} is longer than {self._limits.record:,} characters")
        self.number += 1
        self.taken.append(line)
        self.size += len(line)
        if self.size > self._limits.record or len(self.taken) > self._limits.lines:
            raise csv.Error(f"a quote is not closed within {self.size:,} characters")
        return line

    def begin(self) -> int:
        """Begin a record, and return the line it begins on."""
        self.taken = []
        self.size = 0
        return self.number + 1

    def skip(self, count: int) -> None:
        """Pass over lines that are no records."""
        for _ in range(count):
            self.begin()
            next(self, None)

    def give_back(self) -> None:
        """Take the lines of the present record after its first as not read."""
        again = self.taken[1:]
        self._back.extendleft(reversed(again))
        self.number -= len(again)
        del self.taken[1:]


def read(path: Path, form: FileFormat, limits: Limits) -> Iterator[Record | Fault]:
    """Yield the records of a CSV file; raises SourceError where the file as a whole is not what is declared."""
    with texts.text(path, form, limits) as opened:
        delimiter = _delimiter(opened, form, path.name)
        lines = _Lines(opened.stream, path.name, limits)
        lines.skip(form.header - 1)
        rows = _rows(lines, path.name, delimiter, form.quote, limits)
        header = _header(rows, path, form, opened, delimiter, limits)
        trusted = False
        for line, cells in rows:
            fault = cells if isinstance(cells, Fault) else _fault(line, cells, header, lines.taken, opened.encoding)
            if fault is None:
                yield Record(line, dict(zip(header, cells, strict=False)))
                continue
            if not trusted and any(texts.undecoded(piece, "") for piece in lines.taken):
                texts.check_bytes(path, form, opened.encoding, limits)
                trusted = True
            yield fault


def columns(path: Path, form: FileFormat, limits: Limits) -> tuple[str, ...]:
    """Return the names of the columns, in their order."""
    with texts.text(path, form, limits) as opened:
        delimiter = _delimiter(opened, form, path.name)
        lines = _Lines(opened.stream, path.name, limits)
        lines.skip(form.header - 1)
        rows = _rows(lines, path.name, delimiter, form.quote, limits)
        return _header(rows, path, form, opened, delimiter, limits)


def _delimiter(opened: texts.Text, form: FileFormat, name: str) -> str:
    if form.delimiter:
        return checked(form.delimiter, form.quote, name)
    checked(";", form.quote, name)
    return "\t" if form.format == "tsv" else guess(opened.head.decode(opened.encoding, "replace"), form.quote)


def _rows(
    lines: _Lines, name: str, delimiter: str, quote: str, limits: Limits
) -> Iterator[tuple[int, list[str] | Fault]]:
    """Yield each record that is not blank with its line; one whose quotes are broken as a fault, and read on after."""
    # One limit for the whole process: it is raised and never lowered, since others may read CSV meanwhile.
    csv.field_size_limit(max(csv.field_size_limit(), limits.record))
    broken = 0
    reader = reader_of(lines, delimiter, quote, strict=True)
    while True:
        line = lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            broken += 1
            if broken > limits.quotes:
                raise SourceError(
                    f"{name}: the quotes of more than {limits.quotes} records are broken, the last on line {line} "
                    f'({error}): declare another quote, or quote = "" where cells are never quoted'
                ) from error
            yield line, Fault(line, "", "", _reason(error, line))
            lines.give_back()
            reader = reader_of(lines, delimiter, quote, strict=True)
            continue
        if lines.size > limits.cell and any(len(cell) > limits.cell for cell in cells):
            yield line, Fault(line, "", "", f"a cell is longer than {limits.cell:,} characters")
        elif any(cell.strip() for cell in cells):
            yield line, cells


def _reason(error: csv.Error, line: int) -> str:
    """Return what broke a record."""
    if "expected after" in str(error):
        return "a cell goes on after its closing quote"
    if "unexpected end" in str(error):
        return _UNCLOSED.format(line=line)
    return str(error)


def _header(
    rows: Iterator[tuple[int, list[str] | Fault]],
    path: Path,
    form: FileFormat,
    opened: texts.Text,
    delimiter: str,
    limits: Limits,
) -> tuple[str, ...]:
    """Read the names of the columns: an unnamed one is called by its place, a second of one name gets a number."""
    line, cells = next(rows, (1, []))
    if isinstance(cells, list) and delimiter.join(cells).lower() in {f"sep={delimiter}", "sep="}:
        line, cells = next(rows, (1, []))  # what Excel writes for itself
    if isinstance(cells, Fault) or not cells:
        reason = cells.reason if isinstance(cells, Fault) else "there is none"
        raise SourceError(f"{path.name}: the names of the columns cannot be read: {reason}")
    if any(texts.undecoded(cell, opened.encoding) for cell in cells):
        texts.check_bytes(path, form, opened.encoding, limits)
        raise SourceError(f"{path.name}: the names of the columns (line {line}) are not {opened.encoding}")
    if len(cells) == 1:
        _check_alone(cells[0], path.name, delimiter, form.quote)
    if sum(map(bool, cells)) == 1 and not form.header:
        check_title(path.name, line, titled(opened.head.decode(opened.encoding, "replace"), delimiter, form.quote))
    return unique(cells, path.name)


def _check_alone(name: str, file: str, delimiter: str, quote: str) -> None:
    other = guess(name, quote)
    found = len(name.split(other))
    if found > 1 and other != delimiter:
        raise SourceError(
            f"{file} has one column with the delimiter {delimiter!r}, {found} with {other!r}: "
            f"declare delimiter = {_toml(other)}"
        )


def _toml(delimiter: str) -> str:
    return '"\\t"' if delimiter == "\t" else f'"{delimiter}"'


def _fault(line: int, cells: list[str], header: tuple[str, ...], taken: list[str], encoding: str) -> Fault | None:
    """Return what is wrong with a record, or None; empty cells beyond the last column say nothing and are no fault."""
    if len(cells) < len(header):
        column = header[len(cells)]
        return Fault(line, column, "", ragged(len(cells), len(header)))
    if len(cells) > len(header) and any(cells[len(header) :]):
        column = f"column {len(header) + 1}"
        return Fault(line, column, "", ragged(len(cells), len(header)))
    for offset, piece in enumerate(taken):
        if byte := texts.undecoded(piece, encoding):
            return Fault(line, "", byte, f"line {line + offset} holds a byte that is not {encoding}")
        if "\0" in piece:
            return Fault(line, "", "\\x00", f"line {line + offset} holds a null character")
    return None
