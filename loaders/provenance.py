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
from maille.ontology.namespaces import BASE
from maille.ontology.terms import DCAT, DCT, MAILLE, PROV, RDF, RDFS, SPDX, XSD

META: Final = iris.graph("meta")
PUBLISHER: Final = NamedNode(BASE)
LICENCE: Final = NamedNode("https://www.etalab.gouv.fr/licence-ouverte-open-licence")
_LANGUAGES: Final = "http://publications.europa.eu/resource/authority/language/"
_LANGUAGE_CODES: Final = {"fr": "FRA", "en": "ENG"}
_META_TITLES: Final = ("Description des graphes et des sources", "Description of the graphs and sources")
_META_TEXTS: Final = (
    "Pour chaque graphe nommé : titre, licence, éditeur, millésime et fichier exact dont il est tiré.",
    "For each named graph: its title, licence, publisher, vintage and the exact file it was made from.",
)


def meta_quads(descriptions: Iterable[SourceDescription]) -> Iterator[Quad]:
    """Describe each source, each graph, and the graph of descriptions itself."""
    known = sorted(descriptions, key=lambda one: (one.id, one.vintage))
    triples = [triple for one in known for triple in (*_source(one), *_graph(one))]
    if known:
        triples += _meta(known)
    for triple in triples:
        yield Quad(triple.subject, triple.predicate, triple.object, META)


def _graph(one: SourceDescription) -> Iterator[Triple]:
    graph = one.graph
    yield Triple(graph, RDF.type, DCAT.Dataset)
    yield Triple(graph, RDF.type, PROV.Entity)
    yield from _texts(graph, (one.title_fr, one.title_en), (one.description_fr, one.description_en))
    yield from _terms(graph, NamedNode(one.licence), NamedNode(one.publisher), one.issued)
    yield Triple(graph, DCAT.version, Literal(one.vintage))
    yield Triple(graph, DCT.language, _language(one.language))
    yield Triple(graph, DCT.source, NamedNode(one.address))
    yield Triple(graph, PROV.wasDerivedFrom, one.source)


def _source(one: SourceDescription) -> Iterator[Triple]:
    source = one.source
    yield Triple(source, RDF.type, MAILLE.Source)
    yield Triple(source, RDF.type, PROV.Entity)
    yield from _texts(source, (one.title_fr, one.title_en), (one.description_fr, one.description_en))
    yield from _terms(source, NamedNode(one.licence), NamedNode(one.publisher), one.issued)
    yield Triple(source, DCAT.version, Literal(one.vintage))
    yield Triple(source, DCT.language, _language(one.language))
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


def _meta(known: list[SourceDescription]) -> Iterator[Triple]:
    yield Triple(META, RDF.type, DCAT.Dataset)
    yield Triple(META, RDF.type, PROV.Entity)
    yield from _texts(META, _META_TITLES, _META_TEXTS)
    # The newest of what is described, for want of a date of its own that is no clock.
    yield from _terms(META, LICENCE, PUBLISHER, max(one.issued for one in known))
    yield Triple(META, DCAT.version, Literal(max(one.issued for one in known).isoformat()))
    for code in ("fr", "en"):
        yield Triple(META, DCT.language, _language(code))
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


def _language(code: str) -> NamedNode:
    return NamedNode(_LANGUAGES + _LANGUAGE_CODES[code])
