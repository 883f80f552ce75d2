"""The home of the releases: published whole or not at all, switched at one instant, deleted by prune alone.

```
MAILLE_HOME/
├── current -> releases/<id>
├── write.lock, build.lock
├── purged.json      where a purge was: ids of former releases, see `maille.store.purge`
├── dumps/<id>/      what was made of a release for somebody who asked: a cache
└── releases/<id>/   dump.nq.gz  store/  manifest.json  and whatever describes it;
                     or, for a write, delta.rdfp  manifest.json
```
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from pyoxigraph import Quad

from maille.ontology.errors import PurgedRelease, ReleaseError, ReleaseMoved, UnknownRelease
from maille.ontology.namespaces import BASE
from maille.store import cache_store, delta, dump, manifest, purge
from maille.store.diff import Diff
from maille.store.dump import DumpFacts
from maille.store.files import (
    SCRATCH,
    clear_scratch,
    put_in_place,
    scratch,
    sha256,
    switch_link,
    sync,
    sync_tree,
    told_as_release_error,
    write_synced,
)
from maille.store.lock import locked
from maille.store.manifest import FileFacts, Manifest
from maille.store.published import DUMP, STORE, Release

__all__ = ["Draft", "Home", "Release"]

DUMPS: Final = "dumps"
"""Folder, beside the releases, of the dumps that are made of them when somebody asks."""
_PATIENCE: Final = 30.0


@dataclass(frozen=True)
class Draft:
    """What is to become a release.

    Attributes:
        lines: its statements, as N-Quads lines or quads, in any order, under the default base.
        parent: id of the release that was current when the work began, None where there was none.
        base_iri: what its names are to be written under.
        files: name -> content of the files that describe it.
        with_store: whether to make the disk store at once rather than when it is first opened.
        loaded: gives a closed disk store of exactly these statements, loaded meanwhile in a folder of the same file
            system, or None where there is none.
    """

    lines: Iterable[str | Quad]
    parent: str | None
    base_iri: str = BASE
    files: Mapping[str, bytes] = field(default_factory=dict)
    with_store: bool = True
    loaded: Callable[[], Path | None] = lambda: None


class Home:
    """The folder of the releases.

    Args:
        path: `MAILLE_HOME`; made when something is first written.
        clock: tells the time of publication, a seam.
    """

    def __init__(self, path: Path, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.path = path.absolute()
        self._clock = clock
        self._folder = self.path / "releases"
        self._link = self.path / "current"

    def current(self) -> Release | None:
        """Return the release that is served, None where nothing was published or what was is gone."""
        try:
            return self.release(self._link.readlink().name)
        except (OSError, ReleaseError):
            return None

    def release(self, release_id: str) -> Release:
        """Return a kept release; raises UnknownRelease where there is none of this id."""
        release = Release(self._folder / release_id)
        known = release_id and "/" not in release_id and not release_id.startswith(".")
        if not known or not (release.path / manifest.NAME).is_file():
            raise self._unknown(release_id)
        return release

    def releases(self) -> list[Release]:
        """Return every kept release, oldest first, those whose manifest cannot be read before all others."""
        folders = self._folder.glob(f"[!.]*/{manifest.NAME}") if self._folder.is_dir() else iter(())
        found = [Release(path.parent) for path in folders]
        return sorted(found, key=lambda release: (_created(release), release.id))

    @contextmanager
    def building(self) -> Iterator[Release | None]:
        """Hold the lock of builds and yield the parent of this one; raises BuildLocked during another build."""
        with told_as_release_error(f"Writing to {self.path}"):
            self._folder.mkdir(parents=True, exist_ok=True)
        with locked(self.path / "build.lock"):
            yield self.current()

    def publish(self, draft: Draft) -> Release:
        """Write a draft and make it current; the same statements again make no new release.

        Raises ReleaseMoved where current is no longer the parent, ReleaseError where the disk fails: the release
        that was current then still is.
        """
        with told_as_release_error("Publishing"):
            self._check_parent(draft.parent)
            # Outside the lock: it takes seconds, and other writers go on meanwhile.
            with scratch(self._folder / "release") as folder:
                facts = dump.write(folder / DUMP, dump.ordered(draft.lines, draft.base_iri))
                release = Release(self._folder / manifest.release_id(draft.base_iri, facts.sha256))
                if not _is_whole(release):
                    self._complete(folder, release.id, draft, facts)
                with self.writing():
                    self._check_parent(draft.parent)
                    if (folder / manifest.NAME).is_file():
                        put_in_place(folder, release.path)
                    elif not release.path.is_dir():
                        raise ReleaseMoved(f"Release {release.id} was pruned while it was made again.")
                    switch_link(self._link, release.path)
        return release

    def write(self, parent: Release, added: Iterable[str], removed: Iterable[str]) -> Release:
        """Publish a write over `parent`: N-Quads lines added and removed, under the base of the parent.

        Durable when it returns. Raises ReleaseMoved where current is no longer the parent, ReleaseError where the disk
        fails.
        """
        record = delta.content(added, removed)
        release = Release(self._folder / delta.release_id(parent.id, record))
        with told_as_release_error("Writing"), self.writing():
            self._check_parent(parent.id)
            if not release.path.is_dir():
                with scratch(release.path) as folder:
                    write_synced(folder / delta.NAME, record)
                    written = self._described_write(release.id, parent, record, folder / delta.NAME)
                    write_synced(folder / manifest.NAME, written.to_json())
                    sync(folder)
                    put_in_place(folder, release.path)
            switch_link(self._link, release.path)
        return release

    def rollback(self, release_id: str) -> Release:
        """Make a kept release current again; raises ReleaseError where it is missing or damaged."""
        with told_as_release_error("Rolling back"), self.writing():
            release = self.release(release_id)
            release.verify()
            switch_link(self._link, release.path)
            return release

    def prune(self, keep: int) -> list[str]:
        """Delete all but the `keep` newest releases, what is current or served, and return the ids deleted."""
        if keep < 0:
            raise ReleaseError("The number of releases to keep cannot be negative.")
        with told_as_release_error("Pruning"), self.writing():
            current = self.current()
            old = self.releases()
            doomed = [
                release for release in old[: max(0, len(old) - keep)] if release != current and not release.is_held()
            ]
            self._detach([release for release in old if release not in doomed], doomed)
            for release in doomed:
                self._delete(release)
            return [release.id for release in doomed]

    def diff(self, before: str, after: str) -> Diff:
        """Return what changed from one release to another."""
        return Diff(self.release(before).lines, self.release(after).lines)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock of writers, with what a crash left cleared away and a purge it interrupted done."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with locked(self.path / "write.lock", wait=_PATIENCE):
            clear_scratch(self._folder)
            clear_scratch(self.path)
            purge.finish(self.path)
            yield

    def _unknown(self, release_id: str) -> UnknownRelease:
        successor = purge.successors(self.path).get(release_id, "")
        if not successor:
            return UnknownRelease(f"There is no release {release_id!r}.")
        kept = (self._folder / successor / manifest.NAME).is_file()
        instead = f": release {successor} stands in its place." if kept else "."
        return PurgedRelease(f"Release {release_id} was purged{instead}", successor if kept else None)

    def _check_parent(self, parent: str | None) -> None:
        current = self.current()
        now = current.id if current else None
        if now != parent:
            raise ReleaseMoved(f"Release {now} was published since this work began over {parent}.")

    def _complete(self, folder: Path, release_id: str, draft: Draft, facts: DumpFacts) -> None:
        for name, content in draft.files.items():
            _check_name(name)
            write_synced(folder / name, content)
        written = self._describe(folder, release_id, draft, facts)
        loaded = draft.loaded()
        if loaded is not None:
            cache_store.adopt(loaded, folder / STORE, facts.sha256)
        elif draft.with_store:
            cache_store.make(folder / STORE, folder / DUMP, facts.sha256, keep_labels=facts.blank_nodes)
        write_synced(folder / manifest.NAME, written.to_json())
        sync_tree(folder)

    def _describe(self, folder: Path, release_id: str, draft: Draft, facts: DumpFacts) -> Manifest:
        names = sorted([DUMP, *draft.files])
        return Manifest(
            format=manifest.FORMAT,
            id=release_id,
            parent=draft.parent,
            created=self._clock().astimezone(UTC).isoformat(timespec="microseconds"),
            software=version("maille"),
            base_iri=draft.base_iri,
            quads=facts.quads,
            graphs=facts.graphs,
            dump_sha256=facts.sha256,
            blank_nodes=facts.blank_nodes,
            files={name: FileFacts((folder / name).stat().st_size, sha256(folder / name)) for name in names},
        )

    def _described_write(self, release_id: str, parent: Release, record: bytes, path: Path) -> Manifest:
        added, removed = delta.read(path)
        graphs = delta.graphs_after(parent.manifest.graphs, added, removed)
        return Manifest(
            format=manifest.FORMAT,
            id=release_id,
            parent=parent.id,
            created=self._clock().astimezone(UTC).isoformat(timespec="microseconds"),
            software=version("maille"),
            base_iri=parent.base_iri,
            quads=sum(graphs.values()),
            graphs=graphs,
            dump_sha256="",
            blank_nodes=parent.manifest.blank_nodes or any(map(dump.has_blank_node, added)),
            added=len(added),
            removed=len(removed),
            files={delta.NAME: FileFacts(len(record), sha256(path))},
        )

    def _detach(self, kept: Iterable[Release], doomed: Iterable[Release]) -> None:
        # A kept delta over a doomed release is given a dump of its own first.
        for release in doomed:
            for child in kept:
                if child.needs(release.id):
                    child.ensure_dump()

    def _delete(self, release: Release) -> None:
        # Renamed first, so that a crash leaves no release that is half there.
        doomed = release.path.with_name(SCRATCH + release.id)
        release.path.rename(doomed)
        shutil.rmtree(doomed)
        shutil.rmtree(self.path / DUMPS / release.id, ignore_errors=True)
        (self._folder / f".{release.id}.lock").unlink(missing_ok=True)


def _is_whole(release: Release) -> bool:
    try:
        release.verify()
    except ReleaseError:
        return False
    return True


def _created(release: Release) -> str:
    try:
        return release.manifest.created
    except ReleaseError:
        return ""


def _check_name(name: str) -> None:
    if not name or "/" in name or name.startswith(".") or name in {DUMP, STORE, manifest.NAME}:
        raise ReleaseError(f"{name!r} cannot be the name of a file of a release.")
