"""No query, update or document makes the service call anybody: a socket listens, and stays silent."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from .target import Target

REFUSED = (400, "query-refused")
SERVICES = [
    "SELECT * { SERVICE <@> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <@> { ?s ?p ?o } }",
    "SELECT*{SERVICE<@>{?s ?p ?o}}",
    "SELECT * { sErViCe # comment\n# another\r <@> { ?s ?p ?o } }",
    "PREFIX e: <@> SELECT * { SERVICE e: { ?s ?p ?o } }",
    "PREFIX e: <@> SELECT * { SERVICE e:x { ?s ?p ?o } }",
    "PREFIX e: <@> SELECT * { SERVICEe:x { ?s ?p ?o } }",
    "PREFIX : <@> SELECT * { SERVICE SILENT :x { ?s ?p ?o } }",
    "BASE <@> SELECT * { SERVICE <> { ?s ?p ?o } }",
    "BASE <@> SELECT * { SERVICE <x> { ?s ?p ?o } }",
    "SELECT * { BIND(<@> AS ?x) SERVICE ?x { ?s ?p ?o } }",
    "SELECT * { VALUES ?x { <@> } SERVICE SILENT $x { ?s ?p ?o } }",
    "SELECT * { ?s <urn:p:name> ?o . SERVICE ?g { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <@> { ?s ?p ?o } }",
    "SELECT * { SERV\\u0049CE <@> { ?s ?p ?o } }",
    "SELECT * { SERVIC\\U00000045<@>{ ?s ?p ?o } }",
    "SELECT * { SERVICE <\\u0068ttp://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "SELECT * { SERVICE <http://127.0.0.\\u0031:PORT/> { ?s ?p ?o } }",
    "SELECT * { SERVICE <http://2130706433:PORT/> { ?s ?p ?o } }",
    "SELECT * { SERVICE <http://0x7f.1:PORT/> { ?s ?p ?o } }",
    "SELECT * { SERVICE <http://[::ffff:127.0.0.1]:PORT/> { ?s ?p ?o } }",
    "SELECT * { SERVICE <http://localhost:PORT/> { ?s ?p ?o } }",
    "SELECT * { SERVICE <file:///etc/passwd> { ?s ?p ?o } }",
    "SELECT * { { SELECT * { OPTIONAL { MINUS { GRAPH ?g { SERVICE <@> { ?s ?p ?o } } } } } } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <@> { ?s ?p ?o } } }",
    "SELECT (EXISTS { SERVICE <@> { ?s ?p ?o } } AS ?x) {}",
    "SELECT * { ?s ?p ?o } ORDER BY EXISTS { SERVICE <@> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o } GROUP BY ?s HAVING(EXISTS { SERVICE <@> { ?s ?p ?o } })",
    "SELECT * { SERVICE <urn:a> { SERVICE <@> { ?s ?p ?o } } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <@> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <@> { ?s ?p ?o } }",
    "ASK { SERVICE <@> { ?s ?p ?o } }",
    'SELECT * { ?s ?p "a\\u005C" SERVICE <@> { ?s ?p ?o } FILTER("" = "") }',
    'SELECT * { FILTER(1<2)#>"""\n SERVICE <@> { ?s ?p ?o } } #"""',
    "SELECT * { ?s ?p true.SERVICE<@>{ ?s ?p ?o } }",
    "# SERVICE\n" * 40 + "ASK { SERVICE <@> {} }",
]
HARMLESS = [
    "SELECT * FROM <@> { ?s ?p ?o }",
    "SELECT * FROM NAMED <@> { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * { GRAPH <@> { ?s ?p ?o } }",
    "DESCRIBE <@>",
    "SELECT (<@>(1) AS ?x) {}",
    "SELECT * { ?s ?p 'SERVICE <@> { ?s ?p ?o }' }",
    "SELECT * { ?s <@> ?o } # SERVICE <@> { ?s ?p ?o }",
]
LOADS = [
    "LOAD <@>",
    "LOAD SILENT <@> INTO GRAPH <urn:g>",
    "load#comment\n<@>",
    "LOAD<@>",
    "PREFIX e: <@> LOAD e:",
    "PREFIX e: <@> LOADe:x",
    "BASE <@> LOAD <>",
    "\\u004cOAD <@>",
    "LO\\U00000041D <@>",
    "LOAD <http://127.0.0.\\u0031:PORT/>",
    "LOAD <file:///etc/passwd>",
    "INSERT DATA { <urn:a> <urn:b> 1 } ; LOAD <@>",
    "INSERT DATA { <urn:a> <urn:b> 'x' };#'\nLOAD <@>",
    "INSERT { ?s ?p ?o } WHERE { SERVICE <@> { ?s ?p ?o } }",
    "DELETE { ?s ?p ?o } WHERE { SERVICE SILENT <@> { ?s ?p ?o } }",
    "DELETE WHERE { GRAPH <urn:g> { SERVICE <@> { ?s ?p ?o } } }",
    "WITH <urn:g> INSERT { ?s ?p ?o } WHERE { OPTIONAL { SERVICE ?g { ?s ?p ?o } } }",
    "INSERT { ?s ?p ?o } USING <urn:g> WHERE { BIND(<@> AS ?x) SERVICE ?x { ?s ?p ?o } }",
]
HARMLESS_UPDATES = [
    "INSERT { ?s ?p ?o } USING <@> WHERE { ?s ?p ?o }",
    "WITH <@> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "COPY SILENT <@> TO <urn:g>",
    "INSERT DATA { <@> <@> 'LOAD <@>' } ; DELETE DATA { <@> <@> 'LOAD <@>' }",
]
CONTEXTS = [
    {"@context": "@", "urn:a": 1},
    {"@context": [{"a": "urn:a"}, "@"], "@id": "urn:s", "a": 1},
    {"@context": {"@version": 1.1, "@import": "@"}, "@id": "urn:s", "urn:a": 1},
    {"@context": {"a": {"@id": "urn:a", "@context": "@"}}, "@id": "urn:s", "a": {"@id": "urn:o"}},
    {"@id": "urn:s", "urn:a": {"@context": "@", "@id": "urn:o", "urn:b": 1}},
]
ENTITIES = [
    '<!DOCTYPE r [<!ENTITY x SYSTEM "@">]><r>&x;</r>',
    '<!DOCTYPE r [<!ENTITY % x SYSTEM "@"> %x;]><r/>',
    '<!DOCTYPE r SYSTEM "@"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
    '<?xml-stylesheet href="@"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
]


