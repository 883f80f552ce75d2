"""The two tables that a release holds about linking: `links.csv`, the pairs decided on, and `names.csv`.

A cell that a spreadsheet would take for a formula has an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from maille.loaders.linking.common import AMBIGUOUS, MATCHED
from maille.loaders.linking.link import Decision, Links
from maille.loaders.linking.mention import Mention, Name
from maille.ontology.errors import SourceError
from maille.ontology.namespaces import BASE

LINKS: Final = "links.csv"
NAMES: Final = "names.csv"
_SIDE: Final = ("source", "key", "kind", "name", "place")
COLUMNS: Final = (*(f"{name}_a" for name in _SIDE), *(f"{name}_b" for name in _SIDE), "outcome", "score", "reason")
_NAME_COLUMNS: Final = ("source", "key", "iri", "label")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")

Named = tuple[Name, str, str]
"""A mention, the name of its thing without the base, what it is called."""


def links_table(links: Links) -> str:
    """Return the pairs that matched and those that are ambiguous, in the order of names."""
    kept = (one for one in links.decisions if one.outcome in {MATCHED, AMBIGUOUS})
    return table(COLUMNS, (_row(one) for one in kept))


def _row(one: Decision) -> tuple[str, ...]:
    return (*_side(one.one), *_side(one.two), one.outcome, f"{one.score:.2f}", one.reason)


def _side(one: Mention) -> tuple[str, ...]:
    place = " ".join(part for part in (one.address, one.postcode or "", one.commune or one.departement or "") if part)
    return (one.source, one.key, one.kind, one.name, place)


def names_of(links: Links) -> list[Named]:
    """Return the name of every mention, in the order of mentions."""
    every = sorted((one for thing in links.things for one in thing), key=lambda one: one.id)
    return [(one.id, links.iri(*one_key(one)).value.removeprefix(BASE), one.name) for one in every]


def one_key(one: Mention) -> tuple[str, str]:
    """Return what a mention is looked up by."""
    return one.source, one.key


def names_table(named: Iterable[Named]) -> str:
    """Return names as a table."""
    return table(_NAME_COLUMNS, ((name.source, name.key, iri, label) for name, iri, label in named))


def read_names(text: str) -> list[Named]:
    """Return the names of a release, the inverse of `names_table`."""
    rows = rows_of(text, NAMES, _NAME_COLUMNS)
    return [(Name(row["source"], row["key"]), row["iri"], row["label"]) for row in rows]


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return CSV text, its formulas made harmless."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def rows_of(text: str, file: str, columns: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows of a table of ours; raises SourceError with the line where it is none."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    header = next(reader, [])
    lacking = [name for name in columns if name not in header]
    if lacking:
        raise SourceError(f"{file}:1: there is no column {lacking[0]!r}")
    found = []
    for cells in reader:
        if not any(cells):
            continue
        if len(cells) != len(header):
            raise SourceError(f"{file}:{reader.line_num}: {len(cells)} cells under {len(header)} columns")
        found.append({name: plain(cell) for name, cell in zip(header, cells, strict=True)})
    return found


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) else cell


def plain(cell: str) -> str:
    """Return a cell as it was before `harmless`; a spreadsheet may have taken the apostrophe away."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA, "'")) else cell
