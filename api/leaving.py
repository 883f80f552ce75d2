"""A client that leaves takes its request with it: work that nobody waits for is cancelled (ASGI, `http.disconnect`)."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from starlette.types import Receive


async def while_connected(receive: Receive, work: Coroutine[Any, Any, None]) -> None:
    """Run `work` to its end, or until the client leaves; to be called when the body has been read.

    Raises what `work` raises.
    """
    worker = asyncio.ensure_future(work)
    watcher = asyncio.ensure_future(_until_gone(receive))
    try:
        await asyncio.wait((worker, watcher), return_when=asyncio.FIRST_COMPLETED)
        if worker.done():
            worker.result()
    finally:
        watcher.cancel()
        if not worker.done():
            worker.cancel()
            with suppress(asyncio.CancelledError):
                await worker


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
