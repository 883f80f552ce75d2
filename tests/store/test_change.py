"""What a change of the data adds and removes, and what it is refused for (Update 3; Graph Store 5)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from maille.ontology.errors import QueryError, QueryRefused, QuerySyntaxError, WriteConflict
from maille.store.change import SCRATCH, GraphChange, UpdateRequest, apply, delta_of, patch
from maille.store.dump import line_of

S, P, SOURCE, MINE = (NamedNode(f"https://example.org/{name}") for name in ("s", "p", "graph/source", "graph/mine"))
PROTECTED = frozenset({SOURCE.value})
TURTLE = "text/turtle"


def _store() -> Store:
    store = Store()
    store.add(Quad(S, P, Literal("source"), SOURCE))
    store.add(Quad(S, P, Literal("mine"), MINE))
    store.add(Quad(S, P, Literal("default"), DefaultGraph()))
    return store


def _line(value: str, graph: NamedNode | None = None) -> str:
    return f'{S} {P} "{value}"' + (f" {graph}" if graph else "") + " ."


def test_insert_data_adds_to_the_real_default_graph() -> None:
    delta = apply(_store(), UpdateRequest(f'INSERT DATA {{ {S} {P} "new" }}'), PROTECTED)
    assert (delta.added, delta.removed) == ((_line("new"),), ())


def test_the_where_of_an_update_sees_every_graph_and_templates_the_default_one() -> None:
    text = f"INSERT {{ ?s {P} ?copy }} WHERE {{ ?s ?p ?o BIND(CONCAT('copy of ', ?o) AS ?copy) }}"
    delta = apply(_store(), UpdateRequest(text), PROTECTED)
    assert delta.added == tuple(sorted(_line(f"copy of {o}") for o in ("source", "mine", "default")))


def test_without_the_union_it_sees_the_default_graph_alone() -> None:
    text = f"INSERT {{ ?s {P} ?copy }} WHERE {{ ?s ?p ?o BIND(CONCAT('copy of ', ?o) AS ?copy) }}"
    delta = apply(_store(), UpdateRequest(text, union_default_graph=False), PROTECTED)
    assert delta.added == (_line("copy of default"),)


def test_using_graph_uri_chooses_what_the_where_sees() -> None:
    text = f"INSERT {{ ?s {P} 'seen' }} WHERE {{ ?s ?p 'mine' }}"
    assert apply(_store(), UpdateRequest(text, using_graphs=(MINE.value,)), PROTECTED)
    assert not apply(_store(), UpdateRequest(text, using_graphs=("https://example.org/none",)), PROTECTED)


def test_using_graph_uri_may_not_meet_using() -> None:
    text = f"INSERT {{ ?s {P} 1 }} USING {MINE} WHERE {{ ?s ?p ?o }}"
    with pytest.raises(QuerySyntaxError, match="using-graph-uri"):
        apply(_store(), UpdateRequest(text, using_graphs=(MINE.value,)), PROTECTED)


def test_a_later_operation_sees_what_an_earlier_one_wrote() -> None:
    text = f"INSERT DATA {{ GRAPH <u:new> {{ {S} {P} 1 }} }} ; INSERT {{ ?s {P} 'seen' }} WHERE {{ ?s {P} 1 }}"
    assert _line("seen") in apply(_store(), UpdateRequest(text), PROTECTED).added


def test_delete_where_finds_in_every_graph_and_deletes_from_the_default_one() -> None:
    delta = apply(_store(), UpdateRequest("DELETE WHERE { ?s ?p ?o }"), PROTECTED)
    assert delta.removed == (_line("default"),)


@pytest.mark.parametrize(
    ("text", "added", "removed"),
    [
        (f"INSERT DATA {{ GRAPH {MINE} {{ {S} {P} 'a' , 'mine' }} }}", ["a"], []),
        (f"DELETE DATA {{ GRAPH {MINE} {{ {S} {P} 'a' , 'mine' }} }}", [], ["mine"]),
        (
            f"INSERT DATA {{ GRAPH {MINE} {{ {S} {P} 'a' }} }} ; "
            f"DELETE DATA {{ GRAPH {MINE} {{ {S} {P} 'a' , 'mine' }} }}",
            [],
            ["mine"],
        ),
        (
            f"DELETE DATA {{ GRAPH {MINE} {{ {S} {P} 'mine' }} }} ; "
            f"INSERT DATA {{ GRAPH {MINE} {{ {S} {P} 'b', 'mine' }} }} ;",
            ["b"],
            [],
        ),
    ],
)
def test_data_are_inserted_and_deleted_alike_by_either_way(text: str, added: list[str], removed: list[str]) -> None:
    # An operation that does nothing makes the whole update take the way of any other.
    for update in (text, f"{text.rstrip('; ')} ; CLEAR SILENT GRAPH <u:none>"):
        store = _store()
        delta = apply(store, UpdateRequest(update), PROTECTED)
        assert delta.added == tuple(_line(value, MINE) for value in added)
        assert delta.removed == tuple(_line(value, MINE) for value in removed)
        assert Quad(S, P, Literal("mine"), MINE) not in store if removed else Quad(S, P, Literal("mine"), MINE) in store


def test_inserting_what_a_source_says_already_is_no_conflict() -> None:
    assert not apply(_store(), UpdateRequest(f"INSERT DATA {{ GRAPH {SOURCE} {{ {S} {P} 'source' }} }}"), PROTECTED)
    with pytest.raises(WriteConflict):
        apply(_store(), UpdateRequest(f"DELETE DATA {{ GRAPH {SOURCE} {{ {S} {P} 'source' }} }}"), PROTECTED)


def test_blank_nodes_of_inserted_data_are_new_each_time() -> None:
    store = _store()
    for _ in range(2):
        assert len(apply(store, UpdateRequest(f"INSERT DATA {{ GRAPH {MINE} {{ _:b {P} 1 }} }}"), PROTECTED).added) == 1
    assert len(list(store.quads_for_pattern(None, None, None, MINE))) == 3


def test_the_name_of_the_scratch_graph_is_refused() -> None:
    with pytest.raises(QueryRefused):
        apply(_store(), UpdateRequest(f"INSERT DATA {{ GRAPH <{SCRATCH}> {{ {S} {P} 1 }} }}"), PROTECTED)


def test_a_change_that_changes_nothing_has_an_empty_delta() -> None:
    assert not apply(_store(), UpdateRequest(f"INSERT DATA {{ GRAPH {MINE} {{ {S} {P} 'mine' }} }}"), PROTECTED)


@pytest.mark.parametrize(
    "text",
    [
        f"INSERT DATA {{ GRAPH {SOURCE} {{ {S} {P} 1 }} }}",
        "PREFIX g: <https://example.org/graph/> CLEAR GRAPH g:source",
        "DROP ALL",
        "CLEAR NAMED",
        f"MOVE {SOURCE} TO <u:elsewhere>",
        "DELETE { GRAPH ?g { ?s ?p ?o } } INSERT { GRAPH ?g { ?s ?p 'swapped' } } WHERE { GRAPH ?g { ?s ?p ?o } }",
    ],
)
def test_a_graph_of_a_source_is_not_written(text: str) -> None:
    with pytest.raises(WriteConflict):
        apply(_store(), UpdateRequest(text), PROTECTED)


@pytest.mark.parametrize(
    "text",
    [
        "CLEAR GRAPH <graph/source>",
        "CLEAR GRAPH <./graph/../graph/source>",
        "CLEAR GRAPH <//example.org/graph/source>",
        "PREFIX g: <graph/> DROP GRAPH g:source",
        "INSERT { GRAPH <graph/source> { <a> <b> 1 } } WHERE {}",
        "INSERT DATA { GRAPH <graph/source> { <a> <b> 1 } }",
        "DELETE WHERE { GRAPH <graph/source> { ?s ?p ?o } }",
        "COPY <graph/mine> TO <graph/source>",
    ],
)
def test_nor_is_it_reached_from_the_address_of_the_endpoint(text: str) -> None:
    with pytest.raises(WriteConflict):
        apply(_store(), UpdateRequest(text, base_iri="https://example.org/sparql"), PROTECTED)


def test_what_only_names_a_protected_graph_is_let_through() -> None:
    text = f"INSERT {{ ?s {P} 'read' }} WHERE {{ GRAPH {SOURCE} {{ ?s ?p ?o }} }}"
    assert apply(_store(), UpdateRequest(text), PROTECTED).added == (_line("read"),)


def test_a_syntax_error_has_the_position_of_the_text_as_sent() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        apply(_store(), UpdateRequest("DELETE WHERE { ?s ?p ?o } ;\nINSERT NOTHING"), PROTECTED)
    assert caught.value.line == 2


@pytest.mark.parametrize("text", ["LOAD <http://127.0.0.1:9/x>", "LOAD SILENT <http://127.0.0.1:9/x> INTO GRAPH <u:g>"])
def test_load_is_refused(text: str) -> None:
    with pytest.raises(QueryRefused):
        apply(_store(), UpdateRequest(text), PROTECTED)


def test_service_inside_an_update_is_refused() -> None:
    text = "INSERT { ?s ?p ?o } WHERE { SERVICE SILENT <http://127.0.0.1:9/x> { ?s ?p ?o } }"
    with pytest.raises(QueryRefused):
        apply(_store(), UpdateRequest(text), PROTECTED)


def test_put_replaces_post_adds_and_delete_empties_a_graph() -> None:
    parts = ((TURTLE, f"{_line('new')}".encode(), None),)
    put = apply(_store(), GraphChange("PUT", MINE.value, parts), PROTECTED)
    assert (put.added, put.removed) == ((_line("new", MINE),), (_line("mine", MINE),))
    post = apply(_store(), GraphChange("POST", MINE.value, parts), PROTECTED)
    assert (post.added, post.removed) == ((_line("new", MINE),), ())
    delete = apply(_store(), GraphChange("DELETE", MINE.value), PROTECTED)
    assert (delete.added, delete.removed, delete.existed) == ((), (_line("mine", MINE),), True)


def test_a_graph_that_was_not_there_is_told() -> None:
    parts = ((TURTLE, f"{_line('new')}".encode(), None),)
    assert apply(_store(), GraphChange("PUT", "u:new", parts), PROTECTED).existed is False
    assert apply(_store(), GraphChange("DELETE", "u:none"), PROTECTED).existed is False


def test_the_store_itself_is_changed_whatever_the_change() -> None:
    store = _store()
    apply(store, GraphChange("PUT", MINE.value, ((TURTLE, f"{_line('new')}".encode(), None),)), PROTECTED)
    assert [str(quad) + " ." for quad in store.quads_for_pattern(None, None, None, MINE)] == [_line("new", MINE)]
    apply(store, GraphChange("DELETE", MINE.value), PROTECTED)
    assert not list(store.quads_for_pattern(None, None, None, MINE))


def test_the_graph_of_a_source_is_not_put() -> None:
    with pytest.raises(WriteConflict):
        apply(_store(), GraphChange("DELETE", SOURCE.value), PROTECTED)


def test_blank_nodes_of_two_documents_are_not_shared() -> None:
    document = (TURTLE, f"_:b {P} 1 .".encode(), None)
    delta = apply(_store(), GraphChange("POST", MINE.value, (document, document)), PROTECTED)
    assert len(delta.added) == 2


def test_a_malformed_document_is_an_error_with_a_position() -> None:
    with pytest.raises(QueryError):
        apply(_store(), GraphChange("PUT", MINE.value, ((TURTLE, b"<a> <b", None),)), PROTECTED)


def test_a_delta_applied_elsewhere_gives_the_same_data() -> None:
    changed, other = _store(), _store()
    found, new = f"GRAPH {MINE} {{ ?s ?p ?o }}", f"GRAPH {MINE} {{ ?s ?p 'a\\nb\"c' }}"
    text = f"DELETE {{ {found} }} INSERT {{ {new} }} WHERE {{ {found} }}"
    delta = apply(changed, UpdateRequest(text), PROTECTED)
    patch(other, delta.added, delta.removed)
    assert set(other) == set(changed)


def test_a_graph_that_loses_its_last_statement_is_gone() -> None:
    store = _store()
    patch(store, (), apply(_store(), GraphChange("DELETE", MINE.value), PROTECTED).removed)
    assert not store.contains_named_graph(MINE)
    assert store.contains_named_graph(SOURCE)


_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
_IRIS = st.sampled_from([NamedNode("https://example.org/é?a=b&c#d"), NamedNode("u:\u202ex"), NamedNode("urn:a:%20b")])
_LITERALS = st.builds(Literal, _TEXTS) | st.builds(
    lambda text, tag: Literal(text, language=tag), _TEXTS, st.sampled_from(["fr", "zh-hant-tw"])
)
_TERMS = _IRIS | _LITERALS | st.builds(lambda text: Literal(text, datatype=NamedNode("u:type")), _TEXTS)
_NESTED = st.recursive(_TERMS, lambda terms: st.builds(Triple, _IRIS, _IRIS, terms), max_leaves=3)


@given(st.lists(st.builds(Quad, _IRIS, _IRIS, _NESTED, _IRIS | st.just(DefaultGraph()))))
def test_the_lines_of_a_delta_are_those_of_a_dump(quads: list[Quad]) -> None:
    store = Store()
    store.extend(quads)
    delta = apply(store, UpdateRequest("CLEAR ALL"), frozenset())
    assert delta.removed == tuple(sorted({line_of(quad) for quad in quads}))
    patch(store, delta.removed, ())
    assert set(store) == set(quads)


def test_the_delta_alone_is_the_same() -> None:
    parts = ((TURTLE, f"{_line('new')} {_line('mine')}".encode(), None),)
    for change in (
        GraphChange("PUT", MINE.value, parts),
        GraphChange("POST", None, parts),
        GraphChange("DELETE", "u:x"),
    ):
        assert delta_of(_store(), change, PROTECTED) == apply(_store(), change, PROTECTED)
