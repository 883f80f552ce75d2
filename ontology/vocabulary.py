"""The vocabulary as shipped: the ontology, its alignments and the SKOS schemes (Turtle files of this room).

Loaders ask `concepts` which notations a scheme has, builds load `quads` into `/graph/vocabulary/<version>`, and the
web serves `files` under `/def` and `/scheme/...`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files as resources
from typing import Final, TypeGuard

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from maille.ontology import iris
from maille.ontology.errors import InvalidIri
from maille.ontology.terms import SKOS, XSD

VERSION: Final = "1.0.0"
"""Version of ontology, schemes and shapes together, `owl:versionInfo` of `core.ttl`."""

GRAPH: Final = iris.graph("vocabulary", VERSION)
"""The named graph the vocabulary is loaded into."""


def files() -> list[tuple[str, bytes]]:
    """Return the name and content of each Turtle file, sorted by name."""
    found = (entry for entry in resources(__package__).iterdir() if entry.name.endswith(".ttl"))
    return sorted((entry.name, entry.read_bytes()) for entry in found)


def context() -> bytes:
    """Return the JSON-LD context of our vocabulary."""
    return resources(__package__).joinpath("context.jsonld").read_bytes()


def quads() -> Iterator[Quad]:
    """Yield every statement of the vocabulary, in its named graph."""
    for _, data in files():
        for quad in parse(data, format=RdfFormat.TURTLE):
            yield Quad(quad.subject, quad.predicate, quad.object, GRAPH)


def concepts(scheme: str) -> frozenset[str]:
    """Return the notations (slugs) of the concepts of a scheme; raises InvalidIri where there is no such scheme."""
    found = _notations().get(iris.scheme(scheme))
    if found is None:
        raise InvalidIri(f"no scheme is called {scheme!r}")
    return found


def schemes() -> frozenset[str]:
    """Return the names of all schemes."""
    return frozenset(iris.parse(scheme.value).key for scheme in _notations())


@cache
def _notations() -> dict[NamedNode, frozenset[str]]:
    scheme_of: dict[NamedNode, NamedNode] = {}
    notations: list[tuple[NamedNode, str]] = []
    for quad in quads():
        if not isinstance(quad.subject, NamedNode):
            continue
        if quad.predicate == SKOS.inScheme and isinstance(quad.object, NamedNode):
            scheme_of[quad.subject] = quad.object
        elif quad.predicate == SKOS.notation and _is_plain(quad.object):
            notations.append((quad.subject, quad.object.value))
    return {
        scheme: frozenset(text for node, text in notations if scheme_of.get(node) == scheme)
        for scheme in set(scheme_of.values())
    }


def _is_plain(term: object) -> TypeGuard[Literal]:
    return isinstance(term, Literal) and term.datatype == XSD.string
