"""The two files of the ANCT as they are: places in text, ids in lists, SIREN in text, outlines (`data` README)."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.loaders.catalogued import Catalogued, catalogued, gazetteer


@pytest.fixture(scope="module")
def places(shared_data: Path) -> Catalogued:
    return catalogued(shared_data, "anct-fabriques")


@pytest.fixture(scope="module")
def areas(shared_data: Path) -> Catalogued:
    return catalogued(shared_data, "anct-territoires-industrie")


def name_of(places: Catalogued, key: str) -> str:
    return places.one(f'SELECT ?name {{ ?place dct:identifier "{key}" ; skos:prefLabel ?name }}')


def commune_of(places: Catalogued, key: str) -> str:
    return places.one(f'SELECT ?code {{ ?place dct:identifier "{key}" ; maille:inCommune ?code }}').rpartition("/")[2]


def test_every_place_of_every_feature_is_loaded(places: Catalogued, shared_data: Path) -> None:
    features = json.loads((shared_data / "anct-fabriques-de-territoire.geojson").read_bytes())["features"]
    ids = [one for feature in features for one in feature["properties"]["id_territoire"].split("; ")]
    assert (len(features), len(ids), len(set(ids))) == (342, 382, 382)
    assert (places.loaded.read, len(places.loaded.rows), places.loaded.rejected) == (382, 382, [])
    assert {row.row.key for row in places.loaded.rows} == set(ids)
    assert places.loaded.findings == []
    assert places.loaded.warnings == []


def test_the_shapes_accept_the_places(places: Catalogued) -> None:
    assert places.violations() == []


def test_a_feature_with_seven_places_gives_each_its_name(places: Catalogued) -> None:
    marseille = ("fabt-51", "fabt-52", "fabt-53", "fabt-117", "fabt-173", "fabt-174", "fabt-216")
    assert len({name_of(places, key) for key in marseille}) == 7
    assert name_of(places, "fabt-51") == "SCIC FRICHE LA BELLE DE MAI"
    assert name_of(places, "fabt-216") == "Foresta"


def test_a_semicolon_inside_a_single_name_parts_nothing(places: Catalogued) -> None:
    assert name_of(places, "fabt-194").startswith("Le Lieu-Dit, Pôle de Coopération")
    assert name_of(places, "fabt-291") == "Sentiers communs"
    assert name_of(places, "fabt-210").startswith("Une fabrique de Territoire en Puisaye-Forterre")


def test_a_free_text_gives_its_first_line_as_the_name_and_the_rest_as_notes(places: Catalogued) -> None:
    assert name_of(places, "fabt-337") == "Bouillon de printemps"
    notes = places.ask('SELECT ?note { ?place dct:identifier "fabt-301" ; skos:note ?note }')
    assert notes == [("Porté par Domb'Innov / L'Exprimerie",)]
    names = [name for (name,) in places.ask("SELECT ?name { ?place maille:profile ?profile ; skos:prefLabel ?name }")]
    assert not [name for name in names if "\n" in name or "&amp;" in name or len(name) > 200]


def test_lines_about_a_person_and_addresses_stay_out(places: Catalogued) -> None:
    texts = [text for (text,) in places.ask("SELECT ?text { ?thing ?property ?text FILTER(isLiteral(?text)) }")]
    assert not [text for text in texts if re.search(r"entreprise individuelle|représenté par|trésorier|@\w+\.fr", text)]
    assert name_of(places, "fabt-342") == "Ferme collective de la ferme du Temple"


def test_na_and_the_empty_geometry_of_saint_martin(places: Catalogued) -> None:
    assert commune_of(places, "fabt-364") == "97801"
    assert places.ask('SELECT ?text { ?place dct:identifier "fabt-364" ; maille:placeAsStated ?text }') == [("97801",)]
    assert places.ask("SELECT ?place { ?place geo:hasGeometry ?geometry }") == []


def test_49069_resolves_through_its_delegated_commune(places: Catalogued) -> None:
    # Orée d'Anjou took the code of another of its communes since; the old one names a commune déléguée.
    assert commune_of(places, "fabt-379") == "49126"
    query = 'SELECT ?code { ?place dct:identifier "fabt-379" ; maille:sourceCommuneCode ?code }'
    assert places.ask(query) == [("49069",)]


def test_every_place_is_in_one_commune_of_today_and_under_the_programme(places: Catalogued) -> None:
    assert len(places.ask("SELECT ?place { ?place a maille:InnovationStructure ; maille:inCommune ?commune }")) == 382
    assert len(places.ask("SELECT DISTINCT ?programme { ?programme a maille:Programme }")) == 1
    assert len(places.ask("SELECT ?m { ?m a org:Membership ; org:member ?p ; org:organization ?o }")) == 382


def test_the_linker_hears_of_every_place_by_its_id(places: Catalogued) -> None:
    mentions = {one.key: one for one in places.mentions()}
    assert len(mentions) == 382
    assert (mentions["fabt-223"].name, mentions["fabt-223"].commune) == ("MOHO", "14118")


def test_every_area_is_loaded_and_accepted(areas: Catalogued) -> None:
    assert (areas.loaded.read, len(areas.loaded.rows), areas.loaded.rejected) == (183, 183, [])
    assert areas.loaded.findings == []
    assert areas.violations() == []


def test_all_641_siren_inside_text_are_linked(areas: Catalogued, shared_data: Path) -> None:
    text = (shared_data / "anct-territoires-industrie.geojson").read_text(encoding="utf-8")
    parts = areas.ask("SELECT ?area ?part { ?area a maille:ProgrammeTerritory ; dct:hasPart ?part }")
    assert len(re.findall(r"\((\d{9})\)", text)) == len(parts) == 641
    assert Counter(part.split("/")[-2] for _, part in parts) == {"epci": 626, "commune": 12, "ept": 3}


def test_outlines_are_wkt_with_longitude_first(areas: Catalogued) -> None:
    found = [wkt for (wkt,) in areas.ask("SELECT ?wkt { ?area geo:hasGeometry/geo:asWKT ?wkt }")]
    assert Counter(re.split(r"[> (]+", wkt)[1] for wkt in found) == {"POLYGON": 159, "MULTIPOLYGON": 24}
    query = 'SELECT ?wkt { ?area dct:identifier "ti-0101" ; geo:hasGeometry/geo:asWKT ?wkt }'
    assert "-61." in areas.one(query)[:80]


def test_an_area_keeps_its_code_as_its_name(areas: Catalogued) -> None:
    query = 'SELECT ?area { ?area dct:identifier "ti-0101" }'
    assert areas.one(query).endswith("/id/programme-territory/ti-0101")
    assert gazetteer().find("territory", "249710062").value.endswith("/id/epci/249710062")
