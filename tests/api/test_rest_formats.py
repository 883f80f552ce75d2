"""Tests of the formats of the REST layer: RDF, GeoJSON, CSV, XLSX, Parquet."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb
import openpyxl
import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from maille.api.rest.collections import COLLECTIONS
from maille.api.rest.formats import OF_LISTS
from maille.ontology.terms import DCT, MAILLE

from .conftest import Client
from .rest_client import rest_client

ALPHA = NamedNode("https://w3id.org/maille/id/structure/alpha-00000001")


@pytest.fixture(scope="module")
def rest() -> Client:
    return rest_client()


@pytest.mark.parametrize("media_type", OF_LISTS)
def test_a_format_is_had_by_accept_and_by_name(rest: Client, media_type: str) -> None:
    by_accept = rest.get("/api/structures", media_type)
    by_name = rest.get(f"/api/structures?format={OF_LISTS[media_type]}")
    assert by_accept.status_code == by_name.status_code == 200
    assert by_accept.headers["content-type"].partition(";")[0] == media_type
    assert by_name.headers["content-type"] == by_accept.headers["content-type"]
    assert "Accept" in by_accept.headers["vary"]


def test_no_format_is_guessed(rest: Client) -> None:
    response = rest.get("/api/structures", "application/pdf")
    assert response.status_code == 406
    assert "text/csv" in response.json()["alternatives"]
    assert rest.get("/api/structures", "text/html,*/*;q=0.8").headers["content-type"] == "application/json"


@pytest.mark.parametrize("path", [*(f"{one.name}?licence=any" for one in COLLECTIONS), "search?q=alpha"])
def test_every_answer_is_rdf(rest: Client, path: str) -> None:
    response = rest.get(f"/api/{path}")
    quads = list(parse(response.content, format=RdfFormat.JSON_LD))
    named = {quad.subject for quad in quads}
    assert {NamedNode(item["iri"]) for item in response.json()["items"]} <= named
    assert all(isinstance(subject, NamedNode) for subject in named)


def test_the_rdf_of_a_structure_says_what_the_graph_says(rest: Client) -> None:
    response = rest.get("/api/structures/alpha-00000001", "application/ld+json")
    said = {(quad.subject, quad.predicate, quad.object) for quad in parse(response.content, format=RdfFormat.JSON_LD)}
    assert (ALPHA, MAILLE.inCommune, NamedNode("https://w3id.org/maille/id/commune/69123")) in said
    assert (ALPHA, MAILLE.profile, NamedNode("https://w3id.org/maille/scheme/profile/atelier")) in said
    licence = NamedNode("https://www.etalab.gouv.fr/licence-ouverte-open-licence")
    assert (ALPHA, DCT.license, licence) in said
    assert not any(predicate == MAILLE.legalStatus for _, predicate, _ in said)


def test_the_context_has_an_address_of_its_own(rest: Client) -> None:
    response = rest.get("/api/structures")
    link = response.links["http://www.w3.org/ns/json-ld#context"]
    assert rest.get(link["url"]).json()["@context"] == response.json()["@context"]


def test_geojson_has_points_where_they_are_known(rest: Client) -> None:
    found = rest.get("/api/structures?format=geojson&fields=label").json()
    first, second = found["features"]
    assert found["type"] == "FeatureCollection"
    assert first["geometry"] == {"type": "Point", "coordinates": [4.85, 45.75]}
    assert list(first["properties"]) == ["iri", "label", "sources", "licences"]
    assert second["geometry"] is None
    assert (
        rest.get("/api/structures/alpha-00000001?format=geojson").json()
        == rest.get("/api/structures/alpha-00000001", "application/geo+json").json()
    )


def test_csv_is_whole_flat_and_harmless(rest: Client) -> None:
    response = rest.get("/api/structures?format=csv&licence=any&sort=label")
    assert response.headers["content-disposition"] == 'attachment; filename="structures.csv"'
    rows = list(csv.DictReader(io.StringIO(response.text, newline="")))
    bravo, alpha, charlie, delta = sorted(rows, key=lambda row: row["label"])
    assert bravo["label"] == '\'=HYPERLINK("x");Bravo'
    assert bravo["homepage"] == "javascript:alert(1)"
    assert (alpha["commune"], alpha["commune_code"], alpha["lon"], alpha["in_metropole"]) == (
        "Lyon",
        "69123",
        "4.85",
        "true",
    )
    assert alpha["operator_siren"] == "552081317"
    assert alpha["profiles_iri"].endswith("/atelier")
    assert charlie["other_labels"] == '<b>C</b> | C, "le" lieu'
    assert len(charlie["licences"].split(" | ")) == 2
    assert delta["lon"] == ""


def test_csv_for_excel(rest: Client) -> None:
    response = rest.get("/api/structures?format=csv&excel=1&limit=1&q=alpha")
    assert response.content.startswith(b"\xef\xbb\xbfiri;id;")
    (row,) = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert row["lat"] == "45,75"


def test_a_page_of_csv_has_a_next_one(rest: Client) -> None:
    response = rest.get("/api/communes?format=csv&limit=1")
    assert len(response.text.splitlines()) == 2
    after = rest.get(response.links["next"]["url"])
    assert len(after.text.splitlines()) == 2
    assert "next" not in after.links


def test_xlsx_holds_texts_not_formulas(rest: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(rest.get("/api/structures?format=xlsx").content))
    heading, *rows = book.active.iter_rows()
    label = [cell.value for cell in heading].index("label")
    cells = {row[label].value: row[label].data_type for row in rows}
    assert cells == {"Alpha": "s", '=HYPERLINK("x");Bravo': "s"}


def test_parquet_has_types(rest: Client, tmp_path: Path) -> None:
    file = tmp_path / "communes.parquet"
    file.write_bytes(rest.get("/api/communes?format=parquet").content)
    with duckdb.connect() as database:
        found = database.read_parquet(str(file)).filter("code = '69123'").project("label, population, in_metropole")
        assert found.fetchall() == [("Lyon", 519127, True)]
