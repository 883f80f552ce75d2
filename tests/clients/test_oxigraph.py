"""Oxigraph, in this process and as a server, that federates into this endpoint by SERVICE.

https://www.w3.org/TR/sparql11-federated-query/
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pyoxigraph
import pytest

from tests.endpoints import oxigraph

from . import facts

SHOPS = f"""@prefix ex: <http://example.org/> .
ex:quai ex:siren "{facts.LYON_SIREN}" . ex:nulle-part ex:siren "000000000" ."""
FEDERATED = """{prefixes} SELECT ?shop ?c ?name WHERE {{
  ?shop <http://example.org/siren> ?siren .
  SERVICE <{endpoint}> {{ ?c maille:siren ?siren ; skos:prefLabel ?name }} }}"""
COUNTED = "SELECT ?n WHERE {{ SERVICE <{endpoint}> {{ {count} }} }}"


@pytest.fixture(scope="module")
def shops() -> Iterator[str]:
    """Serve two shops by `oxigraph serve`."""
    with oxigraph(SHOPS) as address:
        yield address


def ask(server: str, query: str) -> list[dict[str, str]]:
    headers = {"Accept": "application/sparql-results+json"}
    with urlopen(Request(server, urlencode({"query": query}).encode(), headers), timeout=60) as answer:
        found = json.load(answer)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


def test_a_server_joins_its_data_with_ours(shops: str, endpoint: str) -> None:
    found = ask(shops, FEDERATED.format(prefixes=facts.PREFIXES, endpoint=endpoint))
    assert found == [{"shop": "http://example.org/quai", "c": facts.LYON, "name": "Lyon"}]


def test_a_server_has_the_work_done_here(shops: str, endpoint: str) -> None:
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?c a <http://rdf.insee.fr/def/geo#Commune> }"
    assert ask(shops, COUNTED.format(endpoint=endpoint, count=count)) == [{"n": str(facts.COMMUNES)}]


def test_pyoxigraph_joins_its_data_with_ours(endpoint: str) -> None:
    store = pyoxigraph.Store()
    store.load(SHOPS, format=pyoxigraph.RdfFormat.TURTLE)
    found = store.query(FEDERATED.format(prefixes=facts.PREFIXES, endpoint=endpoint))
    assert isinstance(found, pyoxigraph.QuerySolutions)
    assert [str(row["c"]) for row in found] == [f"<{facts.LYON}>"]
