"""The collections of the REST layer: which things each lists, and the columns their rows have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

Row = dict[str, Any]

ALWAYS: Final = ("iri", "sources", "licences")
"""Columns that `fields` cannot leave out: what a row is about, where it is from, and under which licences."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        name: the member of a row.
        shape: `text`, `iri`, `integer`, `number`, `boolean`, `concept` (IRI and label), `area` (and code), `operator`
            (and SIREN), or a list: `texts`, `iris`, `concepts`.
        what: what it says.
    """

    name: str
    shape: str
    what: str


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection.

    Attributes:
        name: the last part of its address.
        kind: the kind of things it lists.
        what: what it is, for the documentation.
        prefix: the beginning of the names of its things, under the base.
        columns: what its rows say.
        example: the key of one of its things.
    """

    name: str
    kind: str
    what: str
    prefix: str
    columns: tuple[Column, ...]
    example: str

    def columns_of(self, fields: tuple[str, ...]) -> tuple[Column, ...]:
        """Return the columns of a row of which `fields` are asked; all of them where none is."""
        wanted = {*fields, *ALWAYS}
        return tuple(column for column in self.columns if not fields or column.name in wanted)

    def shown(self, row: Row, columns: tuple[Column, ...]) -> Row:
        """Return what a row of the index says in `columns`: null or an empty list where the sources say nothing."""
        return {column.name: row.get(column.name, [] if column.shape in LISTS else None) for column in columns}


LISTS: Final = frozenset({"texts", "iris", "concepts"})

_NAMES: Final = (
    Column("iri", "iri", "Its name on the web."),
    Column("id", "text", "Its key, the last part of its name."),
    Column("kind", "text", "The kind of thing it is."),
    Column("label", "text", "What it is called."),
    Column("label_en", "text", "What it is called in English, where that differs."),
    Column("other_labels", "texts", "What else it is called."),
)
_ENDS: Final = (
    Column("sources", "iris", "The sources that tell of it."),
    Column("licences", "iris", "The licences of these sources: all of them hold."),
)
_AREAS: Final = (
    Column("epci", "area", "Intercommunality."),
    Column("ept", "area", "Territorial establishment of the Métropole du Grand Paris."),
    Column("departement", "area", "Département."),
    Column("region", "area", "Région."),
    Column("in_metropole", "boolean", "Whether it lies in a métropole; null where that is not known."),
)
_PLACE: Final = (
    Column("commune", "area", "Commune of today."),
    Column("arrondissement_municipal", "area", "Municipal arrondissement."),
    *_AREAS,
    Column("lon", "number", "Longitude in degrees, WGS 84."),
    Column("lat", "number", "Latitude in degrees, WGS 84."),
    Column("place_as_stated", "text", "The place in the words of the source."),
)
_SUBJECT: Final = (
    Column("profiles", "concepts", "Profiles, the main one first."),
    Column("themes", "concepts", "Subjects it works on."),
    Column("level", "concept", "Level of openness of its profile, where there is only one."),
)
_STATUS: Final = Column("legal_status", "concept", "Legal status, its own or that of its operator.")
_HOMEPAGE: Final = Column("homepage", "iri", "Its own site.")
_FOUNDED: Final = Column("founded", "text", "When it was founded: a year or a day.")
_CODE: Final = Column("code", "text", "Official code: INSEE for territories, SIREN for EPCI and organisations.")
_SIREN: Final = Column("siren", "text", "SIREN.")
_WIKIDATA: Final = Column("wikidata", "text", "Item of Wikidata.")
_NUTS: Final = Column("nuts", "text", "NUTS code.")
_POPULATION: Final = Column("population", "integer", "Municipal population.")
_STRUCTURES: Final = Column("structures", "integer", "How many structures lie in it, or have it.")
_CONCEPT: Final = (
    *_NAMES,
    Column("notation", "text", "Notation in its scheme."),
    Column("scheme", "iri", "Scheme it is of."),
    Column("definition", "text", "Definition in French."),
    Column("definition_en", "text", "Definition in English."),
    Column("broader", "concepts", "What it is narrower than."),
    _STRUCTURES,
    *_ENDS,
)

COLLECTIONS: Final = (
    Collection(
        "structures",
        "structure",
        "Open-innovation structures",
        "id/structure/",
        (
            *_NAMES,
            *_SUBJECT,
            _STATUS,
            Column("operator", "operator", "The organisation that runs it."),
            Column("programme", "concept", "Public programme it is supported by."),
            Column("partners", "concepts", "Partners."),
            _HOMEPAGE,
            _FOUNDED,
            *_PLACE,
            *_ENDS,
        ),
        "waoup-0d4b2f5e",
    ),
    Collection(
        "organisations",
        "organisation",
        "Organisations that run structures or take part in them",
        "id/organisation/",
        (
            *_NAMES,
            _CODE,
            _SIREN,
            Column("uai", "text", "Number of an institution of education."),
            Column("ror", "text", "Id in the Research Organization Registry."),
            _WIKIDATA,
            _STATUS,
            Column("partner_kind", "concept", "What kind of partner it is."),
            Column("classification", "concept", "What kind of organisation it is."),
            Column("unit_of", "concepts", "Organisation it is a part of."),
            _HOMEPAGE,
            _FOUNDED,
            *_PLACE,
            *_ENDS,
        ),
        "180089047",
    ),
    Collection(
        "communes",
        "commune",
        "Communes of today",
        "id/commune/",
        (
            *_NAMES,
            _CODE,
            _SIREN,
            _POPULATION,
            Column("postcodes", "texts", "Postcodes."),
            *_AREAS,
            _STRUCTURES,
            *_ENDS,
        ),
        "69123",
    ),
    Collection(
        "epcis",
        "epci",
        "Intercommunalities (EPCI)",
        "id/epci/",
        (
            *_NAMES,
            _CODE,
            _SIREN,
            _POPULATION,
            Column("epci_kind", "concept", "What kind of EPCI it is."),
            Column("in_metropole", "boolean", "Whether it is a métropole."),
            _STRUCTURES,
            *_ENDS,
        ),
        "200046977",
    ),
    Collection(
        "departements",
        "departement",
        "Départements and overseas collectivities that count as one",
        "id/departement/",
        (*_NAMES, _CODE, _WIKIDATA, _NUTS, Column("region", "area", "Région."), _STRUCTURES, *_ENDS),
        "69",
    ),
    Collection(
        "regions",
        "region",
        "Régions and overseas collectivities that count as one",
        "id/region/",
        (*_NAMES, _CODE, _WIKIDATA, _NUTS, _STRUCTURES, *_ENDS),
        "84",
    ),
    Collection("themes", "theme", "Themes of the study", "scheme/theme/", _CONCEPT, "sante-vieillissement"),
    Collection("profiles", "profile", "Profiles of structures", "scheme/profile/", _CONCEPT, "incubateur"),
    Collection(
        "initiatives",
        "initiative",
        "Initiatives that structures lead or take part in",
        "id/initiative/",
        (
            *_NAMES,
            Column("initiative_kind", "concept", "What kind of initiative it is."),
            Column("themes", "concepts", "Subjects it works on."),
            Column("led_by", "concepts", "Who leads it."),
            _HOMEPAGE,
            *_PLACE,
            *_ENDS,
        ),
        "une-initiative-0a1b2c3d",
    ),
)
"""Every collection, in the order of the documentation."""

FACETS: Final = (
    "profile theme level legal_status source licence in_metropole commune epci departement region epci_kind "
    "partner_kind initiative_kind classification programme"
).split()
"""What answers can be counted by."""
