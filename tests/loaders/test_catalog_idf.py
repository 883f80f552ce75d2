"""Incubators of Île-de-France, from the real file: every defect of it is handled or reported."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.loaders.catalogue_rows import ByRow, by_row

STRUCTURE = "?s a maille:InnovationStructure ; skos:prefLabel ?name"


@pytest.fixture(scope="module")
def idf(shared_data: Path) -> ByRow:
    return by_row(shared_data, "idf-incubateurs")


def test_every_row_is_loaded_and_every_column_is_known(idf: ByRow) -> None:
    assert idf.counts() == (212, 212, 0, 0, 0, 14)
    assert idf.source.loaded.warnings == []
    assert idf.number(f"SELECT ?s {{ {STRUCTURE} }}") == 212


def test_nothing_is_against_the_shapes(idf: ByRow) -> None:
    assert idf.source.violations() == []


def test_one_number_on_two_rows_is_two_structures(idf: ByRow) -> None:
    assert {"209-antler", "209-inria-startup-studio-paris"} <= set(idf.rows)
    assert idf.number(f"SELECT ?s {{ {STRUCTURE} FILTER(?name = 'PI CUBE'@fr) }}") == 2


def test_a_siret_that_is_none_is_reported_and_says_nothing(idf: ByRow) -> None:
    reasons = idf.left("SIRET")
    wrong = {
        "197-spartners-by-servier-biolabs": "fourteen digits",  # thirteen of them
        "132-cegid-data-lab-station-f": "fourteen digits",  # nine: a SIREN
        "83-matrice-cube": "Luhn",
    }
    for key, reason in wrong.items():
        assert reason in reasons[key]
        assert not idf.about(key, "maille:siret|maille:siren")
        assert len(idf.about(key, "maille:operatedBy")) == 1


def test_a_siret_of_several_towns_is_of_none_of_them(idf: ByRow) -> None:
    shared = {key for key, reason in idf.left("SIRET").items() if "differ in CP" in reason}
    assert {key.partition("-")[0] for key in shared} == {"62", "209", "69", "70", "71", "189", "190", "191"}
    sirets = [value for (value,) in idf.ask("SELECT ?siret { ?site a org:Site ; maille:siret ?siret }")]
    assert len(sirets) == len(set(sirets)) == 80 - 3 - 8
    assert idf.number("SELECT ?o { ?o maille:siren ?siren FILTER(?siren IN ('180089047', '488169004')) }") == 0


@pytest.mark.parametrize(("word", "count"), [("INRIA Startup", 2), ("Intencity", 3), ("La Ruche", 4)])
def test_structures_of_one_siret_stay_distinct(idf: ByRow, word: str, count: int) -> None:
    found = idf.ask(
        f"SELECT ?s ?place {{ {STRUCTURE} ; maille:placeAsStated ?place FILTER(CONTAINS(?name, '{word}')) }}"
    )
    assert len(found) == len({structure for structure, _ in found}) == len({place for _, place in found}) == count


def test_a_siren_is_that_of_an_operator_and_has_its_evidence(idf: ByRow) -> None:
    stated = {row.values["SIRET"] for row in idf.rows.values() if row.values["Raison sociale"]}
    query = """SELECT DISTINCT ?siren { ?o a maille:OperatingOrganisation ; maille:siren ?siren .
        ?o adms:identifier ?node . ?node skos:notation ?notation ; dct:source ?source
        FILTER(STR(?notation) = ?siren) }"""
    found = {siren for (siren,) in idf.ask(query)}
    assert len(found) == len(idf.ask("SELECT ?o { ?o maille:siren ?any }")) == 52
    assert found <= {siret[:9] for siret in stated}


def test_an_operator_is_there_where_its_name_is(idf: ByRow) -> None:
    assert idf.number("SELECT ?s { ?s maille:operatedBy ?o }") == 100
    assert idf.mentions["62-inria-startup-studio-saclay#operator"].name == "INRIA"
    assert idf.about("8-agoranov", "maille:operatedBy") == set()
    assert idf.about("8-agoranov", "maille:siret") == {"43341799500043"}


def test_codes_that_were_floats_are_codes_again(idf: ByRow) -> None:
    postcodes = {value for (value,) in idf.ask("SELECT ?code { ?a locn:postCode ?code }")}
    assert len(postcodes) == 79
    assert all(len(code) == 5 and code.isdigit() for code in postcodes)


def test_a_place_that_contradicts_itself_is_reported(idf: ByRow) -> None:
    reasons = idf.left("Ville+CP+Département")
    assert set(reasons) == {"212-axel-by-meogroup", "191-intencity-choisy", "47-incoplex-77-transition"}
    assert "against the stated département 75" in reasons["212-axel-by-meogroup"]
    assert idf.about("212-axel-by-meogroup", "maille:inCommune") == {"92012"}
    # Choisy-le-Roi has not that postcode, and Vitry-sur-Seine not that name.
    assert idf.about("191-intencity-choisy", "maille:possibleCommune") == {"94022", "94081"}
    assert idf.number(f"SELECT ?s {{ {STRUCTURE} ; maille:inCommune ?commune }}") == 210


def test_a_district_beside_the_town_does_not_hide_it(idf: ByRow) -> None:
    assert idf.about("16-campus-cyber", "maille:placeAsStated") == {"92800 Puteaux / Paris La Défense"}
    assert idf.about("16-campus-cyber", "maille:inCommune") == {"92062"}


def test_points_have_the_longitude_first(idf: ByRow) -> None:
    points = [wkt for (wkt,) in idf.ask("SELECT ?wkt { ?g geo:asWKT ?wkt }")]
    assert len(points) == 212
    assert all(1.4 < float(wkt.partition("(")[2].split()[0]) < 3.6 for wkt in points)


def test_the_host_names_the_site(idf: ByRow) -> None:
    assert idf.about("132-cegid-data-lab-station-f", "org:hasPrimarySite/skos:prefLabel") == {"Station F"}


def test_dates_with_underscores_are_days(idf: ByRow) -> None:
    days = Counter(day for _, day in idf.ask("SELECT ?s ?day { ?s dct:modified ?day }"))
    assert days == {"2024-04-29": 194, "2024-05-22": 18}
