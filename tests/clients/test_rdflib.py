"""rdflib's SPARQLStore, unchanged: a graph that is really this endpoint; and rdflib's own SERVICE into it.

https://rdflib.readthedocs.io/en/stable/apidocs/rdflib.plugins.stores/#rdflib.plugins.stores.sparqlstore.SPARQLStore
"""

from __future__ import annotations

import gzip
from collections import Counter

import pytest
from rdflib import RDF, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from rdflib.query import Result, ResultRow

from maille.store.release import Home

from . import facts

IGEO = Namespace(facts.IGEO)
MAILLE = Namespace(facts.MAILLE)
LYON = URIRef(facts.LYON)
COG = URIRef("https://w3id.org/maille/graph/cog/2026")


@pytest.fixture(scope="module")
def graph(endpoint: str) -> Graph:
    return Graph(SPARQLStore(endpoint))


@pytest.fixture(scope="module")
def counted(built_home: Home) -> Counter[str]:
    """Count the lines of the dump by graph: no SPARQL in it."""
    release = built_home.current()
    assert release is not None
    with gzip.open(release.dump, "rt", encoding="utf-8") as lines:
        return Counter(line.rstrip(" .\n").rpartition(" ")[2].strip("<>") for line in lines)


def rows(result: Result) -> list[ResultRow]:
    return [row for row in result if isinstance(row, ResultRow)]


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
def test_select(endpoint: str, method: str, form: str) -> None:
    asked = Graph(SPARQLStore(endpoint, method=method, returnFormat=form))
    assert [str(row["n"]) for row in rows(asked.query(facts.COUNT))] == [str(facts.COMMUNES)]
    assert {str(row["name"]) for row in rows(asked.query(facts.LARGE))} == facts.METROPOLE_LARGE


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_ask_construct_and_describe(endpoint: str, method: str) -> None:
    asked = Graph(SPARQLStore(endpoint, method=method))
    assert asked.query(facts.IS_COMMUNE).askAnswer is True
    assert asked.query(facts.IS_REGION).askAnswer is False
    assert len(asked.query(facts.MEMBERS)) == facts.METROPOLE_COMMUNES
    described = asked.query(facts.DESCRIBE).graph
    assert described is not None
    assert (LYON, MAILLE.siren, Literal(facts.LYON_SIREN)) in described


def test_triples(graph: Graph) -> None:
    assert list(graph.subjects(MAILLE.siren, Literal(facts.LYON_SIREN))) == [LYON]
    assert len(list(graph.subjects(MAILLE.memberOfEpci, URIRef(facts.METROPOLE)))) == facts.METROPOLE_COMMUNES
    assert graph.value(LYON, SKOS.prefLabel) == Literal("Lyon", lang="fr")
    assert (LYON, RDF.type, IGEO.Commune) in graph
    assert (LYON, RDF.type, IGEO.Region) not in graph


def test_one_code_two_things(graph: Graph) -> None:
    found = {
        str(thing): str(graph.value(thing, SKOS.prefLabel))
        for thing in graph.subjects(MAILLE.codeInsee, Literal("01015"))
    }
    assert found == facts.SHARED_CODE


def test_length(endpoint: str, graph: Graph, counted: Counter[str]) -> None:
    assert len(Graph(SPARQLStore(endpoint), identifier=COG)) == counted[str(COG)]
    assert len(graph) == counted.total()


def test_contexts(endpoint: str, counted: Counter[str]) -> None:
    store = SPARQLStore(endpoint)
    assert {str(name) for name in store.contexts()} == set(counted)
    assert {str(name) for name in store.contexts((LYON, RDF.type, IGEO.Commune))} == {str(COG)}


def test_bindings_given_beside_the_query(graph: Graph) -> None:
    found = graph.query(
        f"{facts.PREFIXES} SELECT ?c WHERE {{ ?c maille:siren ?siren }}",
        initBindings={"siren": Literal(facts.LYON_SIREN)},
    )
    assert [row["c"] for row in rows(found)] == [LYON]


def test_service_from_a_local_graph(endpoint: str) -> None:
    here = Graph().parse(
        data=f'<http://example.org/shop> <http://example.org/siren> "{facts.LYON_SIREN}" .', format="turtle"
    )
    query = f"""{facts.PREFIXES} SELECT ?shop ?c ?name WHERE {{
      ?shop <http://example.org/siren> ?siren .
      SERVICE <{endpoint}> {{ ?c maille:siren ?siren ; skos:prefLabel ?name }} }}"""
    (row,) = rows(here.query(query))
    assert (str(row["shop"]), row["c"], row["name"]) == ("http://example.org/shop", LYON, Literal("Lyon", lang="fr"))
