"""The tests of the web over a real server, in a process of their own, and what they came to."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
DEVIATIONS: Final = Path(__file__).with_name("deviations.toml")
FILES: Final = (
    "updates",
    "graph_store",
    "graph_store_writes",
    "tokens",
    "sparql_protocol",
    "entities",
    "lookups",
    "service_description",
    "moved",
    "past",
)
"""The parts of the suite in which the engine answers, and that CI has the time for."""
MORE: Final = ("pages", "datasets", "vocabulary", "rest", "rest_formats", "codings", "edge", "errors")
"""The others, which run too where `MAILLE_TEST_WHOLE_SUITE` is set."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The names of the tests that passed and that failed; those that were skipped are in neither."""

    passed: frozenset[str]
    failed: frozenset[str]
    output: str


def run(engine: str, folder: Path, names: tuple[str, ...]) -> Outcome:
    """Run parts of the suite over a server of that kind."""
    report = folder / f"{engine}.xml"
    files = [str(ROOT / "tests" / "api" / f"test_{name}.py") for name in names]
    command = [sys.executable, "-m", "pytest", "-q", "--tb=line", "-p", "no:cacheprovider", f"--junitxml={report}"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment["MAILLE_TEST_ENGINE"] = engine
    done = subprocess.run([*command, *files], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 1}:
        raise RuntimeError(done.stdout[-3000:] + done.stderr[-1000:])
    passed, failed = set(), set()
    # A report that our own process wrote a moment ago.
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314
        name = f"{case.get('classname', '').rpartition('.')[2]}::{case.get('name')}"
        if case.find("failure") is not None or case.find("error") is not None:
            failed.add(name)
        elif case.find("skipped") is None:
            passed.add(name)
    return Outcome(frozenset(passed), frozenset(failed), done.stdout)


def deviations(engine: str) -> dict[str, str]:
    """Return the tests that are known to fail over an engine, each with what the engine answers."""
    listed = tomllib.loads(DEVIATIONS.read_text(encoding="utf-8"))["deviation"]
    return {one["test"]: one["raw"] for one in listed if engine in one["engines"]}
