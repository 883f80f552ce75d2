"""The catalogue at `/catalog` (DCAT-AP 3.0.1): the whole, its named graphs, their licences and dumps, the endpoint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode, Triple

from maille.api.context import AppContext
from maille.api.datasets.dumps import address_of
from maille.api.datasets.void import DATASET, DESCRIPTIONS, TITLES, slug
from maille.loaders.dumps import Dump, Part
from maille.ontology.namespaces import BASE
from maille.ontology.terms import DCAT, DCT, FOAF, RDF, SPDX, XSD

CATALOGUE: Final = NamedNode(BASE + "catalog")
SERVICE: Final = NamedNode(BASE + "catalog#sparql")

DESCRIBED: Final = """CONSTRUCT { ?graph ?p ?o } WHERE {
  GRAPH ?meta { ?graph a dcat:Dataset ; ?p ?o }
  VALUES ?p { dct:title dct:description dct:publisher dct:license dct:issued dct:language dcat:version }
}"""
NAMES: Final = """SELECT ?agent ?name WHERE {
  VALUES ?agent { UNDEF }
  ?agent skos:prefLabel|foaf:name ?name
} ORDER BY ?agent ?name"""

_FORMATS: Final = {
    "nq": ("N-Quads", "application/n-quads", "RDF_N_QUADS"),
    "ttl": ("Turtle", "text/turtle", "RDF_TURTLE"),
    "jsonld": ("JSON-LD", "application/ld+json", "JSON_LD"),
}
"""Of each form of a dump: its title, media type and name in the table of file types of the EU."""
_MEDIA: Final = "https://www.iana.org/assignments/media-types/"
_FILE_TYPE: Final = "http://publications.europa.eu/resource/authority/file-type/"
_LANGUAGES: Final = "http://publications.europa.eu/resource/authority/language/"
_TYPES: Final = {
    DCT.publisher: FOAF.Agent,
    DCT.license: DCT.LicenseDocument,
    DCT.language: DCT.LinguisticSystem,
    DCT.format: DCT.MediaTypeOrExtent,
    DCAT.mediaType: DCT.MediaType,
    DCAT.compressFormat: DCT.MediaType,
    FOAF.homepage: FOAF.Document,
    SPDX.algorithm: SPDX.ChecksumAlgorithm,
}
"""What DCAT-AP wants the values of a property to be."""


@dataclass(frozen=True, slots=True)
class Described:
    """What the data say of their graphs, worked out once a release.

    Attributes:
        triples: the descriptions.
        graphs: the graphs described.
        names: agent -> its name.
    """

    triples: tuple[Triple, ...]
    graphs: tuple[NamedNode, ...]
    names: Mapping[NamedNode, Literal]


async def described(context: AppContext) -> Described:
    """Return what the data say of their graphs."""
    triples = await context.construct(DESCRIBED)
    graphs = sorted({triple.subject for triple in triples if isinstance(triple.subject, NamedNode)}, key=str)
    agents = sorted(
        {one.object for one in triples if one.predicate == DCT.publisher and isinstance(one.object, NamedNode)}, key=str
    )
    rows = await context.select(NAMES, agent=[*agents, NamedNode(BASE)])
    names = {
        row["agent"]: row["name"]
        for row in rows
        if isinstance(row["agent"], NamedNode) and isinstance(row["name"], Literal)
    }
    return Described(tuple(triples), tuple(graphs), names)


def catalogue(context: AppContext, found: Described, parts: Iterable[Part], dumps: Mapping[str, Dump]) -> list[Triple]:
    """Return the catalogue, its names under our own base; of `dumps`, by name, sizes and checksums are known."""
    publisher = _of(found.triples, DCT.publisher, BASE + "graph/vocabulary/") or NamedNode(BASE)
    triples = [
        *_catalogue(found.graphs, publisher),
        *_whole(context, publisher),
        *_service(context, found.graphs),
        *(triple for triple in found.triples if triple.predicate != DCT.license),
        *(triple for graph in found.graphs for triple in _graph(context, graph, found.triples)),
        *(triple for part in parts for triple in _dump(context, part, dumps.get(part.name), found.triples)),
    ]
    agents = {triple.object for triple in triples if triple.predicate == DCT.publisher}
    named = (Triple(one, FOAF.name, _name(one, found.names.get(one))) for one in agents if isinstance(one, NamedNode))
    return [*triples, *named, *_typed(triples)]


def _catalogue(graphs: Iterable[NamedNode], publisher: NamedNode) -> Iterator[Triple]:
    yield Triple(CATALOGUE, RDF.type, DCAT.Catalog)
    yield from _texts(CATALOGUE)
    yield Triple(CATALOGUE, DCT.publisher, publisher)
    yield Triple(CATALOGUE, FOAF.homepage, NamedNode(BASE))
    for code in ("FRA", "ENG"):
        yield Triple(CATALOGUE, DCT.language, NamedNode(_LANGUAGES + code))
    for dataset in (DATASET, *graphs):
        yield Triple(CATALOGUE, DCAT.dataset, dataset)
    yield Triple(CATALOGUE, DCAT.service, SERVICE)


def _whole(context: AppContext, publisher: NamedNode) -> Iterator[Triple]:
    yield Triple(DATASET, RDF.type, DCAT.Dataset)
    yield from _texts(DATASET)
    yield Triple(DATASET, DCT.publisher, publisher)
    yield Triple(DATASET, DCT.identifier, Literal(context.engine.release))
    yield Triple(DATASET, DCAT.version, Literal(context.engine.release))
    yield from _by_sparql(context, DATASET, "all")


def _dump(context: AppContext, part: Part, dump: Dump | None, described: Iterable[Triple]) -> Iterator[Triple]:
    dataset, name = _of_part(context, part)
    node, address = NamedNode(name), context.address(address_of(context.engine.release, part.name))
    title, media_type, file_type = _FORMATS[part.form]
    yield Triple(dataset, DCAT.distribution, node)
    yield Triple(node, RDF.type, DCAT.Distribution)
    yield Triple(node, DCT.title, Literal(title, language="en"))
    yield Triple(node, DCAT.accessURL, address)
    yield Triple(node, DCAT.downloadURL, address)
    yield Triple(node, DCT.format, NamedNode(_FILE_TYPE + file_type))
    yield Triple(node, DCAT.mediaType, NamedNode(_MEDIA + media_type))
    yield Triple(node, DCAT.compressFormat, NamedNode(_MEDIA + "application/gzip"))
    for one in described:
        if (one.subject, one.predicate) == (dataset, DCT.license):
            yield Triple(node, DCT.license, one.object)
    if dump is not None:
        yield from _facts(node, dump)


def _facts(node: NamedNode, dump: Dump) -> Iterator[Triple]:
    checksum = NamedNode(f"{node.value}-checksum")
    yield Triple(node, DCAT.byteSize, Literal(str(dump.size), datatype=XSD.nonNegativeInteger))
    yield Triple(node, SPDX.checksum, checksum)
    yield Triple(checksum, RDF.type, SPDX.Checksum)
    yield Triple(checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256)
    yield Triple(checksum, SPDX.checksumValue, Literal(dump.sha256, datatype=XSD.hexBinary))


def _of_part(context: AppContext, part: Part) -> tuple[NamedNode, str]:
    """Return the data set that a part is a distribution of, and the name of that distribution."""
    suffix = "" if part.form == "nq" else f"-{part.form}"
    if part.graph is None:
        return DATASET, f"{CATALOGUE.value}#dump{suffix}"
    base = context.settings.base_iri
    graph = BASE + part.graph.removeprefix(base) if part.graph.startswith(base) else part.graph
    return NamedNode(graph), f"{CATALOGUE.value}#{slug(graph)}-dump{suffix}"


def _graph(context: AppContext, graph: NamedNode, described: Iterable[Triple]) -> Iterator[Triple]:
    yield Triple(graph, RDF.type, DCAT.Dataset)
    yield Triple(graph, DCT.identifier, Literal(context.published(graph), datatype=XSD.anyURI))
    licences = [one.object for one in described if (one.subject, one.predicate) == (graph, DCT.license)]
    node = NamedNode(f"{CATALOGUE.value}#{slug(graph.value)}")
    yield from _by_sparql(context, graph, slug(graph.value))
    for licence in licences:
        yield Triple(node, DCT.license, licence)


def _by_sparql(context: AppContext, dataset: NamedNode, name: str) -> Iterator[Triple]:
    node = NamedNode(f"{CATALOGUE.value}#{name}")
    yield Triple(dataset, DCAT.distribution, node)
    yield Triple(node, RDF.type, DCAT.Distribution)
    yield Triple(node, DCT.title, Literal("SPARQL", language="en"))
    yield Triple(node, DCAT.accessURL, context.address("/sparql"))
    yield Triple(node, DCAT.accessService, SERVICE)


def _service(context: AppContext, graphs: Iterable[NamedNode]) -> Iterator[Triple]:
    yield Triple(SERVICE, RDF.type, DCAT.DataService)
    yield Triple(SERVICE, DCT.title, Literal("Point d'accès SPARQL de Maille", language="fr"))
    yield Triple(SERVICE, DCT.title, Literal("SPARQL endpoint of Maille", language="en"))
    yield Triple(SERVICE, DCAT.endpointURL, context.address("/sparql"))
    yield Triple(SERVICE, DCAT.endpointDescription, context.address("/sparql"))
    yield Triple(SERVICE, DCT.conformsTo, NamedNode("http://www.w3.org/TR/sparql11-protocol/"))
    yield Triple(NamedNode("http://www.w3.org/TR/sparql11-protocol/"), RDF.type, DCT.Standard)
    for dataset in (DATASET, *graphs):
        yield Triple(SERVICE, DCAT.servesDataset, dataset)


def _texts(subject: NamedNode) -> Iterator[Triple]:
    for title, text in zip(TITLES, DESCRIPTIONS, strict=True):
        yield Triple(subject, DCT.title, title)
        yield Triple(subject, DCT.description, text)


def _typed(triples: Sequence[Triple]) -> Iterator[Triple]:
    for triple in triples:
        kind = _TYPES.get(triple.predicate)
        if kind is not None and isinstance(triple.object, NamedNode):
            yield Triple(triple.object, RDF.type, kind)


def _of(described: Iterable[Triple], predicate: NamedNode, start: str) -> NamedNode | None:
    for triple in described:
        if triple.predicate == predicate and str(triple.subject).startswith("<" + start):
            return triple.object if isinstance(triple.object, NamedNode) else None
    return None


def _name(agent: NamedNode, known: object) -> Literal:
    """Return the name of an agent: as the graph says it, or else the host of its site."""
    return known if isinstance(known, Literal) else Literal(urlsplit(agent.value).hostname or agent.value)
