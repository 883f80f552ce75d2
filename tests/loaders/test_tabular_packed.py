"""Packed files, Parquet and workbooks: read as they stream, bombs given up, damage named."""

from __future__ import annotations

import datetime as dt
import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from maille.loaders.readers.records import Limits
from maille.loaders.readers.tabular import Fault, FileFormat, Record, columns, records, sniff
from maille.ontology.errors import SourceError

CSV = "nom;n\nÉchoppe;1\n"
ROW = Record(2, {"nom": "Échoppe", "n": "1"})


def _all(path: Path, form: FileFormat | None = None, limits: Limits | None = None) -> list[Record | Fault]:
    return list(records(path, form or FileFormat(), limits or Limits()))


def _zip(path: Path, **members: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return path


def _workbook(path: Path, *sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"Feuille {number}")
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_gzip_and_zip_are_unpacked(tmp_path: Path) -> None:
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(CSV.encode()))
    assert _all(packed) == [ROW]
    assert _all(_zip(tmp_path / "a.zip", a_csv=CSV)) == [ROW]
    assert sniff(packed).format == sniff(tmp_path / "a.zip").format == "csv"


def test_a_zip_of_several_files_needs_a_member(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", a_csv=CSV, b_json="[]")
    with pytest.raises(SourceError, match=r"holds 2 files \('a.csv', 'b.json'\): declare which one as member"):
        _all(path)
    with pytest.raises(SourceError, match=r"has no member 'c.csv'; it holds 2 files"):
        _all(path, FileFormat(member="c.csv"))
    assert _all(path, FileFormat(member="a.csv")) == [ROW]
    assert _all(path, FileFormat(member="b.json")) == []
    assert sniff(path).member == "a.csv"


def test_a_member_of_what_is_no_archive_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(CSV, encoding="utf-8")
    with pytest.raises(SourceError, match="is no zip archive"):
        _all(path, FileFormat(member="b"))


@pytest.mark.parametrize("pack", [gzip.compress, None])
def test_a_bomb_is_given_up(tmp_path: Path, pack: Callable[[bytes], bytes] | None) -> None:
    bomb = b"a;b\n" + b"0;0\n" * 500_000
    path = tmp_path / "a.csv.gz" if pack else _zip(tmp_path / "a.csv.zip", a_csv=bomb)
    if pack:
        path.write_bytes(pack(bomb))
    with pytest.raises(SourceError, match="looks like a bomb"):
        _all(path, limits=Limits(free=100_000, ratio=50))
    with pytest.raises(SourceError, match="unpacks to more than 200,000 bytes"):
        _all(path, limits=Limits(unpacked=200_000))


def test_a_truncated_archive_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress((CSV * 5000).encode())[:-20])
    with pytest.raises(SourceError, match="is damaged after"):
        _all(path)
    path = _zip(tmp_path / "a.zip", a_csv=CSV)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(SourceError, match="no sound zip archive"):
        _all(path)


def test_parquet_gives_json_values(tmp_path: Path) -> None:
    path = tmp_path / "a[1]*.parquet"
    duckdb.execute(
        f"""COPY (SELECT 1 AS n, 'é' AS "no""m", DATE '2024-05-01' AS d, TIMESTAMP '2024-05-01 10:00:00' AS t,
        TIMESTAMPTZ '2024-05-01 10:00:00+00' AS z, 1.50::DECIMAL(9,2) AS x, 'nan'::DOUBLE AS f, [1, 2] AS l,
        [{{'t': TIMESTAMPTZ '2024-05-01 10:00:00+00'}}] AS y,
        {{'lon': 2.5::DOUBLE, 'lat': 48.5::DOUBLE}} AS p, NULL AS v, true AS b,
        '\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x04@\\x00\\x00\\x00\\x00\\x00@H@'::BLOB AS g)
        TO '{path}' (FORMAT parquet)"""
    )
    (row,) = _all(path)
    assert row == Record(
        1,
        {"n": 1, 'no"m': "é", "d": "2024-05-01", "t": "2024-05-01T10:00:00", "z": "2024-05-01 10:00:00+00", "x": 1.5,
         "f": None, "y": [{"t": "2024-05-01 10:00:00+00"}], "l": [1, 2], "p": {"lon": 2.5, "lat": 48.5},
         "v": None, "b": True, "g": {"type": "Point", "coordinates": [2.5, 48.5]}},
    )  # fmt: skip
    assert columns(path, FileFormat())[:2] == ("n", 'no"m')
    zipped = tmp_path / "b.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.write(path, "b.parquet")
    assert _all(zipped) == [row]


def test_what_is_no_parquet_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    for content in (b"", b"PAR1", b"PAR1" + b"\0" * 50 + b"PAR1", CSV.encode()):
        path.write_bytes(content)
        with pytest.raises(SourceError, match="no sound Parquet"):
            _all(path)


