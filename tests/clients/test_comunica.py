"""Comunica, unchanged, over the whole graph: joins, graphs, long lists of values, and two sources at once.

https://comunica.dev/docs/query/
"""

from __future__ import annotations

import functools
import gzip
import json
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from rdflib import SKOS, Graph, Literal, URIRef

from . import comunica, facts

SNAPSHOT = Path(__file__).resolve().parents[2] / "loaders" / "data" / "cog-2026.json.gz"
SHOPS = f"""@prefix ex: <http://example.org/> .
ex:quai ex:siren "{facts.LYON_SIREN}" ; ex:name "Le Quai" .
ex:nulle-part ex:siren "000000000" ; ex:name "Nulle Part" ."""


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed, and Comunica comes from npm")
    comunica.install()


@pytest.fixture
def turtle(tmp_path: Path) -> Iterator[str]:
    """Serve a Turtle file of two shops and give its address."""
    (tmp_path / "shops.ttl").write_text(SHOPS, encoding="utf-8")

    class Quiet(SimpleHTTPRequestHandler):
        extensions_map = {".ttl": "text/turtle"}  # noqa: RUF012

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/shops.ttl"
        server.shutdown()
        thread.join()


def select(query: str, *sources: str) -> list[dict[str, str]]:
    rows = json.loads(comunica.run(query, comunica.JSON, *sources))["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in rows]


def names_of_communes(count: int) -> dict[str, str]:
    """Return codes and names of so many communes, from the records of the snapshot."""
    with gzip.open(SNAPSHOT, "rt", encoding="utf-8") as stream:
        table = json.load(stream)["files"]["communes.json"]
    code, name, kind = (table["columns"].index(column) for column in ("code", "nom", "type"))
    found = {row[code]: row[name] for row in table["records"] if row[kind] == "commune-actuelle"}
    return dict(sorted(found.items())[:count])


@pytest.mark.parametrize("kind", ["", "sparql@"])
def test_a_join_with_a_filter(endpoint: str, kind: str) -> None:
    """Whether it is told what the address is or finds out from the service description."""
    found = select(facts.LARGE, kind + endpoint)
    assert {row["name"] for row in found} == facts.METROPOLE_LARGE
    assert all(int(row["inhabitants"]) > 50_000 for row in found)


def test_a_count(endpoint: str) -> None:
    assert select(facts.COUNT, endpoint) == [{"n": str(facts.COMMUNES)}]


def test_construct(endpoint: str) -> None:
    graph = Graph().parse(data=comunica.run(facts.MEMBERS, "text/turtle", endpoint), format="turtle")
    assert len(graph) == facts.METROPOLE_COMMUNES
    assert graph.value(URIRef(facts.LYON), SKOS.prefLabel) == Literal("Lyon", lang="fr")


def test_three_thousand_values(endpoint: str) -> None:
    expected = names_of_communes(3000)
    values = " ".join(f'"{code}"' for code in expected)
    query = f"""{facts.PREFIXES} SELECT ?code ?name WHERE {{
      VALUES ?code {{ {values} }} ?c maille:codeInsee ?code ; igeo:nom ?name ; maille:population ?of_communes_only }}"""
    found = select(query, f"sparql@{endpoint}")
    assert {row["code"]: row["name"] for row in found} == expected


def test_two_sources(endpoint: str, turtle: str) -> None:
    query = f"""{facts.PREFIXES} SELECT ?shop ?c ?commune WHERE {{
      ?s <http://example.org/siren> ?siren ; <http://example.org/name> ?shop .
      ?c maille:siren ?siren ; skos:prefLabel ?commune }}"""
    assert select(query, endpoint, turtle) == [{"shop": "Le Quai", "c": facts.LYON, "commune": "Lyon"}]


def test_a_document_is_a_source_too(address: str) -> None:
    """Comunica follows the 303 of an entity and reads its document."""
    query = f"{facts.PREFIXES} SELECT ?siren WHERE {{ <{facts.LYON}> maille:siren ?siren }}"
    assert select(query, f"{address}id/commune/69123") == [{"siren": facts.LYON_SIREN}]
