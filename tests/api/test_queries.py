"""The example queries: each is commented in both languages, and run on the whole embedded graph gives right answers."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import quote

import pytest

from maille.api.pages.examples import LEVELS, examples, federated

EXAMPLES = {example.name: example for example in examples()}
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.fixture(scope="module")
def site(client, settings, built_home):
    release = built_home.current()
    return type(client)(release.load_memory(), settings)


@pytest.fixture(scope="module")
def ask(site):
    def run(name: str) -> list[dict[str, str]]:
        answer = site.get(f"/sparql?query={quote(EXAMPLES[name].query)}", "text/csv")
        assert answer.status_code == 200, answer.text
        return list(csv.DictReader(io.StringIO(answer.text)))

    return run


def column(rows, name):
    return [row[name] for row in rows]


TABLES = [name for name, example in EXAMPLES.items() if "SELECT" in example.query.split("WHERE")[0]]
NOT_HERE = {"structures-on-a-map"}  # no source of the package has coordinates; tests/browser runs it over some


def test_there_are_enough_and_all_are_explained_in_both_languages():
    assert len(EXAMPLES) >= 20
    for example in (*EXAMPLES.values(), *federated()):
        assert set(example.titles) == set(example.descriptions) == {"fr", "en"}, example.name
        assert "title-fr" not in example.query
        assert example.level in LEVELS
        assert example.view in {"table", "map", "chart"}
        assert not re.search(r"^# (level|view):", example.query, re.MULTILINE)


def test_they_go_from_simple_to_hard_and_show_each_way_of_asking():
    assert {example.level for example in EXAMPLES.values()} == {"first", "joins", "sources"}
    assert {example.view for example in EXAMPLES.values()} == {"table", "map", "chart"}
    forms = {
        form for example in EXAMPLES.values() for form in ("ASK", "CONSTRUCT", "DESCRIBE") if form in example.query
    }
    assert forms == {"ASK", "CONSTRUCT", "DESCRIBE"}


@pytest.mark.parametrize("name", sorted(set(TABLES) - NOT_HERE))
def test_every_example_finds_something(ask, name):
    rows = ask(name)
    assert rows
    assert len(rows) == len({tuple(row.values()) for row in rows})


@pytest.mark.parametrize("name", sorted(set(EXAMPLES) - set(TABLES)))
def test_examples_that_are_no_tables_answer_too(site, name):
    accept = "application/n-triples, application/sparql-results+json"
    answer = site.get(f"/sparql?query={quote(EXAMPLES[name].query)}", accept)
    assert answer.status_code == 200
    assert '"boolean":true' in answer.text.replace(" ", "") or answer.text.endswith(" .\n")


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_runs_on_a_click(site, name):
    answer = site.get(f"/sparql?query={quote(EXAMPLES[name].query)}", BROWSER)
    assert answer.status_code == 200
    assert "<td>" in answer.text or name in {*NOT_HERE, "is-it-known"}


def test_communes_are_counted(ask):
    assert ask("communes-count") == [{"communes": "34969"}]


def test_communes_by_region_add_up(ask):
    rows = ask("communes-by-region")
    assert sum(map(int, column(rows, "communes"))) <= 34969
    counts = dict(zip(column(rows, "name"), map(int, column(rows, "communes")), strict=True))
    assert counts["Corse"] == 360
    assert counts["Mayotte"] == 17
    assert counts["La Réunion"] == 24


def test_the_metropole_of_nantes(ask):
    (epci,) = ask("epci-of-commune")
    assert (epci["name"], epci["kind"], epci["siren"]) == ("Nantes Métropole", "Métropole", "244400404")
    communes = ask("communes-of-metropole")
    assert len(communes) == 24
    assert communes[0]["name"] == "Nantes"


def test_a_siren_and_a_former_code_lead_to_lyon(ask):
    assert [(row["name"], row["code"]) for row in ask("commune-by-siren")] == [("Lyon", "69123")]
    assert column(ask("present-commune-of-former-code"), "name") == ["Lyon"]


def test_one_code_names_two_things(ask):
    assert column(ask("two-things-one-code"), "name") == ["Arboys en Bugey", "Arbignieu"]


def test_structures_by_profile_cover_the_six(ask):
    rows = ask("structures-by-profile")
    assert len(rows) == 6
    assert "Waoup" in next(row for row in rows if row["profileName"] == "Accélérateur")["names"]


def test_structures_in_a_metropole(ask):
    found = {row["name"]: row["metropoleName"] for row in ask("structures-in-metropole")}
    assert found["Waoup"] == "Métropole de Lyon"
    assert found["Pôle économique de la Samoa"] == "Nantes Métropole"
    assert "FFWD" not in found


def test_what_is_ambiguous_stays_so(ask):
    rows = [row for row in ask("ambiguous-places") if row["name"] == "FFWD"]
    assert column(rows, "communeName") == ["Colombelles", "Rouen"]
    assert set(column(rows, "stated")) == {"Colombelles-Rouen"}


def test_attributes_of_profiles(ask):
    rows = ask("profile-attributes")
    assert len(set(column(rows, "profile"))) == 6
    assert {"durée d'accompagnement", "niveau d'innovation ouverte"} <= set(column(rows, "attribute"))


def test_facts_have_lines(ask):
    assert ("Waoup", "242") in {(row["name"], row["line"]) for row in ask("facts-with-lines")}


def test_initiatives_of_the_crisis(ask):
    rows = ask("crisis-initiatives")
    assert "Entraide Maker" in column(rows, "name")
    assert "Interactive Data Light" not in column(rows, "name")


def test_the_largest_commune_of_each_departement(ask):
    rows = ask("largest-commune-of-departement")
    found = {row["departementCode"]: row["communeName"] for row in rows}
    assert len(found) == len(rows) > 100
    assert (found["69"], found["2A"], found["974"]) == ("Lyon", "Ajaccio", "Saint-Denis")


def test_a_name_is_found_without_its_accents(ask):
    assert "Pôle économique de la Samoa" in column(ask("search-by-text"), "name")


def test_the_tree_of_profiles_has_two_storeys(ask):
    depths = {row["path"]: int(row["depth"]) for row in ask("profile-tree")}
    assert depths["Accélérateur"] == 1
    assert depths["Accélérateur › Start-up studio"] == 2


def test_a_region_is_spoken_of_in_several_graphs(ask):
    graphs = {row["graph"].rsplit("/graph/")[1]: row["properties"] for row in ask("graphs-of-one-thing")}
    assert "wikidataId" in graphs["territory-links/2026-11"]


def test_every_graph_has_a_licence(ask):
    rows = ask("graphs-and-licences")
    assert {row["graph"].rsplit("/graph/")[1] for row in rows} >= {
        "cog/2026",
        "study/2020-06",
        "vocabulary/1.0.0",
        "meta",
    }


def test_pages_of_the_whole_graph_are_light_and_their_links_answer(site):
    """Every link of the home page answers, and no page of a territory, profile or structure is heavy."""
    home = site.get("/", BROWSER).text
    paths = sorted({part.partition('"')[0] for part in home.split('href="')[1:]})
    inside = [path for path in paths if path.startswith("/") and "/sparql" not in path]
    assert len(inside) > 70
    for path in inside:
        answer = site.get(path, BROWSER)
        assert answer.status_code == 200, path
        assert len(answer.content) < 200_000, path