def test_a_workbook_gives_values_by_row(tmp_path: Path) -> None:
    rows = [
        [],
        ["nom", "n", None, "d"],
        ["Échoppe", 1, None, dt.datetime(2024, 5, 1)],
        [],
        ["_x000D_ Œuvre", 1.5, True, dt.datetime(2024, 5, 1, 10, 30)],
        ["=1+1", "#NUM!", None, None],
        [1, 2, 3, 4, 5],
    ]
    path = _workbook(tmp_path / "a.xlsx", rows, [[]])
    assert _all(path) == [
        Record(3, {"nom": "Échoppe", "n": 1, "column 3": None, "d": "2024-05-01"}),
        Record(5, {"nom": "\r Œuvre", "n": 1.5, "column 3": True, "d": "2024-05-01T10:30:00"}),
        Record(6, {"nom": "=1+1", "n": "#NUM!", "column 3": None, "d": None}),
        Fault(7, "column 5", "", "the record has 5 cells, the header 4"),
    ]
    assert columns(path, FileFormat(sheet="Feuille 1")) == ("nom", "n", "column 3", "d")


def test_several_sheets_need_one_to_be_declared(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "a.xlsx", [["a"], [1]], [["b"], [2]])
    with pytest.raises(SourceError, match=r"a.xlsx: it has several sheets.*'Feuille 1', 'Feuille 2'"):
        _all(path)
    assert _all(path, FileFormat(sheet="Feuille 2")) == [Record(2, {"b": 2})]
    with pytest.raises(SourceError, match="there is no sheet 'x'"):
        _all(path, FileFormat(sheet="x"))


def test_a_title_above_the_names_of_the_columns_is_seen_and_passed_over(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "a.xlsx", [["Liste"], [], ["nom", "n"], ["a", 1], ["b", 2]])
    with pytest.raises(SourceError, match="declare header = 3"):
        _all(path)
    assert _all(path, FileFormat(header=3)) == [Record(4, {"nom": "a", "n": 1}), Record(5, {"nom": "b", "n": 2})]


def _with_part(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    parts[name] = change(parts[name])
    return _zip_exact(path, parts)


def _zip_exact(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"


def test_rows_out_of_order_or_twice_are_all_read(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "a.xlsx", [["a"], [1], [2], [3]])
    _with_part(path, SHEET, lambda xml: xml.replace(b'<row r="3"', b'<row r="2"').replace(b'r="A3"', b'r="A2"'))
    assert _all(path) == [Record(2, {"a": 1}), Record(2, {"a": 2}), Record(4, {"a": 3})]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"<sheetData>", b"<sheetData><row><c><v>1", "no sound workbook"),
        (b"<worksheet", b"<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet", "document type"),
        (b"<sheetData>", b"<sheetData>" + b" " * 3_000_000, "is longer than"),
        (b"<sheetData>", b"<sheetData><row r='x'/>", "no sound workbook"),
        (b"<sheetData>", b"<sheetData><row r='-5'/>", "a row has the number -5"),
    ],
)
def test_a_spoilt_sheet_is_an_error(tmp_path: Path, old: bytes, new: bytes, said: str) -> None:
    path = _workbook(tmp_path / "a.xlsx", [["a"], [1]])
    _with_part(path, SHEET, lambda xml: xml.replace(old, new))
    with pytest.raises(SourceError, match=said):
        _all(path)


def test_a_cell_in_no_place_or_of_no_text_is_named(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "a.xlsx", [["a"], [1], [2]])
    _with_part(path, SHEET, lambda xml: xml.replace(b'r="A2"', b'r="ZZZ2"'))
    assert [isinstance(one, Fault) for one in _all(path)] == [True, False]


SHARED = b"""<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>nom</t></si>
<si><r><t>\xc3\x89cho</t></r><r><t>ppe</t></r><rPh sb="0" eb="1"><t>spoken</t></rPh></si></sst>"""
CELLS = b"""<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>n</t></is></c></row>
<row><c t="s"><v>1</v></c><c><f>1+1</f><v>2</v></c></row>
<row r="3"><c r="A3" t="str"><f>"a"</f><v>a</v></c><c r="B3"><f>cmd|calc</f></c></row>
<row r="4"><c r="B4" t="e"><v>#NUM!</v></c></row><row r="5"><c r="A5"><v>1</v></c><c r="A5"><v>2</v></c></row>
<row r="6"><c r="A6" t="inlineStr"><is><t>_x0000_</t></is></c></row>
<row><c/><c><v>1e999</v></c></row></sheetData>"""


