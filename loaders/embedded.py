"""Which sources a build loads: those the package ships, with tables of the user's own in their place where given.

`--data DIR` is read so: `DIR/study/*.csv` stand in for the tables drawn from the study. Whatever else is in DIR is
named in a note, since a file that is silently left out looks like one that was loaded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

from maille.loaders.history import loader as territories_time_loader
from maille.loaders.history import successors as territories_time
from maille.loaders.source import Loader
from maille.loaders.study.loader import StudyLoader
from maille.loaders.territories.former_regions import FormerRegionsLoader
from maille.loaders.territories.links import TerritoryLinksLoader
from maille.loaders.territories.loader import TerritoriesLoader
from maille.ontology.errors import SourceError

STUDY: Final = "study"


def loaders(data: Path | None = None) -> tuple[Loader, ...]:
    """Return the loaders of every source; raises SourceError where `data` is no folder."""
    territories = TerritoriesLoader(named=territories_time.load().former_names())
    codes = _codes(territories)
    study = StudyLoader(
        _tables(data),
        codes["commune-actuelle"],
        departements=codes["departement"],
        regions=codes["region"],
        epcis=codes["epci"],
    )
    past: tuple[Loader, ...] = (FormerRegionsLoader(), *territories_time_loader.loaders())
    return (territories, TerritoryLinksLoader(), *past, study)


def check_folder(data: Path | None) -> None:
    """Raise SourceError where what `--data` names is no folder."""
    if data is not None and not data.is_dir():
        raise SourceError(f"{data} is no folder: --data takes a folder of data files, with {STUDY}/*.csv or without")


def left_out(data: Path | None, read: Collection[str] = ()) -> Iterator[str]:
    """Yield a note for each file or folder of `data` that no loader reads; `read` names those that others do."""
    if data is None:
        return
    if not (data / STUDY).is_dir():
        yield f"{data} has no folder {STUDY}/: the tables of the package were loaded"
    for path in sorted(data.iterdir()):
        if path.name != STUDY and path.name not in read and not path.name.startswith("."):
            yield f"{path.name}{'/' if path.is_dir() else ''} was not loaded: no source reads it"
    if (data / STUDY).is_dir():
        for path in sorted((data / STUDY).iterdir()):
            if path.suffix != ".csv" and not path.name.startswith("."):
                yield f"{STUDY}/{path.name} was not loaded: no source reads it"


def _tables(data: Path | None) -> Path | None:
    if data is None:
        return None
    check_folder(data)
    return data / STUDY if (data / STUDY).is_dir() else None


def _codes(territories: TerritoriesLoader) -> Mapping[str, frozenset[str]]:
    """Return the official codes of each kind of territory; a row is called `<kind>-<code>`."""
    codes: dict[str, set[str]] = defaultdict(set)
    for row in territories.rows():
        kind, _, code = row.key.rpartition("-")
        codes[kind].add(code)
    return {kind: frozenset(found) for kind, found in codes.items()}
