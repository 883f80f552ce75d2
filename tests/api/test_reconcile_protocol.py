"""Tests of the reconciliation service: one for each rule of the specification (Reconciliation Service API 0.2)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from maille.api.reconcile.asking import MOST
from maille.api.reconcile.features import feature
from maille.api.reconcile.properties import PROPERTIES
from maille.api.reconcile.types import TYPES

from .reconciling import BASE, CDE, PARIS, PHARE, SERRE, SERVICE, Service

MINIMAL = json.dumps({"q0": {"query": "Paris"}})
PATHS = (
    "",
    f"?queries={quote(MINIMAL)}",
    "/suggest/entity?prefix=p",
    "/suggest/type?prefix=p",
    "/suggest/property?prefix=p",
    f"/flyout/entity?id={quote(PARIS, safe='')}",
    "/flyout/type?id=commune",
    "/flyout/property?id=siren",
    "/properties?type=commune",
    f"/preview?id={quote(PARIS, safe='')}",
    "/feature?id=name_exact",
)


@pytest.fixture(scope="module")
def service() -> Service:
    return Service()


# Section 2: entities, types, properties, spaces.


def test_identifier_space_and_identifier_are_the_name_of_a_thing(service: Service) -> None:
    assert service.get().json()["identifierSpace"] + service.ask("Paris", "commune")[0]["id"] == f"{BASE}{PARIS}"


def test_the_view_template_leads_to_the_page_of_a_thing(service: Service) -> None:
    template = service.get().json()["view"]["url"]
    assert template.count("{{id}}") == 1
    response = service.client.get(template.replace("{{id}}", quote(PARIS, safe="")))
    assert response.status_code == 303
    assert response.headers["location"] == f"/{PARIS}"
    gone = service.get("/reconcile/view", id="id/commune/00000")
    assert service.client.get(gone.headers["location"]).status_code == 404
    for name in ("", "nothing", "//evil.example/", "https://evil.example/", "javascript:alert(1)", "id/x\r\ny"):
        assert service.get("/reconcile/view", id=name).status_code == 404
    odd = service.get("/reconcile/view", id="id/commune/é?a#b/../..").headers["location"]
    assert odd == "/id/commune/%C3%A9%3Fa%23b/../.."


def test_the_feature_template_leads_to_what_a_feature_is(service: Service) -> None:
    template = service.get().json()["feature_view"]["url"]
    for one in service.ask("Saint-Denis", "commune", departement="93")[0]["features"]:
        told = service.client.get(template.replace("{{id}}", one["id"])).json()
        assert told["id"] == one["id"]
        assert told["description"]
    assert feature("property_label", "fr") is feature("beauty", "fr") is None


def test_types_and_properties_have_one_identifier_each_and_names() -> None:
    for one in (*TYPES.values(), *PROPERTIES.values()):
        assert one.id
        assert all(one.names)
    assert all(TYPES[one.broader].kinds for one in TYPES.values() if one.broader)
    assert all(not one.type or one.type in TYPES for one in PROPERTIES.values())


# Section 3: the service.


@pytest.mark.parametrize("path", ["/reconcile", "/reconcile/fr", "/reconcile/en"])
def test_a_get_without_parameters_answers_with_the_manifest(service: Service, path: str) -> None:
    found = service.get(path).json()
    assert found["versions"] == ["0.2"]
    assert found["batchSize"] == MOST == 1_000
    assert {one["id"] for one in found["defaultTypes"]} <= set(TYPES)


def test_the_service_is_in_the_language_of_its_address_or_of_the_client(service: Service) -> None:
    french, english = service.get("/reconcile/fr").json(), service.get("/reconcile/en").json()
    assert french["name"] != english["name"]
    assert english["suggest"]["entity"]["service_path"].startswith("/reconcile/en/")
    assert service.client.get("/reconcile", accept_language="en").json() == english
    assert service.client.get("/reconcile", accept_language="de").json() == french
    assert "Accept-Language" in service.client.get("/reconcile").headers["vary"]
    assert service.batch({"q": {"query": SERRE}}, "/reconcile/en")["q"]["result"][0]["name"] == "The Great Greenhouse"


def test_addresses_are_absolute_and_not_for_clients_to_choose() -> None:
    served = Service(public_url="https://maille.example/").get().json()
    assert served["preview"]["url"] == "https://maille.example/reconcile/fr/preview?id={{id}}"
    assert served["suggest"]["type"]["service_url"] == "https://maille.example"
    response = Service().client("GET", SERVICE, headers={"host": "evil.example"})
    assert "evil.example" not in response.text


@pytest.mark.parametrize("path", PATHS)
def test_every_address_may_be_asked_by_any_site(service: Service, path: str) -> None:
    response = service.client("GET", SERVICE + path, headers={"origin": "https://refine.example"})
    assert response.status_code == 200, response.text
    assert response.headers["access-control-allow-origin"] == "*"
    asked = {"origin": "https://refine.example", "access-control-request-method": "POST"}
    assert service.client("OPTIONS", SERVICE + path, headers=asked).headers["access-control-allow-origin"] == "*"


def test_jsonp_is_refused_and_cors_named(service: Service) -> None:
    response = service.get("", callback="f")
    assert response.status_code == 400
    assert "CORS" in response.json()["detail"]


def test_nothing_is_asked_of_a_client_to_prove_who_it_is(service: Service) -> None:
    assert "authentication" not in service.get().json()


# Section 4: queries.


def test_queries_come_by_post_in_a_form_and_by_get(service: Service) -> None:
    posted, got = service.post({"queries": MINIMAL}), service.get("", queries=MINIMAL)
    assert posted.json() == got.json()
    assert list(posted.json()) == ["q0"]
    assert posted.headers["cache-control"] == "no-store"
    assert "etag" not in posted.headers
    assert service.client.get(str(got.url.copy_with()), if_none_match=got.headers["etag"]).status_code == 304


def test_keys_are_those_of_the_batch(service: Service) -> None:
    queries = {key: {"query": "Paris"} for key in ("", "q1", "é\u2028", "__proto__", "10")}
    assert list(service.batch(queries)) == list(queries)
    assert service.batch({}) == {}


def test_a_candidate_has_all_its_fields(service: Service) -> None:
    found = service.ask("Paris", "commune")[0]
    assert set(found) == {"id", "name", "description", "score", "match", "type", "features"}
    assert found["type"] == [{"id": "commune", "name": "commune"}, {"id": "territory", "name": "territoire"}]
    assert len({one["id"] for one in found["features"]}) == len(found["features"])


def test_candidates_come_by_falling_score(service: Service) -> None:
    for text in ("Paris", "Serre", "Saint-Denis", "Phare"):
        scores = [one["score"] for one in service.ask(text)]
        assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("limit", [1, 2, 2.0, 1000, 10**30])
def test_limit_is_the_most_candidates(service: Service, limit: float) -> None:
    assert 1 <= len(service.ask("Saint-Denis", limit=limit)) <= min(limit, 50)


def test_type_is_a_type_or_an_array_of_them(service: Service) -> None:
    for kind in ("commune", ["commune"], [{"id": "commune"}], {"id": "commune"}):
        assert {one["type"][0]["id"] for one in service.ask("Paris", kind)} == {"commune"}
    both = service.ask("Paris", ["commune", "departement"])
    assert {one["type"][0]["id"] for one in both} == {"commune", "departement"}
    assert {one["type"][-1]["id"] for one in service.ask("Paris", "territory")} == {"territory"}
    assert service.ask("Paris", []) == service.ask("Paris")


def test_type_strict_says_how_types_hold(service: Service) -> None:
    types = ["commune", "departement"]
    assert service.ask("Paris", types, type_strict="any") == service.ask("Paris", types)
    assert service.ask("Paris", types, type_strict="all") == []
    assert service.ask("Paris", ["commune", "territory"], type_strict="all") == service.ask("Paris", "commune")
    should = service.ask("Paris", "epci", type_strict="should")
    assert {"commune", "departement"} <= {one["type"][0]["id"] for one in should}
    preferred = service.ask("Paris", "departement", type_strict="should")
    assert preferred[0]["id"] == "id/departement/75"
    assert preferred[0]["score"] > preferred[1]["score"]


def test_a_property_has_one_value_or_several_of_any_kind(service: Service) -> None:
    for value in ("93", 93, 93.0, {"id": "id/departement/93"}, {"id": "id/departement/93", "name": "x"}, [True, "93"]):
        assert service.matched("Saint-Denis", "commune", departement=value) == "id/commune/93066", value
    assert service.matched("Saint-Denis", "commune", departement=[]) is None
    assert service.matched("Paris", "commune", departement="") == PARIS


def test_the_name_or_the_identifier_of_a_thing_finds_it(service: Service) -> None:
    for one in service.ask("Paris", limit=50):
        assert one["id"] in {found["id"] for found in service.ask(one["name"], limit=50)}
        first = service.ask(one["id"])[0]
        assert (first["id"], first["score"]) == (one["id"], 100)


# Section 5: preview.


def test_the_preview_is_a_small_page_that_any_site_may_frame(service: Service) -> None:
    asked = service.get().json()["preview"]
    assert asked["width"] > 0 < asked["height"]
    response = service.client.get(asked["url"].replace("{{id}}", quote(SERRE, safe="")))
    assert response.headers["content-type"].startswith("text/html")
    assert "x-frame-options" not in response.headers
    policy = response.headers["content-security-policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "La Grande Serre" in response.text
    assert '<html lang="fr">' in response.text
    assert service.client.get("/").headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in service.client.get("/").headers["content-security-policy"]
    assert service.get("/preview", id="id/structure/none").status_code == 404
    assert service.client.get("/static/reconcile.css").status_code == 200


def test_data_stay_text_in_previews_and_flyouts(service: Service) -> None:
    for what in ("/preview", "/flyout/entity"):
        text = service.get(what, id=PHARE).text
        assert "<script" not in text
        assert 'href="javascript' not in text.replace("\\", "")
    flown = service.get("/flyout/entity", id=SERRE).json()
    assert flown["id"] == SERRE
    assert "<strong>La Grande Serre</strong>" in flown["html"]


# Section 6: suggest and flyout.


def addresses(service: Service, what: str) -> tuple[str, str]:
    told = service.get().json()["suggest"][what]
    return told["service_url"] + told["service_path"], told["flyout_service_url"] + told["flyout_service_path"]


@pytest.mark.parametrize(
    ("what", "prefix", "first"),
    [
        ("entity", "Pari", PARIS),
        ("entity", PARIS, PARIS),
        ("entity", "La grande", SERRE),
        ("entity", "75056", PARIS),
        ("type", "comm", "commune"),
        ("type", "epci", "epci"),
        ("type", "Intercommunal", "epci"),
        ("property", "comm", "commune"),
        ("property", "codeI", "codeInsee"),
        ("property", "code post", "postcode"),
    ],
)
def test_what_is_being_typed_is_suggested(service: Service, what: str, prefix: str, first: str) -> None:
    address, flyout = addresses(service, what)
    found = service.client("GET", address, params={"prefix": prefix}).json()["result"]
    assert found[0]["id"] == first
    assert found[0]["name"]
    flown = service.client.get(flyout.replace("${id}", quote(first, safe=""))).json()
    assert flown["id"] == first
    assert flown["html"].startswith("<p>")


@pytest.mark.parametrize("what", ["entity", "type", "property"])
def test_cursor_skips_suggestions(service: Service, what: str) -> None:
    address, _ = addresses(service, what)
    whole, rest = (
        service.client("GET", address, params={"prefix": "p", **more}).json()["result"]
        for more in ({}, {"cursor": "1"})
    )
    assert whole[1:] == rest[: len(whole) - 1]
    assert service.client("GET", address, params={"prefix": "p", "cursor": "999999999"}).json()["result"] == []
    assert service.client("GET", address, params={"prefix": "p", "cursor": "-1"}).status_code == 400


def test_entities_are_suggested_with_types_and_of_types(service: Service) -> None:
    found = service.get("/suggest/entity", prefix="Paris", type="departement").json()["result"]
    assert [one["id"] for one in found] == ["id/departement/75"]
    assert [one["id"] for one in found[0]["notable"]] == ["departement", "territory"]
    assert service.get("/suggest/entity").json() == {"result": []}


def test_properties_are_suggested_of_types_and_only_those_that_constrain(service: Service) -> None:
    every = {one["id"] for one in service.get("/suggest/property", prefix="").json()["result"]}
    of_communes = {one["id"] for one in service.get("/suggest/property", prefix="", type="commune").json()["result"]}
    assert {"departement", "codeInsee", "siren"} <= of_communes < every
    assert all(PROPERTIES[name].constrains for name in every)


def test_fields_a_client_adds_of_its_own_are_left_alone(service: Service) -> None:
    more = {"prefix": "Pari", "key": "x", "spell": "always", "type_strict": "any", "_": "1"}
    assert service.get("/suggest/entity", **more).json()["result"][0]["id"] == PARIS
    assert service.get("", lang="fr").json()["versions"] == ["0.2"]


# Section 7: data extension.


def test_properties_are_proposed_for_a_type(service: Service) -> None:
    told = service.get().json()["extend"]["propose_properties"]
    address = told["service_url"] + told["service_path"]
    found = service.client("GET", address, params={"type": "commune"}).json()
    assert found["type"] == "commune"
    names = [one["id"] for one in found["properties"]]
    assert {"population", "departement", "label", "codeInsee"} <= set(names)
    assert "operator" not in names
    two = service.client("GET", address, params={"type": "commune", "limit": "2"}).json()
    assert [one["id"] for one in two["properties"]] == names[:2]
    assert two["limit"] == 2
    assert len(service.client.get(address).json()["properties"]) == len(PROPERTIES)


def test_every_property_that_is_proposed_can_be_fetched(service: Service) -> None:
    found = service.extend([PARIS, SERRE, CDE], *PROPERTIES)
    assert [one["id"] for one in found["meta"]] == list(PROPERTIES)
    assert all(set(row) == set(PROPERTIES) for row in found["rows"].values())


def test_values_of_each_kind_are_fetched(service: Service) -> None:
    wanted = ["commune", "departement", "founded", "profile", "homepage", "operator", "inMetropole", "level", "siren"]
    row = service.extend([SERRE], *wanted)["rows"][SERRE]
    assert row["commune"] == [{"id": PARIS, "name": "Paris"}]
    assert row["departement"] == [{"id": "id/departement/75", "name": "Paris"}]
    assert row["founded"] == [{"date": "2015-03-02T00:00:00Z"}]
    assert row["profile"] == [{"id": "scheme/profile/atelier", "name": "Atelier"}]
    assert row["homepage"] == [{"str": "https://www.serre.example/accueil"}]
    assert row["operator"] == [{"id": CDE, "name": "Coopérative des Essais"}]
    assert row["inMetropole"] == [{"str": "false"}]
    assert row["siren"] == row["level"] == []
    assert service.extend([PARIS], "population")["rows"][PARIS] == {"population": [{"int": 2_100_000}]}


def test_settings_are_obeyed(service: Service) -> None:
    def values(name: str, **settings: object) -> Any:
        return service.extend([PARIS], {"id": name, "settings": settings})["rows"][PARIS][name]

    assert len(values("postcode")) == len(values("postcode", limit=0)) == 3
    assert len(values("postcode", limit=1)) == len(values("postcode", limit="1")) == 1
    assert values("postcode", count=True) == [{"int": 3}]
    assert values("postcode", count="false", limit="") == values("postcode")
    assert values("region", content="entity") == [{"id": "id/region/11", "name": "Île-de-France"}]
    assert values("region", content="name") == [{"str": "Île-de-France"}]
    assert values("region", content="code") == [{"str": "11"}]
    names = {one["name"] for one in service.get().json()["extend"]["property_settings"]}
    assert names == {"limit", "count", "content"}


def test_meta_says_the_type_of_entities(service: Service) -> None:
    found = service.extend([PARIS], "departement", "population", {"id": "region", "settings": {"content": "name"}})
    assert found["meta"] == [
        {"id": "departement", "name": "Département", "type": {"id": "departement", "name": "département"}},
        {"id": "population", "name": "Population"},
        {"id": "region", "name": "Région"},
    ]


def test_an_extension_comes_by_get_too_and_unknown_things_have_no_values(service: Service) -> None:
    asked = json.dumps({"ids": [PARIS, "id/commune/00000", "nonsense", ""], "properties": [{"id": "population"}]})
    got = service.get("", extend=asked)
    assert got.json() == service.post({"extend": asked}).json()
    empty: dict[str, list[object]] = {"population": []}
    rows = got.json()["rows"]
    assert rows == {PARIS: rows[PARIS], "id/commune/00000": empty, "nonsense": empty, "": empty}


def test_names_are_under_the_base_that_is_published() -> None:
    service = Service("https://data.example/")
    assert service.get().json()["identifierSpace"] == "https://data.example/"
    assert service.matched("Saint-Denis", "commune", departement="93") == "id/commune/93066"
    assert service.matched("La Grande Serre", "structure", commune="Paris 13e") == SERRE
    assert service.extend([PARIS], "region")["rows"][PARIS]["region"][0]["id"] == "id/region/11"
    for name in ("https://data.example/id/commune/75056", f"{BASE}id/commune/75056"):
        assert service.matched(name) == PARIS
