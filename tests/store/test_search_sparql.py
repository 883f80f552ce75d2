"""Tests of `maille:matches`: what a query becomes, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, RdfFormat, Store

from maille.ontology.errors import QueryRefused
from maille.ontology.namespaces import sparql_prologue
from maille.store.search_sparql import edits, rewritten

A, B, C = (f"https://w3id.org/maille/id/commune/{code}" for code in ("69123", "75056", "13055"))
DATA = "\n".join(
    f'<{iri}> a <urn:Commune> ; <urn:label> "{label}" ; <urn:in> <urn:France> .'
    for iri, label in ((A, "Lyon"), (B, "Paris"), (C, "Marseille"))
)
FOUND = {"lyon": [(A, 100.0)], "two": [(B, 90.0), (A, 80.0)], 'a "b"\n': [(C, 70.5)], "none": []}


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.load(DATA.encode(), format=RdfFormat.TURTLE)
    return store


def solved(store: Store, query: str) -> list[dict[str, str]]:
    text = sparql_prologue() + query
    text = rewritten(text, edits(text), lambda words: FOUND[words])
    solutions = store.query(text)
    names = [variable.value for variable in solutions.variables]  # type: ignore[union-attr]
    return [{name: row[name].value for name in names if row[name] is not None} for row in solutions]  # type: ignore[index,union-attr]


@pytest.mark.parametrize(
    "pattern",
    [
        '?s maille:matches "lyon"',
        '?s maille:matches "lyon" .',
        '?s maille:matches "lyon" ;',
        '?s maille:matches "lyon" ; .',
        '?s maille:matches "lyon"@fr .',
        "?s maille:matches 'lyon' ; a <urn:Commune>",
        '?s maille:matches """lyon""" ;; <urn:label> ?l ; a <urn:Commune> .',
        '?s a <urn:Commune> ; maille:matches "lyon"',
        '?s a <urn:Commune> ; maille:matches "lyon" .',
        '?s a <urn:Commune> ; maille:matches "lyon" ; <urn:label> ?l',
        '?s <urn:in>|(<urn:a>/<urn:b>) ?in ; maille:matches "lyon" .',
        '?s a <urn:Commune> . ?s maille:matches "lyon" FILTER(true)',
        '?s a <urn:Commune> . FILTER(true) ?s maille:matches "lyon" OPTIONAL { ?s <urn:none> ?n }',
        '?s a <urn:Commune>.?s maille:matches "lyon". ?s <urn:label> ?l',
        '?s <https://w3id.org/maille/def#matches> "lyon"',
        '# maille:matches "none"\n ?s maille:matches # here\n "lyon" # there\n .',
        '?s a <urn:Commune> . { ?s maille:matches "lyon" } UNION { ?s maille:matches "none" }',
        '?s a <urn:Commune> FILTER EXISTS { ?s maille:matches "lyon" }',
        f'?s a <urn:Commune> . MINUS {{ ?s maille:matches "two" . FILTER(?s != <{A}>) }} FILTER(?s != <{C}>)',
        '{ SELECT ?s { ?s maille:matches "lyon" } }',
        '?s maille:matches "two" . ?s maille:matches "lyon" .',
        '(?s ?score) maille:matches "lyon" . ?s a <urn:Commune>',
        '?s maille:matches "ly\\u006Fn"',
    ],
)
def test_a_pattern_finds_what_the_index_finds(store: Store, pattern: str) -> None:
    assert [row["s"] for row in solved(store, f"SELECT ?s {{ {pattern} }}")] == [A]


def test_scores_come_with_the_second_variable(store: Store) -> None:
    query = 'SELECT ?label ?score { (?s ?score) maille:matches "two" . ?s <urn:label> ?label } ORDER BY DESC(?score)'
    assert solved(store, query) == [{"label": "Paris", "score": "90"}, {"label": "Lyon", "score": "80"}]


def test_nothing_found_is_no_solution(store: Store) -> None:
    assert solved(store, 'SELECT * { ?s maille:matches "none" ; a ?c }') == []


def test_escapes_in_the_text(store: Store) -> None:
    assert solved(store, 'SELECT ?s { ?s maille:matches "a \\"b\\"\\n" }') == [{"s": C}]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT * { ?s maille:matches ?text }", "not a variable"),
        ('SELECT * { <urn:a> maille:matches "lyon" }', "must be a variable"),
        ('SELECT * { [] maille:matches "lyon" }', "must be a variable"),
        ('SELECT * { [ maille:matches "lyon" ] a ?c }', "must be a variable"),
        ('SELECT * { ?s maille:matches "lyon", "two" }', "one plain text"),
        ('SELECT * { ?s maille:matches "lyon"^^<urn:t> }', "one plain text"),
        ('SELECT * { ?s ^maille:matches "lyon" }', "must be a variable"),
        ("SELECT * { ?s a/maille:matches ?x }", "part of a path"),
        ("SELECT * { ?s maille:matches* ?x }", "part of a path"),
        ('CONSTRUCT { ?s maille:matches "lyon" } WHERE { ?s a ?c }', "CONSTRUCT"),
        ('CONSTRUCT WHERE { ?s maille:matches "lyon" }', "CONSTRUCT"),
        ('SELECT * { FILTER(?x) ?s a ?c ; maille:matches "lyon" }', "must be a variable"),
        ('SELECT * { (?s ?n) maille:matches "lyon" ; a ?c }', "Nothing more"),
        ("SELECT * {" + '?s maille:matches "lyon" .' * 9 + "}", "8 times"),
    ],
)
def test_what_cannot_be_put_as_a_table_is_refused_with_a_reason(query: str, reason: str) -> None:
    with pytest.raises(QueryRefused, match=reason):
        edits(sparql_prologue() + query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { maille:matches a ?class }",
        "SELECT * { ?x rdfs:subPropertyOf maille:matches }",
        "SELECT * { ?x ?p maille:matches . ?x a ?c }",
        "SELECT * { VALUES ?p { maille:matches skos:prefLabel } ?p a ?c }",
        'SELECT * { ?s ?p "maille:matches" }',
        'SELECT * { ?s <urn:matches> "lyon" }',
        "DESCRIBE maille:matches",
    ],
)
def test_the_property_is_a_name_like_any_other_elsewhere(query: str) -> None:
    assert edits(sparql_prologue() + query) == []


def test_construct_and_describe_may_ask(store: Store) -> None:
    for query in (
        'CONSTRUCT { ?s <urn:found> true } WHERE { ?s maille:matches "lyon" }',
        'DESCRIBE ?s { ?s maille:matches "lyon" }',
    ):
        text = sparql_prologue() + query
        found = store.query(rewritten(text, edits(text), lambda words: FOUND[words]))
        assert {triple.subject for triple in found} == {NamedNode(A)}  # type: ignore[union-attr]


def test_another_base(store: Store) -> None:
    other = "https://data.example.org/"
    assert edits(f'SELECT * {{ ?s <{other}def#matches> "lyon" }}', other) != []
    assert edits(f'PREFIX m: <{other}def#> SELECT * {{ ?s m:matches "lyon" }}', other) != []
    assert edits('SELECT * { ?s <https://w3id.org/maille/def#matches> "lyon" }', other) == []


PIECES = [
    "?s",
    " ",
    "maille:matches",
    '"lyon"',
    ";",
    ".",
    "{",
    "}",
    "(",
    ")",
    "a",
    "?x",
    "CONSTRUCT",
    "WHERE",
    "[",
    "]",
    ",",
]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join))
def test_any_text_is_rewritten_or_refused(text: str) -> None:
    try:
        wanted = edits(sparql_prologue() + text)
    except QueryRefused:
        return
    rewritten(sparql_prologue() + text, wanted, lambda words: FOUND[words])
