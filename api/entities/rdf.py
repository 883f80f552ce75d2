"""The RDF of a document: the thing, its parts, labels of what it links to, where it was said, what links to it."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Quad, Triple

from maille.api.entities.description import Description
from maille.api.terms import rebased
from maille.ontology.namespaces import BASE
from maille.ontology.terms import DCT, RDFS, SKOS

_NAMES = frozenset({SKOS.prefLabel, RDFS.label, DCT.title})


def document_triples(description: Description, document: NamedNode, base: str) -> Iterable[Triple]:
    """Yield the triples of the document, with our own names under `base`.

    Pages after the first hold the thing's label and the next links to it, nothing else.
    """
    first = description.incoming.page.number in (None, 1)
    quads = description.quads if first else _own_names(description)
    parts = (*quads, *_context(description, quads))
    for triple in (*(quad.triple for quad in parts), *_about(description, document), *_incoming(description)):
        yield rebase_triple(triple, base)


def _own_names(description: Description) -> tuple[Quad, ...]:
    own = (quad for quad in description.quads if quad.subject == description.iri)
    return tuple(quad for quad in own if quad.predicate in _NAMES)


def _context(description: Description, quads: Iterable[Quad]) -> Iterable[Quad]:
    """Yield labels of linked things, and the description of each graph that is quoted."""
    graphs = set(description.graphs)
    linked = {quad.object for quad in quads} | {link.document for link in description.incoming.links}
    for quad in description.surroundings:
        if quad.subject in graphs or (quad.subject in linked and quad.predicate in _NAMES):
            yield quad


def _about(description: Description, document: NamedNode) -> Iterable[Triple]:
    # A concept, a graph or a row is its own document: the statement would say that it is about itself.
    if document != description.iri:
        yield Triple(document, DCT.subject, description.iri)
        for graph in description.graphs:
            yield Triple(document, DCT.source, graph)


def _incoming(description: Description) -> Iterable[Triple]:
    return (Triple(link.subject, link.predicate, description.iri) for link in description.incoming.links)


def rebase_triple(triple: Triple, base: str) -> Triple:
    """Return `triple` with our own names under `base`."""
    if base == BASE:
        return triple
    subject, predicate, value = (rebased(term, BASE, base) for term in triple)
    if isinstance(subject, Literal) or not isinstance(predicate, NamedNode):
        raise ValueError(f"{triple} is no triple of a graph")
    return Triple(subject, predicate, value)
