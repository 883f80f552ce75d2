"""Load any source that is described: a file, and a description of what its columns mean (`docs/sources.md`).

Rows are read one at a time, twice in a build: once for what they mention, then, when linking has named every thing,
for what they say. Nothing of a row that is read is lost: it is loaded, merged, rejected or left out on purpose.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from pyoxigraph import Quad

from maille.loaders.describing import checks
from maille.loaders.describing.cells import Findings, shown, told
from maille.loaders.describing.codes import fold
from maille.loaders.describing.contested import Contested
from maille.loaders.describing.description import Description, Fact
from maille.loaders.describing.mapping import Mapper, Names
from maille.loaders.describing.mentioning import mention_of
from maille.loaders.describing.rows import Rows
from maille.loaders.describing.siting import Siting
from maille.loaders.describing.statements import Scribe
from maille.loaders.linking.mention import Mention
from maille.loaders.readers import tabular
from maille.loaders.source import LeftOut, RejectedRow, Row, RowRejected, SourceDescription
from maille.loaders.territories.gazetteer import Gazetteer
from maille.ontology.errors import SourceError

_CHUNK: Final = 1 << 20
_NEVER_UNKNOWN: Final = frozenset(("geometry", "@id"))


def no_names(_source: str, _key: str) -> None:
    """Name nothing: every thing is minted from its own row."""


class DescribedLoader:
    """Loads a file as its description says.

    Args:
        description: what the file is and what its columns mean.
        path: the file.
        gazetteer: the territories.
        names: the names that linking gave to mentions, a seam.
    """

    def __init__(self, description: Description, path: Path, gazetteer: Gazetteer, names: Names = no_names) -> None:
        self.spec = description
        self.path = path
        self._form = tabular.FileFormat(**description.file.form)
        self._source = description.source_description(_sha256(path), path.name)
        self._mapper = Mapper(description, gazetteer, lambda source, key: self.names(source, key))
        self._scribe = Scribe(self._mapper, self._source)
        self._siting = Siting(self._mapper)
        self._columns: tuple[str, ...] | None = None
        self._contested = Contested(self._of_one_place(), self._plain_rows, self._mapper.reader)
        self._mapper.contested = self._contested
        self.names = names

    @property
    def description(self) -> SourceDescription:
        """What the source is."""
        return self._source

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file."""
        if self._columns is None:
            self._columns = tabular.columns(self.path, self._form)
        return self._columns

    def missing_columns(self) -> list[str]:
        """Return a line for each column that the description reads and the file lacks."""
        known = set(self.columns)
        lacking = [name for name in checks.used_columns(self.spec) if not _has(known, name)]
        return [f"there is no column {name!r}{_near(name, known)}" for name in lacking]

    def unknown_columns(self) -> tuple[str, ...]:
        """Return the columns that the description neither reads, ignores nor keeps private."""
        rows, read = self.spec.rows, checks.used_columns(self.spec)
        used = {*read, *(name.partition(".")[0] for name in (*read, *rows.private, *rows.ignore) if "." in name)}
        return tuple(
            name
            for name in self.columns
            if name not in used and name not in _NEVER_UNKNOWN and not checks.unread(rows, name)
        )

    def warnings(self) -> Iterator[str]:
        """Yield a line that names the unknown columns."""
        if unknown := self.unknown_columns():
            yield f"{self.path.name}: columns that the description does not know: {', '.join(map(repr, unknown))}"

    def rows(self) -> Iterator[Row | RejectedRow | LeftOut]:
        """Read every record; raises SourceError where columns are missing, or the file is not as declared."""
        if missing := self.missing_columns():
            raise SourceError(f"{self.path.name}: {'; '.join(missing)}")
        rows = Rows(self.spec.rows, self.path.name, self._mapper.reader)
        for record in tabular.records(self.path, self._form):
            yield from rows.of(record)

    def said(self, row: Row) -> tuple[list[Quad], tuple[RejectedRow, ...]]:
        """Return the statements of a row, and the values of it that were left out; raises RowRejected."""
        findings = Findings(row)
        try:
            instances = self._mapper.instances(row, findings)
            triples = dict.fromkeys(self._scribe.triples(row, instances, findings))
        except RowRejected as error:
            raise RowRejected(error.column, shown(error.value), told(error.reason)) from error
        graph = self._source.graph
        return [Quad(one.subject, one.predicate, one.object, graph) for one in triples], findings.all

    def quads(self, row: Row) -> Iterator[Quad]:
        """Yield the statements of a row; raises RowRejected."""
        yield from self.said(row)[0]

    def mentions(self, row: Row) -> Iterator[Mention]:
        """Yield what a row tells of the things that other sources may speak of; of a row that is rejected, nothing."""
        findings = Findings(row)
        try:
            instances = self._mapper.instances(row, findings)
            for one in instances:
                if one.spec.link:
                    yield mention_of(self.spec.id, one, instances, self._mapper, self._siting)
        except RowRejected:
            return

    def all_mentions(self) -> Iterator[Mention]:
        """Yield the mentions of every row of the file."""
        for row in self._plain_rows():
            yield from self.mentions(row)

    def _of_one_place(self) -> list[Fact]:
        return [fact for thing in self.spec.things for fact in thing.facts if fact.one_place]

    def _plain_rows(self) -> Iterator[Row]:
        return (row for row in self.rows() if isinstance(row, Row))


def _has(known: Iterable[str], column: str) -> bool:
    return column in known or ("." in column and column.partition(".")[0] in known)


def _near(name: str, known: Iterable[str]) -> str:
    folded = {fold(one): one for one in sorted(known)}
    found = [folded[near] for near in get_close_matches(fold(name), folded, n=1)]
    return f" (perhaps {found[0]!r})" if found else ""


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}") from error
    return digest.hexdigest()
