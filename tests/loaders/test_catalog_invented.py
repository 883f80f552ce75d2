"""The descriptions of incubators, MapLabBzh and TechOnMap, on made-up rows with the defects of the real ones."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, RdfFormat, parse

from maille.loaders.collect import LoadedSource, collect
from maille.loaders.describing.checks import used_columns
from maille.loaders.describing.choosing import shipped
from maille.loaders.describing.loader import DescribedLoader
from maille.loaders.progress import Silent
from tests.loaders.catalogued import gazetteer

THEME = "Sciences de la vie, Santé, BioTech, Medtech, e-santé, Soins"
PLACE = {
    "Ville": "Lyon",
    "CP": "69001.0",
    "Département": "69.0",
    "CoordXY": "45.7676, 4.8344",
    "Adresse": "1 rue Inventée",
}
ROW = {"Type": "Incubateur", "Filière": "8. Multi-filières", "Ens. sup. recherche": "Non"} | PLACE


def load(source: str, path: Path) -> LoadedSource:
    description = next(one for one in shipped() if one.id == source)
    return collect(DescribedLoader(description, path, gazetteer()), Silent())


def idf(tmp_path: Path, *rows: dict[str, str]) -> LoadedSource:
    description = next(one for one in shipped() if one.id == "idf-incubateurs")
    path = tmp_path / description.file.name
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, used_columns(description), delimiter=";", restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows([ROW | row for row in rows])
    return load("idf-incubateurs", path)


def features(tmp_path: Path, source: str, *rows: dict[str, Any]) -> LoadedSource:
    description = next(one for one in shipped() if one.id == source)
    lacking = dict.fromkeys(name for name in used_columns(description) if name != "geometry")
    point = {"type": "Point", "coordinates": [4.8344, 45.7676]}
    found = [{"type": "Feature", "geometry": point, "properties": lacking | row} for row in rows]
    path = tmp_path / description.file.name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": found}), encoding="utf-8")
    return load(source, path)


def said(loaded: LoadedSource, term: str) -> list[str]:
    """Return the values of a property by its last word: texts, and the last parts of IRIs."""
    lines = "\n".join(line for row in loaded.rows for line in row.statements)
    quads = parse(lines.encode(), format=RdfFormat.N_QUADS)
    found = [quad.object for quad in quads if re.split("[/#]", quad.predicate.value)[-1] == term]
    return [one.value if isinstance(one, Literal) else str(one).rstrip(">").rpartition("/")[2] for one in found]


def reasons(loaded: LoadedSource) -> list[tuple[str, str]]:
    return [(one.column, one.reason) for one in loaded.findings]


def test_codes_dates_and_answers_are_read_as_the_region_writes_them(tmp_path: Path) -> None:
    more = {"Thème 1 (popin)": THEME, "Date mise à jour": "2024_04_29", "Accueil d'entreprises étrangères": "Oui"}
    loaded = idf(tmp_path, {"ID": "1", "Nom": "La Serre inventée"} | more)
    assert reasons(loaded) == []
    assert said(loaded, "postCode") == ["69001"]
    assert said(loaded, "modified") == ["2024-04-29"]
    assert said(loaded, "hostsForeignCompanies") == ["true"]
    assert set(said(loaded, "subject")) == {
        "sciences-de-la-vie-sante",
        "multi-filieres",
    }
    assert set(said(loaded, "inCommune")) == {"69123"}


def test_one_number_and_two_names_are_two_rows(tmp_path: Path) -> None:
    loaded = idf(tmp_path, {"ID": "209", "Nom": "La Serre"}, {"ID": "209", "Nom": "La Forge"})
    assert [one.row.key for one in loaded.rows] == ["209-la-serre", "209-la-forge"]


@pytest.mark.parametrize("siret", ["8548079600151", "410218010", "82282751500025"])
def test_a_siret_that_is_none_gives_no_number_at_all(tmp_path: Path, siret: str) -> None:
    loaded = idf(tmp_path, {"ID": "1", "Nom": "La Serre", "Raison sociale": "Serre SA", "SIRET": siret})
    assert [column for column, _ in reasons(loaded)] == ["SIRET"]
    assert said(loaded, "siret") == said(loaded, "siren") == []
    assert len(said(loaded, "operatedBy")) == 1


def test_a_siret_of_two_towns_is_of_neither_and_one_of_a_town_is_kept(tmp_path: Path) -> None:
    def row(number: str, name: str, postcode: str, siret: str) -> dict[str, str]:
        return {"ID": number, "Nom": name, "CP": postcode, "SIRET": siret, "Raison sociale": "Serre SA"}

    shared, own = "55208131766522", "73282932000074"
    loaded = idf(
        tmp_path, row("1", "A", "69001.0", shared), row("2", "B", "69002.0", shared), row("3", "C", "69003.0", own)
    )
    assert [column for column, _ in reasons(loaded)] == ["SIRET", "SIRET"]
    assert said(loaded, "siret") == [own]
    assert said(loaded, "siren") == [own[:9]]


def test_a_departement_against_name_and_postcode_is_reported(tmp_path: Path) -> None:
    ((column, reason),) = reasons(idf(tmp_path, {"ID": "1", "Nom": "La Serre", "Département": "75.0"}))
    assert column == "Ville+CP+Département"
    assert "against the stated département 75" in reason


def test_a_type_that_is_not_listed_rejects_its_row_alone(tmp_path: Path) -> None:
    loaded = idf(tmp_path, {"ID": "1", "Nom": "A", "Type": "Chapelle"}, {"ID": "2", "Nom": "B"})
    assert [(one.line, one.column, one.value) for one in loaded.rejected] == [(2, "Type", "Chapelle")]
    assert [one.row.key for one in loaded.rows] == ["2-b"]


def test_markup_is_text_and_the_misspelt_kind_is_known(tmp_path: Path) -> None:
    row = {"id": "7", "name": "L'Atelier\tinventé", "structure": "hakerspace", "ville": "Lyon", "cp": "69001"}
    private = {"email": "atelier@example.org", "tel": "01 23 45 67 89"}
    loaded = features(
        tmp_path, "maplabbzh", row | private | {"adresse": "Halle &amp; Cie<br />1, rue Inventée", "web": ""}
    )
    assert said(loaded, "thoroughfare") == ["Halle & Cie, 1, rue Inventée"]
    assert set(said(loaded, "profile")) == {"hackerspace"}
    assert said(loaded, "homepage") == []
    assert not [line for row_ in loaded.rows for line in row_.statements if "example.org" in line or "23 45" in line]


def test_a_course_is_left_out_and_an_unknown_kind_rejects_its_row(tmp_path: Path) -> None:
    place = {"ville": "Lyon", "cp": "69001"}
    course = {"id": "1", "name": "Un cours", "structure": "formation"} | place
    loaded = features(tmp_path, "maplabbzh", course, {"id": "2", "name": "Un phare", "structure": "phare"} | place)
    assert (loaded.read, loaded.left_out, len(loaded.rejected), loaded.rows) == (2, 1, 1, [])


def test_a_school_is_no_structure_and_a_company_is_left_out(tmp_path: Path) -> None:
    def row(key: str, category: str, **more: Any) -> dict[str, Any]:
        return {"id": key, "name": key, "category": category, "city": "Lyon", "postcode": 69001} | more

    rows = (row("a", "Entreprise"), row("b", "École"), row("c", "Tiers-lieu", tags=["Fablab", "café"]))
    loaded = features(tmp_path, "techonmap", *rows)
    assert (loaded.left_out, len(loaded.rows)) == (1, 2)
    assert set(said(loaded, "profile")) == {"tiers-lieu", "fablab"}
    assert set(said(loaded, "partnerKind")) == {"ecole-universite"}


def test_cells_of_the_map_are_read_or_reported(tmp_path: Path) -> None:
    row = {"id": "d", "name": "D", "category": "Incubateur", "creationyear": "#NUM!", "updated": 1429801727000}
    loaded = features(
        tmp_path, "techonmap", row | {"url": "quelqu.un@example.org", "postcode": "69001 Lyon", "city": "lyon"}
    )
    assert [column for column, _ in reasons(loaded)] == ["url"]
    assert not [one for one in loaded.findings if "@" in one.value]
    assert said(loaded, "foundingDate") == []
    assert said(loaded, "modified") == ["2015-04-23"]
    assert said(loaded, "postCode") == ["69001"]
    assert set(said(loaded, "inCommune")) == {"69123"}
