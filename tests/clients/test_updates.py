"""Clients that write: rdflib's SPARQLUpdateStore and SPARQLWrapper, the token sent as a Bearer header.

https://www.w3.org/TR/sparql11-protocol/#update-operation
"""

from __future__ import annotations

from typing import Any
from urllib.error import HTTPError

import pytest
from rdflib import Dataset, Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLUpdateStore
from SPARQLWrapper import JSON, POST, POSTDIRECTLY, URLENCODED, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import Unauthorized

from .conftest import TOKEN

BEARER = {"Authorization": f"Bearer {TOKEN}"}
NOTES = URIRef("http://example.org/graph/notes")
SHOP, NAME = URIRef("http://example.org/shop"), URIRef("http://example.org/name")


def update_store(address: str, headers: dict[str, str]) -> SPARQLUpdateStore:
    endpoint = f"{address}sparql"
    return SPARQLUpdateStore(endpoint, update_endpoint=endpoint, headers=headers)


def test_rdflib_adds_sees_and_removes(writable: str) -> None:
    notes = Graph(update_store(writable, BEARER), identifier=NOTES)
    notes.add((SHOP, NAME, Literal("Crêperie « L'Été »", lang="fr")))
    assert list(notes) == [(SHOP, NAME, Literal("Crêperie « L'Été »", lang="fr"))]
    assert [str(name) for name in notes.store.contexts()] == [str(NOTES)]
    notes.remove((SHOP, None, None))
    assert len(notes) == 0


def test_rdflib_adds_many_at_once(writable: str) -> None:
    notes = Graph(update_store(writable, BEARER), identifier=NOTES)
    triples = [(URIRef(f"http://example.org/shop/{n}"), NAME, Literal(n)) for n in range(500)]
    notes.addN((*triple, notes) for triple in triples)
    assert set(notes) == set(triples)
    # rdflib puts the GRAPH of the notes around what is in the braces.
    notes.update("DELETE WHERE { ?s ?p ?o }")
    assert len(notes) == 0


def test_rdflib_dataset(writable: str) -> None:
    dataset = Dataset(update_store(writable, BEARER))
    # rdflib creates the graph, which is an error where there is one: it is asked for once.
    notes = dataset.graph(NOTES)
    notes.add((SHOP, NAME, Literal("a")))
    assert [str(name) for name in dataset.store.contexts((SHOP, NAME, Literal("a")))] == [str(NOTES)]
    assert list(notes.objects(SHOP, NAME)) == [Literal("a")]
    dataset.remove_graph(notes)
    assert len(notes) == 0
    assert len(dataset.graph(NOTES)) == 0


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
def test_rdflib_without_the_token_is_refused(writable: str, headers: dict[str, str]) -> None:
    notes = Graph(update_store(writable, headers), identifier=NOTES)
    with pytest.raises(HTTPError, match="401"):
        notes.add((SHOP, NAME, Literal("never")))


def wrapper(address: str, text: str) -> SPARQLWrapper:
    client = SPARQLWrapper(f"{address}sparql", returnFormat=JSON)
    client.setQuery(text)
    return client


@pytest.mark.parametrize("style", [URLENCODED, POSTDIRECTLY])
def test_sparqlwrapper_updates(writable: str, style: str) -> None:
    for verb, expected in (("INSERT", True), ("DELETE", False)):
        change = wrapper(writable, f"{verb} DATA {{ GRAPH <{NOTES}> {{ <{SHOP}> <{NAME}> 'b' }} }}")
        change.addCustomHttpHeader(*next(iter(BEARER.items())))
        change.setMethod(POST)
        change.setRequestMethod(style)
        change.query().response.read()
        found: Any = wrapper(writable, f"ASK {{ <{SHOP}> <{NAME}> 'b' }}").query().convert()
        assert found["boolean"] is expected


def test_sparqlwrapper_without_the_token_is_refused(writable: str) -> None:
    change = wrapper(writable, f"INSERT DATA {{ GRAPH <{NOTES}> {{ <{SHOP}> <{NAME}> 'never' }} }}")
    change.setMethod(POST)
    with pytest.raises(Unauthorized):
        change.query()
