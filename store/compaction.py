"""Keeps chains of writes short: now and then a write gets a dump of its own, by a quiet process beside it.

A release is read from the nearest ancestor with a dump; without this, a service that starts after ten thousand writes
would read ten thousand records first.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from contextlib import suppress
from typing import Final

from maille.store import quiet
from maille.store.published import Release

LONGEST_CHAIN: Final = 256
"""Writes after which one gets a dump of its own."""

_LOG: Final = logging.getLogger("maille.store.compaction")
_NICE: Final = 15


class Compaction:
    """Counts the writes of one service, and starts the quiet process when there were enough.

    Args:
        longest: writes after which it starts.
    """

    def __init__(self, longest: int = LONGEST_CHAIN) -> None:
        self._longest = longest
        self._length: int | None = None
        self._task: asyncio.Task[None] | None = None

    async def written(self, release: Release) -> None:
        """Take note of one more write, which made `release`."""
        known = self._length is not None
        self._length = (self._length or 0) + 1 if known else await asyncio.to_thread(release.chain_length)
        if self._length >= self._longest and (self._task is None or self._task.done()):
            self._length = 0
            self._task = asyncio.get_running_loop().create_task(_make_dump(release))

    async def close(self) -> None:
        """End the process that is under way; what it did not finish is as if it had not begun."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task


async def _make_dump(release: Release) -> None:
    if not await quiet.run("maille.store.compaction", release.path):
        _LOG.warning("the dump of release %s could not be made", release.id)


if __name__ == "__main__":
    os.nice(_NICE)  # out of everyone's way
    sys.exit(quiet.main(sys.argv[1:], Release.ensure_dump))
