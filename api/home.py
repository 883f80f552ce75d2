"""What the home page says of the graph: counted once a release, written in the language of each reader."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from maille.api.context import AppContext
from maille.api.i18n import Translator, alphabetical
from maille.api.render import Links, curie, local_path
from maille.api.terms import Row
from maille.api.views import Shown
from maille.ontology.namespaces import BASE, PREFIXES, rebase_text
from maille.ontology.terms import IGEO, MAILLE

_TILES: Final = (
    (MAILLE.InnovationStructure, "structure"),
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
_GRAPHS: Final = """SELECT ?graph ?n ?title ?licence WHERE {
  { SELECT ?graph (COUNT(*) AS ?n) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph }
  OPTIONAL { ?graph dct:title ?title } OPTIONAL { ?graph dct:license ?licence }
} ORDER BY ?graph ?title ?licence"""
_ENTRIES: Final = """SELECT ?list ?it ?label WHERE {
  { ?it skos:topConceptOf scheme:profile BIND("profiles" AS ?list) }
  UNION { ?it skos:inScheme scheme:theme BIND("themes" AS ?list) }
  UNION { ?it a igeo:Region BIND("regions" AS ?list) }
  UNION { ?it a maille:InnovationStructure BIND("structures" AS ?list) }
  ?it skos:prefLabel ?label
}"""
_LISTS: Final = ("profiles", "structures", "themes", "regions")
_LIST_LIMIT: Final = 80

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Tile:
    """A count that leads to the things counted."""

    name: str
    number: int
    href: str


@dataclass(frozen=True)
class GraphLine:
    """A named graph: its title, size and licences."""

    thing: Shown
    number: int
    licences: tuple[Shown, ...]


@dataclass(frozen=True)
class Home:
    """The figures and names of one release."""

    numbers: Mapping[NamedNode, int]
    sizes: Mapping[NamedNode, int]
    titles: Mapping[NamedNode, Labels]
    licences: Mapping[NamedNode, tuple[NamedNode, ...]]
    lists: Mapping[str, Mapping[NamedNode, Labels]]

    def tiles(self, t: Translator, links: Links, base: str) -> list[Tile]:
        """Return the counts per class, each with the query that lists what it counts."""
        found = [(cls, kind) for cls, kind in _TILES if self.numbers.get(cls)]
        return [
            Tile(t(f"kind.{kind}"), self.numbers[cls], links.path("/sparql", query=_listing(cls, base)))
            for cls, kind in found
        ]

    def graphs(self, t: Translator, links: Links) -> list[GraphLine]:
        """Return the named graphs, by name."""
        return [
            GraphLine(
                Shown(t.pick(self.titles.get(graph, {}), _short(graph)), links.iri(graph)),
                size,
                tuple(_licence(t, links, licence) for licence in self.licences.get(graph, ())),
            )
            for graph, size in self.sizes.items()
        ]

    def entries(self, t: Translator, links: Links) -> list[tuple[str, list[Shown]]]:
        """Return the lists to begin with: title, things."""
        return [(t(f"home.{name}"), self._things(name, t, links)) for name in _LISTS]

    def addresses(self) -> Iterable[str]:
        """Yield the paths of the documents of the lists."""
        for things in self.lists.values():
            for thing in sorted(things, key=str):
                yield local_path(thing.value) or "/"

    def _things(self, name: str, t: Translator, links: Links) -> list[Shown]:
        things = [Shown(t.pick(labels), links.iri(thing)) for thing, labels in self.lists.get(name, {}).items()]
        return sorted(things, key=lambda one: alphabetical(one.text))[:_LIST_LIMIT]


async def home(context: AppContext) -> Home:
    """Count and list what the home page shows."""
    counts, graphs, entries = await asyncio.gather(
        context.select(_COUNTS, **{"class": [cls for cls, _ in _TILES]}),
        context.select(_GRAPHS),
        context.select(_ENTRIES),
    )
    sizes = {graph: int(number) for graph, number, _ in _graph_rows(graphs)}
    return Home(_numbers(counts), sizes, _titles(graphs), _licences(graphs), _lists(entries))


def _numbers(rows: Iterable[Row]) -> dict[NamedNode, int]:
    found = {}
    for row in rows:
        cls, number = row.get("class"), row.get("n")
        if isinstance(cls, NamedNode) and isinstance(number, Literal):
            found[cls] = int(number.value)
    return found


def _graph_rows(rows: Sequence[Row]) -> Iterable[tuple[NamedNode, str, Row]]:
    for row in rows:
        graph, number = row.get("graph"), row.get("n")
        if isinstance(graph, NamedNode) and isinstance(number, Literal):
            yield graph, number.value, row


def _titles(rows: Sequence[Row]) -> dict[NamedNode, dict[str, str]]:
    found: dict[NamedNode, dict[str, str]] = defaultdict(dict)
    for graph, _, row in _graph_rows(rows):
        title = row.get("title")
        if isinstance(title, Literal):
            found[graph][title.language or ""] = title.value
    return dict(found)


def _licences(rows: Sequence[Row]) -> dict[NamedNode, tuple[NamedNode, ...]]:
    found: dict[NamedNode, dict[NamedNode, None]] = defaultdict(dict)
    for graph, _, row in _graph_rows(rows):
        licence = row.get("licence")
        if isinstance(licence, NamedNode):
            found[graph][licence] = None
    return {graph: tuple(licences) for graph, licences in found.items()}


def _lists(rows: Sequence[Row]) -> dict[str, dict[NamedNode, dict[str, str]]]:
    found: dict[str, dict[NamedNode, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        name, thing, label = row.get("list"), row.get("it"), row.get("label")
        if isinstance(name, Literal) and isinstance(thing, NamedNode) and isinstance(label, Literal):
            found[name.value][thing][label.language or ""] = label.value
    return {name: dict(things) for name, things in found.items()}


def _listing(cls: NamedNode, base: str) -> str:
    prefix, _, name = curie(cls.value).partition(":")
    prologue = f"PREFIX {prefix}: <{PREFIXES[prefix]}>\nPREFIX skos: <{PREFIXES['skos']}>\n\n"
    return rebase_text(
        f"{prologue}SELECT ?it ?label\nWHERE {{ ?it a {prefix}:{name} ; skos:prefLabel ?label }}\nORDER BY ?label\n",
        base,
    )


def _short(graph: NamedNode) -> str:
    return graph.value.removeprefix(BASE)


def _licence(t: Translator, links: Links, licence: NamedNode) -> Shown:
    key = f"thing.{licence.value}"
    name = t(key) if t.has(key) else curie(licence.value)
    return Shown(name, links.iri(licence), external=not licence.value.startswith(BASE))
