"""Whatever a file holds, only SourceError, Records and Faults come out, and every record of it is accounted for."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maille.loaders.readers.records import Limits
from maille.loaders.readers.tabular import Fault, FileFormat, Record, columns, records, sniff
from maille.ontology.errors import SourceError

Result = TypeVar("Result")
FORMATS = ("", "csv", "tsv", "json", "jsonl", "geojson", "parquet", "xlsx")
ENCODINGS = ("", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp1252", "utf-7", "idna")
SMALL = Limits(cell=200, record=2_000, depth=20, unpacked=200_000, free=50_000, quotes=5)
FUZZ = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))

forms = st.builds(
    FileFormat,
    format=st.sampled_from(FORMATS),
    encoding=st.sampled_from(ENCODINGS),
    delimiter=st.sampled_from(["", ";", ",", "\t", "|", "é", '"', "ab"]),
    quote=st.sampled_from(['"', "'", "", ";"]),
    path=st.sampled_from(["", "a", "a.b", "features"]),
)
# Cells such as a spreadsheet would run, that swallow a file, or that are none of text.
cells = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["=1+1", "@SUM(1)", "+1", '"', '""', "\0", "\ufeff", "a\r\nb", "x" * 300, "é" * 10, "\u2028", "\x1a"]
    ),
)


def _explained(look: Callable[[], Result], name: str) -> Result | None:
    try:
        return look()
    except SourceError as error:
        said = str(error)
    assert name in said
    return None


def _read(content: bytes, form: FileFormat, name: str = "a", limits: Limits = SMALL) -> list[Record | Fault] | None:
    """Return what comes out of a file, None for an error that explains itself; anything else fails the test."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        _explained(lambda: columns(path, form, limits), name)
        _explained(lambda: sniff(path), name)
        found = _explained(lambda: list(records(path, form, limits)), name)
    if found is None:
        return None
    for one in found:
        assert isinstance(one, Record | Fault)
        assert one.line >= 1
        if isinstance(one, Record):
            json.dumps(one.values).encode()
            str(one.values).encode("utf-8")
    return found


@FUZZ
@given(st.binary(max_size=400), forms)
def test_any_bytes(content: bytes, form: FileFormat) -> None:
    _read(content, form)


@FUZZ
@given(st.binary(max_size=200), forms, st.sampled_from([b"PAR1", b"PK\x03\x04", b"\x1f\x8b\x08\0", b"[{", b'{"a":[']))
def test_bytes_that_begin_as_something(content: bytes, form: FileFormat, start: bytes) -> None:
    _read(start + content, form)


@FUZZ
@given(st.text(alphabet='a;,"\t\n\r\0é\ud800', max_size=80), forms, st.sampled_from(ENCODINGS[1:-2]))
def test_any_text_of_csv(text: str, form: FileFormat, encoding: str) -> None:
    _read(text.encode(encoding, "replace"), form)


@FUZZ
@given(
    st.lists(st.lists(cells, min_size=2, max_size=4), min_size=1, max_size=12),
    st.sampled_from([";", ",", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_every_record_of_a_sound_csv_is_accounted_for(
    rows: list[list[str]], delimiter: str, encoding: str, end: str
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([["a", "b", "c"], *rows])
    content = out.getvalue().encode(encoding, "replace")
    declared = FileFormat(format="csv", encoding=encoding if encoding == "cp1252" else "", delimiter=delimiter)
    found = _read(content, declared)
    if found is None:
        return
    text = content.decode(encoding).removeprefix("\ufeff")
    parsed = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    # A row whose cells are all empty is a blank line.
    full = [row for row in parsed if any(cell.strip() for cell in row)]
    for row, one in zip(full, [None, *found], strict=True):
        if isinstance(one, Record):
            assert list(one.values.values()) == row[:3]


@FUZZ
@given(st.lists(st.text(alphabet="ab;,=é", max_size=10), min_size=1, max_size=20), st.data())
def test_every_line_of_a_csv_without_quotes_is_accounted_for(lines: list[str], data: st.DataObject) -> None:
    bad = data.draw(st.sets(st.integers(0, len(lines) - 1), max_size=2))
    body = b"".join(line.encode() + (b"\xe9" if n in bad else b"") + b"\n" for n, line in enumerate(lines))
    content = "é;b\n".encode() + "à;ù\n".encode() * 20 + body
    found = _read(content, FileFormat(format="csv", delimiter=";"))
    full = sum(bool(line.strip(";")) or n in bad for n, line in enumerate(lines))
    assert found is None or len(found) == 20 + full


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(alphabet=st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


@FUZZ
@given(st.lists(st.dictionaries(st.text(max_size=5), json_values, max_size=4), max_size=6), st.booleans())
def test_every_record_of_a_sound_json_is_accounted_for(values: list[dict[str, Any]], lines: bool) -> None:
    text = "\n".join(map(json.dumps, values)) if lines else json.dumps(values, indent=1)
    found = _read(text.encode(), FileFormat(format="jsonl" if lines else "json"))
    assert found is None or len(found) == len(values)


@FUZZ
@given(st.dictionaries(st.text(max_size=8), json_values, max_size=4), st.integers(0, 200), st.integers(0, 255), forms)
def test_json_that_is_cut_or_spoilt(value: dict[str, Any], at: int, byte: int, form: FileFormat) -> None:
    content = json.dumps({"a": {"b": [value, value]}, "features": [value]}).encode()
    _read(content[: at % (len(content) + 1)], form)
    _read(content[: at % len(content)] + bytes([byte]) + content[at % len(content) + 1 :], form)


def test_nesting_without_end() -> None:
    for text in ("[" * 50_000, '{"a":' * 50_000, "[{" * 30, '{"features":[' + "[" * 1500 + "]" * 1500 + "]}"):
        for kind in ("json", "jsonl", "geojson"):
            _read(text.encode(), FileFormat(format=kind), limits=Limits())


def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def _zip(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", content)
    return out.getvalue()


def _parquet(_content: bytes) -> bytes:
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "a.parquet")
        duckdb.sql("SELECT i AS a, 'é' || i AS b, [i] AS c FROM range(9) r(i)").write_parquet(str(place))
        return place.read_bytes()


def _xlsx(_content: bytes) -> bytes:
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (["a", "b"], [1, "é"], ["=1+1", None]):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("pack", "name"), [(_gzip, "a.csv.gz"), (_zip, "a.zip"), (_parquet, "a.parquet"), (_xlsx, "a.xlsx")]
)
def test_packed_files_that_are_cut_or_spoilt(pack: Callable[[bytes], bytes], name: str) -> None:
    sound = pack(b"nom;n\n" + "Échoppe;1\n".encode() * 40)
    limits = Limits()
    assert _read(sound, FileFormat(), name, limits)

    @settings(FUZZ, max_examples=40)
    @given(st.integers(0, len(sound) - 1), st.integers(0, 255), st.booleans())
    def spoil(at: int, byte: int, cut: bool) -> None:
        _read(sound[:at] if cut else sound[:at] + bytes([byte]) + sound[at + 1 :], FileFormat(), name, limits)

    spoil()


@pytest.mark.parametrize("pack", [_gzip, _zip])
@pytest.mark.parametrize("unit", [b"\n", b"a;b\n", b'"', b"a", b"\0", b"[", b'{"a":1}\n'])
@pytest.mark.parametrize("kind", ["csv", "json", ""])
def test_bombs(pack: Callable[[bytes], bytes], unit: bytes, kind: str) -> None:
    assert _read(pack(unit * (1_000_000 // len(unit))), FileFormat(format=kind), "a", SMALL) is None
