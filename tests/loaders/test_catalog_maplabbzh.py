"""MapLabBzh, from the real file: markup, tabs, a misspelt kind, empty cells, and nobody's e-mail or telephone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.loaders.catalogue_rows import ByRow, by_row


@pytest.fixture(scope="module")
def bzh(shared_data: Path) -> ByRow:
    return by_row(shared_data, "maplabbzh")


def texts(bzh: ByRow) -> set[str]:
    return {value for (value,) in bzh.ask("SELECT DISTINCT ?value { ?s ?p ?value FILTER(isLiteral(?value)) }")}


def test_every_feature_is_loaded_but_six_courses(bzh: ByRow) -> None:
    assert bzh.counts() == (121, 115, 0, 0, 6, 0)
    assert bzh.source.loaded.warnings == []
    assert not {"44", "52", "73", "78", "80", "117"} & set(bzh.rows)


def test_nothing_is_against_the_shapes(bzh: ByRow) -> None:
    assert bzh.source.violations() == []


def test_kinds_are_profiles_the_misspelt_one_too(bzh: ByRow) -> None:
    counts = Counter(profile.rpartition("/")[2] for _, profile in bzh.ask("SELECT ?s ?p { ?s maille:profile ?p }"))
    assert counts == {
        "fablab": 32,
        "lieu-d-usages-numeriques": 31,
        "espace-de-coworking": 22,
        "fablab-charte-mit": 13,
        "tiers-lieu": 7,
        "capitale-french-tech-marque-evenement": 5,
        "hackerspace": 3,
        "makerspace": 2,
    }


def test_markup_and_tabs_are_gone_from_every_text(bzh: ByRow) -> None:
    assert not [text for text in texts(bzh) if "<br" in text or "\t" in text or "\n" in text]
    assert bzh.about("67", "locn:address/locn:thoroughfare") == {"Maison des Associations, 6, cours des Alliés"}


def test_e_mails_telephones_and_accounts_are_not_read(bzh: ByRow) -> None:
    private = {"email", "tel", "twitter", "mastodon", "instagram", "facebook"}
    assert all(not private & set(row.values) for row in bzh.rows.values())
    assert not [text for text in texts(bzh) if "@" in text and "." in text.partition("@")[2]]


def test_an_empty_cell_says_nothing(bzh: ByRow) -> None:
    assert bzh.number("SELECT ?s { ?s foaf:homepage ?page }") == len([r for r in bzh.rows.values() if r.values["web"]])
    assert bzh.about("2", "locn:address/locn:thoroughfare") == set()


def test_a_web_address_without_scheme_is_completed(bzh: ByRow) -> None:
    assert bzh.rows["57"].values["web"].startswith("bit.ly/")
    assert bzh.about("57", "foaf:homepage") == {f"https://{bzh.rows['57'].values['web']}"}


def test_one_name_in_two_towns_is_two_structures(bzh: ByRow) -> None:
    query = "SELECT ?s { ?s a maille:InnovationStructure ; skos:prefLabel 'Nurserie numérique'@fr }"
    assert bzh.number(query) == 2
    assert bzh.about("22", "maille:inCommune") | bzh.about("23", "maille:inCommune") == {"56033", "56124"}


def test_every_structure_has_one_commune_of_five_departements(bzh: ByRow) -> None:
    found = bzh.ask("SELECT ?s ?c { ?s a maille:InnovationStructure ; maille:inCommune ?c }")
    assert len(found) == len({structure for structure, _ in found}) == 115
    assert {commune.rpartition("/")[2][:2] for _, commune in found} == {"22", "29", "35", "44", "56"}


def test_the_word_association_names_no_operator(bzh: ByRow) -> None:
    assert bzh.rows["113"].values["organisation"] == "Association"
    assert bzh.about("113", "maille:operatedBy") == set()
    assert bzh.number("SELECT ?s { ?s maille:operatedBy ?o }") == 30


def test_the_licence_is_the_stricter_of_the_two_that_are_stated(bzh: ByRow) -> None:
    assert bzh.source.loader.description.licence == "https://creativecommons.org/licenses/by-sa/4.0/"
