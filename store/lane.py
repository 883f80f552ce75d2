"""The workers of one release and who waits for them: who runs next, who is slow, who is stopped.

A query that is slow while others wait gets less of the processor, and a helper is forked in its place. Past the helpers
there are, it is stopped and waits for one, unless its answer has begun; what is known of its shape then keeps others
like it apart (`maille.store.waiting`). So a cheap query waits for some slices of time and never for a deadline; the
more of them wait, the shorter the slices. Slow is told by processor time: a busy machine is no fault of a query. A
client that reads slowly is told by the clock.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from maille.ontology.errors import EngineBusy, QueryTimeout
from maille.store import wire
from maille.store.channel import Call, Channel
from maille.store.generation import Generation
from maille.store.keeper import Order
from maille.store.published import Release
from maille.store.waiting import Verdicts, Waiting

_MIB: Final = 1024 * 1024
_QUICK: Final = 0.2
"""Seconds within which a request is answered whose shape is quick."""
_SHORTEST: Final = 0.05
"""Seconds of processor time that every request gets, however many wait."""
_CROWD: Final = 8
"""How many more that wait halve the time, then take a third of it, and so on."""
_HEAVY_QUEUE: Final = 8
"""For each helper, how many slow requests may wait for one."""


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """What the pool may use.

    Attributes:
        workers: processes that answer queries.
        helpers: more of them, forked while queries are slow.
        queue: queries that may wait.
        memory: bytes a query may take beyond the store.
        result: bytes of an answer.
        slow_after: seconds of processor time after which a query is slow.
        memory_quads: statements up to which a release is held in memory; larger ones are read from disk.
        kept: kept releases that are held ready for queries besides the current one.
        poll: seconds between looks at which release is current.
        drain: seconds running queries get when the engine closes.
    """

    workers: int = 2
    helpers: int = 4
    queue: int = 512
    memory: int = 512 * _MIB
    result: int = 1024 * _MIB
    slow_after: float = 0.5
    memory_quads: int = 5_000_000
    kept: int = 2
    poll: float = 0.5
    drain: float = 10.0

    def order(self, release: Release) -> Order:
        """Return how a release is to be loaded."""
        on_disk = release.manifest.quads > self.memory_quads
        return Order(str(release.path), on_disk, self.memory, self.result)


class Lane:
    """One release being served: its processes, and the queries that wait for them."""

    def __init__(self, release: Release, limits: PoolLimits, workers: int | None = None) -> None:
        self.generation = Generation(release, limits.order(release), self)
        self._put_away = False
        self._verdicts = Verdicts()
        self._waiting = Waiting(self._verdicts)
        self.last_used = asyncio.get_running_loop().time()
        self._limits = limits
        self._workers = limits.workers if workers is None else workers
        self._loop = asyncio.get_running_loop()

    @property
    def release(self) -> Release:
        """The release being served."""
        return self.generation.release

    @property
    def on_disk(self) -> bool:
        """Whether its statements are read from disk."""
        return self.generation.order.on_disk

    async def start(self) -> None:
        """Load the release and wait for a first worker; raises ReleaseError and leaves nothing behind."""
        try:
            await self.generation.start()
            self._staff()
            await self.generation.first_worker
        except BaseException:
            await self.generation.close(0)
            raise

    async def move(self, release: Release) -> None:
        """Go on to a release that is a chain of writes over this one; raises ReleaseError."""
        await self.generation.move(release)
        self._staff()

    def submit(self, call: Call, now: float) -> None:
        """Run a request or let it wait; raises EngineBusy."""
        if self._put_away:
            raise EngineBusy("The release was put away just now.", retry_after=1)
        self.last_used = now
        if self._verdicts.is_slow(call, now):
            if self._waiting.heavy >= (self._limits.helpers or 1) * _HEAVY_QUEUE:
                raise EngineBusy("Too many slow queries run already.", retry_after=5)
            self._waiting.add(call, now)
            self._pump()
        elif self.generation.free:
            self._run(call, now, apart=False)
        else:
            self._make_room(now)
            self._waiting.add(call, now)

    def take_over(self, former: Lane) -> None:
        """Take the requests that still wait before another lane."""
        former._put_away = True
        for call in former._waiting.take_all():
            self._waiting.add(call, self._loop.time())
        self._pump()

    def on_free(self, channel: Channel) -> None:
        """Give a free worker the next request; one that was slow, or is one too many, ends instead."""
        if channel.slow:
            self.generation.retire(channel)
            self._staff()
        else:
            self.generation.free.append(channel)
        self._pump()
        self._thin()

    def on_answered(self, call: Call) -> None:
        """Learn from a request that had to wait, or ran while others did."""
        if call.was_weighed and self._loop.time() - call.began < _QUICK:
            self._waiting.learn_quick(call)

    def on_lost(self, call: Call) -> None:
        """Let a request go first whose worker was lost."""
        if self._put_away:
            call.fail(EngineBusy("The release was put away just now.", retry_after=1))
        else:
            self._waiting.add_again(call)

    def on_gone(self) -> None:
        """Replace a worker that ended."""
        if not self.generation.broken:
            self._staff()
            self._pump()

    def look(self, now: float) -> None:
        """See to deadlines and to slow queries; called many times a second."""
        for call in self._waiting.take_overdue(now):
            call.fail(EngineBusy("No query worker became free in time."))
        for channel in list(self.generation.channels):
            if channel.call is not None and not channel.doomed:
                self._look_at(channel, channel.call, now)

    def put_away(self, reason: str) -> None:
        """Take no more requests, and let nobody wait: those that run go on, until the generation is closed."""
        self._put_away = True
        self.refuse_all(reason)

    def refuse_all(self, reason: str) -> None:
        """Let nobody wait any longer."""
        for call in self._waiting.take_all():
            call.fail(EngineBusy(reason))

    def _run(self, call: Call, now: float, *, apart: bool) -> None:
        channel = self.generation.free.pop()
        channel.run(call, now)
        if apart:
            self._set_apart(channel)

    def _set_apart(self, channel: Channel) -> None:
        """Take a worker that runs something slow from those the others wait for."""
        channel.slow = True
        self.generation.lower(channel)
        self._staff()

    def _pump(self) -> None:
        while self.generation.free and self._waiting:
            now = self._loop.time()
            heavy = self._waiting.heavy > 0 or self._verdicts.any_slow(now)
            call = self._waiting.next_heavy() if heavy and self._has_room() else None
            apart = call is not None
            call = call or self._waiting.next(now, heavy_too=not heavy or self._may_try(now))
            if call is None:
                return
            if not call.over:
                self._run(call, now, apart=apart)

    def _make_room(self, now: float) -> None:
        if len(self._waiting) < self._limits.queue:
            return
        least = self._waiting.take_least(now)
        if least is None:
            raise _full()
        least.fail(_full())

    def _alive(self) -> list[Channel]:
        return [channel for channel in self.generation.channels if not channel.doomed]

    def _staff(self) -> None:
        """See to it that as many workers as there should be are not slow."""
        alive = self._alive()
        quick = sum(1 for channel in alive if not channel.slow)
        room = self._workers + self._limits.helpers - len(alive)
        for _ in range(min(self._workers - quick, room)):
            self.generation.fork()

    def _thin(self) -> None:
        """Let those free workers end that are too many."""
        if len(self.generation.channels) <= self._workers:
            return
        alive = len(self._alive())
        for channel in list(self.generation.free):
            if alive > self._workers:
                self.generation.retire(channel)
                alive -= 1

    def _look_at(self, channel: Channel, call: Call, now: float) -> None:
        # Looked at from the beginning, so that what it took before others came counts.
        spent = channel.processor_time()
        if call.deadline <= now:
            call.fail(QueryTimeout(f"The query did not end within {call.timeout:g} s."))
            channel.kill()
        elif self._waiting.urgent and not channel.slow and call.kind == wire.QUERY:
            took = now - call.began if channel.paused else spent
            # Those alike would be no better off: they take as long.
            if took > self._allowed(call, now) and self._waiting.has_other_than(call):
                self._stop(channel, call, now)

    def _stop(self, channel: Channel, call: Call, now: float) -> None:
        """Let a slow request no longer hold a worker that others wait for."""
        self._verdicts.slow(call, now)
        if self._has_room():
            self._set_apart(channel)
        elif self._limits.helpers and not (call.tried or self._put_away) and call.take_back():
            call.tried = True
            channel.call = None
            channel.kill()
            self._waiting.add(call, now)
        else:
            call.fail(EngineBusy("Too many slow queries run already.", retry_after=5))
            channel.kill()

    def _allowed(self, call: Call, now: float) -> float:
        """Return the processor time a request may take while others wait."""
        if self._verdicts.is_slow(call, now):
            return _SHORTEST
        return max(_SHORTEST, self._limits.slow_after / (1 + self._waiting.urgent / _CROWD))

    def _may_try(self, now: float) -> bool:
        """Return whether a request of a slow shape may have a worker of its own: one is always left for the others."""
        tried = sum(
            1
            for channel in self._alive()
            if channel.call is not None and not channel.slow and self._verdicts.is_slow(channel.call, now)
        )
        return tried < self._workers - 1 or not self._limits.helpers

    def _has_room(self) -> bool:
        """Return whether one more may run apart."""
        return sum(1 for channel in self._alive() if channel.slow) < self._limits.helpers


def _full() -> EngineBusy:
    return EngineBusy("Too many queries are waiting.", retry_after=1)
