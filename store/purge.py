"""How a purge takes effect at one instant: what is prepared beside, one rename, and steps that can be done again.

```
MAILLE_HOME/
├── .purge/        a purge that was decided: plan.json, releases/<new id>/, files/<number>
└── purged.json    id of a release that was purged -> id of the one that stands in its place
```

Until the folder that was prepared is called `.purge`, nothing has changed. From then on every writer first finishes
what it says, so that a `kill -9` at any moment leaves all as it was or is made good by whoever comes next.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from maille.store import manifest
from maille.store.files import SCRATCH, switch_link, sync, sync_tree, write_synced
from maille.store.lock import locked

PURGED: Final = "purged.json"
DECIDED: Final = ".purge"
_PLAN: Final = "plan.json"
_PATIENCE: Final = 600.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a purge does; every path is relative to the home.

    Attributes:
        releases: id of a release -> id of the one in its place.
        current: the release that is current afterwards, empty where there is none.
        files: number of a prepared file -> the file it takes the place of.
        deleted: files and folders that go, each of them a cache or made of what goes.
    """

    releases: Mapping[str, str] = field(default_factory=dict)
    current: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    deleted: tuple[str, ...] = ()


def decide(home: Path, prepared: Path, plan: Plan) -> None:
    """Make a prepared folder the purge to be done; the caller holds the locks, and calls `finish` next."""
    write_synced(prepared / _PLAN, json.dumps(asdict(plan)).encode())
    sync_tree(prepared)
    prepared.rename(home / DECIDED)
    sync(home)


def finish(home: Path) -> None:
    """Do what a decided purge says, from wherever it was interrupted; the caller holds the lock of writers."""
    folder = home / DECIDED
    if not (folder / _PLAN).is_file():
        return
    told = json.loads((folder / _PLAN).read_bytes())
    plan = Plan(told["releases"], told["current"], told["files"], tuple(told["deleted"]))
    _put(home, folder, plan)
    if plan.current:
        switch_link(home / "current", home / "releases" / plan.current)
    _remember(home, plan.releases)
    _delete(home, plan)
    done = home / f"{SCRATCH}purged-{secrets.token_hex(4)}"
    folder.rename(done)
    sync(home)
    shutil.rmtree(done)


def successors(home: Path) -> dict[str, str]:
    """Return what stands in the place of each purged release, after all purges there were."""
    try:
        told = json.loads((home / PURGED).read_bytes())
    except (OSError, ValueError):
        return {}
    return {old: new for old, new in told.items() if isinstance(new, str)} if isinstance(told, dict) else {}


def mark(home: Path) -> tuple[int, int]:
    """Return what differs after each purge that gave a release another id."""
    try:
        facts = (home / PURGED).stat()
    except OSError:
        return 0, 0
    return facts.st_ino, facts.st_mtime_ns


def _put(home: Path, folder: Path, plan: Plan) -> None:
    for fresh in sorted((folder / "releases").glob("*")):
        place = home / "releases" / fresh.name
        # What a purge arrives at may be a release that is kept already.
        if not (place / manifest.NAME).is_file():
            fresh.rename(place)
    if (home / "releases").is_dir():
        sync(home / "releases")
    for number, name in plan.files.items():
        if (folder / "files" / number).is_file():
            (folder / "files" / number).replace(home / name)
            sync((home / name).parent)


def _remember(home: Path, releases: Mapping[str, str]) -> None:
    if not releases:
        return
    now = {old: releases.get(new, new) for old, new in successors(home).items()} | dict(releases)
    fresh = home / f"{SCRATCH}{PURGED}"
    kept = {old: new for old, new in sorted(now.items()) if old != new}
    write_synced(fresh, (json.dumps(kept, indent=2) + "\n").encode())
    fresh.replace(home / PURGED)
    sync(home)


def _delete(home: Path, plan: Plan) -> None:
    with ExitStack() as held:
        if (home / "dumps").is_dir():
            # Whoever makes dumps of an old release ends first.
            held.enter_context(locked(home / "dumps" / ".lock", wait=_PATIENCE))
        for old in plan.releases:
            _delete_release(home, old)
        for name in plan.deleted:
            if (home / name).is_dir():
                shutil.rmtree(home / name, ignore_errors=True)
            else:
                (home / name).unlink(missing_ok=True)


def _delete_release(home: Path, release_id: str) -> None:
    place = home / "releases" / release_id
    lock = place.with_name(f".{release_id}.lock")
    if place.is_dir():
        # Whoever makes its dump or its store ends first.
        with locked(lock, wait=_PATIENCE):
            # Renamed first, so that no release is ever half there; what a crash leaves, the next writer clears away.
            doomed = place.with_name(f"{SCRATCH}{release_id}-{secrets.token_hex(4)}")
            place.rename(doomed)
            shutil.rmtree(doomed)
    lock.unlink(missing_ok=True)
