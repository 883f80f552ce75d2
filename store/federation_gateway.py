"""The one door through which a SERVICE leaves: limits, retries, memory, and a rest for endpoints that keep failing.

Each request runs in a thread that can be ended from outside. Its place among those of the endpoint is free again when
the thread has ended, not when nobody waits for it any more: a dead endpoint costs its own places and nobody else's.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Final, NamedTuple

from maille.store.federation_call import Caller, Failed, Reply
from maille.store.federation_counters import AllCounters
from maille.store.federation_pace import Breaker, Rate
from maille.store.federation_policy import Endpoint
from maille.store.federation_results import Row, blank_prefix
from maille.store.threads import start
from maille.store.web_connection import Watch
from maille.store.web_pace import Pace
from maille.store.within import within

_TERM: Final = 100
"""Bytes that a term takes in memory beyond its text."""


class Sent(NamedTuple):
    """One question to an endpoint and what came of it, for whoever wants it explained.

    Attributes:
        query: the text that was sent.
        rows: solutions received.
        sent, received: bytes.
        seconds: it took, pauses included.
        tries: requests made; 0 where the answer was remembered.
    """

    query: str
    rows: int
    sent: int
    received: int
    seconds: float
    tries: int


class _Remembered(NamedTuple):
    rows: tuple[Row, ...]
    size: int
    until: float


@dataclass
class _State:
    """What is known of one endpoint."""

    breaker: Breaker
    rate: Rate
    places: asyncio.Semaphore


@dataclass
class Gateway:
    """Asks endpoints.

    Attributes:
        base: begins the IRIs that stand for blank nodes.
        capacity: bytes of answers that are remembered.
        caller: makes one request.
        now: a seam.
        pace: how long to wait before asking again.
    """

    base: str
    capacity: int = 32 * 1024 * 1024
    caller: Caller = field(default_factory=Caller)
    now: Callable[[], float] = monotonic
    pace: Pace = field(default_factory=Pace)
    counters: AllCounters = field(default_factory=AllCounters)
    _states: dict[str, _State] = field(default_factory=dict)
    _kept: OrderedDict[tuple[str, str], _Remembered] = field(default_factory=OrderedDict)
    _size: int = 0

    async def ask(
        self, endpoint: Endpoint, query: str, variables: Sequence[str], deadline: float
    ) -> tuple[tuple[Row, ...], Sent]:
        """Return the solutions of a query, and how they were got; raises Failed, Cut."""
        began = self.now()
        kept = self._remembered((endpoint.name, query))
        if kept is not None:
            self.counters.endpoint(endpoint.name).remembered += 1
            return kept, Sent(query, len(kept), 0, 0, self.now() - began, 0)
        reply, tries = await self._tried(endpoint, query, variables, deadline)
        self._remember((endpoint.name, query), reply.rows, endpoint.expiry)
        return reply.rows, Sent(query, len(reply.rows), reply.sent, reply.received, self.now() - began, tries)

    def forget(self) -> None:
        """Remember nothing any more."""
        self._kept.clear()
        self._size = 0

    async def _tried(
        self, endpoint: Endpoint, query: str, variables: Sequence[str], deadline: float
    ) -> tuple[Reply, int]:
        state, counters = self._state(endpoint), self.counters.endpoint(endpoint.name)
        for failures in range(endpoint.tries):
            if wait := state.breaker.wait():
                counters.refused += 1
                raise Failed(f"it failed several times in a row and is left alone for {wait:.0f} s")
            try:
                reply = await self._once(endpoint, state, query, variables, deadline)
            except Failed as error:
                if error.blamed:
                    state.breaker.told(success=False)
                counters.failures += 1
                if not error.again or failures + 1 == endpoint.tries:
                    raise
                await self._pause(error, failures, deadline)
                counters.retries += 1
                continue
            state.breaker.told(success=True)
            return reply, failures + 1
        raise Failed("it was not asked")

    async def _pause(self, error: Failed, failures: int, deadline: float) -> None:
        seconds = error.after if error.after is not None else self.pace.backoff(failures) / 2
        if self.now() + seconds >= deadline:
            raise Failed(f"{error}, and there is no time to ask again") from error
        await asyncio.sleep(seconds)

    async def _once(
        self, endpoint: Endpoint, state: _State, query: str, variables: Sequence[str], deadline: float
    ) -> Reply:
        turn = state.rate.take()
        if self.now() + turn >= deadline:
            state.rate.give_back()
            raise Failed(f"its {endpoint.rate:g} requests a second are used up", blamed=False)
        try:
            await asyncio.sleep(turn)
        except asyncio.CancelledError:
            state.rate.give_back()
            raise
        try:
            await within(max(0.0, deadline - self.now()), state.places.acquire())
        except TimeoutError:
            raise Failed(f"{endpoint.concurrency} requests to it are under way already", blamed=False) from None
        return await self._in_thread(endpoint, state, query, variables, deadline)

    async def _in_thread(
        self, endpoint: Endpoint, state: _State, query: str, variables: Sequence[str], deadline: float
    ) -> Reply:
        seconds = max(0.01, min(endpoint.timeout, deadline - self.now()))
        loop, watches = asyncio.get_running_loop(), list[Watch]()
        outcome: asyncio.Future[Reply] = loop.create_future()
        blank = blank_prefix(self.base, endpoint.iris[0], query)

        def settle(found: Reply | Failed) -> None:
            state.places.release()
            if outcome.done():
                return
            if isinstance(found, Failed):
                outcome.set_exception(found)
            else:
                outcome.set_result(found)

        def run() -> None:
            found: Reply | Failed = Failed("the request failed inside")
            try:
                found = self.caller.call(endpoint, query, variables, blank, seconds, watches.append)
            except Failed as error:
                found = error
            finally:
                if not loop.is_closed():
                    loop.call_soon_threadsafe(settle, found)

        counters = self.counters.endpoint(endpoint.name)
        counters.requests += 1
        began = self.now()
        start(run, "service")
        try:
            # A name that takes long to resolve cannot be ended: it is not waited for.
            reply = await within(seconds + 0.5, outcome)
        except TimeoutError:
            raise Failed(f"it does not answer within {seconds:g} s", again=True) from None
        finally:
            counters.seconds += self.now() - began
            for watch in watches:
                watch.end()
        counters.rows += len(reply.rows)
        counters.bytes_sent += reply.sent
        counters.bytes_received += reply.received
        return reply

    def _state(self, endpoint: Endpoint) -> _State:
        if endpoint.name not in self._states:
            rate, places = Rate(endpoint.rate, self.now), asyncio.Semaphore(endpoint.concurrency)
            self._states[endpoint.name] = _State(Breaker(self.now), rate, places)
        return self._states[endpoint.name]

    def _remembered(self, key: tuple[str, str]) -> tuple[Row, ...] | None:
        found = self._kept.get(key)
        if found is None:
            return None
        if found.until <= self.now():
            self._size -= self._kept.pop(key).size
            return None
        self._kept.move_to_end(key)
        return found.rows

    def _remember(self, key: tuple[str, str], rows: tuple[Row, ...], expiry: float) -> None:
        size = 2 * len(key[1]) + sum(_TERM + len(term) for row in rows for term in row if term is not None) + _TERM
        if size > self.capacity // 4 or expiry <= 0 or key in self._kept:
            return
        self._kept[key] = _Remembered(rows, size, self.now() + expiry)
        self._size += size
        while self._size > self.capacity:
            self._size -= self._kept.popitem(last=False)[1].size
