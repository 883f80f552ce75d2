"""A query as the planner has it has the solutions of the query as it came (SPARQL 1.1 Query, section 18)."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from maille.ontology.errors import QuerySyntaxError
from maille.store.engine import QueryRequest
from maille.store.evaluate import prepare
from maille.store.planner import Planner
from maille.store.triples import TYPE, read

PROLOGUE = "PREFIX : <http://x/>\nPREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>\n"
TYPED = "?c a :C"


def _iri(name: str) -> NamedNode:
    return NamedNode(f"http://x/{name}")


def _store(*statements: str, graphs: int = 1) -> Store:
    store = Store()
    for number in range(graphs):
        store.update(f"{PROLOGUE} INSERT DATA {{ GRAPH :g{number} {{ {' . '.join(statements)} }} }}")
    return store


def _planned(store: Store, pattern: str, head: str = "SELECT ?c", large: int = 0) -> str:
    text = f"{PROLOGUE}{head} {{ {pattern} }}"
    return Planner(store, large).rewritten(text).removeprefix(f"{PROLOGUE}{head} {{ ").removesuffix(" }")


COMMUNES = _store(":a a :C ; :p 1", ":b a :C ; :p 2 ; :q 3", ":d a :D ; :q 4", ":e :r 5")


@pytest.mark.parametrize(
    ("pattern", "planned"),
    [
        ("?c a :C ; :p ?x", "?c :p ?x"),
        ("?c a :C ; :p ?x .", "?c :p ?x ."),
        ("?c a :C; :p ?x, ?y ; :q ?z", "?c :p ?x . ?c :p ?y . ?c :q ?z"),
        ("?c :p/:q ?x ; a :C FILTER(?x > 1)", "?c :p/:q ?x FILTER(?x > 1)"),
        ("?c :p ?x OPTIONAL { ?c :q ?y } ?c a :C ; :p ?z", "?c :p ?x OPTIONAL { ?c :q ?y } ?c :p ?z"),
        ("?c a :C ; :q ?x FILTER(?x > 1)", "?c :q ?x . ?c a :C FILTER(?x > 1)"),
        ("?c a :C ; :q ?x . ?d :q 3 ; :r ?y FILTER(?y = 1)", "?d :q 3 . ?d :r ?y . ?c :q ?x . ?c a :C FILTER(?y = 1)"),
        ('?c a :C ; :p "a.b"@fr , "1"^^:t , 1.5 , true', '?c :p "a.b"@fr . ?c :p "1"^^:t . ?c :p 1.5 . ?c :p true'),
        ("?c a :C ; :p ?x . # of any kind\n ?c <http://x/q> ?y", "?c :p ?x . ?c <http://x/q> ?y"),
    ],
)
def test_what_says_nothing_is_left_out_and_what_is_large_goes_last(pattern: str, planned: str) -> None:
    assert _planned(COMMUNES, pattern) == planned


@pytest.mark.parametrize(
    ("pattern", "planned"),
    [
        ("VALUES ?x { 1 } ?c a :C ; :p ?x", "VALUES ?x { 1 } ?c :p ?x"),
        ("VALUES ?x { 1 } ?c a :C ; :q ?x", "VALUES ?x { 1 } ?c :q ?x FILTER EXISTS { ?c a :C }"),
        ("?c a :C ; :q ?x . VALUES (?x) { (1) }", "?c :q ?x FILTER EXISTS { ?c a :C } . VALUES (?x) { (1) }"),
        ("VALUES ?c { :a } ?c a :C", "VALUES ?c { :a }  FILTER EXISTS { ?c a :C }"),
        ("VALUES ?c { :a UNDEF } ?c a :C", "VALUES ?c { :a UNDEF } ?c a :C"),
        ("VALUES ?x { 1 } ?c a :C , :D", "VALUES ?x { 1 } ?c a :C . ?c a :D"),
        ("VALUES ?c { :a } { ?c a :C }", "VALUES ?c { :a } { ?c a :C }"),
        ("VALUES ?c { :a } { ?c a :C ; :q ?x }", "VALUES ?c { :a } { ?c :q ?x FILTER EXISTS { ?c a :C } }"),
        ("{ ?c a :C ; :p ?x }", "{ ?c :p ?x }"),
    ],
)
def test_beside_a_values_a_large_class_is_asked_of_each_solution(pattern: str, planned: str) -> None:
    assert _planned(COMMUNES, pattern) == planned
    assert _planned(COMMUNES, pattern, "SELECT *") == planned


def test_a_values_after_the_group_counts_too_and_a_class_said_twice_is_joined() -> None:
    text = f"{PROLOGUE}SELECT * {{ ?c a :C ; :q ?x }} LIMIT 3 VALUES ?x {{ 3 }}"
    assert "FILTER EXISTS { ?c a :C }" in Planner(COMMUNES, 0).rewritten(text)
    assert "EXISTS" not in Planner(_store(":a a :C ; :q 3", graphs=2), 0).rewritten(text)


@pytest.mark.parametrize(
    "pattern",
    [
        "?c a :C",
        "?c a ?t ; :p ?x",
        ":a a :C ; :p ?x",
        "?c a :C ; :p* ?x",
        "?c a :C ; ^:p ?x",
        "?c a :C ; :p|:q ?x",
        "?c a :C ; :p [] ",
        "?c a :C ; :p (1 2)",
        "?c a :C ; :p _:b",
        "?c a :C ; unknown:p ?x",
        "?c a :C ; <p> ?x",
        "?c a :C ; <http://x/a/../p> ?x",
        r"?c a :C ; :\p ?x",
        "?c a :C ; :p -1",
        "?c a :C :p ?x",
        "?c a :C . . ?c :p ?x",
        "?c a :C ; :p ?x . . ?c :q ?y",
        "?c a :C ; :p 1?x",
        "?c a :C ; :p ?x FILTER EXISTS { ?c :p ?x }",
        "GRAPH ?g { ?c a :C ; :p ?x }",
        "{ ?c a :C ; :p ?x } UNION { ?c :q ?x }",
        "OPTIONAL { ?c a :C ; :p ?x }",
        "?c a :C ; :p ?x SERVICE :s { ?c :p ?x }",
    ],
)
def test_what_is_not_known_for_certain_is_left_alone(pattern: str) -> None:
    assert _planned(COMMUNES, pattern) == pattern


@pytest.mark.parametrize("head", ["ASK", "CONSTRUCT", "DESCRIBE ?c", "BASE <http://y/> SELECT ?c"])
def test_other_forms_are_left_alone(head: str) -> None:
    assert _planned(COMMUNES, "?c a :C ; :p ?x", head) == "?c a :C ; :p ?x"


def test_a_type_is_kept_that_several_graphs_state() -> None:
    several = _store(":a a :C ; :p 1", graphs=2)
    assert _planned(several, "?c a :C ; :p ?x") == "?c :p ?x . ?c a :C"
    several = _store(":a a :C ; :p 1")
    several.add(Quad(_iri("a"), NamedNode(TYPE), _iri("C"), DefaultGraph()))
    assert _planned(several, "?c a :C ; :p ?x") == "?c :p ?x . ?c a :C"


def test_a_small_class_is_a_good_place_to_begin() -> None:
    assert _planned(COMMUNES, "?c a :C ; :p ?x", large=2) == "?c a :C ; :p ?x"


def test_all_predicates_together_may_tell_the_class() -> None:
    store = _store(":a a :C ; :p 1 ; :q 1", ":b a :D ; :p 1", ":c a :D ; :q 1")
    assert _planned(store, "?c a :C ; :p ?x") == "?c :p ?x . ?c a :C"
    assert _planned(store, "?c a :C ; :p ?x ; :q ?y") == "?c :p ?x . ?c :q ?y"


def test_an_error_is_told_of_the_query_as_it_came() -> None:
    text = f"{PROLOGUE}SELECT ?c {{ ?c a :C ; :p ?x }} LIMIT ten"
    planner = Planner(COMMUNES, 0)
    assert planner.rewritten(text) != text
    errors = []
    for given_planner in (None, planner):
        with pytest.raises(QuerySyntaxError) as raised:
            prepare(COMMUNES, QueryRequest(text), planner=given_planner)
        errors.append((raised.value.line, raised.value.column))
    assert errors[0] == errors[1]


@pytest.mark.parametrize(
    "request_",
    [
        QueryRequest(f"{PROLOGUE}SELECT ?c {{ ?c a :C ; :p ?x }}", union_default_graph=False),
        QueryRequest(f"{PROLOGUE}SELECT ?c {{ ?c a :C ; :p ?x }}", default_graphs=("http://x/g1",)),
        QueryRequest(f"{PROLOGUE}SELECT ?c {{ ?c a :C ; :p ?x }}", named_graphs=("http://x/g0",)),
        QueryRequest(f"{PROLOGUE}SELECT ?c FROM :g1 {{ ?c a :C ; :p ?x }}"),  # noqa: S608
    ],
)
def test_a_data_set_of_its_own_is_asked_as_it_is(request_: QueryRequest) -> None:
    store = _store(":a a :C ; :p 1")
    store.add(Quad(_iri("a"), _iri("p"), Literal(1), _iri("g1")))
    parts: list[bytes] = []
    prepare(store, request_, planner=Planner(store, 0)).write(_Parts(parts))
    assert b'"c":' not in b"".join(parts)


class _Parts:
    def __init__(self, parts: list[bytes]) -> None:
        self._parts = parts

    def write(self, data: bytes, /) -> int:
        self._parts.append(data)
        return len(data)

    def flush(self) -> None:
        pass


def test_texts_that_begin_alike_are_read_to_the_end() -> None:
    assert read("SELECT ?c { ?c a") is None
    assert read("SELECT ?c { FILTER(") is None
    assert read("") is None


_subjects = st.sampled_from(["a", "b", "c", "d"]).map(_iri)
_graphs = st.sampled_from([_iri("g1"), _iri("g1"), _iri("g1"), _iri("g2"), DefaultGraph()])
_predicates = st.sampled_from([NamedNode(TYPE), NamedNode(TYPE), _iri("p"), _iri("q")])
_links = st.builds(Quad, _subjects, st.sampled_from([_iri("p"), _iri("q")]), _subjects, _graphs)
_types = st.builds(Quad, _subjects, st.just(NamedNode(TYPE)), st.sampled_from([_iri("C"), _iri("D")]), _graphs)
_numbers = st.builds(
    Quad, _subjects, _predicates.filter(lambda p: p.value != TYPE), st.integers(0, 2).map(Literal), _graphs
)
_anything = st.lists(_types | _links | _numbers, max_size=14)


def _closed(data: list[Quad]) -> list[Quad]:
    """Return data in which all that have a :p are a :C, said once."""
    others = [quad for quad in data if quad.object != _iri("C")]
    subjects = {quad.subject for quad in others if quad.predicate == _iri("p")}
    return [*others, *(Quad(subject, NamedNode(TYPE), _iri("C"), _iri("g1")) for subject in subjects)]


_data = _anything | _anything.map(_closed) | _anything.map(_closed)
_patterns = st.sampled_from(
    [
        *(
            TYPED,
            TYPED,
            "?c a :C ; :p ?x",
            "?c :p ?x",
            "?c :q ?y",
            "?x a :D",
            "?y a :C",
            "?c :p/:q ?x",
            "?c :p :a",
            "?x :q ?c",
        ),
        *("?c a :D , :C", "?c ?r ?x", "?c a ?t", "?c :p ?x, ?y", "?c rdf:type :C", "?x a :C ; :p ?y ; :q ?c"),
    ]
)
_blocks = st.lists(_patterns, min_size=1, max_size=4).map(" . ".join)
_others = st.sampled_from(
    [
        *("FILTER(?x > 0)", "FILTER(?x != :a)", "FILTER NOT EXISTS { ?c a :C ; :q ?x }", "FILTER EXISTS { ?c a :C }"),
        *("OPTIONAL { ?c a :C ; :q ?y }", "OPTIONAL { ?x :p ?y . ?y a :D }", "MINUS { ?c a :D ; :p ?x }"),
        *("{ ?c a :C ; :p ?x } UNION { ?c a :D }", "GRAPH ?g { ?c a :C ; :p ?x }", "GRAPH :g1 { ?c a :C }"),
        *("{ SELECT ?c (COUNT(?x) AS ?n) { ?c a :C ; :p ?x } GROUP BY ?c }", "VALUES ?x { 1 :a }", "BIND(1 AS ?z)"),
        *("VALUES ?c { :a :b :b }", "VALUES (?c ?x) { (:a 1) (:b UNDEF) }", "{ ?c a :C ; :q ?y }", "{ ?c a :C }"),
        *("?c :p* ?x", "?c a/:p ?x", "{ ?c a :C . ?c :q ?y }"),
    ]
)
_groups = st.lists(_blocks | _blocks.map(lambda block: block + " .") | _others, min_size=1, max_size=4).map(" ".join)
_heads = st.sampled_from(
    ["SELECT *", "SELECT ?c ?x ?y", "SELECT DISTINCT ?c ?y", "SELECT ?c (COUNT(?x) AS ?k)", "SELECT ?x"]
)


@settings(max_examples=600, deadline=None)
@given(_data, _heads, _groups, st.sampled_from(["", "", " VALUES ?c { :a :b }", " VALUES ?x { 1 :b }"]))
def test_the_solutions_are_the_same(data: list[Quad], head: str, group: str, after: str) -> None:
    store = Store()
    store.extend(data)
    text = f"{PROLOGUE}{head} WHERE {{ {group} }}" + (" GROUP BY ?c" if "COUNT" in head else "") + after
    planned = Planner(store, 0).rewritten(text)
    try:
        expected = _solutions(store, text)
    except SyntaxError:
        with pytest.raises(SyntaxError):
            _solutions(store, planned)
        return
    assert _solutions(store, planned) == expected


def _solutions(store: Store, text: str) -> Counter[tuple[str, ...]]:
    rows = store.query(text, use_default_graph_as_union=True)
    return Counter(tuple(str(value) for value in row) for row in rows)  # type: ignore[union-attr]
