"""SPARQL 1.1 Graph Store HTTP Protocol, sections 4, 5.1, 5.2 and 5.6: naming and reading graphs, one test a rule."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from pyoxigraph import RdfFormat, parse

from maille.ontology.namespaces import BASE
from maille.store.change import SCRATCH
from maille.store.payload import FORMATS

from .writing import ABOUT_MINE, COG, MINE, NOTE, Writable, about

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
LINE = '<http://example.org/a> <http://example.org/p> "a" .'
OTHER = '<http://example.org/b> <http://example.org/p> "b" .'
DIRECT = "/graph/notes/2026"
JSONLD = json.dumps({"@id": "http://example.org/a", "http://example.org/p": "a"}).encode()
RDFXML = (
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://example.org/">'
    b'<rdf:Description rdf:about="http://example.org/a"><e:p>a</e:p></rdf:Description></rdf:RDF>'
)
DOCUMENTS = {
    "text/turtle": NOTE,
    "application/n-triples": NOTE,
    "application/ld+json": JSONLD,
    "application/rdf+xml": RDFXML,
}


@pytest.fixture
def client(tmp_path: Path) -> Writable:
    return Writable(tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Writable:
    """Return a client whose home holds one written graph, for requests that change nothing."""
    client = Writable(tmp_path_factory.mktemp("home"))
    for address in (ABOUT_MINE, DIRECT):
        assert client.put(address, NOTE).status_code == 201
    return client


# Section 4: graph identification


@pytest.mark.parametrize(
    "address", [about(MINE), about("urn:x:y"), about("http://example.org/é?a=b&c"), DIRECT, "/graph-store/person/1.ttl"]
)
def test_4_a_graph_is_named_directly_or_indirectly(client: Writable, address: str) -> None:
    assert client.put(address, NOTE).status_code == 201
    assert client.triples(address) == [LINE]
    assert client("DELETE", address).status_code == 204
    assert client.get(address).status_code == 404


def test_4_1_the_address_of_a_graph_here_is_its_name_under_the_base(client: Writable) -> None:
    for path in ("graph/notes/2026", "graph/notes", "graph-store/person/1.ttl", "graph-store/a%20b"):
        client.put(f"/{path}", NOTE)
        assert client.triples(about(BASE + path)) == [LINE]
        assert client.values(f"GRAPH <{BASE}{path}> {{ ?s ?p ?v }}") == ["a"]


def test_4_2_the_address_and_the_name_in_the_query_are_one_graph(client: Writable) -> None:
    client.put("/graph-store/person/1.ttl", NOTE)
    response = client.get(about("http://test/graph-store/person/1.ttl"))
    assert response.status_code == 200
    # A cache that does not look at the Host must not keep what it decided.
    assert response.headers["cache-control"] == "no-store"
    assert client.get(about("http://elsewhere/graph-store/person/1.ttl")).status_code == 404


def test_4_1_a_name_must_follow_the_pattern(client: Writable) -> None:
    for path in ("/graph/No Slug", "/graph/a/b/c", "/graph/%C3%A9"):
        assert client.put(path, NOTE).status_code == 404
    assert client.put("/graph/notes/2026.ttl", NOTE).status_code == 400


@pytest.mark.parametrize("iri", ["relative", "/graph/notes", "//host/path", "", "http://a b/", "http://a/%zz", "_:b"])
def test_4_2_the_name_is_an_absolute_iri(shared: Writable, iri: str) -> None:
    for method in ("GET", "HEAD", "PUT", "POST", "DELETE"):
        assert shared(method, about(iri), content=NOTE).status_code == 400


@pytest.mark.parametrize("iri", [f"{MINE}#part", SCRATCH])
def test_4_2_some_iris_are_no_names(shared: Writable, iri: str) -> None:
    assert shared.put(about(iri), NOTE).status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        f"graph={quote(MINE)}&default",
        f"graph={quote(MINE)}&graph={quote(MINE)}",
        "default&default",
        "default&other=1",
        f"graph={quote(MINE)}&query=ASK%7B%7D",
        "graph=%FF",
        "graph=%zz",
    ],
)
def test_4_2_a_request_is_about_one_graph(shared: Writable, query: str) -> None:
    for method in ("GET", "PUT", "POST", "DELETE"):
        assert shared(method, f"/graph-store?{query}", content=NOTE).status_code == 400


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_4_2_and_not_about_none(shared: Writable, method: str) -> None:
    assert shared(method, "/graph-store", content=NOTE).status_code == 400


def test_4_1_a_direct_address_has_no_other_name_beside(shared: Writable) -> None:
    assert shared.put(f"/graph-store/x?graph={quote(MINE)}", NOTE).status_code == 400
    assert shared.put("/graph/notes?default", NOTE).status_code == 400


@pytest.mark.parametrize("spelling", ["default", "default=", "default=true"])
def test_4_2_default_is_the_real_default_graph(client: Writable, spelling: str) -> None:
    address = f"/graph-store?{spelling}"
    # It always is there, and holds none of the other graphs.
    assert client.triples(address) == []
    assert client.put(address, NOTE).status_code == 204
    assert client.triples(address) == [LINE]
    assert client("DELETE", address).status_code == 204
    assert client("DELETE", address).status_code == 204
    assert client.triples(address) == []
    assert client.get(about(COG)).status_code == 200


# Section 5.1: status codes


def test_5_1_a_document_of_another_syntax_than_its_type_is_a_400(shared: Writable) -> None:
    before = shared.now
    response = shared.put(ABOUT_MINE, NOTE + b"\n<broken", content_type="text/turtle")
    assert response.status_code == 400
    assert response.json()["type"].endswith("/problems/document")
    assert (response.json()["line"], shared.now) == (2, before)
    for media_type in ("application/rdf+xml", "application/ld+json"):
        assert shared.put(ABOUT_MINE, NOTE, content_type=media_type).status_code == 400


@pytest.mark.parametrize("method", ["PATCH", "COPY", "TRACE"])
@pytest.mark.parametrize("address", [ABOUT_MINE, "/graph-store", "/graph-store/x", DIRECT])
def test_5_1_another_method_is_a_405(shared: Writable, method: str, address: str) -> None:
    response = shared(method, address)
    assert response.status_code == 405
    assert response.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, POST, PUT"


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/json", "application/sparql-update", "application/n-quads", "x", "text/*"]
)
def test_5_1_another_media_type_is_a_415(shared: Writable, media_type: str) -> None:
    for method in ("PUT", "POST"):
        response = shared(method, ABOUT_MINE, content=NOTE, headers={"content-type": media_type})
        assert response.status_code == 415
        assert "text/turtle" in response.headers["accept-post"]


def test_5_1_so_is_another_encoding(shared: Writable) -> None:
    content_type = "text/turtle; charset=iso-8859-1"
    assert shared.put(ABOUT_MINE, NOTE, content_type=content_type).status_code == 415
    assert shared.put(ABOUT_MINE, NOTE, content_encoding="gzip").status_code == 415


@pytest.mark.parametrize("media_type", DOCUMENTS)
def test_5_each_syntax_of_one_graph_is_taken(client: Writable, media_type: str) -> None:
    document = DOCUMENTS[media_type]
    assert client.put(ABOUT_MINE, document, content_type=f"{media_type.upper()}; charset=UTF-8").status_code == 201
    assert client.triples(ABOUT_MINE) == [LINE]


def test_5_a_body_without_a_media_type_is_read_as_rdf_xml(client: Writable) -> None:
    assert client("PUT", ABOUT_MINE, content=RDFXML).status_code == 201
    assert client.triples(ABOUT_MINE) == [LINE]
    assert client("PUT", ABOUT_MINE, content=NOTE).status_code == 400


def test_5_relative_names_resolve_against_the_name_of_the_graph(client: Writable) -> None:
    client.put(about("http://example.org/graphs/one"), b"<#x> <p> <two> .")
    assert client.triples(about("http://example.org/graphs/one")) == [
        "<http://example.org/graphs/one#x> <http://example.org/graphs/p> <http://example.org/graphs/two> ."
    ]
    client.put(DIRECT, b"<> <#p> 1 .")
    assert client.triples(DIRECT)[0].startswith(f"<{BASE}graph/notes/2026> <{BASE}graph/notes/2026#p>")


# Section 5.2: GET


@pytest.mark.parametrize("media_type", FORMATS)
def test_5_2_a_graph_is_given_in_the_format_asked_for(shared: Writable, media_type: str) -> None:
    response = shared.get(ABOUT_MINE, accept=media_type)
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == media_type
    assert "Accept" in response.headers["vary"]
    assert [f"{quad} ." for quad in parse(response.content, FORMATS[media_type])] == [LINE]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "text/turtle"),
        ("*/*", "text/turtle"),
        (BROWSER, "text/turtle"),
        ("text/turtle;q=0.3, application/ld+json;q=0.4", "application/ld+json"),
        ("application/rdf+xml, text/turtle;q=0.9", "application/rdf+xml"),
        ("text/html, application/n-triples;q=0.1", "application/n-triples"),
        ("text/*", "text/turtle"),
    ],
)
def test_5_2_the_format_is_negotiated(shared: Writable, accept: str | None, expected: str) -> None:
    response = shared.get(ABOUT_MINE, accept=accept)
    assert response.headers["content-type"].partition(";")[0] == expected


def test_5_2_no_format_in_common_is_a_406(shared: Writable) -> None:
    for accept in ("text/html", "image/png", "application/sparql-results+json", "text/turtle;q=0"):
        response = shared.get(ABOUT_MINE, accept=accept)
        assert response.status_code == 406
        assert "text/turtle" in response.text


def test_5_2_the_format_may_be_in_the_address(shared: Writable) -> None:
    assert shared.get(about(MINE, format="nt")).headers["content-type"] == "application/n-triples"
    assert shared.get(f"{DIRECT}?format=jsonld").headers["content-type"] == "application/ld+json"
    assert shared.get(about(MINE, format="nothing")).status_code == 400
    assert shared.get(about(MINE, format="csv")).status_code == 406


def test_5_2_a_graph_that_is_not_there_is_a_404(shared: Writable) -> None:
    for address in (about("http://example.org/none"), "/graph-store/none", "/graph/none/1"):
        for method in ("GET", "HEAD"):
            assert shared(method, address).status_code == 404


def test_5_2_the_graph_of_a_source_is_given_whole_indirectly(shared: Writable) -> None:
    triples = shared.triples(about(COG))
    assert len(triples) == shared.current.manifest.graphs[COG]


def test_5_2_and_directly_as_the_document_about_it(shared: Writable) -> None:
    response = shared.get("/graph/cog/2026", accept="application/n-triples")
    assert response.status_code == 200
    assert {str(quad.subject) for quad in parse(response.content, RdfFormat.N_TRIPLES)} == {f"<{COG}>"}


def test_5_2_a_browser_gets_a_written_graph_too(shared: Writable) -> None:
    response = shared.get(DIRECT, accept=BROWSER)
    assert (response.status_code, response.headers["content-type"]) == (200, "text/turtle; charset=utf-8")


def test_5_2_a_graph_is_given_as_a_kept_release_had_it(client: Writable) -> None:
    client.put(ABOUT_MINE, NOTE)
    former = client.now
    client.put(ABOUT_MINE, OTHER.encode())
    assert client.triples(about(MINE, release=former)) == [LINE]
    assert client.triples(ABOUT_MINE) == [OTHER]
    client("DELETE", ABOUT_MINE)
    assert client.triples(about(MINE, release=former)) == [LINE]
    assert client.get(about(MINE, release="0123456789abcdef")).status_code == 404


def test_5_2_a_graph_may_be_cached_until_the_next_release(client: Writable) -> None:
    client.put(ABOUT_MINE, NOTE)
    first = client.get(ABOUT_MINE)
    again = client.get(ABOUT_MINE, if_none_match=first.headers["etag"])
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert client.get(ABOUT_MINE, accept="application/n-triples").headers["etag"] != first.headers["etag"]
    client.post(ABOUT_MINE, OTHER.encode())
    assert client.get(ABOUT_MINE, if_none_match=first.headers["etag"]).status_code == 200


# Section 5.6: HEAD


@pytest.mark.parametrize("address", [ABOUT_MINE, "/graph-store?default", DIRECT])
def test_5_6_head_says_what_get_says_without_a_body(shared: Writable, address: str) -> None:
    head, get = shared("HEAD", address), shared("GET", address)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "etag", "vary", "content-length"):
        assert head.headers[name] == get.headers[name]
