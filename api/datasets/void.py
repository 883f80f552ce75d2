"""The description of the data set at `/.well-known/void` (VoID, sections 2 to 4 and 6.2)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from maille.api.datasets.counts import WIKIDATA, Counts, Linkset
from maille.ontology.namespaces import BASE, PREFIXES
from maille.ontology.terms import DCT, FOAF, RDF, VOID, XSD

DOCUMENT: Final = NamedNode(BASE + ".well-known/void")
DATASET: Final = NamedNode(BASE + ".well-known/void#dataset")
TITLES: Final = (
    Literal("Maille : les structures d'innovation ouverte françaises", language="fr"),
    Literal("Maille: French open-innovation structures", language="en"),
)
DESCRIPTIONS: Final = (
    Literal(
        "Graphe de connaissances des structures françaises d'innovation ouverte et des territoires où elles sont, "
        "chaque énoncé avec sa source.",
        language="fr",
    ),
    Literal(
        "A knowledge graph of French open-innovation structures and of the territories they are in, each statement "
        "with its source.",
        language="en",
    ),
)
_FORMATS: Final = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD")


def void(
    whole: Counts,
    graphs: Mapping[NamedNode, Counts],
    endpoint: NamedNode,
    dumps: Mapping[NamedNode | None, Sequence[NamedNode]],
    linksets: Iterable[Linkset],
) -> Iterator[Triple]:
    """Yield the description, its names under our own base; `dumps` of the whole stand under None."""
    yield Triple(DOCUMENT, RDF.type, VOID.DatasetDescription)
    yield Triple(DOCUMENT, FOAF.primaryTopic, DATASET)
    for title, text in zip(TITLES, DESCRIPTIONS, strict=True):
        yield Triple(DOCUMENT, DCT.title, title)
        yield Triple(DATASET, DCT.title, title)
        yield Triple(DATASET, DCT.description, text)
    yield Triple(DATASET, FOAF.homepage, NamedNode(BASE))
    yield Triple(DATASET, VOID.sparqlEndpoint, endpoint)
    yield Triple(DATASET, VOID.uriSpace, Literal(BASE))
    for dump in dumps.get(None, ()):
        yield Triple(DATASET, VOID.dataDump, dump)
    for name in _FORMATS:
        yield Triple(DATASET, VOID.feature, NamedNode("http://www.w3.org/ns/formats/" + name))
    for vocabulary in sorted(_vocabularies(whole)):
        yield Triple(DATASET, VOID.vocabulary, NamedNode(vocabulary))
    yield from _sizes(DATASET, whole, "all")
    for graph, counts in graphs.items():
        yield Triple(DATASET, VOID.subset, graph)
        yield from _sizes(graph, counts, slug(graph.value))
        for dump in dumps.get(graph, ()):
            yield Triple(graph, VOID.dataDump, dump)
    for linkset in linksets:
        yield from _linkset(linkset)


def _linkset(linkset: Linkset) -> Iterator[Triple]:
    name = f"links-{slug(linkset.graph.value)}-{slug(linkset.predicate.value)}"
    node, target = NamedNode(f"{DOCUMENT.value}#{name}"), NamedNode(f"{DOCUMENT.value}#wikidata")
    yield Triple(linkset.graph, VOID.subset, node)
    yield Triple(node, RDF.type, VOID.Linkset)
    yield Triple(node, VOID.linkPredicate, linkset.predicate)
    yield Triple(node, VOID.triples, integer(linkset.triples))
    yield Triple(node, VOID.subjectsTarget, DATASET)
    yield Triple(node, VOID.objectsTarget, target)
    yield Triple(target, RDF.type, VOID.Dataset)
    yield Triple(target, FOAF.homepage, NamedNode("https://www.wikidata.org/"))
    yield Triple(target, VOID.uriSpace, Literal(WIKIDATA))


def slug(iri: str) -> str:
    """Return a fragment that names `iri`: readable for ours and the table of prefixes, else a hash."""
    if iri.startswith(BASE + "graph/"):
        return re.sub(r"[^A-Za-z0-9.]+", "-", iri.removeprefix(BASE + "graph/"))
    for prefix, namespace in PREFIXES.items():
        rest = iri.removeprefix(namespace)
        if rest != iri and re.fullmatch(r"[A-Za-z0-9_]+", rest):
            return f"{prefix}-{rest}"
    return hashlib.sha256(iri.encode()).hexdigest()[:16]


def _sizes(dataset: NamedNode, counts: Counts, name: str) -> Iterator[Triple]:
    yield Triple(dataset, RDF.type, VOID.Dataset)
    yield Triple(dataset, VOID.triples, integer(counts.triples))
    yield Triple(dataset, VOID.distinctSubjects, integer(counts.subjects))
    yield Triple(dataset, VOID.distinctObjects, integer(counts.objects))
    yield Triple(dataset, VOID.classes, integer(len(counts.classes)))
    yield Triple(dataset, VOID.properties, integer(len(counts.properties)))
    for term, entities in counts.classes.items():
        part = NamedNode(f"{DOCUMENT.value}#{name}-class-{slug(term.value)}")
        yield Triple(dataset, VOID.classPartition, part)
        yield Triple(part, VOID.class_, term)
        yield Triple(part, VOID.entities, integer(entities))
    for term, triples in counts.properties.items():
        part = NamedNode(f"{DOCUMENT.value}#{name}-property-{slug(term.value)}")
        yield Triple(dataset, VOID.propertyPartition, part)
        yield Triple(part, VOID.property, term)
        yield Triple(part, VOID.triples, integer(triples))


def _vocabularies(counts: Counts) -> set[str]:
    terms = [term.value for term in (*counts.classes, *counts.properties)]
    return {space for space in PREFIXES.values() if any(term.startswith(space) for term in terms)}


def integer(number: int) -> Literal:
    """Return `number` as an xsd:integer."""
    return Literal(str(number), datatype=XSD.integer)
