"""`python -m bench.run [--only SECTION] [--seconds N] [--rounds N]`: measure and write `RESULTS.md`."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import engine, federation, hostile, linking, loading, pages, reconcile, report, search, writes
from bench.servers import BIN

HOME = Path("var").resolve()
DATA = Path(os.environ.get("MAILLE_SHARED_DATA", "../shared/data"))


def build_section(options: argparse.Namespace) -> None:
    """Time `maille build` of the embedded sources into empty homes."""
    seconds, summary = [], {}
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            command = [str(BIN / "maille"), "build", "--json"]
            done = subprocess.run(command, env={"MAILLE_HOME": folder}, capture_output=True, text=True, check=False)
            seconds.append(time.perf_counter() - started)
            if done.returncode not in {0, 1}:
                raise SystemExit(done.stderr)
            summary = json.loads(done.stdout)
    report.write_section(
        "Build",
        f"`maille build` of the embedded sources into an empty home, whole process, {options.rounds} runs: median "
        f"**{statistics.median(seconds):.1f} s** (from {min(seconds):.1f} to {max(seconds):.1f}), "
        f"{summary['quads']:,} quads, release `{summary['release']}`.\n\nMachine: {report.machine()}.",
    )


def engine_section(options: argparse.Namespace) -> None:
    """Compare the endpoint with its peers over the release that `make build` made."""
    with tempfile.TemporaryDirectory() as folder:
        codes = report.codes_of(HOME, Path(folder))
        body = engine.compare(HOME, Path(folder, "dump.nq"), codes, options)
    if options.query is None:
        report.write_section("Engine", body)
    else:
        print(body)


def hostile_section(options: argparse.Namespace) -> None:
    """Ask for little beside queries that never end."""
    report.write_section("Hostile queries", hostile.with_codes(HOME, options))


def writes_section(options: argparse.Namespace) -> None:
    """Write a thousand times with readers running."""
    report.write_section("Writes", writes.measure(HOME, options))


def loading_section(options: argparse.Namespace) -> None:
    """Load each described source, and files grown from the largest; left out where there are no data files."""
    if options.data.is_dir():
        report.write_section("Loading", loading.section(options.data, options.rounds))
    else:
        print(f"Loading was not measured: there is no {options.data}, see --data")


def linking_section(_options: argparse.Namespace) -> None:
    """Measure record linkage on the labelled pairs."""
    report.write_section("Linking", linking.measure())


def search_section(options: argparse.Namespace) -> None:
    """Make the search index of the whole release, and ask it."""
    report.write_section("Search", search.measure(HOME, options.seconds))


def federation_section(options: argparse.Namespace) -> None:
    """Join communes with another endpoint, beside what the engine does by itself."""
    report.write_section("Federation", federation.measure(HOME, options.rounds))


def pages_section(options: argparse.Namespace) -> None:
    """Ask for pages and documents of things, beside Trifid."""
    report.write_section("Pages", pages.measure(HOME, options))


def reconcile_section(options: argparse.Namespace) -> None:
    """Reconcile names of the data files; left out where there are none."""
    if options.data.is_dir():
        report.write_section("Reconciliation", reconcile.measure(options.data, options.seconds))
    else:
        print(f"Reconciliation was not measured: there is no {options.data}, see --data")


SECTIONS: dict[str, Callable[[argparse.Namespace], None]] = {
    "build": build_section,
    "engine": engine_section,
    "hostile": hostile_section,
    "linking": linking_section,
    "writes": writes_section,
    "loading": loading_section,
    "search": search_section,
    "reconcile": reconcile_section,
    "pages": pages_section,
    "federation": federation_section,
}


def main() -> None:
    """Run the sections asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--only", choices=sorted(SECTIONS), help="one section instead of all")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each measurement, in turn (default 3)")
    parser.add_argument("--seconds", type=int, default=4, help="length of one run; heavy queries take three times that")
    parser.add_argument("--writes", type=int, default=1000, help="writes of the section on writes (default 1000)")
    parser.add_argument("--query", help="one query of the engine section, by its name, for a closer look (not written)")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data files of the described sources")
    options = parser.parse_args()
    for name, section in SECTIONS.items():
        if options.only in {None, name}:
            section(options)


if __name__ == "__main__":
    main()
