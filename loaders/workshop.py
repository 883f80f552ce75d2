"""The folder a build works in: what was loaded, as a file to judge and as a disk store that is loaded meanwhile.

Loading the disk store takes as long as judging, and hardly ever is a row rejected by a shape: so it begins at once, and
is thrown away where the statements change after all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from maille.store import cache_store
from maille.store.files import scratch

_QUADS: Final = "data.nq"


class Workshop:
    """A folder beside the releases, so that what is made in it can be moved into one.

    Args:
        folder: an empty folder that lasts as long as the build.
        pool: where the disk store is loaded.
    """

    def __init__(self, folder: Path, pool: ThreadPoolExecutor) -> None:
        self._folder = folder
        self._pool = pool
        self._lines: Sequence[str] = ()
        self._loading: Future[None] | None = None

    def write(self, lines: Sequence[str]) -> Path:
        """Write sorted lines as a file of N-Quads; the first time, begin to load the disk store from it."""
        path = self._folder / (_QUADS if self._loading is None else f"again-{_QUADS}")
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.write("\n".join((*lines, "")))
        if self._loading is None:
            self._lines = lines
            self._loading = self._pool.submit(cache_store.load_ahead, self._store, path)
        return path

    def store_of(self, lines: Sequence[str]) -> Path | None:
        """Wait for the disk store, and return it if it holds these very lines."""
        if self._loading is None or lines is not self._lines:
            return None
        self._loading.result()
        return self._store

    @property
    def _store(self) -> Path:
        return self._folder / "store"


@contextmanager
def workshop(releases: Path) -> Iterator[Workshop]:
    """Yield a workshop beside the releases, and leave nothing of it behind."""
    # The pool is closed first: nothing is to be removed while it is written.
    with scratch(releases / "build") as folder, ThreadPoolExecutor(1) as pool:
        yield Workshop(folder, pool)
