"""The short way gives the very responses of the application, and leaves it what is out of the ordinary."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from pyoxigraph import Store

from maille.api.app import create_app
from maille.api.http.protocol import protocol_with
from maille.api.settings import Settings
from maille.store.cache import CachedEngine
from maille.store.embedded import EmbeddedEngine
from maille.store.engine import Answer, QueryRequest

from .live import exchange, serving

Address = tuple[str, int]

JSON = "accept: application/sparql-results+json\r\n"
ALL = "SELECT * { ?s ?p ?o }"


class _Engine(EmbeddedEngine):
    """Counts queries, and takes its time for those that say so."""

    asked = 0
    cancelled = 0

    async def query(self, request: QueryRequest) -> Answer:
        self.asked += 1
        try:
            await asyncio.sleep(60 if "slow" in request.text else 0)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return await super().query(request)


@pytest.fixture
def engine(web_store: Store) -> _Engine:
    return _Engine.over(web_store, "first")


@pytest.fixture
def ways(engine: _Engine, settings: Settings) -> Iterator[tuple[Address, Address]]:
    """Return the address of a server with the short way, and of one without."""
    short, usual = (create_app(settings, CachedEngine(engine)) for _ in range(2))
    with serving(short, protocol_with(short.short_way)) as here, serving(usual) as there:
        yield here, there


def _ask(address: Address, query: str, headers: str = JSON, method: str = "GET", version: str = "1.1") -> bytes:
    target = query if query.startswith("/") else f"/sparql?query={quote(query)}"
    lines = f"{method} {target} HTTP/{version}\r\nhost: test\r\n{headers}"
    if version == "1.0":
        return exchange(address, f"{lines}\r\n".encode())
    # The second request closes the connection that the first one leaves open.
    last = "GET /none HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n"
    return exchange(address, f"{lines}\r\n{last}".encode()).rpartition(b"HTTP/1.1 404")[0]


def _told(response: bytes) -> tuple[bytes, frozenset[bytes], bytes]:
    head, _, body = response.partition(b"\r\n\r\n")
    status, *lines = head.split(b"\r\n")
    kept = (line for line in lines if not line.startswith((b"date:", b"server-timing:")))
    return status, frozenset(kept), re.sub(rb'"request_id": *"\w+"', b"", body)


@pytest.mark.parametrize(
    "query",
    [
        "ASK {}",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        ALL,
        "DESCRIBE ?s { ?s ?p 1 }",
        "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 3",
        "NONSENSE",
        "SELECT ?x { SERVICE <http://127.0.0.1/> {} }",
        "ASK { FILTER(NOW() > 0) }",
        "/sparql?query=%FF",
        "/sparql?query=%zz",
        "/sparql?query=",
        "/sparql?query=ASK%20%7B%7D&format=xml",
        "/sparql?query=ASK%20%7B%7D&query=ASK%20%7B%7D",
        "/sparql/?query=ASK%20%7B%7D",
        "/sparql",
    ],
)
@pytest.mark.parametrize(
    "headers",
    [
        "",
        JSON,
        "accept: text/csv;q=0.5, text/turtle\r\naccept-encoding: gzip\r\n",
        "accept: text/html\r\n",
        "accept: image/png\r\n",
        'if-none-match: "x"\r\n',
    ],
)
def test_both_ways_answer_alike(ways: tuple[Address, Address], query: str, headers: str) -> None:
    here, there = ways
    assert _told(_ask(here, query, headers)) == _told(_ask(there, query, headers))


@pytest.mark.parametrize(
    ("method", "version"), [("HEAD", "1.1"), ("OPTIONS", "1.1"), ("GET", "1.0"), ("DELETE", "1.1")]
)
def test_other_requests_are_answered_alike(ways: tuple[Address, Address], method: str, version: str) -> None:
    here, there = ways
    assert _told(_ask(here, ALL, JSON, method, version)) == _told(_ask(there, ALL, JSON, method, version))


@pytest.mark.parametrize("query", ["NONSENSE", "ASK { FILTER(NOW() > 0) }", ALL])
def test_no_query_runs_twice(ways: tuple[Address, Address], engine: _Engine, query: str) -> None:
    _ask(ways[0], query, "accept-encoding: gzip\r\n")
    assert engine.asked == 1


def test_requests_that_wait_behind_one_are_answered_in_order(ways: tuple[Address, Address]) -> None:
    queries = [f"SELECT ({number} AS ?n) {{}}" for number in range(5)]
    lines = [f"GET /sparql?query={quote(query)} HTTP/1.1\r\nhost: t\r\n{JSON}\r\n" for query in queries]
    answer = exchange(ways[0], "".join([*lines, "GET / HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n"]).encode())
    assert re.findall(rb'"value": ?"(\d)"', answer) == [b"0", b"1", b"2", b"3", b"4"]


def test_a_client_that_leaves_takes_its_query_along(ways: tuple[Address, Address], engine: _Engine) -> None:
    with socket.create_connection(ways[0]) as connection:
        connection.sendall(f"GET /sparql?query={quote('ASK {} # slow')} HTTP/1.1\r\nhost: t\r\n\r\n".encode())
        _until(lambda: engine.asked == 1)
    _until(lambda: engine.cancelled == 1)


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
