"""A small graph in the four formats a document has (Turtle, N-Triples, JSON-LD, RDF/XML)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import resources

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from maille.api.entities.jsonld import Context, to_jsonld
from maille.ontology.namespaces import PREFIXES, rebase_text
from maille.ontology.terms import RDF

_FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
}


def serialise(triples: Iterable[Triple], media_type: str, base: str, first: str = "") -> bytes:
    """Return `triples`, sorted by subject, as `media_type`, with our own prefixes under `base`.

    What is said of `first` and of its parts comes first.
    """
    ordered = sorted(set(triples), key=lambda triple: (_rank(triple, first), *_order(triple)))
    prefixes = {prefix: rebase_text(namespace, base) for prefix, namespace in PREFIXES.items()}
    if media_type == "application/ld+json":
        return to_jsonld(ordered, _context(base))
    return serialize(ordered, format=_FORMATS[media_type], prefixes=_used(ordered, prefixes)) or b""


def _rank(triple: Triple, first: str) -> int:
    subject = triple.subject.value if isinstance(triple.subject, NamedNode) else ""
    if subject == first:
        return 0
    return 1 if first and subject.startswith(f"{first}#") else 2


def _order(triple: Triple) -> tuple[str, bool, str, str]:
    return str(triple.subject), triple.predicate != RDF.type, str(triple.predicate), str(triple.object)


def _used(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> dict[str, str]:
    iris = {iri for triple in triples for iri in _iris(triple)}
    return {prefix: name for prefix, name in prefixes.items() if any(iri.startswith(name) for iri in iris)}


def _iris(triple: Triple) -> Iterable[str]:
    for term in (triple.subject, triple.predicate, triple.object):
        if isinstance(term, NamedNode):
            yield term.value
        elif isinstance(term, Literal):
            yield term.datatype.value


@lru_cache(maxsize=4)
def _context(base: str) -> Context:
    prefixes = {prefix: rebase_text(namespace, base) for prefix, namespace in PREFIXES.items()}
    return Context({**prefixes, **json.loads(rebase_text(context_text(), base))["@context"]})


@cache
def context_text() -> str:
    """Return the text of the ontology's JSON-LD context, read once; an empty context where it ships none."""
    file = resources.files("maille.ontology").joinpath("context.jsonld")
    return file.read_text(encoding="utf-8") if file.is_file() else '{"@context": {}}'
