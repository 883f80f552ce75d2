"""Columns of the tables of things: which predicate a column stands for, and what its values are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from pyoxigraph import Literal, NamedNode

from maille.loaders.sourced import Object
from maille.loaders.study.cells import Item
from maille.loaders.study.known import Known, page
from maille.ontology.terms import DCT, FOAF, MAILLE, ORG, SKOS

Reader = Callable[[Known, Item], Object]


@dataclass(frozen=True, slots=True)
class Column:
    """How a column is loaded.

    Attributes:
        predicates: one fact is stated with each.
        read: reader of one value.
        many: whether more than one value may stand in a cell.
        links: whether a value is the key of a thing; a link to a rejected thing is left out with it.
    """

    predicates: tuple[NamedNode, ...]
    read: Reader
    many: bool = True
    links: bool = False

    def facts(self, known: Known, item: Item) -> Iterator[tuple[NamedNode, Object]]:
        """Give the predicate and object of each fact one value states."""
        value = self.read(known, item)
        for predicate in self.predicates:
            yield predicate, value


def french(_: Known, item: Item) -> Literal:
    """Read text of the study, or a proper name."""
    return Literal(item.value, language="fr")


def english(_: Known, item: Item) -> Literal:
    """Read a label of ours in English."""
    return Literal(item.value, language="en")


def thing_or_territory(known: Known, item: Item) -> NamedNode:
    """Read a key of the tables, or a territory written with a slash."""
    return known.territory(item) if "/" in item.value else known.thing(item)


def _concept(scheme: str) -> Reader:
    return lambda known, item: known.concept(item, scheme)


def _one(predicate: NamedNode, read: Reader) -> Column:
    return Column((predicate,), read, many=False)


def _some(predicate: NamedNode, read: Reader) -> Column:
    return Column((predicate,), read)


def _link(predicate: NamedNode, many: bool = True) -> Column:
    return Column((predicate,), Known.thing, many, links=True)


COLUMNS: Final[Mapping[str, Column]] = MappingProxyType(
    {
        "name": _one(SKOS.prefLabel, french),
        "name_en": _one(SKOS.prefLabel, english),
        "alt_names": _some(SKOS.altLabel, french),
        # A variant is a label too, so that a search by label finds it.
        "variants": Column((MAILLE.variantSpelling, SKOS.altLabel), french),
        # Nothing reasons over the store, so the main profile is written as a profile too.
        "main_profile": Column((MAILLE.mainProfile, MAILLE.profile), _concept("profile"), many=False),
        "profiles": _some(MAILLE.profile, _concept("profile")),
        "place_as_stated": _one(MAILLE.placeAsStated, french),
        "commune": _one(MAILLE.inCommune, Known.commune),
        "possible_communes": _some(MAILLE.possibleCommune, Known.commune),
        "territories": _some(DCT.spatial, Known.territory),
        "themes": _some(DCT.subject, _concept("theme")),
        "homepage": _some(FOAF.homepage, lambda _, item: page(item)),
        "operated_by": _link(MAILLE.operatedBy),
        "located_in": _link(MAILLE.locatedIn, many=False),
        "partners": _link(MAILLE.partner),
        "partner_kind": _some(MAILLE.partnerKind, _concept("partner-kind")),
        "network_kind": _some(MAILLE.networkKind, _concept("network-kind")),
        "unit_of": _link(ORG.unitOf, many=False),
        "kind": _some(MAILLE.initiativeKind, _concept("initiative-kind")),
        "crisis": _one(MAILLE.respondsTo, _concept("crisis")),
        "led_by": _link(MAILLE.ledBy),
        "participants": _link(MAILLE.participant),
        "beneficiaries": Column((MAILLE.beneficiary,), thing_or_territory, links=True),
        "part_of": _link(DCT.isPartOf, many=False),
        "period": _some(MAILLE.periodAsStated, french),
    }
)
"""Column -> how it is loaded; `key`, `lines` and the columns of identifiers are read apart."""
