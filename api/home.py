"""What the home page says of the graph: counted once a release, written in the language of each reader."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from maille.api.context import AppContext
from maille.api.i18n import Translator, alphabetical
from maille.api.render import Links
from maille.api.rest_asking import EVERY_LICENCE
from maille.api.terms import Row
from maille.api.views import Shown
from maille.ontology.namespaces import BASE
from maille.ontology.terms import IGEO, MAILLE

_TILES: Final = (
    (MAILLE.InnovationStructure, "structure"),
    (MAILLE.OperatingOrganisation, "organisation"),
    (MAILLE.Initiative, "initiative"),
    (MAILLE.Network, "network"),
    (MAILLE.Partner, "partner"),
    (MAILLE.KeyFigure, "figure"),
    (IGEO.Region, "region"),
    (IGEO.Departement, "departement"),
    (IGEO.Intercommunalite, "epci"),
    (IGEO.Commune, "commune"),
)
_COUNTS: Final = """SELECT ?class (COUNT(DISTINCT ?it) AS ?n)
WHERE { VALUES ?class { UNDEF } ?it a ?class } GROUP BY ?class"""
_PROFILES: Final = """SELECT ?it ?label (COUNT(DISTINCT ?structure) AS ?n) WHERE {
  ?it skos:topConceptOf scheme:profile ; skos:prefLabel ?label .
  OPTIONAL { ?structure a maille:InnovationStructure ; maille:mainProfile|maille:profile ?own . ?own skos:broader* ?it }
} GROUP BY ?it ?label"""
_THEMES: Final = """SELECT ?it ?label (COUNT(DISTINCT ?structure) AS ?n) WHERE {
  { ?it skos:inScheme scheme:theme } UNION { ?any a maille:InnovationStructure ; dct:subject ?it }
  ?it skos:prefLabel ?label .
  OPTIONAL { ?structure a maille:InnovationStructure ; dct:subject ?it }
} GROUP BY ?it ?label"""
_REGIONS: Final = """SELECT ?it ?label (COUNT(DISTINCT ?structure) AS ?n) WHERE {
  ?it a igeo:Region ; skos:prefLabel ?label .
  OPTIONAL {
    ?structure a maille:InnovationStructure .
    { ?structure maille:inCommune/igeo:subdivisionDe ?it } UNION { ?structure dct:spatial/igeo:subdivisionDe? ?it }
  }
} GROUP BY ?it ?label"""
_LISTS: Final = {"profiles": _PROFILES, "themes": _THEMES, "regions": _REGIONS}
_FILTERS: Final = {"profiles": "profile", "themes": "theme", "regions": "territory"}
_MOST: Final = {"profiles": 12, "themes": 16, "regions": 26}
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

    labels: Mapping[str, str]
    number: int


@dataclass(frozen=True)
class Home:
    """The figures and names of one release."""

    numbers: Mapping[NamedNode, int]
    lists: Mapping[str, Mapping[NamedNode, Listed]]

    def tiles(self, t: Translator, links: Links) -> list[Tile]:
        """Return the counts per class, each with the search that lists what it counts."""
        found = [(cls, kind) for cls, kind in _TILES if self.numbers.get(cls)]
        return [
            Tile(t(f"kind.{kind}"), self.numbers[cls], links.path("/search", kind=kind, licence=EVERY_LICENCE))
            for cls, kind in found
        ]

    def entries(self, t: Translator, links: Links) -> list[tuple[str, list[Entry]]]:
        """Return the lists to begin with: title, entries; those with most structures, by name."""
        return [(t(f"home.{name}"), self._entries(name, t, links)) for name in _LISTS]

    def _entries(self, name: str, t: Translator, links: Links) -> list[Entry]:
        things = sorted(self.lists[name].items(), key=lambda pair: (-pair[1].number, str(pair[0])))[: _MOST[name]]
        found = [
            Entry(Shown(t.pick(listed.labels), links.iri(thing)), listed.number, _search(name, thing, links))
            for thing, listed in things
        ]
        return sorted(found, key=lambda one: alphabetical(one.thing.text))


async def home(context: AppContext) -> Home:
    """Count and list what the home page shows."""
    counts, *lists = await asyncio.gather(
        context.select(_COUNTS, **{"class": [cls for cls, _ in _TILES]}),
        *(context.select(query) for query in _LISTS.values()),
    )
    return Home(_numbers(counts), dict(zip(_LISTS, map(_listed, lists), strict=True)))


def _numbers(rows: Iterable[Row]) -> dict[NamedNode, int]:
    found = {}
    for row in rows:
        cls, number = row.get("class"), row.get("n")
        if isinstance(cls, NamedNode) and isinstance(number, Literal):
            found[cls] = int(number.value)
    return found


def _listed(rows: Iterable[Row]) -> dict[NamedNode, Listed]:
    labels: dict[NamedNode, dict[str, str]] = defaultdict(dict)
    numbers: dict[NamedNode, int] = {}
    for row in rows:
        thing, label, number = row.get("it"), row.get("label"), row.get("n")
        if isinstance(thing, NamedNode) and isinstance(label, Literal) and isinstance(number, Literal):
            labels[thing].setdefault(label.language or "", label.value)
            numbers[thing] = int(number.value)
    return {thing: Listed(found, numbers[thing]) for thing, found in labels.items()}


def _search(name: str, thing: NamedNode, links: Links) -> str:
    inner = thing.value.removeprefix(BASE)
    value = inner.removeprefix("id/") if name == "regions" else inner.rpartition("/")[2]
    return links.path("/search", **{_FILTERS[name]: value, "licence": EVERY_LICENCE})
