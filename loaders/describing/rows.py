"""Make rows of the records of a described file: private columns dropped, rows left out, told apart by their keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from maille.loaders import personal
from maille.loaders.describing import checks
from maille.loaders.describing.cells import Findings, Reader, clean, plain, shown, told
from maille.loaders.describing.description import MERGE, REJECT, RowSpec
from maille.loaders.describing.parallel import meets, parallel
from maille.loaders.readers import tabular
from maille.loaders.source import LeftOut, RejectedRow, Row, RowRejected
from maille.ontology import iris
from maille.ontology.errors import InvalidIri

_KEY: Final = re.compile(r"[A-Za-z0-9_.~-]+")


class Rows:
    """Makes rows of records, and remembers the keys it gave.

    Args:
        spec: how rows are told apart, and which are taken.
        file: name of the file.
        reader: reads cells.
    """

    def __init__(self, spec: RowSpec, file: str, reader: Reader) -> None:
        self._spec = spec
        self._file = file
        self._reader = reader
        self._seen: set[str] = set()
        self._private: dict[str, bool] = {}

    def of(self, record: tabular.Record | tabular.Fault) -> Iterator[Row | RejectedRow | LeftOut]:
        """Yield what one record gives: a row, several, a rejected one, or one that is not wanted."""
        if isinstance(record, tabular.Fault):
            value = shown(record.value) if record.column and not self._is_private(record.column) else ""
            yield RejectedRow(self._file, record.line, record.column, value, record.reason)
        else:
            yield from self._rows(record.line, record.values)

    def _rows(self, line: int, values: Mapping[str, Any]) -> Iterator[Row | RejectedRow | LeftOut]:
        public = self._public(values)
        if not meets(self._spec.only, public, self._reader):
            yield LeftOut(self._file, line)
            return
        try:
            for one in self._exploded(line, public):
                yield self._keyed(line, one)
        except RowRejected as error:
            yield self._rejected(line, error)

    def _public(self, values: Mapping[str, Any], inside: str = "") -> dict[str, Any]:
        """Return the values without those that are private, inside objects of JSON too."""
        return {
            name: self._public(value, f"{inside}{name}.") if isinstance(value, dict) else value
            for name, value in values.items()
            if not self._is_private(inside + name)
        }

    def _exploded(self, line: int, values: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
        each = self._spec.each
        if each is None:
            return (values,)
        # Rows of lists that do not fit would be lost in silence: the record is rejected, whatever `lengths` says.
        whole = replace(each, lengths=REJECT)
        found = parallel(whole, values, self._reader, Findings(Row(self._file, line, "", {})))
        if not found:
            raise RowRejected(each.columns[0], "", "the list that makes rows is empty")
        return found

    def _keyed(self, line: int, values: Mapping[str, Any]) -> Row | RejectedRow:
        try:
            key = self._key(line, values)
        except RowRejected as error:
            return self._rejected(line, error)
        again = key in self._seen
        if again and self._spec.duplicates != MERGE:
            columns = "+".join(name for one in self._spec.key for name in one.columns)
            return RejectedRow(self._file, line, columns, key, "another row before it has this key")
        self._seen.add(key)
        return Row(self._file, line, key, values, merged=again)

    def _key(self, line: int, values: Mapping[str, Any]) -> str:
        columns = "+".join(name for one in self._spec.key for name in one.columns)
        findings, parts = Findings(Row(self._file, line, "", {})), []
        for one in self._spec.key:
            for cell in self._reader.cells(one, values, findings):
                text = clean(plain(cell.value))
                if personal.has_email(text):
                    raise RowRejected(cell.column, "", "holds an e-mail address, which no key may")
                try:
                    parts.append(text if _KEY.fullmatch(text) else iris.slugify(text))
                except InvalidIri as error:
                    raise RowRejected(cell.column, shown(text), str(error)) from error
        if findings.all:
            first = findings.all[0]
            raise RowRejected(first.column, first.value, f"the key of the row: {first.reason}")
        if not parts:
            raise RowRejected(columns, "", "the key of the row is empty")
        key = "-".join(parts)
        try:
            iris.row("x", "1", key)
        except InvalidIri as error:
            raise RowRejected(columns, shown(key), str(error)) from error
        return key

    def _is_private(self, column: str) -> bool:
        found = self._private.get(column)
        if found is None:
            found = self._private[column] = checks.is_private(self._spec, column)
        return found

    def _rejected(self, line: int, error: RowRejected) -> RejectedRow:
        return RejectedRow(self._file, line, error.column, shown(error.value), told(error.reason))
