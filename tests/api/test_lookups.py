"""Look-ups by official number: where they lead, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Client

ID = "https://w3id.org/maille/id/"


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ("/siren/732829320", "/id/organisation/732829320"),
        ("/siren/732%20829%20320", "/id/organisation/732829320"),
        ("/siren/216901231", "/id/commune/69123"),
        ("/siren/200046977", "/id/epci/200046977"),
        ("/siret/73282932000074", "/id/site/un-site-0123abcd"),
        ("/insee/commune/69123", "/id/commune/69123"),
        ("/insee/commune/01015", "/id/commune/01015"),
        ("/insee/commune/01340", "/id/commune/01015?from=01340"),
        ("/insee/commune/69381", "/id/commune/69123?from=69381"),
        ("/insee/commune/55273", "/id/commune/55517?from=55273"),
        ("/insee/departement/69", "/id/departement/69"),
        ("/insee/departement/2a", "/id/departement/2A"),
        ("/insee/region/84", "/id/region/84"),
        ("/insee/epci/200046977", "/id/epci/200046977"),
        ("/insee/epci/200057867", "/id/ept/200057867"),
    ],
)
def test_a_known_number_leads_to_its_thing(client: Client, address: str, location: str) -> None:
    for method in ("GET", "HEAD"):
        response = client(method, address)
        assert (response.status_code, response.headers["location"]) == (303, location)


@pytest.mark.parametrize(
    ("address", "status", "slug"),
    [
        ("/siren/732829321", 400, "invalid-identifier"),
        ("/siren/73282932", 400, "invalid-identifier"),
        ("/siren/abc", 400, "invalid-identifier"),
        ("/siren/%D9%A7%D9%A3%D9%A2829320", 400, "invalid-identifier"),
        ("/siren/552081317", 404, "not-found"),
        ("/siret/73282932000075", 400, "invalid-identifier"),
        ("/siret/35600000000048", 404, "not-found"),
        ("/insee/commune/6912", 400, "invalid-identifier"),
        ("/insee/commune/20004", 404, "not-found"),
        ("/insee/commune/69124", 404, "not-found"),
        ("/insee/departement/96", 400, "invalid-identifier"),
        ("/insee/departement/75", 404, "not-found"),
        ("/insee/region/8", 400, "invalid-identifier"),
        ("/insee/region/11", 404, "not-found"),
        ("/insee/epci/216901231", 404, "not-found"),
        ("/insee/epci/200046978", 400, "invalid-identifier"),
        ("/insee/commune/69123/", 308, None),
        ("/insee/pays/33", 404, "not-found"),
    ],
)
def test_a_number_that_leads_nowhere_is_a_problem(client: Client, address: str, status: int, slug: str | None) -> None:
    response = client.get(address)
    assert response.status_code == status
    if slug is not None:
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["type"] == f"https://w3id.org/maille/problems/{slug}"


def told(client: Client, address: str) -> dict[str, Any]:
    response = client.get(address, "application/json")
    assert response.headers["content-type"] == "application/json"
    members: dict[str, Any] = response.json()
    return members


def test_a_delegated_code_says_what_it_was(client: Client) -> None:
    told_of = told(client, "/insee/commune/01340")
    assert told_of["thing"] == ID + "commune/01015"
    assert told_of["formerly"] == [ID + "commune-deleguee/01340", ID + "former-commune/01340"]
    assert "01015" in told_of["note"]
    link = client.get("/insee/commune/01340").headers["link"]
    assert f'<{ID}commune-deleguee/01340>; rel="predecessor-version"' in link


def test_a_code_of_a_commune_and_its_part_means_the_commune(client: Client) -> None:
    told_of = told(client, "/insee/commune/01015")
    assert told_of == {
        "asked": "commune code 01015",
        "thing": ID + "commune/01015",
        "also": [ID + "commune-deleguee/01015"],
    }


def test_where_records_disagree_both_communes_are_named(client: Client) -> None:
    told_of = told(client, "/insee/commune/55273")
    assert told_of["thing"] == ID + "commune/55517"
    assert told_of["also"] == [ID + "commune/55039"]
    assert "disagree" in told_of["note"]


def test_the_note_is_there_as_text_too(client: Client) -> None:
    response = client.get("/insee/commune/01340", "text/plain")
    assert response.text.splitlines()[0] == ID + "commune/01015"
    assert "01340 is the code of a commune déléguée and of a former commune" in response.text
