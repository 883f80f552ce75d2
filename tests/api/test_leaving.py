"""Work ends with whoever waits for it, and cancellation from outside stays cancellation."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Message

from maille.api.http.leaving import while_connected


async def stay() -> Message:
    await asyncio.sleep(60)
    return {"type": "http.disconnect"}


async def leave() -> Message:
    return {"type": "http.disconnect"}


def test_work_that_ends_is_left_alone() -> None:
    done = []

    async def work() -> None:
        await asyncio.sleep(0)
        done.append(True)

    asyncio.run(while_connected(stay, work()))
    assert done


def test_work_is_cancelled_when_the_client_leaves() -> None:
    cancelled = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    async def run() -> int:
        await while_connected(leave, work())
        task = asyncio.current_task()
        return task.cancelling() if task else -1

    assert asyncio.run(run()) == 0
    assert cancelled


def test_what_work_raises_comes_out() -> None:
    async def work() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        asyncio.run(while_connected(stay, work()))


def test_a_cancellation_from_outside_is_passed_on() -> None:
    async def run() -> None:
        task = asyncio.ensure_future(while_connected(stay, asyncio.sleep(60)))
        await asyncio.sleep(0.01)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(run())
