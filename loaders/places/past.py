"""Names that a place had or goes by beside those of communes: former communes since 1943, and well-known quarters.

The history of the communes is `maille.loaders.history.successors`. The quarters are a table of our own: sites of
innovation that have a CEDEX or a sign at the motorway, and stand in several communes or in one that nobody names.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from maille.loaders.history import successors as territories_time
from maille.loaders.history.successors import History

QUARTERS: Final = Path(__file__).parents[1] / "data" / "quarters.csv"


class Beside(NamedTuple):
    """A name that is none of a commune of today, its old code where it has one, and the communes it leads to."""

    name: str
    code: str | None
    communes: tuple[str, ...]


def shipped() -> Iterator[Beside]:
    """Yield what is known beside the Code officiel géographique of today."""
    yield from quarters()
    yield from former(territories_time.load())


def quarters() -> Iterator[Beside]:
    """Yield the quarters that the package ships."""
    with QUARTERS.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines, delimiter=";"):
            yield Beside(line["name"], None, tuple(line["communes"].split()))


def former(history: History) -> Iterator[Beside]:
    """Yield the former communes and the former names of communes, with what stands there today."""
    for past in history.communes:
        # A commune that ended is what its heirs of 2019 have become; one that stood then has had another name since.
        heirs = past.heirs if past.heirs is not None else (past.code,)
        today = dict.fromkeys(code for heir in heirs for code in history.successors(heir, "2019"))
        yield Beside(past.name, None if history.is_present(past.code) else past.code, tuple(today))
    for change in history.changes.values():
        for code, name in change.gone.items():
            yield Beside(name, None if history.is_present(code) else code, history.successors(code))
        for code, names in change.renamed.items():
            yield Beside(names[0], None, history.successors(code))
