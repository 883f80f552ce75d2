"""Ask a register about the organisations of a release; keep the answer for the next build (`docs/enrichment.md`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pyoxigraph import NamedNode, Store

from maille.loaders.enrichment import api as enrich_api
from maille.loaders.enrichment import sirene as enrich_sirene
from maille.loaders.enrichment import units as enrichment
from maille.loaders.enrichment.api import Get
from maille.loaders.enrichment.units import Kept
from maille.loaders.progress import Progress
from maille.ontology.errors import SourceError, UsageError
from maille.ontology.namespaces import BASE
from maille.store.web_pace import Pace


@dataclass(frozen=True, slots=True)
class Enriched:
    """What became of the units that were asked for: how many, where they are, and how many others by reason."""

    path: Path
    asked: int
    kept: Kept

    @property
    def whole(self) -> bool:
        """Whether every unit was found and may be published."""
        return not self.kept.left_out

    def to_dict(self) -> dict[str, object]:
        """Return it as JSON has it."""
        left_out = dict(sorted(self.kept.left_out.items()))
        return {"path": str(self.path), "asked": self.asked, "kept": len(self.kept.units), "left_out": left_out}

    def lines(self) -> list[str]:
        """Return what a user reads; no unit is named that was left out."""
        head = f"{len(self.kept.units):,} of {self.asked:,} organisations: {self.path}"
        return [head, *(f"{count:,} left out: {reason}" for reason, count in sorted(self.kept.left_out.items()))]


def sirens_of(store: Store, base: str = BASE) -> list[str]:
    """Return the SIRENs of the organisations of a release, those that are named by it."""
    found = []
    for quad in store.quads_for_pattern(None, NamedNode(f"{base}def#siren"), None, None):
        number = getattr(quad.object, "value", "")
        if quad.subject == NamedNode(f"{base}id/organisation/{number}"):
            found.append(number)
    return enrichment.sirens(found)


def from_api(home: Path, sirens: list[str], get: Get, pace: Pace, progress: Progress | None = None) -> Enriched:
    """Ask the API; the vintage is the day, by the clock of `pace`."""
    _some(sirens)
    kept = enrich_api.enrich(sirens, get, pace, progress)
    day = pace.now().date().isoformat()
    return Enriched(enrichment.write(home, enrich_api.SOURCE, day, kept), len(sirens), kept)


def from_stock(home: Path, sirens: list[str], file: Path, month: str) -> Enriched:
    """Read the stock file of a month, `2026-11`."""
    _some(sirens)
    try:
        date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise UsageError(f"--month: {month!r} is no month; write it like 2026-11") from error
    kept = enrich_sirene.enrich(file, sirens)
    return Enriched(enrichment.write(home, enrich_sirene.SOURCE, month, kept), len(sirens), kept)


def _some(sirens: list[str]) -> None:
    if not sirens:
        raise SourceError("the current release has no organisation with a SIREN: there is nothing to ask for")
