"""Which facts stand where on the page of a thing: sections of predicates, by kind of thing.

A predicate that no section names still shows, under "other facts": a page never hides what the graph says, except
for the bookkeeping listed in `UNLISTED`, all of which is said elsewhere on the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from maille.ontology.terms import (
    ADMS,
    DCAT,
    DCT,
    FOAF,
    IGEO,
    LEGAL,
    LOCN,
    MAILLE,
    ORG,
    PROV,
    QB,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    SPDX,
)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading (message `section.<name>`) and the predicates under it, in order."""

    name: str
    predicates: tuple[NamedNode, ...]


UNLISTED: Final = frozenset(
    {
        RDF.type,  # the line above the title
        SKOS.prefLabel,  # the title
        RDFS.label,
        DCT.title,
        SKOS.definition,  # the lead
        DCT.description,
        IGEO.codeINSEE,  # the same code as maille:codeInsee
        IGEO.nom,  # the same name as the title
        SKOS.inScheme,  # the breadcrumb
        SKOS.topConceptOf,
        SKOS.hasTopConcept,  # the tree of the scheme
        SKOS.memberList,
        LEGAL.legalIdentifier,  # the same node as adms:identifier
        ADMS.identifier,  # said beside the number itself
        ORG.siteAddress,  # the same node as locn:address
        QB.dataSet,
        PROV.wasDerivedFrom,  # the sources of the page
    }
)
"""Predicates whose values the page shows elsewhere."""

_IDENTITY: Final = Section(
    "identity",
    (
        SKOS.altLabel,
        MAILLE.variantSpelling,
        MAILLE.mainProfile,
        MAILLE.profile,
        MAILLE.opennessLevel,
        DCT.subject,
        MAILLE.partnerKind,
        MAILLE.networkKind,
        MAILLE.initiativeKind,
        MAILLE.respondsTo,
        ORG.classification,
        MAILLE.legalStatus,
        MAILLE.fundingModel,
        MAILLE.maturity,
        LEGAL.legalName,
        SCHEMA.foundingDate,
        MAILLE.enrolledStudents,
    ),
)
_PLACE: Final = Section(
    "place",
    (
        MAILLE.placeAsStated,
        MAILLE.inCommune,
        MAILLE.inMunicipalArrondissement,
        MAILLE.possibleCommune,
        MAILLE.sourceCommuneCode,
        MAILLE.inNuts,
        LOCN.address,
        LOCN.fullAddress,
        LOCN.thoroughfare,
        LOCN.postCode,
        LOCN.postName,
        ORG.hasPrimarySite,
        ORG.hasSite,
        MAILLE.locatedIn,
        DCT.spatial,
    ),
)
_RELATIONS: Final = Section(
    "relations",
    (
        MAILLE.operatedBy,
        MAILLE.partner,
        MAILLE.ledBy,
        MAILLE.participant,
        MAILLE.beneficiary,
        MAILLE.programme,
        ORG.unitOf,
        ORG.linkedTo,
    ),
)
_CODES: Final = Section(
    "codes",
    (
        MAILLE.codeInsee,
        MAILLE.siren,
        MAILLE.siret,
        MAILLE.postcode,
        MAILLE.formerCode,
        MAILLE.nuts,
        MAILLE.wikidataId,
        MAILLE.ror,
        MAILLE.uai,
        MAILLE.idref,
        MAILLE.rnsr,
    ),
)
_TERRITORY: Final = Section(
    "territory",
    (
        MAILLE.epciKind,
        MAILLE.epciTaxation,
        MAILLE.zone,
        MAILLE.population,
        MAILLE.totalPopulation,
        IGEO.chefLieu,
        DCT.isReplacedBy,
        MAILLE.memberOfEpci,
        MAILLE.memberOfEpt,
        IGEO.subdivisionDirecteDe,
        IGEO.subdivisionDe,
        DCT.hasPart,
    ),
)
_PAST: Final = Section(
    "past",
    (
        IGEO.date,
        DCT.temporal,
        DCT.valid,
        DCT.isVersionOf,
        IGEO.creation,
        IGEO.suppression,
        DCT.spatial,
        PROV.wasGeneratedBy,
        PROV.wasInvalidatedBy,
        DCAT.startDate,
        DCAT.endDate,
    ),
)
_LINKS: Final = Section("links", (FOAF.homepage, SCHEMA.url, SCHEMA.sameAs, RDFS.seeAlso))
_PROFILE: Final = Section(
    "attributes",
    (
        MAILLE.opennessLevel,
        MAILLE.facilitationRole,
        MAILLE.legalStatus,
        MAILLE.fundingModel,
        MAILLE.maturity,
        MAILLE.supportDuration,
        MAILLE.minimumMonths,
        MAILLE.maximumMonths,
        MAILLE.valueProposition,
        MAILLE.exampleStructure,
    ),
)
_CONCEPT: Final = Section(
    "concept",
    (
        SKOS.altLabel,
        SKOS.notation,
        SKOS.broader,
        SKOS.narrower,
        SKOS.related,
        SKOS.exactMatch,
        SKOS.closeMatch,
        SKOS.broadMatch,
        SKOS.narrowMatch,
        SKOS.relatedMatch,
    ),
)
_FIGURE: Final = Section(
    "figure",
    (
        MAILLE.figureAbout,
        MAILLE.figureValue,
        MAILLE.qualifier,
        MAILLE.unit,
        MAILLE.periodAsStated,
        MAILLE.excerpt,
        MAILLE.contradicts,
        MAILLE.sourceLine,
    ),
)
_SOURCE: Final = Section(
    "source",
    (
        MAILLE.sourceLine,
        PROV.wasQuotedFrom,
        DCT.source,
        DCT.license,
        DCT.rights,
        DCT.publisher,
        DCT.creator,
        DCT.issued,
        DCT.language,
        SPDX.checksum,
        SPDX.checksumValue,
    ),
)

