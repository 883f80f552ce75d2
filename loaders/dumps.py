"""Dumps for somebody else: a release and each of its named graphs, in three formats, made once (DWBP, practice 17).

They stand beside the releases, in `MAILLE_HOME/dumps/<release>/`, and are a cache: the same release gives the same
bytes, so they are made when they are first asked for, by a process of low priority, and those of the releases that
were asked longest ago are deleted.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from maille.loaders.export import FORMATS, export
from maille.ontology.errors import MailleError, ReleaseError
from maille.store.files import clear_scratch, scratch, sha256, sync, told_as_release_error, write_synced
from maille.store.lock import locked
from maille.store.published import DUMP
from maille.store.release import DUMPS, Home, Release

KEPT: Final = 4
"""Releases of which dumps are kept, besides what their own folders hold."""
_NICENESS: Final = 10
_PATIENCE: Final = 600.0
_STEM: Final = re.compile(r"graph(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
_LONGEST: Final = 150


@dataclass(frozen=True, slots=True)
class Part:
    """What a dump holds.

    Attributes:
        name: its path below that of the release, such as `graph/cog/2026.ttl.gz`.
        form: `nq`, `ttl` or `jsonld`.
        graph: IRI of the one graph it holds, None for all of them.
    """

    name: str
    form: str
    graph: str | None = None

    @property
    def stem(self) -> str:
        """Return its name without the format."""
        return self.name.removesuffix(f".{self.form}.gz")

    @property
    def file(self) -> str:
        """Return the name of its file: a path without folders, so that no two get into each other's way."""
        return self.name.replace("/", ",")


@dataclass(frozen=True, slots=True)
class Dump:
    """A dump on disk."""

    release: str
    part: Part
    path: Path
    size: int
    sha256: str


def parts_of(release: Release) -> dict[str, Part]:
    """Return what can be had of a release, by name: the whole first; raises ReleaseError."""
    graphs = [graph for graph in release.manifest.graphs if graph and not graph.startswith("_:")]
    stems: dict[str, str | None] = {"dump": None, **{stem_of(graph, release.base_iri): graph for graph in graphs}}
    parts = [Part(f"{name}.{form}.gz", form, graph) for name, graph in stems.items() for form in FORMATS]
    return {part.name: part for part in parts}


def stem_of(graph: str, base: str) -> str:
    """Return the name of the dumps of a graph: its path below our base, or else a hash of its IRI."""
    path = graph.removeprefix(base)
    if path != graph and len(path) <= _LONGEST and _STEM.fullmatch(path):
        return path
    return f"graph-{hashlib.sha256(graph.encode()).hexdigest()[:16]}"


def known(home: Home, release: Release, part: Part) -> Dump | None:
    """Return a dump that is there already, None where it is still to be made; raises ReleaseError."""
    if part.name == DUMP and not release.manifest.is_delta:
        facts = release.manifest.files[DUMP]
        return Dump(release.id, part, release.dump, facts.size, facts.sha256)
    path = _folder(home, release) / part.file
    try:
        told = json.loads(path.with_name(path.name + ".json").read_bytes())
        if path.stat().st_size != told["size"]:
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Dump(release.id, part, path, told["size"], told["sha256"])


def touch(home: Home, release: Release) -> None:
    """Remember that dumps of a release were asked for."""
    folder = _folder(home, release)
    if folder.is_dir():
        os.utime(folder)


def make(home: Home, release: Release, parts: Iterable[Part]) -> None:
    """Make those dumps that are not there, one after the other; raises ReleaseError."""
    folder = _folder(home, release)
    with told_as_release_error(f"Making dumps of release {release.id}"):
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder.parent / ".lock", wait=_PATIENCE):
            clear_scratch(folder)
            # N-Quads first: the other formats of a graph are made from them.
            for part in sorted(parts, key=lambda part: part.form != "nq"):
                if known(home, release, part) is None:
                    _make(folder, release, part)
            touch(home, release)
            _forget(home)


def _make(folder: Path, release: Release, part: Part) -> None:
    with scratch(folder / "part") as fresh:
        path = fresh / part.file
        with path.open("wb") as output:
            nquads = path.parent.with_name(Part(f"{part.stem}.nq.gz", "nq", part.graph).file)
            shorter = part.graph is not None and part.form != "nq" and nquads.is_file()
            export(release, output, f"{part.form}.gz", part.graph, nquads if shorter else None)
        facts = path.with_name(path.name + ".json")
        write_synced(facts, json.dumps({"size": path.stat().st_size, "sha256": sha256(path)}).encode())
        sync(path)
        # The dump last: where it is, its facts are.
        for file in (facts, path):
            file.replace(folder / file.name)
        sync(folder)


def _forget(home: Home) -> None:
    """Delete the dumps of releases that are gone, and those asked for longest ago."""
    folders = sorted((path for path in (home.path / DUMPS).iterdir() if path.is_dir()), key=_last_asked, reverse=True)
    left = {release.id for release in home.releases()}
    for index, folder in enumerate(folders):
        if index >= KEPT or folder.name not in left:
            shutil.rmtree(folder, ignore_errors=True)


def _last_asked(folder: Path) -> float:
    return folder.stat().st_mtime


def _folder(home: Home, release: Release) -> Path:
    return home.path / DUMPS / release.id


def main(arguments: list[str]) -> int:
    """Make dumps as a process of low priority: home, release, names."""
    home, release_id, *names = arguments
    os.nice(_NICENESS)
    try:
        place = Home(Path(home))
        release = place.release(release_id)
        parts = parts_of(release)
        missing = [name for name in names if name not in parts]
        if missing:
            raise ReleaseError(f"Release {release_id} has no dump {missing[0]}.")
        make(place, release, [parts[name] for name in names])
    except MailleError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
