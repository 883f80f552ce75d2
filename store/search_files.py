"""Where the search index of a release lies: beside its other caches, whole or not at all.

A process of its own makes it, out of everyone's way; one at a time in a home. The marker beside the index names its
format, its size and its SHA-256, as that of the disk store does.
"""

from __future__ import annotations

import gc
import json
import os
import sqlite3
import sys
from pathlib import Path
from typing import Any, Final

from maille.ontology.errors import ReleaseError
from maille.store import quiet, search_write
from maille.store.files import (
    clear_scratch,
    put_in_place,
    scratch,
    sha256,
    sync_tree,
    told_as_release_error,
    write_synced,
)
from maille.store.lock import locked
from maille.store.published import Release
from maille.store.search import SearchIndex

SEARCH: Final = "search"
"""Folder of the index in that of a release."""
KEPT: Final = 4
"""Releases whose index stays on disk."""

_FILE: Final = "index.sqlite"
_MARKER: Final = "maille-search.json"
_LOCK: Final = ".search.lock"
_PATIENCE: Final = 600.0
_NICE: Final = 10


def is_sound(release: Release) -> bool:
    """Return whether the index of a release is there, of this format, and undamaged."""
    folder = release.path / SEARCH
    try:
        return bool(json.loads((folder / _MARKER).read_bytes()) == _marker(folder, release.id))
    except (OSError, ValueError):
        return False


def ensure(release: Release) -> Path:
    """Make the index of a release unless a sound one is there, and return its file; raises ReleaseError."""
    folder = release.path / SEARCH
    with told_as_release_error(f"Making the search index of release {release.id}"):
        if not is_sound(release):
            # Held, so that it is not pruned from under this work.
            held = release.hold()
            try:
                with locked(release.path.parent / _LOCK, wait=_PATIENCE):
                    clear_scratch(release.path)
                    if not is_sound(release):
                        _make(release, folder)
                        _forget_old(release)
            finally:
                os.close(held)
    return folder / _FILE


def opened(release: Release) -> SearchIndex:
    """Return the index of a release, made where there is none."""
    return SearchIndex.open(ensure(release))


def _make(release: Release, folder: Path) -> None:
    with scratch(folder) as fresh:
        try:
            search_write.write(fresh / _FILE, release.lines(), release.id, release.base_iri)
        except sqlite3.Error as error:
            raise ReleaseError(f"The search index of release {release.id} cannot be made: {error}") from error
        write_synced(fresh / _MARKER, json.dumps(_marker(fresh, release.id), indent=2).encode())
        sync_tree(fresh)
        put_in_place(fresh, folder)


def _forget_old(release: Release) -> None:
    """Remove the indexes made longest ago: after a thousand writes there would be a thousand."""
    made = sorted(release.path.parent.glob(f"[!.]*/{SEARCH}/{_MARKER}"), key=lambda path: path.stat().st_mtime_ns)
    for marker in made[:-KEPT]:
        # Without its marker it counts as none; who reads it still has it open.
        marker.unlink(missing_ok=True)
        (marker.parent / _FILE).unlink(missing_ok=True)


def _marker(folder: Path, release_id: str) -> dict[str, Any]:
    path = folder / _FILE
    return {
        "format": search_write.FORMAT,
        "sqlite": sqlite3.sqlite_version,
        "release": release_id,
        "size": path.stat().st_size,
        "sha256": sha256(path),
    }


if __name__ == "__main__":
    os.nice(_NICE)  # out of everyone's way
    gc.disable()  # it makes millions of objects, no cycles, and ends
    sys.exit(quiet.main(sys.argv[1:], ensure))
