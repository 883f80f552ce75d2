"""The ledger of the home: every name of a linked thing that was ever published, and for which mention.

It lies in `MAILLE_HOME/links/published.csv` and only grows. With it, a name that a merge took away keeps answering
(301), and comes back when the merge is undone. Each release tells its own names too (`names.csv`), so that a build
that died between publishing and writing the ledger has lost nothing.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field, fields
from typing import Final

from maille.loaders.linking.mention import Name
from maille.ontology.errors import SourceError

FILE_NAME: Final = "published.csv"


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A name under which a mention was published.

    Attributes:
        turn: how many releases with new names there were before this one.
        release: id of the first release that had it; empty for what the package's ledger holds.
        source: id of the source of the mention.
        key: its key in it.
        iri: the name, without the base: `id/structure/moho-0123abcd`.
        label: what it was called then.
    """

    turn: int
    release: str
    source: str
    key: str
    iri: str
    label: str

    @property
    def name(self) -> Name:
        """The mention."""
        return Name(self.source, self.key)


COLUMNS: Final = tuple(one.name for one in fields(Entry))


@dataclass(frozen=True)
class Published:
    """Every entry; of two on one mention and name, the earlier."""

    entries: tuple[Entry, ...] = ()
    by_mention: Mapping[Name, tuple[Entry, ...]] = field(default_factory=dict)
    first: Mapping[str, Entry] = field(default_factory=dict)
    """Name -> the first entry that has it."""

    def with_release(self, release: str, named: Iterable[tuple[Name, str, str]]) -> Published:
        """Return a ledger that also holds what a release published: mention, name, label."""
        known = {(one.name, one.iri) for one in self.entries}
        turn = max((one.turn for one in self.entries), default=0) + 1
        new = [
            Entry(turn, release, name.source, name.key, iri, label)
            for name, iri, label in named
            if (name, iri) not in known
        ]
        return published_of((*self.entries, *new)) if new else self


def published_of(entries: Iterable[Entry]) -> Published:
    """Return the ledger that holds `entries`."""
    kept: dict[tuple[Name, str], Entry] = {}
    for one in sorted(entries):
        kept.setdefault((one.name, one.iri), one)
    by_mention: dict[Name, list[Entry]] = defaultdict(list)
    first: dict[str, Entry] = {}
    for one in kept.values():
        by_mention[one.name].append(one)
        first.setdefault(one.iri, one)
    return Published(tuple(kept.values()), {name: tuple(those) for name, those in by_mention.items()}, first)


def read(text: str, file: str = FILE_NAME) -> Published:
    """Return the ledger written in `text`; raises SourceError with the line where it is wrong."""
    table = csv.reader(io.StringIO(text, newline=""))
    if tuple(next(table, ())) != COLUMNS:
        raise SourceError(f"{file}:1: the columns are {', '.join(COLUMNS)}")
    found = []
    for cells in table:
        if len(cells) != len(COLUMNS) or not cells[0].isdigit():
            raise SourceError(f"{file}:{table.line_num}: no entry: {','.join(cells)}")
        found.append(Entry(int(cells[0]), *cells[1:]))
    return published_of(found)


def write(published: Published) -> str:
    """Return the text of a ledger, the inverse of `read`."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows(astuple(one) for one in published.entries)
    return out.getvalue()
