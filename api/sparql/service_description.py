"""The description of the endpoint (SPARQL 1.1 Service Description): what it takes, gives and holds.

It claims what a test has seen: SPARQL 1.1 queries, and updates where a write token is configured; the formats of the
`Engine`; the functions it has besides; the union default graph where the setting has it; no inference; and every named
graph with its true number of triples. Nodes have names, none is blank.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from maille.api.context import AppContext
from maille.api.terms import Row
from maille.ontology.terms import DCT, RDF, SD, VOID
from maille.store.writing import WritableEngine

GRAPH_SIZES: Final = """SELECT ?graph (COUNT(*) AS ?triples)
WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph ORDER BY ?graph"""

_FORMATS: Final = "http://www.w3.org/ns/formats/"
RESULT_FORMATS: Final = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "JSON-LD",
    "RDF_XML",
)
INPUT_FORMATS: Final = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML")
GEOSPARQL: Final = "http://www.opengis.net/def/function/geosparql/"
FUNCTIONS: Final = (
    *("sfContains sfCrosses sfDisjoint sfEquals sfIntersects sfOverlaps sfTouches sfWithin".split()),
    *("ehContains ehCoveredBy ehCovers ehDisjoint ehEquals ehInside ehMeet ehOverlap".split()),
    *("rcc8dc rcc8ec rcc8eq rcc8ntpp rcc8ntppi rcc8po rcc8tpp rcc8tppi relate".split()),
    *("difference distance intersection symDifference union".split()),
    *("asGeoJSON centroid convexHull envelope getSRID length perimeter".split()),
    *("coordinateDimension dimension isEmpty isSimple spatialDimension".split()),
)
"""Those of GeoSPARQL 1.1 that the engine has, over WKT literals."""
_SIMPLE: Final = NamedNode("http://www.w3.org/ns/entailment/Simple")


def service_description(context: AppContext, sizes: Sequence[Row]) -> list[Triple]:
    """Return the description of the endpoint; `sizes` are the solutions of `GRAPH_SIZES`."""
    return [*_service(context), *_dataset(context, sizes)]


def endpoint(context: AppContext) -> NamedNode:
    """Return the address of the endpoint: under MAILLE_PUBLIC_URL, or else its canonical IRI."""
    path = "/sparql"
    return NamedNode(context.absolute(path) if context.settings.public_url else context.canonical(path))


def is_writable(context: AppContext) -> bool:
    """Tell whether somebody can write: a token is configured, and the engine takes writes."""
    settings = context.settings
    return (settings.token or settings.token_file) is not None and isinstance(context.engine, WritableEngine)


def _service(context: AppContext) -> Iterator[Triple]:
    service = _named(context, "service")
    yield Triple(service, RDF.type, SD.Service)
    yield Triple(service, SD.endpoint, endpoint(context))
    yield Triple(service, SD.supportedLanguage, SD.SPARQL11Query)
    if is_writable(context):
        yield Triple(service, SD.supportedLanguage, SD.SPARQL11Update)
        for name in INPUT_FORMATS:
            yield Triple(service, SD.inputFormat, NamedNode(_FORMATS + name))
    yield Triple(service, SD.defaultEntailmentRegime, _SIMPLE)
    for name in FUNCTIONS:
        yield Triple(service, SD.extensionFunction, NamedNode(GEOSPARQL + name))
        yield Triple(NamedNode(GEOSPARQL + name), RDF.type, SD.Function)
    for name in RESULT_FORMATS:
        yield Triple(service, SD.resultFormat, NamedNode(_FORMATS + name))
    if context.settings.union_default_graph:
        yield Triple(service, SD.feature, SD.UnionDefaultGraph)
    yield Triple(service, SD.defaultDataset, _named(context, "dataset"))


def _dataset(context: AppContext, sizes: Sequence[Row]) -> Iterator[Triple]:
    dataset, default = _named(context, "dataset"), _named(context, "default-graph")
    yield Triple(dataset, RDF.type, SD.Dataset)
    yield Triple(dataset, DCT.identifier, Literal(context.engine.release))
    yield Triple(dataset, SD.defaultGraph, default)
    yield Triple(default, RDF.type, SD.Graph)
    for row in sizes:
        name, count = row["graph"], row["triples"]
        if isinstance(name, NamedNode) and isinstance(count, Literal):
            yield from _named_graph(context, dataset, name, count)


def _named_graph(context: AppContext, dataset: NamedNode, name: NamedNode, count: Literal) -> Iterator[Triple]:
    slug = _slug(context.local(name))
    entry, graph = _named(context, f"named-{slug}"), _named(context, f"graph-{slug}")
    yield Triple(dataset, SD.namedGraph, entry)
    yield Triple(entry, RDF.type, SD.NamedGraph)
    yield Triple(entry, SD.name, NamedNode(context.published(name)))
    yield Triple(entry, SD.graph, graph)
    yield Triple(graph, RDF.type, SD.Graph)
    yield Triple(graph, VOID.triples, count)


def _slug(path: str) -> str:
    """Return a fragment for a graph: readable for ours (`/graph/cog/2026` -> `cog-2026`), else a hash."""
    if path.startswith("/graph/"):
        return re.sub(r"[^A-Za-z0-9.]+", "-", path.removeprefix("/graph/"))
    return hashlib.sha256(path.encode()).hexdigest()[:16]


def _named(context: AppContext, fragment: str) -> NamedNode:
    return NamedNode(f"{endpoint(context).value}#{fragment}")
