"""The web process's end of one worker: hands over a query, reads frames, stops reading when nobody takes them."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol, Self, cast

from maille.ontology.errors import QueryError
from maille.store import wire
from maille.store.answers import Parts
from maille.store.evaluate import Heading
from maille.store.shape import shape_of

_TICKS_A_SECOND: Final = os.sysconf("SC_CLK_TCK")
_MOST_RUNS: Final = 3
"""How often a request is begun: more than one worker may be lost at once."""
_AHEAD: Final = 4
"""Parts that may wait in memory for a slow client before the worker has to wait too."""


class Call:
    """One request: first in the queue, then on a channel, at last a body to iterate over.

    Args:
        kind: QUERY or ATTEMPT of `maille.store.wire`.
        payload: what the worker gets.
        text: what tells its cost: see `shape`.
        timeout: seconds the whole answer may take.
        now: the time of the loop.
    """

    __slots__ = (
        *("_ended", "_error", "_news", "_parts", "_shape", "began", "channel", "deadline", "heading", "kind"),
        *("payload", "release", "runs", "text", "timeout", "tried", "waits_since"),
    )

    def __init__(self, kind: int, payload: bytes, text: str, timeout: float, now: float) -> None:
        self.kind = kind
        self.payload = payload
        self.text = text
        self.timeout = timeout
        self.deadline = now + timeout
        self.heading: asyncio.Future[Heading] = asyncio.get_running_loop().create_future()
        self.began = self.waits_since = now
        self.runs = 0
        self.tried = False
        self.release = ""
        self.channel: Channel | None = None
        self._shape: int | None = None
        self._parts: deque[bytes] = deque()
        self._ended = False
        self._error: QueryError | None = None
        self._news: asyncio.Future[None] | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        while not self._parts:
            if self._error is not None:
                raise self._error
            if self._ended:
                raise StopAsyncIteration
            self._news = self.heading.get_loop().create_future()
            await self._news
        part = self._parts.popleft()
        if self.channel is not None and len(self._parts) < _AHEAD:
            self.channel.resume()
        return part

    async def aclose(self) -> None:
        """Let go of the answer; a query that still runs is killed."""
        self.abandon()

    def abandon(self) -> None:
        """Let go of the answer, from a place that cannot wait."""
        if not self.over:
            self.fail(QueryError("The answer was abandoned."))
        if self.channel is not None:
            self.channel.kill()

    def body(self) -> AsyncIterator[bytes]:
        """Return what there is to iterate over: a body that is here already, or the request itself."""
        return Parts((b"".join(self._parts),)) if self._ended and self._error is None else self

    @property
    def shape(self) -> int:
        """What it has in common with others like it (`maille.store.shape`)."""
        if self._shape is None:
            self._shape = shape_of(self.text)
        return self._shape

    @property
    def was_weighed(self) -> bool:
        """Whether its shape was asked for."""
        return self._shape is not None

    @property
    def over(self) -> bool:
        """Whether nothing more is to come."""
        return self._ended or self._error is not None

    def take_back(self) -> bool:
        """Let go of the worker, so that another one can answer; return whether that is still possible."""
        self.runs += 1
        if self.runs > _MOST_RUNS or self.over or self.heading.done():
            return False
        self.channel = None
        return True

    def begin(self, heading: Heading, part: bytes) -> None:
        """Take the heading and the first part."""
        if part:
            self._parts.append(part)
        if not self.heading.done():
            self.heading.set_result(heading)

    def add(self, part: bytes) -> bool:
        """Take a part; return whether there is room for more."""
        self._parts.append(part)
        self._tell()
        return len(self._parts) < _AHEAD

    def end(self) -> None:
        """Learn that the answer is whole."""
        self._ended = True
        self.channel = None
        self._tell()

    def fail(self, error: QueryError) -> None:
        """Learn that there is no answer, or no more of it."""
        if self.over:
            return
        self._error = error
        self._parts.clear()
        if not self.heading.done():
            self.heading.set_exception(error)
        self._tell()

    def _tell(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)


class Owner(Protocol):
    """Who is told what becomes of a channel."""

    def on_free(self, channel: Channel) -> None:
        """Learn that a worker is ready for a query."""

    def on_answered(self, call: Call) -> None:
        """Learn that a request was answered, well or not."""

    def on_closed(self, channel: Channel) -> None:
        """Learn that a worker is no longer there."""

    def on_retired(self, channel: Channel) -> None:
        """Learn that a worker takes no more queries and ends by itself."""

    def kill(self, channel: Channel) -> None:
        """Kill a worker."""


class Channel(asyncio.Protocol):
    """The connection to one worker, which runs one query at a time."""

    def __init__(self, owner: Owner) -> None:
        self.pid = 0
        self.release = ""
        self.slow = False
        self.call: Call | None = None
        self.ready = False
        self.doomed = False
        self._owner = owner
        self._frames = wire.Frames()
        self._transport: asyncio.Transport | None = None
        self.paused = False
        self._closed = False
        self._looked_at: Call | None = None
        self._spent_before = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        # uvloop's transports are no subclass of asyncio's.
        self._transport = cast(asyncio.Transport, transport)
        if self._closed:
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Take no more requests."""
        self._owner.on_closed(self)

    def run(self, call: Call, now: float) -> None:
        """Hand a query to the worker, which is free."""
        self.call = call
        call.channel = self
        call.release = self.release
        call.began = now
        if self._transport is not None:
            self._transport.write(wire.frame(call.kind, call.payload))

    def data_received(self, data: bytes) -> None:
        """Read what the worker says."""
        for kind, payload in self._frames.feed(data):
            self._learn(kind & ~wire.LAST, payload, last=bool(kind & wire.LAST))

    def processor_time(self) -> float:
        """Return the seconds of processor time the worker spent since its query was first looked at."""
        spent = _processor_time(self.pid)
        if self._looked_at is not self.call:
            self._looked_at, self._spent_before = self.call, spent
        return spent - self._spent_before

    def kill(self) -> None:
        """Have the worker killed, unless that was asked for already."""
        if not self.doomed:
            self.doomed = True
            self._owner.kill(self)

    def resume(self) -> None:
        """Go on reading."""
        if self.paused and self._transport is not None:
            self.paused = False
            self._transport.resume_reading()

    def close(self) -> None:
        """Close the connection; an idle worker ends by that."""
        self._closed = True
        if self._transport is not None:
            self._transport.close()

    def _learn(self, kind: int, payload: bytes, *, last: bool) -> None:
        call = self.call
        if kind == wire.READY:
            self.ready = True
            self.release = payload.decode()
            self._owner.on_free(self)
        elif call is None:
            return
        elif kind == wire.PART:
            if not call.add(payload):
                self._pause()
        elif kind == wire.BEGIN:
            call.begin(*wire.answer_of(payload))
        else:
            self._finish(call, kind, payload, last=last)

    def _finish(self, call: Call, kind: int, payload: bytes, *, last: bool) -> None:
        self.call = None
        # The last parts of the answer may have stopped the reading.
        self.resume()
        if kind == wire.ERROR:
            call.fail(wire.error_of(payload))
        elif kind == wire.ANSWER:
            call.begin(*wire.answer_of(payload))
        call.end()
        self._owner.on_answered(call)
        if self.doomed:
            return
        if last:
            self.doomed = True
            self._owner.on_retired(self)
        else:
            self._owner.on_free(self)

    def _pause(self) -> None:
        if not self.paused and self._transport is not None:
            self.paused = True
            self._transport.pause_reading()


def _processor_time(pid: int) -> float:
    process = Path(f"/proc/{pid}")
    with suppress(OSError):
        # To the nanosecond, where the kernel keeps it.
        return int((process / "schedstat").read_text().split()[0]) / 1e9
    try:
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND
