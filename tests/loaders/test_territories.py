"""What each kind of territory says, on a miniature of the source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, Quad

from maille.loaders.source import Row
from maille.loaders.territories.checks import EPCI_KINDS, TAXATIONS, ZONES
from maille.loaders.territories.loader import TerritoriesLoader
from maille.ontology import iris
from maille.ontology.namespaces import BASE, PREFIXES
from maille.ontology.vocabulary import concepts

Miniature = dict[str, list[dict[str, Any]]]
EXPECTED = Path(__file__).resolve().parents[1] / "data" / "territories.txt"


def expected() -> list[tuple[str, list[str]]]:
    """Read the sections of the table: the name of a thing, and the lines it says."""
    _, *sections = EXPECTED.read_text(encoding="utf-8").split("\n## ")
    return [(name, lines) for name, *lines in (section.strip().splitlines() for section in sections)]


def load(loader: TerritoriesLoader) -> list[Quad]:
    return [quad for row in loader.rows() for quad in loader.quads(row)]


def short(term: object) -> str:
    """Write a term as the tables above do."""
    text = str(term).replace(f"<{BASE}id/", "<id/").replace(f"<{BASE}row/", "<row/")
    text = text.replace(f"<{BASE}scheme/", "<scheme/")
    if text.startswith(("<id/", "<row/", "<scheme/")):
        return text[1:-1]
    for prefix, namespace in PREFIXES.items():
        head, mark, tail = text.rpartition(f"<{namespace}")
        if mark and "/" not in tail:
            text = f"{head}{prefix}:{tail[:-1]}"
    return text


@pytest.mark.parametrize(("name", "expected"), expected())
def test_a_territory_says_exactly_this(miniature: Miniature, name: str, expected: list[str]) -> None:
    quads = [quad for quad in load(TerritoriesLoader(miniature)) if quad.subject == NamedNode(f"{BASE}id/{name}")]
    said = [f"{short(quad.predicate)} {short(quad.object)}".replace("rdf:type", "a") for quad in quads]
    assert sorted(said) == sorted(expected)


def test_every_row_is_quoted_from_the_source(miniature: Miniature) -> None:
    loader = TerritoriesLoader(miniature)
    quoted = [quad for quad in load(loader) if quad.predicate.value.endswith("#wasQuotedFrom")]
    assert {quad.subject for quad in quoted} == {loader.description.row(row.key) for row in loader.rows()}
    assert {quad.object for quad in quoted} == {loader.description.source}


def test_every_quad_is_in_the_graph_of_the_source_and_said_once(miniature: Miniature) -> None:
    quads = load(TerritoriesLoader(miniature))
    assert {quad.graph_name for quad in quads} == {iris.graph("cog", "2026")}
    assert len(set(quads)) == len(quads)


def test_a_commune_without_arrondissement_hangs_from_its_departement(miniature: Miniature) -> None:
    miniature["communes.json"][0]["arrondissement"] = ""
    del miniature["communes.json"][1]["arrondissement"]
    above = {
        quad.subject: quad.object
        for quad in load(TerritoriesLoader(miniature))
        if quad.predicate.value.endswith("subdivisionDirecteDe")
    }
    for code in ("69123", "69029"):
        assert above[iris.thing("commune", code)] == iris.thing("departement", "69")


def test_what_is_missing_stays_unsaid(miniature: Miniature) -> None:
    for column in ("siren", "population", "codesPostaux", "anciensCodes"):
        miniature["communes.json"][0].pop(column)
    quads = [quad for quad in load(TerritoriesLoader(miniature)) if quad.subject == iris.thing("commune", "69123")]
    said = {quad.predicate.value.rpartition("#")[2] for quad in quads}
    assert not said & {"siren", "population", "postcode", "formerCode"}


def test_a_row_knows_its_position_and_its_key(miniature: Miniature) -> None:
    rows = list(TerritoriesLoader(miniature).rows())
    assert rows[3] == Row("communes.json", 1, "commune-actuelle-69123", miniature["communes.json"][0])
    assert [(row.line, row.key) for row in rows[4:6]] == [
        (2, "commune-actuelle-69029"),
        (3, "commune-associee-69232"),
    ]


def test_the_order_of_the_records_changes_nothing_that_is_said(miniature: Miniature) -> None:
    before = set(load(TerritoriesLoader(miniature)))
    turned = {name: list(reversed(records)) for name, records in miniature.items()}
    turned["communes.json"].sort(key=lambda record: record["type"] != "commune-actuelle")
    assert set(load(TerritoriesLoader(turned))) == before


def test_the_two_sides_of_a_contradiction_are_kept_and_warned_of(miniature: Miniature) -> None:
    miniature["communes.json"][2]["chefLieu"] = "69029"
    loader = TerritoriesLoader(miniature)
    quads = load(loader)
    objects = {quad.object for quad in quads if quad.subject == iris.thing("commune-associee", "69232")}
    assert iris.thing("commune", "69029") in objects
    objects = {quad.object for quad in quads if quad.subject == iris.thing("former-commune", "69232")}
    assert iris.thing("commune", "69123") in objects
    (warning,) = loader.warnings()
    assert warning.startswith("communes.json:3: chefLieu '69029': commune-associee-69232")


@pytest.mark.parametrize(
    ("scheme", "used"),
    [("epci-kind", set(EPCI_KINDS.values())), ("epci-taxation", set(TAXATIONS.values())), ("zone", ZONES)],
)
def test_concepts_are_those_of_the_schemes(scheme: str, used: set[str]) -> None:
    assert used == concepts(scheme)


def test_the_description_tells_licence_and_digest(miniature: Miniature) -> None:
    shipped, other = TerritoriesLoader().description, TerritoriesLoader(miniature).description
    assert shipped.licence == "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
    assert shipped.sha256 != other.sha256
    assert len(shipped.sha256) == len(other.sha256) == 64
