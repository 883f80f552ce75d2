"""What a register says of the organisations of the graph, and the rules of what is never kept (`docs/enrichment.md`).

`maille enrich` asks a register and writes a file of units in the home; `maille build` reads it like any other source.
So a build stays offline and repeatable, and nothing but the few values below ever reaches the disk: no name, no person.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from maille.loaders import identifiers
from maille.ontology.errors import InvalidIdentifier, SourceError
from maille.store.files import scratch

FOLDER: Final = "enrichment"
"""Folder of the home that holds the files of units."""
OPEN: Final = "O"
"""The one diffusion status that lets a unit be published; `P` is partial, `N` none."""
STATUSES: Final[Mapping[str, str]] = MappingProxyType({"A": "active", "C": "cessee"})
"""State in the Sirene register -> notation in the scheme `company-status`."""

_SOLE_TRADER: Final = "1"
"""The first digit of the legal category of a sole trader, `1000`."""
_NAF: Final = re.compile(r"[0-9]{2}\.[0-9]{2}[A-Z]")
_CATEGORY: Final = re.compile(r"[0-9]{4}")
_NAME: Final = re.compile(r"(?P<source>[a-z-]+?)-(?P<vintage>[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)\.jsonl")


@dataclass(frozen=True, slots=True)
class Unit:
    """A legal unit whose diffusion is open: its SIREN and its four values, empty where the register has none.

    Attributes:
        siren: the number of the unit.
        legal_category: code of the INSEE legal category, four digits.
        naf_rev2: code of the main activity in NAF rev. 2.
        naf_2025: code of the main activity in NAF 2025.
        status: notation in the scheme `company-status`.
    """

    siren: str
    legal_category: str = ""
    naf_rev2: str = ""
    naf_2025: str = ""
    status: str = ""


@dataclass(slots=True)
class Kept:
    """The units that may be published, and how many others there were, by reason; the others are not named."""

    units: list[Unit] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def add(self, found: Unit | str) -> None:
        """Add a unit, or the reason why there is none."""
        if isinstance(found, Unit):
            self.units.append(found)
        else:
            self.left_out[found] += 1


def judged(
    siren: str, diffusion: object, category: object, *, rev2: object = "", naf_2025: object = "", status: object = ""
) -> Unit | str:
    """Return the unit where it may be published, else the reason why not; a value of no known form is dropped."""
    if diffusion != OPEN:
        return "its diffusion is not open"
    form = _matching(_CATEGORY, _text(category).zfill(4) if category not in (None, "") else "")
    if form.startswith(_SOLE_TRADER):
        return "it is a sole trader"
    if not form:
        return "its legal category is not stated"
    return Unit(
        siren=siren,
        legal_category=form,
        naf_rev2=_matching(_NAF, rev2),
        naf_2025=_matching(_NAF, naf_2025),
        status=STATUSES.get(_text(status), ""),
    )


def write(home: Path, source: str, vintage: str, kept: Kept) -> Path:
    """Write the units to the home, a line of JSON each, in the order of SIRENs; the same units give the same bytes."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{source}-{vintage}.jsonl"
    lines = [json.dumps(asdict(unit)) for unit in sorted(kept.units, key=lambda unit: unit.siren)]
    with scratch(folder / "units") as aside:
        (aside / path.name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        (aside / path.name).replace(path)
    return path


def read(content: bytes, name: str) -> Iterator[tuple[int, Unit]]:
    """Yield the units of a file with their lines; raises SourceError where it is none."""
    try:
        for line, text in enumerate(content.decode().splitlines(), start=1):
            yield line, _unit(json.loads(text))
    except (ValueError, TypeError, InvalidIdentifier) as error:
        raise SourceError(f"{name} is no file of units: {error}; remove it, and run `maille enrich` again") from error


def files(home: Path) -> list[tuple[str, str, Path]]:
    """Return the files of units of a home as source, vintage and path, the newest first."""
    found = [(_NAME.fullmatch(path.name), path) for path in sorted((home / FOLDER).glob("*.jsonl"))]
    named = [(match["source"], match["vintage"], path) for match, path in found if match]
    return sorted(named, key=lambda one: (one[1], one[0]), reverse=True)


def sirens(values: Iterable[str]) -> list[str]:
    """Return the well-formed SIRENs among `values`, sorted, each once."""
    found = set()
    for value in values:
        try:
            found.add(identifiers.siren(value))
        except InvalidIdentifier:
            continue
    return sorted(found)


def _unit(values: Mapping[str, Any]) -> Unit:
    unit = Unit(**values)
    again = judged(identifiers.siren(unit.siren), OPEN, unit.legal_category, rev2=unit.naf_rev2, naf_2025=unit.naf_2025)
    if not isinstance(again, Unit) or unit.status not in ("", *STATUSES.values()):
        raise ValueError(f"no unit that may be published: {values}")
    return unit


def _matching(form: re.Pattern[str], value: object) -> str:
    text = _text(value)
    return text if form.fullmatch(text) else ""


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
