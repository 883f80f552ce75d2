"""Responses given again from memory are the ones the application would give (RFC 9111, section 4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from pyoxigraph import Store

from maille.api.app import MailleApp, create_app
from maille.api.http.fast_lane import FastLane, Kept, key_of
from maille.api.http.protocol import protocol_with
from maille.api.settings import Settings
from maille.store.embedded import EmbeddedEngine

from .live import exchange, serving

JSON = b"accept: application/sparql-results+json\r\n"
COUNT = "/sparql?query=" + quote("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
NOW = "/sparql?query=" + quote("SELECT (NOW() AS ?n) {}")


class _Counted(EmbeddedEngine):
    """Counts the queries that reach it."""

    asked = 0
    served = "first"

    @property
    def release(self) -> str:
        """Return what the test says is served."""
        return self.served

    async def query(self, request):  # type: ignore[no-untyped-def]
        self.asked += 1
        return await super().query(request)


@pytest.fixture
def engine(web_store: Store) -> _Counted:
    return _Counted.over(web_store, "first")


@pytest.fixture
def address(engine: _Counted, settings: Settings) -> Iterator[tuple[str, int]]:
    app: MailleApp = create_app(settings, engine)
    with serving(app, protocol_with(app.short_way)) as address:
        yield address


def _get(address: tuple[str, int], target: str, headers: bytes = JSON, times: int = 1) -> list[bytes]:
    one = b"GET %b HTTP/1.1\r\nhost: test\r\n%b\r\n" % (target.encode(), headers)
    last = b"GET %b HTTP/1.1\r\nhost: test\r\nconnection: close\r\n%b\r\n" % (target.encode(), headers)
    answer = exchange(address, one * (times - 1) + last)
    return re.split(rb"(?=HTTP/1\.1 )", answer)[1:]


def _plain(response: bytes) -> set[bytes]:
    """Return the header lines and the body, but for the clocks and what ends the connection."""
    lines = response.split(b"\r\n")
    return {line for line in lines if not line.startswith((b"date:", b"connection:", b"server-timing:"))}


def test_what_was_answered_is_given_again(address: tuple[str, int], engine: _Counted) -> None:
    responses = [_get(address, COUNT)[0] for _ in range(3)] + _get(address, COUNT, times=4)
    assert len({frozenset(_plain(response)) for response in responses}) == 1
    assert len(responses) == 7
    assert engine.asked < 7


def test_pipelined_requests_are_answered_in_order(address: tuple[str, int]) -> None:
    _get(address, COUNT, times=2)
    mixed = b"".join(
        b"GET %b HTTP/1.1\r\nhost: t\r\n%b\r\n" % (target.encode(), JSON)
        for target in (COUNT, NOW, COUNT, "/none", COUNT)
    )
    answer = exchange(address, mixed + b"GET / HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n")
    assert re.findall(rb"HTTP/1\.1 (\d+)", answer) == [b"200", b"200", b"200", b"404", b"200", b"200"]


@pytest.mark.parametrize(
    "headers", [b"accept: text/csv\r\n", b"accept: text/html\r\n", b"accept: application/x-none\r\n"]
)
def test_another_representation_is_another_response(address: tuple[str, int], headers: bytes) -> None:
    known = _plain(_get(address, COUNT, times=3)[-1])
    assert _plain(_get(address, COUNT, headers, times=3)[-1]) != known


def test_a_condition_is_honoured_from_memory_too(address: tuple[str, int]) -> None:
    (response,) = _get(address, COUNT)
    found = re.search(rb'etag: ("[^"]+")', response)
    assert found is not None
    for answer in _get(address, COUNT, JSON + b"if-none-match: " + found[1] + b"\r\n", times=3):
        assert answer.startswith(b"HTTP/1.1 304")
        assert answer.endswith(b"\r\n\r\n")


def test_what_is_no_function_of_the_release_is_asked_each_time(address: tuple[str, int], engine: _Counted) -> None:
    _get(address, NOW, times=3)
    assert engine.asked == 3


def test_errors_are_not_remembered(address: tuple[str, int], engine: _Counted) -> None:
    _get(address, "/sparql?query=NONSENSE", times=3)
    assert engine.asked == 3


def test_a_new_release_is_seen_at_once(address: tuple[str, int], engine: _Counted) -> None:
    _get(address, COUNT, times=3)
    asked, engine.served = engine.asked, "second"
    _get(address, COUNT)
    assert engine.asked == asked + 1


@pytest.mark.parametrize("header", [b"authorization", b"range", b"cache-control", b"content-length", b"if-match"])
def test_a_request_that_asks_for_more_goes_its_own_way(header: bytes) -> None:
    assert key_of(b"/sparql", [(b"host", b"a"), (header, b"1")]) is None
    assert key_of(b"/sparql", [(b"host", b"a")]) is not None


def test_memory_is_bounded_and_the_least_used_leaves_first() -> None:
    lane = FastLane(lambda: "r", 5_000)
    keys = [(b"/%d" % number, ()) for number in range(6)]
    for key in keys:
        lane.get(keys[0])
        lane.put(key, Kept("r", b"", b"x" * 600))
    assert [lane.get(key) is not None for key in keys] == [True, False, False, True, True, True]
    lane.put((b"/large", ()), Kept("r", b"", b"x" * 6_000))
    assert lane.get((b"/large", ())) is None


def test_nothing_is_remembered_without_room() -> None:
    lane = FastLane(lambda: "r", 0)
    lane.put((b"/", ()), Kept("r", b"", b""))
    assert lane.get((b"/", ())) is None
