"""Oxigraph, in this process and as a server, that federates into this endpoint by SERVICE.

https://www.w3.org/TR/sparql11-federated-query/
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pyoxigraph
import pytest

from . import facts

OXIGRAPH = Path(sys.executable).with_name("oxigraph")
SHOPS = f"""@prefix ex: <http://example.org/> .
ex:quai ex:siren "{facts.LYON_SIREN}" . ex:nulle-part ex:siren "000000000" ."""
FEDERATED = """{prefixes} SELECT ?shop ?c ?name WHERE {{
  ?shop <http://example.org/siren> ?siren .
  SERVICE <{endpoint}> {{ ?c maille:siren ?siren ; skos:prefLabel ?name }} }}"""
COUNTED = "SELECT ?n WHERE {{ SERVICE <{endpoint}> {{ {count} }} }}"


@pytest.fixture(scope="module")
def oxigraph() -> Iterator[str]:
    """Serve two shops by `oxigraph serve`, on a port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(OXIGRAPH), "serve", "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            until_listening(port, process)
            request = Request(f"{address}/store?default", SHOPS.encode(), {"Content-Type": "text/turtle"}, method="PUT")
            with urlopen(request, timeout=10) as answer:
                assert answer.status < 300
            yield f"{address}/query"
        finally:
            process.terminate()
            process.wait(10)


def until_listening(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail("oxigraph did not start")


def ask(server: str, query: str) -> list[dict[str, str]]:
    headers = {"Accept": "application/sparql-results+json"}
    with urlopen(Request(server, urlencode({"query": query}).encode(), headers), timeout=60) as answer:
        found = json.load(answer)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


def test_a_server_joins_its_data_with_ours(oxigraph: str, endpoint: str) -> None:
    found = ask(oxigraph, FEDERATED.format(prefixes=facts.PREFIXES, endpoint=endpoint))
    assert found == [{"shop": "http://example.org/quai", "c": facts.LYON, "name": "Lyon"}]


def test_a_server_has_the_work_done_here(oxigraph: str, endpoint: str) -> None:
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?c a <http://rdf.insee.fr/def/geo#Commune> }"
    assert ask(oxigraph, COUNTED.format(endpoint=endpoint, count=count)) == [{"n": str(facts.COMMUNES)}]


def test_pyoxigraph_joins_its_data_with_ours(endpoint: str) -> None:
    store = pyoxigraph.Store()
    store.load(SHOPS, format=pyoxigraph.RdfFormat.TURTLE)
    found = store.query(FEDERATED.format(prefixes=facts.PREFIXES, endpoint=endpoint))
    assert isinstance(found, pyoxigraph.QuerySolutions)
    assert [str(row["c"]) for row in found] == [f"<{facts.LYON}>"]
