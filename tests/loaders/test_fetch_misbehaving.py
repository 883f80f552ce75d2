"""Fetching from a server that misbehaves as servers do: the file is whole, or the fetch says why not."""

from __future__ import annotations

import gzip
import time
from dataclasses import replace
from pathlib import Path

import pytest

from maille.loaders.fetching.fetch import Fetcher, Limits
from maille.ontology.errors import SourceError
from maille.store.web_policy import Policy, is_public

from .misbehaving import Asked, Behaviour, Clock, Server, Write, answer, fetcher, head

BODY = bytes(range(256)) * 40
BUSY = "503 Service Unavailable"


def broken(body: bytes = BODY, after: int = 5000, **headers: str) -> Behaviour:
    """Return a behaviour: the answer breaks off."""
    return answer(body[:after], length=len(body), **headers)


def rest(body: bytes = BODY, **headers: str) -> Behaviour:
    """Return a behaviour: whatever range is asked for is sent."""

    def behave(asked: Asked, write: Write) -> None:
        first = int(asked.headers["Range"].removeprefix("bytes=").rstrip("-"))
        told = {"Content_Range": f"bytes {first}-{len(body) - 1}/{len(body)}", **headers}
        answer(body[first:], "206 Partial Content", **told)(asked, write)

    return behave


def test_a_download_that_broke_off_is_resumed(server: Server, fetching: Fetcher) -> None:
    url = server.behave("/a", broken(ETag='"1"'), rest(ETag='"1"'))
    assert fetching.fetch(url).path.read_bytes() == BODY
    assert server.asked[1].headers["Range"] == "bytes=5000-"
    assert server.asked[1].headers["If-Range"] == '"1"'


def test_a_download_is_resumed_by_a_later_fetch(server: Server, fetching: Fetcher) -> None:
    url = server.behave("/a", broken(ETag='"1"'), rest(ETag='"1"'))
    once = replace(fetching, limits=replace(fetching.limits, tries=1))
    with pytest.raises(SourceError, match="ended 5,240 bytes early"):
        once.fetch(url)
    assert once.fetch(url).path.read_bytes() == BODY


def test_a_coded_download_is_resumed_in_its_coding(server: Server, fetching: Fetcher) -> None:
    packed, told = gzip.compress(BODY, 0), {"ETag": '"1"', "Content_Encoding": "gzip"}
    url = server.behave("/a", broken(packed, **told), rest(packed, **told))
    assert fetching.fetch(url).path.read_bytes() == BODY


@pytest.mark.parametrize("headers", [{}, {"ETag": 'W/"1"'}], ids=["no validator", "weak validator"])
def test_without_a_strong_validator_nothing_is_resumed(
    server: Server, fetching: Fetcher, headers: dict[str, str]
) -> None:
    assert fetching.fetch(server.behave("/a", broken(**headers), answer(BODY))).path.read_bytes() == BODY
    assert "Range" not in server.asked[1].headers


@pytest.mark.parametrize(
    "second",
    [
        answer(BODY[::-1], ETag='"2"'),
        rest(BODY[::-1], ETag='"2"'),
        rest(BODY[::-1], ETag='"1"', Content_Range="bytes 4000-10239/10240"),
        rest(BODY[::-1], ETag='"1"', Content_Range="none"),
        answer(status="416 Range Not Satisfiable", Content_Range="bytes */3"),
    ],
    ids=["ignores the range", "another state", "another range", "no range", "not satisfiable"],
)
def test_what_is_no_rest_of_what_was_begun_begins_anew(server: Server, fetching: Fetcher, second: Behaviour) -> None:
    url = server.behave("/a", broken(ETag='"1"'), second, answer(BODY[::-1], ETag='"2"'))
    assert fetching.fetch(url).path.read_bytes() == BODY[::-1]


def test_a_server_that_sends_ranges_bit_by_bit_is_asked_on(server: Server, fetching: Fetcher) -> None:
    bit = answer(BODY[5000:8000], "206 Partial Content", Content_Range="bytes 5000-7999/10240", ETag='"1"')
    url = server.behave("/a", broken(ETag='"1"'), bit, rest(ETag='"1"'))
    assert fetching.fetch(url).path.read_bytes() == BODY
    assert server.asked[2].headers["Range"] == "bytes=8000-"


def chunks_break_off(_asked: Asked, write: Write) -> None:
    write(head("200 OK", Transfer_Encoding="chunked") + b"5\r\nhello\r\n5\r\nhe")


def says_nothing(_asked: Asked, _write: Write) -> None:
    """Close the connection."""


def no_http(_asked: Asked, write: Write) -> None:
    write(b"220 mail.example ESMTP\r\n")


