"""`kill -9` at many moments of a build: the former release still serves, and the next build succeeds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from maille.store.release import Home, Release

KILLS: Final = 8
SCRIPT: Final = """
import sys
from datetime import date
from pathlib import Path
from pyoxigraph import Literal, Quad
from maille.loaders.build import BuildOptions, build
from maille.loaders.source import Row, SourceDescription
from maille.ontology.terms import MAILLE, PROV, RDF, SKOS

class Table:
    description = SourceDescription(
        "essai", "2026", "Essai", "Trial", "Une table.", "A table.", "https://example.org/publisher",
        "https://example.org/licence", "Essai", "https://example.org/", date(2026, 1, 1), "essai.csv", "0" * 64,
    )
    def rows(self):
        for number in range(5000):
            yield Row("essai.csv", number, f"r{number}", {})
    def quads(self, row):
        node, graph = self.description.row(row.key), self.description.graph
        yield Quad(node, RDF.type, MAILLE.SourceRow, graph)
        yield Quad(node, PROV.wasQuotedFrom, self.description.source, graph)
        yield Quad(node, SKOS.prefLabel, Literal(f"{sys.argv[2]} {row.key}", language="fr"), graph)

print("begins", flush=True)
print(build(BuildOptions(Path(sys.argv[1]), loaders=(Table(),))).release, flush=True)
"""


def start(home: Path, text: str) -> subprocess.Popen[str]:
    """Start a build of 15,000 quads that all hold `text`, and return once it begins."""
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(home), text], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begins\n"
    return process


def finish(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate(timeout=120)
    return out.strip()


def whole(home: Path) -> Release:
    """Return the current release, after looking at every byte of it."""
    release = Home(home).current()
    assert release is not None
    release.verify()
    store = release.open_store()
    assert len(store) == release.manifest.quads
    del store
    return release


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, float]:
    """Return a home with a release, its id, and how many seconds it took."""
    home = tmp_path_factory.mktemp("killed")
    process = start(home, "first")
    began = time.monotonic()
    release = finish(process)
    return home, release, time.monotonic() - began


def test_a_killed_build_leaves_the_former_release_whole_and_the_next_one_succeeds(
    first: tuple[Path, str, float],
) -> None:
    home, former, seconds = first
    for number in range(KILLS):
        process = start(home, f"kill {number}")
        time.sleep(seconds * (number + 0.5) / KILLS)
        os.killpg(process.pid, signal.SIGKILL)
        told = finish(process)
        now = whole(home).id
        # What it said it published is there. Killed in its last moment, it may have published and not said so.
        assert now == told if told else now == former or Home(home).release(now).manifest.parent == former
        former = now
    last = finish(start(home, "last"))
    assert whole(home).id == last
    assert [path.name for path in (home / "releases").iterdir() if path.name.startswith(".tmp-")] == []