_AREA: Final = Section("territory", (MAILLE.programme, DCT.hasPart, DCT.identifier))
_DATASET: Final = Section(
    "source",
    (
        DCT.publisher,
        DCT.license,
        MAILLE.licenceAsStated,
        DCAT.landingPage,
        DCAT.keyword,
        MAILLE.offeredFormat,
        DCT.issued,
        DCT.modified,
        MAILLE.archivedOn,
        DCT.identifier,
        DCT.relation,
    ),
)
_THING: Final = (_IDENTITY, _PLACE, _RELATIONS, _CODES, _LINKS)
_PLACES: Final = (_TERRITORY, _CODES, _LINKS)
_HISTORY: Final = (_PAST, _TERRITORY, _CODES)
_BY_KIND: Final = {
    "concept": (_PROFILE, _CONCEPT, _LINKS),
    "scheme": (Section("source", (DCT.license, DCT.source, DCT.creator)), _LINKS),
    "figure": (_FIGURE,),
    "graph": (_SOURCE, _LINKS),
    "source": (_SOURCE, _LINKS),
    "row": (_SOURCE,),
    "programme-territory": (_AREA,),
    "dataset": (_DATASET, _LINKS),
    "territorial-event": _HISTORY,
    "commune-version": _HISTORY,
} | dict.fromkeys(
    (
        "commune",
        "commune-deleguee",
        "commune-associee",
        "arrondissement-municipal",
        "former-commune",
        "arrondissement",
        "epci",
        "ept",
        "departement",
        "region",
        "former-region",
    ),
    _PLACES,
)


def sections_of(kind: str) -> tuple[Section, ...]:
    """Return the sections of the page of a `kind` of thing, as `maille.ontology.iris.parse` calls it."""
    return _BY_KIND.get(kind, _THING)


KIND_ORDER: Final = (
    "structure",
    "initiative",
    "network",
    "programme",
    "programme-territory",
    "event",
    "laboratory",
    "dataset",
    "organisation",
    "partner",
    "startup",
    "site",
    "figure",
    "region",
    "departement",
    "epci",
    "ept",
    "arrondissement",
    "commune-deleguee",
    "commune-associee",
    "arrondissement-municipal",
    "former-region",
    "former-commune",
    "commune",
    "territorial-event",
    "scheme",
    "row",
    "",
)
"""In which order the groups of incoming links stand on a page."""
