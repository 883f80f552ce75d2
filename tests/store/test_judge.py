"""What the shapes say of a write is right of what it touched: nothing false of the published graph, nor of others."""

from __future__ import annotations

from itertools import islice

import pytest
from pyoxigraph import NamedNode, Store

from maille.ontology.errors import WriteRefused
from maille.ontology.terms import RDF
from maille.store.attempt import Attempt, attempt
from maille.store.change import Delta, GraphChange, UpdateRequest
from maille.store.judge import check, judge
from maille.store.release import Home

COMMUNE = "<https://w3id.org/maille/id/commune/69123>"
CLASS = "<http://rdf.insee.fr/def/geo#Commune>"


def touch(store: Store, *subjects: object) -> Attempt:
    """Say something harmless of each subject."""
    text = "".join(f"{subject} <u:seen> 1 . " for subject in subjects)
    return attempt(store, UpdateRequest(f"INSERT DATA {{ GRAPH <u:mine> {{ {text} }} }}"), judged=True)


def test_nothing_of_the_published_graph_is_a_violation_when_it_is_touched(built_home: Home) -> None:
    release = built_home.current()
    assert release is not None
    store = release.load_memory()
    kinds = {quad.object for quad in store.quads_for_pattern(None, RDF.type, None, None)}
    found = (islice(store.quads_for_pattern(None, RDF.type, kind, None), 5) for kind in kinds)
    report = judge(touch(store, *{quad.subject for some in found for quad in some}))
    assert len(kinds) > 40
    assert [f"{result.focus} {result.message()}" for result in report.violations] == []


def test_what_stands_beside_is_not_judged() -> None:
    store = Store()
    store.update(f"INSERT DATA {{ {COMMUNE} a {CLASS} . <u:mine> <u:about> {COMMUNE} }}")
    assert judge(touch(store, "<u:mine>")).results == ()
    assert judge(touch(store, COMMUNE)).violations


def test_what_every_graph_says_counts() -> None:
    store = Store()
    store.update(f"INSERT DATA {{ GRAPH <u:one> {{ {COMMUNE} a {CLASS} }} }}")
    described = touch(store, COMMUNE).described
    assert any("<u:one>" in line for line in described)


def test_what_is_gone_is_not_judged() -> None:
    store = Store()
    store.update(f"INSERT DATA {{ GRAPH <u:mine> {{ {COMMUNE} a {CLASS} }} }}")
    gone = attempt(store, GraphChange("DELETE", "u:mine"), judged=True)
    assert (gone.delta.removed, gone.subjects) == ((f"{COMMUNE} {RDF.type} {CLASS} <u:mine> .",), ())
    assert judge(gone).conforms


def test_nothing_is_collected_where_nobody_judges() -> None:
    store = Store()
    change = UpdateRequest("INSERT DATA { GRAPH <u:mine> { <u:s> <u:p> 1 } }")
    assert attempt(store, change) == Attempt(
        Delta(('<u:s> <u:p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <u:mine> .',))
    )


def test_under_another_base_the_shapes_are_under_that_base() -> None:
    base = "https://data.example.org/"
    store = Store()
    commune = NamedNode(f"{base}id/commune/69123")
    store.update(f"INSERT DATA {{ {commune} a {CLASS} }}")
    there = judge(touch(store, commune), base)
    assert any(result.shape is not None and result.shape.value.startswith(base) for result in there.violations)


def test_a_refusal_lists_violations_and_not_warnings() -> None:
    store = Store()
    store.update(f"INSERT DATA {{ {COMMUNE} a {CLASS} }}")
    report = judge(touch(store, COMMUNE))
    assert report.warnings
    with pytest.raises(WriteRefused) as caught:
        check(report)
    assert len(caught.value.details) == len(report.violations)
