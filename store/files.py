"""Files that are there whole or not at all: synced writes, a scratch folder beside its place, a link that switches."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from maille.ontology.errors import ReleaseError

SCRATCH: Final = ".tmp-"
"""What the name of a scratch file or folder begins with; one that is found later was left by a crash."""
_BLOCK: Final = 1 << 20


def sync(path: Path) -> None:
    """Make what was written to a file or folder survive a loss of power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Sync every file under a folder, and every folder."""
    for root, _, names in os.walk(folder):
        for name in names:
            sync(Path(root, name))
        sync(Path(root))


def write_synced(path: Path, content: bytes) -> None:
    """Write a new file and sync it; its folder is left to the caller."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


@contextmanager
def scratch(beside: Path) -> Iterator[Path]:
    """Yield a new folder that is to be renamed to its place beside `beside`, and is removed if it was not.

    It is locked while it is in use, so that nobody takes it for what a crash left.
    """
    folder = beside.with_name(f"{SCRATCH}{beside.name}-{secrets.token_hex(4)}")
    folder.mkdir(parents=True)
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def put_in_place(folder: Path, place: Path) -> None:
    """Rename a synced scratch folder to its place; what stood there, if anything, is replaced."""
    former = place.with_name(f"{SCRATCH}{place.name}-former-{secrets.token_hex(4)}")
    if place.exists():
        place.rename(former)
    folder.rename(place)
    sync(place.parent)
    _remove(former)


def switch_link(link: Path, target: Path) -> None:
    """Make `link` point to `target` (relative to the link's folder), at one instant and for good."""
    fresh = link.with_name(f"{SCRATCH}{link.name}-{secrets.token_hex(4)}")
    fresh.symlink_to(target.relative_to(link.parent))
    try:
        fresh.replace(link)
    finally:
        fresh.unlink(missing_ok=True)
    sync(link.parent)


def clear_scratch(folder: Path) -> None:
    """Remove what crashes left in a folder, not what is in use."""
    for left in folder.glob(f"{SCRATCH}*"):
        if left.is_symlink() or not left.is_dir() or not _is_locked(left):
            _remove(left)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _is_locked(folder: Path) -> bool:
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


@contextmanager
def told_as_release_error(doing: str) -> Iterator[None]:
    """Turn a failure of the file system into one line a user can act on."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        where = f" ({error.filename})" if error.filename else ""
        raise ReleaseError(f"{doing} failed: {reason}{where}") from error
