"""Laboratories of the national register (`rnsr`): lists in step, CEDEX towns, and no name of a director."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from maille.loaders.describing.choosing import shipped
from tests.loaders.catalogued import Catalogued, catalogued

PEOPLE = ("nom_du_responsable", "prenom_du_responsable", "titre_du_responsable")


@pytest.fixture(scope="module")
def found(shared_data: Path) -> Catalogued:
    return catalogued(shared_data, "rnsr")


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> dict[str, dict[str, str]]:
    with (shared_data / "mesr-rnsr-extrait-400.csv").open(encoding="utf-8", newline="") as file:
        return {row["numero_national_de_structure"]: row for row in csv.DictReader(file, delimiter=";")}


def unit(number: str) -> str:
    return f"<https://w3id.org/maille/id/laboratory/{number}>"


def test_every_record_is_loaded_and_accepted(found: Catalogued) -> None:
    assert (found.loaded.read, len(found.loaded.rows), found.loaded.rejected) == (400, 400, [])
    assert found.loaded.warnings == []
    assert found.violations() == []


def test_values_that_cannot_be_published_are_reported_one_by_one(found: Catalogued) -> None:
    told = {(one.line, one.column, one.value) for one in found.loaded.findings}
    assert {value for _, column, value in told if column != "site_web"} >= {"IRVINE", "SEOUL"}
    assert sum(column == "site_web" for _, column, _ in told) == 3
    assert all(one.reason and one.file for one in found.loaded.findings)


def test_a_laboratory_is_named_by_its_number(found: Catalogued, rows: dict[str, dict[str, str]]) -> None:
    named = dict(found.ask("SELECT ?number ?unit { ?unit a maille:ResearchUnit ; maille:rnsr ?number }"))
    assert named == {number: unit(number).strip("<>") for number in rows}


def test_each_supervising_body_keeps_its_role(found: Catalogued, rows: dict[str, dict[str, str]]) -> None:
    roles = Counter(role for row in rows.values() for role in row["code_de_type_de_tutelle"].split(";"))
    stated = {
        "TUTE": found.ask("SELECT ?unit ?body { ?unit a maille:ResearchUnit ; org:unitOf ?body }"),
        "PART": found.ask("SELECT ?unit ?body { ?unit a maille:ResearchUnit ; maille:partner ?body }"),
    }
    # One body may be listed twice for one unit, hence no more than the positions of the lists.
    assert roles == {"TUTE": 801, "PART": 109}
    assert all(0.97 * roles[role] < len(pairs) <= roles[role] for role, pairs in stated.items())


def test_lists_are_read_position_by_position(found: Catalogued, rows: dict[str, dict[str, str]]) -> None:
    number, row = next((n, r) for n, r in rows.items() if r["tutelles"].count(";") == 2)
    told = {one.key: one for one in found.mentions()}
    for place, name in enumerate(row["tutelles"].split(";"), 1):
        mention = told[f"{number}#tutelle-{place}"]
        siret, uai = (row[column].split(";")[place - 1] for column in ("siret_des_tutelles", "uai_des_tutelles"))
        assert mention.name == name
        assert ("siren", siret[:9]) in mention.identifiers
        assert not uai or ("uai", uai) in mention.identifiers
    assert len(told) == 400 + sum(len(r["tutelles"].split(";")) for r in rows.values())


def test_a_body_abroad_without_siret_is_there_all_the_same(found: Catalogued) -> None:
    query = 'SELECT ?body { ?unit org:unitOf|maille:partner ?body . ?body skos:prefLabel "YONSEI UNIVERSITE"@fr }'
    assert re.search(r"/id/organisation/yonsei-universite-[0-9a-f]{8}$", found.one(query))


def test_bodies_under_one_siren_are_told_apart(found: Catalogued) -> None:
    names = {name for (name,) in found.ask('SELECT ?name { ?one maille:siren "180092025" ; skos:prefLabel ?name }')}
    assert names == {"Institut mines télécom"}
    names = {name for (name,) in found.ask('SELECT ?name { ?one maille:siren "180060030" ; skos:prefLabel ?name }')}
    assert names == {"Météo France"}
    school = found.ask('SELECT ?one { ?one maille:uai "0312069F" . FILTER NOT EXISTS { ?one maille:siren ?siren } }')
    assert len(school) == 1


def test_an_organisation_has_one_name_whatever_number_of_rows_speak_of_it(found: Catalogued) -> None:
    query = "SELECT ?body (COUNT(?name) AS ?n) { ?body a org:FormalOrganization ; skos:prefLabel ?name } GROUP BY ?body"
    assert {count for _, count in found.ask(query)} == {"1"}


def test_cedex_towns_are_communes(found: Catalogued, rows: dict[str, dict[str, str]]) -> None:
    nantes = [number for number, row in rows.items() if row["commune"] == "NANTES CEDEX 3"]
    assert nantes
    for number in nantes:
        query = f"SELECT ?commune {{ {unit(number)} maille:inCommune ?commune }}"
        assert found.one(query) == "https://w3id.org/maille/id/commune/44109"
    stated = sum(bool(row["commune"]) for row in rows.values())
    placed = found.ask("SELECT ?unit { ?unit a maille:ResearchUnit ; maille:inCommune ?commune }")
    assert len(placed) >= 0.97 * stated


def test_records_with_line_breaks_are_one_row_each(found: Catalogued) -> None:
    query = f"SELECT ?street {{ {unit('200415078B')} locn:address/locn:thoroughfare ?street }}"
    assert found.one(query) == "UNIVERSITE DE LA ROCHELLE Faculté de Droit, 45 rue F. de Vaux de Foletier"


def test_kind_domains_and_founding(found: Catalogued) -> None:
    kinds = found.ask("SELECT ?kind { ?unit a maille:ResearchUnit ; org:classification ?kind }")
    assert Counter(kind.rpartition("/")[2] for (kind,) in kinds) == {
        "unite-mixte": 183,
        "unite-propre": 177,
        "structure-federative": 27,
        "equipe-interne": 9,
        "groupement-de-recherche": 3,
        "unite-mixte-internationale": 1,
    }
    assert len(found.ask("SELECT ?year { ?unit a maille:ResearchUnit ; schema:foundingDate ?year }")) == 400
    assert len(found.ask("SELECT ?unit ?domain { ?unit a maille:ResearchUnit ; dct:subject ?domain }")) > 450


def test_no_director_is_named_anywhere(found: Catalogued, rows: dict[str, dict[str, str]]) -> None:
    people = {name for row in rows.values() for name in row["nom_du_responsable"].split(";") if len(name) > 4}
    whole = {
        f"{first} {name}"
        for row in rows.values()
        for first, name in zip(
            row["prenom_du_responsable"].split(";"), row["nom_du_responsable"].split(";"), strict=False
        )
        if first and name
    }
    text = "\n".join(sentence for row in found.loaded.rows for sentence in row.statements)
    assert len(people) > 300
    assert not [name for name in whole if name.casefold() in text.casefold()]
    # Some directors bear the name of a place or of a laboratory; as a literal of its own none stands there.
    assert not [name for name in people if f'"{name}"' in text]
    assert not [row for row in found.loaded.rows if set(PEOPLE) & set(row.row.values)]


def test_columns_about_people_are_private() -> None:
    description = next(one for one in shipped() if one.id == "rnsr")
    assert set(PEOPLE) <= set(description.rows.private)
