"""SPARQLWrapper, unchanged, over the whole graph: four forms of query, its formats, GET and two kinds of POST.

https://sparqlwrapper.readthedocs.io/en/stable/main.html
"""

from __future__ import annotations

import csv
from typing import Any

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import SKOS
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POST,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from . import facts

WAYS = pytest.mark.parametrize(("method", "style"), [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)])
FORMATS = pytest.mark.parametrize("form", [JSON, XML, CSV, TSV])


def wrapper(endpoint: str, query: str, form: str, method: str = GET, style: str = URLENCODED) -> SPARQLWrapper:
    client = SPARQLWrapper(endpoint, returnFormat=form)
    client.setMethod(method)
    client.setRequestMethod(style)
    client.setQuery(query)
    return client


def ask(endpoint: str, query: str, form: str, method: str = GET, style: str = URLENCODED) -> Any:
    """Send a query and return what SPARQLWrapper makes of the answer."""
    return wrapper(endpoint, query, form, method, style).query().convert()


def values(form: str, found: Any) -> list[str]:
    """Return the values of the only column, whatever the format."""
    if form == JSON:
        return [value["value"] for row in found["results"]["bindings"] for value in row.values()]
    if form == XML:
        cells = [cell for name in ("literal", "uri") for cell in found.getElementsByTagName(name)]
        return [cell.firstChild.data for cell in cells]
    rows = list(csv.reader(found.decode().splitlines(), delimiter="," if form == CSV else "\t"))[1:]
    return [cell.strip('"<>') for (cell,) in rows]


@WAYS
@FORMATS
def test_select(endpoint: str, form: str, method: str, style: str) -> None:
    assert values(form, ask(endpoint, facts.COUNT, form, method, style)) == [str(facts.COMMUNES)]
    assert values(form, ask(endpoint, facts.BY_SIREN, form, method, style)) == [facts.LYON]


@WAYS
def test_join_and_filter(endpoint: str, method: str, style: str) -> None:
    rows = ask(endpoint, facts.LARGE, JSON, method, style)["results"]["bindings"]
    assert {row["name"]["value"] for row in rows} == facts.METROPOLE_LARGE
    assert all(int(row["inhabitants"]["value"]) > 50_000 for row in rows)


@WAYS
def test_ask(endpoint: str, method: str, style: str) -> None:
    assert ask(endpoint, facts.IS_COMMUNE, JSON, method, style)["boolean"] is True
    assert ask(endpoint, facts.IS_REGION, JSON, method, style)["boolean"] is False
    (said,) = ask(endpoint, facts.IS_COMMUNE, XML, method, style).getElementsByTagName("boolean")
    assert said.firstChild.data == "true"


@WAYS
@pytest.mark.parametrize("form", [XML, RDFXML, JSONLD, TURTLE, N3])
def test_construct(endpoint: str, form: str, method: str, style: str) -> None:
    found = ask(endpoint, facts.MEMBERS, form, method, style)
    graph = found if isinstance(found, Graph) else Graph().parse(data=found, format="turtle")
    assert len(graph) == facts.METROPOLE_COMMUNES
    assert graph.value(URIRef(facts.LYON), SKOS.prefLabel) == Literal("Lyon", lang="fr")


@pytest.mark.parametrize("method", [GET, POST])
def test_describe(endpoint: str, method: str) -> None:
    graph = Graph().parse(data=ask(endpoint, facts.DESCRIBE, TURTLE, method), format="turtle")
    assert (URIRef(facts.LYON), URIRef(f"{facts.MAILLE}siren"), Literal(facts.LYON_SIREN)) in graph


def test_one_code_two_things(endpoint: str) -> None:
    rows = ask(endpoint, facts.SHARED, JSON)["results"]["bindings"]
    assert {row["c"]["value"]: row["n"]["value"] for row in rows} == facts.SHARED_CODE


def test_a_graph_can_be_named_beside_the_query(endpoint: str) -> None:
    client = wrapper(endpoint, facts.COUNT, JSON)
    client.addParameter("default-graph-uri", "https://w3id.org/maille/graph/study/2020-06")
    assert values(JSON, client.query().convert()) == ["0"]


def test_a_bad_query_is_told_with_its_line(endpoint: str) -> None:
    with pytest.raises(QueryBadFormed, match="Line 2, column"):
        ask(endpoint, "SELECT ?s\nWHERE { ?s ?p }", JSON)
