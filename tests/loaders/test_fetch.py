"""Fetching from a server that behaves, and what becomes of the copies that are kept."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import timedelta

import pytest

from maille.loaders.fetching.fetch import USER_AGENT, Fetcher
from maille.ontology.errors import SourceError

from .misbehaving import Asked, Clock, Server, Write, answer, head

BODY = b"id;nom\n1;Tuba\n2;Tub\xc3\xa0\n"


def test_a_file_is_fetched_and_its_checksum_told(server: Server, fetching: Fetcher) -> None:
    found = fetching.fetch(server.behave("/a/places.csv", answer(BODY)))
    assert found.path.read_bytes() == BODY
    assert found.sha256 == hashlib.sha256(BODY).hexdigest()
    assert (found.from_cache, found.note, found.outcome) == (False, "", "fetched")
    assert found.path.name == "places.csv"


def test_the_client_says_who_it_is(server: Server, fetching: Fetcher) -> None:
    fetching.fetch(server.behave("/a", answer(BODY)))
    assert server.asked[0].headers["User-Agent"] == USER_AGENT
    assert USER_AGENT.startswith("maille/")
    assert "https://" in USER_AGENT


def test_the_name_of_the_copy_may_be_given_and_is_never_a_path(server: Server, fetching: Fetcher) -> None:
    url = server.behave("/export?format=csv", answer(BODY))
    assert fetching.fetch(url, "places.csv").path.name == "places.csv"
    path = fetching.fetch(server.behave("/a%2F..%2F..%2Fetc%2Fx", answer(BODY))).path
    assert path.is_relative_to(fetching.cache)
    assert "/" not in path.name


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({"ETag": '"1"'}, ("If-None-Match", '"1"')),
        ({"Last_Modified": "Fri, 20 Nov 2026 10:00:00 GMT"}, ("If-Modified-Since", "Fri, 20 Nov 2026 10:00:00 GMT")),
    ],
)
def test_a_copy_is_confirmed_by_a_conditional_request(
    server: Server, fetching: Fetcher, given: dict[str, str], asked: tuple[str, str]
) -> None:
    url = server.behave("/a", answer(BODY, **given), answer(status="304 Not Modified"))
    first, second = fetching.fetch(url), fetching.fetch(url)
    assert asked in server.asked[1].headers.items()
    assert (second.path, second.sha256, second.from_cache) == (first.path, first.sha256, True)
    assert second.outcome == "unchanged"


def test_a_changed_file_takes_the_place_of_its_copy(server: Server, fetching: Fetcher) -> None:
    url = server.behave("/a", answer(BODY, ETag='"1"'), answer(BODY * 2, ETag='"2"'))
    first, second = fetching.fetch(url), fetching.fetch(url)
    assert second.path.read_bytes() == BODY * 2
    assert not first.path.exists()
    assert fetching.fetch(url).path.exists()
    assert server.asked[2].headers["If-None-Match"] == '"2"'


def test_a_damaged_copy_is_neither_used_nor_confirmed(server: Server, fetching: Fetcher) -> None:
    url = server.behave("/a", answer(BODY, ETag='"1"'), answer(BODY, ETag='"1"'), answer(status="404 Not Found"))
    path = fetching.fetch(url).path
    path.write_bytes(BODY.replace(b"Tuba", b"Tubb"))
    assert fetching.fetch(url).path.read_bytes() == BODY
    assert "If-None-Match" not in server.asked[1].headers
    path.write_bytes(b"")
    with pytest.raises(SourceError, match="no copy of it was kept"):
        fetching.fetch(url)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"file": 3}', b'{"file": "../../x", "size": 1}'])
def test_a_damaged_record_of_a_copy_is_no_copy(server: Server, fetching: Fetcher, content: bytes) -> None:
    url = server.behave("/a", answer(BODY, ETag='"1"'))
    (fetching.fetch(url).path.parents[1] / "copy.json").write_bytes(content)
    assert fetching.fetch(url).path.read_bytes() == BODY
    assert "If-None-Match" not in server.asked[1].headers


@pytest.mark.parametrize(
    ("status", "told"), [("404 Not Found", "404 Not Found"), ("410 Gone", "410 Gone"), ("403 Forbidden", "403")]
)
def test_a_source_that_is_gone_falls_back_to_the_copy_and_says_so(
    server: Server, fetching: Fetcher, clock: Clock, status: str, told: str
) -> None:
    url = server.behave("/a", answer(BODY), answer(status=status))
    fetching.fetch(url)
    clock.date += timedelta(days=3, hours=2)
    found = fetching.fetch(url)
    assert (found.from_cache, found.outcome) == (True, "kept")
    assert told in found.note
    assert "the copy of 2026-11-20 (3 days old) is used" in found.note
    assert clock.slept == []


def test_a_source_that_was_never_there_says_what_to_do(server: Server, fetching: Fetcher) -> None:
    with pytest.raises(SourceError, match=r"404 Not Found; no copy of it was kept: download it .* --data"):
        fetching.fetch(server.url("/gone"))


def test_gzip_coding_is_undone_and_a_gzip_file_is_left(server: Server, fetching: Fetcher) -> None:
    packed = gzip.compress(BODY)
    assert fetching.fetch(server.behave("/a", answer(packed, Content_Encoding="gzip"))).path.read_bytes() == BODY
    assert fetching.fetch(server.behave("/a.gz", answer(packed))).path.read_bytes() == packed


def test_a_chunked_answer_and_one_that_ends_with_the_connection_are_whole(server: Server, fetching: Fetcher) -> None:
    def chunked(_asked: Asked, write: Write) -> None:
        write(head("200 OK", Transfer_Encoding="chunked") + b"3\r\nid;\r\n4\r\nnom\n\r\n0\r\n\r\n")

    def closed(_asked: Asked, write: Write) -> None:
        write(head("200 OK") + BODY)

    assert fetching.fetch(server.behave("/a", chunked)).path.read_bytes() == b"id;nom\n"
    assert fetching.fetch(server.behave("/b", closed)).path.read_bytes() == BODY


def test_redirects_are_followed_relative_ones_and_accents_too(server: Server, fetching: Fetcher) -> None:
    server.behave("/sorti%C3%A9", answer(BODY))

    def raw(_asked: Asked, write: Write) -> None:
        write("HTTP/1.1 302 Found\r\nLocation: ../sortié\r\nContent-Length: 0\r\n\r\n".encode())

    server.behave("/b/c", raw)
    assert fetching.fetch(server.behave("/a", answer(status="301 x", Location="/b/c"))).path.read_bytes() == BODY


def test_whoever_waits_is_told_how_far_it_is(server: Server, fetching: Fetcher) -> None:
    told: list[tuple[int, int | None]] = []
    fetching.fetch(server.behave("/a", answer(BODY)), told=lambda there, of: told.append((there, of)))
    assert told[-1] == (len(BODY), len(BODY))


def test_nothing_but_the_copy_is_left_in_the_cache(server: Server, fetching: Fetcher) -> None:
    path = fetching.fetch(server.behave("/a", answer(gzip.compress(BODY), Content_Encoding="gzip"))).path
    assert {one.name for one in path.parents[1].iterdir()} == {path.parent.name, "copy.json", "lock"}
    assert json.loads((path.parents[1] / "copy.json").read_bytes())["url"] == server.url("/a")
