"""Run one loader over its source, row by row, and remember which row said what.

A row is loaded whole or not at all: where its loader refuses it, nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from maille.loaders.progress import Progress
from maille.loaders.source import Loader, RejectedRow, Row, RowRejected, SourceDescription
from maille.ontology.errors import InvalidIdentifier, InvalidIri


@dataclass(slots=True)
class LoadedRow:
    """A row and what it says, each statement a line of N-Quads."""

    row: Row
    statements: list[str]


@runtime_checkable
class Warns(Protocol):
    """A loader that has something to say of its source beside the rejected rows."""

    def warnings(self) -> Iterator[str]:
        """Yield a line for each thing the reader of the summary should know."""


@dataclass(slots=True)
class LoadedSource:
    """What came out of one source: the rows that were loaded, those that were rejected, and the loader's warnings."""

    description: SourceDescription
    rows: list[LoadedRow] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def read(self) -> int:
        """How many rows were read, whatever became of them."""
        return len(self.rows) + len(self.rejected)


def collect(loader: Loader, progress: Progress) -> LoadedSource:
    """Load every row of a source; raises SourceError where the source cannot be read as a whole."""
    loaded = LoadedSource(loader.description)
    for row in loader.rows():
        try:
            # The text of a quad is its N-Quads line, and costs a tenth of serializing it.
            loaded.rows.append(LoadedRow(row, [f"{quad} ." for quad in loader.quads(row)]))
        except RowRejected as error:
            loaded.rejected.append(RejectedRow(row.file, row.line, error.column, error.value, error.reason))
        except (InvalidIdentifier, InvalidIri) as error:
            # The loader did not say which column: the row is rejected all the same, never the build.
            loaded.rejected.append(RejectedRow(row.file, row.line, "", "", str(error)))
        progress.advance()
    if isinstance(loader, Warns):
        loaded.warnings += loader.warnings()
    return loaded
