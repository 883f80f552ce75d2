"""Runs a coroutine from the callbacks of the loop, without a task: its first step at once, others when they may.

A task costs as much as a short query does on its way through this process. What it gives besides is not there: no name,
no context of its own, and `asyncio.current_task()` is whatever it is outside.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")


class Steps(Generic[Result]):
    """One coroutine.

    Args:
        work: the coroutine; it waits for futures of the running loop, and for nothing else.
        done: gets what it returns or raises; not called once it was cancelled.
    """

    __slots__ = ("_done", "_waits_for", "_work")

    def __init__(
        self, work: Coroutine[Any, Any, Result], done: Callable[[Result | None, Exception | None], object]
    ) -> None:
        self._work = work
        self._done = done
        self._waits_for: asyncio.Future[Any] | None = None

    def start(self, _waited: object = None) -> None:
        """Run up to where it waits, or to its end."""
        try:
            future: asyncio.Future[Any] | None = self._work.send(None)
        except StopIteration as end:
            self._done(end.value, None)
        except Exception as error:  # noqa: BLE001 - handed on whole: whoever started the work raises it
            self._done(None, error)
        else:
            self._waits_for = future
            if future is None:
                # A bare `yield`, as in `asyncio.sleep(0)`: in the next round.
                asyncio.get_running_loop().call_soon(self._go_on)
            else:
                future._asyncio_future_blocking = False
                future.add_done_callback(self.start)

    def cancel(self) -> None:
        """End it where it waits, like a task that is cancelled."""
        if self._waits_for is not None:
            self._waits_for.remove_done_callback(self.start)
        self._done = _nobody
        try:
            self._work.throw(asyncio.CancelledError())
        except (asyncio.CancelledError, StopIteration):
            return
        self._work.close()

    def _go_on(self) -> None:
        if self._done is not _nobody:
            self.start()


def _nobody(_result: object, _error: object) -> None:
    """Stand for whoever no longer waits."""
