"""What trends are read among: the sources that tell of structures, the territories, the figures the study printed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import Literal, NamedNode

from maille.api.context import AppContext
from maille.api.terms import Row
from maille.ontology.namespaces import BASE

GRAPH: Final = BASE + "graph/"
_NO_SOURCE: Final = (GRAPH + "meta", GRAPH + "links")
_SOURCES: Final = """SELECT ?graph (COUNT(DISTINCT ?structure) AS ?n) WHERE {
  ?structure a maille:InnovationStructure .
  GRAPH ?graph { ?structure ?property ?value }
} GROUP BY ?graph ORDER BY ?graph"""
_GRAPHS: Final = """SELECT DISTINCT ?graph ?title ?licence WHERE {
  GRAPH ?graph {}
  OPTIONAL { ?graph dct:title ?title } OPTIONAL { ?graph dct:license ?licence }
} ORDER BY ?graph ?title ?licence"""
_AREAS: Final = """SELECT DISTINCT ?kind ?area ?code ?name ?above WHERE {
  VALUES (?kind ?class) { ("region" igeo:Region) ("departement" igeo:Departement) }
  ?area a ?class ; maille:codeInsee ?code ; skos:prefLabel ?name
  OPTIONAL {
    ?area igeo:subdivisionDirecteDe|igeo:subdivisionDe ?region .
    ?region a igeo:Region ; maille:codeInsee ?above
  }
  FILTER(LANG(?name) = "fr")
} ORDER BY ?kind ?code"""
_MEANS: Final = """SELECT DISTINCT ?means ?graph WHERE {
  { GRAPH ?graph { ?x skos:topConceptOf scheme:profile } BIND("profiles" AS ?means) }
  UNION { GRAPH ?graph { ?x maille:epciKind ?y } BIND("epcis" AS ?means) }
  UNION { GRAPH ?graph { ?x a igeo:Region } BIND("areas" AS ?means) }
  UNION { GRAPH ?graph { ?x maille:population ?y . ?x a igeo:Commune } BIND("populations" AS ?means) }
  UNION { GRAPH ?graph { ?x maille:opennessLevel ?y } BIND("levels" AS ?means) }
  UNION { GRAPH ?graph { ?x maille:supportDuration ?y } BIND("durations" AS ?means) }
  UNION { GRAPH ?graph { ?x skos:closeMatch|skos:broadMatch|skos:exactMatch ?y }
          ?y skos:inScheme scheme:theme BIND("alignments" AS ?means) }
}"""
_FIGURES: Final = """SELECT ?figure ?label ?excerpt ?line ?graph WHERE {
  GRAPH ?graph { ?figure a maille:KeyFigure }
  ?figure skos:prefLabel ?label ; maille:excerpt ?excerpt ; maille:sourceLine ?line
} ORDER BY ?figure ?line ?excerpt"""


@dataclass(frozen=True, slots=True)
class Named:
    """A graph or a territory: its names by language, its licences, how many structures it tells of."""

    iri: str
    titles: Mapping[str, str]
    licences: tuple[str, ...] = ()
    structures: int = 0
    code: str = ""
    above: str = ""

    @property
    def apart(self) -> bool:
        """Tell whether it stays out unless it is asked for."""
        return any("/odbl/" in licence for licence in self.licences)


@dataclass(slots=True)
class Figure:
    """A figure the study printed: its names, the words it is printed in and their lines, the graph that has it."""

    iri: str
    graph: str
    labels: dict[str, str] = field(default_factory=dict)
    excerpts: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What one release has around its structures."""

    graphs: Mapping[str, Named]
    sources: tuple[Named, ...]
    regions: tuple[Named, ...]
    departements: tuple[Named, ...]
    means: Mapping[str, tuple[NamedNode, ...]]
    figures: Mapping[str, Figure]

    def source(self, name: str) -> Named | None:
        """Return the source of an id and a vintage."""
        return next((source for source in self.sources if source.iri == GRAPH + name), None)


async def surroundings(context: AppContext) -> Surroundings:
    """Read them, one query after the other: they are asked once a release."""
    told = {_text(row, "graph"): int(_text(row, "n")) for row in await context.select(_SOURCES)}
    graphs = _named(await context.select(_GRAPHS), told)
    areas = await context.select(_AREAS)
    means: dict[str, set[NamedNode]] = defaultdict(set)
    for row in await context.select(_MEANS):
        means[_text(row, "means")].add(NamedNode(_text(row, "graph")))
    return Surroundings(
        graphs,
        tuple(graph for graph in graphs.values() if graph.structures and graph.iri not in _NO_SOURCE),
        _areas(areas, "region"),
        _areas(areas, "departement"),
        {name: tuple(sorted(found, key=str)) for name, found in means.items()},
        _figures(await context.select(_FIGURES)),
    )


def _named(rows: Sequence[Row], told: Mapping[str, int]) -> dict[str, Named]:
    titles: dict[str, dict[str, str]] = defaultdict(dict)
    licences: dict[str, dict[str, None]] = defaultdict(dict)
    for row in rows:
        iri, title, licence = _text(row, "graph"), row.get("title"), row.get("licence")
        titles.setdefault(iri, {})
        if isinstance(title, Literal):
            titles[iri][title.language or ""] = title.value
        if isinstance(licence, NamedNode):
            licences[iri][licence.value] = None
    return {iri: Named(iri, names, tuple(licences[iri]), told.get(iri, 0)) for iri, names in titles.items()}


def _areas(rows: Sequence[Row], kind: str) -> tuple[Named, ...]:
    found: dict[str, Named] = {}
    for row in rows:
        if _text(row, "kind") == kind:
            iri, names = _text(row, "area"), {"fr": _text(row, "name")}
            found.setdefault(iri, Named(iri, names, code=_text(row, "code"), above=_text(row, "above")))
    return tuple(found.values())


def _figures(rows: Sequence[Row]) -> dict[str, Figure]:
    found: dict[str, Figure] = {}
    for row in rows:
        iri, label = _text(row, "figure"), row.get("label")
        figure = found.setdefault(iri.rpartition("/")[2], Figure(iri, _text(row, "graph")))
        if isinstance(label, Literal):
            figure.labels[label.language or ""] = label.value
        if (excerpt := _text(row, "excerpt")) not in figure.excerpts:
            figure.excerpts.append(excerpt)
        line = _text(row, "line")
        if line.isdecimal() and int(line) not in figure.lines:
            figure.lines.append(int(line))
    return found


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    return value.value if isinstance(value, NamedNode | Literal) else ""
