"""Clients that never ask, never finish, never read, or leave: nobody else waits for them."""

from __future__ import annotations

import resource
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlencode

import pytest

from maille.store.release import Home

from .conftest import attacked
from .target import JSON, Target, read

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ROWS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ASK = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n"
HALVES = {
    "nothing": b"",
    "half a line": b"GET /sparql?que",
    "half a header": b"GET /sparql HTTP/1.1\r\nHost: x\r\nX-",
    "half a length": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Len",
    "half a body": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    b"Content-Length: 1000\r\n\r\nASK",
    "half a chunk": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    b"Transfer-Encoding: chunked\r\n\r\nfff\r\nASK",
    "an answer and no more": ASK,
}


def request(query: str) -> bytes:
    return f"GET /sparql?{urlencode({'query': query})} HTTP/1.1\r\nHost: x\r\nAccept: {JSON}\r\n\r\n".encode()


def busy(target: Target, seconds: float = 0.4) -> float:
    """Return the share of the processors that its workers took for a while."""
    before = {pid: target.processor(pid) for pid in target.workers()}
    time.sleep(seconds)
    return sum(target.processor(pid) - spent for pid, spent in before.items()) / seconds


@pytest.mark.parametrize("half", HALVES)
def test_a_crowd_that_never_finishes_asking_keeps_nobody_out(target: Target, half: str) -> None:
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(target.connect()).sendall(HALVES[half])
        for _ in range(10):
            assert target.look_up().seconds < 1


def test_drops_of_a_request_are_read_as_one(target: Target) -> None:
    with target.connect() as connection:
        for byte in ASK:
            connection.sendall(bytes([byte]))
        assert read(connection, "GET", time.perf_counter()).body == b"true"


@pytest.mark.parametrize("count", [100, 3000])
def test_requests_in_one_go_are_answered_in_order(target: Target, count: int) -> None:
    got = b""
    with target.connect() as connection:
        connection.sendall(ASK * count + ASK.replace(b"ASK%7B%7D", b"ASK%7B%3Fs%20a%201%7D"))
        while not got.endswith(b"false"):
            part = connection.recv(1 << 16)
            assert part, f"closed after {got.count(b'HTTP/1.1 200')}"
            got += part
    assert got.count(b"HTTP/1.1 200") == count + 1
    assert got.count(b"\r\n\r\ntrue") == count


def test_what_cannot_be_read_after_a_request_does_not_answer_for_it(target: Target) -> None:
    with target.connect() as connection:
        connection.sendall(request("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") + b"NONSENSE\r\n\r\n")
        assert read(connection, "GET", time.perf_counter()).values == ["9000"]


@pytest.mark.parametrize("way", ["close", "reset", "half-close"])
def test_a_client_that_leaves_takes_its_query_along(target: Target, way: str) -> None:
    with ExitStack() as stack:
        leaving = [stack.enter_context(target.connect()) for _ in range(2)]
        for number, connection in enumerate(leaving):
            connection.sendall(request(f"{RUNAWAY} # {way} {number}"))
        time.sleep(0.3)
        assert busy(target) > 0.2
        for connection in leaving:
            if way == "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if way == "half-close":
                connection.shutdown(socket.SHUT_WR)
            else:
                connection.close()
        time.sleep(0.5)
        assert busy(target) < 0.3


def slow_readers(target: Target, stack: ExitStack, count: int) -> None:
    for number in range(count):
        connection = stack.enter_context(socket.socket())
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", target.port))
        connection.sendall(request(f"{ROWS} # {number}"))


def test_who_reads_slowly_fills_no_memory_and_keeps_nobody_waiting(target: Target) -> None:
    with ExitStack() as stack:
        slow_readers(target, stack, 6)
        time.sleep(0.5)
        begun = target.memory()
        time.sleep(2)
        assert target.memory() < begun + 50
        # They produce nothing while nobody reads.
        assert busy(target) < 0.5


@pytest.fixture(scope="module")
def narrow(small_home: Home) -> Iterator[Target]:
    """Serve with few files to be had."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (300, 300))

    with attacked(small_home.path, limit) as target:
        yield target


@pytest.mark.parametrize("half", ["nothing", "half a header", "half a body"])
def test_where_files_run_out_the_oldest_that_waits_makes_room(narrow: Target, half: str) -> None:
    with ExitStack() as stack:
        for number in range(400):
            stack.enter_context(narrow.connect()).sendall(HALVES[half])
            if number % 50 == 0:
                assert narrow.look_up().seconds < 1
        assert narrow.look_up().seconds < 1
        assert narrow.files() < 300
    assert narrow.log() == ""
