"""RFC 9110, section 12.5: tables of (header, expected), and the law that nothing raises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maille.api.http.negotiation import (
    by_short_name,
    choose,
    choose_encoding,
    choose_language,
    is_browser,
    matches_etag,
    parse_accept,
)
from maille.store.engine import BINDINGS_FORMATS, GRAPH_FORMATS

GRAPHS = tuple(GRAPH_FORMATS)
RESULTS = tuple(BINDINGS_FORMATS)
DOCUMENT = ("text/html", *GRAPHS)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
JAVA = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"
JSON, XML, CSV, TSV = RESULTS


@pytest.mark.parametrize(
    ("accept", "offered", "expected"),
    [
        (None, GRAPHS, "text/turtle"),
        ("", GRAPHS, "text/turtle"),
        ("*/*", GRAPHS, "text/turtle"),
        ("*", GRAPHS, "text/turtle"),
        ("text/*", RESULTS, CSV),
        ("application/*", RESULTS, JSON),
        ("application/ld+json", GRAPHS, "application/ld+json"),
        ("APPLICATION/LD+JSON", GRAPHS, "application/ld+json"),
        ("text/turtle;q=0.5, application/rdf+xml", GRAPHS, "application/rdf+xml"),
        ("text/turtle;q=0.500, application/rdf+xml;q=0.4999", GRAPHS, "text/turtle"),
        ("text/turtle; Q=0.1, */*;q=0.2", GRAPHS, "application/n-triples"),
        ("text/turtle;q=0, */*", GRAPHS, "application/n-triples"),
        ("*/*;q=0", GRAPHS, None),
        ("text/turtle;q=0", GRAPHS, None),
        ("image/png", GRAPHS, None),
        ("image/png, */*;q=0.1", GRAPHS, "text/turtle"),
        ("text/*;q=0.3, text/csv;q=0.1", RESULTS, TSV),
        ("text/turtle;charset=utf-8", GRAPHS, "text/turtle"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', GRAPHS, "application/ld+json"),
        ('application/ld+json;profile="a,b;q=0", text/turtle;q=0.1', GRAPHS, "application/ld+json"),
        ("application/ld+json;profile=x;q=0, application/ld+json;q=0.5", GRAPHS, "application/ld+json"),
        (FIREFOX, DOCUMENT, "text/html"),
        (JAVA, DOCUMENT, "text/html"),
        (JAVA, GRAPHS, "text/turtle"),
        ("text/turtle;q=1.5, application/n-triples", GRAPHS, "application/n-triples"),
        ("text/turtle;q=high, application/n-triples;q=0.1", GRAPHS, "application/n-triples"),
        ("text/turtle;q=, application/n-triples;q=0.1", GRAPHS, "application/n-triples"),
        ("text/turtle;q=-1", GRAPHS, "text/turtle"),
        (",,;;,/,text/", GRAPHS, "text/turtle"),
        ("*/turtle, application/n-triples;q=0.2", GRAPHS, "application/n-triples"),
        ("text/turtle,,application/n-triples;q=0.2,", GRAPHS, "text/turtle"),
        ('"text/turtle", application/n-triples', GRAPHS, "application/n-triples"),
        ('text/turtle;a="', GRAPHS, "text/turtle"),
        ("text/turtle\u00e9, application/rdf+xml", GRAPHS, "application/rdf+xml"),
    ],
)
def test_accept(accept: str | None, offered: tuple[str, ...], expected: str | None) -> None:
    assert choose(accept, offered) == expected


def test_the_example_of_section_12_5_1() -> None:
    accept = "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5"
    order = ["text/plain;format=flowed", "text/plain", "image/jpeg", "text/plain;format=fixed", "text/html"]
    for position in range(len(order)):
        assert choose(accept, order[position:]) == order[position]


def test_the_default_stands_in_for_a_missing_header_only() -> None:
    assert choose(None, GRAPHS, default="application/rdf+xml") == "application/rdf+xml"
    assert choose("*/*", GRAPHS, default="application/rdf+xml") == "text/turtle"
    assert choose(None, ()) is None


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (FIREFOX, True),
        (JAVA, True),
        ("text/turtle, text/html;q=0.5", False),
        ("application/sparql-results+json, text/html", False),
        ("*/*", False),
        ("text/html;q=0", False),
        (None, False),
    ],
)
def test_browsers(accept: str | None, expected: bool) -> None:
    assert is_browser(accept) is expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "fr"),
        ("en", "en"),
        ("en-GB, fr;q=0.9", "en"),
        ("fr-CA", "fr"),
        ("de", "fr"),
        ("de, en;q=0.1", "en"),
        ("de, *;q=0.1", "fr"),
        ("fr;q=0, *;q=0.5", "en"),
        ("en;q=0.5, fr;q=0.5", "fr"),
        ("en;q=0", "fr"),
        ("fr;q=0, en;q=0", "fr"),
        ("-, é, en;q=0.3", "en"),
    ],
)
def test_accept_language(header: str | None, expected: str) -> None:
    assert choose_language(header) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("", None),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=0", None),
        ("gzip;q=0, *", "zstd"),
        ("*;q=0", None),
        ("*", "zstd"),
        ("gzip;q=0.2, identity;q=0.5", None),
        ("br;q=0.9, zstd;q=0.1", "br"),
        ("identity", None),
        ("compress", None),
        ("gzip;q=nonsense", None),
    ],
)
def test_accept_encoding(header: str | None, expected: str | None) -> None:
    assert choose_encoding(header, ("zstd", "br", "gzip")) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("json", JSON), ("JSON", JSON), ("text/csv", CSV), ("ttl", None), ("", None), ("sparql", None)],
)
def test_short_names(name: str, expected: str | None) -> None:
    assert by_short_name(name, BINDINGS_FORMATS) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [('"a"', True), ('W/"a"', True), ('"b", W/"a"', True), ("*", True), ('"b"', False), (None, False), ("a", False)],
)
def test_if_none_match(header: str | None, expected: bool) -> None:
    assert matches_etag(header, 'W/"a"') is expected


HEADERS = st.one_of(st.text(), st.text(alphabet='atx/*;,q=01.5" \\-+\t', max_size=60))


@given(HEADERS)
def test_nothing_raises_and_the_answer_is_one_of_those_offered(header: str) -> None:
    assert choose(header, DOCUMENT) in {*DOCUMENT, None}
    assert choose_language(header) in {"fr", "en"}
    assert choose_encoding(header, ("br", "gzip")) in {"br", "gzip", None}
    assert is_browser(header) in {True, False}
    assert matches_etag(header, '"x"') in {True, False}
    assert all(0 <= part.quality <= 1 for part in parse_accept(header))


@given(st.permutations(["text/turtle;q=0.3", "text/html;q=0.7", "application/rdf+xml;q=0.5", "*/*;q=0.1"]))
def test_the_order_of_parts_does_not_matter(parts: list[str]) -> None:
    assert choose(", ".join(parts), DOCUMENT) == "text/html"
