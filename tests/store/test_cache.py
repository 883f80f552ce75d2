"""What the cache remembers, what it forgets, and that the same query asked twice at once is run once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest

from maille.ontology.errors import EngineBusy, QueryError, QuerySyntaxError, QueryTimeout
from maille.store.answers import Answers, Entry
from maille.store.cache import CachedEngine
from maille.store.engine import Answer, QueryRequest

ASK = QueryRequest("ASK {}")


class Counting:
    """An engine that tells how often it was asked, and answers as its `text` says."""

    def __init__(self) -> None:
        self.release = "r1"
        self.asked = 0
        self.closed = 0
        self.given: list[float] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def start(self) -> None:
        """Do nothing."""

    async def close(self) -> None:
        """Do nothing."""

    async def query(self, request: QueryRequest) -> Answer:
        self.asked += 1
        self.given.append(request.timeout)
        if request.text == "slow" and request.timeout < 1:
            await asyncio.sleep(request.timeout)
            raise QueryTimeout("slow")
        await self.gate.wait()
        if request.text == "bad":
            raise QuerySyntaxError("bad", 1, 1)
        if request.text == "busy":
            raise EngineBusy("busy")
        stable = request.text != "unstable"
        return Answer("ASK", "text/csv", self._chunks(request.text), request.release or self.release, stable)

    async def _chunks(self, text: str) -> AsyncIterator[bytes]:
        try:
            yield f"{text} {self.asked}".encode()
            for _ in range(9 if text.startswith(("long", "cut")) else 0):
                yield b"x" * 1_000
            if text.startswith("cut"):
                raise QueryError("cut")
        finally:
            self.closed += 1


async def body(answer: Answer) -> bytes:
    return b"".join([chunk async for chunk in answer.chunks])


async def ask(engine: CachedEngine, text: str, **options: Any) -> bytes:
    return await body(await engine.query(QueryRequest(text, **options)))


def run(steps: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(steps, 10))


def test_a_repeated_query_is_asked_once() -> None:
    async def steps() -> None:
        counting = Counting()
        engine = CachedEngine(counting)
        assert {await ask(engine, "a") for _ in range(3)} == {b"a 1"}
        assert await ask(engine, "a", timeout=1.0) == b"a 1"
        answer = await engine.query(QueryRequest("a"))
        assert (answer.form, answer.media_type, answer.release, answer.stable) == ("ASK", "text/csv", "r1", True)

    run(steps())


@pytest.mark.parametrize(
    "options",
    [
        {"bindings_format": "text/csv"},
        {"graph_format": None},
        {"default_graphs": ("http://g",)},
        {"named_graphs": ("http://g",)},
        {"union_default_graph": False},
        {"base_iri": "http://b/"},
        {"release": "r0"},
    ],
)
def test_another_request_is_another_key(options: dict[str, Any]) -> None:
    async def steps() -> None:
        engine = CachedEngine(Counting())
        assert [await ask(engine, "a"), await ask(engine, "a", **options)] == [b"a 1", b"a 2"]
        assert [await ask(engine, "a"), await ask(engine, "a", **options)] == [b"a 1", b"a 2"]

    run(steps())


def test_a_new_release_starts_afresh() -> None:
    async def steps() -> None:
        counting = Counting()
        engine = CachedEngine(counting)
        await ask(engine, "a")
        counting.release = "r2"
        assert engine.release == "r2"
        assert await ask(engine, "a") == b"a 2"

    run(steps())


@pytest.mark.parametrize("text", ["unstable", "bad", "busy", "cut"])
def test_what_is_unstable_wrong_or_cut_is_not_remembered(text: str) -> None:
    async def steps() -> None:
        counting = Counting()
        engine = CachedEngine(counting)
        for _ in range(2):
            try:
                await ask(engine, text)
            except QueryError:
                continue
        assert counting.asked == 2

    run(steps())


def test_a_long_answer_is_remembered_once_it_was_read_whole() -> None:
    async def steps() -> None:
        counting = Counting()
        engine = CachedEngine(counting)
        half = await engine.query(QueryRequest("long"))
        await anext(half.chunks)
        first = await ask(engine, "long")
        assert len(first) == 9_000 + len("long 1")
        assert await ask(engine, "long") == first
        assert counting.asked == 2
        await half.chunks.aclose()  # type: ignore[attr-defined]
        assert counting.closed == 2

    run(steps())


def test_an_answer_too_long_to_remember_still_arrives() -> None:
    async def steps() -> None:
        counting = Counting()
        engine = CachedEngine(counting, 20_000)
        assert len(await ask(engine, "long")) == len(await ask(engine, "long"))
        assert counting.asked == 2

    run(steps())


def test_a_query_asked_by_many_at_once_is_run_once() -> None:
    async def steps() -> None:
        counting = Counting()
        counting.gate.clear()
        engine = CachedEngine(counting)
        asking = [asyncio.create_task(ask(engine, "a")) for _ in range(9)]
        await asyncio.sleep(0)
        counting.gate.set()
        assert set(await asyncio.gather(*asking)) == {b"a 1"}

    run(steps())


def test_an_error_that_all_would_get_is_shared() -> None:
    async def steps() -> None:
        counting = Counting()
        counting.gate.clear()
        engine = CachedEngine(counting)
        asking = [asyncio.create_task(ask(engine, "bad")) for _ in range(9)]
        await asyncio.sleep(0)
        counting.gate.set()
        results = await asyncio.gather(*asking, return_exceptions=True)
        assert {type(result) for result in results} == {QuerySyntaxError}
        assert counting.asked == 1

    run(steps())


@pytest.mark.parametrize("text", ["unstable", "long"])
def test_those_who_wait_for_what_cannot_be_shared_ask_themselves(text: str) -> None:
    async def steps() -> None:
        counting = Counting()
        counting.gate.clear()
        engine = CachedEngine(counting)
        asking = [asyncio.create_task(ask(engine, text)) for _ in range(3)]
        await asyncio.sleep(0)
        counting.gate.set()
        assert len(await asyncio.gather(*asking)) == 3
        assert counting.asked == 3

    run(steps())


def test_the_first_who_leaves_does_not_take_the_others_along() -> None:
    async def steps() -> None:
        counting = Counting()
        counting.gate.clear()
        engine = CachedEngine(counting)
        first, second = (asyncio.create_task(ask(engine, "a")) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        counting.gate.set()
        assert await second == b"a 2"

    run(steps())


def test_waiting_for_another_ends_too() -> None:
    async def steps() -> None:
        counting = Counting()
        counting.gate.clear()
        engine = CachedEngine(counting)
        first = asyncio.create_task(ask(engine, "a"))
        await asyncio.sleep(0)
        with pytest.raises(QueryTimeout):
            await ask(engine, "a", timeout=0.05)
        counting.gate.set()
        assert await first == b"a 1"

    run(steps())


def test_the_haste_of_the_first_is_not_that_of_the_others() -> None:
    async def steps() -> None:
        counting = Counting()
        engine = CachedEngine(counting)
        first = asyncio.create_task(ask(engine, "slow", timeout=0.1))
        await asyncio.sleep(0)
        others = [asyncio.create_task(ask(engine, "slow", timeout=5.0)) for _ in range(3)]
        equal = asyncio.create_task(ask(engine, "slow", timeout=0.1))
        for hasty in (first, equal):
            with pytest.raises(QueryTimeout):
                await hasty
        assert {await task for task in others} == {b"slow 2"}
        assert 4 < counting.given[1] < 5

    run(steps())


def test_whoever_asks_after_waiting_has_only_the_rest_of_the_time() -> None:
    async def steps() -> None:
        counting = Counting()
        engine = CachedEngine(counting)
        counting.gate.clear()
        first = asyncio.create_task(ask(engine, "unstable"))
        await asyncio.sleep(0)
        second = asyncio.create_task(ask(engine, "unstable", timeout=5.0))
        await asyncio.sleep(0.1)
        counting.gate.set()
        await asyncio.gather(first, second)
        assert counting.given[1] < 4.95

    run(steps())


def test_the_least_recently_used_answer_leaves_first() -> None:
    answers = Answers(20_000)
    entry = Entry("ASK", "text/csv", "r1", (b"x" * 3_000,))
    for name in "abcd":
        answers.put(("r1", name), entry)
    assert answers.get(("r1", "a"))
    answers.put(("r1", "e"), entry)
    assert [name for name in "abcde" if answers.get(("r1", name))] == ["a", "c", "d", "e"]
    assert answers.size <= answers.capacity
    answers.put(("r1", "f"), Entry("ASK", "text/csv", "r1", (b"x" * 5_000,)))
    assert answers.get(("r1", "f")) is None
    answers.clear()
    assert (answers.size, answers.get(("r1", "a"))) == (0, None)


def test_a_cache_of_no_bytes_remembers_nothing() -> None:
    async def steps() -> None:
        counting = Counting()
        engine = CachedEngine(counting, 0)
        assert [await ask(engine, "a") for _ in range(2)] == [b"a 1", b"a 2"]

    run(steps())
