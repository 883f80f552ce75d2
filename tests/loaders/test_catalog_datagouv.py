"""Neighbouring data sets as data.gouv.fr describes them (`datagouv-catalogue`; DCAT 3, section 6.6)."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.loaders.catalogued import Catalogued, catalogued

OURS = "<https://w3id.org/maille/id/dataset/5fa9901de0b96c51b61963e9>"


@pytest.fixture(scope="module")
def found(shared_data: Path) -> Catalogued:
    return catalogued(shared_data, "datagouv-catalogue")


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> list[dict[str, str]]:
    csv.field_size_limit(1 << 24)
    with (shared_data / "datagouv-catalogue-extrait.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_every_record_is_loaded_and_accepted(found: Catalogued) -> None:
    assert (found.loaded.read, len(found.loaded.rows), found.loaded.rejected) == (92, 92, [])
    assert found.loaded.warnings == []
    assert found.violations() == []


def test_near_duplicates_stay_apart(found: Catalogued) -> None:
    assert len(found.ask("SELECT DISTINCT ?set { ?set a dcat:Dataset ; dct:title ?title }")) == 92
    title = "Localisation des espaces de coworking dans le Grand Est"
    assert len(found.ask(f'SELECT ?set {{ ?set dct:title "{title}"@fr }}')) == 15


def test_a_licence_that_is_not_specified_stays_unsaid(found: Catalogued, rows: list[dict[str, str]]) -> None:
    unsaid = [row["id"] for row in rows if row["license"] == "License Not Specified"]
    assert len(unsaid) == 27
    for key in unsaid:
        assert found.ask(f'SELECT ?l {{ ?set dct:identifier "{key}" ; dct:license|maille:licenceAsStated ?l }}') == []
    licences = Counter(licence for _, licence in found.ask("SELECT ?set ?licence { ?set dct:license ?licence }"))
    assert licences["https://www.etalab.gouv.fr/licence-ouverte-open-licence"] == 45
    assert licences["https://opendatacommons.org/licenses/odbl/1-0/"] == 11
    assert sum(licences.values()) == 92 - 27 - 1
    assert found.ask('SELECT ?set { ?set maille:licenceAsStated "Other (Open)"@fr ; dct:license ?l }') == []


def test_the_archived_record_of_the_studys_own_data_set_leads_to_the_study(found: Catalogued) -> None:
    assert found.ask(f"SELECT ?to {{ {OURS} dct:relation ?to }}") == [("https://w3id.org/maille/source/study/2020-06",)]
    assert found.ask("SELECT ?set { ?set dct:relation ?to }") == [(OURS.strip("<>"),)]
    assert found.one(f"SELECT ?day {{ {OURS} maille:archivedOn ?day }}") == "2021-03-26"
    assert found.one(f"SELECT ?name {{ {OURS} dct:publisher/skos:prefLabel ?name }}") == "Caisse des Dépôts"


def test_false_is_no_day_of_archiving(found: Catalogued, rows: list[dict[str, str]]) -> None:
    archived = found.ask("SELECT ?set ?day { ?set maille:archivedOn ?day }")
    assert len(archived) == sum(row["archived"] != "False" for row in rows) == 44
    assert all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", day) for _, day in archived)


def test_descriptions_of_several_lines_give_their_first_paragraph(
    found: Catalogued, rows: list[dict[str, str]]
) -> None:
    texts = dict(found.ask("SELECT ?key ?text { ?set dct:identifier ?key ; dct:description ?text }"))
    assert set(texts) == {row["id"] for row in rows if row["description"]}
    assert sum("\n" in row["description"].strip() for row in rows) >= 40
    assert not [text for text in texts.values() if text.startswith("#") or "\n" in text or "<p>" in text]
    assert texts["5fa9901de0b96c51b61963e9"].startswith("Recensement de structures d’innovation ouverte")
    # The paragraphs left out are those that name people and say whom to call.
    assert not [text for text in texts.values() if re.search(r"[\w.]+@[\w-]+\.\w+|\b0[1-9](?:[ .-]?\d\d){4}\b", text)]
    assert found.loaded.findings == []


def test_publishers_are_one_each_and_owners_nobody(found: Catalogued, rows: list[dict[str, str]]) -> None:
    published = found.ask("SELECT ?set ?body { ?set dct:publisher ?body }")
    assert len(published) == 89
    assert len({body for _, body in published}) == len({row["organization_id"] for row in rows}) - 1
    text = "\n".join(sentence for row in found.loaded.rows for sentence in row.statements)
    assert not [row["owner"] for row in rows if row["owner"] and row["owner"] in text]


def test_keywords_formats_and_dates(found: Catalogued) -> None:
    keywords = {word for (word,) in found.ask(f"SELECT ?word {{ {OURS} dcat:keyword ?word }}")}
    assert {"innovation", "innovation-ouverte"} <= keywords
    assert {form for (form,) in found.ask(f"SELECT ?form {{ {OURS} maille:offeredFormat ?form }}")} == {
        "shp",
        "json",
        "csv",
    }
    assert found.one(f"SELECT ?day {{ {OURS} dct:issued ?day }}") == "2020-11-09"
    assert found.one(f"SELECT ?day {{ {OURS} dct:modified ?day }}") == "2020-12-11"
    assert len(found.ask("SELECT ?set ?page { ?set dcat:landingPage ?page }")) == 92
