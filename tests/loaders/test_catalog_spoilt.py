"""Shipped descriptions against files of our own invention that are spoilt as real ones may be tomorrow."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from maille.loaders.collect import LoadedSource, collect
from maille.loaders.describing import checks
from maille.loaders.describing.choosing import shipped
from maille.loaders.describing.loader import DescribedLoader
from maille.loaders.progress import Silent
from maille.ontology.errors import SourceError
from tests.loaders.catalogued import gazetteer

UNIT = {
    "numero_national_de_structure": "200000001A",
    "libelle": "Laboratoire d'essai",
    "type_de_structure": "Unité mixte",
    "code_postal": "44322",
    "commune": "NANTES CEDEX 3",
    "tutelles": "Université d'essai;Institut d'essai",
    "siret_des_tutelles": "13002974700016;",
    "uai_des_tutelles": ";",
    "code_de_type_de_tutelle": "TUTE;PART",
}


def loaded(source: str, path: Path) -> LoadedSource:
    description = next(one for one in shipped() if one.id == source)
    return collect(DescribedLoader(description, path, gazetteer()), Silent())


def table(path: Path, source: str, *rows: Mapping[str, str], without: str = "", also: str = "") -> Path:
    """Write a CSV with every column the description reads."""
    columns = list(checks.used_columns(next(one for one in shipped() if one.id == source)))
    columns = [name for name in columns if name != without] + ([also] if also else [])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, delimiter=";", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def features(path: Path, *properties: Mapping[str, Any]) -> Path:
    found = [{"type": "Feature", "properties": dict(one), "geometry": None} for one in properties]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": found}), encoding="utf-8")
    return path


def said(source: LoadedSource) -> str:
    return "\n".join(line for row in source.rows for line in row.statements)


def test_lists_in_step_keep_each_body_its_number_and_role(tmp_path: Path) -> None:
    text = said(loaded("rnsr", table(tmp_path / "a.csv", "rnsr", UNIT)))
    assert (
        "/id/laboratory/200000001A> <http://www.w3.org/ns/org#unitOf> <https://w3id.org/maille/id/organisation/130029747>"
        in text
    )
    assert "/def#partner> <https://w3id.org/maille/id/organisation/institut-d-essai-" in text


def test_lists_out_of_step_are_never_zipped(tmp_path: Path) -> None:
    row = UNIT | {"siret_des_tutelles": "13002974700016"}
    found = loaded("rnsr", table(tmp_path / "a.csv", "rnsr", row))
    assert "organisation/130029747" not in said(found)
    assert "/id/organisation/universite-d-essai-" in said(found)
    (finding,) = found.findings
    assert "lists of different lengths" in finding.reason
    assert "siret_des_tutelles 1" in finding.value


def test_an_unknown_kind_of_unit_costs_the_kind_and_not_the_unit(tmp_path: Path) -> None:
    found = loaded("rnsr", table(tmp_path / "a.csv", "rnsr", UNIT | {"type_de_structure": "Chose"}))
    assert len(found.rows) == 1
    assert [(one.column, one.value) for one in found.findings] == [("type_de_structure", "Chose")]


def test_a_number_that_is_none_rejects_the_unit_by_name(tmp_path: Path) -> None:
    found = loaded("rnsr", table(tmp_path / "a.csv", "rnsr", UNIT, UNIT | {"numero_national_de_structure": ""}))
    assert (len(found.rows), len(found.rejected)) == (1, 1)
    assert found.rejected[0].column == "numero_national_de_structure"
    assert found.rejected[0].line == 3


def test_a_column_that_is_gone_is_named(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", "rnsr", UNIT, without="tutelles")
    with pytest.raises(SourceError, match="there is no column 'tutelles'"):
        loaded("rnsr", path)


def test_a_new_column_is_named_and_not_published(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", "rnsr", UNIT | {"directrice": "Une Personne"}, also="directrice")
    found = loaded("rnsr", path)
    assert "directrice" in found.warnings[0]
    assert "Une Personne" not in said(found)


def test_more_names_than_ids_are_not_given_to_places(tmp_path: Path) -> None:
    path = features(
        tmp_path / "a.geojson",
        {
            "id_geo": "14118",
            "lib_geo": "Caen",
            "liste_geo": "",
            "id_territoire": "f-1; f-2",
            "lib_territoire": "A; B; C",
        },
    )
    found = loaded("anct-fabriques", path)
    assert found.rows == []
    (rejected,) = found.rejected
    assert "different lengths" in rejected.reason


def test_a_text_that_only_names_a_sole_trader_gives_no_place(tmp_path: Path) -> None:
    path = features(
        tmp_path / "a.geojson",
        {
            "id_geo": "14118",
            "lib_geo": "Caen",
            "liste_geo": "",
            "id_territoire": "f-1",
            "lib_territoire": "Untel Personne entreprise individuelle",
        },
    )
    found = loaded("anct-fabriques", path)
    assert (len(found.rows), len(found.rejected)) == (0, 1)
    assert "Untel" not in str(found.rejected[0])


def test_an_area_of_unknown_siren_is_rejected_and_says_which(tmp_path: Path) -> None:
    path = features(
        tmp_path / "a.geojson", {"id_territoire": "ti-1", "lib_territoire": "A", "liste_geo": "CC X (123456782)"}
    )
    found = loaded("anct-territoires-industrie", path)
    (rejected,) = found.rejected
    assert rejected.column == "liste_geo"
