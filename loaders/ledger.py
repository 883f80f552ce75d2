"""The ledger of keys: a thing keeps the IRI it was first published under, whatever it is called later.

A key is minted once, from the label of that day (`iris.key_of`), and written in `ledger.csv`; from then on the ledger
is asked first. `python -m maille.loaders.ledger` adds what the packaged sources publish and the ledger lacks.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from importlib.resources import files
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode

from maille.ontology import iris
from maille.ontology.errors import InvalidIri, SourceError

FILE_NAME: Final = "ledger.csv"


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One thing that has a key: its kind and key name its IRI, source and source key say where it was first."""

    kind: str
    key: str
    source: str
    source_key: str
    label_at_minting: str

    @property
    def iri(self) -> NamedNode:
        """The IRI the thing is published under."""
        return iris.thing(self.kind, self.key)


COLUMNS: Final = tuple(field.name for field in fields(Entry))


class Ledger:
    """The keys given so far, by source and source key."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries: dict[tuple[str, str], Entry] = {}
        taken: dict[tuple[str, str], Entry] = {}
        for entry in entries:
            first = taken.setdefault((entry.kind, entry.key), entry)
            if first is not entry or (entry.source, entry.source_key) in self._entries:
                raise SourceError(f"{FILE_NAME} names {entry.kind}/{entry.key} ({entry.source_key}) twice")
            self._entries[entry.source, entry.source_key] = entry

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every entry, in the order the file has."""
        return tuple(sorted(self._entries.values()))

    def find(self, source: str, source_key: str) -> Entry | None:
        """Return the entry of a thing of a source, None where it was never given a key."""
        return self._entries.get((source, source_key))

    def entry(self, kind: str, source: str, source_key: str, label: str) -> Entry:
        """Return the entry of a thing, or the one that would be minted for it now."""
        found = self.find(source, source_key)
        return found or Entry(kind, iris.key_of(label, source, source_key), source, source_key, label)

    def with_entries(self, entries: Iterable[Entry]) -> Ledger:
        """Return a ledger that also holds what of `entries` it did not know."""
        new = {(one.source, one.source_key): one for one in entries}
        return Ledger({**new, **self._entries}.values())


def read(text: str) -> Ledger:
    """Return the ledger written in `text`, CSV with the columns of `Entry`; raises SourceError."""
    table = csv.reader(io.StringIO(text, newline=""))
    if tuple(next(table, ())) != COLUMNS:
        raise SourceError(f"{FILE_NAME} must begin with the columns {', '.join(COLUMNS)}")
    rows = [row for row in table if row]
    for row in rows:
        if len(row) != len(COLUMNS):
            raise SourceError(f"{FILE_NAME} has a row of {len(row)} cells: {','.join(row)}")
    entries = [Entry(*row) for row in rows]
    for entry in entries:
        _check(entry)
    return Ledger(entries)


def _check(entry: Entry) -> None:
    try:
        _ = entry.iri
    except InvalidIri as error:
        raise SourceError(f"{FILE_NAME}: {error}") from error


def write(ledger: Ledger) -> str:
    """Return the text of `ledger`, sorted, the inverse of `read`."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows(astuple(entry) for entry in ledger.entries)
    return out.getvalue()


def packaged() -> Ledger:
    """Return the ledger of the package."""
    return read((files("maille.loaders") / FILE_NAME).read_text(encoding="utf-8"))


def add_missing(ledger: Ledger, minted: Mapping[str, Entry]) -> tuple[Ledger, list[Entry]]:
    """Return the ledger with `minted` added, and what was new."""
    new = sorted(entry for entry in minted.values() if ledger.find(entry.source, entry.source_key) is None)
    return ledger.with_entries(new), new


def main(path: Path | None = None) -> int:
    """Write the missing entries of the packaged study into the ledger; returns how many there were."""
    # The loader reads the ledger, so it cannot be imported before this module is.
    from maille.loaders.study.loader import packaged_entries

    target = path or Path(__file__).with_name(FILE_NAME)
    ledger = read(target.read_text(encoding="utf-8")) if target.exists() else Ledger()
    whole, new = add_missing(ledger, packaged_entries(ledger))
    target.write_text(write(whole), encoding="utf-8")
    for entry in new:
        sys.stdout.write(f"{entry.iri.value}\n")
    return len(new)


if __name__ == "__main__":
    # Under `python -m` this module is `__main__`: its classes are not those the study's modules import.
    from maille.loaders import ledger as this

    this.main()
