"""The dated versions of communes since 2019: which state follows which, and the event between them.

Only communes that an event touched since 2019 have versions: the state of all others is that of today. A version that
began before 2019 begins on the exact day; one that began later, on the first 1 January on which it is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

from maille.loaders.history.successors import EXACT, START, Change, History, Past

_BEYOND_THE_HISTORY: Final = ("975", "977", "978", "986", "987", "988")
"""Collectivities whose communes stand in the vintages, but not in the history before 2019."""


class Version(NamedTuple):
    """A commune from a day on; `event` is the key of what made it, empty where nothing is known of it."""

    code: str
    begin: str
    name: str
    event: str = ""


class Step(NamedTuple):
    """An event between two vintages, the versions it ended and those it began; its key names both years and a code."""

    key: str
    event: Change
    ended: Sequence[Version]
    began: Sequence[Version]


class Versions:
    """The versions of a history, by vintage."""

    def __init__(self, history: History) -> None:
        self._history = history

    @cached_property
    def oldest(self) -> Mapping[str, Version]:
        """Code -> version of 2019, of the communes that changed since."""
        begun = {past.code: past.begin for past in self._history.communes if past.end is None}
        made = {
            (day, past.code): f"{day}-{pole(codes(ended), codes(began))}"
            for day, _, ended, began in self._history.events()
            for past in began
        }
        found = {}
        for code, name in sorted(self._history.names(EXACT, self._history.changed).items()):
            begin = begun.get(code) or _first_day(code)
            found[code] = Version(code, begin, name, made.get((begin, code), ""))
        return found

    @cached_property
    def steps(self) -> Mapping[str, list[Step]]:
        """Vintage -> its events, each with the versions that ended and those that began."""
        current, found = dict(self.oldest), {}
        for early, late in pairwise(self._history.vintages):
            names, steps = self._history.names(late, self._history.changed), []
            for event in self._history.changes[late].events:
                key = f"{early}-{late}-{pole(event.before, event.after)}"
                began = [Version(code, f"{late}-01-01", names[code], key) for code in event.after]
                steps.append(Step(key, event, [current.pop(code) for code in event.before], began))
            current |= {version.code: version for step in steps for version in step.began}
            found[late] = steps
        return found


def codes(communes: Iterable[Past]) -> list[str]:
    """Return the codes of communes."""
    return [past.code for past in communes]


def pole(before: Sequence[str], after: Sequence[str]) -> str:
    """Return the code an event is about: one that was there before and after, else the first of those it made."""
    return min(set(before) & set(after) or after or before)


def _first_day(code: str) -> str:
    return f"{EXACT}-01-01" if code.startswith(_BEYOND_THE_HISTORY) else START
