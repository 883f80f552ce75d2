"""Tests of the REST layer: collections, filters, pages, facets, single things, caching, refusals."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from maille.api.rest.collections import COLLECTIONS

from .conftest import RELEASE, Client
from .rest_client import rest_client

ID = "https://w3id.org/maille/id/"


@pytest.fixture(scope="module")
def rest() -> Client:
    return rest_client()


def labels(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [item["label"].rpartition(";")[2] for item in response.json()["items"]]


def links(response: httpx.Response) -> dict[str, str]:
    return {relation: link["url"] for relation, link in response.links.items()}


@pytest.mark.parametrize("collection", COLLECTIONS, ids=lambda collection: collection.name)
def test_every_collection_lists_its_things_and_gives_each(rest: Client, collection: Any) -> None:
    found = rest.get(f"/api/{collection.name}?licence=any").json()
    assert found["total"] == len(found["items"]) > 0
    for item in found["items"]:
        assert item["kind"] == collection.kind
        assert list(item) == [column.name for column in collection.columns]
        assert item["sources"]
        assert item["licences"]
        one = rest.get(f"/api/{collection.name}/{item['id']}").json()
        del one["@context"]
        assert one == item


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("profile=hub", "Alpha Bravo Delta"),
        ("profile=atelier", "Alpha"),
        ("profile=atelier&profile=https://w3id.org/maille/scheme/profile/hub", "Alpha Bravo Delta"),
        ("theme=energie", "Alpha"),
        ("theme=https://w3id.org/maille/scheme/theme/energie", "Alpha"),
        ("legal_status=association", "Alpha"),
        ("territory=69123", "Alpha Charlie Delta"),
        (f"territory={ID}commune/69091", "Bravo"),
        ("territory=200046977", "Alpha Charlie Delta"),
        ("territory=69", "Alpha Bravo Charlie Delta"),
        ("territory=region/84", "Alpha Bravo Charlie Delta"),
        ("territory=69091&territory=69123&profile=hub", "Alpha Bravo Delta"),
        ("source=carte", "Charlie Delta"),
        ("source=study/2020-06", "Alpha Bravo Charlie"),
        ("licence=odbl", "Charlie Delta"),
        ("licence=lo", "Alpha Bravo"),
        ("licence=lo&licence=odbl", "Alpha Bravo Charlie Delta"),
        ("in_metropole=true", "Alpha Charlie Delta"),
        ("in_metropole=false", "Bravo"),
        ("bbox=4,45,5,46", "Alpha"),
        ("bbox=5,45,4,46", ""),
        ("q=alph", "Alpha"),
        ("q=ALPHA&profile=atelier", "Alpha"),
        ("q=zzzzzz", ""),
    ],
)
def test_filters(rest: Client, query: str, expected: str) -> None:
    every = "" if "licence=" in query else "&licence=any"
    assert sorted(labels(rest.get(f"/api/structures?{query}{every}"))) == expected.split()


def test_odbl_data_stay_out_unless_asked_for_and_the_answer_says_so(rest: Client) -> None:
    found = rest.get("/api/structures").json()
    assert [item["id"][0] for item in found["items"]] == ["a", "b"]
    assert found["left_out"] == {"count": 2, "licence": "odbl", "parameter": "licence=any"}
    whole = rest.get("/api/structures?licence=any").json()
    assert whole["total"] == 4
    assert "left_out" not in whole


def test_pages_hold_each_row_once_in_order(rest: Client) -> None:
    whole = labels(rest.get("/api/structures?licence=any&sort=-label"))
    response = rest.get("/api/structures?licence=any&sort=-label&limit=1")
    seen = labels(response)
    while "next" in links(response):
        assert "cursor" not in links(response)["first"]
        assert f"release={RELEASE}" in links(response)["next"]
        assert response.json()["links"]["next"] == links(response)["next"]
        response = rest.get(links(response)["next"])
        seen += labels(response)
    assert seen == whole
    assert len(set(seen)) == 4
    assert labels(rest.get("/api/structures?licence=any&sort=label")) != whole


def test_facets_count_what_is_found_with_their_alternatives(rest: Client) -> None:
    found = rest.get("/api/structures?licence=any&profile=atelier&facets=profile,in_metropole&facets=commune").json()
    facets = found["facets"]
    assert {fact["value"].rpartition("/")[2]: fact["count"] for fact in facets["profile"]} == {"hub": 3, "atelier": 1}
    assert facets["in_metropole"] == [{"value": "1", "label": "1", "count": 1}]
    assert facets["commune"] == [{"value": f"{ID}commune/69123", "label": "Lyon", "count": 1}]


def test_fields_keep_sources_and_licences(rest: Client) -> None:
    item = rest.get("/api/communes?fields=label,population&limit=1").json()["items"][0]
    assert list(item) == ["iri", "label", "population", "sources", "licences"]
    assert "siren" not in rest.get("/api/communes/69123?fields=label").json()


@pytest.mark.parametrize(
    "address",
    [
        "/api/structures?territoire=69",
        "/api/structures?limit=0",
        "/api/structures?limit=1001",
        "/api/structures?limit=x",
        "/api/structures?limit=1&limit=2",
        "/api/structures?sort=beauty",
        "/api/structures?cursor=",
        "/api/structures?cursor=abc",
        f"/api/structures?cursor={RELEASE}.abc",
        f"/api/structures?cursor={RELEASE}.%C3%A9",
        f"/api/structures?cursor={RELEASE}.W10",
        "/api/structures?cursor=0123456789abcdef.WyJyZWxldmFuY2UiLDEsMV0",
        f"/api/structures?sort=label&cursor={RELEASE}.WyJyZWxldmFuY2UiLDEsMV0",
        "/api/structures?bbox=1,2,3",
        "/api/structures?bbox=1,2,3,nan",
        "/api/structures?bbox=1,50,3,40",
        "/api/structures?in_metropole=yes",
        "/api/structures?fields=secret",
        "/api/structures?facets=label",
        "/api/structures?format=pdf",
        "/api/structures?profile=",
        "/api/structures?profile=" + "x" * 301,
        "/api/structures?" + "&".join(["theme=a"] * 51),
        "/api/structures?release=no",
        "/api/communes/69123?limit=1",
        "/api/search",
        "/api/search?q=lyon&kind=castle",
        "/api/search?q=lyon&lang=de",
        "/api/suggest?q=lyon&territory=69",
        "/api/openapi.json?format=yaml",
    ],
)
def test_what_cannot_be_asked_is_refused(rest: Client, address: str) -> None:
    response = rest.get(address)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"]


def test_an_unknown_parameter_is_named_beside_the_known_ones(rest: Client) -> None:
    detail = rest.get("/api/themes?teritory=69").json()["detail"]
    assert "'teritory'" in detail
    assert "territory" in detail.partition("Those there are:")[2]


@pytest.mark.parametrize(
    "path", ["structures/none", "structures/69123", "communes/69232", "castles", "lookup/69123", "structures/a%2Fb"]
)
def test_what_is_not_there_is_a_404(rest: Client, path: str) -> None:
    response = rest.get(f"/api/{path}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


def test_caching_head_options_and_cors(rest: Client) -> None:
    response = rest.get("/api/communes?q=lyon")
    assert response.headers["maille-release"] == RELEASE
    assert response.headers["access-control-allow-origin"] == "*"
    again = rest.get("/api/communes?q=lyon", if_none_match=response.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert rest.get("/api/communes?q=givors").headers["etag"] != response.headers["etag"]
    assert rest.get("/api/communes?q=lyon", "text/csv").headers["etag"] != response.headers["etag"]
    head = rest("HEAD", "/api/communes?q=lyon")
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", response.headers["etag"])
    assert rest("OPTIONS", "/api/lookup").headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert rest("DELETE", "/api/communes").status_code == 405
    kept = rest.get(f"/api/communes/69123?release={RELEASE}")
    assert "immutable" in kept.headers["cache-control"]


def test_a_deployment_of_another_base_serves_its_own_names() -> None:
    client = rest_client("https://data.example/m/")
    item = client.get("/api/structures/alpha-00000001").json()
    assert item["iri"] == "https://data.example/m/id/structure/alpha-00000001"
    assert item["@context"]["maille"] == "https://data.example/m/def#"
    assert labels(client.get("/api/structures?territory=69123")) == ["Alpha"]


def test_addresses_of_answers_are_of_this_server(rest: Client) -> None:
    found = rest.get("/api/structures?limit=1").json()["links"]
    assert all(not urlsplit(address).netloc for address in found.values())
