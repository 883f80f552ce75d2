"""Tests of `/trends`: answers over a graph that was counted by hand, what is left blank, scopes, tables, the page."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from maille.api.trends.questions import MINIMUM, QUESTIONS, asked_of, narrowed
from maille.api.trends.scope import Scope

from .conftest import Client
from .trends_graph import trends_client

Cells = dict[str, tuple[str, str, str]]
NAMES = [question.name for question in QUESTIONS]


@pytest.fixture(scope="module")
def client() -> Client:
    return trends_client()


def rows(client: Client, name: str, **params: str) -> list[dict[str, str]]:
    response = client("GET", f"/trends/{name}.csv", params=params)
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.text)))


def cells(client: Client, name: str, **params: str) -> Cells:
    """Return what a table says: last part of the name, or the label -> number, of how many, share or density."""
    found = rows(client, name, **params)
    return {
        row["iri"].rpartition("/")[2] or row["label"]: (
            row["n"],
            row["base"] or row["population"],
            row["share"] or row["density"],
        )
        for row in found
        if row["n"] != "0"
    }


def known(client: Client, name: str, **params: str) -> tuple[str, str]:
    row = rows(client, name, **params)[0]
    return row["known"], row["total"]


# Structure 23 is left out unless the ODbL is asked for: a source under it tells of it.
ANSWERS: dict[str, Cells] = {
    "profiles": {
        "accelerateur": ("23", "35", "65.71"),
        "living-lab-pepiniere-ess": ("10", "35", "28.57"),
        "hub-innovation": ("2", "35", "5.71"),
    },
    "profiles-together": {
        "Accélérateurs, technopoles et hubs": ("25", "35", "71.43"),
        "Accélérateurs et technopoles": ("23", "35", "65.71"),
    },
    "kinds": {"tiers-lieu": ("10", "10", "")},
    "metropole": {
        "metropole": ("23", "35", "65.71"),
        "communaute-d-agglomeration": ("10", "35", "28.57"),
        "Hors de toute intercommunalité": ("2", "35", "5.71"),
    },
    "metropole-by-status": {"public": ("23", "33", "69.7")},
    "metropole-by-profile": {"accelerateur": ("23", "23", "")},
    "profiles-outside": {"living-lab-pepiniere-ess": ("10", "12", ""), "hub-innovation": ("2", "12", "")},
    "status": {"public": ("33", "35", "94.29"), "prive": ("2", "35", "5.71")},
    "density-regions": {"84": ("35", "1000000", "3.5")},
    "density-departements": {"69": ("23", "500000", ""), "38": ("12", "500000", "")},
    "themes": {"energie": ("33", "33", "100.0"), "mobilite": ("4", "33", "12.12")},
    "themes-regions": {"energie": ("33", "33", "100.0"), "mobilite": ("4", "33", "12.12")},
    "subjects": {
        "energie": ("23", "33", "69.7"),
        "energie-renouvelable": ("10", "33", "30.3"),
        "mobilite": ("4", "33", "12.12"),
    },
    "levels": {
        "niveau-1": ("10", "35", "28.57"),
        "niveau-2": ("10", "35", "28.57"),
        "niveau-3": ("25", "35", "71.43"),
    },
    "durations": {"moins-de-6-mois": ("23", "33", "69.7"), "entre-1-et-5-ans": ("10", "33", "30.3")},
    "partners": {"collectivite": ("1", "1", "")},
    "initiatives": {"mobilisation-mise-en-relation": ("1", "1", "")},
}
KNOWN = {"kinds": ("10", "39"), "profiles-outside": ("12", "12"), "partners": ("1", "1"), "initiatives": ("1", "2")}
KNOWN |= dict.fromkeys(("themes", "themes-regions", "subjects", "durations"), ("33", "39"))


def test_every_question_has_a_file_and_an_answer_known_by_hand() -> None:
    assert set(ANSWERS) == set(NAMES) == set(asked_of())


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_is_what_was_counted_by_hand(client: Client, name: str) -> None:
    assert cells(client, name) == ANSWERS[name]
    assert known(client, name) == KNOWN.get(name, ("35", "39"))


def test_what_is_under_the_odbl_counts_where_it_is_asked_for(client: Client) -> None:
    found = cells(client, "profiles", licence="any")
    assert found["accelerateur"] == ("24", "41", "58.54")
    assert found["technopole-pole-cluster"] == ("5", "41", "12.2")
    assert known(client, "profiles", licence="any") == ("41", "45")
    assert cells(client, "profiles", source="beta/2025") == {
        "accelerateur": ("1", "6", ""),
        "technopole-pole-cluster": ("5", "6", ""),
    }


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"region": "84"}, ("35", "35")),
        ({"departement": "38"}, ("12", "12")),
        ({"region": "84", "departement": "69"}, ("23", "23")),
        ({"region": "11"}, ("0", "0")),
        ({"region": "11", "licence": "any"}, ("5", "5")),
        ({"region": "11", "departement": "69"}, ("0", "0")),
        ({"source": "gamma/2024"}, ("1", "1")),
        ({"source": "alpha/2026"}, ("35", "39")),
        ({"source": "alpha/2026", "licence": "any"}, ("36", "40")),
        ({"source": "alpha/2026", "region": "84"}, ("35", "35")),
        ({"region": "", "source": "", "licence": ""}, ("35", "39")),
    ],
)
def test_a_scope_narrows_what_is_counted(client: Client, params: dict[str, str], expected: tuple[str, str]) -> None:
    assert known(client, "profiles", **params) == expected


def test_densities_in_a_region_list_its_departements_alone(client: Client) -> None:
    assert {row["label"] for row in rows(client, "density-departements", region="84")} == {"Rhône", "Isère"}
    assert [row["label"] for row in rows(client, "density-regions", region="84")] == ["Auvergne-Rhône-Alpes"]
    assert [row["label"] for row in rows(client, "density-departements", departement="69")] == ["Rhône"]
    assert client.get("/trends/density-regions.csv?departement=69").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "region=8",
        "region=999",
        "region=84&region=11",
        "departement=2C",
        "departement=01",
        "source=nobody/2020",
        "source=x%20%7D%20DELETE",
        "source=alpha",
        "licence=odbl",
        "region=%3Cscript%3E",
        "excel=perhaps",
    ],
)
def test_a_scope_that_is_none_is_refused(client: Client, query: str) -> None:
    path = "/trends/profiles.csv" if query.startswith("excel") else "/trends"
    response = client.get(f"{path}?{query}", "text/html")
    assert response.status_code == 400
    assert "<script>" not in response.text


def test_below_thirty_the_share_is_blank_and_says_so(client: Client) -> None:
    assert MINIMUM == 30
    for row in rows(client, "profiles-outside"):
        assert (row["share"], row["note"]) == ("", "n < 30")
    page = client.get("/trends", "text/html").text
    part = page.split('id="profiles-outside"')[1].split("</section>")[0]
    assert "n &lt; 30" in part
    assert 'class="chart"' not in part
    assert "%</td>" not in part.replace("\u202f", "")


def test_a_blank_part_says_whether_all_or_each_row_is_too_few(client: Client) -> None:
    page = client.get("/trends?lang=en", "text/html").text

    def part(name: str) -> str:
        return unescape(page.split(f'<section id="{name}"')[1].split("</section>")[0])

    assert "too few for a share" in part("profiles-outside")
    assert "No row has 30 of them" in part("density-departements")
    assert "No row has 30 of them" in part("metropole-by-profile")
    assert 'class="chart"' in part("profiles")


def facet(client: Client, name: str, **params: str) -> dict[str, int]:
    response = client("GET", "/api/structures", params={"limit": "1", "facets": name, **params})
    return {one["value"].rpartition("/")[2]: one["count"] for one in response.json()["facets"][name]}


@pytest.mark.parametrize(
    ("facet_name", "names"), [("profile", ("profiles", "kinds")), ("theme", ("subjects",)), ("level", ("levels",))]
)
@pytest.mark.parametrize("params", [{}, {"licence": "any"}])
def test_counts_are_those_of_the_rest_layer(
    client: Client, facet_name: str, names: tuple[str, ...], params: dict[str, str]
) -> None:
    counted = {key: int(cell[0]) for name in names for key, cell in cells(client, name, **params).items()}
    assert counted == facet(client, facet_name, **params)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("params", ["", "?region=84&source=alpha/2026&licence=any", "?departement=69"])
def test_the_query_of_a_question_gives_its_numbers(client: Client, name: str, params: str) -> None:
    page = client.get(f"/trends{params}", "text/html").text
    if f'id="{name}"' not in page:
        assert "departement" in params
        return
    part = page.split(f'<section id="{name}"')[1].split("</section>")[0]
    address = unescape(re.findall(r'href="(/sparql\?[^"]+)"', part)[0])
    query = parse_qs(urlsplit(address).query)["query"][0]
    assert "@scope" not in query
    assert "@territory" not in query
    found = client.select(query).json()["results"]["bindings"]
    numbers = [int(row["n"]["value"]) for row in found]
    assert numbers == [int(row["n"]) for row in rows(client, name, **dict(parse_pairs(params)))]


def parse_pairs(query: str) -> list[tuple[str, str]]:
    return [(name, values[0]) for name, values in parse_qs(query.removeprefix("?")).items()]


def test_what_the_study_printed_stands_beside_with_its_line_and_never_in_the_chart(client: Client) -> None:
    page = client.get("/trends?lang=fr", "text/html").text
    assert "plus de 160 structures" in page
    part = page.split('id="profiles-together"')[1].split("</section>")[0]
    aside, rest = part.split("</aside>")
    assert "42%" in aside
    assert "/row/study/2020-06/L305" in aside
    assert "42%" not in rest
    assert "ne confirment ni n" in unescape(page)


def test_a_part_names_its_sources_and_their_licences(client: Client) -> None:
    row = rows(client, "metropole")[0]
    graph = "https://w3id.org/maille/graph/"
    assert row["sources"].split(" | ") == [
        graph + name for name in ("alpha/2026", "gamma/2024", "cog/2026", "vocabulary/1.0.0")
    ]
    assert "odbl" not in row["licences"]
    assert "odbl" in rows(client, "profiles", licence="any")[0]["licences"]


def test_the_page_is_one_of_each_language_and_is_kept_by_its_tag(client: Client) -> None:
    french, english = (client.get("/trends", "text/html", accept_language=code) for code in ("fr", "en"))
    assert "Structures comptées" in french.text
    assert "Structures counted" in english.text
    assert french.headers["etag"] != english.headers["etag"]
    again = client.get("/trends", "text/html", accept_language="fr", if_none_match=french.headers["etag"])
    assert again.status_code == 304
    assert client.get("/trends?region=84", "text/html").headers["etag"] != french.headers["etag"]


def test_the_page_has_nothing_inline_and_a_table_for_every_question(client: Client) -> None:
    page = client.get("/trends", "text/html").text
    assert " style=" not in page
    assert "<script>" not in page
    assert page.count("<table") == len(QUESTIONS)
    assert all(f'id="{name}"' in page for name in NAMES)


def test_the_form_keeps_what_was_chosen(client: Client) -> None:
    page = client.get("/trends?region=84&source=alpha/2026&licence=any&lang=en", "text/html").text
    assert '<option value="84" selected>' in page
    assert '<option value="alpha/2026" selected>' in page
    assert re.search(r'name="licence" value="any" checked', page)
    assert '<input type="hidden" name="lang" value="en">' in page
    assert '<option value="75"' not in page.split('id="departement"')[1].split("</select>")[0]
    assert "/trends/profiles.csv?region=84&amp;source=alpha%2F2026&amp;licence=any&amp;lang=en" in page


def test_a_table_for_a_spreadsheet_has_semicolons_and_commas(client: Client) -> None:
    response = client.get("/trends/profiles.csv?excel=true&lang=fr")
    assert response.content.startswith(b"\xef\xbb\xbfquestion;group;")
    assert "65,71" in response.text
    assert response.headers["content-disposition"] == 'attachment; filename="trends-profiles.csv"'


def test_an_unknown_question_is_not_found(client: Client) -> None:
    assert client.get("/trends/weather.csv").status_code == 404
    assert client.get("/trends/../profiles.csv").status_code == 404


def test_names_move_with_the_base() -> None:
    client = trends_client("https://data.example/m/")
    assert cells(client, "profiles") == ANSWERS["profiles"]
    assert rows(client, "profiles")[0]["iri"].startswith("https://data.example/m/scheme/profile/")
    assert known(client, "profiles", source="alpha/2026", region="84") == ("35", "35")
    page = client.get("/trends", "text/html").text
    query = parse_qs(urlsplit(unescape(re.findall(r'href="(/sparql\?[^"]+)"', page)[0])).query)["query"][0]
    assert "https://w3id.org/maille/" not in query
    assert client.select(query).json()["results"]["bindings"]


def test_an_empty_graph_says_that_nothing_is_known() -> None:
    from pathlib import Path

    from pyoxigraph import Store

    from maille.api.settings import Settings

    client = Client(Store(), Settings(home=Path("nowhere")))
    response: httpx.Response = client.get("/trends?lang=en", "text/html")
    assert response.status_code == 200
    assert "No source says anything of it here." in response.text


def test_a_query_is_narrowed_where_its_file_says_so() -> None:
    for name, example in asked_of().items():
        assert "# @scope" in example.text, name
        text = narrowed(example.text, Scope(region="84").patterns, "")
        assert text.count("/odbl/") == example.text.count("# @scope")
        assert set(example.titles) == set(example.descriptions) == {"fr", "en"}
