"""Copies of what was fetched: each verified against its checksum whenever it is used, replaced at one instant.

```
MAILLE_HOME/cache/<hash of the address>/
├── lock
├── copy.json                   what the copy is: the one file that says there is one
├── <hash of content>/<name>    the copy
└── part, part.json             the bytes of a download that broke off, as they came over the wire
```
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from maille.store.files import sha256, sync
from maille.store.lock import locked

FOLDER: Final = "cache"
"""The folder of the copies in `MAILLE_HOME`."""
_COPY: Final = "copy.json"
_PART: Final = "part"
_UNFIT: Final = re.compile(r"[^A-Za-z0-9._~-]+")
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Copy:
    """A verified copy: where it is, its checksum, when it was last confirmed, and what a server asks to confirm it."""

    path: Path
    sha256: str
    confirmed: datetime
    etag: str | None
    modified: str | None


@dataclass(frozen=True, slots=True)
class Validators:
    """What tells one state of a resource from another, and how its bytes are coded (RFC 9110, section 8.8)."""

    etag: str | None = None
    modified: str | None = None
    coding: str = ""

    @property
    def strong(self) -> str | None:
        """What `If-Range` may name: a weak entity tag never may."""
        return self.etag if self.etag and not self.etag.startswith("W/") else (None if self.etag else self.modified)


class Entry:
    """What the cache holds of one address."""

    def __init__(self, cache: Path, url: str, name: str = "") -> None:
        self.url = url
        self.folder = cache / hashlib.sha256(url.encode()).hexdigest()[:32]
        wanted = name or unquote(Path(urlsplit(url).path).name)
        self._name = _UNFIT.sub("-", wanted).strip(".-")[-_LONGEST:] or "data"
        self.part = self.folder / _PART

    @contextmanager
    def held(self, patience: float) -> Iterator[None]:
        """Hold the entry; raises BuildLocked where another process still does after `patience` seconds."""
        with locked(self.folder / "lock", wait=patience):
            yield

    def copy(self) -> Copy | None:
        """Return the copy, None where there is none or it is not what it was."""
        told = _read(self.folder / _COPY)
        try:
            path = self.folder / told["sha256"][:16] / Path(told["file"]).name
            confirmed = datetime.fromisoformat(told["confirmed"])
            if path.stat().st_size != told["size"] or sha256(path) != told["sha256"]:
                return None
            return Copy(path, told["sha256"], confirmed, told["etag"], told["modified"])
        except (OSError, KeyError, TypeError, ValueError):
            return None

    def keep(self, fresh: Path, digest: str, validators: Validators, now: datetime) -> Copy:
        """Make a synced file of the entry's folder its copy; until the last step the former one is."""
        path = self.folder / digest[:16] / self._name
        path.parent.mkdir(exist_ok=True)
        fresh.replace(path)
        sync(path.parent)
        copy = Copy(path, digest, now, validators.etag, validators.modified)
        self._tell(copy)
        for old in self.folder.glob("*/*"):
            if old != path:
                old.unlink(missing_ok=True)
        for folder in self.folder.glob("*/"):
            if folder != path.parent:
                folder.rmdir()
        self.drop_part()
        return copy

    def confirm(self, copy: Copy, now: datetime) -> Copy:
        """Remember that the server still has what the copy is."""
        confirmed = Copy(copy.path, copy.sha256, now, copy.etag, copy.modified)
        self._tell(confirmed)
        return confirmed

    def part_validators(self) -> Validators | None:
        """Return what tells whether the part that was kept can be gone on with, None where it cannot."""
        told = _read(self.folder / f"{_PART}.json")
        try:
            validators = Validators(**told)
        except TypeError:
            return None
        return validators if self.part.is_file() and self.part.stat().st_size and validators.strong else None

    def begin_part(self, validators: Validators) -> None:
        """Begin a part anew."""
        self.drop_part()
        write_whole(self.folder / f"{_PART}.json", asdict(validators))

    def drop_part(self) -> None:
        """Forget the part."""
        for name in (f"{_PART}.json", _PART):
            (self.folder / name).unlink(missing_ok=True)

    def _tell(self, copy: Copy) -> None:
        told = {
            "url": self.url,
            "file": copy.path.name,
            "size": copy.path.stat().st_size,
            "sha256": copy.sha256,
            "confirmed": copy.confirmed.isoformat(timespec="seconds"),
            "etag": copy.etag,
            "modified": copy.modified,
        }
        write_whole(self.folder / _COPY, told)


def write_whole(path: Path, content: object) -> None:
    """Write a JSON file so that it is there whole or as before, for good."""
    fresh = path.with_name(f".tmp-{path.name}")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=2)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync(path.parent)


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
