"""CSV of every kind in use comes out record by record, with true lines, and what cannot be read is named."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from maille.loaders.readers.records import Limits
from maille.loaders.readers.tabular import Fault, FileFormat, Record, columns, records, sniff
from maille.ontology.errors import SourceError

ROWS = (("Nom", "Ville"), ("Échoppe", "Besançon"), ("L'Œuvre", "Évreux\nnord"), ("Zoé", ""))


def _write(folder: Path, text: str, encoding: str = "utf-8", name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def _all(path: Path, form: FileFormat | None = None, limits: Limits | None = None) -> list[Record | Fault]:
    return list(records(path, form or FileFormat(), limits or Limits()))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_delimiter_encoding_and_line_ending(tmp_path: Path, delimiter: str, encoding: str, end: str) -> None:
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in ROWS).replace("\n", end) + end
    path = _write(tmp_path, text, encoding)
    found = _all(path, FileFormat(encoding="cp1252" if encoding == "cp1252" else ""))
    assert [one.line for one in found] == [2, 3, 5]
    assert [tuple(one.values.values()) for one in found if isinstance(one, Record)] == [
        tuple(cell.replace("\n", end) for cell in row) for row in ROWS[1:]
    ]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "latin-1", "cp1252"])
def test_an_encoding_that_is_not_declared_is_named(tmp_path: Path, encoding: str) -> None:
    path = _write(tmp_path, "Nom;Ville\nÉlan;Besançon\n", encoding)
    guess = "latin-1" if encoding == "cp1252" else encoding
    with pytest.raises(SourceError, match=f'declare encoding = "{guess}"'):
        _all(path)
    assert len(_all(path, FileFormat(encoding=encoding))) == 1
    assert sniff(path).encoding == guess


def test_the_first_bad_byte_and_its_line_are_named(tmp_path: Path) -> None:
    path = _write(tmp_path, "Nom;Ville\nElan;Lyon\nL’été;Évreux\n", "cp1252")
    with pytest.raises(SourceError, match=r'line 3 holds the byte 0x92.*’.*cp1252.*encoding = "cp1252"'):
        _all(path)


@pytest.mark.parametrize("above", [0, 70_000, 131_071, 200_000])
def test_utf8_declared_as_something_else_is_named(tmp_path: Path, above: int) -> None:
    with pytest.raises(SourceError, match='reads as utf-8: declare encoding = "utf-8"'):
        _all(_write(tmp_path, f"Nom;Ville\n{'x' * above};Besançon\n"), FileFormat(encoding="latin-1"))


@pytest.mark.parametrize("declared", ["klingon", "base64", "undefined", "a\0b"])
def test_an_encoding_that_is_none_is_an_error(tmp_path: Path, declared: str) -> None:
    with pytest.raises(SourceError, match="there is no encoding"):
        _all(_write(tmp_path, "a;b\n1;2\n"), FileFormat(encoding=declared))


def test_a_bad_byte_among_sound_lines_is_a_fault_of_its_record(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a;b\n" + "é;1\n".encode() * 9 + b"\xe9;2\n" + "à;3\n".encode())
    found = _all(path)
    assert len(found) == 11
    assert [one for one in found if isinstance(one, Fault)] == [
        Fault(11, "", "0xE9", "line 11 holds a byte that is not utf-8")
    ]


def test_a_wrong_delimiter_is_named_with_the_one_that_fits(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"one column with the delimiter ',', 3 with ';': declare delimiter = \";\""):
        _all(_write(tmp_path, "a;b;c\n1;2;3\n"), FileFormat(delimiter=","))


def test_ragged_records_are_faults_and_the_others_are_read(tmp_path: Path) -> None:
    found = _all(_write(tmp_path, "a;b\n1\n1;2\n1;2;3\n1;2;;\n\n3;4\n"))
    assert [(one.line, isinstance(one, Record)) for one in found] == [
        (2, False), (3, True), (4, False), (5, True), (7, True),
    ]  # fmt: skip
    assert found[0] == Fault(2, "b", "", "the record has 1 cells, the header 2")


def test_lines_of_separators_only_are_blank(tmp_path: Path) -> None:
    path = _write(tmp_path, ';;;\na;b;c\n;;\n1;;2\n ; ;\n;;;;\n;\n"";"";\n')
    assert _all(path) == [Record(4, {"a": "1", "b": "", "c": "2"})]


def test_a_quote_that_is_never_closed_costs_one_record(tmp_path: Path) -> None:
    found = _all(_write(tmp_path, 'a;b\n1;2\n"3;4\n5;6\n7;8\n'))
    assert [(one.line, isinstance(one, Record)) for one in found] == [(2, True), (3, False), (4, True), (5, True)]
    assert isinstance(found[1], Fault)
    assert "never closed" in found[1].reason


def test_quotes_that_are_all_broken_end_the_file_with_advice(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match='quote = ""'):
        _all(_write(tmp_path, "a;b\n" + '"x" y;1\n' * 20), limits=Limits(quotes=5))
    assert len(_all(tmp_path / "a.csv", FileFormat(quote=""))) == 20


def test_a_huge_cell_is_a_fault_and_a_huge_line_an_error(tmp_path: Path) -> None:
    path = _write(tmp_path, f"a;b\n{'x' * 3000};1\n2;3\n")
    found = _all(path, limits=Limits(cell=1000))
    assert [isinstance(one, Record) for one in found] == [False, True]
    with pytest.raises(SourceError, match="line 2 is longer than 2,000"):
        _all(path, limits=Limits(record=2000))


def test_headers_that_are_empty_or_the_same_all_stay_apart(tmp_path: Path) -> None:
    path = _write(tmp_path, "a,,a,a (2), b \n1,2,3,4,5\n")
    assert columns(path, FileFormat()) == ("a", "column 2", "a (2)", "a (2) (2)", "b")
    assert _all(path)[0] == Record(2, {"a": "1", "column 2": "2", "a (2)": "3", "a (2) (2)": "4", "b": "5"})


def test_columns_without_end_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="more than 16,384 columns"):
        columns(_write(tmp_path, "a;" * 500_000), FileFormat())
    assert len(columns(_write(tmp_path, "a;" * 16_000 + "b"), FileFormat())) == 16_001


def test_a_null_character_is_a_fault(tmp_path: Path) -> None:
    found = _all(_write(tmp_path, "a;b\n1;\0\n3;4\n"))
    assert found == [Fault(2, "", "\\x00", "line 2 holds a null character"), Record(3, {"a": "3", "b": "4"})]


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+33", "-1", "=cmd|' /C calc'!A0"])
def test_a_formula_is_text(tmp_path: Path, text: str) -> None:
    assert _all(_write(tmp_path, f"a;b\n{text};1\n")) == [Record(2, {"a": text, "b": "1"})]


def test_what_excel_writes_for_itself_is_no_header(tmp_path: Path) -> None:
    assert _all(_write(tmp_path, "sep=;\na;b\n1;2\n"))[0] == Record(3, {"a": "1", "b": "2"})


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "is empty"), (b" \n\n", "is empty"), (b"\xef\xbb\xbf\n", "is empty"), (b"<!DOCTYPE html><p>", "web page")],
)
def test_what_is_no_csv_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=said):
        _all(path)


def test_a_file_that_is_missing_or_a_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is missing"):
        _all(tmp_path / "a.csv")
    with pytest.raises(SourceError, match="cannot be read"):
        _all(tmp_path, FileFormat(format="csv"))


def test_marks_of_utf8_and_utf16_differ(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(codecs.BOM_UTF16_LE + "a;b\n1;2\n".encode("utf-16-le"))
    with pytest.raises(SourceError, match="begins with the mark of utf-16"):
        _all(path, FileFormat(encoding="utf-8"))
    with pytest.raises(SourceError, match="delimiter = 'ab'"):
        _all(path, FileFormat(delimiter="ab"))


def test_a_title_above_the_names_of_the_columns_is_seen_and_passed_over(tmp_path: Path) -> None:
    path = _write(tmp_path, "Liste des lieux;;\n\nnom;ville;n\na;b;1\nc;d;2\n")
    with pytest.raises(SourceError, match="line 3 has 3 cells: if the names stand there, declare header = 3"):
        _all(path)
    assert sniff(path).header == 3
    form = FileFormat(header=3)
    assert columns(path, form) == ("nom", "ville", "n")
    assert [one.line for one in _all(path, form)] == [4, 5]
    with pytest.raises(SourceError, match="cannot be read: there is none"):
        _all(path, FileFormat(header=30))
