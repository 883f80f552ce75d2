"""A published release: an immutable folder with a dump, files that describe it, and a disk store as a cache."""

from __future__ import annotations

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
from maille.store import cache_store, dump, manifest
from maille.store.files import clear_scratch, sha256, told_as_release_error
from maille.store.lock import in_use, locked, share
from maille.store.manifest import FileFacts, Manifest

DUMP: Final = "dump.nq.gz"
STORE: Final = "store"
_PATIENCE: Final = 600.0


@dataclass(frozen=True)
class Release:
    """A release folder; its manifest is read when it is first asked for."""

    path: Path

    @property
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

    def lines(self) -> Iterator[str]:
        """Yield the statements in order; raises ReleaseError where the dump is damaged."""
        with self._reading():
            yield from dump.read(self.dump)

    def load_memory(self) -> Store:
        """Return an in-memory store with every statement."""
        store = Store()
        with self._reading():
            cache_store.fill(store, self.dump, keep_labels=self.manifest.blank_nodes)
        return store

    def open_store(self) -> Store:
        """Return the disk store, read-only, made again from the dump where it cannot be trusted."""
        self.ensure_store()
        with told_as_release_error(f"Opening the store of release {self.id}"):
            return Store.read_only(str(self.store_path))

    def ensure_store(self) -> None:
        """Make the disk store unless a sound one is there."""
        wanted = self.manifest.dump_sha256
        if cache_store.is_sound(self.store_path, wanted):
            return
        with told_as_release_error(f"Making the store of release {self.id}"), self._locked(), self._reading():
            clear_scratch(self.path)
            if not cache_store.is_sound(self.store_path, wanted):
                cache_store.make(self.store_path, self.dump, wanted, keep_labels=self.manifest.blank_nodes)

    def verify(self) -> None:
        """Check every file against the manifest, and the dump against the id; raises ReleaseError."""
        facts = self.manifest
        for name, expected in facts.files.items():
            self._verify_file(name, expected)
        with self._reading():
            plain = dump.plain_sha256(self.dump)
        if not facts.id == manifest.release_id(facts.base_iri, plain) == self.id:
            raise ReleaseError(f"Release {self.id} is not what its id says.")

    def hold(self) -> int:
        """Return a handle that keeps prune away from this release until it is closed."""
        with told_as_release_error(f"Opening release {self.id}"):
            return share(self.path / manifest.NAME)

    def is_held(self) -> bool:
        """Return whether any process serves this release."""
        with told_as_release_error(f"Opening release {self.id}"):
            return in_use(self.path / manifest.NAME)

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
        except (OSError, EOFError, UnicodeDecodeError, zlib.error, SyntaxError) as error:
            raise ReleaseError(f"The dump of release {self.id} cannot be read: {error}") from error
