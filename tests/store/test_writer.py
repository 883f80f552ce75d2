"""A write from the engine's point of view: tried, judged, published, served; and what others do meanwhile."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import TypeVar

import pytest

from maille.ontology import iris
from maille.ontology.errors import (
    EngineBusy,
    QuerySyntaxError,
    QueryTimeout,
    ReleaseError,
    ReleaseMoved,
    WriteConflict,
    WriteRefused,
)
from maille.ontology.terms import PROV
from maille.store.attempt import Attempt
from maille.store.change import Change, Delta, GraphChange, UpdateRequest
from maille.store.embedded import EmbeddedEngine
from maille.store.engine import QueryRequest
from maille.store.release import Draft, Home, Release
from maille.store.writer import Writer
from maille.store.writing import WritableEngine, Written

T = TypeVar("T")

META, COG = iris.graph("meta").value, iris.graph("cog", "2026").value
BASE_LINES = [
    f"<{COG}> {PROV.wasDerivedFrom} <https://w3id.org/maille/source/cog/2026> <{META}> .",
    f'<u:lyon> <u:name> "Lyon" <{COG}> .',
]
INSERT = 'INSERT DATA {{ GRAPH <u:mine> {{ <u:s{0}> <u:p> "{0}" }} }}'


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.publish(Draft(BASE_LINES, None, with_store=False))
    return home


def current(home: Home) -> Release:
    release = home.current()
    assert release is not None
    return release


def over(home: Home, work: Callable[[EmbeddedEngine], Awaitable[T]]) -> T:
    """Run `work` with an engine that has started."""

    async def go() -> T:
        engine = EmbeddedEngine(home)
        await engine.start()
        try:
            return await work(engine)
        finally:
            await engine.close()

    return asyncio.run(go())


def write(home: Home, change: Change, **options: object) -> Written:
    return over(home, lambda engine: engine.write(change, **options))  # type: ignore[arg-type]


async def values(engine: EmbeddedEngine) -> tuple[str, list[str]]:
    """Return the release that answered, and every value of `u:p`, sorted."""
    query = QueryRequest("SELECT ?o { ?s <u:p> ?o } ORDER BY ?o", bindings_format="text/csv")
    answer = await engine.query(query)
    text = b"".join([chunk async for chunk in answer.chunks]).decode()
    return answer.release, [row[0] for row in csv.reader(io.StringIO(text))][1:]


def test_the_embedded_engine_takes_writes(home: Home) -> None:
    assert isinstance(EmbeddedEngine(home), WritableEngine)


def test_a_write_is_published_and_served_before_the_answer(home: Home) -> None:
    parent = current(home)

    async def work(engine: EmbeddedEngine) -> None:
        written = await engine.write(UpdateRequest(INSERT.format(1)))
        assert await values(engine) == (written.release, ["1"])
        assert (written.changed, written.added, written.removed) == (True, 1, 0)
        assert engine.release == written.release == current(home).id

    over(home, work)
    assert current(home).manifest.parent == parent.id
    assert list(current(home).lines()) == sorted([*BASE_LINES, '<u:s1> <u:p> "1" <u:mine> .'])


def test_a_write_that_changes_nothing_makes_no_release(home: Home) -> None:
    first = write(home, UpdateRequest(INSERT.format(1)))
    again = write(home, UpdateRequest(INSERT.format(1)))
    assert (again.release, again.changed) == (first.release, False)
    assert len(home.releases()) == 2


def test_each_write_is_a_release_over_the_one_before(home: Home) -> None:
    async def work(engine: EmbeddedEngine) -> list[str]:
        return [(await engine.write(UpdateRequest(INSERT.format(n)))).release for n in range(3)]

    ids = over(home, work)
    assert [release.id for release in home.releases()][1:] == ids
    for release in home.releases():
        release.verify()


@pytest.mark.parametrize(
    "change",
    [
        UpdateRequest(f"CLEAR GRAPH <{COG}>"),
        UpdateRequest(f'INSERT DATA {{ GRAPH <{META}> {{ <u:g> <u:p> "x" }} }}'),
        UpdateRequest(f"INSERT DATA {{ GRAPH <{META}> {{ <u:mine> {PROV.wasDerivedFrom} <u:me> }} }}"),
        GraphChange("PUT", COG, (("text/turtle", b"", None),)),
        GraphChange("DELETE", META),
    ],
)
def test_the_graphs_of_sources_are_not_written(home: Home, change: Change) -> None:
    before = current(home).id
    with pytest.raises(WriteConflict):
        write(home, change)
    assert current(home).id == before


def test_they_are_protected_under_another_base_too(tmp_path: Path) -> None:
    base = "https://data.example.org/"
    home = Home(tmp_path)
    home.publish(Draft(BASE_LINES, None, base_iri=base, with_store=False))
    with pytest.raises(WriteConflict):
        write(home, GraphChange("DELETE", f"{base}graph/cog/2026"))
    # Nothing of ours is under the default base there.
    assert not write(home, GraphChange("DELETE", COG)).existed


def test_a_change_that_fails_leaves_everything_as_it_was(home: Home) -> None:
    async def work(engine: EmbeddedEngine) -> None:
        before = engine.release
        for text in ("INSERT NOTHING", f"{INSERT.format(1)} ; CLEAR GRAPH <{COG}>"):
            with pytest.raises((QuerySyntaxError, WriteConflict)):
                await engine.write(UpdateRequest(text))
        assert await values(engine) == (before, [])
        assert (await engine.write(UpdateRequest(INSERT.format(1)))).changed

    over(home, work)


def test_what_others_published_is_served_first(home: Home) -> None:
    async def work(engine: EmbeddedEngine) -> None:
        home.write(current(home), ['<u:s> <u:p> "other" <u:theirs> .'], [])
        written = await engine.write(UpdateRequest(INSERT.format(1)))
        assert await values(engine) == (written.release, ["1", "other"])

    over(home, work)


def test_a_write_may_name_the_release_it_is_for(home: Home) -> None:
    parent = current(home).id
    assert write(home, UpdateRequest(INSERT.format(1)), over=parent).changed
    with pytest.raises(ReleaseMoved):
        write(home, UpdateRequest(INSERT.format(2)), over=parent)


def test_an_engine_without_a_home_takes_no_writes(home: Home) -> None:
    engine = EmbeddedEngine.over(current(home).load_memory(), "r")
    with pytest.raises(ReleaseError):
        asyncio.run(engine.write(UpdateRequest(INSERT.format(1))))


def test_a_write_past_its_deadline_leaves_nothing(home: Home) -> None:
    cross = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(13))
    runaway = f"INSERT {{ GRAPH <u:mine> {{ <u:s> <u:p> ?n }} }} WHERE {{ SELECT (COUNT(*) AS ?n) {{ {cross} }} }}"

    async def work(engine: EmbeddedEngine) -> None:
        # A few statements more make the product endless.
        await engine.write(UpdateRequest(" ; ".join(INSERT.format(n) for n in range(20))))
        before = engine.release
        with pytest.raises(QueryTimeout):
            await engine.write(UpdateRequest(runaway, timeout=0.3))
        assert engine.release == before == current(home).id
        assert (await engine.write(UpdateRequest(INSERT.format("after")))).changed

    over(home, work)


class Slow:
    """A side that serves nothing and takes its time; another writer publishes during each of the first attempts."""

    def __init__(self, home: Home, others: int = 0, pause: float = 0.0) -> None:
        self.home, self.others, self.pause = home, others, pause
        self.adopted: list[str] = []

    async def catch_up(self) -> Release:
        return current(self.home)

    async def attempt(self, change: Change, *, judged: bool) -> Attempt:
        del change, judged
        await asyncio.sleep(self.pause)
        if self.others:
            self.others -= 1
            self.home.write(current(self.home), [f'<u:o> <u:p> "{self.others}" <u:theirs> .'], [])
        return Attempt(Delta((f'<u:s> <u:p> "{len(self.adopted)}" <u:mine> .',)))

    async def adopt(self, release: Release, delta: Delta) -> None:
        del delta
        self.adopted.append(release.id)


CHANGE = UpdateRequest("INSERT DATA {}")


def run(work: Coroutine[None, None, T]) -> T:
    return asyncio.run(work)


def test_a_change_is_tried_again_where_others_were_quicker(home: Home) -> None:
    side = Slow(home, others=3)
    written = run(Writer(home, side).write(CHANGE))
    assert side.adopted == [written.release] == [current(home).id]
    assert len(home.releases()) == 5


def test_it_is_not_tried_for_ever(home: Home) -> None:
    with pytest.raises(ReleaseMoved):
        run(Writer(home, Slow(home, others=1_000)).write(CHANGE))


def test_writes_wait_in_a_queue_that_is_bounded(home: Home) -> None:
    async def work() -> list[object]:
        writer = Writer(home, Slow(home, pause=0.05), queue=3)
        return await asyncio.gather(*(writer.write(CHANGE) for _ in range(6)), return_exceptions=True)

    outcomes = run(work())
    # One has its turn at once, three wait for theirs.
    assert sorted(type(one).__name__ for one in outcomes) == ["EngineBusy"] * 2 + ["Written"] * 4


def test_a_write_waits_no_longer_than_its_time(home: Home) -> None:
    async def work() -> None:
        writer = Writer(home, Slow(home, pause=0.3))
        first = asyncio.ensure_future(writer.write(CHANGE))
        await asyncio.sleep(0.05)
        with pytest.raises(EngineBusy):
            await writer.write(UpdateRequest("", timeout=0.05))
        assert (await first).changed

    run(work())


def test_a_client_that_leaves_takes_back_a_write_that_waits_and_no_other(home: Home) -> None:
    async def work() -> None:
        side = Slow(home, pause=0.2)
        writer = Writer(home, side)
        first, second = (asyncio.ensure_future(writer.write(CHANGE)) for _ in range(2))
        await asyncio.sleep(0.05)
        first.cancel()
        second.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
        await writer.settle()
        assert side.adopted == [current(home).id]

    run(work())


COMMUNE = "<https://w3id.org/maille/id/commune/69123> a <http://rdf.insee.fr/def/geo#Commune>"
ILL_FORMED = UpdateRequest(f"INSERT DATA {{ GRAPH <u:mine> {{ {COMMUNE} }} }}")


def test_the_shapes_may_report_what_a_write_would_leave(home: Home) -> None:
    written = write(home, ILL_FORMED, validation="report")
    assert written.changed
    assert written.report is not None
    assert written.report.violations
    assert {result.focus.value for result in written.report.results} == {"https://w3id.org/maille/id/commune/69123"}


def test_the_shapes_may_refuse_it(home: Home) -> None:
    before = current(home).id
    with pytest.raises(WriteRefused) as caught:
        write(home, ILL_FORMED, validation="refuse")
    assert caught.value.details
    assert all("commune/69123" in line for line in caught.value.details)
    assert current(home).id == before


def test_off_they_are_not_asked(home: Home) -> None:
    assert write(home, ILL_FORMED).report is None


def test_what_is_gone_or_known_to_no_shape_is_fine(home: Home) -> None:
    write(home, ILL_FORMED)
    removed = write(home, GraphChange("DELETE", "u:mine"), validation="refuse")
    assert removed.changed
    star = UpdateRequest("INSERT DATA { GRAPH <u:mine> { <u:s> <u:p> <<( <u:s> <u:p> 1 )>> } }")
    assert write(home, star, validation="refuse").changed


def test_readers_see_only_states_that_existed(home: Home) -> None:
    async def work(engine: EmbeddedEngine) -> None:
        states: dict[str, list[str]] = {engine.release: []}
        seen: list[tuple[str, list[str]]] = []
        done = asyncio.Event()

        async def read() -> None:
            while not done.is_set():
                seen.append(await values(engine))

        readers = [asyncio.ensure_future(read()) for _ in range(4)]
        for n in range(50):
            # Each write replaces a pair: no reader may see one of the two.
            text = (
                f"DELETE {{ GRAPH <u:mine> {{ ?s <u:p> ?o }} }} WHERE {{ GRAPH <u:mine> {{ ?s <u:p> ?o }} }} ; "
                f'INSERT DATA {{ GRAPH <u:mine> {{ <u:s> <u:p> "{n:02}" , "{n:02} too" }} }}'
            )
            written = await engine.write(UpdateRequest(text))
            states[written.release] = [f"{n:02}", f"{n:02} too"]
        done.set()
        await asyncio.gather(*readers)
        assert len(states) == 51
        assert len(seen) > 50
        assert all(states[release] == found for release, found in seen)

    over(home, work)
