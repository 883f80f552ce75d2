"""One client cannot change what another one gets: what is remembered is given for the same question alone."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest

from maille.store.release import Draft, Home

from .conftest import attacked, lines
from .target import JSON, Target

QUERY = "SELECT ?s ?o { ?s <urn:p:name> ?o } ORDER BY ?s ?o LIMIT 40"
MEDIA = {
    "application/sparql-results+json": b"{",
    "application/sparql-results+xml": b"<?xml",
    "text/csv": b"s,o\r\n",
    "text/tab-separated-values": b"?s\t?o\n",
}


def path(query: str, **parameters: str) -> str:
    return f"/sparql?{urlencode({'query': query, **parameters})}"


def test_formats_are_not_mixed_up(target: Target) -> None:
    for _ in range(3):
        for accept, beginning in MEDIA.items():
            reply = target.ask("GET", path(QUERY), {"Accept": accept})
            assert reply.headers["content-type"].startswith(accept)
            assert reply.body.startswith(beginning)
            assert "Accept" in reply.headers["vary"]
        for name, accept in (("json", "text/csv"), ("csv", JSON)):
            reply = target.ask("GET", path(QUERY, format=name), {"Accept": accept})
            assert name in reply.headers["content-type"]


def test_labels_are_not_mixed_up(target: Target) -> None:
    for _ in range(2):
        for accept in ("application/json", JSON, "application/xml", "text/xml"):
            assert target.ask("GET", path(QUERY), {"Accept": accept}).headers["content-type"].startswith(accept)


def test_codings_are_not_mixed_up(target: Target) -> None:
    for _ in range(3):
        plain = target.ask("GET", path(QUERY), {"Accept-Encoding": "identity"})
        packed = target.ask("GET", path(QUERY), {"Accept-Encoding": "gzip"})
        assert "content-encoding" not in plain.headers
        assert packed.headers["content-encoding"] == "gzip"
        assert zlib.decompress(packed.body, 31) == plain.body
        assert plain.headers["etag"] != packed.headers["etag"]


def test_data_sets_are_not_mixed_up(target: Target) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    sets = {
        (): "9000",
        (("default-graph-uri", "urn:g:1"),): "3000",
        (("default-graph-uri", "urn:g:1"), ("default-graph-uri", "urn:g:2")): "6000",
        (("named-graph-uri", "urn:g:1"),): "0",
        (("default-graph-uri", "urn:g:1\nurn:g:2"),): "",
    }
    for _ in range(2):
        for graphs, expected in sets.items():
            reply = target.ask("GET", f"/sparql?{urlencode([('query', count), *graphs])}")
            assert (reply.values if reply.status == 200 else [""]) == [expected]


@pytest.mark.parametrize(
    "header",
    ["Host", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Original-URL", "X-Rewrite-URL", "Origin"],
)
def test_headers_that_proxies_write_change_nothing(target: Target, header: str) -> None:
    query = "SELECT (<x> AS ?base) {} # " + header
    value = "host=evil.example" if header == "Forwarded" else "evil.example"
    poisoned = target.ask("GET", path(query), {header: value})
    clean = target.ask("GET", path(query))
    assert poisoned.body == clean.body
    assert b"evil" not in clean.body
    for page in ("/sparql", "/", "/about", "/catalog", "/.well-known/void"):
        reply = target.ask("GET", page, {"Accept": "text/turtle, text/html;q=0.9", header: value})
        assert b"evil" not in reply.body
        assert "evil" not in json.dumps(reply.headers)


@pytest.mark.parametrize("function", ["NOW()", "RAND()", "UUID()", "STRUUID()", "rand()", "BNODE()", "nOw ( )"])
def test_what_differs_each_time_is_not_remembered(target: Target, function: str) -> None:
    replies = [target.get(f"SELECT (STR({function}) AS ?x) {{}}") for _ in range(3)]
    if function != "BNODE()":
        assert len({reply.body for reply in replies}) == 3
    for reply in replies:
        assert reply.headers["cache-control"] == "no-store"
        assert "etag" not in reply.headers


def test_the_word_of_such_a_function_in_disguise_is_seen(target: Target) -> None:
    for text in ("SELECT (R\\u0041ND() AS ?x) {}", "SELECT (RAND#x\n() AS ?x) {}", "SELECT(1AS?y)(RAND()AS?x){}"):
        first, second = target.get(text), target.get(text)
        assert first.status == 400 or first.body != second.body


def test_errors_are_not_remembered(target: Target) -> None:
    broken = path("SELECT * {")
    for _ in range(2):
        reply = target.ask("GET", broken)
        assert reply.status == 400
        assert reply.headers["cache-control"] == "no-store"
    held = target.ask("GET", broken, {"If-None-Match": "*"})
    assert held.status == 400


def test_a_head_does_not_empty_what_a_get_gives(target: Target) -> None:
    for method in ("HEAD", "GET", "HEAD", "GET"):
        reply = target.ask(method, path(QUERY + " # head"))
        assert reply.status == 200
        assert bool(reply.body) is (method == "GET")


@pytest.mark.parametrize("tag", ['"', '"a" "b"', "W/", '""', "a" * 10_000, ",".join(['"x"'] * 10_000), "\xff"])
def test_a_tag_of_any_kind_gives_the_answer(target: Target, tag: str) -> None:
    reply = target.ask("GET", path(QUERY), {"If-None-Match": tag})
    assert reply.status == 200
    assert reply.body.startswith(b"{")


def test_queries_that_look_alike_are_told_apart(target: Target) -> None:
    for first, second in (("1 ", " 1"), ("'a'", "'A'"), ("'\u00e9'", "'e\u0301'"), ("<a%20b>", "<a%2520b>")):
        answers = {target.get(f"SELECT ({text} AS ?x) {{}}").body for text in (first, second)}
        assert len(answers) == (1 if "1" in first and "'" not in first else 2) or first.startswith("<a%20")
    one = target.ask("GET", "/sparql?query=SELECT%20%28%22%2B%22%20AS%20%3Fx%29%7B%7D").values
    other = target.ask("GET", "/sparql?query=SELECT%20%28%22+%22%20AS%20%3Fx%29%7B%7D").values
    assert (one, other) == (["+"], [" "])


@pytest.fixture(scope="module")
def moving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Target, Home, list[str]]]:
    """Serve a home of two releases, for kept ones to be asked."""
    home = Home(tmp_path_factory.mktemp("moving") / "home")
    ids = []
    for salt in ("", " again"):
        parent = home.current()
        ids.append(home.publish(Draft(lines(salt), parent.id if parent else None, with_store=False)).id)
    with attacked(home.path) as target:
        yield target, home, ids


def test_releases_are_not_mixed_up(moving: tuple[Target, Home, list[str]]) -> None:
    target, _, (old, new) = moving
    text = "SELECT ?o { <urn:t:1> <urn:p:name> ?o }"
    for _ in range(3):
        assert target.get(text).values == ["name 1 again"]
        assert target.get(text, release=old).values == ["name 1"]
        assert target.get(text, release=new).values == ["name 1 again"]
    tags = {target.get(text, release=release).headers["etag"] for release in (old, new)}
    assert len(tags) == 2


def test_a_write_is_seen_at_once_whatever_was_remembered(moving: tuple[Target, Home, list[str]]) -> None:
    target, _, (old, _) = moving
    text = f"SELECT ?o {{ GRAPH <urn:poison> {{ <urn:x> <urn:p> ?o }} }} # {quote(old)}"
    for number in range(5):
        assert target.get(text).values == ([str(number - 1)] if number else [])
        update = (
            f"DELETE WHERE {{ GRAPH <urn:poison> {{ <urn:x> <urn:p> ?o }} }} ; "
            f"INSERT DATA {{ GRAPH <urn:poison> {{ <urn:x> <urn:p> {number} }} }}"
        )
        assert target.update(update).status == 204
        assert target.get(text).values == [str(number)]
        assert target.get(text, release=old).values == []
