"""Pairs that somebody looked at: confirmed or refused, and stronger than any rule.

The package ships `data/links.csv`; the home adds `links/decisions.csv`, which wins where both have one pair. Files
that contradict themselves, be it by a chain of confirmed pairs, are an error that names the lines.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Final

from maille.loaders.linking.mention import Name
from maille.ontology.errors import SourceError

COLUMNS: Final = ("source_a", "key_a", "source_b", "key_b", "decision", "note")
SAME: Final = "same"
DIFFERENT: Final = "different"
_SHIPPED: Final = "links.csv"

Ends = frozenset[Name]


@dataclass(frozen=True, slots=True)
class Ruling:
    """One decided pair and where it is written."""

    one: Name
    two: Name
    decision: str
    note: str
    file: str
    line: int

    @property
    def ends(self) -> Ends:
        """The two mentions."""
        return frozenset({self.one, self.two})

    @property
    def place(self) -> str:
        """Where it is written, as messages say it."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Curated:
    """All decided pairs, without contradiction."""

    rulings: Mapping[Ends, Ruling] = field(default_factory=dict)

    @property
    def confirmed(self) -> tuple[Ruling, ...]:
        """The pairs that are one thing."""
        return tuple(one for one in self.rulings.values() if one.decision == SAME)

    @property
    def refused(self) -> frozenset[Ends]:
        """The pairs that are two things."""
        return frozenset(one.ends for one in self.rulings.values() if one.decision == DIFFERENT)

    @property
    def names(self) -> frozenset[Name]:
        """Every mention that is named."""
        return frozenset(name for ends in self.rulings for name in ends)


def curated_of(*layers: Iterable[Ruling]) -> Curated:
    """Return what the layers say together, a later one over an earlier; raises SourceError on a contradiction."""
    found: dict[Ends, Ruling] = {}
    for layer in layers:
        own: dict[Ends, Ruling] = {}
        for ruling in layer:
            other = own.setdefault(ruling.ends, ruling)
            if other.decision != ruling.decision:
                raise SourceError(_contradiction(ruling, [other]))
        found.update(own)
    curated = Curated(dict(sorted(found.items(), key=lambda item: sorted(item[0]))))
    _check_chains(curated)
    return curated


def read(text: str, file: str) -> list[Ruling]:
    """Return the pairs written in `text`; raises SourceError with the line where one is wrong."""
    table = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    header = tuple(next(table, ()))
    if header != COLUMNS:
        raise SourceError(f"{file}:1: the columns are {', '.join(COLUMNS)}, and not {', '.join(header)}")
    found, line = [], table.line_num + 1
    for cells in table:
        if any(cell.strip() for cell in cells):
            found.append(_ruling(cells, file, line))
        line = table.line_num + 1
    return found


def _ruling(cells: list[str], file: str, line: int) -> Ruling:
    if len(cells) != len(COLUMNS):
        raise SourceError(f"{file}:{line}: {len(cells)} cells under {len(COLUMNS)} columns")
    source_a, key_a, source_b, key_b, decision, note = (cell.strip() for cell in cells)
    one, two = sorted((Name(source_a, key_a), Name(source_b, key_b)))
    if not all((source_a, key_a, source_b, key_b)):
        raise SourceError(f"{file}:{line}: a pair names two mentions, each by source and key")
    if one == two:
        raise SourceError(f"{file}:{line}: {one} is paired with itself")
    if decision not in {SAME, DIFFERENT}:
        raise SourceError(f"{file}:{line}: decision {decision!r} is neither {SAME} nor {DIFFERENT}")
    return Ruling(one, two, decision, note, file, line)


def write(rulings: Iterable[Ruling]) -> str:
    """Return the text of a file of pairs, sorted, the inverse of `read`."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for one in sorted(rulings, key=lambda one: (one.one, one.two)):
        table.writerow((one.one.source, one.one.key, one.two.source, one.two.key, one.decision, one.note))
    return out.getvalue()


def shipped() -> list[Ruling]:
    """Return the pairs of the package."""
    return read((files("maille.loaders") / "data" / _SHIPPED).read_text(encoding="utf-8"), _SHIPPED)


def of_home(path: Path) -> list[Ruling]:
    """Return the pairs of a home, whose file is `path`; none where there is no file."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except UnicodeDecodeError as error:
        raise SourceError(f"{path.name} is not UTF-8: byte {error.start}") from error
    return read(text, path.name)


def _check_chains(curated: Curated) -> None:
    near: dict[Name, dict[Name, Ruling]] = defaultdict(dict)
    for ruling in curated.confirmed:
        near[ruling.one][ruling.two] = ruling
        near[ruling.two][ruling.one] = ruling
    for ruling in curated.rulings.values():
        chain = _chain(near, ruling.one, ruling.two) if ruling.decision == DIFFERENT else []
        if chain:
            raise SourceError(_contradiction(ruling, chain))


def _chain(near: Mapping[Name, Mapping[Name, Ruling]], start: Name, end: Name) -> list[Ruling]:
    """Return the shortest chain of confirmed pairs from one mention to another, empty where there is none."""
    reached: dict[Name, list[Ruling]] = {start: []}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        for name, ruling in sorted(near.get(here, {}).items()):
            if name not in reached:
                reached[name] = [*reached[here], ruling]
                queue.append(name)
    return reached.get(end, [])


def _contradiction(ruling: Ruling, others: list[Ruling]) -> str:
    said = ", ".join(f"{other.place} says {other.decision} of {other.one} and {other.two}" for other in others)
    return f"{ruling.place} says {ruling.decision} of {ruling.one} and {ruling.two}, but {said}"