@pytest.mark.parametrize(
    ("behaviour", "told"),
    [
        (broken(), "ended 5,240 bytes early"),
        (chunks_break_off, "the body ended early"),
        (answer(BODY, length=100), "longer than its Content-Length"),
        (answer(b""), "empty"),
        (answer(gzip.compress(b""), Content_Encoding="gzip"), "empty"),
        (answer(BODY, Content_Encoding="gzip"), "gzip coding is broken"),
        (answer(gzip.compress(BODY)[:-9], Content_Encoding="gzip"), "gzip coding is broken"),
        (answer(BODY, Content_Length="many"), "Content-Length is 'many'"),
        (answer(BODY, Content_Length="-1"), "Content-Length is '-1'"),
        (says_nothing, "closed the connection without an answer"),
        (no_http, "BadStatusLine"),
        (answer(status="204 No Content"), "204 No Content"),
        (answer(status="304 Not Modified"), "304 Not Modified"),
        (answer(BODY, "206 Partial Content", Content_Range="bytes 0-9/20"), "206 Partial Content"),
        (answer(status="500 Oops"), "500 Internal Server Error"),
        (answer(status="799 Own"), "799"),
    ],
)
def test_what_is_not_whole_is_asked_again_then_given_up(
    server: Server, fetching: Fetcher, clock: Clock, behaviour: Behaviour, told: str
) -> None:
    url = server.behave("/a", behaviour)
    with pytest.raises(SourceError, match=told):
        fetching.fetch(url)
    assert len(server.asked) == 3
    assert clock.slept == [0.75, 1.5]
    server.behave("/a", answer(BODY))
    assert fetching.fetch(url).path.read_bytes() == BODY
    server.behave("/a", behaviour)
    assert fetching.fetch(url).path.read_bytes() == BODY


def test_too_many_requests_are_waited_out(server: Server, fetching: Fetcher, clock: Clock) -> None:
    date = "Fri, 20 Nov 2026 12:00:47 GMT"
    url = server.behave(
        "/a",
        answer(status="429 Too Many Requests", Retry_After="7"),
        answer(status=BUSY, Retry_After=date),
        answer(BODY),
    )
    assert fetching.fetch(url).path.read_bytes() == BODY
    assert clock.slept == [7, 40]


@pytest.mark.parametrize("value", ["soon", "-3", "", "Wed, 99 Foo 2026"])
def test_a_retry_after_that_says_nothing_is_passed_over(
    server: Server, fetching: Fetcher, clock: Clock, value: str
) -> None:
    url = server.behave("/a", answer(status=BUSY, Retry_After=value), answer(BODY))
    assert fetching.fetch(url).path.read_bytes() == BODY
    assert clock.slept == [0.75]


def test_who_asks_for_too_long_a_pause_is_left(server: Server, fetching: Fetcher, clock: Clock) -> None:
    with pytest.raises(SourceError, match="asks to come back in 86,400 seconds"):
        fetching.fetch(server.behave("/a", answer(status="429 Too Many Requests", Retry_After="86400")))
    assert clock.slept == []


def test_a_server_that_always_asks_to_wait_ends_with_the_time_there_is(
    server: Server, fetching: Fetcher, clock: Clock
) -> None:
    patient = replace(fetching, limits=replace(fetching.limits, tries=99))
    with pytest.raises(SourceError, match="429 Too Many Requests, and the 60 seconds there were are over"):
        patient.fetch(server.behave("/a", answer(status="429 Too Many Requests", Retry_After="25")))
    assert clock.slept == [25, 25]


def test_a_declared_size_over_the_limit_is_refused_unread(server: Server, fetching: Fetcher) -> None:
    url = server.behave("/a", answer(b"x" * 10, length=1 << 40))
    with pytest.raises(SourceError, match=r"more than 1,048,576 bytes \(MAILLE_FETCH_LIMIT\)"):
        fetching.fetch(url)
    assert len(server.asked) == 1


def test_an_actual_size_over_the_limit_is_refused(server: Server, fetching: Fetcher) -> None:
    def endless(_asked: Asked, write: Write) -> None:
        write(head("200 OK"))
        while True:
            write(b"x" * 65536)

    with pytest.raises(SourceError, match="more than 1,048,576 bytes"):
        fetching.fetch(server.behave("/a", endless))
    assert [path.name for path in fetching.cache.glob("*/*")] == ["lock"]


def test_a_gzip_bomb_is_refused(server: Server, fetching: Fetcher) -> None:
    bomb = gzip.compress(bytes(1 << 26))
    assert len(bomb) < 1 << 20
    with pytest.raises(SourceError, match="more than 1,048,576 bytes"):
        fetching.fetch(server.behave("/a", answer(bomb, Content_Encoding="gzip")))
    assert [path.name for path in fetching.cache.glob("*/*")] == ["lock"]


