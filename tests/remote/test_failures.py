"""What becomes of a query when the store behind is away, slow, broken, cut short, or refuses us."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from pathlib import Path

import pytest

from maille.api.engines import remote_store_of
from maille.api.errors import problem_of
from maille.api.settings import Settings
from maille.ontology.errors import MailleError, ReleaseError, UsageError
from maille.store.engine import QueryRequest
from maille.store.remote import RemoteEngine
from maille.store.remote_http import RemoteStore

from .misbehaving import answering, said

JSON = "application/sparql-results+json"
ROWS = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"1"}}]}}'
XML = "application/sparql-results+xml"


def asked(address: str, text: str = "SELECT ?x { ?x ?y ?z }", timeout: float = 5.0, rows: int | None = None) -> bytes:
    async def run() -> bytes:
        engine = RemoteEngine(RemoteStore(address, max_rows=rows))
        try:
            answer = await engine.query(QueryRequest(text, timeout=timeout))
            return b"".join([part async for part in answer.chunks])
        finally:
            await engine.close()

    return asyncio.run(run())


def status_of(address: str, **options: float) -> int:
    with pytest.raises(MailleError) as caught:
        asked(address, **options)  # type: ignore[arg-type]
    return problem_of(caught.value).kind.status


def test_a_good_answer_is_passed_on() -> None:
    with answering(said("200 OK", ROWS, JSON)) as address:
        assert b'"value":"1"' in asked(address)


@pytest.mark.parametrize(
    ("status", "ours"),
    [
        ("400 Bad Request", 400),
        ("401 Unauthorized", 502),
        ("403 Forbidden", 502),
        ("404 Not Found", 502),
        ("301 Moved Permanently", 502),
        ("429 Too Many Requests", 503),
        ("500 Internal Server Error", 502),
        ("502 Bad Gateway", 502),
        ("503 Service Unavailable", 503),
        ("504 Gateway Timeout", 504),
    ],
)
def test_a_status_of_the_store_is_one_of_ours(status: str, ours: int) -> None:
    with answering(said(status, b"no", "text/plain", "Location: http://127.0.0.1:9/")) as address:
        assert status_of(address) == ours


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (ROWS[:-20], JSON),
        (b"<html>", JSON),
        (b"", JSON),
        (ROWS, "text/html"),
        (b'{"head":{},"boolean":true}', JSON),
        (b"<sparql>", XML),
        (b"\x00" * 100, XML),
    ],
)
def test_what_is_no_answer_is_a_502(body: bytes, kind: str) -> None:
    with answering(said("200 OK", body, kind)) as address:
        assert status_of(address) == 502


def test_a_connection_that_is_refused_is_a_503() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/query"
        assert status_of(address) == 503
        with pytest.raises(ReleaseError, match="does not answer"):
            asyncio.run(RemoteEngine(RemoteStore(address)).start())


def test_an_answer_that_breaks_off_is_a_502() -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\nContent-Length: 9999\r\n\r\n".encode()
    with answering(lambda _, connection: connection.sendall(head + ROWS[:40])) as address:
        assert status_of(address) == 502


def test_a_slow_store_costs_the_time_of_its_query_and_no_more() -> None:
    def drip(_: bytes, connection: socket.socket) -> None:
        connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\nConnection: close\r\n\r\n".encode())
        while True:
            connection.sendall(b" ")
            time.sleep(0.05)

    with answering(drip) as address:
        began = time.monotonic()
        assert status_of(address, timeout=0.4) == 504
        assert time.monotonic() - began < 3
    with answering(lambda _request, _connection: time.sleep(3)) as address:
        assert status_of(address, timeout=0.3) == 504


def test_an_answer_as_long_as_the_store_lets_one_be_is_reported() -> None:
    row = b'<result><binding name="x"><literal>1</literal></binding></result>'
    head = b'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="x"/></head><results>'
    body = head + b"%b</results></sparql>"
    with answering(said("200 OK", body % (row * 10), XML)) as address:
        assert status_of(address, rows=10) == 503
        assert asked(address, rows=11)
        assert asked(address, "SELECT ?x { ?x ?y ?z } LIMIT 10", rows=10)


@pytest.mark.parametrize("header", ["X-SPARQL-MaxRows: 10000", "X-SQL-State: S1TAT"])
def test_virtuoso_says_that_it_cut_an_answer_in_a_header(header: str) -> None:
    answer = said("200 OK", b"", XML, "Server: Virtuoso/07.20", header)

    async def run(address: str) -> None:
        engine = RemoteEngine(RemoteStore(address, max_rows=10_000))
        try:
            await engine.query(QueryRequest("SELECT ?x { ?x ?y ?z }"))
        finally:
            await engine.close()

    with answering(answer) as address, pytest.raises(MailleError, match=r"too long|10,000 rows"):
        asyncio.run(run(address))


def test_a_client_that_leaves_closes_the_connection() -> None:
    gone = threading.Event()

    def wait(_: bytes, connection: socket.socket) -> None:
        connection.settimeout(5)
        if connection.recv(1) == b"":
            gone.set()

    async def leave(address: str) -> None:
        engine = RemoteEngine(RemoteStore(address))
        task = asyncio.create_task(engine.query(QueryRequest("ASK {}")))
        await asyncio.sleep(0.2)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.to_thread(gone.wait, 5)
        await engine.close()

    with answering(wait) as address:
        asyncio.run(leave(address))
    assert gone.is_set()


@pytest.mark.parametrize("text", ["SELECT * { SERVICE <http://a/> { ?s ?p ?o } }", "SELECT ?x { bad", "{" * 300])
def test_what_is_refused_here_never_reaches_the_store(text: str) -> None:
    reached = threading.Event()
    with answering(lambda _request, _connection: reached.set()) as address, pytest.raises(MailleError):
        asked(address, text)
    assert not reached.is_set()


@pytest.mark.parametrize(
    "wrong",
    [
        {"store_query": "ftp://host/"},
        {"store_query": "http://user:secret@host/"},
        {"store_query": "http://host:99999/"},
        {"store_query": "http://host/", "store_auth": "digest"},
        {"store_query": "http://host/", "store_auth": "bearer"},
        {"store_query": "http://host/", "store_password_file": Path("/nowhere/at/all")},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        remote_store_of(Settings(**wrong))  # type: ignore[arg-type]
