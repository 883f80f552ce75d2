"""What a source says of itself, and what is said of it in `/graph/meta` (check 17 of the ontology's tests)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from maille.loaders.provenance import META, meta_quads
from maille.loaders.source import RejectedRow, RowRejected, SourceDescription
from maille.loaders.vocabulary_source import describe_vocabulary
from maille.ontology import vocabulary
from maille.ontology.errors import InvalidIri, MailleError
from maille.ontology.terms import DCAT, DCT, MAILLE, PROV, RDF, SPDX, XSD

ONE = SourceDescription(
    id="essai",
    vintage="2026",
    title_fr="Essai",
    title_en="Trial",
    description_fr="Une table d'essai.",
    description_en="A table to try things with.",
    publisher="https://example.org/publisher",
    licence="https://example.org/licence",
    attribution="Essai, 2026",
    address="https://example.org/table",
    issued=date(2026, 3, 9),
    file_name="essai.csv",
    sha256="0" * 64,
)


@pytest.fixture(scope="module")
def ours() -> SourceDescription:
    return describe_vocabulary(vocabulary.quads())


def filled(quads: Iterable[Quad]) -> Store:
    store = Store()
    store.extend(quads)
    return store


@pytest.fixture
def meta(ours: SourceDescription) -> Store:
    return filled(meta_quads([ONE, ours], ours))


def objects(store: Store, subject: NamedNode, predicate: NamedNode) -> set[object]:
    return {quad.object for quad in store.quads_for_pattern(subject, predicate, None, META)}


def test_a_source_names_its_graph_its_file_and_its_rows() -> None:
    assert ONE.graph.value.endswith("/graph/essai/2026")
    assert ONE.source.value.endswith("/source/essai/2026")
    assert ONE.row("L1").value.endswith("/row/essai/2026/L1")


def test_a_vintage_that_makes_no_iri_is_refused() -> None:
    with pytest.raises(InvalidIri):
        _ = replace(ONE, vintage="mai 2026").graph


def test_a_rejected_row_is_told_in_one_line() -> None:
    row = RejectedRow("study/structures.csv", 7, "siren", "123456789", "its key is wrong")
    assert str(row) == "study/structures.csv:7: siren '123456789': its key is wrong"


def test_a_rejection_is_an_error_of_ours_with_its_parts() -> None:
    error = RowRejected("name", "", "is missing")
    assert isinstance(error, MailleError)
    assert (error.column, error.value, error.reason) == ("name", "", "is missing")
    assert str(error) == "name '': is missing"


def test_everything_said_is_in_the_graph_of_descriptions(meta: Store) -> None:
    assert list(meta.named_graphs()) == [META]


@pytest.mark.parametrize("graph", ["/graph/essai/2026", "/graph/vocabulary/1.0.0", "/graph/meta"])
def test_every_graph_has_what_the_checks_want(meta: Store, graph: str) -> None:
    node = NamedNode("https://w3id.org/maille" + graph)
    titles = {title.language for title in objects(meta, node, DCT.title) if isinstance(title, Literal)}
    assert titles == {"fr", "en"}
    for predicate in (DCT.description, DCT.source, DCT.license, DCT.publisher, DCAT.version, DCT.language):
        assert objects(meta, node, predicate), predicate
    (issued,) = objects(meta, node, DCT.issued)
    assert isinstance(issued, Literal)
    assert issued.datatype == XSD.date
    assert all(isinstance(licence, NamedNode) for licence in objects(meta, node, DCT.license))
    for source in objects(meta, node, PROV.wasDerivedFrom):
        assert isinstance(source, NamedNode)
        assert MAILLE.Source in objects(meta, source, RDF.type)


def test_a_source_names_the_exact_file_and_its_digest(meta: Store) -> None:
    assert objects(meta, ONE.source, DCT.identifier) == {Literal("essai.csv")}
    (checksum,) = objects(meta, ONE.source, SPDX.checksum)
    assert isinstance(checksum, NamedNode)
    assert objects(meta, checksum, SPDX.checksumValue) == {Literal("0" * 64, datatype=XSD.hexBinary)}


def test_the_graph_of_descriptions_is_as_new_as_the_newest_source(ours: SourceDescription) -> None:
    newest = replace(ONE, issued=date(2031, 1, 2))
    store = filled(meta_quads([newest, ours], ours))
    assert objects(store, META, DCT.issued) == {Literal("2031-01-02", datatype=XSD.date)}


def test_the_order_of_the_sources_changes_nothing(ours: SourceDescription) -> None:
    there: list[Quad] = list(meta_quads([ONE, ours], ours))
    assert there == list(meta_quads([ours, ONE], ours))


def test_the_vocabulary_is_described_from_its_own_header(ours: SourceDescription) -> None:
    assert ours.vintage == vocabulary.VERSION
    assert ours.graph == vocabulary.GRAPH
    assert ours.title_fr
    assert ours.title_en
    assert len(ours.sha256) == 64


def test_a_line_that_is_no_record_is_told_without_an_empty_value() -> None:
    assert str(RejectedRow("a.jsonl", 4, "", "", "no sound JSON")) == "a.jsonl:4: no sound JSON"
    assert str(RejectedRow("a.csv", 4, "nom", "", "the name is missing")) == "a.csv:4: nom '': the name is missing"
