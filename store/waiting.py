"""The requests that wait for a worker, and what is known of their kind: who is next, and who is let go.

While there is enough of everything this is a plain queue. Under a flood three things keep cheap queries quick: shapes
that were answered quickly go first; of shapes nobody knows, the latest goes first once the oldest has waited long, so
that new ones do not wait behind a crowd; shapes that were slow wait apart, for the few processes that slow ones get.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator
from itertools import chain
from typing import Final

from maille.store import wire
from maille.store.channel import Call

_SHAPES: Final = 512
_MEMORY: Final = 60.0
"""Seconds for which a shape stays slow."""
_CALM: Final = 0.05
"""Seconds of waiting up to which nobody asks for shapes, while none is known to be slow."""
_LONG: Final = 0.25
"""Seconds of waiting after which the latest is served before the oldest."""


class Verdicts:
    """Which shapes were quick and which were slow, the latest few hundred of them."""

    def __init__(self) -> None:
        self._slow_until: OrderedDict[int, float] = OrderedDict()
        self._latest = 0.0

    def quick(self, call: Call) -> None:
        """Learn that a request of this shape was answered quickly."""
        self._learn(call.shape, 0.0)

    def slow(self, call: Call, now: float) -> None:
        """Learn that a request of this shape took long."""
        self._latest = now + _MEMORY
        self._learn(call.shape, self._latest)

    def is_quick(self, call: Call) -> bool:
        """Return whether requests of this shape are known to be quick."""
        return self._slow_until.get(call.shape) == 0.0

    def is_slow(self, call: Call, now: float) -> bool:
        """Return whether requests of this shape are known to be slow."""
        return self.any_slow(now) and self._slow_until.get(call.shape, 0.0) > now

    def any_slow(self, now: float) -> bool:
        """Return whether any shape is known to be slow: where none is, none need be worked out."""
        return self._latest > now

    def _learn(self, shape: int, until: float) -> None:
        self._slow_until[shape] = until
        self._slow_until.move_to_end(shape)
        if len(self._slow_until) > _SHAPES:
            self._slow_until.popitem(last=False)


class Waiting:
    """Those who wait, each in the class its shape has earned."""

    def __init__(self, verdicts: Verdicts) -> None:
        self._verdicts = verdicts
        self._quick: deque[Call] = deque()
        self._unknown: deque[Call] = deque()
        self._slow: deque[Call] = deque()
        self._tried: deque[Call] = deque()

    def __len__(self) -> int:
        return len(self._quick) + len(self._unknown) + len(self._slow) + len(self._tried)

    def __bool__(self) -> bool:
        return bool(self._unknown or self._quick or self._slow or self._tried)

    def __iter__(self) -> Iterator[Call]:
        return chain(*self._classes)

    @property
    def heavy(self) -> int:
        """How many of a slow shape wait."""
        return len(self._slow) + len(self._tried)

    @property
    def urgent(self) -> int:
        """How many others wait."""
        return len(self._quick) + len(self._unknown)

    def has_other_than(self, call: Call) -> bool:
        """Return whether anybody waits who is not like `call`, and not known to be slow either."""
        return any(other.kind != wire.QUERY or other.shape != call.shape for other in chain(self._quick, self._unknown))

    def add_again(self, call: Call) -> None:
        """Let a request that lost its worker go first."""
        self._quick.appendleft(call)

    def add(self, call: Call, now: float) -> None:
        """Let a request wait."""
        call.waits_since = now
        if call.tried:
            self._tried.append(call)
        elif self._is_calm(now) and call.kind != wire.ATTEMPT:
            # A shape takes as long to work out as a tenth of a cheap query.
            self._unknown.append(call)
        elif call.kind == wire.ATTEMPT or self._verdicts.is_quick(call):
            self._quick.append(call)
        elif self._verdicts.is_slow(call, now):
            self._slow.append(call)
        else:
            self._unknown.append(call)

    def next(self, now: float, *, heavy_too: bool = True) -> Call | None:
        """Take out who is to run on a worker that others wait for too."""
        if self._quick:
            return self._quick.popleft()
        while self._unknown:
            call = self._unknown.pop() if self._is_late(now) else self._unknown.popleft()
            if not self._verdicts.is_slow(call, now):
                return call
            # It was learned since it came.
            self._slow.append(call)
        return self._slow.popleft() if heavy_too and self._slow else None

    def next_heavy(self) -> Call | None:
        """Take out who is to run apart."""
        return self._tried.popleft() if self._tried else self._slow.popleft() if self._slow else None

    def learn_quick(self, call: Call) -> None:
        """Learn that a shape is quick, and let those of it go before others who wait already, each in its turn."""
        if not self._verdicts.is_quick(call):
            self._verdicts.quick(call)
        alike = [other for other in self._unknown if other.shape == call.shape]
        if alike:
            self._unknown = deque(other for other in self._unknown if other.shape != call.shape)
            self._quick = deque(sorted([*self._quick, *alike], key=lambda other: other.waits_since))

    def take_least(self, now: float) -> Call | None:
        """Take out who is let go first where too many wait: a slow one, or else one that waited long."""
        for line in (self._tried, self._slow):
            if line:
                return line.pop()
        return self._unknown.popleft() if self._is_late(now) else None

    def take_overdue(self, now: float) -> list[Call]:
        """Take out those whose time is over, or whom nobody waits for."""
        found = [call for call in self if call.over or call.deadline <= now]
        if found:
            for line in self._classes:
                left = [call for call in line if call not in found]
                line.clear()
                line.extend(left)
        return found

    def take_all(self) -> list[Call]:
        """Take out everybody."""
        found = list(self)
        for line in self._classes:
            line.clear()
        return found

    def _is_calm(self, now: float) -> bool:
        """Return whether nobody waits long and nothing is slow: a plain queue will do."""
        if self._verdicts.any_slow(now):
            return False
        return not self._unknown or now - self._unknown[0].waits_since < _CALM

    def _is_late(self, now: float) -> bool:
        return bool(self._unknown) and now - self._unknown[0].waits_since > _LONG

    @property
    def _classes(self) -> tuple[deque[Call], ...]:
        return self._quick, self._unknown, self._slow, self._tried
