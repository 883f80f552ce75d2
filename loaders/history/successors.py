"""Communes through time: what each commune code of 1943 to 2026 stands for today (INSEE, code officiel géographique).

Up to 1 January 2019 the history gives exact dates. After it only the state on 1 January of 2019 and of 2021 to 2026 is
known: no vintage 2020 was published, and what changed did so between two of these days.

Codes of arrondissements municipaux (Paris, Lyon, Marseille) are no codes of communes, and have no successors here.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from maille.loaders.history.records import Change, Changes, Past, Source, changes_of
from maille.loaders.history.snapshot import SHIPPED
from maille.ontology.errors import SourceError

__all__ = ["SHIPPED", "Change", "Changes", "History", "Past", "Source", "load", "successors"]

START: Final = "1943-01-01"
"""The first day that is known."""
EXACT: Final = "2019"
"""The vintage up to which events have a date; after it they have an interval."""


_NOTHING: Final = Changes({}, {}, {}, (), {})


class History:
    """The history that a snapshot holds; raises SourceError where it cannot be read.

    Attributes:
        sources: vintage -> the package it was read from.
        communes: the communes that ended or began between 1943 and 2019.
        changes: vintage -> what differs from the one before it.
        changed: the communes of today that an event since 2019 speaks of, name by code.
        sha256: digest of the snapshot.
    """

    def __init__(self, path: Path = SHIPPED) -> None:
        try:
            packed = path.read_bytes()
            content = json.loads(gzip.decompress(packed))
            self.sources = {vintage: Source(**one) for vintage, one in content["sources"].items()}
            self.communes = [Past(*values) for values in content["history"]["communes"]]
            self._events: list[Any] = content["history"]["events"]
            self.changes = {vintage: changes_of(one) for vintage, one in content["changes"].items()}
            self.changed: dict[str, str] = content["names"]
        except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
            raise SourceError(f"{path.name} is no snapshot of the communes through time: {error}") from error
        self.sha256 = hashlib.sha256(packed).hexdigest()

    def events(self) -> Iterator[tuple[str, str, list[Past], list[Past]]]:
        """Yield the events with a date: the day, the kind, the communes that ended and those that began."""
        for day, kind, ended, began in self._events:
            yield day, kind, [self.communes[index] for index in ended], [self.communes[index] for index in began]

    @property
    def vintages(self) -> tuple[str, ...]:
        """The vintages, in order."""
        return tuple(self.sources)

    def names(self, vintage: str, latest: Mapping[str, str]) -> dict[str, str]:
        """Return the communes of a vintage, name by code, told backwards from those of the latest one."""
        if vintage not in self.sources:
            raise SourceError(f"there is no vintage {vintage}; there are {', '.join(self.vintages)}")
        names = dict(latest)
        for later in self.vintages[: self.vintages.index(vintage) : -1]:
            change = self.changes[later]
            names = {code: name for code, name in names.items() if code not in change.new}
            names |= change.gone
            names |= {code: before for code, (before, _) in change.renamed.items()}
        return names

    def successors(self, code: str, vintage: str | None = None) -> tuple[str, ...]:
        """Return the codes of the communes of today that hold the territory of commune `code`.

        Args:
            code: a commune code of any time since 1943.
            vintage: year or day (`2019`, `2018-06-30`) whose code it is. Without it a code of today means the commune
                of today, and any other the last commune that had it.

        Returns:
            One code where it is certain; several where the commune was split since, the code itself first; none where
            it was shared out (six communes since 1943). A code the history does not speak of never changed, if ever it
            was one: it is returned as it is.
        """
        if self.is_present(code) and (vintage is None or code not in self._held):
            return (code,)
        day = _day(vintage)
        late = [one for one in self.vintages if f"{one}-01-01" <= day and one in self._held[code]]
        if late:
            return self._follow(code, {code}, late[-1], whole=True)
        held = [past for past in self._past.get(code, ()) if past.begin <= day] or self._past.get(code, [])[:1]
        if held and held[-1].heirs is not None:
            return self._follow(code, set(held[-1].heirs), EXACT, whole=False)
        return self._follow(code, {code}, min(self._held[code]), whole=True)

    def is_present(self, code: str) -> bool:
        """Return whether a commune of the latest vintage has the code, if the code is one at all."""
        return code not in self._held or self.vintages[-1] in self._held[code]

    def former_names(self) -> dict[str, str]:
        """Return each code that no commune has today, with the name of the last commune that had it."""
        names = {past.code: past.name for past in self.communes}
        for change in self.changes.values():
            names |= change.gone
        return {code: name for code, name in sorted(names.items()) if not self.is_present(code)}

    def last_day(self, code: str) -> str | None:
        """Return the day from which on no commune had the code; None where one had it in 2019 or later."""
        past = self._past.get(code)
        return past[-1].end if past and not self._held[code] else None

    def _follow(self, asked: str, found: set[str], vintage: str, *, whole: bool) -> tuple[str, ...]:
        """Return what became of the communes `found` of `vintage`; after a split, the records of parts tell them apart.

        `whole` says that the code asked for is that of all the commune, and not of a part it has kept its code from.
        """
        for early, late in pairwise(self.vintages):
            if early >= vintage:
                whole = whole and asked in found
                after = set().union(*(self._steps[late].get(code, {code}) for code in found))
                told = after.intersection(self.changes[late].parts.get(asked, ()))
                found = told if told and not whole else after
        return tuple(sorted(found, key=lambda code: (code != asked, code)))

    @cached_property
    def _past(self) -> Mapping[str, list[Past]]:
        found: defaultdict[str, list[Past]] = defaultdict(list)
        for past in self.communes:
            found[past.code].append(past)
        return found

    @cached_property
    def _steps(self) -> Mapping[str, Mapping[str, set[str]]]:
        return {
            vintage: {code: set(event.after) for event in change.events for code in event.before}
            for vintage, change in self.changes.items()
        }

    @cached_property
    def _held(self) -> Mapping[str, set[str]]:
        """Code that the history speaks of -> the vintages in which a commune had it."""
        changed = {code for one in self._steps.values() for code in one} | {
            code for one in self._steps.values() for codes in one.values() for code in codes
        }
        present = {code for code in changed if code not in self._past}
        present |= {past.code for past in self.communes if past.end is None}
        for change in reversed(self.changes.values()):
            present = (present - change.new.keys()) | change.gone.keys()
        found: dict[str, set[str]] = {code: set() for code in changed | self._past.keys()}
        for vintage in self.vintages:
            change = self.changes.get(vintage, _NOTHING)
            present = (present - change.gone.keys()) | change.new.keys()
            for code in present:
                found[code].add(vintage)
        return found


def successors(code: str, vintage: str | None = None) -> tuple[str, ...]:
    """Return the communes of today that hold the territory of commune `code`, after the history that is shipped."""
    return load().successors(code, vintage)


@cache
def load() -> History:
    """Return the history that the package ships, read once: it never changes while the program runs."""
    return History()


def _day(vintage: str | None) -> str:
    """Return the day that a year or day names, one after all of them where none is named."""
    if vintage is None:
        return "9999"
    return vintage if len(vintage) > len("2019") else f"{vintage}-01-01"
