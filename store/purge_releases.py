"""The kept releases without what is purged: each rewritten line by line, so that a write stays a write over its parent.

A line that goes, goes from dumps and from records of writes alike: a purged record over a purged parent is the purged
release. With a line that a `maille:SourcedStatement` speaks of goes all that is said of that statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from maille.store import delta, dump, manifest
from maille.store.files import sha256, write_synced
from maille.store.manifest import FileFacts, Manifest
from maille.store.match import Match
from maille.store.published import DUMP, Release
from maille.store.purge_lines import Judge, Staying

Rewrite = Callable[[str, bytes, Manifest], bytes | None]
"""Gives a file that describes a release as it is to be, None where it goes: its name, its bytes, the new manifest."""


@dataclass(frozen=True, slots=True)
class Purged:
    """What becomes of one release: the id of what stands in its place, statements and files that change."""

    id: str
    new: str
    statements: int = 0
    files: int = 0


class Rewriting:
    """Rewrites releases into a folder beside the home's own.

    Args:
        match: what goes.
        folder: where the new releases, and files that take the place of others, are made.
        rewrite: what becomes of files that describe a release.
    """

    def __init__(self, match: Match, folder: Path, rewrite: Rewrite) -> None:
        self._match = match
        self._folder = folder
        self._rewrite = rewrite
        self._judge = Judge(match)
        self._found: dict[str, int] = {}
        self.places: dict[str, str] = {}
        self.files: dict[str, str] = {}
        self.deleted: list[str] = []
        for name in ("releases", "files"):
            (folder / name).mkdir()

    def run(self, releases: Iterable[Release]) -> list[Purged]:
        """Rewrite releases, and return what becomes of each that changes."""
        kept = {release.id: release for release in releases}
        for release in kept.values():
            self._found[release.id] = self._judge.learn(release)
        found = [self._one(release) for release in _parents_first(kept)]
        return [one for one in found if one is not None]

    def replace_file(self, place: str, content: bytes) -> None:
        """Have a file of the home, named by its path in it, replaced."""
        number = str(len(self.files))
        write_synced(self._folder / "files" / number, content)
        self.files[number] = place

    def _one(self, release: Release) -> Purged | None:
        facts = release.manifest
        if facts.is_delta and not release.dump.is_file():
            return self._write(release, facts)
        if not self._found[release.id] and self._judge.spares(release):
            return self._described(release, facts)
        scratch = self._folder / "releases" / f"{release.id}-new"
        scratch.mkdir()
        counted = Staying(self._judge.judged(dump.read(release.dump)))
        written = dump.write(scratch / DUMP, counted)
        fresh = replace(
            facts,
            id=manifest.release_id(facts.base_iri, written.sha256),
            parent=self.places.get(facts.parent or "", facts.parent),
            quads=written.quads,
            graphs=written.graphs,
            dump_sha256=written.sha256,
            blank_nodes=written.blank_nodes,
            added=0,
            removed=0,
        )
        files = self._files(release, fresh, scratch)
        self._settle(release, replace(fresh, files=_facts(scratch)), scratch)
        return Purged(release.id, fresh.id, counted.gone, files)

    def _write(self, release: Release, facts: Manifest) -> Purged | None:
        lines = list(self._judge.record(release))
        gone = sum(one for _, one in lines)
        parent = self.places.get(facts.parent or "", facts.parent or "")
        if not gone and parent == facts.parent:
            return None
        added = [line[2:] for line, out in lines if not out and line.startswith("A ")]
        removed = [line[2:] for line, out in lines if not out and line.startswith("D ")]
        if not added and not removed:
            # A write that changes nothing makes no release.
            self.places[release.id] = parent
            return Purged(release.id, parent, gone)
        record = delta.content(added, removed)
        scratch = self._folder / "releases" / f"{release.id}-new"
        scratch.mkdir()
        write_synced(scratch / delta.NAME, record)
        graphs = delta.graphs_after(self._graphs(release, parent), added, removed)
        fresh = replace(
            facts,
            id=delta.release_id(parent, record),
            parent=parent,
            quads=sum(graphs.values()),
            graphs=graphs,
            added=len(added),
            removed=len(removed),
            files=_facts(scratch),
        )
        self._settle(release, fresh, scratch)
        return Purged(release.id, fresh.id, gone)

    def _graphs(self, release: Release, parent: str) -> dict[str, int]:
        fresh = self._folder / "releases" / parent
        return manifest.read(fresh if fresh.is_dir() else release.path.with_name(parent)).graphs

    def _described(self, release: Release, facts: Manifest) -> Purged | None:
        """Rewrite the files that describe a release whose statements stay as they are."""
        fresh: dict[str, FileFacts] = dict(facts.files)
        for name in [name for name in facts.files if name not in {DUMP, delta.NAME}]:
            former = (release.path / name).read_bytes()
            if not self._match.in_bytes(former):
                continue
            content = self._rewrite(name, former, facts)
            place = f"releases/{release.id}/{name}"
            if content is None:
                del fresh[name]
                self.deleted.append(place)
            else:
                self.replace_file(place, content)
                fresh[name] = _facts_of(self._folder / "files" / str(len(self.files) - 1))
        changed = sum(fresh.get(name) != former for name, former in facts.files.items())
        if not changed:
            return None
        self.replace_file(f"releases/{release.id}/{manifest.NAME}", replace(facts, files=fresh).to_json())
        return Purged(release.id, release.id, 0, changed)

    def _files(self, release: Release, fresh: Manifest, scratch: Path) -> int:
        changed = 0
        for name in sorted(set(release.manifest.files) - {DUMP, delta.NAME}):
            former = (release.path / name).read_bytes()
            content = self._rewrite(name, former, fresh)
            changed += content != former
            if content is not None:
                write_synced(scratch / name, content)
        return changed

    def _settle(self, release: Release, fresh: Manifest, scratch: Path) -> None:
        write_synced(scratch / manifest.NAME, fresh.to_json())
        self.places[release.id] = fresh.id
        place = scratch.with_name(fresh.id)
        # Two releases may differ in nothing but what is purged: they become one, published when the first was.
        if not place.exists():
            scratch.rename(place)
            return
        for path in scratch.iterdir():
            path.unlink()
        scratch.rmdir()


def _parents_first(kept: Mapping[str, Release]) -> Iterator[Release]:
    done: set[str] = set()
    for release in kept.values():
        line = [release]
        while (parent := line[-1].manifest.parent or "") in kept and parent not in done and len(line) <= len(kept):
            line.append(kept[parent])
        for one in reversed(line):
            if one.id not in done:
                done.add(one.id)
                yield one


def _facts(folder: Path) -> dict[str, FileFacts]:
    return {path.name: _facts_of(path) for path in sorted(folder.iterdir())}


def _facts_of(path: Path) -> FileFacts:
    return FileFacts(path.stat().st_size, sha256(path))


def told(found: Iterable[Purged]) -> list[dict[str, object]]:
    """Return what becomes of releases as JSON has it."""
    return [asdict(one) for one in found]
