"""What is worked out once a release: one caller works, the others wait for it, and a new release starts afresh."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class PerRelease(Generic[T]):
    """Remembers one value for the release that is served now.

    Args:
        release: tells which release is served.
        work: works the value out.
    """

    def __init__(self, release: Callable[[], str], work: Callable[[], Awaitable[T]]) -> None:
        self._release = release
        self._work = work
        self._lock = asyncio.Lock()
        self._known: tuple[str, T] | None = None

    async def get(self) -> T:
        """Return the value for the release of now; raises what `work` raises, and remembers no failure."""
        release = self._release()
        if self._known is not None and self._known[0] == release:
            return self._known[1]
        async with self._lock:
            if self._known is None or self._known[0] != release:
                self._known = (release, await self._work())
            return self._known[1]
