"""What a reader holds is the same for a file of any length."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from maille.loaders.readers.tabular import FileFormat, records


def _csv(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("a;b;c\n")
        file.writelines(f'{number};"é\n{number}";{"x" * 50}\n' for number in range(rows))


def _geojson(path: Path, rows: int) -> None:
    point = {"type": "Point", "coordinates": [2.5, 48.5]}
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        for number in range(rows):
            one = {"type": "Feature", "properties": {"n": number, "t": "x" * 50}, "geometry": point}
            file.write(("," if number else "") + json.dumps(one))
        file.write("]}")


def _jsonl(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps({"n": number, "t": "x" * 60}) + "\n" for number in range(rows))


def _xlsx(path: Path, rows: int) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("a")
    for number in range(rows):
        sheet.append([f"a{number}", number, "x" * 20])
    book.save(path)


def _peak(path: Path) -> tuple[int, int]:
    tracemalloc.start()
    try:
        count = sum(1 for _ in records(path, FileFormat()))
        return count, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("write", "name", "least"),
    [(_csv, "a.csv", 3000), (_geojson, "a.geojson", 2000), (_jsonl, "a.jsonl", 2000), (_xlsx, "a.xlsx", 600)],
)
def test_memory_does_not_grow_with_the_file(
    tmp_path: Path, write: Callable[[Path, int], None], name: str, least: int
) -> None:
    peaks = []
    for rows in (least, least, 10 * least):
        write(tmp_path / name, rows)
        count, peak = _peak(tmp_path / name)
        assert rows - 1 <= count <= rows
        peaks.append(peak)
    assert peaks[2] < peaks[1] * 1.3 + 100_000
