"""Broken records: each is rejected with column, value and reason, and the others load."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from maille.loaders.source import Row, RowRejected
from maille.loaders.territories.loader import TerritoriesLoader
from maille.ontology import iris
from maille.ontology.terms import MAILLE

Miniature = dict[str, list[dict[str, Any]]]


def refused(loader: TerritoriesLoader) -> dict[str, RowRejected]:
    """Load everything; return why each refused row was refused."""
    errors: dict[str, RowRejected] = {}
    for row in loader.rows():
        try:
            list(loader.quads(row))
        except RowRejected as error:
            errors[row.key] = error
    return errors


@pytest.mark.parametrize(
    ("file", "position", "column", "value", "reason"),
    [
        ("communes.json", 1, "siren", "216900291", "Luhn"),
        ("communes.json", 1, "siren", "216 900 290", "must be written 216900290"),
        ("communes.json", 1, "siren", 216900290, "must be a text"),
        ("communes.json", 1, "nom", "", "missing"),
        ("communes.json", 1, "nom", "  ", "missing"),
        ("communes.json", 1, "nom", None, "missing"),
        ("communes.json", 1, "nom", 3, "must be a text"),
        ("communes.json", 1, "code", "6902", "no commune code"),
        ("communes.json", 1, "code", "69123", "stated already on line 1"),
        ("communes.json", 1, "code", None, "no commune code"),
        ("communes.json", 1, "code", 69029, "must be a text"),
        ("communes.json", 1, "departement", "38", "no departement of this code"),
        ("communes.json", 1, "departement", ["69"], "must be a text"),
        ("communes.json", 1, "region", "11", "département 69 is in région 84"),
        ("communes.json", 1, "arrondissement", "692", "no arrondissement of this code"),
        ("communes.json", 1, "population", -1, "whole number"),
        ("communes.json", 1, "population", "42216", "whole number"),
        ("communes.json", 1, "population", True, "whole number"),
        ("communes.json", 1, "codesPostaux", ["6950"], "five digits"),
        ("communes.json", 1, "codesPostaux", "69500", "must be a list"),
        ("communes.json", 1, "anciensCodes", ["69O29"], "no commune code"),
        ("communes.json", 1, "type", "commune-nouvelle", "no such type"),
        ("communes.json", 3, "chefLieu", "69999", "no commune-actuelle of this code"),
        ("communes.json", 4, "commune", "75056", "no commune-actuelle of this code"),
        ("communes.json", 4, "population", 1.5, "whole number"),
        ("epci.json", 0, "code", "200046978", "Luhn"),
        ("epci.json", 0, "code", "552081317", "public body"),
        ("epci.json", 0, "type", "SAN", "must be one of CA, CC, CU, MET69, METRO"),
        ("epci.json", 0, "modeFinancement", "", "must be one of FA, FPU"),
        ("epci.json", 0, "membres", ["69999"], "no present commune of this code"),
        ("epci.json", 0, "membres", [["69123"]], "must be a text"),
        ("epci.json", 0, "membres", "69123", "must be a list"),
        ("epci.json", 0, "populationTotale", "many", "whole number"),
        ("ept.json", 0, "membres", ["69232"], "no present commune of this code"),
        ("arrondissements.json", 0, "chefLieu", "69232", "no present commune of this code"),
        ("arrondissements.json", 0, "code", "69", "no arrondissement code"),
        ("departements.json", 0, "region", "11", "no region of this code"),
        ("departements.json", 0, "zone", "mars", "must be one of com, drom, metro"),
        ("regions.json", 0, "zone", None, "must be one of com, drom, metro"),
        ("regions.json", 0, "code", "R84", "no région code"),
    ],
)
def test_a_broken_value_is_named(
    miniature: Miniature, file: str, position: int, column: str, value: object, reason: str
) -> None:
    miniature[file][position][column] = value
    loader = TerritoriesLoader(miniature)
    row = next(row for row in loader.rows() if (row.file, row.line) == (file, position + 1))
    with pytest.raises(RowRejected) as caught:
        list(loader.quads(row))
    assert caught.value.column == column
    shown = value[0] if isinstance(value, list) and column != "departement" else value
    assert caught.value.value == (str(shown).strip() if shown is not None else "")
    assert reason in caught.value.reason


def test_sound_records_are_all_accepted(miniature: Miniature) -> None:
    assert refused(TerritoriesLoader(miniature)) == {}


def test_one_broken_commune_stops_neither_its_epci_nor_its_neighbours(miniature: Miniature) -> None:
    miniature["communes.json"][1]["siren"] = "216900291"
    loader = TerritoriesLoader(miniature)
    assert refused(loader).keys() == {"commune-actuelle-69029", "commune-deleguee-69029"}
    members = [
        quad.subject
        for row in loader.rows()
        if row.file == "epci.json"
        for quad in loader.quads(row)
        if quad.predicate == MAILLE.memberOfEpci
    ]
    assert members == [iris.thing("commune", "69123")]
    assert [warning.partition(" ")[0] for warning in loader.warnings()] == ["epci.json:1:", "ept.json:1:"]


def test_nothing_links_to_a_rejected_seat(miniature: Miniature) -> None:
    miniature["communes.json"][0]["nom"] = ""
    loader = TerritoriesLoader(miniature)
    lyon = iris.thing("commune", "69123")
    errors = refused(loader)
    assert errors.keys() == {"commune-actuelle-69123", "commune-associee-69232", "arrondissement-municipal-69381"}
    kept = [quad for row in loader.rows() if row.key not in errors for quad in loader.quads(row)]
    assert not [quad for quad in kept if lyon in (quad.subject, quad.object)]
    assert len(list(loader.warnings())) == 4


def test_a_second_record_of_one_code_is_rejected_the_first_kept(miniature: Miniature) -> None:
    miniature["communes.json"].append(miniature["communes.json"][0] | {"nom": "Lyon bis"})
    loader = TerritoriesLoader(miniature)
    *_, first, last = (row for row in loader.rows() if row.key == "commune-actuelle-69123")
    assert list(loader.quads(first))
    with pytest.raises(RowRejected, match="stated already on line 1"):
        list(loader.quads(last))


@pytest.mark.parametrize("make", [dict, lambda: {"regions.json": []}])
def test_an_empty_source_says_nothing(make: Callable[[], Miniature]) -> None:
    loader = TerritoriesLoader(make())
    assert list(loader.rows()) == []
    assert list(loader.warnings()) == []


def test_a_stray_row_is_rejected(miniature: Miniature) -> None:
    with pytest.raises(RowRejected, match="no such type"):
        list(TerritoriesLoader(miniature).quads(Row("cantons.json", 1, "canton-1", {"code": "1", "nom": "Un"})))
