"""A coroutine that runs without a task ends, fails and is cancelled as in one."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from maille.api.http.steps import Steps


def run(work: Coroutine[Any, Any, object], *, cancel_after: int | None = None) -> list[object]:
    """Return what `done` was told, after some rounds of a loop."""
    told: list[object] = []

    async def main() -> None:
        steps: Steps[object] = Steps(work, lambda result, error: told.append(error or result))
        steps.start()
        for number in range(10):
            if number == cancel_after:
                steps.cancel()
            await asyncio.sleep(0.001)

    asyncio.run(main())
    return told


async def at_once() -> str:
    return "done"


async def later() -> str:
    await asyncio.sleep(0)
    await asyncio.sleep(0.001)
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(future.set_result, "later")
    return str(await future)


def test_what_it_returns_is_told() -> None:
    assert run(at_once()) == ["done"]
    assert run(later()) == ["later"]


def test_what_it_raises_is_told_and_what_it_waits_for_may_fail() -> None:
    async def fails() -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(future.set_exception, KeyError("k"))
        await future

    (error,) = run(fails())
    assert isinstance(error, KeyError)


def test_one_that_is_cancelled_cleans_up_and_tells_nothing() -> None:
    cleaned: list[str] = []

    async def waits() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            cleaned.append("up")

    assert run(waits(), cancel_after=2) == []
    assert cleaned == ["up"]


def test_one_that_waits_for_the_next_round_is_cancelled_too() -> None:
    async def spins() -> None:
        while True:
            await asyncio.sleep(0)

    assert run(spins(), cancel_after=2) == []


def test_one_that_ends_on_being_cancelled_tells_nothing() -> None:
    async def stubborn() -> str:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return "never mind"
        return "done"

    assert run(stubborn(), cancel_after=0) == []
