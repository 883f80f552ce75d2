"""Checks 12 and 15 on the data of a real build: nothing violated, warnings counted, each class and property known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Store

from maille.ontology import iris, vocabulary
from maille.ontology.namespaces import sparql_prologue
from maille.shapes.catalogue import shapes_graph
from maille.shapes.crossrow import run_checks
from maille.shapes.data import quads
from maille.shapes.report import Report
from maille.shapes.validate import validate

if TYPE_CHECKING:
    from maille.store.release import Home

_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@pytest.fixture(scope="module")
def data(built_home: Home) -> Store:
    release = built_home.current()
    assert release is not None
    store = Store()
    store.bulk_extend(quads(release.dump))
    return store


@pytest.fixture(scope="module")
def report(data: Store) -> Report:
    return validate(data).with_results(run_checks(data))


def test_check_15_nothing_published_is_a_violation(report: Report) -> None:
    assert [result.message() for result in report.violations] == []
    assert report.conforms


def test_check_15_what_is_unsaid_is_a_counted_warning(report: Report) -> None:
    warned = report.counts()["Warning"]
    # As many communes have no SIREN in the source: 34,969 less 34,875.
    assert warned["Commune-siren-known"] == 94
    assert warned["InnovationStructure-profile-known"] > 0
    assert all(shape.endswith("-known") for shape in warned)


def test_check_12_classes_and_properties_of_the_data_are_in_shapes(data: Store) -> None:
    covered = _properties_by_class()
    for classes, predicate in _uses(data):
        assert all(one in covered for one in classes), f"a class of {classes} has no shape"
        assert any(predicate in covered[one] for one in classes), f"{predicate} is in no shape of {classes}"


def test_both_engines_say_the_same_of_a_damaged_extract(data: Store) -> None:
    graphs = [iris.graph("study", "2020-06"), iris.graph("vocabulary", vocabulary.VERSION), iris.graph("meta")]
    extract = sorted((quad for graph in graphs for quad in data.quads_for_pattern(None, None, None, graph)), key=str)
    damaged = Store()
    damaged.extend(quad for number, quad in enumerate(extract) if number % 7)
    fast, reference = validate(damaged, engine="shacl"), validate(damaged, engine="pyshacl")
    assert len(fast.violations) > 500
    assert fast.results == reference.results


def _properties_by_class() -> dict[str, set[str]]:
    shapes = Store()
    shapes.load(shapes_graph(), format=RdfFormat.TURTLE)
    covered: dict[str, set[str]] = {}
    for one, path in _select(shapes, "?shape sh:targetClass ?one OPTIONAL { ?shape sh:property/sh:path ?two }"):
        covered.setdefault(one, set()).add(path)
    return covered


def _uses(data: Store) -> set[tuple[frozenset[str], str]]:
    """Return each set of classes that some node has, with each property such a node has."""
    types: dict[str, set[str]] = {}
    for node, one in _select(data, "?one a ?two"):
        types.setdefault(node, set()).add(one)
    uses = {(frozenset(types.get(_text(quad.subject), ())), quad.predicate.value) for quad in data}
    return {(classes, predicate) for classes, predicate in uses if classes and predicate != _RDF_TYPE}


def _select(store: Store, pattern: str) -> list[tuple[str, str]]:
    query = f"{sparql_prologue()}SELECT DISTINCT ?one ?two {{ {pattern} }}"
    found = store.query(query, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return [(_text(row["one"]), _text(row["two"])) for row in found]


def _text(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)