def test_a_coding_nobody_asked_for_is_refused(server: Server, fetching: Fetcher) -> None:
    with pytest.raises(SourceError, match="coded as 'br'"):
        fetching.fetch(server.behave("/a", answer(BODY, Content_Encoding="br")))


@pytest.mark.parametrize("at", ["head", "body"])
def test_a_server_that_stops_is_not_waited_for(server: Server, tmp_path: Path, clock: Clock, at: str) -> None:
    def stops(_asked: Asked, write: Write) -> None:
        write(b"HTTP/1.1 200" if at == "head" else head("200 OK", Content_Length="10") + b"x")
        server.ending.wait(10)

    limits = Limits(connect=1, read=0.2, whole=60, tries=1)
    with pytest.raises(SourceError, match="does not answer in time"):
        fetcher(tmp_path, clock, limits).fetch(server.behave("/a", stops))


@pytest.mark.parametrize("at", ["head", "body"])
def test_a_server_that_trickles_is_ended_by_the_whole_time(
    server: Server, tmp_path: Path, clock: Clock, at: str
) -> None:
    def trickles(_asked: Asked, write: Write) -> None:
        write(b"HTTP/1.1 200 OK\r\nX: " if at == "head" else head("200 OK", Content_Length="1000"))
        while not server.ending.wait(0.02):
            write(b"x")

    began = time.monotonic()
    with pytest.raises(SourceError, match="longer than the 0 seconds there were"):
        fetcher(tmp_path, clock, Limits(read=5, whole=0.4, tries=1)).fetch(server.behave("/a", trickles))
    assert time.monotonic() - began < 4


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "ftp://example.org/x",
        "http://169.254.169.254/latest/meta-data/",
        "http://inside.example/",
        "http://mapped.example/",
        "//inside.example/",
        "http://user:secret@127.0.0.1/",
        "http://[::1",
    ],
)
def test_a_redirect_leads_nowhere_it_should_not(server: Server, fetching: Fetcher, location: str) -> None:
    url = server.behave("/a", answer(status="302 Found", Location=location))
    with pytest.raises(SourceError, match="no copy of it was kept") as told:
        fetching.fetch(url)
    assert "secret" not in str(told.value)
    assert len(server.asked) == 1


def test_redirects_come_to_an_end(server: Server, fetching: Fetcher) -> None:
    with pytest.raises(SourceError, match="redirects more than 5 times"):
        fetching.fetch(server.behave("/a", answer(status="302 Found", Location="/a")))
    assert len(server.asked) == 6


def test_https_does_not_fall_back_to_http() -> None:
    policy = Policy()
    with pytest.raises(SourceError, match="from https to http"):
        policy.target("http://example.org/a", policy.target("https://example.org/a"))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "example.org/a", "", "http://", "https://a:b@example.org/"])
def test_an_address_that_is_not_fetched_is_refused_at_once(fetching: Fetcher, url: str) -> None:
    with pytest.raises(SourceError):
        fetching.fetch(url)
    assert not fetching.cache.exists()


@pytest.mark.parametrize("host", ["nowhere.example", "münchen.example", "a..b", "a" * 70 + ".example"])
def test_a_name_nobody_knows_is_told_at_once(fetching: Fetcher, clock: Clock, host: str) -> None:
    with pytest.raises(SourceError, match="cannot be fetched"):
        fetching.fetch(f"http://{host}/a")
    assert clock.slept == []


def test_a_port_nobody_listens_on_is_told(server: Server, tmp_path: Path, clock: Clock) -> None:
    url = server.url("/a")
    server.server_close()
    with pytest.raises(SourceError, match="nothing listens there"):
        fetcher(tmp_path, clock).fetch(url)


@pytest.mark.parametrize(
    "address",
    "127.0.0.1 10.1.2.3 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255 ::1 :: fe80::1%eth0 fd12::1 "
    "::ffff:10.0.0.1 64:ff9b::a00:1 2002:a00:1:: ff02::1 nothing".split(),
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(address)


def test_a_fetch_cut_short_at_the_last_moment_leaves_the_former_copy(server: Server, fetching: Fetcher) -> None:
    url = server.behave("/a", answer(BODY), answer(status="410 Gone"))
    first = fetching.fetch(url)
    entry = first.path.parents[1]
    (entry / "0123456789abcdef").mkdir()
    (entry / "0123456789abcdef" / "a").write_bytes(b"a copy that was not yet told of")
    (entry / ".tmp-decoded").write_bytes(b"half")
    assert fetching.fetch(url).path == first.path
