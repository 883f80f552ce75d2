"""Run one loader over its source, row by row, and remember which row said what.

A row is loaded whole or not at all: where its loader refuses it, nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, runtime_checkable

from pyoxigraph import Quad

from maille.loaders.progress import Progress
from maille.loaders.source import LeftOut, Loader, RejectedRow, Row, RowRejected, SourceDescription
from maille.ontology.errors import InvalidIdentifier, InvalidIri

_Names = dict[tuple[str, ...], Mapping[str, None]]
"""The names of columns, each list of them once."""


@dataclass(slots=True)
class LoadedRow:
    """A row and what it says, each statement a line of N-Quads; of its cells only the names of columns are kept."""

    row: Row
    statements: list[str]


@runtime_checkable
class Warns(Protocol):
    """A loader that has something to say of its source beside the rejected rows."""

    def warnings(self) -> Iterator[str]:
        """Yield a line for each thing the reader of the summary should know."""


@runtime_checkable
class Finds(Protocol):
    """A loader that may leave a single value of a row out, and says which."""

    def said(self, row: Row) -> tuple[list[Quad], tuple[RejectedRow, ...]]:
        """Return the statements of a row, and the values that were left out; raises RowRejected."""


@dataclass(slots=True)
class LoadedSource:
    """What came out of one source.

    Attributes:
        description: the source.
        rows: the rows that were loaded, those that add to an earlier one among them.
        rejected: the rows that were not, and why.
        findings: single values that were left out of rows, and why.
        left_out: how many rows the description of the source does not want.
        warnings: what the loader says beside.
    """

    description: SourceDescription
    rows: list[LoadedRow] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    findings: list[RejectedRow] = field(default_factory=list)
    left_out: int = 0
    warnings: list[str] = field(default_factory=list)

    @property
    def merged(self) -> int:
        """How many rows were loaded into an earlier one."""
        return sum(one.row.merged for one in self.rows)

    @property
    def read(self) -> int:
        """How many rows were read, whatever became of them."""
        return len(self.rows) + len(self.rejected) + self.left_out


def collect(loader: Loader, progress: Progress) -> LoadedSource:
    """Load every row of a source; raises SourceError where the source cannot be read as a whole."""
    loaded = LoadedSource(loader.description)
    names: _Names = {}
    for row in loader.rows():
        if isinstance(row, LeftOut):
            loaded.left_out += 1
        elif isinstance(row, RejectedRow):
            loaded.rejected.append(row)
        else:
            _add(loaded, loader, row, names)
        progress.advance()
    if isinstance(loader, Warns):
        loaded.warnings += loader.warnings()
    return loaded


def _add(loaded: LoadedSource, loader: Loader, row: Row, names: _Names) -> None:
    try:
        quads, found = loader.said(row) if isinstance(loader, Finds) else (loader.quads(row), ())
        # The text of a quad is its N-Quads line, and costs a tenth of serializing it.
        statements = [f"{quad} ." for quad in quads]
        # Cells are not asked for again, and a polygon of one takes more room than all that is said of it.
        emptied = names.setdefault(tuple(row.values), dict.fromkeys(row.values))
        loaded.rows.append(LoadedRow(replace(row, values=emptied), statements))
        loaded.findings += found
    except RowRejected as error:
        loaded.rejected.append(RejectedRow(row.file, row.line, error.column, error.value, error.reason))
    except (InvalidIdentifier, InvalidIri) as error:
        # The loader did not say which column: the row is rejected all the same, never the build.
        loaded.rejected.append(RejectedRow(row.file, row.line, "", "", str(error)))
