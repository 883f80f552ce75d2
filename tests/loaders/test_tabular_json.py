"""JSON in all its wrappings comes out record by record; what is cut short, nested or said twice is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from maille.loaders.readers.records import Limits
from maille.loaders.readers.tabular import Fault, FileFormat, Record, columns, records, sniff
from maille.ontology.errors import SourceError

POINT = {"type": "Point", "coordinates": [2.5, 48.5]}
FEATURE = {"type": "Feature", "id": "7", "properties": {"nom": "Échoppe", "n": 1}, "geometry": POINT}
RECORDS: list[dict[str, Any]] = [{"nom": "a", "n": 1}, {"nom": "b", "l": [1, 2]}]


def _write(folder: Path, content: object, name: str = "a.json") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def _all(path: Path, form: FileFormat | None = None, limits: Limits | None = None) -> list[Record | Fault]:
    return list(records(path, form or FileFormat(), limits or Limits()))


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (RECORDS, ""),
        ({"total_count": 2, "results": RECORDS}, ""),
        ({"a": {"b": RECORDS, "c": 1}, "d": []}, "a.b"),
        ({"meta": {"n": [1]}, "etablissements": RECORDS}, ""),
        ({"status": "ok", "data": {"total": 2, "items": RECORDS}}, ""),
        ({"help": "h", "success": True, "result": {"fields": [{"id": "nom"}], "records": RECORDS}}, ""),
        ({"records": [{"recordid": "x", "fields": one, "record_timestamp": "t"} for one in RECORDS]}, ""),
        ({"records": [{"links": [], "record": {"id": "x", "fields": one}} for one in RECORDS]}, ""),
    ],
)
def test_the_list_of_records_is_found(tmp_path: Path, content: object, path: str) -> None:
    found = _all(_write(tmp_path, content), FileFormat(path=path))
    assert [one.line for one in found] == [1, 2]
    assert [{k: v for k, v in one.values.items() if k not in {"@id", "geometry"}} for one in found] == RECORDS  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["a.geojson", "a.json"])
@pytest.mark.parametrize("content", [{"type": "FeatureCollection", "features": [FEATURE]}, FEATURE, [FEATURE]])
def test_a_feature_is_its_properties_geometry_and_identity(tmp_path: Path, content: object, name: str) -> None:
    path = _write(tmp_path, content, name)
    assert _all(path) == [Record(1, {"nom": "Échoppe", "n": 1, "@id": "7", "geometry": POINT})]
    assert columns(path, FileFormat()) == ("nom", "n", "@id", "geometry")


def test_properties_called_as_ours_are_kept(tmp_path: Path) -> None:
    feature = {"type": "Feature", "properties": {"geometry": "rond", "@id": 1}, "geometry": POINT, "id": 2}
    assert _all(_write(tmp_path, [feature])) == [
        Record(1, {"geometry": POINT, "@id": 2, "properties.@id": 1, "properties.geometry": "rond"})
    ]


def test_an_object_without_a_list_is_a_list_of_codes(tmp_path: Path) -> None:
    path = _write(tmp_path, {"01": "un", "02": {"libelle": "deux"}})
    assert _all(path) == [Record(1, {"@key": "01", "@value": "un"}), Record(2, {"@key": "02", "libelle": "deux"})]


@pytest.mark.parametrize(
    "content",
    [
        {"error_code": "ODSQLError", "message": "bad"},
        {"message": "Not Found", "status": 404},
        {"error": {"code": 404, "message": "Not Found"}},
    ],
)
def test_an_answer_about_an_error_is_no_list_of_codes(tmp_path: Path, content: object) -> None:
    with pytest.raises(SourceError, match=r"no list of records but what an API says of an error: .*(bad|Not Found)"):
        _all(_write(tmp_path, content))


def test_json_lines_have_true_lines_and_faults_of_their_own(tmp_path: Path) -> None:
    path = _write(tmp_path, '{"a": 1}\n\n{"a": \n[1]\n{"a": "\\ud800"}\n{"a": 1, "a": 2}\n{"a": 3}', "a.jsonl")
    found = _all(path)
    assert [(one.line, isinstance(one, Record)) for one in found] == [
        (1, True), (3, False), (4, False), (5, False), (6, False), (7, True),
    ]  # fmt: skip
    assert sniff(_write(tmp_path, '{"a": 1}\n{"a": 2}\n', "b.txt")).format == "jsonl"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"features": [{"a": 1}, {"a"', "line 1: the text ends too early"),
        ('{"features": [{"a": 1}]', "the text ends too early"),
        ('[{"a": 1}\n{"a": 2}]', "line 2: , or ] is expected"),
        ('[\n{"a": tru, "b": "and so on and so on"}]', "line 2: Expecting value"),
        ('[{"a": 1}] [', "something follows the end"),
        ('{"a": [{"b": 1}], "a": [{"b": 1}]}', "'a' stands there twice"),
        ('{"b": [{"b": 1}], "c": 2}', "has no 'a' where path says so; there is: b, c"),
        ("[" * 100_000, "nested deeper"),
        ('[{"a": 1, "a": 2}, ' + "[" * 100_000, "nested deeper"),
        ('{"x": [{"a": 1, "a": 2}, ' + "[" * 100_000, "nested deeper"),
        ("{1: 2}", "a name in quotes is expected"),
    ],
)
def test_what_is_no_json_is_named_with_its_line(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        _all(_write(tmp_path, content), FileFormat(path="a" if "path" in said or "twice" in said else ""))


@pytest.mark.parametrize(
    "value",
    ['"\\u0000"', '"\\udc00"', "[" * 150 + "]" * 150, '{"b": 1, "b": 2}', "1" * 5000],
)
def test_what_cannot_be_used_is_a_fault_and_the_rest_is_read(tmp_path: Path, value: str) -> None:
    found = _all(_write(tmp_path, f'[{{"a": {value}}}, {{"a": 2}}, 3]'))
    assert [isinstance(one, Record) for one in found] == [False, True, False]


def test_what_numbers_lack_is_missing(tmp_path: Path) -> None:
    path = _write(tmp_path, '[{"a": NaN, "b": -Infinity, "c": "é\tè", "d": "\\ud83d\\ude00"}]')
    assert _all(path) == [Record(1, {"a": None, "b": "-Infinity", "c": "é\tè", "d": "😀"})]


def test_a_page_of_an_api_is_not_taken_for_the_whole(tmp_path: Path) -> None:
    found = _all(_write(tmp_path, {"results": RECORDS, "total_count": 212}))
    assert found[-1] == Fault(3, "total_count", "212", "the file holds 2 of 212 records: take the export")


def test_a_record_beyond_measure_is_an_error(tmp_path: Path) -> None:
    path = _write(tmp_path, [{"a": "x" * 300_000}])
    with pytest.raises(SourceError, match="longer than 100,000"):
        _all(path, limits=Limits(record=100_000))


@pytest.mark.parametrize("size", [65_530, 65_535, 65_536, 65_540, 131_072])
def test_a_value_that_lies_across_two_pieces_is_whole(tmp_path: Path, size: int) -> None:
    content = [{"a": "x" * size}, {"n": 1234567890.5, "t": True, "z": None}, {"e": -1.5e-7}, {"s": 'q"\\é'}]
    assert [one.values for one in _all(_write(tmp_path, content))] == content  # type: ignore[union-attr]
    assert _all(_write(tmp_path, " " * size + "[1234567]"))[0].line == 1


def test_json_in_another_encoding_says_which(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes('[\n{"a": "é"},\n{"a": "à"}]'.encode("latin-1"))
    with pytest.raises(SourceError, match=r'line 2 holds the byte 0xE9.*declare encoding = "latin-1"'):
        _all(path)
    assert [one.values for one in _all(path, FileFormat(encoding="latin-1"))] == [{"a": "é"}, {"a": "à"}]  # type: ignore[union-attr]


def test_json_lines_called_json_are_known_or_named(tmp_path: Path) -> None:
    path = _write(tmp_path, '{"a": 1}\n{"a": 2}\n')
    assert _all(path) == [Record(1, {"a": 1}), Record(2, {"a": 2})]
    with pytest.raises(SourceError, match='declare format = "jsonl"'):
        _all(path, FileFormat(format="json"))
