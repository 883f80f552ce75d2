"""Request lines and headers: too long, too many, of no grammar, or of one that costs much to read."""

from __future__ import annotations

import pytest

from .conftest import TOKEN
from .target import JSON, Target

ASK = "/sparql?query=ASK%7B%7D"
ROWS = "/sparql?query=SELECT*%7B%3Fs%20%3Fp%20%3Fo%7DLIMIT%20100"
NO_HTTP = (400, "not-http")


@pytest.mark.parametrize("length", [60_000, 65_000])
def test_a_long_address_is_read(target: Target, length: int) -> None:
    assert target.ask("GET", f"{ASK}%23{'a' * (length - 30)}").status == 200


@pytest.mark.parametrize("length", [65_536, 70_000, 200_000, 5_000_000])
def test_a_longer_one_is_told_so(target: Target, length: int) -> None:
    reply = target.ask("GET", f"{ASK}%23{'a' * length}")
    assert reply.outcome == (414, "target-too-long")
    assert "POST" in reply.body.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Long": "a" * 1_000_000},
        {"X-Long": "a" * 30_000_000},
        {"X" * 1_000_000: "a"},
        {f"X-{i}": "a" for i in range(1000)},
        {f"X-{i}": "a" for i in range(100_000)},
        {"Cookie": "a=b;" * 100_000},
    ],
)
def test_too_much_of_a_head_is_refused(target: Target, headers: dict[str, str]) -> None:
    reply = target.ask("GET", ASK, headers)
    assert reply.outcome == (431, "headers-too-large")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.seconds < 2


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "M-SEARCH", "LOCK"])
def test_methods_of_others_are_refused(target: Target, method: str) -> None:
    reply = target.ask(method, ASK)
    assert reply.outcome == (405, "method-not-allowed")
    assert reply.headers["allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize(
    "request_",
    [
        b"FOO /sparql HTTP/1.1\r\nHost: x\r\n\r\n",
        b"get /sparql HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /sparql?query=ASK {} HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /sp\xffarql HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /sparql HTTP/1.1\nHost: x\n\n",
        b"GET /sparql HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
        b"GET /sparql HTTP/1.1\r\nHost: x\r\nAccept: a\x00b\r\n\r\n",
        b"GET /sparql HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n",
        b"GET /sparql HTTP/9.9\r\nHost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 600,
        b"\x00" * 1000,
        b"\r\n" * 1000 + b"x",
    ],
)
def test_what_is_no_http_is_refused_without_a_word_in_the_log(target: Target, request_: bytes) -> None:
    before = target.log()
    reply = target.send(request_)
    assert reply.outcome == NO_HTTP
    assert target.log() == before


@pytest.mark.parametrize(
    "accept",
    [
        ",".join(f"a/b{i}" for i in range(10_000)),
        ",".join([*(f"a/b{i}" for i in range(10_000)), JSON]),
        f"{JSON};q=NaN",
        f"{JSON};q=inf",
        f"{JSON};q=-1",
        f"{JSON};q=1e9",
        f"{JSON};q=0.00000000000000000000001",
        ";;;,,,==",
        'a/b;x="' + "\\" * 50_000,
        '"' * 50_000,
        "a/b;" * 20_000,
        "*/*" + ";q=1" * 10_000,
        "\xff\xfe",
    ],
)
def test_an_accept_of_any_kind_is_read_quickly(target: Target, accept: str) -> None:
    reply = target.ask("GET", ASK, {"Accept": accept})
    assert reply.status in {200, 406}
    assert reply.seconds < 1


@pytest.mark.parametrize("name", ["Accept-Encoding", "Accept-Language", "If-None-Match", "Content-Type", "Origin"])
def test_other_lists_are_read_quickly_too(target: Target, name: str) -> None:
    for value in (",".join(f'"a{i}"' for i in range(10_000)), "a;q=" * 20_000, '"' * 60_000, " " * 60_000 + "x"):
        reply = target.ask("GET", ROWS, {name: value})
        assert reply.status == 200
        assert reply.seconds < 1


@pytest.mark.parametrize("refused", ["gzip;q=0, zstd;q=0", "*;q=0", "identity;q=0", "gzip;q=0.000", "gzip; q = 0"])
def test_a_coding_of_no_weight_is_not_used(target: Target, refused: str) -> None:
    reply = target.ask("GET", ROWS, {"Accept-Encoding": refused})
    assert reply.status == 200
    assert "content-encoding" not in reply.headers


@pytest.mark.parametrize(
    "path",
    [
        f"{ASK}&format=json%0d%0aX-Evil:%201",
        f"{ASK}&release=%0d%0aX-Evil:%201",
        "/id/commune/%0d%0aX-Evil:%201",
        "/sparql/%0d%0aX-Evil:%201/",
        "/dumps/%0d%0aX-Evil:%201/dump.nq.gz",
        "/graph-store?graph=%0d%0aX-Evil:%201",
        "/%0d%0aX-Evil:%201/",
        "/commune/%0d%0aX-Evil:%201",
    ],
)
def test_no_header_is_injected(target: Target, path: str) -> None:
    reply = target.ask("GET", path)
    assert reply.status < 500
    assert "x-evil" not in reply.headers


@pytest.mark.parametrize("path", ["//evil.example/sparql/", "///evil.example//", "/\\evil.example/", "//evil.example"])
def test_no_redirect_leads_elsewhere(target: Target, path: str) -> None:
    reply = target.ask("GET", path)
    assert not reply.headers.get("location", "").startswith(("//", "/\\", "http"))


def test_another_protocol_is_not_spoken(target: Target) -> None:
    before = target.log()
    for protocol in ("websocket", "h2c", "TLS/1.0"):
        reply = target.ask("GET", ASK, {"Connection": "Upgrade", "Upgrade": protocol})
        assert (reply.status, "upgrade" in reply.headers) == (200, False)
    # As the client of Java does with every POST.
    upgrade = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAMAAABkAAQAAP__"}
    body = {"Content-Type": "application/sparql-query", **upgrade}
    assert target.ask("POST", "/sparql", body, b"ASK { ?s ?p ?o }").status == 200
    assert target.log() == before


@pytest.mark.parametrize(
    "token", ["", TOKEN[:-1], f"{TOKEN}x", TOKEN.upper(), "\xe9", "a" * 60_000, f"{TOKEN},{TOKEN}"]
)
def test_a_token_is_right_or_wrong(target: Target, token: str) -> None:
    headers = {"Content-Type": "text/turtle", "Authorization": f"Bearer {token}"}
    reply = target.ask("PUT", "/graph-store?graph=urn:x", headers, b"<urn:a> <urn:b> 1 .")
    assert reply.outcome == (401, "unauthorized")
    assert reply.headers["www-authenticate"].startswith("Bearer")
    assert TOKEN not in reply.body.decode()
