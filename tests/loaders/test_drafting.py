"""A draft is made from a file of any kind, and loads as it stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from maille.loaders.describing import checking_source
from maille.loaders.describing.description import Description
from maille.loaders.describing.toml import load
from maille.loaders.drafting import draft as drafting
from maille.ontology.errors import SourceError


def drafted(folder: Path, name: str, content: str | bytes) -> Description:
    """Draft a description of a file, check that it loads every row, and return it."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (folder / "draft.toml").write_text(drafting.draft(path), encoding="utf-8")
    found = checking_source.check(folder / "draft.toml", path)
    assert found.exit_code in (0, 1), found.fatal
    assert found.unknown_columns == ()
    assert found.counts is not None
    assert found.counts["loaded"] + found.counts["merged"] == found.counts["rows_read"]
    return load(folder / "draft.toml")


def test_a_table_of_french_disorder(tmp_path: Path) -> None:
    found = drafted(
        tmp_path,
        "lieux.csv",
        (
            "Identifiant;Dénomination;Latitude;Longitude;CP;Commune;Téléphone;Type;Site internet\n"
            "TL-1;Café des Arts;45,7640;4,8357;69001.0;Lyon;04 72 00 00 00;Tiers-lieu;cafe.fr\n"
            "TL-2;L'Étape;43,6045;1,4440;1000.0;Bourg-en-Bresse;;Fab Lab;NC\n"
        ).encode("latin-1"),
    )
    assert found.rows.key[0].columns == ("Identifiant",)
    assert (found.rows.private, found.rows.missing) == (("Téléphone",), ("NC",))
    structure, site = found.things
    assert structure.label is not None
    assert structure.label.columns == ("Dénomination",)
    assert structure.place is not None
    assert structure.place.postcode is not None
    assert [step.name for step in structure.place.postcode.steps] == ["float-code", "pad"]
    assert [fact.kind for fact in structure.facts if fact.source] == ["concept", "page"]
    assert site.facts[0].source is not None
    assert site.facts[0].source.columns == ("Latitude", "Longitude")
    (codes,) = found.codes.values()
    assert codes.mapping == {"Tiers-lieu": ("tiers-lieu",), "Fab Lab": ("fablab",)}


def test_objects_of_json(tmp_path: Path) -> None:
    rows = [
        {"uid": "a", "name": {"fr": "Un"}, "geo": {"lon": 2.35, "lat": 48.85}, "who": {"email": "a@exemple.fr"}},
        {"uid": "b", "name": {"fr": "Deux"}, "geo": None, "addr": {"city": "Lyon"}},
    ]
    found = drafted(tmp_path, "lieux.json", json.dumps({"results": rows}))
    assert found.things[0].label is not None
    assert found.things[0].label.columns == ("name.fr",)
    assert found.rows.private == ("who.email",)
    assert found.things[0].place is not None


def test_features_of_geojson_without_anything_unique(tmp_path: Path) -> None:
    feature = {"type": "Feature", "properties": {"a": "x"}, "geometry": {"type": "Point", "coordinates": [2.3, 48.8]}}
    found = drafted(tmp_path, "x.geojson", json.dumps({"type": "FeatureCollection", "features": [feature, feature]}))
    assert found.rows.duplicates == "merge"


@pytest.mark.parametrize("content", ["a;b\n", "", "courriel\nx@exemple.fr\n"])
def test_a_file_that_gives_no_draft_says_why(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=r"x\.csv"):
        drafting.draft(path)


def test_the_items_of_lists_are_mapped_singly(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "nom": "Un", "type": ["Tiers-lieu", "Fab Lab"]},
        {"id": "b", "nom": "Deux", "type": ["Fab Lab", "Soucoupe"]},
        {"id": "c", "nom": "Trois", "type": "Incubateur"},
    ]
    (codes,) = drafted(tmp_path, "lieux.json", json.dumps(rows)).codes.values()
    assert codes.mapping == {
        "Tiers-lieu": ("tiers-lieu",),
        "Fab Lab": ("fablab",),
        "Soucoupe": (),
        "Incubateur": ("incubateur",),
    }
