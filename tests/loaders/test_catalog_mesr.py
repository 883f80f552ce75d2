"""Institutions of higher education as the ministry lists them (`mesr-etablissements`)."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from tests.loaders.catalogued import Catalogued, catalogued

ABROAD = ("5eUBS", "BOl78", "td273", "6a498")


@pytest.fixture(scope="module")
def found(shared_data: Path) -> Catalogued:
    return catalogued(shared_data, "mesr-etablissements")


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> dict[str, dict[str, str]]:
    with (shared_data / "mesr-etablissements-esr.csv").open(encoding="utf-8", newline="") as file:
        return {row["etablissement_id_paysage"]: row for row in csv.DictReader(file, delimiter=";")}


def of_row(found: Catalogued, key: str, pattern: str) -> list[tuple[str, ...]]:
    row = f"<https://w3id.org/maille/row/mesr-etablissements/2023/{key}>"
    return found.ask(f"SELECT ?value {{ ?thing prov:wasDerivedFrom {row} . {pattern} }}")


def test_every_row_is_accounted_for_and_the_empty_one_is_named(found: Catalogued) -> None:
    assert (found.loaded.read, len(found.loaded.rows)) == (250, 249)
    (rejected,) = found.loaded.rejected
    assert (rejected.column, rejected.reason) == ("uo_lib", "the name is missing")
    assert rejected.line == 33
    assert found.loaded.findings == []
    assert found.loaded.warnings == []
    assert found.violations() == []


@pytest.mark.parametrize(
    ("column", "property_", "count"),
    [
        ("siret", "maille:siret", 244),
        ("uai", "maille:uai", 247),
        ("identifiant_wikidata", "maille:wikidataId", 237),
        ("identifiant_ror", "maille:ror", 199),
        ("identifiant_idref", "maille:idref", 148),
    ],
)
def test_identifiers_are_plain_strings(
    found: Catalogued, rows: dict[str, dict[str, str]], column: str, property_: str, count: int
) -> None:
    values = {value for (value,) in found.ask(f"SELECT ?value {{ ?thing {property_} ?value }}")}
    assert values == {row[column] for row in rows.values() if row[column]}
    assert len(values) == count


def test_a_siren_and_a_siret_have_their_evidence(found: Catalogued) -> None:
    query = "SELECT ?one { ?one a adms:Identifier ; skos:notation ?number ; dct:creator ?insee ; dct:source ?evidence }"
    evidence = found.ask(query)
    assert len(evidence) == len(found.ask("SELECT ?n { ?one maille:siren|maille:siret ?n }"))
    assert len(evidence) > 470


def test_a_siret_stands_on_a_site_and_never_on_an_institution(found: Catalogued) -> None:
    assert {kind for (kind,) in found.ask("SELECT DISTINCT ?kind { ?site maille:siret ?n ; a ?kind }")} == {
        "http://www.w3.org/ns/org#Site"
    }


def test_one_siren_for_several_schools_merges_none_of_them(found: Catalogued) -> None:
    (junia,) = of_row(found, "73Oaz", "?thing a maille:OperatingOrganisation . BIND(?thing AS ?value)")
    assert junia == ("https://w3id.org/maille/id/organisation/783707003",)
    for key in ("Bf1tY", "6mwS3"):
        assert of_row(found, key, "?thing a maille:OperatingOrganisation ; org:unitOf ?value") == [junia]
        assert of_row(found, key, "?thing org:unitOf ?whole ; maille:siren ?value") == []
    units = [key for key in ("2bx2x", "mFZJs") for key in of_row(found, key, "?thing org:unitOf ?value")]
    assert units == [("https://w3id.org/maille/id/organisation/130017270",)] * 2
    names = found.ask("SELECT ?name { <https://w3id.org/maille/id/organisation/783707003> skos:prefLabel ?name }")
    assert names == [("Junia",)]


def test_the_school_of_meteorology_is_not_meteo_france(found: Catalogued) -> None:
    assert found.ask('SELECT ?one { ?one maille:siren "180060030" }') == []
    assert found.one('SELECT ?name { ?one maille:uai "0312069F" ; skos:prefLabel ?name }').startswith("École nationale")


@pytest.mark.parametrize("key", ABROAD)
def test_a_school_abroad_has_no_commune_and_no_point(found: Catalogued, key: str) -> None:
    assert of_row(found, key, "?thing maille:inCommune|maille:possibleCommune|geo:hasGeometry ?value") == []
    assert of_row(found, key, "?thing a maille:OperatingOrganisation ; maille:placeAsStated ?value")


def test_every_other_institution_is_in_one_commune(found: Catalogued, rows: dict[str, dict[str, str]]) -> None:
    placed = found.ask("SELECT ?one ?commune { ?one a maille:OperatingOrganisation ; maille:inCommune ?commune }")
    assert len(placed) == 249 - len(ABROAD)
    assert of_row(found, "6mwS3", "?thing a maille:OperatingOrganisation ; maille:inCommune ?value")
    arrondissement = next(key for key, row in rows.items() if row["com_nom"] == "Paris  6e")
    paris = of_row(found, arrondissement, "?thing a org:Site ; maille:inCommune ?value")
    assert paris == [("https://w3id.org/maille/id/commune/75056",)]
    query = f'SELECT ?name {{ ?site maille:siret "{rows[arrondissement]["siret"]}" ; skos:prefLabel ?name }}'
    assert "  " not in found.one(query)


def test_points_are_latitude_first_in_the_file_and_longitude_first_in_wkt(found: Catalogued) -> None:
    query = 'SELECT ?wkt { ?site maille:siret "19691774400019" ; geo:hasGeometry/geo:asWKT ?wkt }'
    assert found.one(query).endswith("POINT(4.86518 45.77962)")
    assert len(found.ask("SELECT ?wkt { ?site geo:hasGeometry/geo:asWKT ?wkt }")) == 249 - len(ABROAD)


def test_keys_and_values_in_one_cell_become_other_names(found: Catalogued) -> None:
    names = {name for (name,) in found.ask('SELECT ?name { ?one maille:siren "196917744" ; skos:altLabel ?name }')}
    assert {"Lyon 1", "Université Lyon 1", "Claude Bernard University Lyon 1"} <= names
    assert not [name for name in names if "|" in name or "NomLong" in name]


def test_thousands_with_a_space_and_nd(found: Catalogued, rows: dict[str, dict[str, str]]) -> None:
    counts = found.ask("SELECT ?one ?n { ?one maille:enrolledStudents ?n }")
    stated = [row["inscrits_2017"] for row in rows.values() if row["inscrits_2017"] not in ("", "nd")]
    assert sorted(int(n) for _, n in counts) == sorted(int(re.sub(r"\s", "", text)) for text in stated)
    assert any(" " in text for text in stated)


def test_classes_say_what_is_public_and_what_has_legal_personality(
    found: Catalogued, rows: dict[str, dict[str, str]]
) -> None:
    public = found.ask("SELECT ?one { ?one a cv:PublicOrganisation }")
    assert len(public) == sum(row["secteur_d_etablissement"] == "Public" for row in rows.values())
    assert len(found.ask("SELECT ?one { ?one a maille:OperatingOrganisation, org:OrganizationalUnit }")) == 7
    kinds = found.ask("SELECT ?one { ?one org:classification <https://w3id.org/maille/scheme/institution-kind/ecole> }")
    assert len(kinds) == 149


def test_telephones_and_accounts_of_networks_stay_out(found: Catalogued, rows: dict[str, dict[str, str]]) -> None:
    texts = {text for (text,) in found.ask("SELECT DISTINCT ?text { ?one ?property ?text }")}
    phones = {row["numero_telephone_uai"] for row in rows.values() if row["numero_telephone_uai"]}
    assert len(phones) > 100
    assert not phones & texts
    assert not [text for text in texts if re.search(r"facebook|twitter|instagram|linkedin", text)]
