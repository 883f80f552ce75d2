"""Threads for engines that run in this process: a deep stack, for parsers that recurse, and no hold on its end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar

from maille.ontology.errors import MailleError, QueryTimeout

T = TypeVar("T")

_STACK: Final = 64 * 1024 * 1024
"""Bytes of stack: what is not touched costs nothing."""


def start(job: Callable[[], None], name: str = "query") -> None:
    """Run `job` in a thread of its own."""
    # A daemon: a thread that was abandoned must not keep the process from ending.
    former = threading.stack_size(_STACK)
    try:
        threading.Thread(target=job, name=name, daemon=True).start()
    finally:
        threading.stack_size(former)


async def within(timeout: float, job: Callable[[], T], name: str = "write") -> T:
    """Return what `job` returns, or raise the MailleError it raises; QueryTimeout where it takes longer.

    It cannot be stopped: past its time it runs on, and nobody waits for it.
    """
    loop = asyncio.get_running_loop()
    waiting: asyncio.Future[T] = loop.create_future()

    def settle(outcome: T | MailleError) -> None:
        if waiting.done():
            return
        if isinstance(outcome, MailleError):
            waiting.set_exception(outcome)
        else:
            waiting.set_result(outcome)

    def run() -> None:
        outcome: T | MailleError = MailleError("The work failed inside.")
        try:
            outcome = job()
        except MailleError as error:
            outcome = _bare(error)
        finally:
            with suppress(RuntimeError):  # the loop is closed: nobody waits
                loop.call_soon_threadsafe(settle, outcome)

    start(run, name)
    try:
        async with asyncio.timeout(timeout):
            return await waiting
    except TimeoutError:
        raise QueryTimeout(f"It did not end within {timeout:g} s.") from None


def _bare(error: MailleError) -> MailleError:
    # Its frames hold results that must not leave this thread.
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)
