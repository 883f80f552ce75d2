"""RFC 9110, section 12.5.3: what is coded decodes to what is not, and each coding has a tag of its own."""

from __future__ import annotations

import gzip
from urllib.parse import urlencode

import pytest
import zstandard

from .conftest import Client

LONG = "/sparql?" + urlencode({"query": "SELECT * WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o", "format": "csv"})
SHORT = "/sparql?" + urlencode({"query": "ASK {}"})
STREAMED = "/sparql?" + urlencode({"query": "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }", "format": "csv"})


def raw(
    client: Client, address: str, accepted: str, method: str = "GET", **headers: str
) -> tuple[dict[str, str], bytes]:
    sent = {"accept-encoding": accepted, **{name.replace("_", "-"): value for name, value in headers.items()}}
    response = client(method, address, headers=sent)
    return dict(response.headers) | {"status": str(response.status_code)}, response.content


@pytest.mark.parametrize("address", [LONG, STREAMED, "/", "/static/style.css", "/.well-known/void"])
@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_coded_answer_is_the_plain_one(client: Client, address: str, coding: str) -> None:
    headers, body = raw(client, address, coding)
    plain_headers, plain = raw(client, address, "identity")
    assert headers["content-encoding"] == coding
    assert "content-encoding" not in plain_headers
    assert body == plain  # httpx decodes
    for found in (headers, plain_headers):
        assert "accept-encoding" in found["vary"].lower()


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "gzip"),
        ("zstd;q=0.1, gzip;q=0.9", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=0, *", "zstd"),
        ("*;q=0", None),
        ("br", None),
        ("identity, gzip;q=0.5", None),
        ("", None),
    ],
)
def test_weights_are_honoured(client: Client, accepted: str, expected: str | None) -> None:
    assert raw(client, LONG, accepted)[0].get("content-encoding") == expected


def test_short_and_packed_bodies_are_left_alone(client: Client) -> None:
    for address in (SHORT, "/nowhere", "/siren/732829320"):
        assert "content-encoding" not in raw(client, address, "gzip")[0]


def test_each_coding_has_its_tag(client: Client) -> None:
    tags = {coding: raw(client, LONG, coding)[0]["etag"] for coding in ("identity", "gzip", "zstd")}
    assert len(set(tags.values())) == 3
    for coding, tag in tags.items():
        headers, body = raw(client, LONG, coding, if_none_match=tag)
        assert (headers["status"], body, headers["etag"]) == ("304", b"", tag)
    assert raw(client, LONG, "identity", if_none_match=tags["gzip"])[0]["status"] == "200"
    assert raw(client, LONG, "zstd", if_none_match=tags["gzip"])[0]["status"] == "200"


def test_a_short_answer_keeps_its_tag(client: Client) -> None:
    tag = raw(client, SHORT, "gzip")[0]["etag"]
    assert tag == raw(client, SHORT, "identity")[0]["etag"]
    headers, _ = raw(client, SHORT, "gzip", if_none_match=tag)
    assert (headers["status"], headers["etag"]) == ("304", tag)


@pytest.mark.parametrize("address", [LONG, SHORT, STREAMED, "/"])
def test_head_tells_what_get_would(client: Client, address: str) -> None:
    head, body = raw(client, address, "gzip", "HEAD")
    get, _ = raw(client, address, "gzip")
    assert body == b""
    for name in ("etag", "content-encoding", "content-length", "vary", "content-type"):
        assert head.get(name) == get.get(name)


def test_the_same_answer_has_the_same_bytes(client: Client) -> None:
    for coding in ("gzip", "zstd"):
        first, second = (client.undecoded(LONG, coding) for _ in range(2))
        assert first == second
    packed = client.undecoded(LONG, "gzip")
    assert len(packed) < len(gzip.decompress(packed)) / 2
    with zstandard.ZstdDecompressor().stream_reader(client.undecoded(LONG, "zstd")) as reader:
        assert reader.read() == gzip.decompress(packed)
