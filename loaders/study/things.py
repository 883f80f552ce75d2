"""Things of the study: structures, organisations, partners, networks, programmes, events, start-ups, initiatives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from maille.loaders import identifiers
from maille.loaders.source import Row
from maille.loaders.study import cells as study_cells
from maille.loaders.study.columns import COLUMNS
from maille.loaders.study.known import Known, page, table_of
from maille.loaders.study.statements import Scribe
from maille.loaders.study.tables import TABLES
from maille.ontology.errors import InvalidIdentifier, RowRejected
from maille.ontology.terms import ADMS, DCT, LEGAL, MAILLE, ORG, SCHEMA, SKOS, XSD

CLASSES: Final[Mapping[str, tuple[NamedNode, ...]]] = MappingProxyType(
    {
        "structures": (MAILLE.InnovationStructure, SCHEMA.Organization),
        "partners": (MAILLE.Partner,),
        "networks": (MAILLE.Network,),
        "programmes": (MAILLE.Programme,),
        "events": (MAILLE.Event,),
        "startups": (MAILLE.Startup,),
        "initiatives": (MAILLE.Initiative,),
    }
)
"""Table -> classes of its things; an organisation's follow from its column `nature`."""

NATURES: Final[Mapping[str, tuple[NamedNode, ...]]] = MappingProxyType(
    {
        "entite-juridique": (MAILLE.OperatingOrganisation, ORG.FormalOrganization, LEGAL.LegalEntity),
        "unite": (ORG.OrganizationalUnit,),
    }
)
"""What an organisation is: a legal person, or a part of one without personality of its own."""

_INSEE: Final = NamedNode("https://www.insee.fr/")
_DATE: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")


def thing_quads(scribe: Scribe, known: Known, row: Row) -> Iterator[Quad]:
    """Load one row of a table of things: its classes, then each column."""
    study_cells.required(row, "name")
    subject = known.own(row).iri
    yield from scribe.types(subject, _classes(known, row))
    yield from scribe.derived(subject, study_cells.lines(row))
    yield from column_quads(scribe, known, row, subject)
    if study_cells.text(row, "siren"):
        yield from _identifier(scribe, row, subject)


def column_quads(scribe: Scribe, known: Known, row: Row, subject: NamedNode) -> Iterator[Quad]:
    """State every fact of the row's columns about `subject`."""
    for name in TABLES[table_of(row)]:
        column = COLUMNS.get(name)
        if column is None:
            continue
        if not column.many:
            study_cells.single(row, name)
        for item in study_cells.items(row, name):
            if column.links and known.has_lost(item):
                continue
            for predicate, value in column.facts(known, item):
                yield from scribe.stated(subject, predicate, value, item.lines)


def _classes(known: Known, row: Row) -> tuple[NamedNode, ...]:
    table = table_of(row)
    if table != "organisations":
        return CLASSES[table]
    nature = study_cells.required(row, "nature")
    if nature not in NATURES:
        raise RowRejected("nature", nature, f"an organisation is one of {', '.join(NATURES)}")
    partner = (MAILLE.Partner,) if study_cells.text(row, "partner_kind") else ()
    return (*_natures(known, row, nature), *partner)


def _natures(known: Known, row: Row, nature: str) -> tuple[NamedNode, ...]:
    if nature != "unite":
        return NATURES[nature]
    study_cells.required(row, "unit_of")
    whole = study_cells.single(row, "unit_of")
    # A unit whose whole is rejected stays an organisation: what is known of it is still true.
    return (ORG.Organization,) if whole and known.has_lost(whole) else NATURES[nature]


def _identifier(scribe: Scribe, row: Row, subject: NamedNode) -> Iterator[Quad]:
    """Give the SIREN twice, plain and as a node with its evidence, so that the two cannot differ."""
    number = _siren(row)
    node = NamedNode(f"{subject.value}#siren")
    yield scribe.plain(subject, MAILLE.siren, Literal(number))
    yield scribe.plain(subject, ADMS.identifier, node)
    yield scribe.plain(subject, LEGAL.legalIdentifier, node)
    yield from scribe.types(node, (ADMS.Identifier,))
    yield scribe.plain(node, SKOS.notation, Literal(number, datatype=MAILLE.SirenNotation))
    yield scribe.plain(node, DCT.creator, _INSEE)
    yield from _evidence(scribe, row, node)


def _siren(row: Row) -> str:
    written = study_cells.text(row, "siren")
    if study_cells.text(row, "nature") != "entite-juridique":
        raise RowRejected("siren", written, "only a legal person has a SIREN")
    try:
        return identifiers.siren(written)
    except InvalidIdentifier as error:
        raise RowRejected("siren", written, str(error)) from error


def _evidence(scribe: Scribe, row: Row, node: NamedNode) -> Iterator[Quad]:
    source = study_cells.required(row, "siren_source")
    day = study_cells.required(row, "siren_date")
    if _DATE.fullmatch(day) is None:
        raise RowRejected("siren_date", day, "a date is written 2026-11-22")
    yield scribe.plain(node, DCT.source, page(study_cells.Item("siren_source", source, ())))
    yield scribe.plain(node, DCT.created, Literal(day, datatype=XSD.date))
    for language in ("fr", "en"):
        note = study_cells.required(row, f"evidence_{language}")
        yield scribe.plain(node, SKOS.note, Literal(note, language=language))
