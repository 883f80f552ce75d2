"""The vocabulary as other rooms see it."""

from __future__ import annotations

import pytest
from pyoxigraph import BlankNode, NamedNode

from maille.ontology import iris, vocabulary
from maille.ontology.errors import InvalidIri
from maille.ontology.namespaces import BASE

SCHEMES = [
    *("profile", "census-type-2020", "census-type-2021", "openness-level", "facilitation-role", "theme", "maturity"),
    *("legal-status", "funding-model", "support-duration", "value-proposition", "initiative-kind", "crisis"),
    *("partner-kind", "network-kind", "epci-kind", "epci-taxation", "zone", "qualifier", "unit", "membership-role"),
    *("institution-kind", "research-unit-kind", "scientific-domain"),
    *("sector", "support-theme", "distinction"),
    *("legal-form", "naf-rev2", "naf-2025", "company-status"),
]


def test_files_are_sorted_and_whole() -> None:
    names = [name for name, _ in vocabulary.files()]
    assert names == sorted(names)
    assert set(names) == {"core.ttl", "alignments.ttl", *(f"scheme-{scheme}.ttl" for scheme in SCHEMES)}


def test_there_is_one_scheme_a_file() -> None:
    assert vocabulary.schemes() == frozenset(SCHEMES)


def test_quads_are_in_one_named_graph_without_blank_nodes_or_doubles() -> None:
    quads = list(vocabulary.quads())
    assert {quad.graph_name for quad in quads} == {NamedNode(f"{BASE}graph/vocabulary/{vocabulary.VERSION}")}
    assert not any(isinstance(term, BlankNode) for quad in quads for term in (quad.subject, quad.object))
    assert len(quads) == len(set(quads))


def test_every_name_of_ours_parses_back() -> None:
    for quad in vocabulary.quads():
        for term in (quad.subject, quad.object):
            if isinstance(term, NamedNode) and term.value.startswith(BASE):
                assert iris.parse(term.value).kind in {"def", "scheme", "concept", "organisation"}


def test_concepts_are_plain_notations() -> None:
    assert vocabulary.concepts("zone") == frozenset({"metro", "drom", "com"})
    assert vocabulary.concepts("openness-level") == frozenset({"niveau-1", "niveau-2", "niveau-3"})


@pytest.mark.parametrize("scheme", ["profil", "", "../zone", "Zone"])
def test_an_unknown_scheme_is_refused(scheme: str) -> None:
    with pytest.raises(InvalidIri):
        vocabulary.concepts(scheme)
