"""The first `Engine`: queries in threads of this process, over the current release (engine.md, "Traps").

It has the deadline of the protocol but cannot stop a query: a thread past its deadline is abandoned and runs on until
its next write. It suits tests, the command line and small deployments; `maille.store.pool` has processes to kill.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol, Self

from pyoxigraph import Store

from maille.ontology.errors import EngineBusy, QueryError, ReleaseError
from maille.ontology.namespaces import BASE
from maille.store.engine import Answer, QueryRequest
from maille.store.evaluate import prepare
from maille.store.stream import Abandoned, Stream

_STACK: Final = 64 * 1024 * 1024
"""Bytes of stack of a query thread: the parser recurses, and what is not touched costs nothing."""


class Loadable(Protocol):
    """A release as this engine needs it."""

    @property
    def id(self) -> str:
        """Id of the release."""

    @property
    def base_iri(self) -> str:
        """The base its names are under."""

    def load_memory(self) -> Store:
        """Return an in-memory store with the whole release."""


class Releases(Protocol):
    """A home as this engine needs it."""

    def current(self) -> Loadable | None:
        """Return the release to serve."""


class EmbeddedEngine:
    """Answers queries in threads over one in-memory store.

    Args:
        home: where the current release is found at `start`.
        threads: how many queries run at once.
        queue: how many more may wait before EngineBusy.
    """

    def __init__(self, home: Releases | None, *, threads: int = 4, queue: int = 64) -> None:
        self._home = home
        self._store: Store | None = None
        self._release = ""
        self._base = BASE
        self._slots = asyncio.Semaphore(threads)
        self._queue = queue
        self._waiting = 0

    @classmethod
    def over(cls, store: Store, release: str, *, base: str = BASE, threads: int = 4, queue: int = 64) -> Self:
        """Return an engine over a store that is at hand already, for tests and the command line."""
        engine = cls(None, threads=threads, queue=queue)
        engine._store, engine._release, engine._base = store, release, base
        return engine

    @property
    def release(self) -> str:
        """Id of the release being served."""
        return self._release

    async def start(self) -> None:
        """Load the current release; raises ReleaseError where there is none."""
        if self._store is not None or self._home is None:
            return
        current = self._home.current()
        if current is None:
            raise ReleaseError("There is no release to serve: run `maille build` first.")
        self._store = await asyncio.to_thread(current.load_memory)
        self._release, self._base = current.id, current.base_iri

    async def query(self, request: QueryRequest) -> Answer:
        """Answer `request`; raises the QueryError tree."""
        if self._store is None:
            raise EngineBusy("The engine has not started, or is closing.")
        if self._slots.locked() and self._waiting >= self._queue:
            raise EngineBusy("Too many queries are waiting.")
        self._waiting += 1
        try:
            stream = await self._begin(self._store, request)
        finally:
            self._waiting -= 1
        return await self._answer(stream)

    async def close(self) -> None:
        """Take no more queries and let go of the store; threads that still run keep it until they end."""
        self._store = None

    async def _begin(self, store: Store, request: QueryRequest) -> Stream:
        began = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(request.timeout):
                await self._slots.acquire()
        except TimeoutError:
            raise EngineBusy("No query thread became free in time.") from None
        waited = asyncio.get_running_loop().time() - began
        stream = Stream(max(0.0, round(request.timeout - waited, 3)), self._slots.release)
        _start(lambda: _run(store, request, self._base, stream))
        return stream

    async def _answer(self, stream: Stream) -> Answer:
        try:
            heading = await stream.ready()
        except BaseException:
            stream.close()
            raise
        return Answer(
            form=heading.form,
            media_type=heading.media_type,
            chunks=stream,
            release=self._release,
            stable=heading.stable,
        )


def _start(job: Callable[[], None]) -> None:
    # A daemon: a thread that was abandoned must not keep the process from ending.
    former = threading.stack_size(_STACK)
    try:
        threading.Thread(target=job, name="query", daemon=True).start()
    finally:
        threading.stack_size(former)


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
