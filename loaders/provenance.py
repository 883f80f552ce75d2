"""Descriptions of graphs and sources, the content of `/graph/meta` (PROV-O; DCAT 3, section 6; SPDX).

Nothing here reads a clock: every date is a date of the source, so the same inputs give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Triple

from maille.loaders.source import SourceDescription
from maille.ontology import iris
from maille.ontology.terms import DCAT, DCT, MAILLE, PROV, RDF, RDFS, SD, SPDX, XSD

META: Final = iris.graph("meta")
_LANGUAGES: Final = "http://publications.europa.eu/resource/authority/language/"
_LANGUAGE_CODES: Final = {"fr": "FRA", "en": "ENG"}
_META_TITLES: Final = ("Description des graphes et des sources", "Description of the graphs and sources")
_META_TEXTS: Final = (
    "Pour chaque graphe nommé : titre, licence, éditeur, millésime et fichier exact dont il est tiré.",
    "For each named graph: its title, licence, publisher, vintage and the exact file it was made from.",
)


def meta_quads(descriptions: Iterable[SourceDescription], ours: SourceDescription) -> Iterator[Quad]:
    """Describe each source, each graph, and the graph of descriptions itself.

    Args:
        descriptions: the sources, `ours` among them.
        ours: the vocabulary, whose publisher and licence are those of the descriptions too.
    """
    known = sorted(descriptions, key=lambda one: (one.id, one.vintage))
    triples = [triple for one in known for triple in (*_source(one), *_graph(one))]
    triples += _meta(known, ours)
    for triple in triples:
        yield Quad(triple.subject, triple.predicate, triple.object, META)


def _graph(one: SourceDescription) -> Iterator[Triple]:
    graph = one.graph
    yield Triple(graph, RDF.type, DCAT.Dataset)
    yield Triple(graph, RDF.type, SD.NamedGraph)
    yield Triple(graph, RDF.type, PROV.Entity)
    yield from _texts(graph, (one.title_fr, one.title_en), (one.description_fr, one.description_en))
    yield from _terms(graph, NamedNode(one.licence), NamedNode(one.publisher), one.issued)
    yield Triple(graph, DCAT.version, Literal(one.vintage))
    yield from _languages(graph, one.language)
    yield Triple(graph, DCT.source, NamedNode(one.address))
    yield Triple(graph, PROV.wasDerivedFrom, one.source)


def _source(one: SourceDescription) -> Iterator[Triple]:
    source = one.source
    yield Triple(source, RDF.type, MAILLE.Source)
    yield Triple(source, RDF.type, PROV.Entity)
    yield from _texts(source, (one.title_fr, one.title_en), (one.description_fr, one.description_en))
    yield from _terms(source, NamedNode(one.licence), NamedNode(one.publisher), one.issued)
    yield Triple(source, DCAT.version, Literal(one.vintage))
    yield from _languages(source, one.language)
    yield Triple(source, DCT.source, NamedNode(one.address))
    yield Triple(source, DCT.identifier, Literal(one.file_name))
    yield from _checksum(one)
    yield from _rights(one)


def _checksum(one: SourceDescription) -> Iterator[Triple]:
    node = iris.source(one.id, one.vintage, "checksum")
    yield Triple(one.source, SPDX.checksum, node)
    yield Triple(node, RDF.type, SPDX.Checksum)
    yield Triple(node, SPDX.algorithm, SPDX.checksumAlgorithm_sha256)
    yield Triple(node, SPDX.checksumValue, Literal(one.sha256, datatype=XSD.hexBinary))


def _rights(one: SourceDescription) -> Iterator[Triple]:
    node = iris.source(one.id, one.vintage, "attribution")
    yield Triple(one.source, DCT.rights, node)
    yield Triple(node, RDF.type, DCT.RightsStatement)
    yield Triple(node, RDFS.label, Literal(one.attribution, language="fr"))


def _meta(known: list[SourceDescription], ours: SourceDescription) -> Iterator[Triple]:
    yield Triple(META, RDF.type, DCAT.Dataset)
    yield Triple(META, RDF.type, SD.NamedGraph)
    yield Triple(META, RDF.type, PROV.Entity)
    yield from _texts(META, _META_TITLES, _META_TEXTS)
    # The newest of what is described, for want of a date of its own that is no clock.
    issued = max(one.issued for one in known)
    yield from _terms(META, NamedNode(ours.licence), NamedNode(ours.publisher), issued)
    yield Triple(META, DCAT.version, Literal(issued.isoformat()))
    yield from _languages(META, "fr en")
    for one in known:
        yield Triple(META, DCT.source, NamedNode(one.address))
        yield Triple(META, PROV.wasDerivedFrom, one.source)


def _texts(subject: NamedNode, titles: tuple[str, str], texts: tuple[str, str]) -> Iterator[Triple]:
    for language, title, text in zip(("fr", "en"), titles, texts, strict=True):
        yield Triple(subject, DCT.title, Literal(title, language=language))
        yield Triple(subject, DCT.description, Literal(text, language=language))


def _terms(subject: NamedNode, licence: NamedNode, publisher: NamedNode, issued: date) -> Iterator[Triple]:
    yield Triple(subject, DCT.license, licence)
    yield Triple(subject, DCT.publisher, publisher)
    yield Triple(subject, DCT.issued, Literal(issued.isoformat(), datatype=XSD.date))


def _languages(subject: NamedNode, tags: str) -> Iterator[Triple]:
    for tag in tags.split():
        yield Triple(subject, DCT.language, NamedNode(_LANGUAGES + _LANGUAGE_CODES[tag]))
