"""The shapes graph itself: checks 12, 13 and 14 of the ontology, and the prefixes of the one table."""

import re
from pathlib import Path

import pyshacl
import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store, parse
from rdflib import Graph

from maille.ontology import vocabulary
from maille.ontology.namespaces import BASE, PREFIXES, SHAPES, sparql_prologue
from maille.ontology.terms import DCT, MAILLE, OWL, RDF, SH
from maille.shapes.catalogue import VERSION, families, shapes_graph
from maille.shapes.crossrow import published_shapes, sparql_shapes
from maille.shapes.validate import validate

HERE = Path(__file__).parent
# A shape that is only ever negated has no target, and so no fixture of its own.
WITHOUT_TARGET = {"LegalPerson"}


def graph_of(turtle: bytes) -> Store:
    store = Store()
    store.load(turtle, format=RdfFormat.TURTLE)
    return store


def ask(store: Store, query: str) -> list[tuple[str, ...]]:
    """Return the rows of a SELECT, each term as its plain value."""
    found = store.query(sparql_prologue() + query, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return [tuple(str(getattr(term, "value", "")) for term in row) for row in found]


@pytest.fixture(scope="module")
def shapes() -> Store:
    return graph_of(shapes_graph())


@pytest.fixture(scope="module")
def targets(shapes: Store) -> dict[str, str]:
    """Return class -> local name of the shape that targets it; fails where two do."""
    rows = ask(shapes, "SELECT ?class ?shape { ?shape a sh:NodeShape ; sh:targetClass ?class }")
    assert len({row[0] for row in rows}) == len(rows), "a class has two node shapes"
    return {row[0]: row[1].removeprefix(SHAPES) for row in rows}


def test_check_12_a_shape_is_named_after_the_class_it_targets(targets: dict[str, str]) -> None:
    for iri, shape in targets.items():
        assert shape == re.split("[#/]", iri)[-1] + "Shape"


def test_check_12_every_class_of_ours_has_a_shape(targets: dict[str, str]) -> None:
    ours = {str(quad.subject).strip("<>") for quad in vocabulary.quads() if quad.object == OWL.Class}
    assert ours <= set(targets)


def test_check_12_every_property_of_ours_is_in_a_shape(shapes: Store) -> None:
    properties = {term.value for name, term in vars(MAILLE).items() if name[0].islower()}
    paths = {row[0] for row in ask(shapes, "SELECT ?path { ?shape sh:property/sh:path ?path }")}
    assert properties - paths == set()


def test_check_13_property_shapes_have_names_messages_and_one_severity(shapes: Store) -> None:
    severities = {SH.Violation, SH.Warning, SH.Info}
    for quad in shapes.quads_for_pattern(None, SH.path, None, None):
        assert isinstance(quad.subject, NamedNode), f"a property shape on {quad.object} has no name"
        assert re.fullmatch(r"[A-Z]\w+-\w+(-known|-stated)?", quad.subject.value.removeprefix(SHAPES))
        for predicate in (SH.name, SH.message):
            texts = [one.object for one in shapes.quads_for_pattern(quad.subject, predicate, None, None)]
            assert sorted(str(text.language) for text in texts if isinstance(text, Literal)) == ["en", "fr"]
        found = [one.object for one in shapes.quads_for_pattern(quad.subject, SH.severity, None, None)]
        assert len(found) == 1
        assert found[0] in severities


def test_check_13_node_shapes_that_judge_the_node_say_so(shapes: Store) -> None:
    query = """SELECT ?shape { ?shape a sh:NodeShape ; sh:nodeKind|sh:pattern|sh:not ?own .
      FILTER NOT EXISTS { ?shape sh:severity ?severity ; sh:message ?fr , ?en .
        FILTER(LANG(?fr) = "fr" && LANG(?en) = "en") } }"""
    assert ask(shapes, query) == []


def test_every_node_shape_has_a_label_in_both_languages() -> None:
    query = """SELECT ?shape { ?shape a sh:NodeShape
      FILTER NOT EXISTS { ?shape rdfs:label ?fr , ?en . FILTER(LANG(?fr) = "fr" && LANG(?en) = "en") } }"""
    assert ask(graph_of(published_shapes()), query) == []


def test_every_property_shape_is_used_and_every_one_used_is_there(shapes: Store) -> None:
    used = {row[0] for row in ask(shapes, "SELECT ?one { ?shape sh:property ?one }")}
    written = {row[0] for row in ask(shapes, "SELECT ?one { ?one a sh:PropertyShape }")}
    assert used == written


def test_check_14_the_shapes_are_valid_shacl() -> None:
    # SHACL-SHACL is about a shapes graph: pySHACL validates it before anything else, and fails where it is wrong.
    published = Graph().parse(data=published_shapes(), format="turtle")
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=published, meta_shacl=True)
    assert conforms, text


def test_check_14_every_shape_has_a_valid_and_an_invalid_fixture(targets: dict[str, str]) -> None:
    for shape in targets.values():
        kinds = {path.stem.partition("-")[0] for path in (HERE / shape).glob("*.ttl")}
        assert kinds == {"valid", "invalid"}, shape
    assert {path.name for path in HERE.glob("*Shape")} == set(targets.values())


def test_check_14_every_property_shape_is_violated_by_a_fixture(shapes: Store) -> None:
    reports = (validate(path, engine="shacl") for path in HERE.glob("*Shape/invalid-*.ttl"))
    violated = {result.shape for report in reports for result in report.results}
    written = {quad.subject for quad in shapes.quads_for_pattern(None, RDF.type, SH.PropertyShape, None)}
    assert {str(shape) for shape in written - violated} == set()


@pytest.mark.parametrize(("name", "turtle"), families(), ids=[name for name, _ in families()])
def test_a_family_stands_alone_with_prefixes_of_the_one_table(name: str, turtle: str) -> None:
    assert list(parse(turtle, format=RdfFormat.TURTLE))
    for prefix, iri in re.findall(r"^@prefix ([a-z]*): <([^>]*)> \.$", turtle, re.MULTILINE):
        assert PREFIXES[prefix] == iri


def test_the_header_says_the_version_of_the_code(shapes: Store) -> None:
    ontology = NamedNode(BASE + "shapes")
    said = {quad.predicate: quad.object for quad in shapes.quads_for_pattern(ontology, None, None, None)}
    assert said[OWL.versionInfo] == Literal(VERSION)
    assert said[OWL.versionIRI] == NamedNode(f"{BASE}shapes/{VERSION}")
    assert said[DCT.license] == NamedNode("https://www.apache.org/licenses/LICENSE-2.0")
    assert vocabulary.VERSION == VERSION


def test_shapes_move_to_another_base_as_a_whole() -> None:
    base = "https://data.example.org/"
    moved = shapes_graph(base) + sparql_shapes(base)
    assert BASE.encode() not in moved
    data = b"<https://data.example.org/id/site/x> a <http://www.w3.org/ns/org#Site> ."
    assert validate(data, shapes=shapes_graph(base)).counts()["Violation"]


def test_the_published_graph_holds_shapes_and_checks() -> None:
    published = graph_of(published_shapes())
    assert len(ask(published, "SELECT ?check { ?check sh:sparql/sh:select ?query }")) >= 10
    assert ask(published, "SELECT ?shape { ?shape sh:targetClass maille:InnovationStructure }")