class Trap:
    """A socket that listens."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.port = self._socket.getsockname()[1]

    def bait(self, text: str) -> str:
        """Put its address into a text."""
        return text.replace("<@>", f"<http://127.0.0.1:{self.port}/x>").replace("PORT", str(self.port))

    def is_silent(self) -> bool:
        """Tell whether nobody called."""
        try:
            self._socket.accept()[0].close()
        except BlockingIOError:
            return True
        return False

    def close(self) -> None:
        """Listen no more."""
        self._socket.close()


@pytest.fixture
def trap() -> Iterator[Trap]:
    made = Trap()
    yield made
    silent = made.is_silent()
    made.close()
    assert silent, "somebody was called"


@pytest.mark.parametrize("query", SERVICES)
def test_service_is_refused(target: Target, trap: Trap, query: str) -> None:
    assert target.post(trap.bait(query), "*/*").outcome == REFUSED


@pytest.mark.parametrize("query", HARMLESS)
def test_a_name_is_only_a_name(target: Target, trap: Trap, query: str) -> None:
    assert target.post(trap.bait(query), "*/*").status == 200


@pytest.mark.parametrize("parameter", ["default-graph-uri", "named-graph-uri"])
def test_a_graph_of_the_address_is_only_a_name(target: Target, trap: Trap, parameter: str) -> None:
    address = f"http://127.0.0.1:{trap.port}/x"
    assert target.get("SELECT * { ?s ?p ?o }", **{parameter: address}).values == []
    assert target.ask("GET", f"/graph-store?graph={address}", {"Accept": "*/*"}).status == 404


@pytest.mark.parametrize("update", LOADS)
def test_load_is_refused(target: Target, trap: Trap, update: str) -> None:
    assert target.update(trap.bait(update)).outcome in {REFUSED, (400, "query-syntax")}


@pytest.mark.parametrize("update", HARMLESS_UPDATES)
def test_a_name_in_an_update_is_only_a_name(target: Target, trap: Trap, update: str) -> None:
    assert target.update(trap.bait(update)).status == 204


@pytest.mark.parametrize("document", CONTEXTS)
def test_contexts_are_not_fetched(target: Target, trap: Trap, document: dict[str, object]) -> None:
    text = json.dumps(document).replace('"@"', f'"http://127.0.0.1:{trap.port}/x"')
    reply = target.put(text, "application/ld+json")
    assert reply.outcome == (400, "document")


def test_a_context_of_a_link_header_is_not_fetched(target: Target, trap: Trap) -> None:
    link = f'<http://127.0.0.1:{trap.port}/x>; rel="http://www.w3.org/ns/json-ld#context"'
    assert target.put("{}", "application/ld+json", Link=link).status in {201, 204}


@pytest.mark.parametrize("document", ENTITIES)
def test_external_entities_are_not_fetched(target: Target, trap: Trap, document: str) -> None:
    text = document.replace('"@"', f'"http://127.0.0.1:{trap.port}/x"')
    assert target.put(text, "application/rdf+xml").status in {201, 204, 400}
