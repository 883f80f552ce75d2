"""VoID, DCAT-AP and dumps: counts that equal the store's, a catalogue that conforms, parts that fit together."""

from __future__ import annotations

import gzip
import hashlib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse
from rdflib import SH, Graph

from maille.api.settings import Settings
from maille.ontology.terms import DCAT, DCT, FOAF, RDF, SPDX, VOID
from maille.store.release import Draft, Home

from .conftest import Client

BASE = "https://w3id.org/maille/"
META = """
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
<https://w3id.org/maille/graph/meta> {
  <https://w3id.org/maille/graph/cog/2026> a dcat:Dataset ;
    dct:title "Code officiel géographique 2026"@fr ; dct:description "Les communes."@fr ;
    dct:publisher <https://www.etalab.gouv.fr/> ; dct:issued "2026-01-01"^^xsd:date ; dcat:version "2026" ;
    dct:license <https://www.etalab.gouv.fr/licence-ouverte-open-licence> ;
    dct:language <http://publications.europa.eu/resource/authority/language/FRA> .
}
"""
DATASET = NamedNode(BASE + ".well-known/void#dataset")


def loaded(client: Client, address: str) -> Store:
    response = client.get(address, "application/n-triples")
    assert response.status_code == 200
    store = Store()
    store.extend(parse(response.content, format=RdfFormat.N_TRIPLES))
    return store


def number(store: Store, subject: NamedNode, predicate: NamedNode) -> int:
    (quad,) = store.quads_for_pattern(subject, predicate, None)
    assert isinstance(quad.object, Literal)
    return int(quad.object.value)


