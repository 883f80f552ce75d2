"""Which communes turned into which: records that end and begin on one day, joined into events.

Used by `maille.loaders.history.snapshot` only, over `historique-communes.json` of the npm package (records of communes
since 1943, each with its successor, and with the commune it became a part of) and over pairs of lists of communes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

Record = Mapping[str, Any]

START: Final = "1943-01-01"
"""The first day of the history: what has no date of its own was there already."""


class Joined:
    """Sets of names that belong together; every edge joins two."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def join(self, one: str, other: str) -> None:
        """Say that two names belong together; a name joined to itself is merely known."""
        self._parents[self._root(one)] = self._root(other)

    def groups(self) -> list[list[str]]:
        """Return the sets, sorted, and their names sorted."""
        found: dict[str, list[str]] = {}
        for name in sorted(self._parents):
            found.setdefault(self._root(name), []).append(name)
        return sorted(found.values())

    def _root(self, name: str) -> str:
        self._parents.setdefault(name, name)
        while self._parents[name] != name:
            name = self._parents[name]
        return name


class Past:
    """The records of the history, and what became of each."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._by_id = {record["id"]: record for record in records}
        self._lines = {record["id"]: line for line, record in enumerate(records, start=1)}
        self.communes = [record for record in records if record["type"] == "COM"]

    def line(self, record: Record) -> int:
        """Return where a record stands in its file, from 1."""
        return self._lines[record["id"]]

    def codes(self, record: Record) -> set[str]:
        """Return the codes that the commune of `record` has at the end of the history; none where it was suppressed."""
        if "dateFin" not in record:
            return {record["code"]} if record["type"] == "COM" else self.codes(self._by_id[record["pole"]])
        if "successeur" in record:
            return self.codes(self._by_id[record["successeur"]])
        members = [self._by_id[name] for name in record.get("membres", ())]
        return set().union(*(self.codes(member) for member in members))

    def events(self) -> list[tuple[str, list[Record], list[Record]]]:
        """Return each event: its date, the communes that ended and those that began, in the order of dates."""
        joined = Joined()
        for record in self.communes:
            if "dateFin" in record:
                joined.join(f"{record['dateFin']} {record['id']}", f"{record['dateFin']} {record['id']}")
                for after in self._after(record):
                    joined.join(f"{record['dateFin']} {record['id']}", f"{record['dateFin']} {after['id']}")
            if "dateDebut" in record:
                day = record["dateDebut"]
                joined.join(f"{day} {record['id']}", f"{day} {self._group_left(record)['id']}")
        return [self._event(group) for group in joined.groups()]

    def _after(self, record: Record) -> Iterable[Record]:
        """Yield the communes that begin where `record` ends."""
        names = [record["successeur"]] if "successeur" in record else record.get("membres", ())
        for name in names:
            found = self._by_id[name]
            if name != record.get("successeur"):
                found = self._by_id[found["successeur"]]
            yield found if found["type"] == "COM" else self._by_id[found["pole"]]

    def _group_left(self, record: Record) -> Record:
        """Return the commune that `record` was a part of until it began, itself where that is none."""
        before = self._by_id.get(record.get("predecesseur", ""), record)
        if before["type"] == "COM":
            return record
        group = self._by_id[before["pole"]]
        return group if group.get("dateFin") == record["dateDebut"] else record

    def _event(self, group: Sequence[str]) -> tuple[str, list[Record], list[Record]]:
        day = group[0].partition(" ")[0]
        records = [self._by_id[name.partition(" ")[2]] for name in group]
        ended = [record for record in records if record.get("dateFin") == day]
        return day, ended, [record for record in records if record.get("dateDebut") == day]
