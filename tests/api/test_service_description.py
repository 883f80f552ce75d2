"""SPARQL 1.1 Service Description: what a GET without a query says, and that it is true."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, parse

from maille.api.settings import Settings
from maille.ontology.terms import RDF, SD, VOID
from maille.store.engine import GRAPH_FORMATS

from .conftest import Client

FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}


def described(client: Client, accept: str | None = None) -> Store:
    response = client.get("/sparql", accept)
    assert response.status_code == 200
    store = Store()
    store.extend(parse(response.content, format=FORMATS[response.headers["content-type"].partition(";")[0]]))
    return store


def objects(store: Store, predicate: NamedNode) -> set[object]:
    return {quad.object for quad in store.quads_for_pattern(None, predicate, None)}


@pytest.mark.parametrize("accept", GRAPH_FORMATS)
def test_section_2_every_format_says_the_same(client: Client, accept: str) -> None:
    response = client.get("/sparql", accept)
    assert response.headers["content-type"].startswith(accept)
    assert {str(quad) for quad in described(client, accept)} == {str(quad) for quad in described(client)}


def test_section_2_what_is_not_rdf_is_not_acceptable(client: Client) -> None:
    assert client.get("/sparql", "text/csv").status_code == 406


def test_section_3_2_the_service_has_its_endpoint_language_and_formats(client: Client) -> None:
    store = described(client)
    assert len(list(store.quads_for_pattern(None, RDF.type, SD.Service))) == 1
    assert objects(store, SD.endpoint) == {NamedNode("https://w3id.org/maille/sparql")}
    assert objects(store, SD.supportedLanguage) == {SD.SPARQL11Query}
    formats = {term.value.rpartition("/")[2] for term in objects(store, SD.resultFormat) if isinstance(term, NamedNode)}
    assert {"SPARQL_Results_JSON", "SPARQL_Results_CSV", "Turtle", "RDF_XML"} <= formats


def test_section_3_2_6_the_union_is_claimed_where_it_is_so(client: Client, web_store: Store) -> None:
    assert objects(described(client), SD.feature) == {SD.UnionDefaultGraph}
    apart = Client(web_store, Settings(union_default_graph=False))
    assert objects(described(apart), SD.feature) == set()


def test_section_3_2_2_updates_are_claimed_by_whoever_takes_them(client: Client, web_store: Store) -> None:
    assert objects(described(client), SD.inputFormat) == set()
    writable = described(Client(web_store, Settings(token="secret")))
    assert objects(writable, SD.supportedLanguage) == {SD.SPARQL11Query, SD.SPARQL11Update}
    names = {str(term).rpartition("/")[2].rstrip(">") for term in objects(writable, SD.inputFormat)}
    assert names == {"Turtle", "N-Triples", "JSON-LD", "RDF_XML"}


def test_section_3_2_7_no_inference_is_claimed(client: Client) -> None:
    assert objects(described(client), SD.defaultEntailmentRegime) == {
        NamedNode("http://www.w3.org/ns/entailment/Simple")
    }


def test_section_3_2_8_every_function_that_is_claimed_gives_a_value(client: Client) -> None:
    wkt = "<http://www.opengis.net/ont/geosparql#wktLiteral>"
    square, point, other = (
        f'"{text}"^^{wkt}' for text in ("POLYGON((0 0,2 0,2 2,0 2,0 0))", "POINT(1 1)", "POINT(2 1)")
    )
    special = {
        "distance": f"{point}, {other}, <http://www.opengis.net/def/uom/OGC/1.0/metre>",
        "length": f'"LINESTRING(0 0,1 1)"^^{wkt}, <http://www.opengis.net/def/uom/OGC/1.0/metre>',
        "relate": f'{square}, {square}, "T*F**FFF*"',
        "perimeter": f"{square}, <http://www.opengis.net/def/uom/OGC/1.0/metre>",
        **dict.fromkeys("asGeoJSON centroid convexHull envelope getSRID".split(), square),
        **dict.fromkeys("coordinateDimension dimension isEmpty isSimple spatialDimension".split(), square),
    }
    claimed = [term.value for term in objects(described(client), SD.extensionFunction) if isinstance(term, NamedNode)]
    assert len(claimed) > 30
    for function in claimed:
        arguments = special.get(function.rpartition("/")[2], f"{square}, {square}")
        answer = client.select(f"SELECT (<{function}>({arguments}) AS ?value) {{}}").json()
        assert answer["results"]["bindings"][0].get("value"), function


def test_section_3_4_named_graphs_have_their_true_sizes(client: Client, web_store: Store) -> None:
    query = """SELECT ?name ?n WHERE { ?d <http://www.w3.org/ns/sparql-service-description#namedGraph> ?g .
        ?g <http://www.w3.org/ns/sparql-service-description#name> ?name ;
           <http://www.w3.org/ns/sparql-service-description#graph> [ <http://rdfs.org/ns/void#triples> ?n ] }"""
    said = {(row["name"], row["n"]) for row in described(client).query(query)}  # type: ignore[union-attr, index]
    true = {
        (graph, Literal(sum(1 for _ in web_store.quads_for_pattern(None, None, None, graph))))
        for graph in web_store.named_graphs()
    }
    assert said == true
    assert len(objects(described(client), VOID.triples)) == len(said)


def test_the_endpoint_is_where_the_public_address_says(web_store: Store) -> None:
    client = Client(web_store, Settings(public_url="https://example.org/graph"))
    assert objects(described(client), SD.endpoint) == {NamedNode("https://example.org/graph/sparql")}
