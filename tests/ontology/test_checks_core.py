"""Checks 1 to 6, 8 and 11 of the ontology: header, labels, names, light OWL, superclasses, no hijacking."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from maille.ontology import vocabulary
from maille.ontology.namespaces import BASE, DEF
from maille.ontology.terms import DCT, OWL, QB, RDF, RDFS, SKOS, VANN

Values = Callable[[NamedNode, NamedNode], list[NamedNode | Literal]]
OfType = Callable[..., list[NamedNode]]

ONTOLOGY = NamedNode(DEF.removesuffix("#"))
PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
DEFINED = (OWL.Class, *PROPERTIES, RDFS.Datatype, QB.DataStructureDefinition, QB.ComponentSpecification)
SCHEMED = (SKOS.ConceptScheme, SKOS.Concept)
SEMVER = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")


def by_language(terms: list[NamedNode | Literal]) -> dict[str | None, list[str]]:
    found = defaultdict(list)
    for term in terms:
        assert isinstance(term, Literal)
        found[term.language].append(term.value)
    return found


def test_check_01_one_ontology_that_every_term_is_defined_by(of_type: OfType, values: Values) -> None:
    assert of_type(OWL.Ontology) == [ONTOLOGY]
    for term in of_type(*DEFINED):
        assert values(term, RDFS.isDefinedBy) == [ONTOLOGY], term
        assert term.value.startswith(DEF)


def test_check_02_the_header_is_complete(values: Values) -> None:
    for bilingual in (DCT.title, DCT.description):
        assert {"fr", "en"} == set(by_language(values(ONTOLOGY, bilingual)))
    for iri in (DCT.creator, DCT.publisher, DCT.license, OWL.versionIRI):
        assert all(isinstance(value, NamedNode) for value in values(ONTOLOGY, iri))
    for single in (DCT.creator, DCT.publisher, DCT.license, DCT.created, DCT.modified, OWL.versionIRI):
        assert len(values(ONTOLOGY, single)) == 1, single
    assert values(ONTOLOGY, VANN.preferredNamespacePrefix) == [Literal("maille")]
    assert values(ONTOLOGY, VANN.preferredNamespaceUri) == [Literal(DEF)]


def test_check_02_the_version_is_semantic_and_said_once(values: Values) -> None:
    assert values(ONTOLOGY, OWL.versionInfo) == [Literal(vocabulary.VERSION)]
    assert SEMVER.fullmatch(vocabulary.VERSION)
    assert values(ONTOLOGY, OWL.versionIRI) == [NamedNode(f"{BASE}def/{vocabulary.VERSION}")]
    assert values(ONTOLOGY, OWL.priorVersion) or vocabulary.VERSION == "1.0.0"


def test_check_03_every_term_has_one_label_and_definition_in_both_languages(of_type: OfType, values: Values) -> None:
    for term in of_type(*DEFINED, *SCHEMED):
        labels = by_language(values(term, RDFS.label) + values(term, SKOS.prefLabel))
        definitions = by_language(values(term, SKOS.definition))
        for found in (labels, definitions):
            assert {language: len(texts) for language, texts in found.items()} == {"fr": 1, "en": 1}, term


def test_check_03_no_two_terms_share_a_label(statements: list[Triple]) -> None:
    owners = defaultdict(set)
    for triple in statements:
        if triple.predicate in (RDFS.label, SKOS.prefLabel) and isinstance(triple.object, Literal):
            owners[triple.object.language, triple.object.value.casefold()].add(triple.subject)
    assert {label: terms for label, terms in owners.items() if len(terms) > 1} == {}


def test_check_03_definitions_are_one_plain_sentence(of_type: OfType, values: Values) -> None:
    for term in of_type(*DEFINED, *SCHEMED):
        for definition in values(term, SKOS.definition):
            assert re.fullmatch(r"[^<>\n]{10,300}\.", definition.value), term


def test_check_04_names_follow_their_kind(of_type: OfType) -> None:
    for term in of_type(OWL.Class, RDFS.Datatype, QB.DataStructureDefinition, QB.ComponentSpecification):
        assert re.fullmatch(r"(?:[A-Z][a-z]+)+", term.value.removeprefix(DEF)), term
    for term in of_type(*PROPERTIES):
        assert re.fullmatch(r"[a-z]+(?:[A-Z][a-z]*)*", term.value.removeprefix(DEF)), term


def test_check_04_no_version_or_extension_in_an_iri(of_type: OfType) -> None:
    for term in of_type(*DEFINED, *SCHEMED):
        assert not re.search(r"\d+\.\d+|\.(?:ttl|owl|rdf|html)$", term.value), term


def test_check_05_only_light_constructs(files: dict[str, list[Triple]]) -> None:
    header = {DCT.title, DCT.description, DCT.creator, DCT.publisher, DCT.license, DCT.created, DCT.modified}
    header |= {DCT.issued, OWL.versionIRI, OWL.versionInfo, OWL.priorVersion}
    header |= {VANN.preferredNamespacePrefix, VANN.preferredNamespaceUri}
    notes = {RDFS.label, SKOS.prefLabel, SKOS.definition, SKOS.scopeNote, SKOS.editorialNote, SKOS.example}
    light = {RDF.type, RDFS.isDefinedBy, RDFS.subClassOf, RDFS.subPropertyOf, OWL.deprecated, DCT.isReplacedBy}
    cube = {QB.component, QB.dimension, QB.measure, QB.attribute}
    assert {triple.predicate for triple in files["core.ttl"]} <= header | notes | light | cube


def test_check_05_kinds_of_term(files: dict[str, list[Triple]]) -> None:
    from maille.ontology.terms import ORG

    cube = {QB.DimensionProperty, QB.MeasureProperty, QB.AttributeProperty}
    allowed = {OWL.Ontology, ORG.Organization, *DEFINED, *cube}
    assert {triple.object for triple in files["core.ttl"] if triple.predicate == RDF.type} <= allowed


def test_check_06_every_class_reuses_a_superclass_or_says_why_not(of_type: OfType, values: Values) -> None:
    for term in of_type(OWL.Class):
        reused = [parent for parent in values(term, RDFS.subClassOf) if not parent.value.startswith(DEF)]
        assert reused or values(term, SKOS.editorialNote), term


def test_check_08_outside_terms_are_subjects_of_alignments_only(files: dict[str, list[Triple]]) -> None:
    for name, triples in files.items():
        foreign = [str(t.subject) for t in triples if not str(t.subject).startswith(f"<{BASE}")]
        assert (name == "alignments.ttl") == bool(foreign), name


def test_check_08_alignments_assert_no_axiom(files: dict[str, list[Triple]]) -> None:
    assert {triple.predicate for triple in files["alignments.ttl"]} <= {RDFS.label}


def test_check_11_deprecated_terms_name_their_successor(of_type: OfType, values: Values) -> None:
    for term in of_type(*DEFINED, *SCHEMED):
        if values(term, OWL.deprecated):
            assert values(term, DCT.isReplacedBy), term


def test_check_11_published_terms_stay(of_type: OfType) -> None:
    folder = Path(__file__).resolve().parents[1] / "data" / "published"
    now = {term.value.removeprefix(BASE) for term in of_type(*DEFINED, *SCHEMED)}
    for published in sorted(folder.glob("*.txt")):
        names = [line for line in published.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        assert set(names) <= now, f"{published.name}: terms were removed; deprecate them instead"
