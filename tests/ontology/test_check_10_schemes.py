"""Check 10: the SKOS schemes are whole (SKOS S13, S14, S27 and qSKOS)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from maille.ontology import iris, vocabulary
from maille.ontology.terms import MAILLE, RDF, SKOS, XSD

Values = Callable[[NamedNode, NamedNode], list[NamedNode | Literal]]
OfType = Callable[..., list[NamedNode]]

INVERSES = [
    (SKOS.broader, SKOS.narrower),
    (SKOS.topConceptOf, SKOS.hasTopConcept),
    (SKOS.broadMatch, SKOS.narrowMatch),
    (SKOS.exactMatch, SKOS.exactMatch),
    (SKOS.closeMatch, SKOS.closeMatch),
    (SKOS.relatedMatch, SKOS.relatedMatch),
    (SKOS.related, SKOS.related),
]


def ancestors(concept: NamedNode, values: Values) -> set[NamedNode]:
    found: set[NamedNode] = set()
    waiting = list(values(concept, SKOS.broader))
    while waiting:
        node = waiting.pop()
        if isinstance(node, NamedNode) and node not in found:
            found.add(node)
            waiting += values(node, SKOS.broader)
    return found


def test_check_10_a_concept_has_a_scheme_a_label_per_language_and_its_slug(of_type: OfType, values: Values) -> None:
    for concept in of_type(SKOS.Concept):
        scheme, slug = iris.parse(concept.value).key.split("/")
        assert values(concept, SKOS.inScheme) == [iris.scheme(scheme)]
        plain = [n for n in values(concept, SKOS.notation) if isinstance(n, Literal) and n.datatype == XSD.string]
        assert plain == [Literal(slug)]
        languages = [label.language for label in values(concept, SKOS.prefLabel) if isinstance(label, Literal)]
        assert sorted(str(language) for language in languages) == ["en", "fr"]


def test_check_10_a_scheme_has_top_concepts_and_its_slug(of_type: OfType, values: Values) -> None:
    for scheme in of_type(SKOS.ConceptScheme):
        assert values(scheme, SKOS.hasTopConcept), scheme
        assert values(scheme, SKOS.notation) == [Literal(iris.parse(scheme.value).key)]


def test_check_10_no_concept_is_an_orphan_and_broader_has_no_cycle(of_type: OfType, values: Values) -> None:
    for concept in of_type(SKOS.Concept):
        top, above = values(concept, SKOS.topConceptOf), ancestors(concept, values)
        assert bool(top) != bool(above), concept
        assert concept not in above
        assert all(values(node, SKOS.inScheme) == values(concept, SKOS.inScheme) for node in above)


def test_check_10_related_is_disjoint_from_broader(of_type: OfType, values: Values) -> None:
    for concept in of_type(SKOS.Concept):
        assert not set(values(concept, SKOS.related)) & ancestors(concept, values)


def test_check_10_an_exact_match_is_no_broad_or_related_match(of_type: OfType, values: Values) -> None:
    for concept in of_type(SKOS.Concept):
        others = [*values(concept, SKOS.broadMatch), *values(concept, SKOS.narrowMatch)]
        others += values(concept, SKOS.relatedMatch)
        assert not set(values(concept, SKOS.exactMatch)) & set(others)


@pytest.mark.parametrize(("one", "other"), INVERSES, ids=lambda term: term.value.partition("#")[2])
def test_check_10_inverse_relations_are_both_written(
    one: NamedNode, other: NamedNode, statements: list[Triple]
) -> None:
    forward = {(t.subject, t.object) for t in statements if t.predicate == one}
    assert forward == {(t.object, t.subject) for t in statements if t.predicate == other}


def test_check_10_mappings_cross_schemes(statements: list[Triple], values: Values) -> None:
    mappings = {SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch}
    for triple in statements:
        if triple.predicate in mappings:
            assert isinstance(triple.subject, NamedNode)
            assert isinstance(triple.object, NamedNode)
            assert values(triple.object, SKOS.inScheme)
            assert values(triple.subject, SKOS.inScheme) != values(triple.object, SKOS.inScheme)


def test_check_10_an_ordered_collection_lists_its_members_by_named_nodes(of_type: OfType, values: Values) -> None:
    for collection in of_type(SKOS.OrderedCollection):
        (node,) = values(collection, SKOS.memberList)
        listed = []
        while node != RDF.nil:
            assert isinstance(node, NamedNode)
            listed += values(node, RDF.first)
            (node,) = values(node, RDF.rest)
        assert set(listed) == set(values(collection, SKOS.member))
        assert len(listed) == len(set(listed))


def test_the_six_profiles_of_the_study_are_the_types_of_2020(of_type: OfType, values: Values) -> None:
    tops = set(values(iris.scheme("profile"), SKOS.hasTopConcept))
    types = [iris.concept("census-type-2020", slug) for slug in vocabulary.concepts("census-type-2020")]
    assert len(tops) == len(types) == 6
    assert {match for concept in types for match in values(concept, SKOS.exactMatch)} == tops


def test_living_labs_and_third_places_overlap_but_are_not_equal(values: Values) -> None:
    old = iris.concept("census-type-2020", "living-labs-pepinieres-ess")
    new = iris.concept("census-type-2021", "tiers-lieux")
    assert values(old, SKOS.relatedMatch) == [new]
    assert new not in values(old, SKOS.exactMatch) + values(old, SKOS.closeMatch)


def test_levels_are_ordered_and_each_has_its_role(values: Values) -> None:
    roles = {"niveau-1": "intermediaire", "niveau-2": "animateur", "niveau-3": "coordinateur"}
    for rank, (level, role) in enumerate(roles.items(), 1):
        concept = iris.concept("openness-level", level)
        assert Literal(str(rank), datatype=MAILLE.LevelNotation) in values(concept, SKOS.notation)
        assert values(concept, MAILLE.facilitationRole) == [iris.concept("facilitation-role", role)]
    order = [NamedNode(f"{iris.scheme('openness-level').value}#ordre-{rank}") for rank in (1, 2, 3)]
    assert [values(node, RDF.first) for node in order] == [[iris.concept("openness-level", slug)] for slug in roles]
    assert all(values(node, RDF.rest) == [following] for node, following in pairwise(order))


@pytest.mark.parametrize(
    ("slug", "least", "most"),
    [
        ("moins-de-6-mois", None, 6),
        ("plus-d-un-an", None, None),
        ("entre-1-et-5-ans", 12, 60),
        ("entre-3-mois-et-3-ans", 3, 36),
        ("entre-6-et-18-mois", 6, 18),
        ("delegations-ponctuelles", None, None),
        ("indefinie", None, None),
    ],
)
def test_durations_have_the_bounds_the_study_states(
    slug: str, least: int | None, most: int | None, values: Values
) -> None:
    concept = iris.concept("support-duration", slug)
    assert values(concept, MAILLE.minimumMonths) == ([] if least is None else [Literal(least)])
    assert values(concept, MAILLE.maximumMonths) == ([] if most is None else [Literal(most)])


@pytest.mark.parametrize(("scheme", "count"), [("theme", 11), ("value-proposition", 19), ("openness-level", 3)])
def test_schemes_hold_what_the_study_counts(scheme: str, count: int) -> None:
    assert len(vocabulary.concepts(scheme)) == count
