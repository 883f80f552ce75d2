"""A client that leaves takes its request with it: work that nobody waits for is cancelled (ASGI, `http.disconnect`)."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from starlette.types import Receive


async def while_connected(receive: Receive, work: Coroutine[Any, Any, None]) -> None:
    """Run `work` to its end, or until the client leaves; to be called when the body has been read.

    Raises what `work` raises. It costs one task and no more: every query passes here.
    """
    worker = asyncio.current_task()
    watcher = asyncio.ensure_future(_until_gone(receive))

    def leave(_: asyncio.Future[None]) -> None:
        if worker is not None:
            worker.cancel()

    watcher.add_done_callback(leave)
    try:
        await work
    except asyncio.CancelledError:
        if worker is None or not watcher.done():
            raise
        worker.uncancel()
    finally:
        watcher.remove_done_callback(leave)
        watcher.cancel()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
