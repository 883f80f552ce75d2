"""SPARQL 1.1 Graph Store HTTP Protocol, sections 5.3 to 5.5 and 7: writing graphs, one test a rule."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from maille.ontology.namespaces import BASE

from .writing import ABOUT_MINE, COG, MINE, NOTE, Writable, about

LINE = '<http://example.org/a> <http://example.org/p> "a" .'
OTHER = '<http://example.org/b> <http://example.org/p> "b" .'
DIRECT = "/graph/notes/2026"
JSONLD = json.dumps({"@id": "http://example.org/a", "http://example.org/p": "a"}).encode()
RDFXML = (
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://example.org/">'
    b'<rdf:Description rdf:about="http://example.org/a"><e:p>a</e:p></rdf:Description></rdf:RDF>'
)


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


# Section 5.3: PUT


def test_5_3_put_makes_a_graph_and_says_where(client: Writable) -> None:
    for address in (ABOUT_MINE, DIRECT, "/graph-store/a/b"):
        response = client.put(address, NOTE)
        assert response.status_code == 201
        assert client.triples(response.headers["location"]) == [LINE]
        assert response.headers["maille-release"] == client.now


def test_5_3_put_replaces_a_graph(client: Writable) -> None:
    client.put(ABOUT_MINE, NOTE)
    response = client.put(ABOUT_MINE, OTHER.encode())
    assert (response.status_code, response.content) == (204, b"")
    assert "location" not in response.headers
    assert client.triples(ABOUT_MINE) == [OTHER]


def test_5_3_put_of_the_same_makes_no_release(client: Writable) -> None:
    client.put(ABOUT_MINE, NOTE)
    before = client.now
    response = client.put(ABOUT_MINE, NOTE, accept="application/json")
    assert (response.status_code, response.json()["changed"], client.now) == (200, False, before)


def test_5_3_put_of_an_empty_document_leaves_an_empty_graph_which_is_none(client: Writable) -> None:
    assert client.put(ABOUT_MINE, b"").status_code == 201
    client.put(ABOUT_MINE, NOTE)
    assert client.put(ABOUT_MINE, b"# nothing").status_code == 204
    assert client.get(ABOUT_MINE).status_code == 404


def test_5_3_an_empty_body_is_no_document_of_some_syntaxes(shared: Writable) -> None:
    for media_type in ("application/ld+json", "application/rdf+xml"):
        assert shared.put(ABOUT_MINE, b"", content_type=media_type).status_code == 400


# Section 5.4: DELETE


def test_5_4_delete_removes_a_graph(client: Writable) -> None:
    client.put(ABOUT_MINE, NOTE)
    assert client("DELETE", ABOUT_MINE).status_code == 204
    assert client.get(ABOUT_MINE).status_code == 404
    assert client.values(f"GRAPH <{MINE}> {{ ?s ?p ?v }}") == []


def test_5_4_delete_of_a_graph_that_is_not_there_is_a_404(shared: Writable) -> None:
    for address in (about("http://example.org/none"), "/graph-store/none", "/graph/none/1"):
        assert shared("DELETE", address).status_code == 404


# Section 5.5: POST


def test_5_5_post_adds_to_a_graph(client: Writable) -> None:
    assert client.post(ABOUT_MINE, NOTE).status_code == 201
    assert client.post(ABOUT_MINE, OTHER.encode()).status_code == 204
    assert client.triples(ABOUT_MINE) == [LINE, OTHER]


def test_5_5_it_is_a_merge_blank_nodes_stay_apart(client: Writable) -> None:
    for _ in range(2):
        client.post(ABOUT_MINE, b"_:same <http://example.org/p> 1 .")
    assert len(client.triples(ABOUT_MINE)) == 2


def test_5_5_post_of_an_empty_body_is_a_204(client: Writable) -> None:
    before = client.now
    for address in (ABOUT_MINE, "/graph-store", "/graph-store?default", DIRECT):
        for media_type in ("text/turtle", "application/rdf+xml"):
            assert client.post(address, b"", content_type=media_type).status_code == 204
    assert client.now == before


def test_5_5_post_to_the_store_makes_a_graph_with_a_name_of_its_own(client: Writable) -> None:
    first, second = (client.post("/graph-store", b"<> <#p> 1 .") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    paths = [response.headers["location"] for response in (first, second)]
    assert len({*paths, "/graph-store"}) == 3
    name = BASE + paths[0].lstrip("/")
    assert first.headers["link"] == f'<{name}>; rel="canonical"'
    assert client.triples(paths[0])[0].startswith(f"<{name}> <{name}#p>")
    assert client.triples(about(name)) == client.triples(paths[0])


def test_5_5_the_place_of_a_new_graph_is_absolute_where_the_address_is_known(tmp_path: Path) -> None:
    client = Writable(tmp_path, public_url="https://example.org/maille/")
    location = client.post("/graph-store", NOTE).headers["location"]
    assert location.startswith("https://example.org/maille/graph/written/")


def part(name: str, content: bytes, media_type: str | None = None, file: str | None = "a") -> bytes:
    disposition = f'Content-Disposition: form-data; name="{name}"' + (f'; filename="{file}"' if file else "")
    lines = [disposition, *([f"Content-Type: {media_type}"] if media_type else []), "", ""]
    return "\r\n".join(["--edge", *lines]).encode() + content + b"\r\n"


def form(client: Writable, *parts: bytes, address: str = ABOUT_MINE) -> int:
    headers = {"content-type": "Multipart/form-data; boundary=edge"}
    return client("POST", address, content=b"".join(parts) + b"--edge--\r\n", headers=headers).status_code


def test_5_5_several_documents_of_a_form_are_merged(client: Writable) -> None:
    blank = b"_:same <http://example.org/p> 1 ."
    status = form(
        client,
        part("one", NOTE, "text/turtle; charset=utf-8"),
        part("two", JSONLD.replace(b"/a", b"/b").replace(b'"a"', b'"b"'), "application/ld+json"),
        part("three", blank, "text/turtle"),
        part("three", blank, "text/turtle"),
    )
    assert status == 201
    triples = client.triples(ABOUT_MINE)
    assert [line for line in triples if not line.startswith("_")] == [LINE, OTHER]
    assert len(triples) == 4


def test_5_5_a_file_without_a_media_type_is_known_by_its_suffix(client: Writable) -> None:
    assert form(client, part("a", NOTE, file="notes.ttl")) == 201
    assert form(client, part("a", RDFXML, "application/octet-stream", file="Notes.RDF")) == 204
    assert form(client, part("a", NOTE, file="notes")) == 400
    assert form(client, part("a", NOTE, "text/plain", file="notes.ttl")) == 415


def test_5_5_a_form_is_taken_whole_or_not_at_all(client: Writable) -> None:
    assert form(client, part("a", NOTE, "text/turtle"), part("b", b"<broken", "text/turtle")) == 400
    assert form(client, part("a", NOTE, "text/turtle"), part("b", NOTE, "text/turtle", file=None)) == 400
    assert client.get(ABOUT_MINE).status_code == 404


def test_5_5_a_form_may_make_a_new_graph_and_may_be_empty(client: Writable) -> None:
    assert form(client, part("a", NOTE, "text/turtle"), address="/graph-store") == 201
    assert form(client) == 204


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"--edge--\r\n"),
        ("multipart/form-data; boundary=other", part("a", NOTE, "text/turtle")),
        ("multipart/form-data; boundary=edge", b"no form at all"),
    ],
)
def test_5_5_an_ill_formed_form_is_a_400(shared: Writable, content_type: str, body: bytes) -> None:
    assert shared.post(ABOUT_MINE, body, content_type=content_type).status_code == 400


# RFC 9110, section 13: conditions


def test_a_write_may_want_what_was_read(client: Writable) -> None:
    client.put(ABOUT_MINE, NOTE)
    tags = [client.get(ABOUT_MINE, accept=accept).headers["etag"] for accept in ("text/turtle", "text/plain")]
    assert client.put(ABOUT_MINE, OTHER.encode(), if_match=f'"none", {tags[1]}').status_code == 204
    for method in ("PUT", "POST", "DELETE"):
        response = client(
            method, ABOUT_MINE, content=NOTE, headers={"content-type": "text/turtle", "if-match": tags[0]}
        )
        assert response.status_code == 412
    assert client.triples(ABOUT_MINE) == [OTHER]


def test_a_tag_of_a_coded_answer_is_one_too(client: Writable) -> None:
    client.put(ABOUT_MINE, "\n".join(LINE.replace('"a"', f'"{n}"') for n in range(200)).encode())
    read = client.get(ABOUT_MINE, accept_encoding="gzip")
    assert read.headers["content-encoding"] == "gzip"
    assert client.put(ABOUT_MINE, NOTE, if_match=read.headers["etag"]).status_code == 204


def test_a_weak_tag_never_matches_for_a_write(client: Writable) -> None:
    client.put(ABOUT_MINE, NOTE)
    tag = client.get(ABOUT_MINE).headers["etag"]
    assert client.put(ABOUT_MINE, OTHER.encode(), if_match=f"W/{tag}").status_code == 412
    assert client.put(ABOUT_MINE, OTHER.encode(), if_none_match=f"W/{tag}").status_code == 412


def test_a_write_may_want_a_graph_to_be_there_or_not(client: Writable) -> None:
    assert client.put(ABOUT_MINE, NOTE, if_match="*").status_code == 412
    assert client.put(ABOUT_MINE, NOTE, if_none_match="*").status_code == 201
    assert client.put(ABOUT_MINE, OTHER.encode(), if_none_match="*").status_code == 412
    assert client.put(ABOUT_MINE, OTHER.encode(), if_match="*").status_code == 204
    assert client.triples(ABOUT_MINE) == [OTHER]


# Section 7 and what the data need


@pytest.mark.parametrize("graph", [COG, f"{BASE}graph/study/2020-06", f"{BASE}graph/meta"])
def test_the_graph_of_a_source_is_not_written(shared: Writable, graph: str) -> None:
    before = shared.now
    for method in ("PUT", "POST", "DELETE"):
        for address in (about(graph), "/" + graph.removeprefix(BASE)):
            response = shared(method, address, content=NOTE, headers={"content-type": "text/turtle"})
            assert response.status_code == 409
            assert response.json()["type"].endswith("/problems/conflict")
    assert shared.now == before


def test_a_body_has_a_limit(tmp_path: Path) -> None:
    client = Writable(tmp_path, body_limit=1000)
    long = b'<http://example.org/a> <http://example.org/p> "' + b"x" * 1000 + b'" .'
    for method, address in (("PUT", ABOUT_MINE), ("POST", ABOUT_MINE), ("POST", "/graph-store")):
        response = client(method, address, content=long, headers={"content-type": "text/turtle"})
        assert response.status_code == 413
        assert response.json()["type"].endswith("/problems/too-large")
    assert form(client, part("a", long, "text/turtle")) == 413
    assert client.put(ABOUT_MINE, NOTE).status_code == 201


def test_a_bomb_is_refused(shared: Writable) -> None:
    laughs = b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + RDFXML
    deep = b'{"http://example.org/p":' * 5000 + b"1" + b"}" * 5000
    remote = b'{"@context": "http://127.0.0.1:9/c.jsonld", "@id": "http://example.org/a"}'
    for media_type, document in (("rdf+xml", laughs), ("ld+json", deep), ("ld+json", remote)):
        response = shared.put(ABOUT_MINE, document, content_type=f"application/{media_type}")
        assert response.status_code == 400
        assert response.json()["type"].endswith("/problems/document")


def test_the_shapes_may_refuse(tmp_path: Path) -> None:
    client = Writable(tmp_path, validate_writes="refuse")
    document = b"<https://w3id.org/maille/id/commune/99999> a <http://rdf.insee.fr/def/geo#Commune> ."
    response = client.put(ABOUT_MINE, document)
    assert (response.status_code, len(response.json()["violations"]) > 0) == (422, True)
    assert client.put(ABOUT_MINE, NOTE).status_code == 201


def test_a_preflight_allows_every_method_and_the_token(shared: Writable) -> None:
    headers = {"origin": "https://example.org", "access-control-request-method": "PUT"}
    for address in (ABOUT_MINE, DIRECT, "/graph-store/x"):
        response = shared.stranger("OPTIONS", address, headers=headers)
        assert response.status_code == 204
        assert {"PUT", "POST", "DELETE"} <= set(response.headers["access-control-allow-methods"].split(", "))
        assert "Authorization" in response.headers["access-control-allow-headers"]
        assert "If-Match" in response.headers["access-control-allow-headers"]


def test_every_answer_may_be_read_by_any_site(shared: Writable) -> None:
    for response in (
        shared.get(ABOUT_MINE),
        shared.get(about("http://example.org/none")),
        shared.put("/graph-store", b""),
    ):
        assert response.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in response.headers


def test_under_another_base_names_are_under_that_base(tmp_path: Path) -> None:
    base = "https://data.example.org/maille/"
    client = Writable(tmp_path, base_iri=base)
    assert client.put("/graph/notes/1", NOTE).status_code == 201
    assert client.triples(about(f"{base}graph/notes/1")) == [LINE]
    assert client.get("/graph/notes/1", accept="application/n-triples").text.strip() == LINE
    assert client("DELETE", "/graph/cog/2026").status_code == 409
