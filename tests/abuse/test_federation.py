"""Endpoints that misbehave cost the query that asks them its time at most, and nobody else anything."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator

import pytest

from maille.store.release import Home
from tests.loaders.misbehaving import Behaviour, Server, answer, serving

from .conftest import attacked, settles
from .federated import RESULTS, SOUND, endless, held, listed, query, redirect, sound, trickling
from .target import Target

FAILED = (502, "service-failed")
LATE = (504, "query-timeout")
TIMEOUT = 4.0
MARGIN = 2.0
ROW = '{"s":{"type":"uri","value":"urn:t:1"},"name":{"type":"literal","value":"one"}}'


def rows(count: int) -> bytes:
    body = ",".join([ROW] * count)
    return f'{{"head":{{"vars":["s","name"]}},"results":{{"bindings":[{body}]}}}}'.encode()


def behaviours(server: Server) -> dict[str, list[Behaviour]]:
    """Return what each endpoint does."""
    return {
        "good": [sound()],
        "held": [held(server)],
        "trickling": [trickling(server)],
        "endless": [endless(server)],
        "huge": [sound(rows(60_000))],
        "bomb": [answer(gzip.compress(b" " * (64 << 20)), Content_Type=RESULTS, Content_Encoding="gzip")],
        "tenthousand": [sound(rows(1000))],
        "header": [sound(X_SPARQL_MaxRows="1")],
        "partial": [sound(X_SQL_State="S1TAT")],
        "short": [answer(SOUND[:40], length=len(SOUND), Content_Type=RESULTS)],
        "broken": [sound(SOUND[:-9])],
        "html": [answer(b"<html>", Content_Type="text/html")],
        "xml": [answer(b"<sparql/>", Content_Type="application/sparql-results+xml")],
        "empty": [sound(b"")],
        "deep": [sound(b'{"head":' + b"[" * 200_000)],
        "odd": [sound(SOUND.replace(b"urn:t:1", b"not an iri> } #"))],
        "coded": [sound(Content_Encoding="br")],
        "notgzip": [sound(Content_Encoding="gzip")],
        "nothttp": [lambda _asked, write: write(b"SSH-2.0-OpenSSH_9\r\n")],
        "closed": [lambda _asked, _write: None],
        "headers": [lambda _asked, write: write(b"HTTP/1.1 200 OK\r\n" + b"X: " + b"a" * 100_000 + b"\r\n\r\n")],
        "refusing": [answer(b"no", "400 Bad Request")],
        "failing": [answer(b"no", "500 Internal Server Error")],
        "round": [redirect(server.url("/round"))],
        "busyonce": [answer(status="503 Service Unavailable", Retry_After="0"), sound()],
        "busylong": [answer(status="429 Too Many Requests", Retry_After="3600")],
        "gone": [],
        "again": [held(server)],
    }


@pytest.fixture(scope="module")
def remote() -> Iterator[Server]:
    with serving() as made:
        yield made


@pytest.fixture(scope="module")
def federating(small_home: Home, remote: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    addresses = {}
    for name, found in behaviours(remote).items():
        addresses[name] = remote.behave(f"/{name}", *found) if found else f"http://127.0.0.1:{closed_port()}/"
    options = {"timeout": "60.0", "tries": "2", "allow_private": "true", "expiry": "0", "rate": "1000"}
    limits = {"max_rows": "20000", "max_bytes": "8000000", "truncates_at": "[1000]"}
    services = listed(tmp_path_factory.mktemp("services"), addresses, **options, **limits)
    with attacked(small_home.path, MAILLE_SERVICES=services) as target:
        for _ in range(20):
            target.look_up()
        target.get(query("good"))
        target.baseline = (len(target.family()), target.files(), target.memory())
        yield target


@pytest.fixture
def target(federating: Target) -> Iterator[Target]:
    """Give the service to a test, with cheap queries beside it all the time."""
    with federating.beside() as beside:
        yield federating
    assert not beside.failures
    assert max(beside.seconds) < MARGIN
    settles(federating)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def test_a_sound_endpoint_is_joined(target: Target) -> None:
    reply = target.get(query("good", tail="# first"))
    assert reply.values == ["one"]
    assert reply.headers["cache-control"] == "no-store"
    assert "etag" not in reply.headers


@pytest.mark.parametrize("name", ["held", "trickling"])
def test_an_endpoint_that_never_ends_costs_the_time_of_its_query(target: Target, name: str) -> None:
    reply = target.get(query(name))
    assert reply.outcome == LATE
    assert reply.seconds < TIMEOUT + MARGIN
    shorter = target.get(query(name), timeout="1")
    assert shorter.outcome == LATE
    assert shorter.seconds < 1 + MARGIN


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("endless", "bytes (max_bytes)"),
        ("huge", "rows (max_rows)"),
        ("bomb", "bytes (max_bytes)"),
        ("tenthousand", "1,000 rows, where it is known to cut"),
        ("header", "X-SPARQL-MaxRows"),
        ("partial", "X-SQL-State"),
        ("short", "ended"),
        ("broken", "cannot be read"),
        ("html", "text/html"),
        ("xml", "application/sparql-results+xml"),
        ("empty", "cannot be read"),
        ("deep", "nests too deep"),
        ("odd", "Invalid IRI"),
        ("coded", "'br'"),
        ("notgzip", "gzip"),
        ("nothttp", ""),
        ("closed", ""),
        ("headers", ""),
        ("refusing", "400"),
        ("failing", "500"),
        ("round", "redirects more than 5 times"),
        ("busylong", "no time to ask again"),
        ("gone", "nothing listens there"),
    ],
)
def test_what_is_no_whole_answer_is_told(target: Target, name: str, reason: str) -> None:
    reply = target.get(query(name))
    assert reply.outcome == FAILED
    assert reason in reply.body.decode(), reply.body
    assert reply.seconds < TIMEOUT + MARGIN
    silenced = target.get(query(name, "SILENT"))
    assert silenced.status == 200
    assert silenced.body.count(b"bindings") == 1
    assert silenced.values == []


def test_a_busy_endpoint_is_asked_again_when_it_says(target: Target, remote: Server) -> None:
    assert target.get(query("busyonce")).values == ["one"]
    assert len([asked for asked in remote.asked if asked.path == "/busyonce"]) == 2


def test_a_silent_clause_leaves_time_for_the_rest(target: Target) -> None:
    clause = query("again", "SILENT").partition("{")[2].rstrip(" }").replace("?name", "?other")
    reply = target.get(f"SELECT ?name {{ <urn:t:7> <urn:p:name> ?name . {clause} }} }}")
    assert reply.values == ["name 7"]
    assert reply.seconds < TIMEOUT + 0.5


def test_many_that_wait_for_a_dead_endpoint_disturb_nobody(target: Target) -> None:
    replies = target.all_at_once(lambda number: target.get(query("held", tail=f"# {number}"), timeout="2"), 40)
    assert {reply.outcome for reply in replies if reply} <= {LATE, FAILED}
    assert max(reply.seconds for reply in replies if reply) < 2 + MARGIN
    assert target.get(query("good", tail="# after")).values == ["one"]


def test_an_endpoint_that_keeps_failing_is_left_alone(target: Target, remote: Server) -> None:
    for number in range(8):
        assert target.get(query("failing", tail=f"# {number}")).outcome == FAILED
    before = len(remote.asked)
    reply = target.get(query("failing", tail="# again"))
    assert "left alone" in reply.body.decode()
    assert len(remote.asked) == before


HOSTILE = [
    "SELECT * { " + " ".join(["SERVICE <http://good.example/sparql> { ?s ?p ?o }"] * 17) + " }",
    "SELECT * { " + "{" * 150 + "SERVICE <http://good.example/sparql> { ?s ?p ?o }" + "}" * 150 + " }",
    "SELECT * { SERVICE <http://good.example/sparql> { ?s ?p ?o FILTER(?o = " + "(" * 150 + "1" + ")" * 150 + ") } }",
    "SELECT * { SERVICE <http://good.example/sparql> { ?s ?p " + ", ".join(["1"] * 200_000) + " } }",
    "SELECT * { SERVICE <http://good.example/sparql> { ?s ?p ?o } FILTER(" + "+".join(["1"] * 15_000) + " > 1) }",
    "SELECT * { SERVICE <http://good.example/sparql> { " + "OPTIONAL { ?s ?p ?o } " * 2_000 + "} }",
    "SELECT * { SERVICE <http://good.example/sparql> { ?s ?p ?o ",
    "SERVICE <http://good.example/sparql> {}",
    "SELECT * { SERVICE <http://good.example/sparql> {} } VALUES",
    "SELECT * { SERVICE <http://good.example/sparql> { ?s ?p '\\ud800' } }",
    "SELECT * { SERVICE <http://good.example/\\ud800> { ?s ?p '\\U00110000' } }",
    "SELECT * { " + "?a ?b ?c . " * 400 + "SERVICE <http://good.example/sparql> { ?a ?b ?s } }",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:24])
def test_hostile_queries_disturb_nobody(target: Target, text: str) -> None:
    reply = target.post(text)
    assert reply.status in {200, 400, 413, 502, 503, 504}
    assert reply.seconds < TIMEOUT + MARGIN
