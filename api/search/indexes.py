"""The search indexes of the releases that are asked: made by a quiet process, opened once, switched live.

While the index of a new release is being made, that of the former one answers, and says so by its `release`.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import Final

from pyoxigraph import Store

from maille.ontology.errors import EngineBusy, MailleError, ReleaseError
from maille.ontology.namespaces import BASE
from maille.store import quiet
from maille.store.dump import line_of
from maille.store.embedded import EmbeddedEngine
from maille.store.engine import Engine
from maille.store.release import Home
from maille.store.remote import RemoteEngine
from maille.store.remote_search import Scratch, remote_index
from maille.store.search import SearchIndex
from maille.store.search_files import is_sound, opened
from maille.store.within import within
from maille.store.wrapping import WrappingEngine

_LOG: Final = logging.getLogger("maille.api.search")
_OPEN: Final = 3
_PATIENCE: Final = 45.0
_PAUSE: Final = 1.0
_SOON: Final = 1.5


class Indexes:
    """The open indexes of one service.

    Args:
        home: where the releases are.
        engine: tells which release is served.
        base: what the names of a store without a release are under.
        patience: seconds that somebody waits for an index where no former one can answer.
    """

    def __init__(self, home: Path, engine: Engine, base: str = BASE, patience: float = _PATIENCE) -> None:
        self._home = Home(home)
        self._engine = engine
        self._base = base
        self._patience = patience
        self._open: OrderedDict[str, SearchIndex] = OrderedDict()
        self._making: dict[str, asyncio.Task[SearchIndex]] = {}
        self._served: SearchIndex | None = None
        self._ahead: asyncio.Task[None] | None = None
        self._missed = ""
        self._scratch = Scratch()

    def begin(self) -> None:
        """Have the index of the release that is served made, without waiting for it."""
        self._ahead = asyncio.create_task(self._make_ahead())

    async def get(self, release: str, *, exact: bool = False) -> SearchIndex:
        """Return the index of a release, or of the one served before it while that is being made, unless `exact`.

        Raises EngineBusy where it takes too long, ReleaseError where it cannot be had.
        """
        known = self._open.get(release)
        if known is not None:
            self._open.move_to_end(release)
            return known
        former = self._served if release == self._engine.release and not exact else None
        # Beside a stream of writes one index is made after the other, not one for each.
        if former is not None and self._making:
            return former
        task = self._begun(release)
        if former is not None:
            return former
        try:
            return await within(self._patience, asyncio.shield(task))
        except TimeoutError:
            raise EngineBusy("The search index is being made.", retry_after=5) from None

    async def soon(self, release: str, patience: float = _SOON) -> SearchIndex | None:
        """Return the index of a release, None where it is not there in a moment; only the first to ask wait that long.

        Raises ReleaseError where there can be none.
        """
        known = self._open.get(release)
        # One index is made after the other, as beside a stream of writes.
        if known is not None or release == self._missed or (self._making and release not in self._making):
            return known
        try:
            return await within(patience, asyncio.shield(self._begun(release)))
        except TimeoutError:
            self.missed(release)
            return None

    def missed(self, release: str) -> None:
        """Let nobody wait for the index of a release: it was waited for already."""
        self._missed = release

    def forget(self) -> None:
        """Let go of every index; for a release that was purged, it must not answer again."""
        for index in self._open.values():
            index.close()
        self._open.clear()
        self._served = None

    async def close(self) -> None:
        """End what is being made, and let go of every index."""
        tasks = [*self._making.values(), *([self._ahead] if self._ahead else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.forget()
        self._scratch.close()

    def _begun(self, release: str) -> asyncio.Task[SearchIndex]:
        task = self._making.get(release)
        if task is None:
            task = self._making[release] = asyncio.create_task(self._make(release))
            task.add_done_callback(lambda done: self._made(release, done))
        return task

    def _made(self, release: str, task: asyncio.Task[SearchIndex]) -> None:
        self._making.pop(release, None)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            _LOG.warning("the search index of release %s cannot be had: %s", release, error)
            return
        index = self._open[release] = task.result()
        if release == self._engine.release:
            self._served = index
        while len(self._open) > _OPEN:
            self._open.popitem(last=False)[1].close()

    async def _make_ahead(self) -> None:
        await asyncio.sleep(_PAUSE)
        with suppress(MailleError):
            await self.get(self._engine.release)

    async def _make(self, release_id: str) -> SearchIndex:
        remote = self._remote(release_id)
        if remote is not None:
            return await remote_index(remote, release_id, self._base, self._scratch)
        store = self._store(release_id)
        if store is not None:
            return await asyncio.to_thread(_over, store, release_id, self._base)
        release = self._home.release(release_id)
        if not await asyncio.to_thread(is_sound, release):
            await quiet.run("maille.store.search_files", release.path)
        return await asyncio.to_thread(opened, release)

    def _remote(self, release_id: str) -> RemoteEngine | None:
        """Return the engine whose content is elsewhere, unless the release it serves is kept here too."""
        engine = self._engine.behind if isinstance(self._engine, WrappingEngine) else self._engine
        if not isinstance(engine, RemoteEngine) or release_id != engine.release:
            return None
        with suppress(ReleaseError):
            self._home.release(release_id)
            return None
        return engine

    def _store(self, release_id: str) -> Store | None:
        """Return the store of an engine that has one alone, and no release on disk."""
        if not isinstance(self._engine, EmbeddedEngine) or release_id != self._engine.release:
            return None
        with suppress(ReleaseError):
            self._home.release(release_id)
            return None
        return self._engine.store


def _over(store: Store, release_id: str, base: str) -> SearchIndex:
    return SearchIndex.over(sorted(map(line_of, store)), release_id, base)
