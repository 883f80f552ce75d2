"""What a write is to the web layer: one change asked of the engine, and what became of it.

A change is applied to a copy of the data (`maille.store.change`), published as a release (`Home.write`), and served
before the answer is sent: who wrote reads what was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

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


class WritableEngine(Engine, Protocol):
    """An engine that takes writes as well; one at a time, in the order they came."""

    async def write(self, change: Change, validation: Validation = "off") -> Written:
        """Apply a change, publish it and serve it.

        Raises QuerySyntaxError, QueryRefused, QueryError or QueryTimeout as a query does; WriteConflict where it
        touches the graph of a source; WriteRefused where `validation` is "refuse" and violations are found.
        """
