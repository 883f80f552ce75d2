"""How the embedded engine tries a write: on a copy of its store, which takes the store's place once it is published."""

from __future__ import annotations

import asyncio
from typing import Protocol

from pyoxigraph import Store

from maille.ontology.errors import ReleaseError
from maille.store.attempt import Attempt, attempt
from maille.store.change import Change, Delta
from maille.store.release import Home, Release
from maille.store.threads import within


class Serving(Protocol):
    """An engine, as far as its writes go."""

    @property
    def release(self) -> str:
        """Id of the release being served."""

    @property
    def store(self) -> Store:
        """The store being served."""

    def serve(self, release: Release, store: Store) -> None:
        """Serve another release."""


class CopySide:
    """What a `Writer` asks of an engine with one store in this process (`maille.store.writer.Side`)."""

    def __init__(self, home: Home, engine: Serving) -> None:
        self._home = home
        self._engine = engine
        self._parent: Release | None = None
        self._tried: Store | None = None

    async def catch_up(self) -> Release:
        """Serve the current release, if another one is served, and return it."""
        current = self._home.current()
        if current is None:
            raise ReleaseError(f"There is no release in {self._home.path} any more.")
        if current.id != self._engine.release:
            self._engine.serve(current, await asyncio.to_thread(current.load_memory))
        # Its manifest, once read, is kept with it.
        if self._parent is None or self._parent.id != current.id:
            self._parent = current
        return self._parent

    async def attempt(self, change: Change, *, judged: bool) -> Attempt:
        """Try a change on a copy."""
        store, base = self._engine.store, self._parent.base_iri if self._parent else ""

        def run() -> tuple[Store, Attempt]:
            copy = Store()
            copy.extend(store)
            return copy, attempt(copy, change, base, judged=judged, kept=True)

        self._tried, found = await within(change.timeout, run)
        return found

    async def adopt(self, release: Release, _delta: Delta) -> None:
        """Let the copy take the store's place."""
        if self._tried is not None:
            self._engine.serve(release, self._tried)
        self._tried = None
