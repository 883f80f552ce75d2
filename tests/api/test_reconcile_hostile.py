"""Bad input to the reconciliation service: each refused in words, none a crash, none let through in silence."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maille.api.reconcile.asking import MOST, queries_of
from maille.api.reconcile.ids import Ids
from maille.api.reconcile.names import likeness
from maille.api.reconcile.requests import LARGEST

from .reconciling import BASE, PARIS, SERVICE, Service

DEEP = "[" * 100_000


@pytest.fixture(scope="module")
def service() -> Service:
    return Service()


def refused(response: httpx.Response, status: int = 400) -> str:
    """Return what a problem says."""
    assert response.status_code == status, response.text[:300]
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["access-control-allow-origin"] == "*"
    return str(response.json()["detail"])


@pytest.mark.parametrize(
    "queries",
    [
        "",
        "{",
        "nonsense",
        "[]",
        '"x"',
        "null",
        "1",
        '{"q": NaN}',
        '{"q": {"query": "x", "limit": Infinity}}',
        DEEP,
        '{"q": ' + '{"query":' * 50_000,
        '{"q": {"query": "x", "limit": ' + "9" * 5_000 + "}}",
    ],
    ids=lambda text: text[:20] or "empty",
)
def test_what_is_no_object_of_json_is_refused(service: Service, queries: str) -> None:
    assert "`queries`" in refused(service.post({"queries": queries}))
    assert "`extend`" in refused(service.post({"extend": queries}))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("Paris", "is not an object"),
        ([], "is not an object"),
        (None, "is not an object"),
        ({}, "neither"),
        ({"properties": []}, "neither"),
        ({"limit": 3}, "neither"),
        ({"query": 1}, "no text"),
        ({"query": None}, "no text"),
        ({"query": "x" * 1_001}, "longer"),
        ({"query": "x", "types": "commune"}, "field 'types'"),
        ({"query": "x", "type": "commun"}, "a type 'commun'"),
        ({"query": "x", "type": ["commune", 1]}, "a type 'int'"),
        ({"query": "x", "type": 1}, "neither a type nor"),
        ({"query": "x", "type": None}, "neither a type nor"),
        ({"query": "x", "type": ["commune"] * 41}, "neither a type nor"),
        ({"query": "x", "type": {"name": "commune"}}, "a type 'NoneType'"),
        ({"query": "x", "type_strict": "always"}, "type_strict"),
        ({"query": "x", "type_strict": ["any"]}, "type_strict"),
        ({"query": "x", "limit": 0}, "limit"),
        ({"query": "x", "limit": -1}, "limit"),
        ({"query": "x", "limit": 1.5}, "limit"),
        ({"query": "x", "limit": "3"}, "limit"),
        ({"query": "x", "limit": True}, "limit"),
        ({"query": "x", "limit": None}, "limit"),
        ({"query": "x", "properties": {}}, "array"),
        ({"query": "x", "properties": [1]}, "without"),
        ({"query": "x", "properties": [{"pid": "commune"}]}, "without"),
        ({"query": "x", "properties": [{"p": "commune", "v": "Paris"}]}, "without"),
        ({"query": "x", "properties": [{"pid": "town", "v": "Paris"}]}, "a property 'town'"),
        ({"query": "x", "properties": [{"pid": 1, "v": "Paris"}]}, "a property 'int'"),
        ({"query": "x", "properties": [{"pid": "population", "v": 1}]}, "never constrains"),
        ({"query": "x", "properties": [{"pid": "commune", "v": None}]}, "no text"),
        ({"query": "x", "properties": [{"pid": "commune", "v": {"name": "Paris"}}]}, "no text"),
        ({"query": "x", "properties": [{"pid": "commune", "v": [["Paris"]]}]}, "no text"),
        ({"query": "x", "properties": [{"pid": "commune", "v": ["x"] * 11}]}, "more than"),
        ({"query": "x", "properties": [{"pid": "commune", "v": "x"}] * 21}, "up to 20"),
    ],
    ids=repr,
)
def test_a_query_that_is_none_is_named_and_told_why(service: Service, query: object, said: str) -> None:
    text = refused(service.post({"queries": json.dumps({"good": {"query": "Paris"}, "bad": query})}))
    assert text.startswith("Query 'bad' ")
    assert said in text
    assert len(text) < 1_000


def test_a_batch_of_more_than_a_thousand_is_refused(service: Service) -> None:
    many = {str(number): {"query": ""} for number in range(MOST + 1)}
    assert "1,000" in refused(service.post({"queries": json.dumps(many)}), 413)
    many.popitem()
    assert len(service.batch(many)) == MOST
    values = [{"pid": "commune", "v": ["x"] * 10}]
    many = {str(number): {"query": "", "properties": values} for number in range(501)}
    assert "5,000" in refused(service.post({"queries": json.dumps(many)}), 413)
    ids = json.dumps({"ids": [str(number) for number in range(MOST + 1)], "properties": []})
    assert "1,000" in refused(service.post({"extend": ids}), 413)


def test_a_body_that_is_too_large_is_refused(service: Service) -> None:
    refused(service.post({"queries": "x" * 10_000_000}), 413)
    refused(service.post({"queries": "x" * LARGEST}), 413)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"q": {"query": "x"}}'),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("text/plain", b"queries={}"),
        ("", b"queries={}"),
    ],
)
def test_a_body_that_is_no_form_is_refused(service: Service, kind: str, body: bytes) -> None:
    response = service.client("POST", SERVICE, content=body, headers={"content-type": kind})
    refused(response, 415)
    assert response.headers["accept-post"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    "body",
    [b"queries=%", b"queries=%zz", b"queries=%ff%fe", b"a&" * 100, b"queries={}&queries={}", b"", b"queri=1"],
)
def test_a_form_that_is_none_is_refused(service: Service, body: bytes) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    refused(service.client("POST", SERVICE, content=body, headers=form))


def test_two_questions_at_once_are_refused(service: Service) -> None:
    refused(service.post({"queries": "{}", "extend": "{}"}))
    refused(service.get("", query="Paris"))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(service: Service, method: str) -> None:
    refused(service.client(method, SERVICE), 405)


@pytest.mark.parametrize(
    "path",
    [
        "/suggest/things?prefix=x",
        "/flyout/things?id=x",
        "/flyout/type?id=commun",
        "/flyout/property?id=x",
        "/flyout/entity?id=x",
        "/preview",
        "/preview?id=%00",
        "/preview?id=id/commune/../../etc/passwd",
        "/feature?id=x",
        "/feature",
    ],
)
def test_what_is_not_there_is_not_found(service: Service, path: str) -> None:
    refused(service.client.get(SERVICE + path), 404)


@pytest.mark.parametrize(
    "path",
    [
        "/properties?type=commun",
        "/properties?type=commune&limit=x",
        "/suggest/type?limit=-1",
        "/suggest/entity?prefix=a&prefix=b",
        "/suggest/entity?prefix=a&cursor=1e9",
        "/suggest/entity?prefix=a&cursor=%D9%A1",
    ],
)
def test_fields_that_say_nothing_are_refused(service: Service, path: str) -> None:
    refused(service.client.get(SERVICE + path))


@pytest.mark.parametrize(
    "extend",
    [
        {},
        {"ids": []},
        {"ids": "x", "properties": []},
        {"ids": [1], "properties": []},
        {"ids": [], "properties": [1]},
        {"ids": [], "properties": [{}]},
        {"ids": [], "properties": [{"id": "beauty"}]},
        {"ids": [], "properties": [{"id": "label", "settings": []}]},
        {"ids": [], "properties": [{"id": "label", "settings": {"beauty": 1}}]},
        {"ids": [], "properties": [{"id": "label", "settings": {"limit": -1}}]},
        {"ids": [], "properties": [{"id": "label", "settings": {"limit": 1.5}}]},
        {"ids": [], "properties": [{"id": "label", "settings": {"limit": "many"}}]},
        {"ids": [], "properties": [{"id": "label", "settings": {"limit": [1]}}]},
        {"ids": [], "properties": [{"id": "label", "settings": {"count": "maybe"}}]},
        {"ids": [], "properties": [{"id": "label", "settings": {"count": [1]}}]},
        {"ids": [], "properties": [{"id": "label", "settings": {"content": "all"}}]},
        {"ids": [], "properties": [{"id": "label", "settings": {"content": ["name"]}}]},
        {"ids": [], "properties": [{"id": "label"}] * 1_000},
    ],
    ids=lambda extend: json.dumps(extend)[:60],
)
def test_an_extension_that_is_none_is_refused(service: Service, extend: dict[str, Any]) -> None:
    refused(service.post({"extend": json.dumps(extend)}))


ODD = (
    "\u0000",
    "\ud800",
    "\U0001f680",
    "\u202eParis",
    "   ",
    "%",
    "'; DROP TABLE thing; --",
    '" OR name:"x',
    "NEAR(a b)",
    "*",
    "^Paris",
    "{name}: x",
    "مرحبا",
    "日本",
    "ﬁnance",
    "𝓟𝓪𝓻𝓲𝓼",
    "a" * 1_000,
    "x " * 500,
    "id/" + "x" * 900,
    "id/commune/\n",
    "http://[",
    "9" * 1_000,
    "1e999",
    "-1",
    "0",
    "/",
    "//",
    "../..",
    "<script>alert(1)</script>",
)


@pytest.mark.parametrize("text", ODD, ids=ascii)
def test_odd_texts_are_names_like_others(service: Service, text: str) -> None:
    names = ("commune", "departement", "postcode", "codeInsee", "siren", "siret", "homepage", "operator", "profile")
    queries: dict[str, Any] = {
        f"p{name}": {"query": "Paris", "properties": [{"pid": name, "v": text}]} for name in names
    }
    queries |= {f"i{name}": {"query": text, "properties": [{"pid": name, "v": {"id": text}}]} for name in names}
    queries |= {"k" + text: {"query": text}}
    response = service.post({"queries": json.dumps(queries)})
    assert response.status_code == 200, response.text
    assert len(response.json()) == len(queries)
    assert service.post({"extend": json.dumps({"ids": [text], "properties": [{"id": "label"}]})}).status_code == 200
    if text.isprintable():
        assert service.get("/suggest/entity", prefix=text).status_code == 200


def test_numbers_of_any_size_are_values(service: Service) -> None:
    for value in (0, -1, 1e300, 10**400, 0.1, -0.0, True, False):
        query = json.dumps({"q": {"query": "Paris", "properties": [{"pid": "codeInsee", "v": value}]}})
        assert service.post({"queries": query}).status_code == 200, value


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["commune", PARIS]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["query", "type", "limit", "properties", "pid", "v", "id"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(max_size=5), JSON, max_size=3))
def test_any_document_is_answered_or_refused(service: Service, document: dict[str, Any]) -> None:
    for name in ("queries", "extend"):
        assert service.post({name: json.dumps(document)}).status_code in (200, 400)


@given(st.text(max_size=60), st.lists(st.text(max_size=40), max_size=3))
def test_likeness_is_between_nothing_and_the_very_name(text: str, names: list[str]) -> None:
    assert 0 <= likeness(text, names).score <= 100
    assert likeness(text, [text]).score in (0, 100)


@given(st.text(max_size=60))
def test_identifiers_never_lead_out_of_the_base(text: str) -> None:
    assert all(iri.startswith(BASE) and iri.isprintable() for iri in Ids(BASE).iris(text))


def test_reading_a_batch_keeps_the_order_of_its_keys() -> None:
    assert list(queries_of('{"b": {"query": "x"}, "a": {"query": "y"}}')) == ["b", "a"]
