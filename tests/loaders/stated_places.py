"""The places that the real files state, as they stand in them: what the resolver is measured on."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from maille.loaders.places.resolve import Stated

Record = Mapping[str, Any]


def idf(folder: Path) -> Iterator[Stated]:
    """Yield the places of the incubators of Île-de-France: numbers written as floats."""
    for row in _table(folder / "idf-incubateurs-accelerateurs.csv"):
        yield _stated(row, name="Ville", postcode="CP", departement="Département")


def techonmap(folder: Path) -> Iterator[Stated]:
    """Yield the places of TechOnMap: 333 spellings of towns, addresses in the column of postcodes."""
    for record in _features(folder / "techonmap-idf.geojson"):
        yield _stated(record, name="city", postcode="postcode", address="address")


def rnsr(folder: Path) -> Iterator[Stated]:
    """Yield the places of laboratories: towns in capitals with CEDEX, some of them abroad."""
    for row in _table(folder / "mesr-rnsr-extrait-400.csv"):
        yield _stated(row, name="commune", postcode="code_postal")


def anct(folder: Path) -> Iterator[Stated]:
    """Yield the places of the Fabriques de territoire: codes and names."""
    for record in _features(folder / "anct-fabriques-de-territoire.geojson"):
        yield _stated(record, code="id_geo", name="lib_geo")


def anct_lists(folder: Path) -> Iterator[Stated]:
    """Yield the same places from the column that holds both, "Nom (code)"."""
    for record in _features(folder / "anct-fabriques-de-territoire.geojson"):
        yield _stated(record, name="liste_geo")


def maplabbzh(folder: Path) -> Iterator[Stated]:
    """Yield the places of Brittany: towns and postcodes."""
    for record in _features(folder / "bretagne-maplabbzh.geojson"):
        yield _stated(record, name="ville", postcode="cp")


def mesr(folder: Path) -> Iterator[Stated]:
    """Yield the places of the schools with all that is stated, foreign ones by their département D999."""
    for row in _table(folder / "mesr-etablissements-esr.csv"):
        yield _stated(row, code="com_code", name="com_nom", postcode="code_postal_uai", departement="dep_id")


def mesr_towns(folder: Path) -> Iterator[tuple[Stated, str]]:
    """Yield the postal town and postcode of each school, CEDEX most of them, and the code that says where it is."""
    for row in _table(folder / "mesr-etablissements-esr.csv"):
        yield _stated(row, name="localite_acheminement_uai", postcode="code_postal_uai"), row["com_code"]


def mesr_communes(folder: Path) -> Iterator[tuple[Stated, str]]:
    """Yield the name of the commune and the postcode of each school, and the code that says where it is."""
    for row in _table(folder / "mesr-etablissements-esr.csv"):
        yield _stated(row, name="com_nom", postcode="code_postal_uai"), row["com_code"]


FILES: Mapping[str, Callable[[Path], Iterator[Stated]]] = {
    "Île-de-France, incubators": idf,
    "TechOnMap": techonmap,
    "RNSR, laboratories": rnsr,
    "ANCT, code and name": anct,
    "ANCT, `Nom (code)`": anct_lists,
    "MapLabBzh": maplabbzh,
    "MESR, schools": mesr,
}
"""What the table of `docs/places.md` calls a file -> its places."""


def _stated(record: Record, **columns: str) -> Stated:
    texts = {field: record.get(column) for field, column in columns.items()}
    return Stated(**{field: None if text in (None, "") else str(text) for field, text in texts.items()})


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=";"))


def _features(path: Path) -> list[Record]:
    content = json.loads(path.read_text(encoding="utf-8-sig"))
    return [one["properties"] for one in (content if isinstance(content, list) else content["features"])]
