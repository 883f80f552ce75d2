"""An engine before another one: what both are asked alike is passed on, so that each adds only what it is for."""

from __future__ import annotations

from maille.ontology.errors import ReleaseError
from maille.store.change import Change
from maille.store.engine import Engine
from maille.store.writing import Validation, WritableEngine, Written


class WrappingEngine:
    """Passes on to the engine behind whatever is no query.

    Args:
        engine: the engine behind.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def release(self) -> str:
        """Id of the release being served."""
        return self._engine.release

    async def start(self) -> None:
        """Start the engine behind."""
        await self._engine.start()

    async def close(self) -> None:
        """Close the engine behind."""
        await self._engine.close()

    @property
    def behind(self) -> Engine:
        """The engine that has none behind it."""
        engine = self._engine
        return engine.behind if isinstance(engine, WrappingEngine) else engine

    def forget(self) -> None:
        """Have the engine behind remember nothing any more."""
        if isinstance(self._engine, WrappingEngine):
            self._engine.forget()

    async def write(self, change: Change, validation: Validation = "off", over: str | None = None) -> Written:
        """Have the engine behind write; see `maille.store.writing.WritableEngine`."""
        if not isinstance(self._engine, WritableEngine):
            raise ReleaseError("This engine takes no writes.")
        return await self._engine.write(change, validation, over)
