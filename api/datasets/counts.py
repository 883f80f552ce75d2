"""What is in the release that is served, counted in the store itself (VoID, section 4.6): true by construction."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from maille.api.context import AppContext
from maille.api.terms import Row

_GRAPHS: Final = """SELECT ?graph (COUNT(*) AS ?triples)
  (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"""
_CLASSES: Final = """SELECT ?graph ?class (COUNT(DISTINCT ?s) AS ?entities)
WHERE { GRAPH ?graph { ?s a ?class } } GROUP BY ?graph ?class"""
_PROPERTIES: Final = """SELECT ?graph ?property (COUNT(*) AS ?triples)
WHERE { GRAPH ?graph { ?s ?property ?o } } GROUP BY ?graph ?property"""
_ALL: Final = """SELECT (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
WHERE { GRAPH ?graph { ?s ?p ?o } }"""
_ALL_CLASSES: Final = """SELECT ?class (COUNT(DISTINCT ?s) AS ?entities)
WHERE { GRAPH ?graph { ?s a ?class } } GROUP BY ?class"""
WIKIDATA: Final = "http://www.wikidata.org/entity/"
_LINKSETS: Final = f"""SELECT ?graph ?predicate (COUNT(*) AS ?triples)
WHERE {{
  GRAPH ?graph {{ ?s ?predicate ?o }}
  FILTER(isIRI(?o) && STRSTARTS(STR(?o), "{WIKIDATA}") && ?predicate != rdf:object)
}} GROUP BY ?graph ?predicate ORDER BY ?graph ?predicate"""


@dataclass(frozen=True, slots=True)
class Linkset:
    """The links of one graph, by one property, to Wikidata (VoID, section 5)."""

    graph: NamedNode
    predicate: NamedNode
    triples: int


@dataclass(frozen=True, slots=True)
class Counts:
    """The size of one graph, or of all of them taken as one.

    Attributes:
        triples: how many triples.
        subjects: how many distinct subjects.
        objects: how many distinct objects.
        classes: class -> how many things are of it.
        properties: property -> how many triples have it.
    """

    triples: int
    subjects: int
    objects: int
    classes: Mapping[NamedNode, int]
    properties: Mapping[NamedNode, int]


async def count_graphs(context: AppContext) -> dict[NamedNode, Counts]:
    """Count each named graph."""
    sizes, classes, properties = await asyncio.gather(
        context.select(_GRAPHS), context.select(_CLASSES), context.select(_PROPERTIES)
    )
    found = {}
    for row in sizes:
        graph = _name(row, "graph")
        found[graph] = Counts(
            triples=_number(row, "triples"),
            subjects=_number(row, "subjects"),
            objects=_number(row, "objects"),
            classes={_name(one, "class"): _number(one, "entities") for one in classes if one["graph"] == graph},
            properties={_name(one, "property"): _number(one, "triples") for one in properties if one["graph"] == graph},
        )
    return found


async def count_all(context: AppContext, graphs: Iterable[Counts]) -> Counts:
    """Count all named graphs together, as the endpoint does: a triple that stands in two of them counts twice."""
    sizes, classes = await asyncio.gather(context.select(_ALL), context.select(_ALL_CLASSES))
    properties: Counter[NamedNode] = Counter()
    triples = 0
    for graph in graphs:
        triples += graph.triples
        properties.update(graph.properties)
    return Counts(
        triples=triples,
        subjects=_number(sizes[0], "subjects"),
        objects=_number(sizes[0], "objects"),
        classes={_name(row, "class"): _number(row, "entities") for row in classes},
        properties=properties,
    )


async def count_linksets(context: AppContext) -> list[Linkset]:
    """Count the links to Wikidata, by graph and property."""
    rows = await context.select(_LINKSETS)
    return [Linkset(_name(row, "graph"), _name(row, "predicate"), _number(row, "triples")) for row in rows]


def _number(row: Row, name: str) -> int:
    value = row[name]
    if not isinstance(value, Literal):
        raise ValueError(f"?{name} is no number")
    return int(value.value)


def _name(row: Row, name: str) -> NamedNode:
    value = row[name]
    if not isinstance(value, NamedNode):
        raise ValueError(f"?{name} is no IRI")
    return value
