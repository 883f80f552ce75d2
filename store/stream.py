"""A body on its way from the thread that writes it to the coroutine that sends it, with backpressure and a deadline.

The thread side is a writer for pyoxigraph; the loop side is the `chunks` of an Answer. Whatever ends first, the
query, the client or the time, ends both.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final, Self

from maille.ontology.errors import QueryError, QueryTimeout
from maille.store.evaluate import Heading

CHUNK: Final = 64 * 1024
"""Bytes of one part; a shorter answer is held back whole, so that its failure gets a status."""
_AHEAD: Final = 4


class Abandoned(Exception):
    """Raised inside a query whose answer nobody waits for any more."""


class Stream:
    """An async iterator of parts, fed by one thread.

    Args:
        timeout: seconds until whoever waits gets QueryTimeout.
        on_close: called once, in the loop, when the stream is over for whatever reason.
    """

    def __init__(self, timeout: float, on_close: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._deadline = time.monotonic() + timeout
        self._timeout = timeout
        self._timer = self._loop.call_later(timeout, self._expire)
        self._on_close = on_close
        self._room = threading.Semaphore(_AHEAD)
        self._buffer = bytearray()
        self._closed = False
        self._parts: deque[bytes] = deque()
        self._heading: Heading | None = None
        self._error: QueryError | None = None
        self._ended = False
        self._news = asyncio.Event()

    # The thread side.

    def begin(self, heading: Heading) -> None:
        """Tell what the answer is going to be."""
        self._tell(lambda: setattr(self, "_heading", heading))

    def write(self, data: bytes, /) -> int:
        """Take bytes from the serializer; raises Abandoned when nobody reads on."""
        self._buffer += data
        if len(self._buffer) >= CHUNK:
            self._send()
        return len(data)

    def flush(self) -> None:
        """Do nothing: parts are sent when they are full."""

    def end(self, error: QueryError | None = None) -> None:
        """Send what is left and say that it is over, well or not."""
        if error is None and self._buffer:
            self._send()
        self._tell(lambda: self._over(error))

    def _send(self) -> None:
        part, self._buffer = bytes(self._buffer), bytearray()
        if not self._room.acquire(timeout=max(0.0, self._deadline - time.monotonic())):
            raise Abandoned
        self._tell(lambda: self._parts.append(part))

    def _tell(self, change: Callable[[], None]) -> None:
        if self._closed or self._loop.is_closed():
            raise Abandoned
        self._loop.call_soon_threadsafe(self._learn, change)

    # The loop side.

    async def ready(self) -> Heading:
        """Wait until the first part is full or the answer is over; raises what the query raised."""
        while not (self._parts or self._ended or self._error):
            await self._wait()
        if self._error is not None:
            raise self._error
        if self._heading is None:
            raise QueryError("The query ended without an answer.")
        return self._heading

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        while not self._parts:
            if self._error is not None:
                raise self._error
            if self._ended:
                raise StopAsyncIteration
            await self._wait()
        self._room.release()
        return self._parts.popleft()

    async def aclose(self) -> None:
        """Stop the query; what was not read yet is lost."""
        self.close()

    def close(self) -> None:
        """Stop the query at its next write; a reader that still waits gets an error."""
        if self._closed:
            return
        self._closed = True
        self._timer.cancel()
        for _ in range(_AHEAD):
            self._room.release()
        self._on_close()
        if not self._ended and self._error is None:
            self._error = QueryError("The answer was abandoned.")
        self._news.set()

    async def _wait(self) -> None:
        self._news.clear()
        await self._news.wait()

    def _learn(self, change: Callable[[], None]) -> None:
        change()
        self._news.set()

    def _over(self, error: QueryError | None) -> None:
        self._error = self._error or error
        self._ended = True
        self.close()

    def _expire(self) -> None:
        self._error = QueryTimeout(f"The query did not end within {self._timeout:g} s.")
        self._parts.clear()
        self.close()
