"""Request bodies: of every length, said and unsaid, compressed, ill-encoded, or never coming to an end."""

from __future__ import annotations

from urllib.parse import quote_plus, urlencode

import pytest

from .target import Target

MEGABYTE = 1024 * 1024
HUGE = b"x" * 20_000_000
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
QUERY = {"Content-Type": "application/sparql-query"}
CHUNKED = {**QUERY, "Transfer-Encoding": "chunked"}
HEAD = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
TOO_LARGE = (413, "too-large")
NO_HTTP = (400, "not-http")


def values_of(size: int) -> str:
    """Return a query of exactly so many bytes that counts 3000 names."""
    values = " ".join(f"<urn:t:{i}>" for i in range(70_000))
    query = f"SELECT (COUNT(*) AS ?n) {{ VALUES ?s {{ {values} }} ?s <urn:p:name> ?o }}#"
    return query + "x" * (size - len(query))


def chunks(body: bytes, size: int) -> bytes:
    parts = (body[start : start + size] for start in range(0, len(body), size))
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@pytest.mark.parametrize("size", [MEGABYTE - 1, MEGABYTE])
def test_a_query_of_a_megabyte_is_answered(target: Target, size: int) -> None:
    query = values_of(size)
    assert target.post(query).values == ["3000"]
    assert target.ask("POST", "/sparql", FORM, urlencode({"query": query}).encode()).values == ["3000"]
    escaped = b"query=" + "".join(f"%{byte:02X}" for byte in query.encode()).encode()
    assert target.ask("POST", "/sparql", FORM, escaped).values == ["3000"]
    assert target.ask("POST", "/sparql", CHUNKED, chunks(query.encode(), 10_000)).values == ["3000"]


@pytest.mark.parametrize("size", [MEGABYTE + 1, 2 * MEGABYTE])
def test_a_longer_one_is_refused(target: Target, size: int) -> None:
    query = values_of(size)
    form = b"query=" + quote_plus(query).encode()
    assert target.post(query).status == 413
    assert target.ask("POST", "/sparql", FORM, form).status == 413
    assert target.ask("POST", "/sparql", CHUNKED, chunks(query.encode(), 10_000)).status == 413


def test_a_multibyte_query_is_counted_in_bytes(target: Target) -> None:
    assert target.post("ASK {} #" + "é" * (MEGABYTE // 2 - 10)).status == 200
    assert target.post("ASK {} #" + "é" * (MEGABYTE // 2 + 10)).status == 413


@pytest.mark.parametrize(
    ("headers", "path", "expected"),
    [
        (QUERY, "/sparql", TOO_LARGE),
        (FORM, "/sparql", TOO_LARGE),
        ({"Content-Type": "text/plain"}, "/sparql", (415, "unsupported-media-type")),
        ({"Content-Type": "multipart/form-data; boundary=x"}, "/sparql", (415, "unsupported-media-type")),
        ({"Content-Type": "application/sparql-update"}, "/sparql", (401, "unauthorized")),
        ({"Content-Type": "text/turtle"}, "/graph-store?default", (401, "unauthorized")),
        (QUERY, "/nothing-here", (404, "not-found")),
        (QUERY, "/", (405, "method-not-allowed")),
    ],
)
@pytest.mark.parametrize("sent", ["with its length", "in chunks", "not sent at all"])
def test_twenty_megabytes_are_refused(
    target: Target, headers: dict[str, str], path: str, expected: tuple[int, str], sent: str
) -> None:
    if sent == "in chunks":
        reply = target.ask("POST", path, {**headers, "Transfer-Encoding": "chunked"}, chunks(HUGE, 65_536))
    elif sent == "not sent at all":
        reply = target.ask("POST", path, {**headers, "Content-Length": "20000000", "Expect": "100-continue"})
    else:
        reply = target.ask("POST", path, headers, HUGE)
    assert reply.outcome == expected
    assert reply.headers["access-control-allow-origin"] == "*"


def test_twenty_megabytes_a_byte_at_a_time(target: Target) -> None:
    reply = target.ask("POST", "/sparql", CHUNKED, b"1\r\nx\r\n" * 1_500_000 + b"0\r\n\r\n")
    assert reply.outcome == TOO_LARGE


def test_a_body_nobody_asked_for_does_no_harm(target: Target) -> None:
    assert target.ask("GET", "/sparql?query=ASK%7B%7D", {}, HUGE).status == 200
    assert target.ask("GET", "/sparql?query=ASK%7B%7D", {"Content-Length": "5"}, b"12345").status == 200


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nASK{} ",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nASK{}\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n5\r\nASK{}\r\n0\r\n\r\n",
        b"Content-Length: -5\r\n\r\nASK{}",
        b"Content-Length: +5\r\n\r\nASK{}",
        b"Content-Length: 0x5\r\n\r\nASK{}",
        b"Content-Length: 5, 6\r\n\r\nASK{} ",
        b"Content-Length: 99999999999999999999\r\n\r\nASK{}",
        b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nASK{}\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nASK{}\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nASK{}XX0\r\n\r\n",
    ],
)
def test_lengths_that_do_not_agree_are_refused(target: Target, rest: bytes) -> None:
    reply = target.send(HEAD + rest)
    assert reply.outcome == NO_HTTP
    assert reply.headers["connection"] == "close"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, identity"])
def test_compressed_bodies_are_not_unpacked(target: Target, coding: str) -> None:
    reply = target.ask("POST", "/sparql", {**QUERY, "Content-Encoding": coding}, b"\x1f\x8b\x08" + b"\0" * 1000)
    assert reply.outcome == (415, "unsupported-media-type")


ILL = ("%", "%zz", "%f", "%ff", "%c0%80", "%ed%a0%80", "%f4%90%80%80", "%u0041")


@pytest.mark.parametrize("ill", ILL)
@pytest.mark.parametrize("where", ["value", "name", "path"])
def test_ill_encoded_addresses_are_refused(target: Target, ill: str, where: str) -> None:
    path = {
        "value": f"/sparql?query=ASK%7B%7D{ill}",
        "name": f"/sparql?query=ASK%7B%7D&{ill}=1",
        "path": f"/id/commune/{ill}",
    }[where]
    assert target.ask("GET", path).outcome == (400, "bad-encoding")


@pytest.mark.parametrize("ill", ILL)
def test_ill_encoded_forms_are_refused(target: Target, ill: str) -> None:
    for form in (f"query=ASK%7B%7D{ill}", f"query=ASK%7B%7D&{ill}=1"):
        assert target.ask("POST", "/sparql", FORM, form.encode()).outcome == (400, "bad-encoding")


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        (b"ASK { ?s ?p '\xff' }", "bad-encoding"),
        (b"ASK { ?s ?p '\xed\xa0\x80' }", "bad-encoding"),
        ("ASK {}".encode("utf-16"), "bad-encoding"),
        (b"ASK { ?s ?p '\x00' }", "query-syntax"),
        (b"ASK { ?s ?p '\\u0000' }", "query-syntax"),
        (b"ASK { ?s ?p '\\ud800' }", "query-syntax"),
        (b"ASK { ?s ?p '\\U00110000' }", "query-syntax"),
        (b"ASK { \\ud800 }", "query-syntax"),
        (b"ASK { <http://a/\\ud800> ?p ?o }", "query-syntax"),
        (b"", "query-syntax"),
    ],
)
def test_what_is_no_text_is_refused(target: Target, query: bytes, problem: str) -> None:
    assert target.ask("POST", "/sparql", QUERY, query).outcome == (400, problem)
