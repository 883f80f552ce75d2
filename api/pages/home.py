"""What the home page says of the graph: counted once a release, written in the language of each reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from maille.api.context import AppContext
from maille.api.entities.views import Shown
from maille.api.pages.i18n import Translator, alphabetical
from maille.api.pages.render import Links
from maille.api.rest.asking import EVERY_LICENCE
from maille.api.search.view import page_of
from maille.api.terms import Row
from maille.ontology.terms import IGEO, MAILLE
from maille.store.search import Filters, SearchIndex

_TILES: Final = {
    "structure": MAILLE.InnovationStructure,
    "organisation": MAILLE.OperatingOrganisation,
    "laboratory": MAILLE.ResearchUnit,
    "initiative": MAILLE.Initiative,
    "network": MAILLE.Network,
    "partner": MAILLE.Partner,
    "figure": MAILLE.KeyFigure,
    "region": IGEO.Region,
    "departement": IGEO.Departement,
    "epci": IGEO.Intercommunalite,
    "commune": IGEO.Commune,
}
_COUNTS: Final = """SELECT ?class (COUNT(DISTINCT ?it) AS ?n)
WHERE { VALUES ?class { UNDEF } ?it a ?class } GROUP BY ?class"""
_LISTS: Final = {"profiles": "profile", "themes": "theme", "regions": "region"}
_FILTERS: Final = {"profiles": "profile", "themes": "theme", "regions": "territory"}
_MOST: Final = {"profiles": 16, "themes": 16, "regions": 26}
"""Of each list, how many are shown: those of which there are most."""


@dataclass(frozen=True)
class Tile:
    """A count that leads to the things counted."""

    name: str
    number: int
    href: str


@dataclass(frozen=True)
class Entry:
    """Something to begin with: its page, how many structures it has, and the search that lists them."""

    thing: Shown
    number: int
    href: str


@dataclass(frozen=True)
class Listed:
    """What is known of one entry, in every language."""

    iri: str
    labels: Mapping[str, str]
    number: int


@dataclass(frozen=True)
class Home:
    """The figures and names of one release; lists are empty while its search index is being made."""

    numbers: Mapping[str, int]
    lists: Mapping[str, tuple[Listed, ...]]
    index: SearchIndex | None = None

    def tiles(self, t: Translator, links: Links) -> list[Tile]:
        """Return the counts per kind, each with the search that lists what it counts."""
        found = [(kind, self.numbers[kind]) for kind in _TILES if self.numbers.get(kind)]
        return [
            Tile(t(f"kind.{kind}"), number, links.path("/search", kind=kind, licence=EVERY_LICENCE))
            for kind, number in found
        ]

    def entries(self, t: Translator, links: Links) -> list[tuple[str, list[Entry]]]:
        """Return the lists to begin with: title, entries by name."""
        return [(t(f"home.{name}"), list(self._entries(name, t, links))) for name in self.lists]

    def _entries(self, name: str, t: Translator, links: Links) -> Iterable[Entry]:
        if self.index is None:
            return
        for one in sorted(self.lists[name], key=lambda listed: alphabetical(t.pick(listed.labels))):
            inner = one.iri.removeprefix(f"{self.index.base}id/")
            value = inner if name == "regions" else inner.rpartition("/")[2]
            search = links.path("/search", **{_FILTERS[name]: value, "licence": EVERY_LICENCE})
            yield Entry(Shown(t.pick(one.labels), page_of(one.iri, self.index, links)), one.number, search)


async def counted(context: AppContext) -> Home:
    """Return what can be said without a search index: how many there are of each class."""
    rows = await context.select(_COUNTS, **{"class": list(_TILES.values())})
    numbers = _numbers(rows)
    return Home({kind: numbers.get(cls, 0) for kind, cls in _TILES.items()}, {})


def indexed(index: SearchIndex) -> Home:
    """Return what the index of a release says: how many of each kind, and what structures are and where."""
    kinds = dict(index.find(limit=0, facets=("kind",)).facets["kind"])
    facets = index.find(Filters(kind=("structure",)), limit=0, facets=tuple(_LISTS.values())).facets
    return Home(kinds, {name: tuple(_listed(name, facets[facet], index)) for name, facet in _LISTS.items()}, index)


def _listed(name: str, counts: Iterable[tuple[str, int]], index: SearchIndex) -> Iterable[Listed]:
    most = list(counts)[: _MOST[name]]
    known = index.things([iri for iri, _ in most])
    for iri, number in most:
        yield Listed(iri, _labels(known.get(iri, {}), iri), number)


def _labels(row: Mapping[str, Any], iri: str) -> dict[str, str]:
    label = row.get("label") or iri.rpartition("/")[2]
    return {"fr": label, "en": row.get("label_en") or label}


def _numbers(rows: Iterable[Row]) -> dict[NamedNode, int]:
    found = {}
    for row in rows:
        cls, number = row.get("class"), row.get("n")
        if isinstance(cls, NamedNode) and isinstance(number, Literal):
            found[cls] = int(number.value)
    return found
