"""The files of a release that describe it: quality (DQV and SHACL), rejected rows, counts (VoID, section 4.6.1).

They are files and no triples of the dump: counts of a graph that counted themselves would never be right.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from maille.loaders.source import RejectedRow
from maille.ontology.namespaces import BASE, PREFIXES, SHAPES
from maille.ontology.terms import DCT, DQV, RDF, VOID, XSD
from maille.shapes.report import Report

DATASET: Final = NamedNode(BASE + ".well-known/void#dataset")


def files(
    report: Report, rejected: Collection[RejectedRow], findings: Collection[RejectedRow], graphs: Mapping[str, int]
) -> dict[str, bytes]:
    """Return name -> content of each descriptive file, under the default base."""
    return {
        "quality.json": report.to_json().encode(),
        "quality.ttl": (quality(report) + report.to_turtle()).encode(),
        "rejected.json": rejected_json(rejected, findings).encode(),
        "void.ttl": void(graphs).encode(),
    }


def rejected_json(rejected: Collection[RejectedRow], findings: Collection[RejectedRow] = ()) -> str:
    """Return every rejected row, then every single value left out of a loaded row, as the sources were read."""
    rows = [_plain(row) for row in rejected] + [_plain(value) | {"row_loaded": True} for value in findings]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _plain(row: RejectedRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in RejectedRow.__slots__}


def quality(report: Report) -> str:
    """Return a measurement for each shape that found something: how many results it gave, and how severe."""
    triples = [
        triple
        for severity, shapes in report.counts().items()
        for shape, count in shapes.items()
        for triple in _measurement(severity, shape, count)
    ]
    prefixes = {name: PREFIXES[name] for name in ("dqv", "xsd")}
    return (serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes) or b"").decode()


def void(graphs: Mapping[str, int]) -> str:
    """Return the VoID description: how many triples in all and in each named graph."""
    triples = [
        Triple(DATASET, RDF.type, VOID.Dataset),
        Triple(DATASET, DCT.title, Literal("Maille", language="fr")),
        Triple(DATASET, VOID.triples, _integer(sum(graphs.values()))),
        Triple(DATASET, VOID.uriSpace, Literal(BASE)),
    ]
    for graph, count in graphs.items():
        if graph.startswith("_:") or not graph:
            continue
        node = NamedNode(graph)
        triples += [
            Triple(DATASET, VOID.subset, node),
            Triple(node, RDF.type, VOID.Dataset),
            Triple(node, VOID.triples, _integer(count)),
        ]
    prefixes = {name: PREFIXES[name] for name in ("dct", "void", "xsd")}
    return (serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes) or b"").decode()


def _measurement(severity: str, shape: str, count: int) -> Iterator[Triple]:
    metric = NamedNode(SHAPES + shape)
    node = NamedNode(f"{BASE}.well-known/quality#{severity.lower()}-{shape}")
    yield Triple(DATASET, DQV.hasQualityMeasurement, node)
    yield Triple(node, RDF.type, DQV.QualityMeasurement)
    yield Triple(node, DQV.computedOn, DATASET)
    yield Triple(node, DQV.isMeasurementOf, metric)
    yield Triple(node, DQV.value, _integer(count))
    yield Triple(metric, RDF.type, DQV.Metric)


def _integer(count: int) -> Literal:
    return Literal(str(count), datatype=XSD.integer)
