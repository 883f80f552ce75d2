"""Dumps made on demand, by one process of low priority at a time: the event loop and its memory are not touched."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from maille.loaders import dumps
from maille.loaders.dumps import Dump, Part
from maille.ontology.errors import EngineBusy, ReleaseError
from maille.store.release import Home, Release

_KEPT_VARIABLES: Final = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ", "TMPDIR")
_MOST_WAITING: Final = 8
_LONGEST: Final = 600.0
_log = logging.getLogger("maille.api")

Job = tuple[str, tuple[str, ...]]


class Dumping:
    """The dumps of a home.

    Args:
        home: `MAILLE_HOME`.
        patience: seconds a request waits for a dump to be made, before it is told to come back.
    """

    def __init__(self, home: Path, patience: float = 60.0) -> None:
        self._home = Home(home)
        self._patience = patience
        self._jobs: dict[Job, asyncio.Task[None]] = {}
        self._turn = asyncio.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    async def parts(self, release_id: str) -> tuple[Release, Mapping[str, Part]]:
        """Return a release and what can be had of it, by name; raises UnknownRelease where it is not kept."""

        def look() -> tuple[Release, Mapping[str, Part]]:
            release = self._home.release(release_id)
            return release, dumps.parts_of(release)

        return await asyncio.to_thread(look)

    async def dump(self, release: Release, part: Part) -> Dump:
        """Return a dump, made where it is not there; raises EngineBusy where that takes long, ReleaseError."""
        found = await asyncio.to_thread(self._known, release, part)
        if found is not None:
            return found
        await self._wait(release, [part], self._patience)
        found = dumps.known(self._home, release, part)
        if found is None:
            raise ReleaseError("The dump could not be made.")
        return found

    async def dumps(self, release: Release, parts: Sequence[Part], patience: float) -> dict[str, Dump]:
        """Return those of some dumps that are there within `patience` seconds, by name; the others are being made."""
        there = await asyncio.to_thread(self._there, release, parts)
        if len(there) == len(parts):
            return there
        try:
            await self._wait(release, parts, patience)
        except (EngineBusy, ReleaseError) as error:
            _log.info("dumps of release %s are not all there: %s", release.id, error)
        return await asyncio.to_thread(self._there, release, parts)

    async def close(self) -> None:
        """Stop what is being made: nothing half made is ever seen."""
        self._closed = True
        if self._process is not None:
            self._process.terminate()
        await asyncio.gather(*self._jobs.values(), return_exceptions=True)

    def _there(self, release: Release, parts: Iterable[Part]) -> dict[str, Dump]:
        found = (dumps.known(self._home, release, part) for part in parts)
        return {dump.part.name: dump for dump in found if dump is not None}

    def _known(self, release: Release, part: Part) -> Dump | None:
        dumps.touch(self._home, release)
        return dumps.known(self._home, release, part)

    async def _wait(self, release: Release, parts: Iterable[Part], patience: float) -> None:
        job = (release.id, tuple(part.name for part in parts))
        task = self._jobs.get(job)
        if task is None:
            if len(self._jobs) >= _MOST_WAITING or self._closed:
                raise EngineBusy("Other dumps are being made.", retry_after=30)
            task = asyncio.get_running_loop().create_task(self._make(job))
            self._jobs[job] = task
            task.add_done_callback(lambda _: self._jobs.pop(job, None))
        done, _ = await asyncio.wait({task}, timeout=patience)
        if not done:
            raise EngineBusy("The dump is being made.", retry_after=10)
        task.result()

    async def _make(self, job: Job) -> None:
        async with self._turn:
            if self._closed:
                raise EngineBusy("The service is shutting down.")
            release_id, names = job
            await asyncio.to_thread(self._run, release_id, names)

    def _run(self, release_id: str, names: Iterable[str]) -> None:
        command = [sys.executable, "-P", "-m", "maille.loaders.dumps", str(self._home.path), release_id, *names]
        environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            self._process = process
            if self._closed:
                process.terminate()
            try:
                _, told = process.communicate(timeout=_LONGEST)
            except subprocess.TimeoutExpired:
                process.kill()
                raise ReleaseError("The dump took too long to make.") from None
            finally:
                self._process = None
        if process.returncode != 0:
            reason = told.decode("utf-8", "replace").strip().rpartition("\n")[2]
            _log.error("dumps of release %s could not be made: %s", release_id, reason or process.returncode)
            raise ReleaseError("The dump could not be made.")
