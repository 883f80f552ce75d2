"""The disk store of a release: a cache of its dump, trusted as long as its marker tells the truth.

The marker names the dump, the version of Oxigraph and every file with size and SHA-256 (a gigabyte a second). Whatever
differs, the store is made again from the dump.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import IO, Any, Final, cast

import pyoxigraph
from pyoxigraph import RdfFormat, Store, parse

from maille.store.files import SCRATCH, put_in_place, scratch, sha256, sync_tree, write_synced

_FORMAT: Final = 1
_MARKER: Final = "maille-cache.json"


def fill(store: Store, dump: Path, *, keep_labels: bool) -> None:
    """Load a dump; with `keep_labels` its blank nodes keep their names, which is slower."""
    with gzip.open(dump, "rb") as packed:
        file = cast(IO[bytes], packed)
        if keep_labels:
            store.bulk_extend(parse(file, format=RdfFormat.N_QUADS))
        else:
            # Lenient: the dump was written from parsed terms, and its checksum is known.
            store.bulk_load(file, RdfFormat.N_QUADS, lenient=True)


def is_sound(folder: Path, dump_sha256: str) -> bool:
    """Return whether a disk store is the one of this dump, by this version of Oxigraph, and undamaged."""
    try:
        marker = json.loads((folder / _MARKER).read_bytes())
        return bool(marker == _marker(folder, dump_sha256))
    except (OSError, ValueError):
        return False


def make(folder: Path, dump: Path, dump_sha256: str, *, keep_labels: bool) -> None:
    """Make the disk store of a dump, beside its place and then in it."""
    with scratch(folder) as fresh:
        store = Store(fresh)
        fill(store, dump, keep_labels=keep_labels)
        _close(store)
        del store
        adopt(fresh, folder, dump_sha256)


def load_ahead(folder: Path, quads: Path) -> None:
    """Load a disk store from a file of N-Quads that we wrote ourselves, for `adopt` to take when they are published."""
    store = Store(folder)
    store.bulk_load(path=quads, format=RdfFormat.N_QUADS, lenient=True)
    _close(store)


def adopt(loaded: Path, folder: Path, dump_sha256: str) -> None:
    """Put a closed disk store in its place, marked as that of a dump: the caller knows that it holds the same."""
    write_synced(loaded / _MARKER, json.dumps(_marker(loaded, dump_sha256), indent=2).encode())
    sync_tree(loaded)
    put_in_place(loaded, folder)


def _close(store: Store) -> None:
    # The database itself is closed when the last reference is dropped.
    store.flush()
    store.optimize()


def _marker(folder: Path, dump_sha256: str) -> dict[str, Any]:
    files = sorted(path for path in folder.iterdir() if path.name != _MARKER and not _is_scratch(path))
    return {
        "format": _FORMAT,
        "oxigraph": pyoxigraph.__version__,
        "dump": dump_sha256,
        "files": {path.name: [path.stat().st_size, sha256(path)] for path in files},
    }


def _is_scratch(path: Path) -> bool:
    return path.name.startswith(SCRATCH)
