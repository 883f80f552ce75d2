"""The queue before the workers of one release: who runs next, who is slow, who is stopped.

A query that is slow while others wait gets less of the processor, and a helper is forked in its place; past the helpers
there are, a slow query that stalls the queue is stopped, and refused at once when it comes again. So a cheap query
waits for some slices of time and never for a deadline. Slow is told by processor time: a busy machine is no fault of
a query. A client that reads slowly is told by the clock.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Final

from maille.ontology.errors import EngineBusy, QueryTimeout
from maille.store.channel import Call, Channel
from maille.store.generation import Generation
from maille.store.keeper import Order
from maille.store.published import Release

_MIB: Final = 1024 * 1024
_SLOW_TEXTS: Final = 128


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
        self.queue: deque[Call] = deque()
        self._slow_texts: OrderedDict[int, None] = OrderedDict()
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
        """Run a query or let it wait; raises EngineBusy."""
        self.last_used = now
        if self.generation.free:
            self.generation.free.pop().run(call, now)
        elif len(self.queue) >= self._limits.queue:
            raise EngineBusy("Too many queries are waiting.", retry_after=1)
        elif self._is_hopeless(call):
            raise _too_many_slow()
        else:
            self.queue.append(call)

    def take_over(self, former: Lane) -> None:
        """Take the queries that still wait before another lane."""
        self.queue.extend(former.queue)
        former.queue.clear()
        self._pump()

    def on_free(self, channel: Channel) -> None:
        """Give a free worker the next query; one that was slow, or is one too many, ends instead."""
        if channel.slow:
            self.generation.retire(channel)
            self._staff()
            return
        self.generation.free.append(channel)
        self._pump()
        self._thin()

    def on_gone(self) -> None:
        """Replace a worker that ended."""
        if not self.generation.broken:
            self._staff()

    def look(self, now: float) -> None:
        """See to deadlines and to slow queries; called many times a second."""
        for call in [call for call in self.queue if call.over or call.deadline <= now]:
            self.queue.remove(call)
            call.fail(EngineBusy("No query worker became free in time."))
        for channel in list(self.generation.channels):
            if channel.call is not None and not channel.doomed:
                self._look_at(channel, channel.call, now)

    def refuse_all(self, reason: str) -> None:
        """Let nobody wait any longer."""
        while self.queue:
            self.queue.popleft().fail(EngineBusy(reason))

    def _pump(self) -> None:
        free = self.generation.free
        while free and self.queue:
            call = self.queue.popleft()
            if call.over:
                continue
            if self._is_hopeless(call):
                call.fail(_too_many_slow())
            else:
                free.pop().run(call, self._loop.time())

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
        alive = len(self._alive())
        for channel in list(self.generation.free):
            if alive > self._workers:
                self.generation.retire(channel)
                alive -= 1

    def _look_at(self, channel: Channel, call: Call, now: float) -> None:
        took = now - call.began
        if call.deadline <= now:
            call.fail(QueryTimeout(f"The query did not end within {call.timeout:g} s."))
            channel.kill()
        elif self.queue and not channel.slow and self._is_slow(channel, took):
            self._remember(call)
            if self._helpers() < self._limits.helpers:
                channel.slow = True
                self.generation.lower(channel)
                self._staff()
            else:
                call.fail(_too_many_slow())
                channel.kill()

    def _is_slow(self, channel: Channel, took: float) -> bool:
        allowed = self._limits.slow_after
        return channel.processor_time() > allowed or (channel.paused and took > allowed)

    def _is_hopeless(self, call: Call) -> bool:
        return call.key in self._slow_texts and self._helpers() >= self._limits.helpers

    def _helpers(self) -> int:
        return sum(1 for channel in self._alive() if channel.slow)

    def _remember(self, call: Call) -> None:
        text = call.key
        self._slow_texts[text] = None
        self._slow_texts.move_to_end(text)
        if len(self._slow_texts) > _SLOW_TEXTS:
            self._slow_texts.popitem(last=False)


def _too_many_slow() -> EngineBusy:
    return EngineBusy("Too many slow queries run already.", retry_after=5)
