"""What a write is to the web layer: one change asked of the engine, and what became of it.

A change is applied to a copy of the data (`maille.store.change`), published as a release (`Home.write`), and served
before the answer is sent: who wrote reads what was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from maille.shapes.report import Report
from maille.store.change import Change
from maille.store.engine import Engine

Validation = Literal["off", "report", "refuse"]
"""`MAILLE_VALIDATE_WRITES`: shapes are not asked, report besides the answer, or refuse the write."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a change.

    Attributes:
        release: id of the release that is served now.
        changed: whether it is a new one; a write that changes nothing makes no release.
        existed: for a Graph Store change, whether the graph was there before.
        added: how many statements were added.
        removed: how many were removed.
        report: what the shapes say of the things it touched, where they were asked.
    """

    release: str
    changed: bool
    existed: bool = True
    added: int = 0
    removed: int = 0
    report: Report | None = None


@runtime_checkable
class WritableEngine(Engine, Protocol):
    """An engine that takes writes as well; one at a time, in the order they came."""

    async def write(self, change: Change, validation: Validation = "off", over: str | None = None) -> Written:
        """Apply a change, publish it and serve it.

        Args:
            change: what to apply.
            validation: whether the shapes judge what it touches.
            over: id of the release that must be current for the change to be applied, whatever it is where None.

        Raises:
            QuerySyntaxError, QueryRefused, QueryError, QueryTimeout, EngineBusy: as for a query.
            WriteConflict: it touches the graph of a source.
            WriteRefused: `validation` is "refuse", and violations are found.
            ReleaseMoved: `over` is no longer current, or other writers were quicker again and again.
            ReleaseError: the disk fails; what was current still is.
        """
