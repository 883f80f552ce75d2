"""The engine with processes: what a query may not do to others, and what happens when processes die."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from maille.ontology.errors import (
    EngineBusy,
    NotAcceptable,
    QueryError,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    QueryTooLong,
    ReleaseError,
)
from maille.store.change import GraphChange, UpdateRequest
from maille.store.embedded import EmbeddedEngine
from maille.store.engine import BINDINGS_FORMATS, GRAPH_FORMATS, Answer, Engine, QueryRequest
from maille.store.guard import MAX_LENGTH
from maille.store.pool import PoolEngine, PoolLimits
from maille.store.release import Draft, Home, Release

ALL = "SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o } }"
VERSION = "SELECT ?o { <http://x/version> <http://x/p> ?o }"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(9)) + " }"
LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
BOMB = "SELECT (GROUP_CONCAT(CONCAT(?c, ?f, ?i)) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
QUICK = PoolLimits(workers=2, poll=0.05, slow_after=0.2, drain=2.0)


def lines(version: int) -> list[str]:
    data = [f'<http://x/{i}> <http://x/p> "{i}" <http://g/{i % 3}> .' for i in range(300)]
    return [*data, f'<http://x/version> <http://x/p> "{version}" <http://g/1> .']


def publish(home: Home, version: int) -> Release:
    current = home.current()
    return home.publish(Draft(lines(version), current.id if current else None, with_store=False))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    publish(home, 1)
    return home


@asynccontextmanager
async def running(home: Home, limits: PoolLimits = QUICK) -> AsyncIterator[PoolEngine]:
    engine = PoolEngine(home, limits)
    await engine.start()
    try:
        yield engine
    finally:
        await engine.close()


def run(home: Home, steps: Callable[[PoolEngine], Awaitable[None]], limits: PoolLimits = QUICK) -> None:
    async def go() -> None:
        async with running(home, limits) as engine:
            await asyncio.wait_for(steps(engine), 30)

    asyncio.run(go())


async def body(answer: Answer) -> bytes:
    return b"".join([chunk async for chunk in answer.chunks])


async def ask(engine: Engine, text: str, **options: Any) -> bytes:
    return await body(await engine.query(QueryRequest(text, **{"bindings_format": "text/csv", **options})))


async def version(engine: Engine, **options: Any) -> int:
    return int((await ask(engine, VERSION, **options)).split()[1])


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await condition():
            await asyncio.sleep(0.02)


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def keepers() -> list[int]:
    """Return the keepers this process started."""
    tasks = Path("/proc/self/task").iterdir()
    found = [child for task in tasks for child in (task / "children").read_text().split()]
    return [int(pid) for pid in found if b"maille.store.keeper" in Path(f"/proc/{pid}/cmdline").read_bytes()]


async def staffed(pool: PoolEngine) -> tuple[int, list[int]]:
    """Return the keeper and its two workers, once both are there and have answered."""
    (keeper,) = keepers()

    async def both() -> bool:
        return len(children(keeper)) == 2

    await eventually(both)
    await asyncio.gather(version(pool), version(pool))
    return keeper, children(keeper)


def test_it_answers_as_the_embedded_engine_does(home: Home) -> None:
    async def steps(pool: PoolEngine) -> None:
        embedded = EmbeddedEngine(home)
        await embedded.start()
        assert pool.release == embedded.release
        requests = [
            *(QueryRequest(LONG, bindings_format=media_type) for media_type in BINDINGS_FORMATS),
            *(QueryRequest("ASK { ?s ?p ?o }", bindings_format=media_type) for media_type in BINDINGS_FORMATS),
            *(QueryRequest("CONSTRUCT WHERE { ?s ?p ?o }", graph_format=media_type) for media_type in GRAPH_FORMATS),
            QueryRequest("DESCRIBE <http://x/1>"),
            QueryRequest(ALL, named_graphs=("http://g/1",)),
            QueryRequest(VERSION, default_graphs=("http://g/2",), base_iri="http://x/", union_default_graph=False),
            QueryRequest("SELECT (<http://f>(1) AS ?x) { FILTER(NOW() > 0) }"),
        ]
        for request in requests:
            ours, theirs = await pool.query(request), await embedded.query(request)
            assert (ours.form, ours.media_type, ours.release, ours.stable) == (
                theirs.form,
                theirs.media_type,
                theirs.release,
                theirs.stable,
            )
            assert await body(ours) == await body(theirs)

    run(home, steps)


def test_bad_queries_get_their_errors_and_leave_the_worker(home: Home) -> None:
    cases: list[tuple[type[QueryError], QueryRequest]] = [
        (QuerySyntaxError, QueryRequest("SELECT * {\n ?s ?p }")),
        (QuerySyntaxError, QueryRequest("ASK { ?s ?p '\ud800' }")),
        (QuerySyntaxError, QueryRequest("ASK { ?s ?p '\x00' }")),
        (QueryRefused, QueryRequest("ASK { SERVICE <http://127.0.0.1:9/> {} }")),
        (QueryRefused, QueryRequest("ASK " + "{" * 500 + "}" * 500)),
        (QueryTooLong, QueryRequest("ASK {}" + " " * MAX_LENGTH)),
        (QueryTooLong, QueryRequest("ASK {} #" + "é" * 600_000)),
        (QueryError, QueryRequest("ASK {}", default_graphs=("no iri",))),
        (NotAcceptable, QueryRequest("ASK {}", bindings_format=None)),
    ]

    async def steps(pool: PoolEngine) -> None:
        keeper, workers = await staffed(pool)
        for kind, request in cases:
            with pytest.raises(kind) as caught:
                await pool.query(request)
            assert type(caught.value) is kind
            if isinstance(caught.value, NotAcceptable):
                assert caught.value.alternatives == tuple(BINDINGS_FORMATS)
        with pytest.raises(QuerySyntaxError) as caught_syntax:
            await pool.query(cases[0][1])
        assert caught_syntax.value.line == 2
        assert children(keeper) == workers

    run(home, steps)


def test_a_runaway_ends_at_its_deadline_and_nobody_else_notices(home: Home) -> None:
    async def steps(pool: PoolEngine) -> None:
        began = time.monotonic()
        runaway = asyncio.create_task(pool.query(QueryRequest(RUNAWAY, timeout=0.5)))
        while not runaway.done():
            before = time.monotonic()
            assert await version(pool) == 1
            assert time.monotonic() - before < 1
        with pytest.raises(QueryTimeout, match=r"0\.5 s"):
            await runaway
        assert time.monotonic() - began < 1.5
        assert await version(pool) == 1

    run(home, steps)


def test_a_valid_query_of_almost_a_megabyte_is_answered(home: Home) -> None:
    async def steps(pool: PoolEngine) -> None:
        values = " ".join(f"<http://x/{i}>" for i in range(50_000))
        answer = await ask(pool, f"SELECT (COUNT(*) AS ?n) {{ VALUES ?s {{ {values} }} ?s ?p ?o }}")
        assert answer.split()[1] == b"300"

    run(home, steps)


def test_a_query_that_eats_memory_is_too_large(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    async def steps(pool: PoolEngine) -> None:
        with pytest.raises(QueryTooLarge, match="memory"):
            await pool.query(QueryRequest(BOMB))
        assert await version(pool) == 1

    with caplog.at_level(logging.WARNING):
        run(home, steps, PoolLimits(memory=48 << 20))
    assert len([record for record in caplog.records if "died" in record.getMessage()]) == 1


@pytest.mark.parametrize("limit", [1_000, 500_000])
def test_an_answer_beyond_its_limit_is_cut_and_says_so(home: Home, limit: int) -> None:
    async def steps(pool: PoolEngine) -> None:
        with pytest.raises(QueryTooLarge, match="answer"):
            await ask(pool, LONG)
        assert await version(pool) == 1

    run(home, steps, PoolLimits(result=limit))


def test_a_full_queue_is_busy(home: Home) -> None:
    async def steps(pool: PoolEngine) -> None:
        tasks = [asyncio.create_task(pool.query(QueryRequest(RUNAWAY, timeout=0.5))) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(EngineBusy) as caught:
            await pool.query(QueryRequest("ASK {}"))
        assert caught.value.retry_after > 0
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(result) for result in results} <= {QueryTimeout, EngineBusy}

    run(home, steps, PoolLimits(workers=1, helpers=0, queue=2))


def test_whoever_waits_until_the_deadline_is_told_busy(home: Home) -> None:
    async def steps(pool: PoolEngine) -> None:
        runaway = asyncio.create_task(pool.query(QueryRequest(RUNAWAY, timeout=0.6)))
        await asyncio.sleep(0)
        with pytest.raises(EngineBusy):
            await pool.query(QueryRequest("ASK {}", timeout=0.2))
        with pytest.raises(QueryTimeout):
            await runaway

    run(home, steps, PoolLimits(workers=1, helpers=0))


@pytest.mark.parametrize("alike", [True, False])
def test_slow_queries_get_helpers_and_cheap_ones_go_on(home: Home, alike: bool) -> None:
    async def steps(pool: PoolEngine) -> None:
        texts = [RUNAWAY + " " * (0 if alike else number) for number in range(6)]
        slow = [asyncio.create_task(pool.query(QueryRequest(text, timeout=8))) for text in texts]
        await asyncio.sleep(0)
        assert await version(pool) == 1
        assert sum(not task.done() for task in slow) >= 2
        for task in slow:
            task.cancel()
        results = await asyncio.gather(*slow, return_exceptions=True)
        assert {type(result) for result in results} <= {asyncio.CancelledError, EngineBusy}
        (keeper,) = keepers()

        async def thinned() -> bool:
            await version(pool)
            return len(children(keeper)) == 1

        await eventually(thinned)

    run(home, steps, PoolLimits(workers=1, helpers=2, slow_after=0.1))


def test_a_client_that_leaves_frees_its_worker(home: Home) -> None:
    async def steps(pool: PoolEngine) -> None:
        for _ in range(3):
            running_query = asyncio.create_task(pool.query(QueryRequest(RUNAWAY)))
            await asyncio.sleep(0.05)
            running_query.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running_query
            answer = await pool.query(QueryRequest(ENDLESS))
            await anext(answer.chunks)
            await answer.chunks.aclose()  # type: ignore[attr-defined]
            with pytest.raises(QueryError):
                await body(answer)
        assert await version(pool) == 1

    run(home, steps, PoolLimits(workers=1, helpers=0))


def test_a_client_that_reads_slowly_holds_the_worker_back(home: Home) -> None:
    async def steps(pool: PoolEngine) -> None:
        answer = await pool.query(QueryRequest(ENDLESS, timeout=1))
        await asyncio.sleep(0.3)
        used = int(Path("/proc/self/statm").read_text().split()[1])
        await asyncio.sleep(0.3)
        assert int(Path("/proc/self/statm").read_text().split()[1]) - used < 1_000
        await anext(answer.chunks)
        with pytest.raises(QueryTimeout):
            await body(answer)

    run(home, steps)


def test_answers_read_slowly_to_their_end_leave_a_worker_that_answers(home: Home) -> None:
    async def steps(pool: PoolEngine) -> None:
        for _ in range(3):
            answer = await pool.query(QueryRequest(LONG))
            await asyncio.sleep(0.05)
            size = 0
            async for chunk in answer.chunks:
                size += len(chunk)
                await asyncio.sleep(0.001)
            assert size > 1_000_000
            assert await version(pool, timeout=2) == 1

    run(home, steps, PoolLimits(workers=1, helpers=0))


def test_a_worker_that_dies_is_replaced_and_told_of(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    async def steps(pool: PoolEngine) -> None:
        keeper, victims = await staffed(pool)
        for pid in victims:
            os.kill(pid, signal.SIGKILL)

        async def replaced() -> bool:
            return len(children(keeper)) == 2 and not set(children(keeper)) & set(victims)

        await eventually(replaced)
        assert await version(pool) == 1
        running_query = asyncio.create_task(pool.query(QueryRequest(RUNAWAY)))
        await asyncio.sleep(0.1)
        victims[:] = children(keeper)
        for pid in victims:
            os.kill(pid, signal.SIGSEGV)
        with pytest.raises(QueryError):
            await running_query
        # One that died idle gets no query once its death is known, which may be a moment later.
        await eventually(replaced)
        assert await version(pool) == 1

    with caplog.at_level(logging.WARNING):
        run(home, steps)
    told = [record.getMessage() for record in caplog.records if "died" in record.getMessage()]
    assert len(told) == 4
    assert "SIGKILL" in told[0]
    assert "\n" not in "".join(told)


def test_a_keeper_that_dies_is_replaced(home: Home) -> None:
    async def steps(pool: PoolEngine) -> None:
        (keeper,) = keepers()
        running_query = asyncio.create_task(pool.query(QueryRequest(RUNAWAY, timeout=3)))
        waiting = asyncio.create_task(version(pool))
        await asyncio.sleep(0.05)
        workers = children(keeper)
        os.kill(keeper, signal.SIGKILL)
        # It is asked again of those that follow, and runs until its time is over.
        with pytest.raises(QueryTimeout):
            await running_query
        assert await waiting == 1

        async def answers() -> bool:
            try:
                return await version(pool, timeout=1) == 1
            except EngineBusy:
                return False

        await eventually(answers)

        async def buried() -> bool:
            return not any(Path(f"/proc/{pid}").exists() for pid in workers)

        await eventually(buried)

    run(home, steps)


def test_keepers_that_die_while_they_load_are_replaced_too(home: Home) -> None:
    async def steps(pool: PoolEngine) -> None:
        for _ in range(4):
            (keeper,) = keepers()
            os.kill(keeper, signal.SIGKILL)

            async def another(former: int = keeper) -> bool:
                return [pid for pid in keepers() if pid != former] != []

            await eventually(another)
        assert await version(pool, timeout=20) == 1

    run(home, steps)


def test_a_keeper_that_holds_far_too_much_is_replaced(home: Home) -> None:
    async def steps(pool: PoolEngine) -> None:
        (keeper,) = keepers()
        lane = pool._serving()
        lane.generation.swollen = True
        await pool.refresh()
        assert pool._serving() is not lane
        assert await version(pool) == 1

        async def gone() -> bool:
            return keeper not in keepers()

        await eventually(gone)

    run(home, steps)


def test_no_process_of_the_pool_knows_the_token(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILLE_TOKEN", "very-secret")

    async def steps(_pool: PoolEngine) -> None:
        (keeper,) = keepers()
        for pid in [keeper, *children(keeper)]:
            assert b"very-secret" not in Path(f"/proc/{pid}/environ").read_bytes()
            assert b"very-secret" not in Path(f"/proc/{pid}/cmdline").read_bytes()

    run(home, steps)


def test_a_worker_holds_its_socket_and_nothing_else(home: Home) -> None:
    async def steps(_pool: PoolEngine) -> None:
        (keeper,) = keepers()

        async def confined() -> bool:
            limits = [Path(f"/proc/{pid}/limits").read_text() for pid in children(keeper)]
            return all("Max open files            4                    4" in text for text in limits)

        await eventually(confined)
        for pid in children(keeper):
            held = {int(entry.name): str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir()}
            assert held.keys() == {0, 1, 2, 3}
            assert {held[0], held[1], held[2]} == {"/dev/null"}
            assert held[3].startswith("socket:")

    run(home, steps)


def test_a_new_release_is_picked_up_without_dropping_a_query(home: Home) -> None:
    async def steps(pool: PoolEngine) -> None:
        first = pool.release
        streaming = await pool.query(QueryRequest(LONG, bindings_format="text/csv"))
        await anext(streaming.chunks)
        seen = set()

        async def reader() -> None:
            while pool.release == first or len(seen) < 2:
                seen.add(await version(pool))

        readers = [asyncio.create_task(reader()) for _ in range(4)]
        await asyncio.to_thread(publish, home, 2)
        await asyncio.wait_for(asyncio.gather(*readers), 10)
        assert seen == {1, 2}
        assert streaming.release == first
        assert (await body(streaming)).count(b"\n") > 80_000

    run(home, steps)


def test_a_write_is_served_by_the_same_keeper(home: Home) -> None:
    async def steps(pool: PoolEngine) -> None:
        before = keepers()
        slow = await pool.query(QueryRequest(LONG, bindings_format="text/csv"))
        for number in range(2, 7):
            parent = home.current()
            assert parent is not None
            old, new = (f'<http://x/version> <http://x/p> "{one}" <http://g/1> .' for one in (number - 1, number))
            home.write(parent, [new], [old])
            await pool.refresh()
            assert await version(pool) == number
            assert (await ask(pool, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")).split()[1] == b"301"
        assert keepers() == before
        assert (await body(slow)).count(b"\n") > 80_000
        await pool.refresh()
        current = home.current()
        assert current is not None
        assert pool.release == current.id

    run(home, steps, PoolLimits(poll=60))


def test_writes_are_tried_by_workers_and_read_at_once(home: Home) -> None:
    async def steps(pool: PoolEngine) -> None:
        before = keepers()
        readers = [asyncio.create_task(ask(pool, LONG)) for _ in range(3)]
        for number in range(2, 8):
            text = f"""
            DELETE {{ GRAPH <http://g/1> {{ <http://x/version> ?p ?o }} }}
            INSERT {{ GRAPH <http://g/1> {{ <http://x/version> ?p "{number}" }} }}
            WHERE {{ <http://x/version> ?p ?o }}"""
            written = await pool.write(UpdateRequest(text))
            assert (written.changed, written.added, written.removed) == (True, 1, 1)
            assert written.release == pool.release
            assert await version(pool) == number
        document = b"<http://x/new> <http://x/p> 'new' ."
        change = GraphChange("PUT", "http://g/new", (("text/turtle", document, None),))
        first, again = await pool.write(change), await pool.write(change)
        assert (first.changed, first.existed, again.changed, again.existed) == (True, False, False, True)
        assert (await ask(pool, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")).split()[1] == b"302"
        assert len({len(answer) for answer in await asyncio.gather(*readers)}) == 1
        assert keepers() == before

    run(home, steps, PoolLimits(poll=60))
    current = home.current()
    assert current is not None
    assert current.manifest.quads == 302


def test_writes_that_fail_change_nothing(home: Home) -> None:
    cases: list[tuple[type[QueryError], UpdateRequest | GraphChange]] = [
        (QuerySyntaxError, UpdateRequest("INSERT DATA {\n <http://a> }")),
        (QueryRefused, UpdateRequest("LOAD <http://127.0.0.1:9/>")),
        (QuerySyntaxError, GraphChange("PUT", "http://g/new", (("text/turtle", b"<http://a> <", None),))),
        (
            QueryTimeout,
            UpdateRequest(f"INSERT {{ <http://a> <http://b> ?n }} WHERE {{ {{ {RUNAWAY} }} }}", timeout=0.5),
        ),
    ]

    async def steps(pool: PoolEngine) -> None:
        before = pool.release
        for kind, change in cases:
            with pytest.raises(kind) as caught:
                await pool.write(change)
            if kind is QuerySyntaxError:
                assert isinstance(caught.value, QuerySyntaxError)
                assert caught.value.line
        assert pool.release == before
        assert await version(pool) == 1

    run(home, steps)
    assert len(home.releases()) == 1


def test_a_release_that_cannot_be_loaded_is_passed_over(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    async def steps(pool: PoolEngine) -> None:
        first = pool.release
        damaged = await asyncio.to_thread(publish, home, 2)
        damaged.dump.write_bytes(b"garbage")
        with pytest.raises(ReleaseError):
            await pool.refresh()
        assert (pool.release, await version(pool)) == (first, 1)
        third = await asyncio.to_thread(publish, home, 3)
        await pool.refresh()
        assert (pool.release, await version(pool)) == (third.id, 3)

    run(home, steps, PoolLimits(poll=60))
    assert "cannot be read" in caplog.text


def test_kept_releases_can_be_asked(home: Home) -> None:
    async def steps(pool: PoolEngine) -> None:
        kept = [pool.release]
        for number in (2, 3, 4):
            await asyncio.to_thread(publish, home, number)
            await pool.refresh()
            kept.append(pool.release)
        for _ in range(2):
            assert [await version(pool, release=release) for release in kept] == [1, 2, 3, 4]
        asked = await pool.query(QueryRequest(VERSION, release=kept[0]))
        assert asked.release == kept[0]
        await body(asked)
        with pytest.raises(ReleaseError):
            await pool.query(QueryRequest(VERSION, release="0" * 16))

        async def few() -> bool:
            return len(keepers()) <= 3

        await eventually(few)

    run(home, steps, PoolLimits(poll=60))


def test_a_large_release_is_read_from_disk(home: Home) -> None:
    async def steps(pool: PoolEngine) -> None:
        assert await version(pool) == 1
        with pytest.raises(QueryTimeout):
            await pool.query(QueryRequest(RUNAWAY, timeout=0.3))
        assert (await ask(pool, LONG)).count(b"\n") == 301 * 301 + 1
        parent = home.current()
        assert parent is not None
        assert parent.store_path.is_dir()
        with pytest.raises(QueryRefused, match="disk"):
            await pool.write(UpdateRequest("CLEAR ALL"))
        home.write(parent, ['<http://x/new> <http://x/p> "new" .'], [])
        await pool.refresh()
        assert (await ask(pool, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")).split()[1] == b"302"

    run(home, steps, PoolLimits(memory_quads=10, poll=60))


def test_closing_lets_a_query_end_and_leaves_no_process(home: Home) -> None:
    async def go() -> None:
        pool = PoolEngine(home, QUICK)
        await pool.start()
        answer = await pool.query(QueryRequest(LONG, bindings_format="text/csv"))
        reading = asyncio.create_task(body(answer))
        runaway = asyncio.create_task(pool.query(QueryRequest(RUNAWAY, timeout=0.5)))
        await asyncio.sleep(0)
        await pool.close()
        assert (await reading).count(b"\n") == 301 * 301 + 1
        with pytest.raises((QueryTimeout, EngineBusy)):
            await runaway
        with pytest.raises(EngineBusy):
            await pool.query(QueryRequest("ASK {}"))
        assert keepers() == []

    asyncio.run(go())


def test_closing_waits_no_longer_than_the_drain_time(home: Home) -> None:
    async def go() -> None:
        pool = PoolEngine(home, PoolLimits(drain=0.2))
        await pool.start()
        runaway = asyncio.create_task(pool.query(QueryRequest(RUNAWAY)))
        await asyncio.sleep(0.05)
        before = time.monotonic()
        await pool.close()
        assert time.monotonic() - before < 1.5
        with pytest.raises(EngineBusy):
            await runaway
        assert keepers() == []

    asyncio.run(go())


def test_a_home_without_a_release_cannot_start(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="maille build"):
        asyncio.run(PoolEngine(Home(tmp_path)).start())


def test_a_damaged_release_cannot_start(home: Home) -> None:
    current = home.current()
    assert current is not None
    current.dump.write_bytes(b"garbage")
    with pytest.raises(ReleaseError):
        asyncio.run(PoolEngine(home).start())
    assert keepers() == []
