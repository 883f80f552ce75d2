"""The statements that a description makes of the things of one row (PROV-O, Core Location, GeoSPARQL, ADMS)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from maille.loaders.describing import curies, values
from maille.loaders.describing.cells import Findings, shown
from maille.loaders.describing.description import Fact
from maille.loaders.describing.mapping import Instance, Mapper
from maille.loaders.describing.parallel import meets
from maille.loaders.describing.siting import Siting
from maille.loaders.source import Row, SourceDescription
from maille.ontology.terms import ADMS, DCT, GEO, LEGAL, LOCN, MAILLE, ORG, PROV, RDF, SKOS, XSD

_INSEE: Final = NamedNode("https://www.insee.fr/")
_NOTATIONS: Final = {MAILLE.siren: MAILLE.SirenNotation, MAILLE.siret: MAILLE.SiretNotation}
_NUMBERS: Final = ("siren", "siren-of-siret", "siret")
_SHAPES: Final = ("point", "geometry")


class Scribe:
    """States what a description says of the things of a row.

    Args:
        mapper: finds the things and makes the values.
        source: the source of the rows.
    """

    def __init__(self, mapper: Mapper, source: SourceDescription) -> None:
        self._mapper = mapper
        self._source = source
        self._siting = Siting(mapper)

    def triples(self, row: Row, instances: Sequence[Instance], findings: Findings) -> Iterator[Triple]:
        """Yield every statement of a row, the row's own first."""
        node = self._source.row(row.key)
        yield Triple(node, RDF.type, MAILLE.SourceRow)
        yield Triple(node, PROV.wasQuotedFrom, self._source.source)
        if row.line and not row.merged:
            yield Triple(node, MAILLE.sourceLine, Literal(str(row.line), datatype=XSD.integer))
        for one in instances:
            yield from self._thing(row, node, one, instances, findings)

    def _thing(
        self, row: Row, node: NamedNode, one: Instance, others: Sequence[Instance], findings: Findings
    ) -> Iterator[Triple]:
        for type_ in one.spec.classes:
            yield Triple(one.iri, RDF.type, type_)
        if one.label:
            yield Triple(one.iri, SKOS.prefLabel, Literal(one.label, language=one.spec.language))
        yield Triple(one.iri, PROV.wasDerivedFrom, node)
        for fact in one.spec.facts:
            yield from self._fact(row, one, fact, others, findings)
        if one.spec.place:
            yield from self._siting.statements(one, one.spec.place, findings)
        if one.spec.address:
            yield from self._address(row, node, one, findings)

    def _fact(
        self, row: Row, one: Instance, fact: Fact, others: Sequence[Instance], findings: Findings
    ) -> Iterator[Triple]:
        property_ = fact.property or curies.expand(values.KINDS[fact.kind].property)
        if fact.thing:
            for other in _pointed(one, fact.thing, others):
                if meets(fact.when, other.values, self._mapper.reader):
                    yield Triple(one.iri, property_, other.iri)
            return
        numbered = 0
        for cell, term in self._mapper.terms(fact, one.values, findings):
            if fact.kind in _SHAPES and isinstance(term, Literal):
                yield from self._geometry(row, one, property_, term)
            elif fact.kind in _NUMBERS and property_ in _NOTATIONS and isinstance(term, Literal):
                numbered += 1
                if numbered > 1:
                    findings.add(cell.column, shown(cell.value), "is a second number of one thing")
                    continue
                yield from self._number(one, property_, term)
            elif term is not None:
                yield Triple(one.iri, property_, term)

    def _geometry(self, row: Row, one: Instance, property_: NamedNode, wkt: Literal) -> Iterator[Triple]:
        node = self._part(row, one, "geometry")
        yield Triple(one.iri, property_, node)
        yield Triple(node, RDF.type, GEO.Geometry)
        yield Triple(node, GEO.asWKT, wkt)

    def _number(self, one: Instance, property_: NamedNode, number: Literal) -> Iterator[Triple]:
        """Give a SIREN or SIRET twice, plain and as a node with its evidence, so that the two cannot differ."""
        kind = "siren" if property_ == MAILLE.siren else "siret"
        unique = f"-{number.value}" if one.shared and kind == "siret" else ""
        node = NamedNode(f"{_document(one.iri)}#{_fragment(one.iri)}{kind}{unique}")
        yield Triple(one.iri, property_, number)
        yield Triple(one.iri, ADMS.identifier, node)
        if kind == "siren" and LEGAL.LegalEntity in one.spec.classes:
            yield Triple(one.iri, LEGAL.legalIdentifier, node)
        yield Triple(node, RDF.type, ADMS.Identifier)
        yield Triple(node, SKOS.notation, Literal(number.value, datatype=_NOTATIONS[property_]))
        yield Triple(node, DCT.creator, _INSEE)
        yield Triple(node, DCT.source, self._source.source)

    def _address(self, row: Row, derived: NamedNode, one: Instance, findings: Findings) -> Iterator[Triple]:
        parts = list(self._siting.address(one, findings))
        if not parts:
            return
        node = self._part(row, one, "address")
        yield Triple(one.iri, LOCN.address, node)
        if ORG.Site in one.spec.classes:
            yield Triple(one.iri, ORG.siteAddress, node)
        yield Triple(node, RDF.type, LOCN.Address)
        yield Triple(node, PROV.wasDerivedFrom, derived)
        for property_, value in parts:
            yield Triple(node, property_, value)

    def _part(self, row: Row, one: Instance, name: str) -> NamedNode:
        """Name a part of a thing; where other rows may speak of the thing, by the row, so that each says its own."""
        base, fragment = _document(one.iri), _fragment(one.iri)
        if one.shared:
            digest = hashlib.sha256(f"{self._source.id}/{row.key}".encode()).hexdigest()[:8]
            return NamedNode(f"{base}#{fragment}{name}-{digest}")
        return NamedNode(f"{base}#{fragment}{name}")


def _pointed(one: Instance, name: str, others: Sequence[Instance]) -> list[Instance]:
    """Return the things a fact points to: of things from the same lists, the one at the same position."""
    named = [other for other in others if other.spec.name == name and other.iri != one.iri]
    if one.position and one.spec.each is not None and any(other.spec.each == one.spec.each for other in named):
        return [other for other in named if other.position == one.position]
    return named


def _document(iri: NamedNode) -> str:
    return iri.value.partition("#")[0]


def _fragment(iri: NamedNode) -> str:
    fragment = iri.value.partition("#")[2]
    return f"{fragment}-" if fragment else ""
