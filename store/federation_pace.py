"""How often an endpoint is asked: so many times a second, and not at all for a while when it keeps failing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_FAILURES: Final = 5
"""Failures in a row after which an endpoint is left alone."""
_REST: Final = 30.0
"""Seconds in which it is."""


class Breaker:
    """Open after several failures in a row; then one request is let through now and again, and success closes it."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._failures = 0
        self._open_until = 0.0

    def wait(self) -> float:
        """Return the seconds for which nothing is to be sent; 0 lets one request through."""
        if self._failures < _FAILURES:
            return 0.0
        left = self._open_until - self._now()
        if left > 0:
            return left
        # Whoever comes now tries; the others wait for what becomes of it.
        self._open_until = self._now() + _REST
        return 0.0

    def told(self, *, success: bool) -> None:
        """Learn what became of a request."""
        self._failures = 0 if success else self._failures + 1
        if self._failures >= _FAILURES:
            self._open_until = self._now() + _REST


class Rate:
    """Lets so many requests through a second, and a second's worth of them at once."""

    def __init__(self, rate: float, now: Callable[[], float]) -> None:
        self._rate = rate
        self._now = now
        self._most = max(1.0, rate)
        self._left = self._most
        self._then = now()

    def take(self) -> float:
        """Take a turn, and return the seconds until it comes."""
        now = self._now()
        self._left = min(self._most, self._left + (now - self._then) * self._rate) - 1
        self._then = now
        return max(0.0, -self._left / self._rate)

    def give_back(self) -> None:
        """Give a turn back that was not used."""
        self._left += 1
