"""The real files come out whole: as many records as were counted, none of them a fault."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from maille.loaders.readers.tabular import FileFormat, Record, columns, records, sniff
from maille.ontology.errors import SourceError

# Name, records, columns (of GeoJSON: properties that occur, geometry, identity), line of the last record.
FILES = [
    ("idf-incubateurs-accelerateurs.csv", 212, 41, 213),
    ("bretagne-maplabbzh.geojson", 121, 16, 121),
    ("anct-fabriques-de-territoire.geojson", 342, 6, 342),
    ("anct-territoires-industrie.geojson", 183, 4, 183),
    ("techonmap-idf.geojson", 2120, 19, 2120),
    ("mesr-etablissements-esr.csv", 250, 120, 251),
    ("mesr-rnsr-extrait-400.csv", 400, 34, 405),
    ("datagouv-catalogue-extrait.csv", 92, 40, 300),
    ("nomenclatures/codes-NAF.json", 732, 2, 732),
    ("nomenclatures/natures-juridiques.json", 260, 2, 260),
    ("territoires_liens.csv", 119, 7, 120),
]
LATIN = [("cog2016-departements.tsv", 101, 6, 102), ("cog2016-regions.tsv", 27, 5, 28)]


@pytest.fixture(scope="module")
def data() -> Path:
    place = os.environ.get("MAILLE_SHARED_DATA")
    folder = Path(place) if place else Path(__file__).resolve().parents[3] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no real files: set MAILLE_SHARED_DATA to their folder")
    return folder


@pytest.mark.parametrize(("name", "count", "width", "last"), FILES)
def test_every_record_of_a_real_file_is_read(data: Path, name: str, count: int, width: int, last: int) -> None:
    found = list(records(data / name, FileFormat()))
    assert all(isinstance(one, Record) for one in found)
    assert (len(found), len(columns(data / name, FileFormat())), found[-1].line) == (count, width, last)


@pytest.mark.parametrize(("name", "count", "width", "last"), LATIN)
def test_a_real_file_that_is_not_utf8_says_what_it_is(data: Path, name: str, count: int, width: int, last: int) -> None:
    with pytest.raises(SourceError, match=r'line \d+ holds the byte 0xE\d.*declare encoding = "latin-1"'):
        list(records(data / name, FileFormat()))
    form = sniff(data / name)
    found = list(records(data / name, form))
    assert (form.encoding, form.delimiter) == ("latin-1", "\t")
    assert (len(found), len(columns(data / name, form)), found[-1].line) == (count, width, last)


def test_a_real_file_with_a_wrong_delimiter_says_which_fits(data: Path) -> None:
    with pytest.raises(SourceError, match="41 with ';'"):
        list(records(data / "idf-incubateurs-accelerateurs.csv", FileFormat(delimiter=",")))
