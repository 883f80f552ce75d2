"""What hangs on things: sites, memberships, attributes of profiles, places named on a line, notes on statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from maille.loaders import identifiers
from maille.loaders.source import Row
from maille.loaders.sourced import Object
from maille.loaders.study import cells as study_cells
from maille.loaders.study.cells import Item
from maille.loaders.study.columns import COLUMNS
from maille.loaders.study.known import Known
from maille.loaders.study.statements import Scribe
from maille.loaders.study.things import column_quads
from maille.ontology.errors import InvalidIdentifier, RowRejected
from maille.ontology.terms import DCT, LOCN, MAILLE, ORG

ATTRIBUTES: Final[Mapping[str, tuple[NamedNode, str]]] = MappingProxyType(
    {
        "niveau": (MAILLE.opennessLevel, "openness-level"),
        "statut-juridique": (MAILLE.legalStatus, "legal-status"),
        "financement": (MAILLE.fundingModel, "funding-model"),
        "maturite": (MAILLE.maturity, "maturity"),
        "duree": (MAILLE.supportDuration, "support-duration"),
        "proposition-de-valeur": (MAILLE.valueProposition, "value-proposition"),
        "exemple": (MAILLE.exampleStructure, ""),
    }
)
"""Attribute of a profile -> predicate, and the scheme of its values (none: a thing of the tables)."""

_ADDRESS: Final = MappingProxyType(
    {"full_address": LOCN.fullAddress, "thoroughfare": LOCN.thoroughfare, "town": LOCN.postName}
)


def site_quads(scribe: Scribe, known: Known, row: Row) -> Iterator[Quad]:
    """Load a site: whose it is, in which commune, and its address, one node."""
    study_cells.required(row, "name")
    owner = Item("site_of", study_cells.required(row, "site_of"), study_cells.lines(row))
    subject = known.own(row).iri
    yield from scribe.types(subject, (ORG.Site,))
    yield from scribe.derived(subject, owner.lines)
    yield from scribe.stated(known.thing(owner), ORG.hasPrimarySite, subject, owner.lines)
    yield from column_quads(scribe, known, row, subject)
    yield from _address(scribe, row, subject)


def _address(scribe: Scribe, row: Row, site: NamedNode) -> Iterator[Quad]:
    node = NamedNode(f"{site.value}#address")
    study_cells.required(row, "full_address")
    yield scribe.plain(site, LOCN.address, node)
    yield scribe.plain(site, ORG.siteAddress, node)
    yield from scribe.types(node, (LOCN.Address,))
    yield from scribe.derived(node, study_cells.lines(row))
    for column, predicate in _ADDRESS.items():
        if study_cells.text(row, column):
            yield scribe.plain(node, predicate, Literal(study_cells.text(row, column), language="fr"))
    if study_cells.text(row, "postcode"):
        yield scribe.plain(node, LOCN.postCode, Literal(_postcode(study_cells.text(row, "postcode"))))


def _postcode(written: str) -> str:
    try:
        return identifiers.postcode(written)
    except InvalidIdentifier as error:
        raise RowRejected("postcode", written, str(error)) from error


def membership_quads(scribe: Scribe, known: Known, row: Row) -> Iterator[Quad]:
    """Load a membership; its node hangs on the member, named after what it is a member of."""
    lines = study_cells.lines(row)
    member, body, role = (
        Item(column, study_cells.required(row, column), lines) for column in ("member", "organisation", "role")
    )
    whole = known.thing(body)
    node = NamedNode(f"{known.thing(member).value}#member-of-{known.entries[body.value].key}")
    yield from scribe.types(node, (ORG.Membership,))
    yield scribe.plain(node, ORG.member, known.thing(member))
    yield scribe.plain(node, ORG.organization, whole)
    yield scribe.plain(node, ORG.role, known.concept(role, "membership-role"))
    yield from scribe.derived(node, lines)


def profile_quads(scribe: Scribe, known: Known, row: Row) -> Iterator[Quad]:
    """Load one attribute of a profile, with its note."""
    lines = study_cells.lines(row)
    profile, attribute, value = (
        Item(column, study_cells.required(row, column), lines) for column in ("profile", "attribute", "value")
    )
    if attribute.value not in ATTRIBUTES:
        raise attribute.rejected(f"an attribute of a profile is one of {', '.join(ATTRIBUTES)}")
    predicate, scheme = ATTRIBUTES[attribute.value]
    subject = known.concept(profile, "profile")
    target: Object = known.concept(value, scheme) if scheme else known.thing(value)
    yield from scribe.stated(subject, predicate, target, lines)
    yield from scribe.noted(subject, predicate, target, _notes(row))


def mention_quads(scribe: Scribe, known: Known, row: Row) -> Iterator[Quad]:
    """Say that lines of the study name a territory, with what the text says of it."""
    lines = study_cells.lines(row)
    territory = known.territory(Item("territory", study_cells.required(row, "territory"), lines))
    for line in lines:
        subject = scribe.line(line)
        yield from scribe.described(line)
        yield scribe.plain(subject, DCT.spatial, territory)
        if any(_notes(row)):
            yield from scribe.reified(subject, DCT.spatial, territory, (line,))
            yield from scribe.noted(subject, DCT.spatial, territory, _notes(row))


def note_quads(scribe: Scribe, known: Known, row: Row) -> Iterator[Quad]:
    """Hang a note on a fact that another row states: the key of the thing, the column, the value as written there."""
    key = Item("key", study_cells.required(row, "key"), ())
    column = COLUMNS.get(study_cells.required(row, "column"))
    if column is None:
        raise RowRejected("column", study_cells.text(row, "column"), "no column of a table of things is called so")
    subject = known.thing(key)
    for predicate, value in column.facts(known, Item("value", study_cells.required(row, "value"), ())):
        yield from scribe.noted(subject, predicate, value, _notes(row))


def _notes(row: Row) -> tuple[str, str]:
    french, english = study_cells.text(row, "note_fr"), study_cells.text(row, "note_en")
    if bool(french) != bool(english):
        raise RowRejected("note_en" if french else "note_fr", "", "a note is written in French and in English")
    return french, english