@pytest.fixture(scope="module")
def described_store(web_store: Store) -> Store:
    """Return the small graph with the description of one of its graphs."""
    store = Store()
    store.extend(web_store)
    store.load(META.encode(), format=RdfFormat.TRIG)
    return store


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, described_store: Store) -> tuple[Client, str]:
    """Return a client of an application whose release has a dump, and the id of that release."""
    home = Home(tmp_path_factory.mktemp("home"), clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    release = home.publish(Draft(lines=list(described_store), parent=None, with_store=False))
    return Client(described_store, Settings(home=home.path), release=release.id), release.id


def test_void_counts_each_graph_as_the_store_does(client: Client, web_store: Store) -> None:
    void = loaded(client, "/.well-known/void")
    assert number(void, DATASET, VOID.triples) == len(web_store)
    for graph in web_store.named_graphs():
        assert isinstance(graph, NamedNode)
        quads = list(web_store.quads_for_pattern(None, None, None, graph))
        assert number(void, graph, VOID.triples) == len(quads)
        assert number(void, graph, VOID.distinctSubjects) == len({quad.subject for quad in quads})
        assert number(void, graph, VOID.distinctObjects) == len({quad.object for quad in quads})


@pytest.mark.parametrize("named", [True, False])
def test_void_partitions_are_true(client: Client, web_store: Store, named: bool) -> None:
    void = loaded(client, "/.well-known/void")
    graph = NamedNode(BASE + "graph/cog/2026") if named else None
    quads = list(web_store.quads_for_pattern(None, None, None, graph))
    classes = Counter(quad.object for quad in quads if quad.predicate == RDF.type)
    properties = Counter(quad.predicate for quad in quads)
    assert partitions(void, graph or DATASET, VOID.classPartition, VOID.class_, VOID.entities) == classes
    assert partitions(void, graph or DATASET, VOID.propertyPartition, VOID.property, VOID.triples) == properties


def partitions(void: Store, dataset: NamedNode, link: NamedNode, term: NamedNode, size: NamedNode) -> dict[object, int]:
    found: dict[object, int] = {}
    for quad in void.quads_for_pattern(dataset, link, None):
        assert isinstance(quad.object, NamedNode)
        (named,) = void.quads_for_pattern(quad.object, term, None)
        found[named.object] = number(void, quad.object, size)
    return found


def test_void_counts_the_links_to_wikidata(web_store: Store) -> None:
    store = Store()
    store.extend(web_store)
    same, graph = NamedNode("https://schema.org/sameAs"), NamedNode(BASE + "graph/territory-links/2026-11")
    for code in (84, 11):
        here, there = NamedNode(f"{BASE}id/region/{code}"), NamedNode(f"http://www.wikidata.org/entity/Q{code}")
        store.add(Quad(here, same, there, graph))
    void = loaded(Client(store, Settings()), "/.well-known/void")
    (linkset,) = [
        quad.subject for quad in void.quads_for_pattern(None, RDF.type, VOID.Linkset) if "links-territory" in str(quad)
    ]
    assert isinstance(linkset, NamedNode)
    true = {quad for quad in store.quads_for_pattern(None, same, None) if "wikidata" in str(quad.object)}
    assert number(void, linkset, VOID.triples) == len(true)
    assert next(void.quads_for_pattern(linkset, VOID.linkPredicate, None)).object == same
    assert next(void.quads_for_pattern(linkset, VOID.subjectsTarget, None)).object == DATASET
    (target,) = void.quads_for_pattern(linkset, VOID.objectsTarget, None)
    (space,) = void.quads_for_pattern(target.object, VOID.uriSpace, None)  # type: ignore[arg-type]
    assert space.object == Literal("http://www.wikidata.org/entity/")


@pytest.mark.parametrize("address", ["/.well-known/void", "/catalog"])
def test_descriptions_are_negotiated_and_tagged(client: Client, address: str) -> None:
    for accept in ("text/turtle", "application/ld+json", "application/rdf+xml"):
        response = client.get(address, accept)
        assert response.headers["content-type"].startswith(accept)
        assert client.get(address, accept, if_none_match=response.headers["etag"]).status_code == 304
    assert client.get(address, "text/csv").status_code == 406
    assert client("HEAD", address).headers["content-type"] == "text/turtle; charset=utf-8"


def test_no_node_is_blank(client: Client) -> None:
    for address in ("/.well-known/void", "/catalog"):
        assert "_:" not in client.get(address, "application/n-triples").text


def test_names_are_under_the_published_base(web_store: Store) -> None:
    client = Client(web_store, Settings(base_iri="https://data.example.org/", public_url="https://www.example.org"))
    for address in ("/.well-known/void", "/catalog"):
        text = client.get(address, "application/n-triples").text
        assert "<https://data.example.org/" in text
        assert "<https://www.example.org/sparql>" in text
        assert f"<{BASE}.well-known" not in text


def test_the_catalogue_conforms_to_dcat_ap(published: tuple[Client, str], shared_data: Path) -> None:
    import pyshacl

    shapes = shared_data / "vocab" / "dcat-ap-3.0.1-shacl.ttl"
    if not shapes.is_file():
        pytest.skip("the shapes of DCAT-AP are not among the shared data")
    data = Graph().parse(data=published[0].get("/catalog", "text/turtle").text, format="turtle")
    conforms, _, text = pyshacl.validate(data, shacl_graph=well_formed(Graph().parse(shapes)))
    assert conforms, text


def well_formed(shapes: Graph) -> Graph:
    """Return the shapes of DCAT-AP without the property shapes that have no single path, which no engine can run."""
    for subject, name in list(shapes.subject_objects(SH.property)):
        if len(list(shapes.objects(name, SH.path))) != 1:
            shapes.remove((subject, SH.property, name))
    return shapes


def test_the_catalogue_tells_size_and_checksum_of_the_dump(published: tuple[Client, str]) -> None:
    client, release = published
    store = loaded(client, "/catalog")
    body = client.get(f"/dumps/{release}/dump.nq.gz").content
    node = NamedNode(BASE + "catalog#dump")
    assert number(store, node, DCAT.byteSize) == len(body)
    (checksum,) = store.quads_for_pattern(NamedNode(f"{node.value}-checksum"), SPDX.checksumValue, None)
    assert checksum.object == Literal(hashlib.sha256(body).hexdigest(), datatype=checksum.object.datatype)  # type: ignore[union-attr]
    (address,) = store.quads_for_pattern(node, DCAT.downloadURL, None)
    assert address.object == NamedNode(f"{BASE}dumps/{release}/dump.nq.gz")
    assert address.object in {
        quad.object for quad in loaded(client, "/.well-known/void").quads_for_pattern(None, VOID.dataDump, None)
    }


def test_the_dump_loads_into_the_same_graph(published: tuple[Client, str], described_store: Store) -> None:
    client, release = published
    response = client.get(f"/dumps/{release}/dump.nq.gz")
    assert response.headers["content-type"] == "application/gzip"
    assert "content-encoding" not in response.headers
    quads = parse(gzip.decompress(response.content), format=RdfFormat.N_QUADS)
    assert sorted(map(str, quads)) == sorted(map(str, described_store))


def test_each_described_graph_has_its_licence(published: tuple[Client, str]) -> None:
    store = loaded(published[0], "/catalog")
    graph = NamedNode(BASE + "graph/cog/2026")
    links = list(store.quads_for_pattern(graph, DCAT.distribution, None))
    assert len(links) == 4
    for link in links:
        assert isinstance(link.object, NamedNode)
        (licence,) = store.quads_for_pattern(link.object, DCT.license, None)
        assert licence.object == NamedNode("https://www.etalab.gouv.fr/licence-ouverte-open-licence")
    (name,) = store.quads_for_pattern(NamedNode("https://www.etalab.gouv.fr/"), FOAF.name, None)
    assert name.object == Literal("www.etalab.gouv.fr")


def test_section_14_parts_fit_together(published: tuple[Client, str]) -> None:
    client, release = published
    address = f"/dumps/{release}/dump.nq.gz"
    whole = client.get(address)
    assert whole.headers["accept-ranges"] == "bytes"
    first = client.get(address, range="bytes=0-99")
    rest = client.get(address, range="bytes=100-")
    assert (first.status_code, rest.status_code) == (206, 206)
    assert first.headers["content-range"] == f"bytes 0-99/{len(whole.content)}"
    assert first.content + rest.content == whole.content
    assert client.get(address, range="bytes=-10").content == whole.content[-10:]
    assert client.get(address, range=f"bytes={len(whole.content)}-").status_code == 416
    assert client.get(address, range="bytes=0-9", if_range='"other"').status_code == 200
    assert client.get(address, range="bytes=0-9", if_range=whole.headers["etag"]).status_code == 206


@pytest.mark.parametrize(
    "text", ["bytes=abc", "bytes=5-2", "items=0-5", "bytes=", "bytes=1", "bytes=0-1,", "bytes=-", "bytes=\xb2-3"]
)
def test_section_14_2_an_ill_formed_range_is_passed_over(published: tuple[Client, str], text: str) -> None:
    client, release = published
    response = client("GET", f"/dumps/{release}/dump.nq.gz", headers={"range": text.encode("latin-1")})
    assert response.status_code == 200


def test_section_13_a_dump_that_is_known_is_a_304(published: tuple[Client, str]) -> None:
    client, release = published
    address = f"/dumps/{release}/dump.nq.gz"
    etag = client.get(address).headers["etag"]
    assert client.get(address, if_none_match=etag).status_code == 304
    head = client("HEAD", address)
    assert (head.content, head.headers["etag"]) == (b"", etag)


def test_the_current_dump_has_an_address_of_its_own(published: tuple[Client, str]) -> None:
    client, release = published
    response = client.get("/dumps/current/dump.nq.gz")
    assert (response.status_code, response.headers["location"]) == (307, f"/dumps/{release}/dump.nq.gz")


@pytest.mark.parametrize("release", ["none", "..", ".", "%2e%2e", "a%2Fb", "%00", "current.lock"])
def test_no_other_file_is_a_dump(published: tuple[Client, str], release: str) -> None:
    assert published[0].get(f"/dumps/{release}/dump.nq.gz").status_code == 404
