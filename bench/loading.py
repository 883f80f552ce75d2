"""What it costs to load the described sources: rows a second, and whether memory stays flat as a file grows.

`python -m bench.loading DATA SOURCE [--collect]` measures one source in a process of its own and prints
the figures as JSON; the section runs it for each source of a folder, and for files grown from the largest two.
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import report
from maille.loaders.collect import collect
from maille.loaders.describing import choosing
from maille.loaders.describing.loader import DescribedLoader
from maille.loaders.progress import Silent
from maille.loaders.readers import tabular
from maille.loaders.source import Row, RowRejected
from maille.loaders.territories.gazetteer import Gazetteer
from maille.loaders.territories.loader import TerritoriesLoader

GROWN = (1, 10, 100)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one source took: counts, seconds, and the most memory the process held meanwhile, in MiB."""

    source: str
    size: int
    records: int
    rows: int
    statements: int
    reading: float
    mapping: float
    read_peak: float
    map_peak: float


def measure(found: choosing.Found, gazetteer: Gazetteer, *, whole: bool) -> Cost:
    """Read a source, then turn it into statements that are thrown away, or kept as a build keeps them (`whole`)."""
    loader = DescribedLoader(found.description, found.path, gazetteer)
    form = tabular.FileFormat(**found.description.file.form)
    _reset_peak()
    started = time.process_time()
    records = sum(1 for _ in tabular.records(found.path, form))
    reading, read_peak = time.process_time() - started, _peak()
    _reset_peak()
    started = time.process_time()
    rows, statements = _collected(loader) if whole else _mapped(loader)
    mapping, map_peak = time.process_time() - started, _peak()
    name = f"{found.description.id}/{found.description.vintage}"
    size = found.path.stat().st_size
    return Cost(name, size, records, rows, statements, reading, mapping, read_peak, map_peak)


def _mapped(loader: DescribedLoader) -> tuple[int, int]:
    rows = statements = 0
    for row in loader.rows():
        if isinstance(row, Row):
            rows += 1
            try:
                statements += len([f"{quad} ." for quad in loader.said(row)[0]])
            except RowRejected:
                continue
    return rows, statements


def _collected(loader: DescribedLoader) -> tuple[int, int]:
    loaded = collect(loader, Silent())
    return len(loaded.rows), sum(len(one.statements) for one in loaded.rows)


def _reset_peak() -> None:
    """Forget the highest resident memory so far."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak() -> float:
    text = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmHWM")) / 1024


def section(data: Path, rounds: int, grown: tuple[int, ...] = GROWN) -> str:
    """Return the section: a table of the sources of a folder, and one of files grown from the largest."""
    found = choosing.choose((), data).found
    costs = [_alone(data, one.description.id, rounds) for one in found]
    largest = {max(costs, key=lambda cost: cost.size).source, max(costs, key=lambda cost: cost.records).source}
    tables = [_table_of_sources(costs), f"Machine: {report.machine()}."]
    for one in found:
        name = f"{one.description.id}/{one.description.vintage}"
        if name in largest:
            tables.append(f"### {name}, grown\n\n" + _table_of_grown(data, one, grown))
    return "\n\n".join(tables)


def _alone(data: Path, source: str, rounds: int = 1, *options: str) -> Cost:
    """Measure in a process of its own, several times; returns the run with the least time."""
    command = [sys.executable, "-m", "bench.loading", str(data), source, *options]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(rounds)]
    return min((Cost(**json.loads(run)) for run in runs), key=lambda cost: cost.reading + cost.mapping)


def _table_of_sources(costs: list[Cost]) -> str:
    header = ("source", "KiB", "records", "rows", "statements", "records read/s", "rows loaded/s", "peak MiB")
    return (
        "Each source in a process of its own, best of the runs; seconds are those of the processor. *Read* gives "
        "records; *loaded* reads them again and gives the statements, before linking. *Peak* is the highest resident "
        "size of the process, most of it the Code officiel géographique that places are looked up in.\n\n"
        + report.table(header, (_cells(cost) for cost in costs))
    )


def _cells(cost: Cost) -> tuple[str, ...]:
    return (
        f"`{cost.source}`",
        f"{cost.size / 1024:,.0f}",
        f"{cost.records:,}",
        f"{cost.rows:,}",
        f"{cost.statements:,}",
        f"{cost.records / cost.reading:,.0f}",
        f"{cost.rows / cost.mapping:,.0f}",
        f"{max(cost.read_peak, cost.map_peak):.1f}",
    )


def _table_of_grown(data: Path, found: choosing.Found, grown: tuple[int, ...]) -> str:
    header = ("times", "MiB", "records", "read s", "peak MiB", "statements", "load s", "peak MiB", "kept s", "peak MiB")
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for times in grown:
            grow(found, times, Path(folder, found.path.name))
            streamed = _alone(Path(folder), found.description.id)
            kept = _alone(Path(folder), found.description.id, 1, "--collect")
            lines.append((
                f"{times}x", f"{streamed.size / 2**20:,.1f}", f"{streamed.records:,}",
                f"{streamed.reading:.2f}", f"{streamed.read_peak:.1f}", f"{streamed.statements:,}",
                f"{streamed.mapping:.2f}", f"{streamed.map_peak:.1f}", f"{kept.mapping:.2f}", f"{kept.map_peak:.1f}",
            ))  # fmt: skip
    return (
        "*Read*: records only. *Load*: statements, thrown away row by row. *Kept*: statements held as a build holds "
        "them until they are judged.\n\n" + report.table(header, lines)
    )


def grow(found: choosing.Found, times: int, target: Path) -> None:
    """Write a GeoJSON file again `times` over, each feature with a key of its own, a feature at a time."""
    keys = {name for one in found.description.rows.key for name in one.columns}
    with target.open("w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [\n')
        for number in range(times):
            for place, feature in enumerate(_features(found.path)):
                properties = feature["properties"]
                if number:
                    properties |= {name: f"{value}-{number}" for name, value in properties.items() if name in keys}
                file.write(",\n" if number or place else "")
                json.dump(feature, file, ensure_ascii=False)
        file.write("\n]}\n")


def _features(path: Path) -> Iterator[dict[str, Any]]:
    yield from json.loads(path.read_text(encoding="utf-8"))["features"]


def main() -> None:
    """Measure one source and print its figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.loading", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("source")
    parser.add_argument("--collect", action="store_true", help="keep the statements, as a build does")
    options = parser.parse_args()
    gazetteer = Gazetteer(TerritoriesLoader().rows())
    found = [one for one in choosing.choose((), options.data).found if one.description.id == options.source]
    for one in found:
        print(json.dumps(asdict(measure(one, gazetteer, whole=options.collect))))


if __name__ == "__main__":
    main()
