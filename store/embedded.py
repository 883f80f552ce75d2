"""The first `Engine`: queries in threads of this process, over the current release (engine.md, "Traps").

A write is tried on a copy of the store, which then takes its place: a query sees the one or the other, whole.
There is the deadline of the protocol but no way to stop a query: a thread past its deadline is abandoned and runs on
until its next write. It suits tests, the command line and small deployments; `maille.store.pool` has processes to kill.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from contextlib import suppress
from typing import Final, NamedTuple, Self

from pyoxigraph import Store

from maille.ontology.errors import EngineBusy, QueryError, ReleaseError, UnknownRelease
from maille.ontology.namespaces import BASE
from maille.store.change import Change
from maille.store.copying import CopySide
from maille.store.engine import Answer, QueryRequest
from maille.store.evaluate import prepare
from maille.store.release import Home, Release
from maille.store.stream import Abandoned, Stream
from maille.store.threads import start
from maille.store.within import within
from maille.store.writer import Writer
from maille.store.writing import Validation, Written

_KEPT: Final = 2
"""Kept releases that are held in memory besides the one being served."""


class _Served(NamedTuple):
    """What is served at one time; it is replaced as a whole."""

    store: Store
    release: str
    base: str


class EmbeddedEngine:
    """Answers queries in threads over one in-memory store, and takes writes.

    Args:
        home: where the current release is found at `start`, and writes are published; None for an engine that has a
            store alone, and takes none.
        threads: how many queries run at once.
        queue: how many more may wait before EngineBusy; writes have a queue of that length of their own.
    """

    def __init__(self, home: Home | None, *, threads: int = 4, queue: int = 64) -> None:
        self._home = home
        self._served: _Served | None = None
        self._slots = asyncio.Semaphore(threads)
        self._queue = queue
        self._waiting = 0
        self._kept: OrderedDict[str, _Served] = OrderedDict()
        self._loading = asyncio.Lock()
        self._writer = None if home is None else Writer(home, CopySide(home, self), queue=queue)

    @classmethod
    def over(cls, store: Store, release: str, *, base: str = BASE, threads: int = 4, queue: int = 64) -> Self:
        """Return an engine over a store that is at hand already, for tests and the command line."""
        engine = cls(None, threads=threads, queue=queue)
        engine._served = _Served(store, release, base)
        return engine

    @property
    def release(self) -> str:
        """Id of the release being served."""
        return self._served.release if self._served else ""

    @property
    def store(self) -> Store:
        """The store being served, only to be read; raises EngineBusy where there is none."""
        return self._now().store

    async def start(self) -> None:
        """Load the current release; raises ReleaseError where there is none."""
        if self._served is not None or self._home is None:
            return
        current = self._home.current()
        if current is None:
            raise ReleaseError("There is no release to serve: run `maille build` first.")
        self.serve(current, await asyncio.to_thread(current.load_memory))

    def serve(self, release: Release, store: Store) -> None:
        """Serve `release`, whose statements `store` holds, from the next query on."""
        self._served = _Served(store, release.id, release.base_iri)

    async def query(self, request: QueryRequest) -> Answer:
        """Answer `request`; raises the QueryError tree, and ReleaseError for a kept release that is not there."""
        served = self._now()
        if request.release is not None and request.release != served.release:
            served = await self._kept_one(request.release)
        if self._slots.locked() and self._waiting >= self._queue:
            raise EngineBusy("Too many queries are waiting.")
        self._waiting += 1
        try:
            served, stream, queued = await self._begin(request, served)
        finally:
            self._waiting -= 1
        return await self._answer(stream, served.release, queued)

    async def write(self, change: Change, validation: Validation = "off", over: str | None = None) -> Written:
        """Apply a change to a copy, publish it and serve it; see `maille.store.writing.WritableEngine`."""
        if self._writer is None:
            raise ReleaseError("There is no home to write to.")
        return await self._writer.write(change, validation, over)

    async def close(self) -> None:
        """Take no more requests, let a write end and let go of the store; threads that still run keep it."""
        self._served = None
        if self._writer is not None:
            await self._writer.settle()
            self._served = None

    async def _kept_one(self, release_id: str) -> _Served:
        # One is loaded at a time: each takes as much memory as what is served.
        async with self._loading:
            if release_id not in self._kept:
                if self._home is None:
                    raise UnknownRelease(f"There is no release {release_id!r}.")
                release = self._home.release(release_id)
                while len(self._kept) >= _KEPT:
                    self._kept.popitem(last=False)
                store = await asyncio.to_thread(release.load_memory)
                self._kept[release_id] = _Served(store, release.id, release.base_iri)
            self._kept.move_to_end(release_id)
            return self._kept[release_id]

    def _now(self) -> _Served:
        if self._served is None:
            raise EngineBusy("The engine has not started, or is closing.")
        return self._served

    async def _begin(self, request: QueryRequest, served: _Served) -> tuple[_Served, Stream, float]:
        began = asyncio.get_running_loop().time()
        try:
            await within(request.timeout, self._slots.acquire())
        except TimeoutError:
            raise EngineBusy("No query thread became free in time.") from None
        waited = asyncio.get_running_loop().time() - began
        stream = Stream(max(0.0, round(request.timeout - waited, 3)), self._slots.release)
        # It may have waited for a while: what is served now is what it should see.
        if request.release is None:
            served = self._served or served
        start(lambda: _run(served.store, request, served.base, stream))
        return served, stream, waited

    async def _answer(self, stream: Stream, release: str, queued: float) -> Answer:
        began = asyncio.get_running_loop().time()
        try:
            heading = await stream.ready()
        except BaseException:
            stream.close()
            raise
        return Answer(
            form=heading.form,
            media_type=heading.media_type,
            chunks=stream,
            release=release,
            stable=heading.stable,
            timings={"queue": queued, "eval": asyncio.get_running_loop().time() - began},
        )


def _run(store: Store, request: QueryRequest, base: str, stream: Stream) -> None:
    with suppress(Abandoned):
        stream.end(_evaluated(store, request, base, stream))


def _evaluated(store: Store, request: QueryRequest, base: str, stream: Stream) -> QueryError | None:
    try:
        evaluation = prepare(store, request, base)
        stream.begin(evaluation.heading)
        evaluation.write(stream)
    except QueryError as error:
        # Its frames hold results that must not leave this thread.
        error.__cause__ = error.__context__ = None
        return error.with_traceback(None)
    return None
