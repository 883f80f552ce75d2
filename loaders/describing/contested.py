"""Values that rows of several places share, such as the SIRET of a head office or a host: believed of none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from maille.loaders.describing.cells import Findings, Reader, clean, look, plain
from maille.loaders.describing.codes import fold
from maille.loaders.describing.description import Fact
from maille.loaders.describing.transforms import BLANKS
from maille.loaders.source import Row


class Contested:
    """Says which values stand on rows that differ in the columns a fact names; reads the file the first time.

    Args:
        facts: the facts that name such columns.
        rows: reads every row of the file.
        reader: reads cells.
    """

    def __init__(self, facts: Sequence[Fact], rows: Callable[[], Iterator[Row]], reader: Reader) -> None:
        self._facts = facts
        self._rows = rows
        self._reader = reader
        self._found: Mapping[tuple[int, str], bool] | None = None

    def __call__(self, fact: Fact, value: str) -> bool:
        """Say whether a value of a fact is contested."""
        if self._found is None:
            self._found = self._read()
        return self._found.get((id(fact), _compact(value)), False)

    def _read(self) -> Mapping[tuple[int, str], bool]:
        first: dict[tuple[int, str], Sequence[str]] = {}
        found: dict[tuple[int, str], bool] = {}
        for row in self._rows():
            for fact in self._facts:
                place = _place(row.values, fact.one_place)
                for value in self._values(fact, row):
                    if first.setdefault((id(fact), value), place) != place:
                        found[id(fact), value] = True
        return found

    def _values(self, fact: Fact, row: Row) -> Iterable[str]:
        cells = self._reader.cells(fact.source, row.values, Findings(row)) if fact.source else []
        return [_compact(plain(cell.value)) for cell in cells]


def _compact(value: str) -> str:
    return value.translate(BLANKS)


def _place(values: Mapping[str, Any], columns: Iterable[str]) -> tuple[str, ...]:
    return tuple(fold(clean(plain(look(values, column)))) for column in columns)
