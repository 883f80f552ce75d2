"""The way of a write, whatever engine serves: one at a time, tried on a copy, judged, published, then served.

The release is on the disk before anyone is told: an acknowledged write survives `kill -9` at any later moment, and one
that was not acknowledged is there whole or not at all (`Home.write`). Besides this process others may publish (a build,
a rollback): the engine then moves to what is current, and the change is tried again on that.
"""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

from maille.ontology.errors import EngineBusy, ReleaseMoved
from maille.shapes.report import Report
from maille.store.attempt import Attempt
from maille.store.change import Change, Delta
from maille.store.compaction import Compaction
from maille.store.judge import check, judge
from maille.store.release import Home, Release
from maille.store.writing import Validation, Written

_TRIES: Final = 10


class Side(Protocol):
    """What an engine does for its writer, which asks for one thing at a time."""

    async def catch_up(self) -> Release:
        """Serve the current release, if another one is served, and return it."""

    async def attempt(self, change: Change, *, judged: bool) -> Attempt:
        """Run `maille.store.attempt.attempt` on a copy of what is served, within `change.timeout` seconds.

        Raises the QueryError tree.
        """

    async def adopt(self, release: Release, delta: Delta) -> None:
        """Serve `release`, which the last attempt's `delta` makes of what is served; it is durable already."""


class Writer:
    """Takes the writes of one engine.

    Args:
        home: where they are published.
        side: the engine.
        queue: how many writes may wait before EngineBusy.
        compaction: what keeps the chain of writes short.
    """

    def __init__(self, home: Home, side: Side, *, queue: int = 64, compaction: Compaction | None = None) -> None:
        self._compaction = compaction or Compaction()
        self._home = home
        self._side = side
        self._queue = queue
        self._waiting = 0
        self._turn = asyncio.Lock()

    async def write(self, change: Change, validation: Validation = "off", over: str | None = None) -> Written:
        """Do what `maille.store.writing.WritableEngine.write` says.

        A client that leaves while its write waits takes it back; once it began it goes on to its end.
        """
        await self._take_turn(change.timeout)
        work = asyncio.ensure_future(self._write(change, validation, over))
        work.add_done_callback(lambda _: self._turn.release())
        return await asyncio.shield(work)

    async def settle(self) -> None:
        """Wait for the write under way, if there is one; for an engine that closes."""
        async with self._turn:
            await self._compaction.close()

    async def _take_turn(self, timeout: float) -> None:
        if self._waiting >= self._queue:
            raise EngineBusy("Too many writes are waiting.")
        self._waiting += 1
        try:
            async with asyncio.timeout(timeout):
                await self._turn.acquire()
        except TimeoutError:
            raise EngineBusy("Other writes took all the time there was.") from None
        finally:
            self._waiting -= 1

    async def _write(self, change: Change, validation: Validation, over: str | None) -> Written:
        for _ in range(_TRIES):
            parent = await self._side.catch_up()
            if over is not None and parent.id != over:
                raise ReleaseMoved(f"Release {parent.id} is current, and no longer {over}.")
            attempt = await self._side.attempt(change, judged=validation != "off")
            report = await self._judged(attempt, parent.base_iri, validation)
            delta = attempt.delta
            if not delta:
                return Written(parent.id, changed=False, existed=delta.existed, report=report)
            try:
                release = await asyncio.to_thread(self._home.write, parent, delta.added, delta.removed)
            except ReleaseMoved:
                continue
            await self._side.adopt(release, delta)
            await self._compaction.written(release)
            return Written(release.id, True, delta.existed, len(delta.added), len(delta.removed), report)
        raise ReleaseMoved("Other writers were quicker each time.")

    async def _judged(self, attempt: Attempt, base: str, validation: Validation) -> Report | None:
        if validation == "off":
            return None
        report = await asyncio.to_thread(judge, attempt, base)
        if validation == "refuse":
            check(report)
        return report
