"""The history of communes as sources: one for each vintage of the npm package, each with its own graph.

That of 2019 holds the events since 1943, with their days, and the communes of 2019 that changed since; each later one
holds what differs from the vintage before it. A row is an event, or a commune; there is no vintage 2020.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Final

from pyoxigraph import Quad

from maille.loaders.history.quads import Writer
from maille.loaders.history.successors import EXACT, SHIPPED, History, load
from maille.loaders.history.versions import Versions, codes, pole
from maille.loaders.source import Row, SourceDescription
from maille.loaders.territories.snapshot import PACKAGE

__all__ = ["TerritoriesTimeLoader", "loaders"]

_ISSUED: Final[Mapping[str, date]] = MappingProxyType(
    {
        "2019": date(2020, 1, 8),
        "2021": date(2022, 2, 18),
        "2022": date(2023, 1, 30),
        "2023": date(2023, 9, 27),
        "2024": date(2025, 2, 11),
        "2025": date(2026, 1, 19),
        "2026": date(2026, 3, 9),
    }
)
"""Day on which the version of the package that holds a vintage was published."""


class TerritoriesTimeLoader:
    """Loads what one vintage tells of the past; the history is the one that is shipped where none is given."""

    def __init__(self, vintage: str, history: History | None = None, versions: Versions | None = None) -> None:
        self._vintage = vintage
        self._history = history or load()
        self._versions = versions or Versions(self._history)

    @cached_property
    def description(self) -> SourceDescription:
        """What the source is, with the digest of the snapshot it was read from."""
        return _describe(self._vintage, self._history)

    def rows(self) -> Iterator[Row]:
        """Yield the events, then the communes that are the oldest known before an event since 2019."""
        if self._vintage != EXACT:
            for step in self._versions.steps[self._vintage]:
                yield Row("communes.json", step.event.line, step.key, {"step": step})
            return
        for day, kind, ended, began in self._history.events():
            key = f"{day}-{pole(codes(ended), codes(began))}"
            values = {"kind": kind, "day": day, "ended": ended, "began": began}
            yield Row("historique-communes.json", (began or ended)[0].line, key, values)
        for version in self._versions.oldest.values():
            # Where nothing of a commune ever ended before 2019, its record is not kept, nor its place.
            yield Row("historique-communes.json", 0, f"commune-{version.code}", {"version": version})

    def quads(self, row: Row) -> Iterator[Quad]:
        """Yield the quads of one row."""
        values = row.values
        if "step" in values:
            yield from self._writer.between(self._before, self._vintage, values["step"])
        elif "version" in values:
            yield from self._writer.version(values["version"], row.key)
        else:
            yield from self._writer.dated(row.key, values["kind"], values["day"], values["ended"], values["began"])

    @cached_property
    def _writer(self) -> Writer:
        return Writer(self.description, self._history)

    @property
    def _before(self) -> str:
        return self._history.vintages[self._history.vintages.index(self._vintage) - 1]


def loaders() -> tuple[TerritoriesTimeLoader, ...]:
    """Return a loader for each vintage of the history that is shipped."""
    history = load()
    versions = Versions(history)
    return tuple(TerritoriesTimeLoader(vintage, history, versions) for vintage in history.vintages)


def _describe(vintage: str, history: History) -> SourceDescription:
    version = history.sources[vintage].version
    title_fr, title_en, text_fr, text_en = _texts(vintage, history)
    return SourceDescription(
        id="cog-history",
        vintage=vintage,
        title_fr=title_fr,
        title_en=title_en,
        description_fr=text_fr,
        description_en=text_en,
        publisher="https://www.etalab.gouv.fr/",
        licence="https://www.etalab.gouv.fr/licence-ouverte-open-licence",
        attribution=f"INSEE, réuni par Etalab ({PACKAGE} {version}), Licence Ouverte",
        address=f"https://www.npmjs.com/package/{PACKAGE}/v/{version}",
        issued=_ISSUED[vintage],
        file_name=SHIPPED.name,
        sha256=history.sha256,
    )


def _texts(vintage: str, history: History) -> tuple[str, str, str, str]:
    """Return the titles and descriptions of a vintage, in French and in English."""
    if vintage == EXACT:
        return (
            "Histoire des communes de 1943 à 2019",
            "History of the communes from 1943 to 2019",
            "Événements qui ont touché les communes, au jour près, du 1er janvier 1943 au 1er janvier 2019.",
            "What happened to the communes, to the day, from 1 January 1943 to 1 January 2019.",
        )
    before = history.vintages[history.vintages.index(vintage) - 1]
    return (
        f"Changements des communes de {before} à {vintage}",
        f"Changes of the communes from {before} to {vintage}",
        f"Ce qui distingue les communes du 1er janvier {before} de celles du 1er janvier {vintage} ; le jour de chaque "
        "changement n'est pas connu." + _NO_2020_FR * (before == EXACT),
        f"What differs between the communes of 1 January {before} and those of 1 January {vintage}; the day of each "
        "change is unknown." + _NO_2020_EN * (before == EXACT),
    )


_NO_2020_FR: Final = " Etalab n'a pas publié de millésime 2020."
_NO_2020_EN: Final = " Etalab published no vintage 2020."
