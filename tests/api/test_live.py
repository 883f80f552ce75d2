"""Over a real socket: streaming, cut answers, HEAD, malformed requests, clients that leave, SPARQLWrapper."""

from __future__ import annotations

import asyncio
import http.client
import logging
import time
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlencode

import pytest
from pyoxigraph import Store
from SPARQLWrapper import CSV, JSON, POST, POSTDIRECTLY, RDFXML, TURTLE, URLENCODED, XML, SPARQLWrapper

from maille.api.app import create_app
from maille.api.http.patience import PatientProtocol
from maille.api.settings import Settings
from maille.ontology.errors import QueryTimeout
from maille.store.embedded import EmbeddedEngine
from maille.store.engine import Answer, QueryRequest

from .live import exchange, serving

LYON = 'SELECT ?c WHERE { ?c <https://w3id.org/maille/def#codeInsee> "69123" }'
MANY = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }"
CLOSE = b"Host: x\r\nConnection: close\r\n\r\n"


class SlowEngine:
    """Gives some parts, then fails or waits for ever; tells when its answer was closed."""

    release = "slow"

    def __init__(self) -> None:
        self.closed = 0
        self.cancelled = 0

    async def start(self) -> None:
        """Be ready."""

    async def close(self) -> None:
        """Have nothing to close."""

    async def query(self, request: QueryRequest) -> Answer:
        """Answer as the text of the query says."""
        if "never" in request.text:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
        return Answer("SELECT", "text/csv", self._parts(request.text), self.release)

    async def _parts(self, text: str) -> AsyncIterator[bytes]:
        try:
            yield b"x" * 40_000
            yield b"y" * 40_000
            if "fail" in text:
                raise QueryTimeout("too slow")
            while "endless" in text:
                yield b"z" * 40_000
                await asyncio.sleep(0.001)
        finally:
            self.closed += 1


@pytest.fixture(scope="module")
def address(web_store: Store) -> Iterator[tuple[str, int]]:
    """Serve the small graph."""
    with serving(create_app(Settings(), EmbeddedEngine.over(web_store, "test"))) as found:
        yield found


def request_line(method: str, **fields: str) -> bytes:
    return f"{method} /sparql?{urlencode(fields)} HTTP/1.1\r\n".encode()


def until(condition: object, seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.01)
    return False


def test_a_small_answer_has_its_length(address: tuple[str, int]) -> None:
    head, _, body = exchange(address, request_line("GET", query=LYON) + CLOSE).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK")
    assert f"content-length: {len(body)}".encode() in head
    assert b"server:" not in head.lower()


def test_a_large_answer_is_streamed_whole(address: tuple[str, int]) -> None:
    connection = http.client.HTTPConnection(*address, timeout=20)
    connection.request("GET", "/sparql?" + urlencode({"query": MANY, "format": "csv"}))
    response = connection.getresponse()
    assert response.getheader("transfer-encoding") == "chunked"
    body = response.read()
    assert body.count(b"\r\n") > 1000
    assert body.endswith(b"\r\n")
    connection.close()


def test_head_over_the_wire_sends_no_body_and_keeps_the_connection(address: tuple[str, int]) -> None:
    both = request_line("HEAD", query=MANY) + b"Host: x\r\n\r\n" + request_line("GET", query=LYON) + CLOSE
    answer = exchange(address, both)
    first, _, rest = answer.partition(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 200")
    assert rest.startswith(b"HTTP/1.1 200")
    assert rest.endswith(b"}")


def test_a_304_over_the_wire_has_no_body(address: tuple[str, int]) -> None:
    head = exchange(address, request_line("GET", query=LYON) + CLOSE).partition(b"\r\n\r\n")[0]
    etag = next(line for line in head.split(b"\r\n") if line.startswith(b"etag:")).partition(b": ")[2]
    answer = exchange(address, request_line("GET", query=LYON) + b"If-None-Match: " + etag + b"\r\n" + CLOSE)
    assert answer.startswith(b"HTTP/1.1 304")
    assert answer.endswith(b"\r\n\r\n")


def test_an_answer_that_fails_on_its_way_is_visibly_cut(caplog: pytest.LogCaptureFixture) -> None:
    engine = SlowEngine()
    with caplog.at_level(logging.CRITICAL, "uvicorn.error"), serving(create_app(Settings(), engine)) as address:
        connection = http.client.HTTPConnection(*address, timeout=10)
        connection.request("GET", "/sparql?" + urlencode({"query": "fail"}))
        response = connection.getresponse()
        assert response.status == 200
        with pytest.raises(http.client.IncompleteRead):
            response.read()
        connection.close()
        assert engine.closed == 1


def test_a_client_that_leaves_stops_its_answer() -> None:
    engine = SlowEngine()
    with serving(create_app(Settings(), engine)) as address:
        connection = http.client.HTTPConnection(*address, timeout=10)
        connection.request("GET", "/sparql?" + urlencode({"query": "endless"}))
        response = connection.getresponse()
        assert response.read(100_000)
        response.close()
        connection.close()
        assert until(lambda: engine.closed == 1)


def test_a_client_that_leaves_before_the_answer_stops_its_query() -> None:
    engine = SlowEngine()
    with serving(create_app(Settings(), engine)) as address:
        connection = http.client.HTTPConnection(*address, timeout=10)
        connection.request("GET", "/sparql?" + urlencode({"query": "never"}))
        time.sleep(0.1)
        connection.close()
        assert until(lambda: engine.cancelled == 1)


def test_a_client_that_leaves_in_its_body_harms_nobody(address: tuple[str, int]) -> None:
    for _ in range(5):
        connection = http.client.HTTPConnection(*address, timeout=10)
        connection.putrequest("POST", "/sparql")
        connection.putheader("Content-Type", "application/sparql-query")
        connection.putheader("Content-Length", "1000")
        connection.endheaders()
        connection.send(b"ASK {")
        connection.close()
    assert b" 200 " in exchange(address, request_line("GET", query=LYON) + CLOSE)[:20]


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /sparql?query=%FF HTTP/1.1\r\n" + CLOSE, 400),
        (b"GET /sparql?query=\xff HTTP/1.1\r\n" + CLOSE, 400),
        (b"GET /siren/% HTTP/1.1\r\n" + CLOSE, 400),
        (b"NONSENSE\r\n\r\n", 400),
        (b"GET /nowhere HTTP/1.1\r\n" + CLOSE, 404),
        (b"GET //evil.example/problems/ HTTP/1.1\r\n" + CLOSE, 404),
        (b"POST /problems HTTP/1.1\r\nContent-Length: 0\r\n" + CLOSE, 405),
        (
            b"POST /sparql HTTP/1.1\r\nContent-Type: application/sparql-query\r\nContent-Length: 99999999\r\n" + CLOSE,
            413,
        ),
        (b"POST /sparql HTTP/1.1\r\nContent-Length: 0\r\n" + CLOSE, 415),
    ],
)
def test_malformed_requests(address: tuple[str, int], request_bytes: bytes, status: int) -> None:
    assert exchange(address, request_bytes).startswith(f"HTTP/1.1 {status} ".encode())


