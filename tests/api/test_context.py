"""Queries of ours: values go in as terms, names go out under the published base and come back under ours."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Triple

from maille.api.context import AppContext
from maille.api.settings import Settings
from maille.api.terms import bind, rebased, terms_to_sparql
from maille.ontology.namespaces import BASE
from maille.ontology.terms import IGEO, MAILLE, RDF
from maille.store.embedded import EmbeddedEngine

T = TypeVar("T")
LYON = NamedNode(BASE + "id/commune/69123")
BY_CODE = "SELECT ?thing ?unbound WHERE { VALUES ?code { UNDEF } ?thing maille:codeInsee ?code ; a igeo:Commune }"


def within(store: Store, ask: Callable[[AppContext], Awaitable[T]], **settings: str) -> T:
    chosen = Settings.model_validate({"base_iri": BASE, **settings})

    async def run() -> T:
        return await ask(AppContext(chosen, EmbeddedEngine.over(store, "test", base=chosen.base_iri)))

    return asyncio.run(run())


def test_select_gives_rows_without_what_is_unbound(web_store: Store) -> None:
    assert within(web_store, lambda context: context.select(BY_CODE, code=Literal("69123"))) == [{"thing": LYON}]


def test_select_takes_several_values(web_store: Store) -> None:
    codes = [Literal("69123"), Literal("01015")]
    assert len(within(web_store, lambda context: context.select(BY_CODE, code=codes))) == 2
    assert within(web_store, lambda context: context.select(BY_CODE, code=[])) == []


def test_ask_and_construct(web_store: Store) -> None:
    assert within(web_store, lambda context: context.ask("ASK { VALUES ?it { UNDEF } ?it ?p ?o }", it=LYON))
    query = "CONSTRUCT { ?it a ?class } WHERE { VALUES ?it { UNDEF } ?it a ?class }"
    triples = within(web_store, lambda context: context.construct(query, it=LYON))
    assert triples == [Triple(LYON, RDF.type, IGEO.Commune)]


def test_a_query_without_a_place_for_a_value_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no place"):
        bind("SELECT * { ?s ?p ?o }", {"code": LYON})


def test_values_cannot_break_out_of_their_place(web_store: Store) -> None:
    evil = Literal('69123" } ?s ?p ?o . VALUES ?x { "')
    assert within(web_store, lambda context: context.select(BY_CODE, code=evil)) == []


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_as_a_value(text: str) -> None:
    term = Literal(text)
    found = Store().query(f"SELECT ?x WHERE {{ VALUES ?x {{ {terms_to_sparql([term])} }} }}")
    assert [row["x"] for row in found] == [term]  # type: ignore[union-attr, index]


def test_names_are_under_our_base_inside_and_the_published_one_outside() -> None:
    other = "https://data.example.org/maille/"
    store = Store()
    store.load(
        f'<{other}id/commune/69123> <{other}def#codeInsee> "69123" ; a <{IGEO.Commune.value}> .'.encode(),
        format=RdfFormat.TURTLE,
    )
    assert within(store, lambda context: context.select(BY_CODE, code=Literal("69123")), base_iri=other) == [
        {"thing": LYON}
    ]
    assert within(store, lambda context: context.ask("ASK { VALUES ?it { UNDEF } ?it ?p ?o }", it=LYON), base_iri=other)
    typed = Literal("1", datatype=MAILLE.SirenNotation)
    assert rebased(rebased(typed, BASE, other), other, BASE) == typed


def test_paths_and_names(web_store: Store) -> None:
    context = AppContext(
        Settings(base_iri="https://data.example.org/", public_url="https://www.example.org/m/"),
        EmbeddedEngine.over(web_store, "test"),
    )
    assert context.local(LYON) == "/id/commune/69123"
    assert context.local("https://data.example.org/id/commune/69123") == "/id/commune/69123"
    assert context.local("https://elsewhere.example.org/x") == "https://elsewhere.example.org/x"
    assert context.canonical("/id/commune/69123") == "https://data.example.org/id/commune/69123"
    assert context.published(LYON) == "https://data.example.org/id/commune/69123"
    assert context.name("/id/commune/69123") == LYON
    assert context.absolute("/sparql") == "https://www.example.org/m/sparql"
