"""Who is told how a build goes on: a protocol of two methods, and the listener that does not listen."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Protocol


class Progress(Protocol):
    """Told of each stage as it begins, and of each row; called from the thread that builds."""

    def stage(self, name: str) -> None:
        """A stage begins, and the one before it is over."""

    def advance(self, count: int = 1) -> None:
        """`count` more rows of the present stage are done."""


class Silent:
    """Tells nobody."""

    def stage(self, name: str) -> None:
        """Take no notice."""

    def advance(self, count: int = 1) -> None:
        """Take no notice."""


class Timed:
    """Passes everything on, and keeps how many seconds each stage took.

    `clock` is a seam; no time it gives is ever written into a release.
    """

    def __init__(self, inner: Progress, clock: Callable[[], float] = perf_counter) -> None:
        self._inner = inner
        self._clock = clock
        self._start = self._since = clock()
        self._name = ""
        self.seconds: dict[str, float] = {}

    def stage(self, name: str) -> None:
        """Close the stage before, and open this one."""
        self._close()
        self._name = name
        self._inner.stage(name)

    def advance(self, count: int = 1) -> None:
        """Pass it on."""
        self._inner.advance(count)

    def finish(self) -> float:
        """Close the last stage and return the seconds of the whole."""
        self._close()
        self._name = ""
        return self._clock() - self._start

    def _close(self) -> None:
        now = self._clock()
        if self._name:
            self.seconds[self._name] = self.seconds.get(self._name, 0.0) + now - self._since
        self._since = now