def test_a_chunked_body_is_counted_as_it_comes(address: tuple[str, int]) -> None:
    connection = http.client.HTTPConnection(*address, timeout=20)
    chunks = (b"x" * 100_000 for _ in range(20))
    headers = {"Content-Type": "application/sparql-query", "Transfer-Encoding": "chunked"}
    connection.request("POST", "/sparql", body=chunks, headers=headers, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()


class Hasty(PatientProtocol):
    """A protocol with hardly any patience."""

    patience = 0.1


@pytest.mark.parametrize(
    "beginning", [b"", b"GET /problems HTTP/1.1\r\nHost", b"GET /problems HTTP/1.1\r\nHost: x\r\n\r\nGET"]
)
def test_a_request_that_is_never_finished_loses_its_connection(web_store: Store, beginning: bytes) -> None:
    with serving(create_app(Settings(), EmbeddedEngine.over(web_store, "test")), Hasty) as address:
        began = time.monotonic()
        answer = exchange(address, beginning)
        assert time.monotonic() - began < 4
        assert answer.startswith(b"HTTP/1.1 200") is (b"\r\n\r\n" in beginning)


def test_a_slow_answer_keeps_its_connection() -> None:
    with serving(create_app(Settings(), SlowEngine()), Hasty) as address:
        connection = http.client.HTTPConnection(*address, timeout=10)
        connection.request("GET", "/sparql?" + urlencode({"query": "endless"}))
        response = connection.getresponse()
        time.sleep(0.3)
        assert len(response.read(2_000_000)) == 2_000_000
        response.close()
        connection.close()


def wrapper(address: tuple[str, int], query: str, method: str = "GET") -> SPARQLWrapper:
    client = SPARQLWrapper(f"http://{address[0]}:{address[1]}/sparql")
    client.setQuery(query)
    client.setMethod(method)
    return client


@pytest.mark.parametrize(("method", "style"), [("GET", URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)])
def test_sparqlwrapper_selects(address: tuple[str, int], method: str, style: str) -> None:
    client = wrapper(address, LYON, method)
    client.setRequestMethod(style)
    client.setReturnFormat(JSON)
    found = client.query().convert()
    assert found["results"]["bindings"][0]["c"]["value"] == "https://w3id.org/maille/id/commune/69123"


def test_sparqlwrapper_reads_every_format(address: tuple[str, int]) -> None:
    client = wrapper(address, LYON)
    client.setReturnFormat(XML)
    assert client.query().convert().getElementsByTagName("uri")[0].firstChild.data.endswith("69123")
    client.setReturnFormat(CSV)
    assert client.query().convert().split() == [b"c", b"https://w3id.org/maille/id/commune/69123"]
    graph = wrapper(address, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3")
    graph.setReturnFormat(TURTLE)
    assert b"maille" in graph.query().convert()
    graph.setReturnFormat(RDFXML)
    with graph.query().response as response:
        assert response.read().startswith(b"<?xml")
    ask = wrapper(address, "ASK {}")
    ask.setReturnFormat(JSON)
    assert ask.query().convert()["boolean"] is True
