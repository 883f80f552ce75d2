"""What is published of the whole graph: true counts, a catalogue that conforms, dumps that load back (DWBP; VoID)."""

from __future__ import annotations

import gzip
from collections import Counter
from itertools import pairwise
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store, parse
from rdflib import SH, Graph

from maille.ontology.namespaces import BASE
from maille.ontology.terms import DCAT, SPDX, VOID
from maille.store.dump import graph_of
from maille.store.release import Home, Release


def read(address: str, accept: str = "*/*") -> bytes:
    with urlopen(Request(address, headers={"Accept": accept}), timeout=120) as answer:
        return bytes(answer.read())


@pytest.fixture(scope="module")
def built(built_home: Home) -> Release:
    release = built_home.current()
    assert release is not None
    return release


@pytest.fixture(scope="module")
def catalogue(address: str) -> bytes:
    return read(f"{address}catalog", "text/turtle")


def test_no_statement_stands_in_two_graphs(built: Release) -> None:
    # So a query over the union of the graphs sees each statement once, as a merge would have it.
    statements = (line[:-2].removesuffix(f" <{graph_of(line)}>") for line in built.lines())
    assert [first for first, second in pairwise(statements) if first == second] == []


def test_the_dump_loads_into_an_empty_store_as_the_same_data(address: str, built: Release) -> None:
    content = read(f"{address}dumps/{built.id}/dump.nq.gz")
    store = Store()
    store.bulk_load(gzip.decompress(content), RdfFormat.N_QUADS)
    assert len(store) == built.manifest.quads
    assert sorted(f"{quad} ." for quad in store) == list(built.lines())


def test_the_other_forms_hold_the_same(address: str, built: Release) -> None:
    graph = f"{BASE}graph/study/2020-06"
    expected = {line for line in built.lines() if graph_of(line) == graph}
    for form, syntax in (("nq", RdfFormat.N_QUADS), ("ttl", RdfFormat.TURTLE), ("jsonld", RdfFormat.JSON_LD)):
        content = gzip.decompress(read(f"{address}dumps/{built.id}/graph/study/2020-06.{form}.gz"))
        assert {f"{quad.triple} <{graph}> ." for quad in parse(content, format=syntax)} == expected


def test_the_catalogue_conforms_to_dcat_ap(catalogue: bytes, shared_data: Path) -> None:
    import pyshacl

    shapes = Graph().parse(shared_data / "vocab" / "dcat-ap-3.0.1-shacl.ttl")
    for subject, name in list(shapes.subject_objects(SH.property)):
        # Those without a single path are ill-formed, and no engine can run them.
        if len(list(shapes.objects(name, SH.path))) != 1:
            shapes.remove((subject, SH.property, name))
    conforms, _, text = pyshacl.validate(Graph().parse(data=catalogue, format="turtle"), shacl_graph=shapes)
    assert conforms, text


def test_the_catalogue_leads_to_every_dump(catalogue: bytes, built: Release) -> None:
    store = Store()
    store.load(catalogue, RdfFormat.TURTLE)
    urls = {quad.object.value for quad in store.quads_for_pattern(None, DCAT.downloadURL, None)}  # type: ignore[union-attr]
    assert len(urls) == 3 * (1 + len(built.manifest.graphs))
    assert f"{BASE}dumps/{built.id}/graph/cog/2026.ttl.gz" in urls
    # Size and checksum of a dump are told as soon as it is made.
    assert len(list(store.quads_for_pattern(None, SPDX.checksumValue, None))) >= 1


def test_void_is_true(address: str, built: Release) -> None:
    void = Store()
    void.load(read(f"{address}.well-known/void", "text/turtle"), RdfFormat.TURTLE)
    for graph, count in built.manifest.graphs.items():
        (told,) = void.quads_for_pattern(NamedNode(graph), VOID.triples, None)
        assert told.object.value == str(count)  # type: ignore[union-attr]
    links = Counter(graph_of(line) for line in built.lines() if "> <http://www.wikidata.org/entity/" in line)
    told_links = {
        (quad.subject, next(void.quads_for_pattern(quad.object, VOID.triples, None)).object.value)  # type: ignore[arg-type, union-attr]
        for quad in void.quads_for_pattern(None, VOID.subset, None)
        if "#links-" in str(quad.object)
    }
    assert told_links == {(NamedNode(graph), str(count)) for graph, count in links.items()}
