"""What each row of a shipped source came to, by the key of the row."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from maille.loaders.linking.mention import Mention
from maille.loaders.source import Row
from tests.loaders.catalogued import Catalogued, catalogued


class ByRow:
    """A shipped source that was loaded from its real file, looked at row by row.

    Attributes:
        rows: the rows that were loaded.
        mentions: what the source tells the linker, by key.
    """

    def __init__(self, source: Catalogued) -> None:
        self.source = source
        # A build keeps no cells of what it has loaded: they are read once more.
        read = {row.key: row for row in source.loader.rows() if isinstance(row, Row)}
        self.rows: Mapping[str, Row] = {one.row.key: read[one.row.key] for one in source.loaded.rows}
        self.mentions: Mapping[str, Mention] = {one.key: one for one in source.mentions()}

    def counts(self) -> tuple[int, int, int, int, int, int]:
        """Return how many rows were read, loaded, merged, rejected, left out, and values left out."""
        one = self.source.loaded
        loaded = len(one.rows) - one.merged
        return one.read, loaded, one.merged, len(one.rejected), one.left_out, len(one.findings)

    def ask(self, query: str) -> list[tuple[str, ...]]:
        """Return the rows of a SELECT over the statements, sorted."""
        return sorted(self.source.ask(query))

    def about(self, key: str, path: str) -> set[str]:
        """Return the last parts of IRIs of ours, or the values, that `path` leads to from the things of a row."""
        row = self.source.loader.description.row(key).value
        query = f"SELECT DISTINCT ?value {{ ?thing prov:wasDerivedFrom <{row}> . ?thing {path} ?value }}"
        found = (value for (value,) in self.ask(query))
        return {value.rpartition("/")[2] if value.startswith("https://w3id.org/") else value for value in found}

    def left(self, column: str) -> dict[str, str]:
        """Return key of the row -> reason, for the values of a column that were left out."""
        keys = {row.line: key for key, row in self.rows.items()}
        return {keys[one.line]: one.reason for one in self.source.loaded.findings if one.column == column}

    def number(self, query: str) -> int:
        """Return how many rows a SELECT has."""
        return len(self.source.ask(query))


def by_row(data: Path, source: str) -> ByRow:
    """Load a shipped source from a folder, or skip the test where its file is not there."""
    return ByRow(catalogued(data, source))
