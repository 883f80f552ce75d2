"""Waiting for something, but not for ever, and not only inside a task.

`asyncio.timeout` cancels the task it stands in; a query on its short way through the web process is in none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

Result = TypeVar("Result")


async def within(seconds: float, work: Awaitable[Result]) -> Result:
    """Return what `work` gives; raises TimeoutError, and cancels the work, where it takes longer."""
    future = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({future}, timeout=seconds)
    except asyncio.CancelledError:
        future.cancel()
        raise
    if not done:
        future.cancel()
        raise TimeoutError
    return future.result()
