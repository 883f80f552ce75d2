"""TechOnMap, from the real file: which categories are taken, and every defect of its cells."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.loaders.catalogue_rows import ByRow, by_row


@pytest.fixture(scope="module")
def tom(shared_data: Path) -> ByRow:
    return by_row(shared_data, "techonmap")


def number_of(tom: ByRow, type_: str) -> int:
    return tom.number(f"SELECT DISTINCT ?s {{ ?s a {type_} }}")


def test_companies_and_one_person_are_left_out(tom: ByRow) -> None:
    assert tom.counts() == (2120, 366, 0, 0, 1753 + 1, 13)
    assert tom.source.loaded.warnings == []
    assert not [row for row in tom.rows.values() if "arenatis" in (row.values.get("url") or "")]


def test_nothing_is_against_the_shapes(tom: ByRow) -> None:
    assert tom.source.violations() == []


def test_categories_that_are_structures_and_those_that_are_not(tom: ByRow) -> None:
    assert number_of(tom, "maille:InnovationStructure") == 79 + 120 + 7
    assert number_of(tom, "maille:Partner") == 77 + 38 + (32 - 5) + (20 - 2)
    kinds = Counter(kind.rpartition("/")[2] for _, kind in tom.ask("SELECT ?s ?k { ?s maille:partnerKind ?k }"))
    assert kinds == {"ecole-universite": 77, "investisseur": 38, "communaute": 27, "acteur-public": 18}


@pytest.mark.parametrize(
    ("key", "profiles"),
    [
        ("brie-nov", {"living-lab"}),
        ("cap-digital", {"pole-de-competitivite"}),
        ("hackens", {"hackerspace", "fablab"}),
        ("le-camping", {"incubateur", "accelerateur"}),
        ("blackboxe", {"tiers-lieu", "fablab", "hackerspace"}),
        ("neuvitec-95", {"incubateur", "pepiniere-d-entreprises"}),
        ("numa", {"tiers-lieu"}),
        ("inria", set()),
    ],
)
def test_profiles_come_from_the_category_and_from_sure_tags(tom: ByRow, key: str, profiles: set[str]) -> None:
    assert tom.about(key, "maille:profile") == profiles


def test_the_linker_knows_every_row_by_its_bare_key(tom: ByRow) -> None:
    assert set(tom.mentions) == set(tom.rows)
    assert {tom.mentions["inria"].kind, tom.mentions["brie-nov"].kind} == {"organisation", "structure"}
    assert {"la-cordee", "hetic-ecole-du-web", "start-way-montreuil"} <= set(tom.rows)


def test_a_postcode_is_read_as_number_as_text_and_beside_its_town(tom: ByRow) -> None:
    assert type(tom.rows["hubstart-paris-region"].values["postcode"]) in (int, str)
    assert {type(row.values.get("postcode")) for row in tom.rows.values()} == {int, str, type(None)}
    postcodes = [code for (code,) in tom.ask("SELECT ?code { ?a locn:postCode ?code }")]
    assert all(len(code) == 5 and code.isdigit() for code in postcodes)
    assert tom.about("institut-d-optique-graduate-school", "maille:inCommune") == {"91477"}
    assert tom.about("schibsted-growth", "maille:inCommune") == {"75056"}
    assert tom.about("hi-inov", "maille:inCommune") == {"75056"}


def test_a_postcode_that_is_none_is_reported(tom: ByRow) -> None:
    assert set(tom.left("postcode")) == {"hi-inov", "photonic-fablab"}
    assert set(tom.left("city+postcode")) == {"photonic-fablab", "universite-paris-est-marne-la-vallee"}


def test_spellings_of_a_town_are_one_commune(tom: ByRow) -> None:
    spellings = {row.values["city"] for row in tom.rows.values() if "remlin" in (row.values.get("city") or "")}
    assert len(spellings) == 4
    query = "SELECT DISTINCT ?c { ?s maille:placeAsStated ?p ; maille:inCommune ?c FILTER(CONTAINS(?p, 'remlin')) }"
    assert [one.rpartition("/")[2] for (one,) in tom.ask(query)] == ["94043"]


def test_a_new_town_of_several_communes_stays_open(tom: ByRow) -> None:
    assert tom.about("eisti", "maille:possibleCommune") == {"95127", "95500"}  # Cergy and Pontoise
    assert tom.number("SELECT DISTINCT ?s { ?s a org:Site ; maille:inCommune ?c }") == 366 - 3 - 2


def test_a_year_that_is_a_spreadsheet_error_is_no_year(tom: ByRow) -> None:
    broken = [key for key, row in tom.rows.items() if row.values.get("creationyear") == "#NUM!"]
    assert len(broken) == 1
    assert tom.about(broken[0], "schema:foundingDate") == set()
    assert tom.about("42", "schema:foundingDate") == {"2013"}


def test_web_addresses_are_completed_and_e_mails_are_none(tom: ByRow) -> None:
    assert tom.about("casaco", "foaf:homepage") == {"https://www.casaco.fr"}
    reasons = tom.left("url")
    assert set(reasons) == {"antropia", "le-fablab-du-lorem", "nextstars", "utec-avon-fontainebleau"}
    assert "cut at its head" in reasons["utec-avon-fontainebleau"]
    assert not [one for one in tom.source.loaded.findings if "@" in one.value]


def test_milliseconds_are_days(tom: ByRow) -> None:
    days = [day for _, day in tom.ask("SELECT ?s ?day { ?s dct:modified ?day }")]
    assert len(days) == 366
    assert (min(days), max(days)) == ("2014-01-17", "2015-06-01")


def test_a_tax_number_of_five_towns_is_of_none(tom: ByRow) -> None:
    assert len(tom.left("taxID")) == 5
    assert all(key.startswith("blue-office") for key in tom.left("taxID"))
    assert number_of(tom, "adms:Identifier") == 9 + 6  # sites, and organisations among them
    assert tom.about("ign", "maille:siren") == {"180067019"}
    assert tom.about("intencity-clichy", "maille:siret") == {"48816900400048"}
    assert tom.about("intencity-clichy", "maille:siren") == set()


def test_descriptions_and_accounts_are_not_read(tom: ByRow) -> None:
    private = {"description", "twitter", "facebook", "googleplus", "linkedin", "viadeo"}
    assert all(not private & set(row.values) for row in tom.rows.values())


def test_it_stays_in_a_graph_of_its_own_under_odbl(tom: ByRow) -> None:
    description = tom.source.loader.description
    assert description.licence == "https://opendatacommons.org/licenses/odbl/1-0/"
    assert {str(quad.graph_name).strip("<>") for quad in tom.source.store} == {description.graph.value}
