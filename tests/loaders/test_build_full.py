"""The whole embedded graph, built once a session: checks 15 to 17 and 20 on what is published."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse

from maille.ontology import iris
from maille.ontology.namespaces import BASE, sparql_prologue
from maille.store.release import Home, Release

COG, STUDY = f"{BASE}graph/cog/2026", f"{BASE}graph/study/2020-06"
PAST = {f"{BASE}graph/cog-history/{vintage}" for vintage in (2016, 2019, *range(2021, 2027))}
LINKS, VOCABULARY, META = f"{BASE}graph/territory-links/2026-11", f"{BASE}graph/vocabulary/1.0.0", f"{BASE}graph/meta"


@pytest.fixture(scope="module")
def release(built_home: Home) -> Release:
    found = built_home.current()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def store(release: Release) -> Store:
    return release.load_memory()


def ask(store: Store, query: str) -> Iterator[list[str]]:
    solutions = store.query(sparql_prologue() + query, use_default_graph_as_union=True)
    assert isinstance(solutions, QuerySolutions)
    for solution in solutions:
        yield [getattr(term, "value", "") for term in solution]


def test_the_graphs_are_those_of_the_sources(release: Release) -> None:
    assert set(release.manifest.graphs) == {COG, STUDY, LINKS, VOCABULARY, META, *PAST}
    assert release.manifest.graphs[COG] > 600_000
    assert release.manifest.graphs[STUDY] > 5_000


def test_every_row_was_loaded(release: Release) -> None:
    assert json.loads((release.path / "rejected.json").read_text(encoding="utf-8")) == []


def test_nothing_is_violated_and_the_warnings_are_published(release: Release) -> None:
    quality = json.loads((release.path / "quality.json").read_text(encoding="utf-8"))
    assert quality["conforms"] is True
    assert quality["counts"]["Violation"] == {}
    assert quality["counts"]["Warning"]["Commune-siren-known"] == 94
    assert list(parse((release.path / "quality.ttl").read_bytes(), format=RdfFormat.TURTLE))


def test_there_is_no_blank_node_of_ours_and_nothing_in_the_default_graph(release: Release, store: Store) -> None:
    assert release.manifest.blank_nodes is False
    assert not any(True for _ in store.quads_for_pattern(None, None, None, DefaultGraph()))


def test_every_name_of_ours_follows_a_pattern(store: Store) -> None:
    names = {term.value for quad in store for term in named(quad) if term.value.startswith(BASE)}
    assert len(names) > 100_000
    for name in names:
        iris.parse(name)


def test_no_text_is_without_language_and_no_date_without_its_type(store: Store) -> None:
    typed = {quad.predicate.value: quad.object for quad in store if isinstance(quad.object, Literal)}
    for predicate in ("title", "description"):
        assert typed[f"http://purl.org/dc/terms/{predicate}"].language in {"fr", "en"}
    assert typed["http://purl.org/dc/terms/issued"].datatype.value.endswith("#date")
    assert not list(ask(store, 'SELECT ?s { ?s skos:prefLabel ?label FILTER(LANG(?label) = "") } LIMIT 5'))


def test_every_graph_is_described_with_its_licence_and_the_exact_file(store: Store) -> None:
    query = """SELECT DISTINCT ?g {
      ?g dct:title ?fr, ?en ; dct:license ?licence ; dct:source ?source ; dct:issued ?issued ; dcat:version ?vintage ;
         dct:publisher ?publisher ; dct:language ?language ; prov:wasDerivedFrom ?file .
      ?file a maille:Source, prov:Entity ; dct:identifier ?name ; spdx:checksum/spdx:checksumValue ?digest .
      FILTER(LANG(?fr) = "fr" && LANG(?en) = "en" && isIRI(?licence) && STRLEN(STR(?digest)) = 64)
    }"""
    assert {graph for (graph,) in ask(store, query)} == {COG, STUDY, LINKS, VOCABULARY, META, *PAST}


def test_every_row_leads_to_a_source_that_is_described(store: Store) -> None:
    query = "SELECT DISTINCT ?source { ?row prov:wasQuotedFrom ?source FILTER NOT EXISTS { ?source a maille:Source } }"
    assert list(ask(store, query)) == []


def test_the_counts_of_void_are_those_of_the_store(release: Release, store: Store) -> None:
    told = {
        quad.subject.value: int(quad.object.value)
        for quad in parse((release.path / "void.ttl").read_bytes(), format=RdfFormat.TURTLE)
        if quad.predicate.value.endswith("#triples")
        and isinstance(quad.subject, NamedNode)
        and isinstance(quad.object, Literal)
    }
    counted = {
        graph: int(n) for graph, n in ask(store, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    }
    assert told == {**counted, f"{BASE}.well-known/void#dataset": len(store)}


def test_the_communes_of_today_are_counted_right(store: Store) -> None:
    assert list(ask(store, "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c a igeo:Commune }")) == [["34969"]]


def test_another_process_with_another_seed_makes_the_same_bytes(release: Release, tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAILLE_")}
    done = subprocess.run(
        [str(Path(sys.executable).with_name("maille")), "build", "--json"],
        env={**kept, "MAILLE_HOME": str(tmp_path), "PYTHONHASHSEED": "7", "TZ": "Pacific/Noumea", "LC_ALL": "C"},
        capture_output=True,
        timeout=300,
        check=True,
    )
    told = json.loads(done.stdout)
    assert told["release"] == release.id
    assert told["rejected"] == []
    there = Home(tmp_path).current()
    assert there is not None
    for name in ("dump.nq.gz", "quality.ttl", "quality.json", "rejected.json", "void.ttl"):
        assert (there.path / name).read_bytes() == (release.path / name).read_bytes(), name


def named(quad: Quad) -> Iterator[NamedNode]:
    for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
        assert not isinstance(term, BlankNode)
        if isinstance(term, NamedNode):
            yield term
