"""The properties of the reconciliation service: what constrains a query, what is fetched, and how its values are sent.

Reconciliation Service API 0.2, sections 2.3 (properties), 2.4 (values) and 7 (data extension).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from maille.api.reconcile.types import ACTORS, TERRITORIES
from maille.store.search_kinds import NAMES

Row = dict[str, Any]

_DAY: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])", re.ASCII)
_PLACED: Final = (*ACTORS, "site", "event", "initiative")
_ALL: Final = tuple(NAMES)
_OF_COMMUNE: Final = ("commune", "arrondissement-municipal", "commune-deleguee", "commune-associee", "former-commune")


@dataclass(frozen=True, slots=True)
class Property:
    """A property.

    Attributes:
        id: its identifier.
        names: what it is called in French and in English.
        whats: one line on it, in French and in English.
        of: the kinds of things that have it.
        read: gives its values from a row of the index: texts, numbers, or briefs of things (`iri` and `label`).
        type: the type of its values where they are entities.
        constrains: how it constrains a query: `number`, `place`, `concept`, `operator`, `host`, or empty: not at all.
        kinds: the kinds of things that its values name.
    """

    id: str
    names: tuple[str, str]
    whats: tuple[str, str]
    of: tuple[str, ...]
    read: Callable[[Row], list[Any]]
    type: str = ""
    constrains: str = ""
    kinds: tuple[str, ...] = ()

    def name(self, language: str) -> str:
        """Return what it is called."""
        return self.names[language == "en"]

    def brief(self, language: str) -> dict[str, str]:
        """Return it with its name."""
        return {"id": self.id, "name": self.name(language)}

    def shown(self, language: str) -> dict[str, str]:
        """Return it with its name and one line on it."""
        return {**self.brief(language), "description": self.whats[language == "en"]}


def _read(key: str) -> Callable[[Row], list[Any]]:
    def values(row: Row) -> list[Any]:
        found = row.get(key)
        return found if isinstance(found, list) else [] if found is None else [found]

    return values


def _area(key: str, fr: str, en: str, kinds: tuple[str, ...], of: tuple[str, ...]) -> Property:
    whats = (
        "Où cela se trouve : un nom, un code officiel ou une entité déjà réconciliée.",
        "Where it lies: a name, an official code, or an entity that was reconciled before.",
    )
    return Property(key, (fr, en), whats, of, _read(key), kinds[0], "place", kinds)


def _number(key: str, name: str, fr: str, en: str, of: tuple[str, ...], read: str = "") -> Property:
    return Property(key, (name, name), (fr, en), of, _read(read or key), constrains="number")


def _concept(key: str, names: tuple[str, str], whats: tuple[str, str], read: str, *kinds: str) -> Property:
    return Property(key, names, whats, ("structure", "initiative"), _read(read), kinds[0], "concept", kinds)


def _fetched(key: str, fr: str, en: str, of: tuple[str, ...], read: str = "", entity: str = "") -> Property:
    return Property(
        key,
        (fr, en),
        ("Se récupère, ne contraint pas.", "Is fetched, never constrains."),
        of,
        _read(read or key),
        entity,
    )


_INSIDE_REGION: Final = tuple(kind for kind in TERRITORIES if kind not in ("region", "former-region"))
_INSIDE_DEPARTEMENT: Final = tuple(kind for kind in _INSIDE_REGION if kind not in ("departement", "epci", "ept"))
_NUMBERED: Final = ("organisation", "structure", "epci", "ept", "commune")

_EVERY: Final = (
    _area("commune", "Commune", "Commune", _OF_COMMUNE, (*_PLACED, "arrondissement-municipal", *_OF_COMMUNE[2:4])),
    _area("departement", "Département", "Département", ("departement",), (*_PLACED, *_INSIDE_DEPARTEMENT)),
    _area("region", "Région", "Région", ("region", "former-region"), (*_PLACED, *_INSIDE_REGION)),
    _area("epci", "Intercommunalité", "Intercommunality", ("epci", "ept"), (*_PLACED, "commune")),
    Property(
        "territory",
        ("Territoire", "Territory"),
        ("Un territoire de tout niveau, par son nom, son code ou son entité.", "A territory of any level."),
        (*_PLACED, *_INSIDE_REGION),
        lambda row: [row[key] for key in ("commune", "epci", "departement", "region") if row.get(key)],
        "territory",
        "place",
        (*_OF_COMMUNE, "epci", "ept", "departement", "region"),
    ),
    Property(
        "postcode",
        ("Code postal", "Postcode"),
        ("Code postal du lieu, CEDEX compris.", "Postcode of the place, CEDEX included."),
        (*_PLACED, "commune", "arrondissement-municipal"),
        _read("postcodes"),
        constrains="place",
        kinds=("postcode",),
    ),
    Property(
        "codeInsee",
        ("Code INSEE", "INSEE code"),
        ("Code officiel du territoire, ou de celui du lieu.", "Official code of the territory, or of the place."),
        (*_PLACED, *TERRITORIES),
        lambda row: [row["code"]] if row["kind"] in TERRITORIES and row.get("code") else _commune_code(row),
        constrains="place",
        kinds=("code",),
    ),
    _number("siren", "SIREN", "Neuf chiffres, de l'unité légale.", "Nine digits, of the legal unit.", _NUMBERED),
    _number(
        "siret",
        "SIRET",
        "Quatorze chiffres, de l'établissement.",
        "Fourteen digits, of the establishment.",
        ("organisation", "structure"),
    ),
    _number("uai", "UAI", "Numéro d'établissement d'enseignement.", "Number of a school.", ("organisation",)),
    _number("ror", "ROR", "Research Organization Registry.", "Research Organization Registry.", ("organisation",)),
    _number(
        "wikidata", "Wikidata", "Élément de Wikidata.", "Item of Wikidata.", ("organisation", "departement", "region")
    ),
    _concept(
        "profile",
        ("Profil", "Profile"),
        ("Profil de la structure, ou l'un des plus étroits.", "Profile of the structure, or a narrower one."),
        "profiles",
        "profile",
    ),
    _concept("theme", ("Thème", "Theme"), ("Sujet travaillé.", "Subject worked on."), "themes", "theme", "concept"),
    Property(
        "operator",
        ("Opérateur", "Operator"),
        ("Qui fait vivre la structure : nom, SIREN ou entité.", "Who runs the structure: name, SIREN or entity."),
        ("structure",),
        _read("operator"),
        "organisation",
        "operator",
    ),
    Property(
        "homepage",
        ("Site web", "Web site"),
        ("Adresse du site ; le nom de domaine est comparé.", "Address of its site; the domain is compared."),
        (*_PLACED, "programme"),
        _read("homepage"),
        constrains="host",
    ),
    _fetched("label", "Nom", "Name", _ALL),
    _fetched("labelEn", "Nom anglais", "English name", _ALL, "label_en"),
    _fetched("otherNames", "Autres noms", "Other names", _ALL, "other_labels"),
    _fetched("iri", "IRI", "IRI", _ALL),
    _fetched("population", "Population", "Population", ("commune", "epci", "ept", "arrondissement-municipal")),
    _fetched("structures", "Nombre de structures", "Number of structures", (*TERRITORIES, "profile", "theme")),
    _fetched("inMetropole", "Dans une métropole", "In a métropole", (*_PLACED, "commune", "epci"), "in_metropole"),
    _fetched(
        "arrondissementMunicipal",
        "Arrondissement municipal",
        "Municipal arrondissement",
        _PLACED,
        "arrondissement_municipal",
        "arrondissement-municipal",
    ),
    _fetched("ept", "Établissement public territorial", "Territorial establishment", _PLACED, "ept", "ept"),
    _fetched("level", "Niveau d'ouverture", "Level of openness", ("structure",), "level", "concept"),
    _fetched(
        "legalStatus", "Statut juridique", "Legal status", ("structure", "organisation"), "legal_status", "concept"
    ),
    _fetched("programme", "Programme", "Programme", ("structure",), "programme", "programme"),
    _fetched("partner", "Partenaire", "Partner", ("structure",), "partners", "partner"),
    _fetched("ledBy", "Porteur", "Led by", ("initiative",), "led_by", "structure"),
    _fetched("epciKind", "Nature d'intercommunalité", "Kind of intercommunality", ("epci",), "epci_kind", "concept"),
    _fetched(
        "classification", "Type d'établissement", "Kind of institution", ("organisation",), "classification", "concept"
    ),
    _fetched("founded", "Fondation", "Founded", ("structure", "organisation")),
    _fetched("longitude", "Longitude", "Longitude", _PLACED, "lon"),
    _fetched("latitude", "Latitude", "Latitude", _PLACED, "lat"),
    _fetched("nuts", "NUTS", "NUTS", ("departement", "region")),
    _fetched("placeAsStated", "Lieu tel qu'écrit", "Place as stated", _PLACED, "place_as_stated"),
    _fetched("replacedBy", "Remplacé par", "Replaced by", ("former-commune",), "replaced_by", "commune"),
    _fetched("broader", "Plus large", "Broader", ("profile", "theme", "concept"), "broader", "concept"),
    _fetched("source", "Source", "Source", _ALL, "sources"),
    _fetched("licence", "Licence", "Licence", _ALL, "licences"),
)

PROPERTIES: Final[Mapping[str, Property]] = MappingProxyType({one.id: one for one in _EVERY})
"""Every property by its id, those that constrain first."""
SETTINGS: Final = ("limit", "count", "content")
CONTENTS: Final = ("entity", "name", "code")


def properties_of(kinds: tuple[str, ...]) -> list[Property]:
    """Return the properties that things of these kinds may have."""
    return [one for one in PROPERTIES.values() if not kinds or any(kind in one.of for kind in kinds)]


def _commune_code(row: Row) -> list[str]:
    return [row["commune"]["code"]] if row.get("commune") else []


def value_of(value: Any, base: str, language: str) -> dict[str, Any]:
    """Return a value as a data extension response has it."""
    if isinstance(value, dict):
        name = value.get("label_en") if language == "en" and value.get("label_en") else value["label"]
        iri = str(value["iri"])
        return {"id": iri.removeprefix(base), "name": name} if iri.startswith(base) else {"str": name}
    if isinstance(value, bool):
        return {"str": "true" if value else "false"}
    if isinstance(value, int):
        return {"int": value}
    if isinstance(value, float):
        return {"float": value}
    text = str(value)
    return {"date": f"{text}T00:00:00Z"} if _DAY.fullmatch(text) else {"str": text}
