"""Described sources through the whole pipeline into a release: CSV, JSON, GeoJSON; and what is chosen of `--data`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from maille.loaders.build import BuildOptions, build
from maille.loaders.describing import choosing
from maille.loaders.describing.loader import DescribedLoader
from maille.loaders.describing.toml import from_values
from maille.loaders.summary import BuildSummary
from maille.loaders.territories.gazetteer import Gazetteer
from maille.loaders.territories.loader import TerritoriesLoader
from maille.ontology.errors import SourceError
from maille.store.release import Home

from .conftest import Miniature
from .describing import HEAD, described, geojson, table

CODES = {"types": {"scheme": "profile", "map": {"Fab lab": "fablab", "Tiers-lieu": "tiers-lieu"}}}
ROWS: list[dict[str, Any]] = [
    {"id": "a", "nom": "La Fabrique", "type": "Fab lab", "ville": "Lyon", "cp": "69001", "siret": "18008901303720"},
    {"id": "b", "nom": "Le <i>Lieu</i>", "type": "Tiers-lieu", "ville": "Bron", "cp": "69500", "siret": ""},
    {"id": "c", "nom": "Inconnu", "type": "Soucoupe", "ville": "Lyon", "cp": "69001", "siret": ""},
    {"id": "d", "nom": "", "type": "Fab lab", "ville": "", "cp": "", "siret": ""},
    {"id": "a", "nom": "Double", "type": "Fab lab", "ville": "", "cp": "", "siret": ""},
    {"id": "e", "nom": "Ailleurs", "type": "Fab lab", "ville": "Lyon", "cp": "69001", "siret": "123"},
    {"id": "z", "nom": "Fermé", "type": "Fermé", "ville": "Lyon", "cp": "69001", "siret": ""},
]
POINT = {"type": "Point", "coordinates": [4.85, 45.76]}
SITE = {
    "name": "site",
    "kind": "site",
    "classes": ["org:Site"],
    "label": "nom",
    "place": {"name": "ville", "postcode": "cp"},
    "facts": [{"column": "siret", "as": "siret"}],
}


def source(name: str, point: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a description of the rows, in a file of some name."""
    facts: list[dict[str, Any]] = [
        {"property": "maille:profile", "column": "type", "as": "concept", "codes": "types"},
        {"property": "org:hasPrimarySite", "thing": "site"},
    ]
    site = {**SITE, "facts": [*SITE["facts"], *([point] if point else [])]}
    return described(
        *facts,
        id=f"essai-{name.rpartition('.')[2]}",
        name=name,
        codes=CODES,
        rows={"only": {"column": "type", "not": ["Fermé"]}},
        thing={"place": {"name": "ville", "postcode": "cp"}},
        more=[site],
    )


def content(name: str) -> str:
    """Return the rows as the format of a name has them."""
    if name.endswith(".csv"):
        return table(ROWS[0], *(row.values() for row in ROWS))
    if name.endswith(".json"):
        return json.dumps(ROWS)
    return geojson(*((row, POINT) for row in ROWS))


@pytest.fixture(scope="module", params=["essai.csv", "essai.json", "essai.geojson"])
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, gazetteer: Gazetteer
) -> tuple[BuildSummary, str]:
    """Build a release of one source and a miniature of the territories; return what it did, and its statements."""
    folder, name = tmp_path_factory.mktemp("described"), request.param
    (folder / name).write_text(content(name), encoding="utf-8")
    values = source(name, {"column": "geometry", "as": "point"} if name.endswith("geojson") else None)
    loader = DescribedLoader(from_values(values, "essai.toml"), folder / name, gazetteer)
    miniature: Miniature = request.getfixturevalue("session_miniature")
    options = BuildOptions(folder / "home", loaders=(TerritoriesLoader(miniature), loader))
    summary = build(options)
    release = Home(folder / "home").current()
    assert release is not None
    report = json.loads((release.path / "rejected.json").read_text(encoding="utf-8"))
    assert len(report) == len(summary.rejected) + len(summary.findings)
    assert [row.get("row_loaded", False) for row in report] == [False] * 3 + [True]
    return summary, "".join(release.lines())


