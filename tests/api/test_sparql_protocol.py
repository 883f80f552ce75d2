"""SPARQL 1.1 Protocol, section 2.1 (query operation): one test a rule, named by its section."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

import pytest
from pyoxigraph import Store

from maille.api.settings import Settings
from maille.store.guard import MAX_LENGTH

from .conftest import Client

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ASK = "ASK { ?s ?p ?o }"
LYON = 'SELECT ?c WHERE { ?c <https://w3id.org/maille/def#codeInsee> "69123" }'
GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 5"
COG = "https://w3id.org/maille/graph/cog/2026"
STUDY = "https://w3id.org/maille/graph/study/2020-06"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
FORM = {"content-type": "application/x-www-form-urlencoded"}
DIRECT = {"content-type": "application/sparql-query"}


def counted(response_text: str) -> int:
    return int(json.loads(response_text)["results"]["bindings"][0]["n"]["value"])


def test_2_1_1_query_via_get(client: Client) -> None:
    response = client.select(LYON)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/sparql-results+json"
    assert [row["c"]["value"] for row in response.json()["results"]["bindings"]] == [
        "https://w3id.org/maille/id/commune/69123"
    ]


def test_2_1_1_parameters_are_percent_encoded_and_a_plus_is_a_blank(client: Client) -> None:
    response = client.get(f"/sparql?query={quote(LYON, safe='').replace('%20', '+')}")
    assert len(response.json()["results"]["bindings"]) == 1


def test_2_1_2_query_via_post_form(client: Client) -> None:
    response = client("POST", "/sparql", content=urlencode({"query": LYON}), headers=FORM)
    assert response.status_code == 200
    assert len(response.json()["results"]["bindings"]) == 1


@pytest.mark.parametrize("charset", ["; charset=utf-8", ";charset=UTF-8", '; charset="utf-8"', ""])
def test_2_1_2_the_form_type_may_name_its_charset(client: Client, charset: str) -> None:
    headers = {"content-type": f"Application/X-WWW-Form-URLencoded{charset}"}
    assert client("POST", "/sparql", content=urlencode({"query": ASK}), headers=headers).status_code == 200


def test_2_1_3_query_via_post_directly(client: Client) -> None:
    response = client("POST", "/sparql", content=LYON.encode(), headers=DIRECT)
    assert response.status_code == 200
    assert len(response.json()["results"]["bindings"]) == 1


def test_2_1_3_the_data_set_of_a_direct_query_is_in_the_address(client: Client) -> None:
    address = f"/sparql?default-graph-uri={quote(STUDY, safe='')}"
    response = client("POST", address, content=COUNT.encode(), headers=DIRECT)
    assert counted(response.text) == 6


def test_2_1_3_a_direct_query_is_utf_8(client: Client) -> None:
    query = 'SELECT ?d WHERE { ?d ?p "Rhône"@fr }'
    response = client("POST", "/sparql", content=query.encode(), headers=DIRECT)
    assert len(response.json()["results"]["bindings"]) == 1
    response = client("POST", "/sparql", content=query.encode("latin-1"), headers=DIRECT)
    assert response.status_code == 400
    headers = {"content-type": "application/sparql-query; charset=utf-16"}
    response = client("POST", "/sparql", content=query.encode("utf-16"), headers=headers)
    assert response.status_code == 415


@pytest.mark.parametrize("address", ["/sparql?query=", "/sparql?default-graph-uri=http%3A%2F%2Fexample.org%2F"])
def test_2_1_4_an_empty_or_missing_query_is_refused(client: Client, address: str) -> None:
    assert client.get(address).status_code == 400


def test_2_1_4_exactly_one_query(client: Client) -> None:
    twice = urlencode([("query", ASK), ("query", ASK)])
    assert client.get(f"/sparql?{twice}").status_code == 400
    assert client("POST", "/sparql", content=twice, headers=FORM).status_code == 400
    address = f"/sparql?{urlencode({'query': ASK})}"
    assert client("POST", address, content=ASK.encode(), headers=DIRECT).status_code == 400
    assert client("POST", "/sparql", content="", headers=FORM).status_code == 400


@pytest.mark.parametrize(
    ("graphs", "expected"),
    [
        ([("default-graph-uri", COG)], "cog"),
        ([("default-graph-uri", STUDY)], "study"),
        ([("default-graph-uri", COG), ("default-graph-uri", STUDY)], "both"),
        ([("named-graph-uri", COG)], "none"),
        ([("default-graph-uri", "http://example.org/nothing")], "none"),
    ],
)
def test_2_1_4_the_default_graph_is_what_the_request_says(
    client: Client, web_store: Store, graphs: list[tuple[str, str]], expected: str
) -> None:
    sizes = {"study": 6, "both": len(web_store), "cog": len(web_store) - 6, "none": 0}
    accept = {"accept": "application/sparql-results+json"}
    fields = urlencode([("query", COUNT), *graphs])
    by_get = client("GET", f"/sparql?{fields}", headers=accept)
    by_form = client("POST", "/sparql", content=fields, headers=accept | FORM)
    assert counted(by_get.text) == counted(by_form.text) == sizes[expected]


def test_2_1_4_named_graphs_are_what_the_request_says(client: Client) -> None:
    query = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
    response = client.select(query, **{"named-graph-uri": STUDY})
    assert [row["g"]["value"] for row in response.json()["results"]["bindings"]] == [STUDY]


def test_2_1_4_the_data_set_of_the_request_wins_over_that_of_the_query(client: Client) -> None:
    query = COUNT.replace("WHERE", f"FROM <{COG}> WHERE")
    assert counted(client.select(query, **{"default-graph-uri": STUDY}).text) == 6


@pytest.mark.parametrize("iri", ["", "relative/iri", "http://a b/", "<http://example.org/>"])
def test_2_1_4_a_graph_name_is_an_absolute_iri(client: Client, iri: str) -> None:
    assert client.select(ASK, **{"default-graph-uri": iri}).status_code == 400


@pytest.mark.parametrize(
    ("query", "accept", "expected"),
    [
        (LYON, None, "application/sparql-results+json"),
        (LYON, "*/*", "application/sparql-results+json"),
        (LYON, "application/sparql-results+xml", "application/sparql-results+xml"),
        (LYON, "text/csv", "text/csv; charset=utf-8"),
        (LYON, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        (LYON, "application/json", "application/json"),
        (LYON, "application/sparql-results+json, application/json;q=0.9", "application/sparql-results+json"),
        (LYON, "text/turtle, text/csv;q=0.1", "text/csv; charset=utf-8"),
        (LYON, BROWSER, "text/html; charset=utf-8"),
        (ASK, "application/sparql-results+xml", "application/sparql-results+xml"),
        (GRAPH, None, "text/turtle; charset=utf-8"),
        (GRAPH, "text/csv, application/ld+json;q=0.5", "application/ld+json"),
        (GRAPH, "application/n-triples", "application/n-triples"),
        (GRAPH, "application/rdf+xml", "application/rdf+xml"),
        (GRAPH, "text/turtle;q=0.4, application/rdf+xml;q=0.5", "application/rdf+xml"),
        ("DESCRIBE <https://w3id.org/maille/id/region/84>", "text/turtle", "text/turtle; charset=utf-8"),
    ],
)
def test_2_1_5_accepted_response_formats(client: Client, query: str, accept: str | None, expected: str) -> None:
    response = client.get(f"/sparql?{urlencode({'query': query})}", accept)
    assert (response.status_code, response.headers["content-type"]) == (200, expected)


def test_a_browser_gets_a_page_unless_it_asks_for_more(client: Client) -> None:
    assert client.get("/sparql", BROWSER).headers["content-type"] == "text/html; charset=utf-8"
    more = {"default-graph-uri": COG, "named-graph-uri": COG, "timeout": "1", "format": "json"}
    for name, value in more.items():
        response = client.get(f"/sparql?{urlencode({'query': LYON, name: value})}", BROWSER)
        assert response.headers["content-type"] == "application/sparql-results+json"
    form = client("POST", "/sparql", content=urlencode({"query": LYON}), headers=FORM | {"accept": BROWSER})
    assert form.headers["content-type"] == "application/sparql-results+json"


@pytest.mark.parametrize(
    ("query", "accept"), [(LYON, "text/turtle"), (GRAPH, "text/csv"), (ASK, "image/png"), (ASK, "*/*;q=0")]
)
def test_2_1_5_what_is_not_acceptable_lists_what_would_be(client: Client, query: str, accept: str) -> None:
    response = client.get(f"/sparql?{urlencode({'query': query})}", accept)
    assert response.status_code == 406
    assert "application/sparql-results+json" in response.json()["alternatives"] or query == GRAPH
    assert "text/turtle" in response.json()["alternatives"] or query != GRAPH


@pytest.mark.parametrize(
    ("name", "query", "expected"),
    [
        ("json", LYON, "application/sparql-results+json"),
        ("xml", LYON, "application/sparql-results+xml"),
        ("csv", LYON, "text/csv; charset=utf-8"),
        ("tsv", LYON, "text/tab-separated-values; charset=utf-8"),
        ("text/csv", LYON, "text/csv; charset=utf-8"),
        ("ttl", GRAPH, "text/turtle; charset=utf-8"),
        ("nt", GRAPH, "application/n-triples"),
        ("rdf", GRAPH, "application/rdf+xml"),
        ("rdf+xml", GRAPH, "application/rdf+xml"),
        ("jsonld", GRAPH, "application/ld+json"),
        ("json", GRAPH, "application/ld+json"),
    ],
)
def test_format_wins_over_accept(client: Client, name: str, query: str, expected: str) -> None:
    response = client.get(f"/sparql?{urlencode({'query': query, 'format': name})}", "image/png")
    assert (response.status_code, response.headers["content-type"]) == (200, expected)


@pytest.mark.parametrize(("name", "status"), [("ttl", 406), ("nonsense", 400), ("", 400)])
def test_a_format_that_does_not_fit(client: Client, name: str, status: int) -> None:
    assert client.get(f"/sparql?{urlencode({'query': LYON, 'format': name})}").status_code == status


def test_2_1_6_a_query_that_is_no_sparql_says_where(client: Client) -> None:
    response = client.select("SELECT ?x\nWHERE { ?x ?y }")
    problem = response.json()
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert problem["type"].endswith("/problems/query-syntax")
    assert problem["line"] == 2
    assert problem["column"] > 1


@pytest.mark.parametrize("timeout", ["0", "-1", "nan", "inf", "1e3", "soon", "", "٣"])
def test_a_timeout_is_a_number_above_zero(client: Client, timeout: str) -> None:
    assert client.select(ASK, timeout=timeout).status_code == 400


@pytest.mark.parametrize("timeout", ["1", "0.5", ".5", "999999999"])
def test_a_timeout_is_clamped_to_the_setting(client: Client, timeout: str) -> None:
    assert client.select(ASK, timeout=timeout).status_code == 200


def test_a_query_past_its_timeout_is_a_504(client: Client) -> None:
    cross = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }"
    response = client.select(cross, timeout="0.2")
    assert response.status_code == 504
    assert response.json()["type"].endswith("/problems/query-timeout")


@pytest.mark.parametrize(
    ("content_type", "status"),
    [(None, 415), ("text/plain", 415), ("application/json", 415), ("nonsense", 415), ("multipart/form-data", 415)],
)
def test_2_1_6_another_media_type_is_a_415(client: Client, content_type: str | None, status: int) -> None:
    headers = {"content-type": content_type} if content_type else {}
    response = client("POST", "/sparql", content=ASK.encode(), headers=headers)
    assert response.status_code == status
    accepted = "application/x-www-form-urlencoded, application/sparql-query, application/sparql-update"
    assert response.headers["accept-post"] == accepted


def test_a_compressed_body_is_a_415(client: Client) -> None:
    headers = DIRECT | {"content-encoding": "gzip"}
    assert client("POST", "/sparql", content=b"\x1f\x8b", headers=headers).status_code == 415


def test_2_2_an_update_is_refused_where_no_token_is_configured(client: Client) -> None:
    update = "INSERT DATA { <http://e/a> <http://e/b> <http://e/c> }"
    direct = {"content-type": "application/sparql-update"}
    assert client("POST", "/sparql", content=update.encode(), headers=direct).status_code == 403
    assert client("POST", "/sparql", content=urlencode({"update": update}), headers=FORM).status_code == 403
    assert client.get(f"/sparql?{urlencode({'update': update})}").status_code == 400
    both = urlencode({"update": update, "query": ASK})
    assert client("POST", "/sparql", content=both, headers=FORM).status_code == 400
    assert client.select(update).status_code == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "FOO"])
def test_3_other_methods_are_a_405(client: Client, method: str) -> None:
    response = client(method, f"/sparql?{urlencode({'query': ASK})}")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, OPTIONS, POST"


def test_head_has_the_headers_of_get_and_no_body(client: Client) -> None:
    address = f"/sparql?{urlencode({'query': LYON})}"
    head, get = client("HEAD", address), client("GET", address)
    assert head.status_code == 200
    assert head.content == b""
    for name in ("content-type", "etag", "vary", "cache-control"):
        assert head.headers[name] == get.headers[name]


def test_an_answer_of_the_release_has_a_tag_and_304(client: Client) -> None:
    address = f"/sparql?{urlencode({'query': LYON})}"
    first = client.get(address)
    assert first.headers["cache-control"] == "no-cache"
    again = client.get(address, if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert "content-length" not in again.headers
    assert client.get(address, "text/csv", if_none_match=first.headers["etag"]).status_code == 200
    assert client.get(address, if_none_match='"another"').status_code == 200


def test_tags_differ_with_whatever_changes_the_answer(client: Client, web_store: Store) -> None:
    address = f"/sparql?{urlencode({'query': LYON})}"
    apart = Client(web_store, Settings(base_iri="https://w3id.org/maille/", union_default_graph=False))
    named = f"{address}&{urlencode({'named-graph-uri': COG})}"
    default = f"{address}&{urlencode({'default-graph-uri': COG})}"
    answers = [
        client.get(address),
        client.get(address, "text/csv"),
        client.get(address, "application/json"),
        client.get(named),
        client.get(default),
        client.get(f"/sparql?{urlencode({'query': LYON + ' '})}"),
        apart.get(address),
    ]
    assert len({answer.headers["etag"] for answer in answers}) == len(answers)


@pytest.mark.parametrize("function", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()"])
def test_an_answer_that_is_no_function_of_the_release_is_not_stored(client: Client, function: str) -> None:
    response = client.select(f"SELECT ({function} AS ?x) WHERE {{}}")
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers


def test_answers_vary_and_may_be_read_from_any_site(client: Client) -> None:
    for response in (client.select(ASK), client.select("nonsense"), client.get("/nowhere")):
        assert response.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in response.headers
        assert "accept" in response.headers["vary"].lower()


def test_a_preflight_allows_the_headers_of_clients(client: Client) -> None:
    asked = {
        "origin": "https://example.org",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization, content-type",
    }
    response = client("OPTIONS", "/sparql", headers=asked)
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS, POST"
    assert "authorization" in response.headers["access-control-allow-headers"].lower()


def test_a_query_up_to_the_limit_is_answered_and_a_longer_one_is_a_413(client: Client) -> None:
    limit = MAX_LENGTH
    at_most = (ASK + "\n").ljust(limit, "#")
    assert client("POST", "/sparql", content=at_most.encode(), headers=DIRECT).status_code == 200
    assert client("POST", "/sparql", content=(at_most + "#").encode(), headers=DIRECT).status_code == 413
    form = urlencode({"query": at_most})
    assert len(form) > 2 * limit
    assert client("POST", "/sparql", content=form, headers=FORM).status_code == 200
    assert client("POST", "/sparql", content=f"query={at_most}x", headers=FORM).status_code == 413
    assert client("POST", "/sparql", content=b"query=" + b"x" * 20_000_000, headers=FORM).status_code == 413


def test_service_and_load_are_refused(client: Client) -> None:
    for query in ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "LOAD <http://127.0.0.1:9/>"):
        assert client.select(query).status_code == 400


def test_thousands_of_parameters_are_refused(client: Client) -> None:
    fields = "&".join(f"default-graph-uri=http://e/{number}" for number in range(5000))
    assert client("POST", "/sparql", content=f"query={quote(ASK)}&{fields}", headers=FORM).status_code == 400


@pytest.mark.parametrize("broken", ["%", "%G1", "%4", "%ED%A0%80", "%FF", "%C3%28"])
def test_broken_percent_encoding_is_a_400(client: Client, broken: str) -> None:
    assert client("POST", "/sparql", content=f"query={quote(ASK)}{broken}", headers=FORM).status_code == 400
