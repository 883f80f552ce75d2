"""SPARQL 1.1 Protocol, section 2.2 (update operation): one test a rule, named by its section."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from maille.ontology.namespaces import BASE
from maille.store.guard import MAX_LENGTH

from .writing import COG, FORM, MINE, UPDATE, Writable

INSERT = f'INSERT DATA {{ GRAPH <{MINE}> {{ <http://example.org/s> <http://example.org/p> "é+ &%=" }} }}'
MINE_VALUES = f"GRAPH <{MINE}> {{ ?s ?p ?v }}"
G1, G2 = "http://example.org/graphs/1", "http://example.org/graphs/2"


@pytest.fixture
def client(tmp_path: Path) -> Writable:
    return Writable(tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Writable:
    """Return a client for requests that are refused: nothing is ever written."""
    return Writable(tmp_path_factory.mktemp("home"))


def form(client: Writable, *fields: tuple[str, str], address: str = "/sparql", **headers: str) -> httpx.Response:
    return client("POST", address, content=urlencode(fields), headers=FORM | headers)


def problem(response: httpx.Response, status: int, slug: str) -> dict[str, object]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    found: dict[str, object] = response.json()
    assert str(found["type"]).endswith(f"/problems/{slug}")
    return found


def test_2_2_1_update_via_post_with_url_encoded_parameters(client: Writable) -> None:
    assert form(client, ("update", INSERT)).status_code == 204
    assert client.values(MINE_VALUES) == ["é+ &%="]


def test_2_2_2_update_via_post_directly(client: Writable) -> None:
    assert client.update(INSERT).status_code == 204
    assert client.values(MINE_VALUES) == ["é+ &%="]


@pytest.mark.parametrize("charset", ["; charset=utf-8", ";charset=UTF-8", ""])
def test_2_2_2_the_text_is_utf_8(client: Writable, charset: str) -> None:
    headers = {"content-type": f"Application/SPARQL-Update{charset}"}
    assert client("POST", "/sparql", content=INSERT.encode(), headers=headers).status_code == 204
    assert client.values(MINE_VALUES) == ["é+ &%="]


def test_2_2_2_another_encoding_is_refused(shared: Writable) -> None:
    headers = {"content-type": "application/sparql-update; charset=utf-16"}
    response = shared("POST", "/sparql", content=INSERT.encode("utf-16"), headers=headers)
    problem(response, 415, "unsupported-media-type")
    problem(shared("POST", "/sparql", content=INSERT.encode("latin-1"), headers=UPDATE), 400, "bad-encoding")


def test_2_2_an_update_is_never_a_get(shared: Writable) -> None:
    before = shared.now
    for method in ("GET", "HEAD"):
        assert shared(method, f"/sparql?{urlencode({'update': INSERT})}").status_code == 400
    assert shared.now == before


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/json", "application/sparql-updates"])
def test_2_2_another_media_type_is_a_415(shared: Writable, content_type: str | None) -> None:
    headers = {"content-type": content_type} if content_type else {}
    response = shared("POST", "/sparql", content=INSERT.encode(), headers=headers)
    problem(response, 415, "unsupported-media-type")
    assert "application/sparql-update" in response.headers["accept-post"]


def test_2_2_3_exactly_one_update(shared: Writable) -> None:
    problem(form(shared, ("update", INSERT), ("update", INSERT)), 400, "bad-request")
    problem(form(shared, ("using-graph-uri", G1)), 400, "bad-request")
    address = f"/sparql?{urlencode({'update': INSERT})}"
    problem(shared("POST", address, content=INSERT.encode(), headers=UPDATE), 400, "bad-request")
    problem(form(shared, ("update", INSERT), address=address), 400, "bad-request")


def test_2_2_3_a_query_and_an_update_are_never_one_request(shared: Writable) -> None:
    problem(form(shared, ("update", INSERT), ("query", "ASK {}")), 400, "bad-request")
    address = f"/sparql?{urlencode({'query': 'ASK {}'})}"
    problem(shared("POST", address, content=INSERT.encode(), headers=UPDATE), 400, "bad-request")


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri", "release"])
def test_2_2_3_the_parameters_of_queries_have_no_meaning(shared: Writable, name: str) -> None:
    assert name in str(problem(form(shared, ("update", INSERT), (name, G1)), 400, "bad-request")["detail"])


def test_2_2_an_empty_update_changes_nothing(client: Writable) -> None:
    before = client.now
    response = client.update("")
    assert (response.status_code, response.headers["maille-release"]) == (204, before)


def copied(client: Writable, **parameters: str | list[str]) -> list[str]:
    """Copy what the WHERE of an update sees, and return it."""
    for number, graph in enumerate((G1, G2), start=1):
        client.update(f'INSERT DATA {{ GRAPH <{graph}> {{ <u:s> <u:of> "{number}" }} }}')
    text = (
        f"INSERT {{ GRAPH <{MINE}> {{ ?s <u:default> ?d ; <u:named> ?n }} }} "
        "WHERE { { ?s <u:of> ?d } UNION { GRAPH ?g { ?s <u:of> ?n } } }"
    )
    address = f"/sparql?{urlencode(parameters, doseq=True)}"
    assert client("POST", address, content=text.encode(), headers=UPDATE).status_code == 204
    return [f"{p}{v}" for p in ("default", "named") for v in client.values(f"GRAPH <{MINE}> {{ ?s <u:{p}> ?v }}")]


def test_2_2_3_without_a_data_set_the_where_sees_every_graph(client: Writable) -> None:
    assert copied(client) == ["default1", "default2", "named1", "named2"]


def test_2_2_3_unless_the_settings_say_otherwise(tmp_path: Path) -> None:
    assert copied(Writable(tmp_path, union_default_graph=False)) == ["named1", "named2"]


def test_2_2_3_using_graph_uri_is_the_default_graph_of_the_where(client: Writable) -> None:
    assert copied(client, **{"using-graph-uri": G1}) == ["default1"]


def test_2_2_3_several_of_them_are_one_default_graph(client: Writable) -> None:
    assert copied(client, **{"using-graph-uri": [G1, G2]}) == ["default1", "default2"]


def test_2_2_3_using_named_graph_uri_names_graphs(client: Writable) -> None:
    assert copied(client, **{"using-named-graph-uri": G2}) == ["named2"]


def test_2_2_3_both_make_one_data_set(client: Writable) -> None:
    assert copied(client, **{"using-graph-uri": G1, "using-named-graph-uri": [G2]}) == ["default1", "named2"]


def test_2_2_3_they_are_fields_of_a_form(client: Writable) -> None:
    client.update(f'INSERT DATA {{ GRAPH <{G1}> {{ <u:s> <u:of> "1" }} GRAPH <{G2}> {{ <u:s> <u:of> "2" }} }}')
    text = f"INSERT {{ GRAPH <{MINE}> {{ ?s <u:d> ?d }} }} WHERE {{ ?s <u:of> ?d }}"
    assert form(client, ("update", text), ("using-graph-uri", G2)).status_code == 204
    assert client.values(f"GRAPH <{MINE}> {{ ?s <u:d> ?v }}") == ["2"]


@pytest.mark.parametrize("clause", ["WITH", "USING", "USING NAMED"])
@pytest.mark.parametrize("name", ["using-graph-uri", "using-named-graph-uri"])
def test_2_2_3_they_may_not_meet_using_or_with(shared: Writable, clause: str, name: str) -> None:
    inserted = f"INSERT {{ GRAPH <{MINE}> {{ ?s ?p ?o }} }}"
    text = f"WITH <{G1}> {inserted}" if clause == "WITH" else f"{inserted} {clause} <{G1}>"
    problem(form(shared, ("update", f"{text} WHERE {{ ?s ?p ?o }}"), (name, G2)), 400, "query-syntax")


@pytest.mark.parametrize("iri", ["relative", "", "http://a b/"])
def test_2_2_3_they_are_absolute(shared: Writable, iri: str) -> None:
    problem(form(shared, ("update", INSERT), ("using-graph-uri", iri)), 400, "bad-request")


def test_2_2_4_a_success_says_which_release_it_made(client: Writable) -> None:
    response = client.update(INSERT)
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["maille-release"] == client.now == client.engine.release
    assert "Maille-Release" in response.headers["access-control-expose-headers"]


def test_2_2_4_a_client_that_names_json_is_told_more(client: Writable) -> None:
    response = client.update(INSERT, accept="application/json")
    assert response.status_code == 200
    assert response.json() == {"release": client.now, "changed": True, "added": 1, "removed": 0}
    again = client.update(INSERT, accept="text/html, application/json;q=0.5")
    assert again.json() == {"release": client.now, "changed": False, "added": 0, "removed": 0}
    for accept in ("*/*", "application/*", "application/json;q=0", "application/sparql-results+json"):
        assert client.update(INSERT, accept=accept).status_code == 204


def test_2_2_5_a_fault_has_its_line_and_column(shared: Writable) -> None:
    for response in (shared.update(f"{INSERT} ;\nINSERT NOTHING"), form(shared, ("update", "\nCLEAR XYZ"))):
        assert problem(response, 400, "query-syntax")["line"] == 2
        assert isinstance(response.json()["column"], int)


def test_2_2_5_a_sequence_is_done_whole_or_not_at_all(client: Writable) -> None:
    before = client.now
    problem(client.update(f"{INSERT} ; CLEAR GRAPH <{COG}>"), 409, "conflict")
    assert client.update(f"{INSERT} ; CREATE GRAPH <{COG}>").status_code >= 400
    assert client.now == before
    assert client.values(MINE_VALUES) == []


@pytest.mark.parametrize(
    "text",
    [
        f"CLEAR GRAPH <{COG}>",
        f"DROP SILENT GRAPH <{COG}>",
        "CLEAR ALL",
        f"DELETE WHERE {{ GRAPH <{BASE}graph/meta> {{ ?s ?p ?o }} }}",
        f"ADD <{COG}> TO <{BASE}graph/study/2020-06>",
        f"BASE <{BASE}graph/> INSERT DATA {{ GRAPH <cog/2026> {{ <u:s> <u:p> 1 }} }}",
        f"INSERT DATA {{ GRAPH <{BASE}graph/c\\u006fg/2026> {{ <u:s> <u:p> 1 }} }}",
    ],
)
def test_a_graph_of_a_source_is_not_written(shared: Writable, text: str) -> None:
    before = shared.now
    problem(shared.update(text), 409, "conflict")
    assert shared.now == before


def test_templates_and_clear_default_mean_the_real_default_graph(client: Writable) -> None:
    assert client.update('INSERT DATA { <u:s> <u:p> "v" }').status_code == 204
    assert client.triples("/graph-store?default") == ['<u:s> <u:p> "v" .']
    assert client.update("CLEAR DEFAULT").status_code == 204
    assert client.triples("/graph-store?default") == []
    assert client.values(f"GRAPH <{COG}> {{ ?s ?p ?v }}") != []


def test_relative_names_resolve_against_the_endpoint(client: Writable) -> None:
    client.update("INSERT DATA { GRAPH <notes> { <a> <b> <c> } }")
    assert client.values(f"GRAPH <{BASE}notes> {{ ?s ?p ?v }}") == [f"{BASE}c"]


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <http://127.0.0.1:9/x>",
        "LO\\u0041D <http://127.0.0.1:9/x>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE SILENT <http://127.0.0.1:9/x> { ?s ?p ?o } }",
        "INSERT DATA { <u:s> <u:p> " + "[ <u:p> " * 300 + "1" + " ]" * 300 + " }",
    ],
)
def test_what_is_refused_of_a_query_is_refused_of_an_update(shared: Writable, text: str) -> None:
    assert shared.update(text).status_code == 400


def test_an_update_may_be_as_long_as_a_query(client: Writable) -> None:
    long = "x" * (MAX_LENGTH - 200)
    assert client.update(f'INSERT DATA {{ GRAPH <{MINE}> {{ <u:s> <u:p> "{long}" }} }}').status_code == 204
    longer = f'INSERT DATA {{ GRAPH <{MINE}> {{ <u:s> <u:p> "{long * 2}" }} }}'
    assert client.update(longer).status_code == 413
    assert form(client, ("update", longer)).status_code == 413


def test_an_update_that_takes_too_long_is_a_504(client: Writable) -> None:
    cross = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(13))
    text = f"INSERT {{ GRAPH <{MINE}> {{ <u:s> <u:p> ?n }} }} WHERE {{ SELECT (COUNT(*) AS ?n) {{ {cross} }} }}"
    address = "/sparql?timeout=0.3"
    problem(client("POST", address, content=text.encode(), headers=UPDATE), 504, "query-timeout")
    assert client.update(INSERT).status_code == 204


@pytest.mark.parametrize("timeout", ["0", "-1", "soon", "nan"])
def test_timeout_is_a_number_of_seconds(shared: Writable, timeout: str) -> None:
    problem(form(shared, ("update", INSERT), ("timeout", timeout)), 400, "bad-request")


ILL_FORMED = "INSERT DATA { GRAPH <u:g> { <https://w3id.org/maille/id/commune/69123> a <u:nothing> } }"


def test_the_shapes_may_report(tmp_path: Path) -> None:
    response = Writable(tmp_path, validate_writes="report").update(ILL_FORMED, accept="application/json")
    assert response.json()["changed"] is True
    assert response.json()["report"]["conforms"] is False


def test_the_shapes_may_refuse(tmp_path: Path) -> None:
    client = Writable(tmp_path, validate_writes="refuse")
    before = client.now
    violations = problem(client.update(ILL_FORMED), 422, "write-refused")["violations"]
    assert isinstance(violations, list)
    assert all("commune/69123" in line for line in violations)
    assert client.now == before


def test_names_are_those_of_the_base_of_the_deployment(tmp_path: Path) -> None:
    base = "https://data.example.org/maille/"
    client = Writable(tmp_path, base_iri=base)
    problem(client.update(f"CLEAR GRAPH <{base}graph/cog/2026>"), 409, "conflict")
    assert client.update(f'INSERT DATA {{ GRAPH <{base}graph/notes> {{ <u:s> <u:p> "v" }} }}').status_code == 204
    assert client.triples("/graph/notes") == ['<u:s> <u:p> "v" .']


def test_a_preflight_allows_the_token(shared: Writable) -> None:
    headers = {"origin": "https://example.org", "access-control-request-method": "POST"}
    response = shared.stranger("OPTIONS", "/sparql", headers=headers)
    assert response.status_code == 204
    assert "Authorization" in response.headers["access-control-allow-headers"]
    assert "POST" in response.headers["access-control-allow-methods"]


def test_what_was_cached_before_a_write_is_not_given_after_it(client: Writable) -> None:
    address = f"/sparql?{urlencode({'query': f'SELECT ?v {{ {MINE_VALUES} }}'})}"
    before = client.get(address)
    assert client.update(INSERT).status_code == 204
    after = client.get(address, if_none_match=before.headers["etag"])
    assert after.status_code == 200
    assert len(json.loads(after.text)["results"]["bindings"]) == 1
    assert after.headers["etag"] != before.headers["etag"]
