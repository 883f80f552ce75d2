"""Parameters that mean nothing, mean too much, or lead out of the house; and ranges of a dump."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest

from .target import Target

BAD = (400, "bad-request")


@pytest.mark.parametrize(
    "value",
    ["NaN", "nan", "inf", "-inf", "-1", "0", "0.0", "1e9", "9" * 400, "", "0x10", "１", "1_0", " 1", "1 ", "1;2"],
)
def test_a_timeout_is_a_number_of_seconds(target: Target, value: str) -> None:
    assert target.get("ASK {}", timeout=value).outcome == BAD


def test_a_timeout_beyond_that_of_the_service_is_that_of_the_service(target: Target) -> None:
    reply = target.get("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", timeout="999999999")
    assert reply.outcome == (504, "query-timeout")
    assert 3.9 < reply.seconds < 5


@pytest.mark.parametrize("value", ["nonsense", "", "json,", "../etc", "\0", "'", '"><script>', "j" * 50_000])
def test_a_format_is_one_of_ours(target: Target, value: str) -> None:
    reply = target.get("ASK { }", format=value)
    assert reply.outcome == BAD
    assert "<script>" not in reply.body.decode()


TRAVERSALS = ["../..", "..%2f..", "/etc/passwd", "", "x" * 300, "\0", "current", ".", "..", "....//", "~", "a\nb", "é"]


@pytest.mark.parametrize("value", TRAVERSALS)
def test_a_release_is_the_name_of_one(target: Target, value: str) -> None:
    graph = f"/graph-store?{urlencode({'graph': 'urn:g:1', 'release': value})}"
    for reply in (target.get("ASK {}", release=value), target.ask("GET", graph, {"Accept": "text/turtle"})):
        assert reply.outcome in {BAD, (404, "unknown-release")}
        assert "/home" not in reply.body.decode()


@pytest.mark.parametrize("value", [*TRAVERSALS, "0" * 16])
def test_a_dump_is_that_of_a_release(target: Target, value: str) -> None:
    for path in (f"/dumps/{quote(value, safe='')}/dump.nq.gz", f"/dumps/{value.strip()}/dump.nq.gz"):
        if path.isascii() and "\n" not in path and "\0" not in path:
            assert target.ask("GET", path).status in {307, 404}


@pytest.mark.parametrize(
    "path", ["/static/../../pyproject.toml", "/static/..%2f..%2fpyproject.toml", "/static//etc/passwd"]
)
def test_static_files_are_those_of_the_page(target: Target, path: str) -> None:
    assert target.ask("GET", path).status == 404


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("bytes=0-0", {206}),
        ("bytes=-1", {206}),
        ("bytes=999999999-", {416}),
        ("bytes=5-1", {200, 400, 416}),
        ("bytes=a-b", {200, 400, 416}),
        ("bytes=-0", {200, 416}),
        ("items=0-1", {200}),
        ("bytes=0-99999999999999999999999", {200, 206, 416}),
        ("bytes=" + ",".join(f"{i}-{i}" for i in range(5000)), {200, 416}),
        ("bytes=" + "0-," * 5000 + "0-", {200, 206, 416}),
        ("bytes=" + "1-2,3-4," * 2, {200, 206, 400, 416}),
        ("=" * 10_000, {200, 400}),
    ],
)
def test_ranges_of_a_dump_give_no_more_than_there_is(target: Target, value: str, expected: set[int]) -> None:
    location = target.ask("GET", "/dumps/current/dump.nq.gz").headers["location"]
    whole = int(target.ask("HEAD", location).headers["content-length"])
    reply = target.ask("GET", location, {"Range": value})
    assert reply.status in expected
    assert len(reply.body) <= whole + 1000


def test_a_thousand_parameters_are_too_many(target: Target) -> None:
    graphs = "".join(f"&default-graph-uri=urn:{i}" for i in range(900))
    assert target.ask("GET", f"/sparql?query=ASK%7B%7D{graphs}").status == 200
    assert target.ask("GET", "/sparql?query=ASK%7B%7D" + "&a" * 10_000).status == 400
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for rest in (b"&" * 3_000_000, b"&a=b" * 800_000, b"+" * 3_000_000, b"=" * 1_000_000):
        reply = target.ask("POST", "/sparql", form, b"query=ASK%7B%7D" + rest)
        assert reply.status in {400, 413}
        assert reply.seconds < 2


@pytest.mark.parametrize("name", ["query", "timeout", "release", "update"])
def test_what_is_given_twice_is_refused(target: Target, name: str) -> None:
    assert target.ask("GET", f"/sparql?query=ASK%7B%7D&{name}=1&{name}=2").outcome == BAD
