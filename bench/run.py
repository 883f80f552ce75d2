"""`python -m bench.run [--only build|engine] [--seconds N] [--rounds N]`: measure and write `RESULTS.md`."""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import engine, report
from bench.servers import BIN


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
    dump = Path("var/current/dump.nq.gz").resolve()
    with tempfile.TemporaryDirectory() as folder:
        plain, codes = Path(folder, "dump.nq"), Path(folder, "codes")
        text = gzip.decompress(dump.read_bytes())
        plain.write_bytes(text)
        pattern = rb'/id/commune/\w+> <https://w3id.org/maille/def#codeInsee> "(\w+)"'
        codes.write_bytes(b"\n".join(sorted(re.findall(pattern, text))) + b"\n")
        body = engine.compare(Path("var").resolve(), plain, codes, options)
    if options.query is None:
        report.write_section("Engine", body)
    else:
        print(body)


SECTIONS: dict[str, Callable[[argparse.Namespace], None]] = {"build": build_section, "engine": engine_section}


def main() -> None:
    """Run the sections asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--only", choices=sorted(SECTIONS), help="one section instead of all")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each measurement, in turn (default 3)")
    parser.add_argument("--seconds", type=int, default=4, help="length of one run; heavy queries take twice that")
    parser.add_argument("--query", help="one query of the engine section, by its name, for a closer look (not written)")
    options = parser.parse_args()
    for name, section in SECTIONS.items():
        if options.only in {None, name}:
            section(options)


if __name__ == "__main__":
    main()
