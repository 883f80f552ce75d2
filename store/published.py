"""A published release: an immutable folder with a dump, files that describe it, and a disk store as a cache.

The release of a write is its parent and a delta; a dump of its own is made when it is first needed, and is then a cache
like the store.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from pyoxigraph import Store

from maille.ontology.errors import ReleaseError
from maille.store import cache_store, delta, dump, manifest
from maille.store.change import patch
from maille.store.files import clear_scratch, scratch, sha256, sync, told_as_release_error, write_synced
from maille.store.lock import in_use, locked, share
from maille.store.manifest import FileFacts, Manifest

DUMP: Final = "dump.nq.gz"
STORE: Final = "store"
_LATER_FACTS: Final = "dump.json"
"""SHA-256 of a dump made later, which the manifest could not tell."""
_PATIENCE: Final = 600.0


@dataclass(frozen=True)
class Release:
    """A release folder; its manifest is read when it is first asked for."""

    path: Path

    @cached_property
    def id(self) -> str:
        """Return the id, which is the name of the folder."""
        return self.path.name

    @cached_property
    def manifest(self) -> Manifest:
        """Return what the release says of itself; raises ReleaseError."""
        return manifest.read(self.path)

    @property
    def base_iri(self) -> str:
        """Return the base its names are under."""
        return self.manifest.base_iri

    @property
    def dump(self) -> Path:
        """Return the path of `dump.nq.gz`."""
        return self.path / DUMP

    @property
    def store_path(self) -> Path:
        """Return the path of the disk store, which may not be there."""
        return self.path / STORE

    @property
    def dump_sha256(self) -> str:
        """Return the SHA-256 of the plain bytes of the dump, which is there."""
        if not self.manifest.is_delta:
            return self.manifest.dump_sha256
        return str(json.loads((self.path / _LATER_FACTS).read_bytes())["sha256"])

    def lines(self) -> Iterator[str]:
        """Yield the statements in order; raises ReleaseError where a dump or a delta is damaged."""
        with self._reading():
            ancestor, net = self._from_a_dump()
            yield from net.over(dump.read(ancestor.dump))

    def load_memory(self) -> Store:
        """Return an in-memory store with every statement."""
        store = Store()
        with self._reading():
            ancestor, net = self._from_a_dump()
            cache_store.fill(store, ancestor.dump, keep_labels=ancestor.manifest.blank_nodes)
            patch(store, net.added, net.removed)
        return store

    def needs(self, release_id: str) -> bool:
        """Return whether this is a delta over that release, without a dump of its own."""
        return self.manifest.parent == release_id and self.manifest.is_delta and not self.dump.is_file()

    def chain_length(self) -> int:
        """Return how many deltas lie between this release and the dump it is read from."""
        return len(self._chain()) - 1

    def follows(self, release_id: str) -> bool:
        """Return whether this is that release with writes over it, and nothing else in between."""
        return any(release.id == release_id for release in self._writes_down_to(release_id))

    def since(self, release_id: str) -> tuple[set[str], set[str]]:
        """Return the statements that the writes over that release added and removed; raises ReleaseError."""
        *deltas, ancestor = self._writes_down_to(release_id)
        if ancestor.id != release_id:
            raise ReleaseError(f"Release {self.id} is no write over {release_id}.")
        net = delta.Net()
        with self._reading():
            for release in reversed(deltas):
                net.then(*delta.read(release.path / delta.NAME))
        return net.added, net.removed

    def ensure_dump(self) -> None:
        """Make the dump of a write unless it is there."""
        if self.dump.is_file():
            return
        with told_as_release_error(f"Making the dump of release {self.id}"), self._locked():
            if not self.dump.is_file():
                self._make_dump()

    def open_store(self) -> Store:
        """Return the disk store, read-only, made again from the dump where it cannot be trusted."""
        self.ensure_store()
        with told_as_release_error(f"Opening the store of release {self.id}"):
            return Store.read_only(str(self.store_path))

    def ensure_store(self) -> None:
        """Make the disk store unless a sound one is there."""
        self.ensure_dump()
        wanted = self.dump_sha256
        if cache_store.is_sound(self.store_path, wanted):
            return
        with told_as_release_error(f"Making the store of release {self.id}"), self._locked(), self._reading():
            clear_scratch(self.path)
            if not cache_store.is_sound(self.store_path, wanted):
                cache_store.make(self.store_path, self.dump, wanted, keep_labels=self.manifest.blank_nodes)

    def verify(self) -> None:
        """Check every file it is read from against the manifests and ids; raises ReleaseError."""
        for release in self._chain():
            release._verify_itself()

    def hold(self) -> int:
        """Return a handle that keeps prune away from this release until it is closed."""
        with told_as_release_error(f"Opening release {self.id}"):
            return share(self.path / manifest.NAME)

    def is_there(self) -> bool:
        """Return whether it is kept still: what was asked long ago may have been purged since."""
        return (self.path / manifest.NAME).is_file()

    def is_held(self) -> bool:
        """Return whether any process serves this release."""
        with told_as_release_error(f"Opening release {self.id}"):
            return in_use(self.path / manifest.NAME)

    def _chain(self) -> list[Release]:
        """Return this release and its ancestors down to the first that has a dump."""
        chain = [self]
        while not chain[-1].dump.is_file() and chain[-1].manifest.is_delta:
            chain.append(Release(self.path.with_name(chain[-1].manifest.parent or "")))
        return chain

    def _writes_down_to(self, release_id: str) -> list[Release]:
        chain = [self]
        while chain[-1].id != release_id and chain[-1].manifest.is_delta:
            parent = Release(self.path.with_name(chain[-1].manifest.parent or ""))
            # A write with a dump of its own may have outlived its parent.
            if not parent.is_there():
                break
            chain.append(parent)
        return chain

    def _from_a_dump(self) -> tuple[Release, delta.Net]:
        *deltas, ancestor = self._chain()
        net = delta.Net()
        for release in reversed(deltas):
            net.then(*delta.read(release.path / delta.NAME))
        return ancestor, net

    def _make_dump(self) -> None:
        with scratch(self.path / "later") as folder, self._reading():
            facts = dump.write(folder / DUMP, self.lines())
            write_synced(folder / _LATER_FACTS, json.dumps({"sha256": facts.sha256}).encode())
            sync(folder / DUMP)
            # The dump last: where it is, its facts are.
            for name in (_LATER_FACTS, DUMP):
                (folder / name).replace(self.path / name)
            sync(self.path)

    def _verify_itself(self) -> None:
        facts = self.manifest
        for name, expected in facts.files.items():
            self._verify_file(name, expected)
        if facts.id != self._own_id(facts) or facts.id != self.id:
            raise ReleaseError(f"Release {self.id} is not what its id says.")

    def _own_id(self, facts: Manifest) -> str:
        if facts.is_delta:
            return delta.release_id(facts.parent or "", (self.path / delta.NAME).read_bytes())
        with self._reading():
            return manifest.release_id(facts.base_iri, dump.plain_sha256(self.dump))

    def _verify_file(self, name: str, expected: FileFacts) -> None:
        path = self.path / name
        with told_as_release_error(f"Reading {name} of release {self.id}"):
            if os.path.getsize(path) != expected.size or sha256(path) != expected.sha256:  # noqa: PTH202
                raise ReleaseError(f"Release {self.id} is damaged: {name} is not what it was.")

    def _locked(self) -> AbstractContextManager[None]:
        return locked(self.path.parent / f".{self.id}.lock", wait=_PATIENCE)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except (OSError, EOFError, ValueError, zlib.error, SyntaxError) as error:
            raise ReleaseError(f"The dump of release {self.id} cannot be read: {error}") from error
