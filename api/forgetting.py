"""What this process remembers of releases goes when one of them was purged (`docs/purging.md`)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from maille.store.purge import mark


async def forget_with(home: Path, forget: Callable[[], None], pause: float = 0.5) -> None:
    """Call `forget` whenever something was purged in `home`, for ever."""
    seen = mark(home)
    again = False
    while True:
        await asyncio.sleep(pause)
        now = mark(home)
        if now != seen or again:
            forget()
            # Once more: an answer that was begun before may have been remembered after.
            again, seen = now != seen, now
