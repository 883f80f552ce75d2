"""The search index of a release, as it is read: names, filters, facets (SQLite, FTS5).

An index is a file of its own that never changes, and may be asked from several threads at once. Names come under the
base that the release was written under; they are taken under either base.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Full, LifoQueue
from typing import Any, Final, Self

from maille.ontology.errors import ReleaseError
from maille.ontology.namespaces import BASE, rebase_text
from maille.store.search_alike import Alike, Alikes
from maille.store.search_find import Cell, Finder, Found
from maille.store.search_match import Hit, Matcher
from maille.store.search_near import Place, nearest
from maille.store.search_sql import Filters
from maille.store.search_text import writable
from maille.store.search_write import FORMAT, fill

__all__ = ["Alike", "Cell", "Filters", "Found", "Hit", "SearchIndex"]

Row = dict[str, Any]

_IDLE: Final = 8


class SearchIndex:
    """The index of one release; see `open` and `over`.

    Attributes:
        release: id of the release it is of.
        base: what the names in it are under.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection], idle: int = _IDLE) -> None:
        self._connect = connect
        self._idle: LifoQueue[sqlite3.Connection] = LifoQueue(idle)
        with self._database() as database:
            meta = dict(database.execute("SELECT key, value FROM meta").fetchall())
        if meta.get("format") != str(FORMAT):
            raise ReleaseError("The search index is of another format.")
        self.release = str(meta["release"])
        self.base = str(meta["base"])

    @classmethod
    def open(cls, path: Path) -> Self:
        """Return the index in a file; raises ReleaseError where it is none."""
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"

        def connect() -> sqlite3.Connection:
            return sqlite3.connect(address, uri=True, check_same_thread=False, cached_statements=256)

        return cls(connect)

    @classmethod
    def over(cls, lines: Sequence[str], release: str, base: str = BASE) -> Self:
        """Return an index of statements that are at hand, in memory, for tests and small graphs."""
        first = sqlite3.connect(":memory:", check_same_thread=False)
        fill(first, lines, release, base)
        content = first.serialize()
        first.close()

        def connect() -> sqlite3.Connection:
            copy = sqlite3.connect(":memory:", check_same_thread=False)
            copy.deserialize(content)
            return copy

        return cls(connect)

    def search(
        self, text: str, kinds: Collection[str] = (), lang: str = "fr", limit: int = 20, within: Collection[str] = ()
    ) -> list[Hit]:
        """Return what `text` names, the best first: exact names, beginnings, words, words of the description, typos.

        `within` keeps what lies in one of these territories (IRIs or codes).
        """
        with self._database() as database:
            return Matcher(database, self.base, kinds, within).search(text, lang, limit)

    def suggest(self, prefix: str, kinds: Collection[str] = (), lang: str = "fr", limit: int = 10) -> list[Hit]:
        """Return what somebody may be about to type."""
        with self._database() as database:
            return Matcher(database, self.base, kinds).suggest(prefix, lang, limit)

    def alike(
        self, text: str, kinds: Collection[str] = (), lang: str = "fr", limit: int = 20, within: Collection[str] = ()
    ) -> list[Alike]:
        """Return what `text` may stand for, its words being wrong, missing or too many; see `search_alike`.

        `within` does not leave out what lies elsewhere, but has more candidates from these territories (their IRIs).
        """
        with self._database() as database:
            return Alikes(database, self.base, kinds).named(text, within, limit, lang)

    def matches(self, text: str, limit: int = 1_000) -> list[tuple[str, float]]:
        """Return the IRIs of what `text` names, with scores, the best first."""
        return [(hit.iri, hit.score) for hit in self.search(text, limit=limit)]

    def find(
        self,
        filters: Filters = Filters(),  # noqa: B008
        sort: str = "relevance",
        after: str | None = None,
        limit: int = 50,
        facets: Sequence[str] = (),
    ) -> Found:
        """Return the rows that filters keep, in a page of `limit` after the cursor `after`.

        The counts of a facet leave out the filter on that facet, so that a reader sees the alternatives.
        Raises ValueError for a sort or a cursor that is none.
        """
        with self._database() as database:
            return Finder(database, self.base, filters).find(sort, after, limit, facets)

    def cells(self, filters: Filters, size: float) -> list[Cell]:
        """Return what filters keep and has coordinates, by the squares of a grid of `size` degrees."""
        with self._database() as database:
            return Finder(database, self.base, filters).cells(size)

    def nearest(self, lon: float, lat: float, kind: str, limit: int) -> list[Place]:
        """Return the things of a kind nearest to a point in degrees, the nearest first."""
        with self._database() as database:
            return nearest(database, lon, lat, kind, limit)

    def get(self, iri: str) -> Row | None:
        """Return the row of a thing."""
        return self.things([iri]).get(iri)

    def things(self, iris: Collection[str]) -> dict[str, Row]:
        """Return the rows of things, by the IRIs they were asked by."""
        found: dict[str, Row] = {}
        with self._database() as database:
            for iri in iris:
                own = rebase_text(iri, self.base) if iri.startswith(BASE) else iri
                row = database.execute("SELECT row FROM thing WHERE iri = ?", (writable(own),)).fetchone()
                if row is not None:
                    found[iri] = json.loads(row[0])
        return found

    def known(self, iris: Collection[str], lang: str = "fr") -> list[Alike]:
        """Return things by their IRIs, with all that is known of them, in the order of their numbers."""
        own = [writable(rebase_text(iri, self.base) if iri.startswith(BASE) else iri) for iri in iris]
        with self._database() as database:
            return Alikes(database, self.base).called(own, lang)

    def numbers(self, scheme: str, values: Collection[str]) -> dict[str, list[Row]]:
        """Return the rows of what has an official number: `siren`, `siret`, `codeInsee`, `uai`, `ror`, `wikidataId`."""
        query = "SELECT row FROM thing JOIN number ON thing = id WHERE scheme = ? AND value = ? ORDER BY id"
        with self._database() as database:
            return {
                value: [json.loads(row) for (row,) in database.execute(query, (scheme, writable(value)))]
                for value in values
            }

    def close(self) -> None:
        """Let go of the file; a thread that is reading still ends in peace."""
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        database: sqlite3.Connection | None = None
        try:
            try:
                database = self._idle.get_nowait()
            except Empty:
                database = self._connect()
            yield database
        except sqlite3.DatabaseError as error:
            if database is not None:
                database.close()
            raise ReleaseError(f"The search index cannot be read: {error}") from error
        except BaseException:
            if database is not None:
                self._put_back(database)
            raise
        self._put_back(database)

    def _put_back(self, database: sqlite3.Connection) -> None:
        try:
            self._idle.put_nowait(database)
        except Full:
            database.close()
