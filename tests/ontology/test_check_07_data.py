"""Check 7 on the data: what the loaders write is made of terms and concepts that exist, under names that parse."""

from __future__ import annotations

from itertools import islice

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from maille.loaders.embedded import loaders
from maille.loaders.source import Loader
from maille.ontology import iris, vocabulary
from maille.ontology.namespaces import BASE, DEF, SCHEME
from maille.ontology.terms import RDF

LOADERS = {loader.description.id: loader for loader in loaders()}
# One territory in so many is enough to meet every term: the loader is the same for all of a type.
STEP = {"cog": 41}


@pytest.fixture(scope="module", params=LOADERS)
def quads(request: pytest.FixtureRequest) -> list[Quad]:
    loader: Loader = LOADERS[request.param]
    rows = islice(loader.rows(), 0, None, STEP.get(request.param, 1))
    return [quad for row in rows for quad in loader.quads(row)]


def test_check_07_terms_of_the_data_exist(quads: list[Quad], closed_lists: dict[str, frozenset[str]]) -> None:
    ours = frozenset(quad.subject.value for quad in vocabulary.quads() if isinstance(quad.subject, NamedNode))
    used = {quad.predicate.value for quad in quads}
    used |= {quad.object.value for quad in quads if quad.predicate == RDF.type}
    used |= {quad.object.datatype.value for quad in quads if isinstance(quad.object, Literal)}
    for iri in used:
        namespace = max((known for known in closed_lists if iri.startswith(known)), key=len, default="")
        assert iri in ours or iri.removeprefix(namespace) in closed_lists.get(namespace, ()), iri


def test_concepts_of_the_data_exist(quads: list[Quad]) -> None:
    ours = frozenset(quad.subject.value for quad in vocabulary.quads() if isinstance(quad.subject, NamedNode))
    used = {term.value for quad in quads for term in (quad.subject, quad.object) if isinstance(term, NamedNode)}
    # A statement about a concept hangs from its IRI by a fragment.
    used -= {iri for iri in used if iri.startswith(SCHEME) and "#st-" in iri}
    assert {iri for iri in used if iri.startswith((DEF, SCHEME))} <= ours


def test_names_of_the_data_parse(quads: list[Quad]) -> None:
    used = {term.value for quad in quads for term in quad if isinstance(term, NamedNode)}
    for iri in used:
        if iri.startswith(BASE):
            assert iris.parse(iri).kind
