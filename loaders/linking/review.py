"""Deciding by hand: the ambiguous pairs as a table with an empty column, and the decisions read back from it.

A table comes back from a spreadsheet with its own habits: semicolons, a BOM, apostrophes before formulas, empty rows.
What was not decided stays open; one wrong cell, and nothing is written.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from maille.loaders.linking import curated
from maille.loaders.linking import files as linking_files
from maille.loaders.linking.common import AMBIGUOUS
from maille.loaders.linking.curated import DIFFERENT, SAME, Ruling
from maille.loaders.linking.home import DECISIONS, FOLDER
from maille.loaders.linking.mention import Name
from maille.ontology.errors import ReleaseError, SourceError
from maille.store.files import SCRATCH, write_synced
from maille.store.release import Home

UNDECIDED: Final = "undecided"
"""Takes an earlier decision back."""
REVIEW: Final = (
    *("decision", "note", "name_a", "place_a", "name_b", "place_b", "score", "reason", "kind_a"),
    *("source_a", "key_a", "source_b", "key_b"),
)
_NEEDED: Final = ("decision", "source_a", "key_a", "source_b", "key_b")

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a table of decisions."""

    new: int
    changed: int
    taken_back: int
    open: int
    file: Path


def links_of(home: Home) -> list[dict[str, str]]:
    """Return the pairs of the newest release that was built with links; raises ReleaseError where there is none."""
    text = _table(home, linking_files.LINKS)
    return linking_files.rows_of(text, linking_files.LINKS, linking_files.COLUMNS)


def _table(home: Home, name: str) -> str:
    current = home.current()
    releases = [*([current] if current else []), *home.releases()]
    for release in releases:
        if (release.path / name).is_file():
            return (release.path / name).read_text(encoding="utf-8")
    raise ReleaseError(f"no release in {home.path} has linked sources: run `maille build --data DIR` first")


def open_pairs(home: Home) -> list[Row]:
    """Return the ambiguous pairs that nobody has decided on, the surest first."""
    decided = {ruling.ends for ruling in rulings_of(home)}
    found = [row for row in links_of(home) if row["outcome"] == AMBIGUOUS and frozenset(_names(row)) not in decided]
    return sorted(found, key=lambda row: (-float(row["score"]), _names(row)))


def review_table(rows: Iterable[Row]) -> str:
    """Return pairs as a table to decide on."""
    return linking_files.table(REVIEW, ([row.get(name, "") for name in REVIEW] for row in rows))


def rulings_of(home: Home) -> list[Ruling]:
    """Return the decisions of a home."""
    return curated.of_home(home.path / FOLDER / DECISIONS)


def decide(home: Home, text: str, file: str) -> Decided:
    """Add the decisions of a table to those of a home; raises SourceError with the line where one is wrong."""
    rows = _read(text, file)
    known = {name for name, _, _ in linking_files.read_names(_table(home, linking_files.NAMES))}
    said = {line: _ruling(row, file, line, known) for line, row in rows}
    before = {ruling.ends: ruling for ruling in rulings_of(home)}
    given = _without_contradiction(one for one in said.values() if one is not None)
    after = {**before, **given}
    kept = {ends: ruling for ends, ruling in after.items() if ruling.decision != UNDECIDED}
    curated.curated_of(curated.shipped(), kept.values())
    _write(home, curated.write(kept.values()))
    decisions = [one for one in given.values() if one.decision != UNDECIDED]
    return Decided(
        new=sum(one.ends not in before for one in decisions),
        changed=sum(one.ends in before and before[one.ends].decision != one.decision for one in decisions),
        taken_back=sum(one.decision == UNDECIDED and one.ends in before for one in given.values()),
        open=sum(one is None for one in said.values()),
        file=home.path / FOLDER / DECISIONS,
    )


def _without_contradiction(rulings: Iterable[Ruling]) -> dict[frozenset[Name], Ruling]:
    found: dict[frozenset[Name], Ruling] = {}
    for ruling in rulings:
        other = found.setdefault(ruling.ends, ruling)
        if other.decision != ruling.decision:
            raise SourceError(
                f"{ruling.place} says {ruling.decision} of {ruling.one} and {ruling.two}, "
                f"but {other.place} says {other.decision}"
            )
    return found


def _ruling(row: Row, file: str, line: int, known: set[Name]) -> Ruling | None:
    decision = row["decision"].strip().lower()
    if not decision:
        return None
    if decision not in {SAME, DIFFERENT, UNDECIDED}:
        told = f"{SAME}, {DIFFERENT}, {UNDECIDED} or nothing"
        raise SourceError(f"{file}:{line}: decision {row['decision']!r} is not {told}")
    one, two = _names(row)
    if one == two:
        raise SourceError(f"{file}:{line}: {one} is paired with itself")
    for name in (one, two):
        if name not in known:
            raise SourceError(f"{file}:{line}: {name} is no row of the last build: was its key changed?")
    return Ruling(one, two, decision, " ".join(row.get("note", "").split()), file, line)


def _names(row: Row) -> tuple[Name, Name]:
    one, two = sorted((Name(row["source_a"], row["key_a"]), Name(row["source_b"], row["key_b"])))
    return one, two


def _read(text: str, file: str) -> list[tuple[int, Row]]:
    """Return the rows of a table as a spreadsheet may have written it, each with its line."""
    first = text.removeprefix("\ufeff").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        _check(header, file)
        found, line = [], reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((line, _cells(header, cells, file, line)))
            line = reader.line_num + 1
    except csv.Error as error:
        raise SourceError(f"{file}:{reader.line_num}: {error}") from error
    return found


def _check(header: Sequence[str], file: str) -> None:
    lacking = [name for name in _NEEDED if name not in header]
    if lacking:
        raise SourceError(f"{file}:1: there is no column {lacking[0]!r}: begin with `maille links review --out {file}`")


def _cells(header: Sequence[str], cells: Sequence[str], file: str, line: int) -> Row:
    if len(cells) > len(header):
        raise SourceError(f"{file}:{line}: {len(cells)} cells under {len(header)} columns")
    filled = (*cells, *[""] * (len(header) - len(cells)))
    return {name: linking_files.plain(cell.strip()) for name, cell in zip(header, filled, strict=True)}


def _write(home: Home, text: str) -> None:
    folder = home.path / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{SCRATCH}{DECISIONS}"
    write_synced(fresh, text.encode())
    fresh.replace(folder / DECISIONS)