def _handmade(path: Path, shared: bytes = SHARED) -> Path:
    with zipfile.ZipFile(_workbook(path, [["a"]])) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    start, _, rest = parts[SHEET].partition(b"<sheetData>")
    parts[SHEET] = start + CELLS + rest.partition(b"</sheetData>")[2]
    relations = parts["xl/_rels/workbook.xml.rels"]
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    ours = b'<Relationship Id="s" Type="%s" Target="/xl/sharedStrings.xml"/></Relationships>' % kind
    parts["xl/_rels/workbook.xml.rels"] = relations.replace(b"</Relationships>", ours)
    return _zip_exact(path, parts | {"xl/sharedStrings.xml": shared})


def test_shared_texts_formulas_and_what_they_gave(tmp_path: Path) -> None:
    found = _all(_handmade(tmp_path / "a.xlsx"))
    assert found[:3] == [
        Record(2, {"nom": "Échoppe", "n": 2}),
        Record(3, {"nom": "a", "n": "=cmd|calc"}),
        Record(4, {"nom": None, "n": "#NUM!"}),
    ]
    assert [(one.line, isinstance(one, Fault)) for one in found[3:5]] == [(5, True), (6, True)]
    assert found[5:] == [Record(7, {"nom": None, "n": "1e999"})]
    with pytest.raises(SourceError, match="no sound workbook"):
        _all(_handmade(tmp_path / "a.xlsx", SHARED.replace(b"<si><t>nom</t></si>", b"")))


def test_a_workbook_that_is_a_bomb_is_given_up(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "a.xlsx", [["a"], [1]])
    _with_part(path, "xl/styles.xml", lambda xml: xml + b" " * 3_000_000)
    with pytest.raises(SourceError, match="looks like a bomb"):
        _all(path, limits=Limits(free=100_000, ratio=50))
    with pytest.raises(SourceError, match=r"xl/styles.xml has .* bytes"):
        _all(path, limits=Limits(shared=100_000))


def test_what_is_no_workbook_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text(CSV, encoding="utf-8")
    with pytest.raises(SourceError, match="no sound workbook"):
        _all(path)
    with pytest.raises(SourceError, match=r"is no sound workbook|without a workbook"):
        _all(_zip(path, a_csv=CSV))


def test_sheets_of_other_kinds_say_what_they_are(tmp_path: Path) -> None:
    old = tmp_path / "a.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    for form in (FileFormat(), FileFormat(format="xlsx"), FileFormat(format="csv")):
        with pytest.raises(SourceError, match=r"a.xls is of the old kind .* save it as .xlsx"):
            _all(old, form)
    path = _zip_exact(tmp_path / "a.ods", {"mimetype": b"application/vnd.oasis", "content.xml": b"<x/>"})
    with pytest.raises(SourceError, match=r"OpenDocument file \(.ods\): save it as .xlsx"):
        _all(path)


def test_parquet_with_more_rows_than_bytes_is_a_bomb(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    duckdb.sql("SELECT 1 AS a FROM range(300000)").write_parquet(str(path))
    with pytest.raises(SourceError, match=r"300,000 rows in .* looks like a bomb"):
        _all(path, limits=Limits(free=1000, ratio=10))


def test_a_workbook_in_an_archive_is_read(tmp_path: Path) -> None:
    book = _workbook(tmp_path / "a.xlsx", [["a"], [1]])
    path = _zip_exact(tmp_path / "a.zip", {"lieux.xlsx": book.read_bytes()})
    for form in (FileFormat(), FileFormat(format="xlsx"), FileFormat(member="lieux.xlsx")):
        assert _all(path, form) == [Record(2, {"a": 1})]
    two = _zip_exact(tmp_path / "b.zip", {"a.xlsx": book.read_bytes(), "b.xlsx": b""})
    with pytest.raises(SourceError, match="declare which one as member"):
        _all(two, FileFormat(format="xlsx"))
    assert _all(two, FileFormat(member="a.xlsx")) == [Record(2, {"a": 1})]


def test_rows_of_blank_cells_are_passed_over_in_a_workbook(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "a.xlsx", [["a", "b"], [" ", ""], [1, 2], [None, " "]])
    assert _all(path) == [Record(3, {"a": 1, "b": 2})]


def test_an_archive_without_files_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"is a zip archive that holds no file$"):
        _all(_zip_exact(tmp_path / "a.zip", {}))


def test_an_encrypted_or_changed_member_is_an_error(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", a_csv=CSV * 50)
    sound = path.read_bytes()
    central = sound.index(b"PK\x01\x02")
    for at, byte in ((central + 8, 1), (central + 16, sound[central + 16] ^ 1), (central + 10, 99)):
        path.write_bytes(sound[:at] + bytes([byte]) + sound[at + 1 :])
        with pytest.raises(SourceError, match=r"a\.zip"):
            _all(path)
