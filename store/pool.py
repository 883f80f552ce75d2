"""The engine of a public endpoint: queries in processes that can be killed, over one release in memory (design).

It moves to each new release without dropping a query: in place where that is a write over the one it serves, else by
processes of its own that take over when they are ready.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from typing import Final

from maille.ontology.errors import EngineBusy, MailleError, QueryRefused, QueryTooLong, ReleaseError
from maille.store import wire
from maille.store.attempt import Attempt
from maille.store.change import Change, Delta
from maille.store.channel import Call
from maille.store.engine import Answer, QueryRequest
from maille.store.evaluate import Heading
from maille.store.guard import MAX_LENGTH
from maille.store.lane import Lane, PoolLimits
from maille.store.release import Home, Release
from maille.store.within import within
from maille.store.writer import Writer
from maille.store.writing import Validation, Written

__all__ = ["PoolEngine", "PoolLimits"]

_LOG: Final = logging.getLogger("maille.store.pool")
_TICK: Final = 0.02
_LONGEST: Final = 600.0
_IDLE: Final = 300.0
_LONGEST_PAUSE: Final = 10.0
_MOST_LOADING: Final = 4
"""Kept releases that may wait to be loaded."""


class PoolEngine:
    """Answers queries in forked workers, and takes writes, which they try.

    Args:
        home: where the current release is found, at `start` and ever after.
        limits: what the pool may use.
    """

    def __init__(self, home: Home, limits: PoolLimits | None = None) -> None:
        self._home = home
        self._limits = limits or PoolLimits()
        self._lane: Lane | None = None
        self._lanes: set[Lane] = set()
        self._kept: dict[str, asyncio.Task[Lane]] = {}
        self._loading = asyncio.Lock()
        self._moving = asyncio.Lock()
        self._writer = Writer(home, self)
        self._closing = False
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def release(self) -> str:
        """Id of the release being served."""
        return self._lane.release.id if self._lane is not None else ""

    async def start(self) -> None:
        """Load the current release and fork its workers; raises ReleaseError."""
        current = self._home.current()
        if current is None:
            raise ReleaseError("There is no release to serve: run `maille build` first.")
        self._loop = asyncio.get_running_loop()
        self._lane = await self._open(Lane(current, self._limits))
        self._keep(self._tick())
        self._keep(self._watch())

    async def query(self, request: QueryRequest) -> Answer:
        """Answer `request`; raises the QueryError tree, and ReleaseError for a kept release that is not there."""
        lane, asked = self._serving(), self._loop.time()
        if len(request.text) > MAX_LENGTH:
            raise QueryTooLong(f"The query is longer than {MAX_LENGTH:,} bytes.")
        if request.release is not None and request.release != lane.release.id:
            lane = await self._kept_lane(request.release, request.timeout)
        call = Call(wire.QUERY, wire.request_payload(request), request.text, request.timeout, self._loop.time())
        heading = await self._run(lane, call)
        timings = {"queue": call.began - asked, "eval": self._loop.time() - call.began}
        return Answer(heading.form, heading.media_type, call.body(), call.release, heading.stable, timings=timings)

    async def write(self, change: Change, validation: Validation = "off", over: str | None = None) -> Written:
        """Have a worker try a change, publish it and serve it; see `maille.store.writing.WritableEngine`."""
        return await self._writer.write(change, validation, over)

    async def catch_up(self) -> Release:
        """Serve the current release, if another one is served, and return it; for the writer."""
        await self.refresh()
        return self._serving().release

    async def attempt(self, change: Change, *, judged: bool) -> Attempt:
        """Try a change on the copy of a worker, which ends with it; for the writer."""
        if self._serving().on_disk:
            raise QueryRefused("A release this large is read from disk, and takes no writes.")
        payload = wire.attempt_payload(change, judged=judged)
        call = Call(wire.ATTEMPT, payload, "", change.timeout, self._loop.time())
        await self._run(self._serving(), call)
        return wire.attempt_of(b"".join([part async for part in call]))

    async def adopt(self, _release: Release, _delta: Delta) -> None:
        """Serve what was written, or what others published over it meanwhile; for the writer."""
        await self.refresh()

    async def refresh(self) -> None:
        """Move to the current release, if it is another one; raises ReleaseError, and then serves on as before."""
        async with self._moving:
            current, former = await asyncio.to_thread(self._home.current), self._lane
            if current is None or former is None or self._closing:
                return
            lost, same = former.generation.broken, current.id == former.release.id
            if same and not lost and not former.generation.swollen:
                return
            if not lost and not same and await asyncio.to_thread(current.follows, former.release.id):
                with suppress(ReleaseError):
                    await former.move(current)
                    return
            fresh = await self._open(Lane(current, self._limits))
            self._lane = fresh
            fresh.take_over(former)
            self._keep(self._retire(former))
            _LOG.info("serving release %s after %s", current.id, former.release.id)

    async def close(self) -> None:
        """Refuse new queries, let running ones end within the drain time, and end every process."""
        await self._writer.settle()
        self._closing = True
        for task in [*self._tasks, *self._kept.values()]:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._kept.values(), return_exceptions=True)
        ticking = self._loop.create_task(self._tick()) if self._lanes else None
        for lane in self._lanes:
            lane.put_away("The service is shutting down.")
        await asyncio.gather(*(lane.generation.close(self._limits.drain) for lane in self._lanes))
        self._lanes.clear()
        if ticking is not None:
            ticking.cancel()

    def _serving(self) -> Lane:
        if self._lane is None or self._closing:
            raise EngineBusy("The engine has not started, or is closing.")
        return self._lane

    async def _run(self, lane: Lane, call: Call) -> Heading:
        lane.submit(call, self._loop.time())
        try:
            return await call.heading
        except asyncio.CancelledError:
            call.abandon()
            raise

    async def _open(self, lane: Lane) -> Lane:
        await lane.start()
        self._lanes.add(lane)
        return lane

    async def _retire(self, lane: Lane) -> None:
        await lane.generation.close(_LONGEST)
        self._lanes.discard(lane)

    async def _kept_lane(self, release_id: str, patience: float) -> Lane:
        task = self._kept.pop(release_id, None)
        if task is None or (task.done() and (task.exception() or task.result().generation.broken)):
            release = self._home.release(release_id)
            if sum(not other.done() for other in self._kept.values()) >= _MOST_LOADING:
                raise EngineBusy("Other releases are being loaded.", retry_after=5)
            task = self._loop.create_task(self._open_kept(release))
        # The one asked last stands last.
        self._kept[release_id] = task
        try:
            return await within(patience, asyncio.shield(task))
        except TimeoutError:
            raise EngineBusy("The release is being loaded.", retry_after=5) from None

    async def _open_kept(self, release: Release) -> Lane:
        # One at a time, and in the place of another: each takes as much memory as the one being served.
        async with self._loading:
            self._forget_kept(room=1)
            return await self._open(Lane(release, self._limits, workers=1))

    def _forget_kept(self, room: int = 0) -> None:
        """Close the kept releases that are too many, those asked longest ago first, those long idle or purged."""
        now = self._loop.time()
        ready = [(key, task.result()) for key, task in self._kept.items() if task.done() and not task.exception()]
        surplus = len(ready) + room - max(1, self._limits.kept)
        for index, (key, lane) in enumerate(ready):
            if index < surplus or now - lane.last_used > _IDLE or not lane.release.is_there():
                del self._kept[key]
                lane.put_away("Other releases are asked for.")
                self._keep(self._retire(lane))

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            now = self._loop.time()
            for lane in list(self._lanes):
                lane.look(now)

    async def _watch(self) -> None:
        """Move to each new release, and away from a lost keeper; one that cannot be loaded is told of once.

        A release that is not served is passed over. One that was, and lost its keeper, is tried again and again.
        """
        failed, pause = "", self._limits.poll
        while True:
            await asyncio.sleep(pause)
            self._forget_kept()
            current = await asyncio.to_thread(self._home.current)
            lost = self._lane is not None and self._lane.generation.broken
            if current is None or (current.id == failed and not lost):
                continue
            try:
                await self.refresh()
                pause = self._limits.poll
            except MailleError as error:
                if current.id != failed:
                    _LOG.error("release %s cannot be served: %s", current.id, error)
                failed = current.id
                pause = min(2 * pause, _LONGEST_PAUSE) if lost else self._limits.poll

    def _keep(self, work: Coroutine[None, None, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
