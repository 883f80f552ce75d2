"""The search index of what a remote store holds: its content is read page by page into a file, and indexed from there.

A process of its own makes it, as it does for a release; only small contents are indexed on the spot.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from maille.ontology.errors import ReleaseError
from maille.store import search_write
from maille.store.dump import line_of
from maille.store.remote_content import graph_quads, graphs_of, outward
from maille.store.remote_state import CONTROL, DEFAULT, STAGED
from maille.store.search import SearchIndex

if TYPE_CHECKING:
    from maille.store.remote import RemoteEngine

_SMALL: Final = 20_000
_LINES: Final = "lines.nq"
_INDEX: Final = "index.sqlite"
_NICE: Final = 10


class Scratch:
    """The folder of the indexes of one service, which goes with it."""

    def __init__(self) -> None:
        self._folder: Path | None = None

    def folder(self, release: str) -> Path:
        """Return a new folder for the index of a release."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="maille-search-"))
        made = self._folder / release
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        return made

    def close(self) -> None:
        """Remove it all."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


async def remote_index(engine: RemoteEngine, release: str, base: str, scratch: Scratch) -> SearchIndex:
    """Return the index of what a store holds now; raises the QueryError tree, and ReleaseError."""
    held: list[str] = []
    folder: Path | None = None
    for graph in await _graphs(engine):
        lines = [outward(line_of(quad)) for quad in await graph_quads(engine.server, graph)]
        if folder is None and len(held) + len(lines) <= _SMALL:
            held += lines
            continue
        if folder is None:
            folder = await asyncio.to_thread(scratch.folder, release)
        await asyncio.to_thread(_append, folder / _LINES, [*held, *lines])
        held = []
    if folder is None:
        return await asyncio.to_thread(SearchIndex.over, sorted(held), release, base)
    await asyncio.to_thread(_append, folder / _LINES, held)
    await _made(folder, release, base)
    return SearchIndex.open(folder / _INDEX)


async def _graphs(engine: RemoteEngine) -> list[str]:
    known = engine.state.graphs
    if known is not None:
        return [*sorted(known), DEFAULT]
    return [graph for graph in await graphs_of(engine.server) if graph != CONTROL and not graph.startswith(STAGED)]


async def _made(folder: Path, release: str, base: str) -> None:
    command = (sys.executable, "-P", "-m", "maille.store.remote_search", str(folder), release, base)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAILLE_")}
    process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.DEVNULL, env=environment)
    try:
        if await process.wait() != 0:
            raise ReleaseError("The search index of what the store holds cannot be made.")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _append(path: Path, lines: list[str]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n") as file:
        yield from (line.rstrip("\n") for line in file)


def main(folder: Path, release: str, base: str) -> int:
    """Make the index of the lines in a folder, which are removed; return the exit code."""
    search_write.write(folder / _INDEX, sorted(_lines(folder / _LINES)), release, base)
    with suppress(FileNotFoundError):
        (folder / _LINES).unlink()
    return 0


if __name__ == "__main__":
    os.nice(_NICE)
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
