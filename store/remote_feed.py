"""A response body as a thread reads it, while the event loop receives it: bounded, and ended from either side."""

from __future__ import annotations

import asyncio
import io
import threading
from collections import deque
from typing import Final

import aiohttp

_BLOCK: Final = 64 * 1024
_AHEAD: Final = 4


class Lost(Exception):
    """Raised in the reader where the body did not arrive whole."""


class Feed(io.RawIOBase):
    """A file of what a response brings; `pump` runs in the loop, all else in the thread that reads.

    Args:
        response: its body is received.
        drop: bytes to leave out wherever they stand.
        mark: bytes whose occurrences are counted.
    """

    def __init__(self, response: aiohttp.ClientResponse, drop: bytes = b"", mark: bytes = b"") -> None:
        super().__init__()
        self.marks = 0
        self._response = response
        self._drop = drop
        self._mark = mark
        self._held = self._before = b""
        self._parts: deque[bytes] = deque()
        self._rest = memoryview(b"")
        self._news = threading.Condition()
        self._room = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._ended = False
        self._failed = False

    async def pump(self) -> None:
        """Receive the body to its end; the reader learns of whatever ends it."""
        failed = True
        try:
            async for block in self._response.content.iter_chunked(_BLOCK):
                self._put(block)
                while len(self._parts) >= _AHEAD and not self._ended:
                    self._room.clear()
                    await self._room.wait()
                if self._ended:
                    return
            failed = False
        except (aiohttp.ClientError, OSError):
            return
        finally:
            self.finish(failed=failed)
            self._response.close() if failed else self._response.release()

    def finish(self, *, failed: bool = True) -> None:
        """Let no more come."""
        with self._news:
            if not self._ended:
                self._ended, self._failed = True, failed
            self._news.notify_all()
        self._room.set()

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, none at the end; raises Lost where it ended too early."""
        while not self._rest:
            block = self._next()
            self._rest = memoryview(self._clean(block))
            if block is None:
                break
        size = size if size > 0 else len(self._rest)
        part, self._rest = self._rest[:size], self._rest[size:]
        return bytes(part)

    def _put(self, block: bytes) -> None:
        with self._news:
            self._parts.append(block)
            self._news.notify_all()

    def _next(self) -> bytes | None:
        with self._news:
            while not self._parts and not self._ended:
                self._news.wait()
            if self._failed:
                raise Lost("The store closed the connection before its answer was complete.")
            block = self._parts.popleft() if self._parts else None
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._room.set)
        return block

    def _clean(self, block: bytes | None) -> bytes:
        """Return what is certain of the bytes so far; None for the block is the end of them."""
        data = self._held + (block or b"")
        self._held = b""
        if self._drop and block is not None:
            data = data.replace(self._drop, b"")
            # What may be the beginning of what is left out waits for the rest.
            cut = max(0, len(data) - len(self._drop) + 1)
            data, self._held = data[:cut], data[cut:]
        if self._mark:
            joined = self._before + data
            self.marks += joined.count(self._mark)
            self._before = joined[1 - len(self._mark) :]
        return data