def test_every_row_is_accounted_for(built: tuple[BuildSummary, str]) -> None:
    one = built[0].sources[-1]
    assert (one.read, one.accepted, one.merged, one.rejected, one.left_out) == (7, 3, 0, 3, 1)
    assert one.values_left_out == 1
    assert built[0].exit_code == 1
    told = "\n".join(built[0].lines())
    assert "7 rows read, 3 accepted, 3 rejected, 1 left out by its description; 1 values left out" in told


def test_what_is_wrong_is_listed_with_file_line_column_and_value(built: tuple[BuildSummary, str]) -> None:
    summary, _ = built
    told = [(row.line, row.column, row.value) for row in (*summary.rejected, *summary.findings)]
    first = 2 if summary.rejected[0].file.endswith("csv") else 1
    assert told == [
        (first + 2, "type", "Soucoupe"),
        (first + 3, "nom", ""),
        (first + 4, "id", "a"),
        (first + 5, "siret", "123"),
    ]


def test_the_rest_is_in_the_release(built: tuple[BuildSummary, str]) -> None:
    summary, lines = built
    name = summary.sources[-1].source
    assert '"Le <i>Lieu</i>"@fr' in lines
    assert f"/scheme/profile/fablab> <https://w3id.org/maille/graph/{name}/2026-11>" in lines
    assert "Soucoupe" not in lines
    assert "#siret> " in lines
    assert ("POINT(4.85 45.76)" in lines) == name.endswith("geojson")


def shipped(name: str, **changes: Any) -> Any:
    """Return a description as if it shipped."""
    return from_values({**source(name), **changes}, "essai.toml")


def test_data_takes_the_descriptions_whose_file_is_there(tmp_path: Path) -> None:
    (tmp_path / "essai.csv").write_text("", encoding="utf-8")
    choice = choosing.choose((), tmp_path, [shipped("essai.csv"), shipped("essai.json")])
    assert [(one.description.id, one.path.name) for one in choice.found] == [("essai-csv", "essai.csv")]
    assert choice.notes == (f"essai-json/2026-11 was not loaded: there is no essai.json in {tmp_path}",)


def toml(folder: Path, name: str, **changes: str) -> Path:
    """Write the head of a description with one thing, as TOML, and return where."""
    head = {**{key: value for key, value in HEAD.items() if isinstance(value, str)}, **changes}
    text = "".join(f'{key} = "{value}"\n' for key, value in head.items())
    text += '[title]\nfr = "E"\nen = "T"\n[description]\nfr = "E"\nen = "T"\n[file]\nname = "essai.csv"\n'
    text += (
        '[rows]\nkey = "id"\n[[things]]\nkind = "structure"\nclasses = "maille:InnovationStructure"\nlabel = "nom"\n'
    )
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_a_source_finds_its_file_beside_it_or_in_data(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    path = toml(tmp_path, "x.toml")
    with pytest.raises(SourceError, match=r"essai\.csv is not beside it"):
        choosing.choose((path,), None)
    (tmp_path / "data" / "essai.csv").write_text("", encoding="utf-8")
    assert choosing.choose((path,), tmp_path / "data", []).found[0].path == tmp_path / "data" / "essai.csv"
    (tmp_path / "essai.csv").write_text("", encoding="utf-8")
    assert choosing.choose((path,), tmp_path / "data", []).found[0].path == tmp_path / "essai.csv"


def test_a_source_of_the_users_own_takes_the_place_of_one_that_ships(tmp_path: Path) -> None:
    (tmp_path / "essai.csv").write_text("", encoding="utf-8")
    path = toml(tmp_path, "x.toml", id="essai-csv")
    choice = choosing.choose((path,), tmp_path, [shipped("essai.csv")])
    assert [one.description.path for one in choice.found] == [str(path)]
    assert "takes the place" in choice.notes[0]


@pytest.mark.parametrize(("ids", "told"), [(("a", "a"), "both describe a/2026-11"), (("study",), "is taken")])
def test_two_sources_are_not_one(tmp_path: Path, ids: tuple[str, ...], told: str) -> None:
    (tmp_path / "essai.csv").write_text("", encoding="utf-8")
    paths = [toml(tmp_path, f"{number}.toml", id=name) for number, name in enumerate(ids)]
    with pytest.raises(SourceError, match=told):
        choosing.choose(paths, None)
