"""RFC 9110 and RFC 3986 at the edge: addresses, methods, headers that every response has."""

from __future__ import annotations

import pytest
from starlette.types import Scope

from maille.api.http.edge import allowed_methods
from maille.api.http.percent import encoding_fault
from maille.api.http.security import SAFE_HEADERS, shown_path

from .conftest import Client

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    "address", ["/nowhere", "/siren", "/siren/1/2", "/sparqlx", "/SPARQL", "/%2e%2e", "/%00", "/é"]
)
def test_an_unknown_path_is_a_404_problem(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "PROPFIND"])
def test_section_15_5_6_a_wrong_method_is_a_405_with_allow(client: Client, method: str) -> None:
    response = client(method, "/insee/region/84")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, OPTIONS"
    assert response.json()["type"].endswith("/problems/method-not-allowed")


def test_section_9_3_7_options_tells_the_methods(client: Client) -> None:
    for address in ("/insee/region/84", "/problems"):
        response = client("OPTIONS", address)
        assert (response.status_code, response.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
        assert "access-control-allow-methods" not in response.headers
    assert client("OPTIONS", "/nowhere").status_code == 404


@pytest.mark.parametrize("address", ["/problems", "/problems/busy", "/nowhere", "/siren/1", "/sparql", "/%FF"])
def test_section_9_3_2_head_is_get_without_its_body(client: Client, address: str) -> None:
    head, get = client("HEAD", address), client("GET", address)
    assert head.content == b""
    assert head.status_code == get.status_code
    assert head.headers == get.headers


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ("/problems/", "/problems"),
        ("/problems///", "/problems"),
        ("/insee/region/84/?a=%C3%A9&b", "/insee/region/84?a=%C3%A9&b"),
        ("/siren/732%20829%20320/", "/siren/732%20829%20320"),
    ],
)
def test_a_trailing_slash_leads_to_the_address_without(client: Client, address: str, location: str) -> None:
    response = client.get(address)
    assert (response.status_code, response.headers["location"]) == (308, location)


@pytest.mark.parametrize("address", ["//evil.example/", "//evil.example/problems/", "/nowhere/", "///"])
def test_a_trailing_slash_leads_nowhere_else(client: Client, address: str) -> None:
    response = client.get("http://test" + address)
    assert response.status_code == 404
    assert "location" not in response.headers


@pytest.mark.parametrize("part", ["%", "%4", "%zz", "%C3", "%FF%FE", "%ED%A0%80", "%C0%AF"])
@pytest.mark.parametrize("address", ["/siren/{}", "/problems?x={}", "/{}"])
def test_ill_encoded_addresses_are_a_400(client: Client, address: str, part: str) -> None:
    path, _, query = address.format(part).partition("?")
    response = client.raw(path.encode(), query.encode())
    assert response.status_code == 400
    assert response.json()["type"].endswith("/problems/bad-encoding")


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        (b"", True),
        (b"/a%20b", True),
        (b"/caf%C3%A9", True),
        ("/café".encode(), True),
        ("/café".encode("latin-1"), False),
        (b"%e2%82%ac", True),
        (b"%e2%82", False),
        (b"%%", False),
    ],
)
def test_what_is_well_encoded(text: bytes, sound: bool) -> None:
    assert (encoding_fault(text) is None) is sound


def test_a_shown_path_is_fit_for_a_header() -> None:
    scope: Scope = {"type": "http", "path": "", "raw_path": b'/a\r\nb"<\xff%C3%A9'}
    assert shown_path(scope) == "/a%0D%0Ab%22%3C%FF%C3%A9"


def test_every_response_has_the_safe_headers_once(client: Client) -> None:
    answers = [
        client.get("/problems", BROWSER),
        client.get("/nowhere"),
        client.get("/%FF"),
        client.get("/siren/732829320"),
        client.get("/sparql?query=ASK%7B%7D"),
        client.get("/sparql?query=nonsense"),
        client("PUT", "/sparql"),
        client("OPTIONS", "/sparql"),
        client.get("/problems/"),
    ]
    for response in answers:
        for name, value in SAFE_HEADERS.items():
            assert response.headers.get_list(name) == [value]


def test_the_policy_allows_nothing_inline_and_no_frame(client: Client) -> None:
    policy = client.get("/problems", BROWSER).headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("host", ["evil.example", "evil.example:99", "", "a b", "127.0.0.1"])
def test_the_host_of_a_request_is_never_repeated(client: Client, host: str) -> None:
    headers = {"host": host, "x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}
    for address in ("/siren/732829320", "/problems/", "/nowhere", "/sparql", "/problems"):
        response = client("GET", address, headers=headers)
        assert "evil" not in response.text + str(response.headers)


def test_allowed_methods_of_nothing_are_none() -> None:
    assert allowed_methods([], {"type": "http", "path": "/", "method": "GET"}) == []
