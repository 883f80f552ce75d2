"""What a source is, what a row is, and the protocol every loader follows.

A loader turns one source into quads in two steps: `rows` reads (and is the only part that touches a file),
`quads` is a pure function of one row. The pipeline (`maille.loaders.build`) remembers which row gave which
quads, so that a row can be rejected whole, whether by its loader or by a shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from pyoxigraph import NamedNode, Quad

from maille.ontology import iris
from maille.ontology.errors import RowRejected

__all__ = ["LeftOut", "Loader", "RejectedRow", "Row", "RowRejected", "SourceDescription"]


@dataclass(frozen=True, slots=True)
class SourceDescription:
    """Who published a source, when, under which licence, and the exact file that was read.

    Attributes:
        id: identity of the source, a slug (`cog`).
        vintage: which edition (`2026`, `2020-06`); with `id` it names graph and source.
        title_fr: title in French.
        title_en: title in English.
        description_fr: one or two sentences in French.
        description_en: the same in English.
        publisher: IRI of who published it.
        licence: IRI of the licence, or of the page that states the conditions.
        attribution: the line to print beside the data, in French.
        address: where the source can be found, an IRI.
        issued: day it was published.
        file_name: name of the file that was read, without folder.
        sha256: hexadecimal digest of that file.
        language: language tag of the source's own texts, or several with a space between.
    """

    id: str
    vintage: str
    title_fr: str
    title_en: str
    description_fr: str
    description_en: str
    publisher: str
    licence: str
    attribution: str
    address: str
    issued: date
    file_name: str
    sha256: str
    language: str = "fr"

    @property
    def graph(self) -> NamedNode:
        """The named graph of the source and vintage."""
        return iris.graph(self.id, self.vintage)

    @property
    def source(self) -> NamedNode:
        """The IRI of the file or document that was read."""
        return iris.source(self.id, self.vintage)

    def row(self, key: str) -> NamedNode:
        """The IRI of one row of the source."""
        return iris.row(self.id, self.vintage, key)


@dataclass(frozen=True, slots=True)
class Row:
    """One record as it was read.

    Attributes:
        file: name of the file, as a user would look for it.
        line: line in that file, from 1 (0 where the format has no lines).
        key: key of the row within its source; never its position.
        values: the record, by column.
        merged: whether it adds to an earlier row of the same key, as its source allows.
    """

    file: str
    line: int
    key: str
    values: Mapping[str, Any]
    merged: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that its source's description does not want: read, counted, and not loaded."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was not loaded, and why; what the summary lists and `rejected.json` holds."""

    file: str
    line: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        """Return the one line a user reads."""
        # A line that is no record has neither column nor value.
        about = f"{self.column} {self.value!r}: " if self.column or self.value else ""
        return f"{self.file}:{self.line}: {about.lstrip()}{self.reason}"


class Loader(Protocol):
    """A source that can be loaded."""

    @property
    def description(self) -> SourceDescription:
        """What the source is; every quad goes to `description.graph`."""

    def rows(self) -> Iterator[Row | RejectedRow | LeftOut]:
        """Read the source, every record of it; raises SourceError where it cannot be read as a whole."""

    def quads(self, row: Row) -> Iterator[Quad]:
        """Turn one row into quads, a pure function; raises RowRejected where the row cannot be loaded."""
