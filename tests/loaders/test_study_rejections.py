"""Rows of the study that cannot be loaded are rejected, each for the right reason, and the rest loads."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Quad

from maille.loaders.ledger import Ledger
from maille.loaders.source import RejectedRow
from maille.loaders.study import tables as study_tables
from maille.loaders.study.loader import StudyLoader
from maille.ontology.errors import RowRejected, SourceError
from maille.ontology.terms import ORG

# The communes the tables name, and no other.
COMMUNES = frozenset(
    re.findall(
        r"\w+",
        """13001 14118 14167 17415 21231 22093 29019 2B033 30189 33063 33243 33281 33318 34172 35238 44109 47157 51454
        57463 59350 59512 62160 68224 69123 76351 76540 93048 97408""",
    )
)
PACKAGED = StudyLoader(None, COMMUNES)
ROWS = list(PACKAGED.rows())
REGIONS = frozenset({"11", "27", "32", "44", "53", "75", "76", "84"})
Tables = Callable[..., Path]


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    """Return how to copy the tables of the package with one cell changed, `table`, `row` (1 the first), `column`."""

    def spoil(table: str = "", row: int = 0, **cells: str) -> Path:
        folder = tmp_path / "study"
        folder.mkdir()
        for name in study_tables.TABLES:
            (folder / f"{name}.csv").write_bytes((study_tables.packaged() / f"{name}.csv").read_bytes())
        if table:
            path = folder / f"{table}.csv"
            rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
            rows[row - 1].update(cells)
            _write(path, rows)
        return folder

    return spoil


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, rows[0], lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def _load(folder: Path) -> tuple[list[RejectedRow], list[Quad]]:
    loader = StudyLoader(folder, COMMUNES, regions=REGIONS, departements=frozenset({"57", "93"}))
    rejected, quads = [], []
    for row in loader.rows():
        try:
            quads += list(loader.quads(row))
        except RowRejected as error:
            rejected.append(RejectedRow(row.file, row.line, error.column, error.value, error.reason))
    return rejected, quads


def test_the_tables_of_the_package_are_loaded_whole(tables: Tables) -> None:
    rejected, quads = _load(tables())
    assert rejected == []
    assert len(set(quads)) > 7000


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "reason"),
    [
        ("structures", 15, "name", "", "nothing is written here"),
        ("partners", 1, "name", "", "nothing is written here"),
        ("structures", 1, "commune", "69999", "no commune of today has the code 69999"),
        ("structures", 1, "commune", "Lyon", "is no commune code"),
        ("structures", 2, "possible_communes", "14167 | 76999", "no commune of today has the code 76999"),
        ("structures", 22, "territories", "region/99", "no région has the code 99"),
        ("structures", 22, "territories", "canton/2701", "a territory is one of"),
        ("structures", 22, "territories", "epci/242100411", "check digit"),
        ("organisations", 1, "siren", "180020027", "its check digit (Luhn) is wrong"),
        ("organisations", 1, "siren", "18002002", "nine digits are needed"),
        ("organisations", 1, "siren_date", "22/11/2026", "a date is written"),
        ("organisations", 1, "siren_source", "", "nothing is written here"),
        ("organisations", 1, "nature", "societe", "an organisation is one of"),
        ("organisations", 3, "unit_of", "", "nothing is written here"),
        ("structures", 1, "main_profile", "accelerator", "no concept of the scheme profile"),
        ("structures", 1, "main_profile", "accelerateur | technopole", "one value is allowed here"),
        ("structures", 21, "themes", "tourisme", "no concept of the scheme theme"),
        ("initiatives", 1, "kind", "hors crise", "no concept of the scheme initiative-kind"),
        ("figures", 1, "qualifier", "more-than", "no concept of the scheme qualifier"),
        ("figures", 1, "unit", "kilo", "no concept of the scheme unit"),
        ("figures", 1, "value", "1 600", "a number is digits"),
        ("figures", 1, "about", "nothing-known", "no row of the tables has this key"),
        ("figures", 1, "about", "theme/energie", "a figure is about"),
        ("structures", 1, "lines", "545", "no line 545"),
        ("structures", 1, "lines", "0", "no line 0"),
        ("structures", 1, "lines", "242;243", "line numbers are digits"),
        ("structures", 1, "lines", "", "nothing is written here"),
        ("structures", 1, "commune", "69123 @600", "no line 600"),
        ("structures", 1, "alt_names", "Waoup ! | @242", "an empty value between two bars"),
        ("structures", 1, "homepage", "javascript:alert(1)", "no address of a web page"),
        ("structures", 1, "operated_by", "nobody-known", "no row of the tables has this key"),
        ("structures", 2, "key", "waoup", "this key is taken by study/structures.csv:2"),
        ("structures", 1, "key", "Waoup !", "a key is a slug"),
        ("sites", 1, "postcode", "5700", "five digits are needed"),
        ("sites", 1, "site_of", "nowhere", "no row of the tables has this key"),
        ("memberships", 1, "role", "roi", "no concept of the scheme membership-role"),
        ("profiles", 1, "attribute", "couleur", "an attribute of a profile is one of"),
        ("profiles", 1, "profile", "licorne", "no concept of the scheme profile"),
        ("profiles", 4, "note_en", "", "in French and in English"),
        ("notes", 1, "column", "colour", "no column of a table of things"),
        ("mentions", 1, "territory", "commune/44999", "no commune of today has the code 44999"),
    ],
)
def test_a_broken_row_is_rejected_for_its_reason(
    tables: Tables, table: str, row: int, column: str, value: str, reason: str
) -> None:
    folder = tables(table, row, **{column: value})
    rejected, quads = _load(folder)
    spoilt = [one for one in rejected if (one.file, one.line) == (f"study/{table}.csv", row + 1)]
    assert len(spoilt) == 1
    assert spoilt[0].column == column
    assert reason in spoilt[0].reason
    assert spoilt[0].value in value or spoilt[0].value == value.partition(" @")[2]
    # What else falls is only what speaks of a thing that is not there.
    assert all("is rejected" in one.reason or "has this key" in one.reason for one in rejected if one not in spoilt)
    assert len(set(quads)) > 6500


def test_a_thing_that_is_rejected_takes_its_links_and_examples_with_it_and_nothing_more(tables: Tables) -> None:
    rejected, quads = _load(tables("organisations", 1, siren="180020027"))
    assert [(one.file, one.line) for one in rejected if one.column == "siren"] == [("study/organisations.csv", 2)]
    assert {one.file for one in rejected} <= {"study/organisations.csv", "study/notes.csv"}
    assert not any("180020026" in str(quad) for quad in quads)
    bank = {str(quad.object) for quad in quads if "/banque-des-territoires" in str(quad.subject)}
    assert str(ORG.Organization) in bank
    assert str(ORG.OrganizationalUnit) not in bank


def test_what_is_about_a_rejected_thing_alone_is_rejected_with_the_place_of_its_row(tables: Tables) -> None:
    rejected, _ = _load(tables("structures", 1, commune="69999"))
    assert {(one.file, one.column, one.value) for one in rejected} == {
        ("study/structures.csv", "commune", "69999"),
        ("study/profiles.csv", "value", "waoup"),
    }
    (example,) = [one for one in rejected if one.file == "study/profiles.csv"]
    assert example.reason == "the row of this key is rejected (study/structures.csv:2)"


def test_a_line_is_the_physical_one_after_a_cell_of_two_lines(tables: Tables) -> None:
    folder = tables("structures", 1, alt_names="Waoup\nde Lyon")
    path = folder / "structures.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",243,", ",9999,"), encoding="utf-8")
    rejected, _ = _load(folder)
    assert ("study/structures.csv", 4, "lines") in {(one.file, one.line, one.column) for one in rejected}


def test_a_row_with_a_cell_too_many_is_rejected(tables: Tables) -> None:
    folder = tables()
    path = folder / "events.csv"
    path.write_text(path.read_text(encoding="utf-8") + "foire,Foire,284,,,,surplus\n", encoding="utf-8")
    rejected, _ = _load(folder)
    assert [(one.line, one.reason) for one in rejected] == [
        (4, "the row has more or fewer cells than the table has columns")
    ]


def test_two_organisations_with_one_siren_are_not_merged(tables: Tables) -> None:
    folder = tables()
    path = folder / "organisations.csv"
    row = "cdc,CDC,171,,entite-juridique,,,,,180020026,https://www.sirene.fr/,2026-11-22,Vu,Seen\n"
    path.write_text(path.read_text(encoding="utf-8") + row, encoding="utf-8")
    rejected, _ = _load(folder)
    assert [(one.line, one.column, one.reason) for one in rejected] == [
        (12, "siren", "caisse-des-depots has this SIREN already")
    ]


def test_a_name_may_hold_a_bar_and_an_at_sign(tables: Tables) -> None:
    rejected, quads = _load(tables("structures", 1, name="Studio@2020|Lyon"))
    assert rejected == []
    assert any('"Studio@2020|Lyon"@fr' in str(quad) for quad in quads)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_whatever_a_cell_holds_a_row_loads_or_is_rejected(data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(ROWS))
    column = data.draw(st.sampled_from(sorted(row.values)))
    value = data.draw(st.one_of(st.text(max_size=30), st.from_regex(r"[a-z/@+| 0-9:]{0,20}", fullmatch=True)))
    values = {**row.values, column: value.strip()}
    with suppress(RowRejected):
        quads = list(PACKAGED.quads(replace(row, values=values)))
        assert all(quad.graph_name == PACKAGED.description.graph for quad in quads)


def test_a_structure_may_be_added_and_blank_lines_stand(tables: Tables) -> None:
    folder = tables()
    path = folder / "startups.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n\nnouvelle,Nouvelle,443,,\n", encoding="utf-8-sig")
    rejected, quads = _load(folder)
    assert rejected == []
    assert any("/id/startup/nouvelle-" in str(quad.subject) for quad in quads)


def test_a_missing_column_is_an_error_that_names_it(tables: Tables) -> None:
    folder = tables()
    path = folder / "structures.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("commune,", "town,", 1), encoding="utf-8")
    with pytest.raises(SourceError, match=r"study/structures.csv has no column 'commune'"):
        list(StudyLoader(folder, COMMUNES).rows())


def test_a_column_that_is_not_known_is_an_error(tables: Tables) -> None:
    folder = tables()
    (folder / "startups.csv").write_text("key,name,lines,alt_names,territories,mail\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"study/startups.csv has a column 'mail' too many"):
        list(StudyLoader(folder, COMMUNES).rows())


def test_another_encoding_is_an_error_that_names_the_file_and_the_byte(tables: Tables) -> None:
    folder = tables()
    path = folder / "structures.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252", errors="replace"))
    with pytest.raises(SourceError, match=r"study/structures.csv is not UTF-8: byte \d+ is 0x"):
        list(StudyLoader(folder, COMMUNES).rows())


def test_a_quote_that_is_never_closed_is_an_error(tables: Tables) -> None:
    folder = tables()
    path = folder / "startups.csv"
    path.write_text(path.read_text(encoding="utf-8") + 'x,"Never closed,443,,\n', encoding="utf-8")
    with pytest.raises(SourceError, match=r"study/startups.csv, line"):
        list(StudyLoader(folder, COMMUNES).rows())


def test_a_file_that_is_no_table_is_an_error(tables: Tables) -> None:
    folder = tables()
    shutil.copy(folder / "structures.csv", folder / "structure.csv")
    with pytest.raises(SourceError, match=r"study/structure.csv is none of the tables"):
        list(StudyLoader(folder, COMMUNES).rows())


def test_a_folder_without_tables_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no table"):
        list(StudyLoader(tmp_path, COMMUNES).rows())
    with pytest.raises(SourceError, match="is no folder"):
        list(StudyLoader(tmp_path / "absent", COMMUNES).rows())


def test_a_folder_with_some_tables_is_enough(tables: Tables) -> None:
    folder = tables()
    for path in folder.iterdir():
        if path.name not in {"startups.csv", "networks.csv"}:
            path.unlink()
    rejected, quads = _load(folder)
    assert rejected == []
    assert quads


def test_the_digest_follows_the_tables(tables: Tables) -> None:
    folder = tables()
    loader = StudyLoader(folder, COMMUNES, ledger=Ledger())
    assert loader.description.sha256 == StudyLoader(None, COMMUNES).description.sha256
    (folder / "startups.csv").unlink()
    assert StudyLoader(folder, COMMUNES).description.sha256 != loader.description.sha256
