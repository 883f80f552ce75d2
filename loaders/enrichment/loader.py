"""Files of units of the home as sources: legal form, activity and state of organisations (SEMIC Core Business)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from maille.loaders.enrichment import units as enrichment
from maille.loaders.enrichment.units import Unit
from maille.loaders.own_table import content_of
from maille.loaders.source import Row, SourceDescription
from maille.ontology import iris, vocabulary
from maille.ontology.terms import LEGAL, MAILLE, PROV

__all__ = ["EnrichmentLoader", "loaders"]

_LICENCE: Final = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"

_REV2: Final = (
    *(("a", range(1, 4)), ("b", range(5, 10)), ("c", range(10, 34)), ("d", range(35, 36)), ("e", range(36, 40))),
    *(("f", range(41, 44)), ("g", range(45, 48)), ("h", range(49, 54)), ("i", range(55, 57)), ("j", range(58, 64))),
    *(("k", range(64, 67)), ("l", range(68, 69)), ("m", range(69, 76)), ("n", range(77, 83)), ("o", range(84, 85))),
    *(("p", range(85, 86)), ("q", range(86, 89)), ("r", range(90, 94)), ("s", range(94, 97)), ("t", range(97, 99))),
    ("u", range(99, 100)),
)
_NAF_2025: Final = (
    *_REV2[:6],
    *(("g", range(46, 48)), ("h", range(49, 54)), ("i", range(55, 57)), ("j", range(58, 61)), ("k", range(61, 64))),
    *(("l", range(64, 67)), ("m", range(68, 69)), ("n", range(69, 76)), ("o", range(77, 83)), ("p", range(84, 85))),
    *(("q", range(85, 86)), ("r", range(86, 89)), ("s", range(90, 94)), ("t", range(94, 97)), ("u", range(97, 99))),
    ("v", range(99, 100)),
)
SECTIONS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        scheme: MappingProxyType({f"{number:02}": letter for letter, numbers in table for number in numbers})
        for scheme, table in (("naf-rev2", _REV2), ("naf-2025", _NAF_2025))
    }
)
"""Scheme of a nomenclature -> its divisions, two digits, and the section each is in."""


class EnrichmentLoader:
    """Loads one file of units, but for those that `told`, a newer file, speaks of."""

    def __init__(self, path: Path, source: str, vintage: str, told: Collection[str] = ()) -> None:
        self._path = path
        self._source = source
        self._vintage = vintage
        self._told = told

    @cached_property
    def description(self) -> SourceDescription:
        """What the source is, with the digest of the file of units."""
        return _describe(self._source, self._vintage, self._path.name, hashlib.sha256(self._content).hexdigest())

    def rows(self) -> Iterator[Row]:
        """Yield the units; raises SourceError where the file is none."""
        for line, unit in enrichment.read(self._content, self._path.name):
            if unit.siren not in self._told:
                yield Row(self._path.name, line, unit.siren, {"unit": unit})

    def quads(self, row: Row) -> Iterator[Quad]:
        """Yield the quads of one unit."""
        unit: Unit = row.values["unit"]
        subject, source_row = iris.thing("organisation", unit.siren), self.description.row(row.key)
        for predicate, value in _statements(unit):
            yield Quad(subject, predicate, value, self.description.graph)
        yield Quad(subject, PROV.wasDerivedFrom, source_row, self.description.graph)
        yield Quad(source_row, PROV.wasQuotedFrom, self.description.source, self.description.graph)

    def sirens(self) -> frozenset[str]:
        """Return the units that the file speaks of."""
        return frozenset(unit.siren for _, unit in enrichment.read(self._content, self._path.name))

    @cached_property
    def _content(self) -> bytes:
        return content_of(self._path)


def loaders(home: Path) -> tuple[EnrichmentLoader, ...]:
    """Return a loader for each file of units in the home; the newest that speaks of a unit is the one that counts."""
    found: list[EnrichmentLoader] = []
    told: set[str] = set()
    for source, vintage, path in enrichment.files(home):
        if source in _TEXTS:
            loader = EnrichmentLoader(path, source, vintage, frozenset(told))
            told |= loader.sirens()
            found.append(loader)
    return tuple(found)


def legal_form(category: str) -> NamedNode | None:
    """Return the concept nearest to a legal category: its own, or that of the level above it."""
    for code in (category, category[:2], category[:1]):
        if code in _forms():
            return iris.concept("legal-form", code)
    return None


@cache
def _forms() -> frozenset[str]:
    return vocabulary.concepts("legal-form")


def _statements(unit: Unit) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    form = legal_form(unit.legal_category)
    if form:
        yield LEGAL.companyType, form
    yield MAILLE.legalCategory, Literal(unit.legal_category)
    if unit.status:
        yield LEGAL.companyStatus, iris.concept("company-status", unit.status)
    activities = (("naf-rev2", MAILLE.nafRevTwo, unit.naf_rev2), ("naf-2025", MAILLE.nafTwentyFive, unit.naf_2025))
    for scheme, predicate, code in activities:
        section = SECTIONS[scheme].get(code[:2])
        if section:
            yield predicate, Literal(code)
            yield LEGAL.companyActivity, iris.concept(scheme, section)


_TEXTS: Final = MappingProxyType(
    {
        "recherche-entreprises": (
            "API Recherche d'entreprises",
            "Recherche d'entreprises API",
            "https://recherche-entreprises.api.gouv.fr/",
            "https://www.numerique.gouv.fr/",
            "INSEE, base Sirene, par l'API Recherche d'entreprises (DINUM), Licence Ouverte 2.0",
        ),
        "sirene-stock": (
            "Base Sirene, fichier stock des unités légales",
            "Sirene register, stock file of legal units",
            "https://www.data.gouv.fr/fr/datasets/base-sirene-des-entreprises-et-de-leurs-etablissements-siren-siret/",
            "https://www.insee.fr/",
            "INSEE, base Sirene des entreprises et de leurs établissements, Licence Ouverte 2.0",
        ),
    }
)
"""Source -> title in French and in English, address, publisher and attribution."""


def _describe(source: str, vintage: str, file_name: str, sha256: str) -> SourceDescription:
    title_fr, title_en, address, publisher, attribution = _TEXTS[source]
    return SourceDescription(
        id=source,
        vintage=vintage,
        title_fr=f"{title_fr}, {vintage}",
        title_en=f"{title_en}, {vintage}",
        description_fr="Catégorie juridique, activité principale et état des organismes du graphe dont la diffusion "
        "est ouverte, hors entrepreneurs individuels ; aucun nom de personne n'est repris.",
        description_en="Legal category, main activity and state of the organisations of the graph whose diffusion is "
        "open, sole traders left out; no name of a person is taken.",
        publisher=publisher,
        licence=_LICENCE,
        attribution=attribution,
        address=address,
        issued=date.fromisoformat(vintage if len(vintage) > len("2026-11") else f"{vintage}-01"),
        file_name=file_name,
        sha256=sha256,
    )
