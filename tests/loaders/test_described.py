"""Rows of a described source: keys, conditions, parallel lists, codes; each is loaded, merged, rejected or left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from maille.loaders.source import Row
from maille.loaders.territories.gazetteer import Gazetteer
from maille.ontology.errors import SourceError

from .describing import Loaded, described, geojson, load, table

HEAD = ("id", "nom", "x", "y")
ALT = {"property": "skos:altLabel", "column": "x"}
OPERATOR = {
    "name": "operator",
    "kind": "organisation",
    "classes": ["maille:OperatingOrganisation", "legal:LegalEntity"],
    "label": "y",
    "link": True,
}
THEMES = {
    "themes": {
        "scheme": "profile",
        "map": {"Fab lab": "fablab", "Lieu, café, atelier": ["tiers-lieu", "makerspace"], "Autre": ""},
    }
}
PROFILE = {"property": "maille:profile", "column": "x", "as": "concept", "codes": "themes", "split": ","}


def counts(found: Loaded) -> tuple[int, int, int, int, int]:
    """Return rows read, loaded, merged, rejected, left out."""
    source = found.source
    return source.read, len(source.rows) - source.merged, source.merged, len(source.rejected), source.left_out


def keys(found: Loaded) -> list[str]:
    """Return the keys of the loaded rows."""
    return [one.row.key for one in found.source.rows]


def test_a_row_says_where_it_was_read(tmp_path: Path, gazetteer: Gazetteer) -> None:
    found = load(tmp_path, gazetteer, described(ALT), table(HEAD, ("a", "Un", "x\ny", ""), ("b", "Deux", "", "")))
    assert found.objects("#sourceLine") == [f'"{n}"^^<http://www.w3.org/2001/XMLSchema#integer>' for n in (2, 4)]
    assert found.objects("#wasQuotedFrom") == ["<source/essai/2026-11>"] * 2
    assert found.objects("#wasDerivedFrom") == ["<row/essai/2026-11/a>", "<row/essai/2026-11/b>"]


@pytest.mark.parametrize(
    ("key", "cells", "wanted"),
    [
        (["id"], "7", "7"),
        (["id", "nom"], "7", "7-la-ruche"),
        ([{"column": "id", "transforms": ["float-code"]}], "209.0", "209"),
        (["id", "x"], "a_b.c~d", "a_b.c~d"),
    ],
)
def test_a_key_is_made_of_columns(
    tmp_path: Path, gazetteer: Gazetteer, key: list[Any], cells: str, wanted: str
) -> None:
    found = load(tmp_path, gazetteer, described(rows={"key": key}), table(HEAD, (cells, "La Ruche", "", "")))
    assert keys(found) == [wanted]


def test_the_second_row_of_a_key_is_rejected_and_named(tmp_path: Path, gazetteer: Gazetteer) -> None:
    found = load(
        tmp_path, gazetteer, described(), table(HEAD, (1, "Un", "", ""), (1, "Autre", "", ""), ("", "x", "", ""))
    )
    assert counts(found) == (3, 1, 0, 2, 0)
    assert found.reasons == [
        (3, "id", "1", "another row before it has this key"),
        (4, "id", "", "the key of the row is empty"),
    ]


def test_rows_of_one_key_may_be_merged(tmp_path: Path, gazetteer: Gazetteer) -> None:
    values = described(ALT, rows={"duplicates": "merge"})
    found = load(tmp_path, gazetteer, values, table(HEAD, (1, "Un", "a", ""), (1, "Un", "b", "")))
    assert counts(found) == (2, 1, 1, 0, 0)
    assert found.objects("#altLabel") == ['"a"@fr', '"b"@fr']
    assert len(found.objects("#sourceLine")) == 1


@pytest.mark.parametrize(
    ("only", "kept"),
    [
        ({"column": "x", "values": ["a"]}, ["1"]),
        ({"column": "x", "not": ["a"]}, ["2", "3"]),
        ({"column": "x", "not": ["a", ""]}, ["2"]),
        ("x", ["1", "2"]),
        (["x", {"column": "y", "equals": "c"}], ["2"]),
    ],
)
def test_rows_that_are_not_wanted_are_counted(tmp_path: Path, gazetteer: Gazetteer, only: Any, kept: list[str]) -> None:
    rows = (1, "Un", "a", ""), (2, "Deux", "b", "c"), (3, "Trois", "", "c")
    found = load(tmp_path, gazetteer, described(ALT, rows={"only": only}), table(HEAD, *rows))
    assert keys(found) == kept
    assert counts(found) == (3, len(kept), 0, 0, 3 - len(kept))


def test_a_record_may_hold_several_rows(tmp_path: Path, gazetteer: Gazetteer) -> None:
    each = {"columns": ["id", "nom"], "split": " ; "}
    values = described(ALT, rows={"each": each})
    found = load(tmp_path, gazetteer, values, table(HEAD, ("a ; b", "Un ; Deux", "x", ""), ("", "", "x", "")))
    assert keys(found) == ["a", "b"]
    assert found.objects("#prefLabel") == ['"Un"@fr', '"Deux"@fr']
    assert found.reasons == [(3, "id", "", "the list that makes rows is empty")]


def test_a_broken_record_is_one_of_the_rejected(tmp_path: Path, gazetteer: Gazetteer) -> None:
    found = load(tmp_path, gazetteer, described(ALT), table(HEAD, (1, "Un", "", ""), (2, "Deux"), (3, "Trois", "", "")))
    assert counts(found) == (3, 2, 0, 1, 0)
    assert found.reasons[0][0] == 3


def test_labels_may_hold_the_separator(tmp_path: Path, gazetteer: Gazetteer) -> None:
    cells = "Fab lab,Lieu, café, atelier", "LIEU,  Café, atelier", "Autre"
    rows = [(number, "Un", cell, "") for number, cell in enumerate(cells)]
    found = load(tmp_path, gazetteer, described(PROFILE, codes=THEMES), table(HEAD, *rows))
    profiles = [
        f"<scheme/profile/{name}>" for name in ("fablab", "tiers-lieu", "makerspace", "tiers-lieu", "makerspace")
    ]
    assert (found.objects("#profile"), found.reasons) == (profiles, [])


@pytest.mark.parametrize(
    ("change", "loaded", "profiles"),
    [({}, 0, []), ({"unmapped": "leave"}, 1, ["fablab"]), ({"otherwise": "cluster"}, 1, ["fablab", "cluster"])],
)
def test_a_code_that_is_not_listed(
    tmp_path: Path, gazetteer: Gazetteer, change: dict[str, str], loaded: int, profiles: list[str]
) -> None:
    codes = {"themes": {**THEMES["themes"], **change}}
    found = load(tmp_path, gazetteer, described(PROFILE, codes=codes), table(HEAD, (1, "Un", "Fab lab,Lune", "")))
    assert len(found.source.rows) == loaded
    assert found.objects("#profile") == [f"<scheme/profile/{name}>" for name in profiles]
    told = [(2, "x", "Lune", "is not in the list of codes 'themes'")]
    assert found.reasons == ([] if "otherwise" in change else told)


def test_notations_need_no_map(tmp_path: Path, gazetteer: Gazetteer) -> None:
    codes = {"themes": {"scheme": "profile"}}
    found = load(tmp_path, gazetteer, described(PROFILE, codes=codes), table(HEAD, (1, "Un", "FabLab,tiers lieu", "")))
    assert found.objects("#profile") == ["<scheme/profile/fablab>", "<scheme/profile/tiers-lieu>"]


def test_a_second_thing_is_there_where_it_has_a_name(tmp_path: Path, gazetteer: Gazetteer) -> None:
    siren = {"column": "x", "as": "siren-of-siret"}
    values = described({"property": "maille:operatedBy", "thing": "operator"}, more=[{**OPERATOR, "facts": [siren]}])
    rows = (1, "Un", "18008901303720", "CNRS"), (2, "Deux", "", ""), (3, "Trois", "123", "Sans numéro")
    found = load(tmp_path, gazetteer, values, table(HEAD, *rows))
    first, second = found.objects("#operatedBy")
    assert first == "<id/organisation/180089013>"
    assert second.startswith("<id/organisation/sans-numero-")
    assert found.objects("#legalIdentifier") == ["<id/organisation/180089013#siren>"]
    assert '"180089013"^^<def#SirenNotation>' in found.objects("#notation")
    assert [(one.key, one.kind, one.identifiers) for one in found.loader.all_mentions()] == [
        ("1#operator", "organisation", frozenset({("siren", "180089013")})),
        ("3#operator", "organisation", frozenset()),
    ]


def test_a_row_without_the_name_of_what_it_is_about_is_rejected(tmp_path: Path, gazetteer: Gazetteer) -> None:
    found = load(tmp_path, gazetteer, described(), table(HEAD, (1, " ", "", "")))
    assert found.reasons == [(2, "nom", "", "the name is missing")]


def test_parallel_lists_are_zipped_only_where_they_are_equal(tmp_path: Path, gazetteer: Gazetteer) -> None:
    each = {"columns": ["y", "x"], "split": ","}
    partner = {"name": "p", "kind": "partner", "classes": ["maille:Partner"], "label": "y", "each": each, "link": True}
    partner["facts"] = [{"column": "x", "as": "uai"}]
    values = described({"property": "maille:partner", "thing": "p"}, more=[partner])
    rows = (1, "Un", "0440100V,0561718N", "A,B"), (2, "Deux", "0440100V", "C,D")
    found = load(tmp_path, gazetteer, values, table(HEAD, *rows))
    assert len(found.objects("#partner")) == 4
    assert found.objects("#uai") == ['"0440100V"', '"0561718N"']
    ((line, column, _, reason),) = found.reasons
    assert (line, column) == (3, "x")
    assert "different lengths" in reason
    assert [one.key for one in found.loader.all_mentions()] == ["1#p-1", "1#p-2", "2#p-1", "2#p-2"]


def test_a_value_shared_by_two_places_is_believed_of_none(tmp_path: Path, gazetteer: Gazetteer) -> None:
    fact = {"column": "x", "as": "siret", "one_place": ["y"]}
    rows = (
        (1, "Un", "18008901303720", "Lyon"),
        (2, "Deux", "180 089 013 03720", "Paris"),
        (3, "T", "19440100600011", "A"),
    )
    found = load(
        tmp_path, gazetteer, described(fact, thing={"kind": "site", "classes": ["org:Site"]}), table(HEAD, *rows)
    )
    assert found.objects("#siret") == ['"19440100600011"']
    assert [line for line, *_ in found.reasons] == [2, 3]


def test_columns_are_missing_or_unknown(tmp_path: Path, gazetteer: Gazetteer) -> None:
    with pytest.raises(SourceError, match=r"no column 'x' \(perhaps 'X'\)"):
        load(tmp_path, gazetteer, described(ALT), table(("id", "nom", "X"), (1, "Un", "a")))
    found = load(
        tmp_path, gazetteer, described(rows={"ignore": ["x*"], "private": ["y"]}), table((*HEAD, "z"), "12345")
    )
    assert found.source.warnings == ["essai.csv: columns that the description does not know: 'z'"]


def test_private_columns_never_leave_the_reader(tmp_path: Path, gazetteer: Gazetteer) -> None:
    found = load(tmp_path, gazetteer, described(rows={"private": ["y"]}), table(HEAD, (1, "Un", "a", "Jeanne")))
    assert [sorted(one.row.values) for one in found.source.rows] == [["id", "nom", "x"]]


def test_nested_json_lists_and_numbers(tmp_path: Path, gazetteer: Gazetteer) -> None:
    facts = (
        {"property": "skos:altLabel", "column": "tags"},
        {"property": "dct:modified", "column": "meta.when", "as": "date", "formats": ["epoch-ms"]},
    )
    said = {"id": 7, "nom": "Un", "tags": ["a", None, "b"], "meta": {"when": 1429801727000}}
    found = load(
        tmp_path,
        gazetteer,
        described(*facts, name="essai.geojson"),
        geojson((said, None), ({"id": 8, "nom": "D"}, None)),
    )
    assert (keys(found), found.objects("#altLabel")) == (["7", "8"], ['"a"@fr', '"b"@fr'])
    assert found.objects("/modified") == ['"2015-04-23"^^<http://www.w3.org/2001/XMLSchema#date>']


def test_a_place_is_sure_or_stays_open(tmp_path: Path, gazetteer: Gazetteer) -> None:
    values = described(thing={"place": {"name": "x", "postcode": "y"}})
    rows = (1, "Un", "Lyon", "69003"), (2, "Deux", "Saint-Denis", ""), (3, "Trois", "Nulle-Part", "")
    found = load(tmp_path, gazetteer, values, table(HEAD, *rows))
    assert found.objects("#inCommune") == ["<id/commune/69123>"]
    assert len(found.objects("#possibleCommune")) > 1
    assert found.objects("#placeAsStated") == ['"69003 Lyon"@fr', '"Saint-Denis"@fr', '"Nulle-Part"@fr']
    assert [(line, value) for line, _, value, _ in found.reasons][-1] == (4, "Nulle-Part")


def test_a_key_never_holds_an_address(tmp_path: Path, gazetteer: Gazetteer) -> None:
    found = load(tmp_path, gazetteer, described(), table(HEAD, ("nom@exemple.fr", "Un", "", "")))
    assert found.reasons == [(2, "id", "", "holds an e-mail address, which no key may")]


def test_what_is_private_inside_an_object_never_leaves_the_reader(tmp_path: Path, gazetteer: Gazetteer) -> None:
    values = described(ALT, name="essai.geojson", rows={"private": ["who.mail"]})
    said = {"id": "1", "nom": "Un", "x": "a", "who": {"mail": "nom@exemple.fr", "role": "b"}}
    found = load(tmp_path, gazetteer, values, geojson((said, None)))
    (row,) = found.loader.rows()
    assert isinstance(row, Row)
    assert row.values["who"] == {"role": "b"}
    assert found.source.warnings == []
