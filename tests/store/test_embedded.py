"""The engine that runs in this process, over a store of six quads."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from pyoxigraph import RdfFormat, Store, parse

from maille.ontology.errors import (
    EngineBusy,
    NotAcceptable,
    QueryError,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    ReleaseError,
)
from maille.store.embedded import EmbeddedEngine
from maille.store.engine import BINDINGS_FORMATS, GRAPH_FORMATS, Answer, QueryRequest

DATA = """
<http://x/a> <http://x/p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <http://g/1> .
<http://x/a> <http://www.w3.org/2004/02/skos/core#prefLabel> "é \\"a\\""@fr <http://g/1> .
<http://x/a> <https://w3id.org/maille/def#siren> "1" <http://g/1> .
<http://x/b> <http://x/p> <http://x/a> <http://g/2> .
<http://x/b> <http://x/q> "x\\ny" <http://g/2> .
<http://x/c> <http://x/p> "default" .
"""
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(13)) + " }"


def engine(**options: int) -> EmbeddedEngine:
    store = Store()
    store.bulk_load(input=DATA.encode(), format=RdfFormat.N_QUADS)
    return EmbeddedEngine.over(store, "r1", **options)


async def body(answer: Answer) -> bytes:
    return b"".join([chunk async for chunk in answer.chunks])


def ask(text: str, **options: Any) -> tuple[Answer, bytes]:
    async def go() -> tuple[Answer, bytes]:
        answer = await engine().query(QueryRequest(text, **options))
        return answer, await body(answer)

    return asyncio.run(go())


def rows(text: str, **options: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(ask(text, bindings_format="text/csv", **options)[1].decode())))[1:]


@pytest.mark.parametrize("media_type", BINDINGS_FORMATS)
@pytest.mark.parametrize(
    ("query", "form"), [("SELECT ?o { ?s <http://x/q> ?o }", "SELECT"), ("ASK { ?s ?p ?o }", "ASK")]
)
def test_every_format_of_bindings(media_type: str, query: str, form: str) -> None:
    answer, content = ask(query, bindings_format=media_type)
    assert (answer.form, answer.media_type, answer.release, answer.stable) == (form, media_type, "r1", True)
    if media_type.endswith("json"):
        assert json.loads(content).keys() == ({"head", "results"} if form == "SELECT" else {"head", "boolean"})
    elif media_type.endswith("xml"):
        ET.fromstring(content)  # noqa: S314
    else:
        assert (b"x\ny" in content or b"x\\ny" in content) if form == "SELECT" else content == b"true"


@pytest.mark.parametrize("media_type", GRAPH_FORMATS)
@pytest.mark.parametrize("query", ["CONSTRUCT WHERE { ?s ?p ?o }", "DESCRIBE ?s { ?s ?p ?o }"])
def test_every_format_of_graphs(media_type: str, query: str) -> None:
    answer, content = ask(query, graph_format=media_type)
    syntax = RdfFormat.from_media_type(media_type)
    assert answer.form == query.split()[0]
    assert syntax is not None
    assert len(list(parse(content, syntax))) == 6


def test_turtle_has_the_prefixes_it_uses_and_no_other() -> None:
    content = ask("CONSTRUCT WHERE { <http://x/a> ?p ?o }")[1].decode()
    assert "@prefix maille: <https://w3id.org/maille/def#> ." in content
    assert "maille:siren" in content
    assert "@prefix foaf:" not in content


def test_turtle_is_written_under_the_base_of_the_release() -> None:
    async def go() -> bytes:
        store = Store()
        store.bulk_load(input=b'<http://x/a> <https://own.example/def#siren> "1" .', format=RdfFormat.N_QUADS)
        own = EmbeddedEngine.over(store, "r1", base="https://own.example/")
        return await body(await own.query(QueryRequest("CONSTRUCT WHERE { ?s ?p ?o }")))

    assert b"maille:siren" in asyncio.run(go())


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [("SELECT * { ?s ?p ?o } LIMIT x", 1, 29), ("SELECT * {\n ?s ?p é }", 2, None), ("", 1, 1), ("\ud800", 1, 1)],
)
def test_what_is_no_sparql_is_told_with_its_place(query: str, line: int, column: int | None) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        ask(query)
    assert caught.value.line == line
    assert column is None or caught.value.column == column
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "query",
    [
        "INSERT DATA { <http://a> <http://b> 1 }",
        "SELECT * { ?s ?p '\x00' }",
        "SELECT ?s FROM <rel> {}",
        "ASK { <a> ?p 1 }",
    ],
)
def test_other_bad_queries_are_syntax_errors(query: str) -> None:
    with pytest.raises(QuerySyntaxError):
        ask(query)


@pytest.mark.parametrize("options", [{"default_graphs": ("not an iri",)}, {"base_iri": "zzz"}])
def test_bad_parameters_are_query_errors(options: dict[str, Any]) -> None:
    with pytest.raises(QueryError):
        ask("ASK {}", **options)


@pytest.mark.parametrize("query", ["ASK { SERVICE <http://127.0.0.1:9/> {} }", "ASK {" + "{" * 500 + "}" * 500 + "}"])
def test_what_is_refused(query: str) -> None:
    with pytest.raises(QueryRefused):
        ask(query)


@pytest.mark.parametrize(
    ("query", "options", "alternatives"),
    [
        ("SELECT * {}", {"bindings_format": None}, tuple(BINDINGS_FORMATS)),
        ("ASK {}", {"bindings_format": "text/turtle"}, tuple(BINDINGS_FORMATS)),
        ("CONSTRUCT WHERE {}", {"graph_format": None}, tuple(GRAPH_FORMATS)),
    ],
)
def test_no_format_is_not_acceptable(query: str, options: dict[str, Any], alternatives: tuple[str, ...]) -> None:
    with pytest.raises(NotAcceptable) as caught:
        ask(query, **options)
    assert caught.value.alternatives == alternatives


def test_an_unknown_function_is_an_expression_error() -> None:
    query = "SELECT (<http://f/1>(?s) AS ?x) (COALESCE(<http://f/2>(1), 'none') AS ?y) { ?s <http://x/q> ?o }"
    assert rows(query) == [["", "none"]]


def test_now_is_not_stable() -> None:
    assert not ask("SELECT (NOW() AS ?x) {}")[0].stable


@pytest.mark.parametrize(
    ("query", "options", "expected"),
    [
        (COUNT, {}, "6"),
        (COUNT, {"union_default_graph": False}, "1"),
        ("SELECT (COUNT(*) AS ?n) FROM <http://g/1> { ?s ?p ?o }", {}, "3"),
        ("SELECT (COUNT(*) AS ?n) FROM NAMED <http://g/1> { ?s ?p ?o }", {}, "0"),
        ("SELECT (COUNT(*) AS ?n) FROM NAMED <http://g/1> { GRAPH ?g { ?s ?p ?o } }", {}, "3"),
        ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", {}, "5"),
        (COUNT, {"default_graphs": ("http://g/2",)}, "2"),
        (COUNT, {"default_graphs": ("http://g/1", "http://g/2")}, "5"),
        (COUNT, {"named_graphs": ("http://g/2",)}, "0"),
        ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", {"default_graphs": ("http://g/2",)}, "0"),
        ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", {"named_graphs": ("http://g/2",)}, "2"),
        ("SELECT (COUNT(*) AS ?n) FROM <http://g/1> { ?s ?p ?o }", {"default_graphs": ("http://g/2",)}, "2"),
    ],
)
def test_the_data_set_of_a_query(query: str, options: dict[str, Any], expected: str) -> None:
    assert rows(query, **options) == [[expected]]


def test_relative_iris_resolve_against_the_base() -> None:
    assert rows("SELECT ?o { <b> <q> ?o }", base_iri="http://x/") == [["x\ny"]]


def test_a_query_past_its_deadline_is_told_so() -> None:
    with pytest.raises(QueryTimeout):
        ask(RUNAWAY, timeout=0.1)


def run(steps: Callable[[EmbeddedEngine], Coroutine[Any, Any, None]], **options: int) -> None:
    asyncio.run(steps(engine(**options)))


def test_a_full_queue_is_busy_and_waiting_in_it_ends_too() -> None:
    async def steps(busy: EmbeddedEngine) -> None:
        long = asyncio.create_task(busy.query(QueryRequest(RUNAWAY, timeout=0.4)))
        await asyncio.sleep(0.05)
        waiting = asyncio.create_task(busy.query(QueryRequest("ASK {}", timeout=0.1)))
        await asyncio.sleep(0)
        with pytest.raises(EngineBusy):
            await busy.query(QueryRequest("ASK {}"))
        with pytest.raises(EngineBusy):
            await waiting
        with pytest.raises(QueryTimeout):
            await long
        assert await body(await busy.query(QueryRequest("ASK {}", bindings_format="text/csv"))) == b"true"

    run(steps, threads=1, queue=1)


LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r }"


def test_a_long_answer_comes_in_parts_as_it_is_read() -> None:
    async def steps(one: EmbeddedEngine) -> None:
        answer = await one.query(QueryRequest(LONG, bindings_format="text/csv"))
        sizes = [len(chunk) async for chunk in answer.chunks]
        assert len(sizes) > 10
        assert max(sizes) < 100_000

    run(steps)


def test_an_answer_nobody_reads_on_frees_its_thread() -> None:
    async def steps(one: EmbeddedEngine) -> None:
        answer = await one.query(QueryRequest(LONG))
        await anext(answer.chunks)
        await answer.chunks.aclose()  # type: ignore[attr-defined]
        with pytest.raises(QueryError):
            async for _ in answer.chunks:
                pass
        await one.query(QueryRequest("ASK {}", timeout=5))

    run(steps, threads=1)


def test_a_deadline_in_the_middle_of_an_answer_raises() -> None:
    async def steps(one: EmbeddedEngine) -> None:
        answer = await one.query(QueryRequest(LONG, timeout=0.3))
        await anext(answer.chunks)
        await asyncio.sleep(0.4)
        with pytest.raises(QueryTimeout):
            async for _ in answer.chunks:
                pass

    run(steps, threads=1)


def test_cancelling_a_query_frees_its_thread() -> None:
    async def steps(one: EmbeddedEngine) -> None:
        task = asyncio.create_task(one.query(QueryRequest(RUNAWAY)))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await one.query(QueryRequest("ASK {}", timeout=5))

    run(steps, threads=1)


def test_before_start_and_after_close_it_is_busy() -> None:
    async def steps(one: EmbeddedEngine) -> None:
        await one.start()
        await one.close()
        with pytest.raises(EngineBusy):
            await one.query(QueryRequest("ASK {}"))

    run(steps)


def test_a_home_without_a_release_cannot_start() -> None:
    class Empty:
        def current(self) -> None:
            return None

    with pytest.raises(ReleaseError, match="maille build"):
        asyncio.run(EmbeddedEngine(Empty()).start())
