"""The JSON-LD context of the REST layer: what its members are in RDF (JSON-LD 1.1).

A member that follows from other statements rather than being one (`level`, `legal_status`, which may be those of a
profile or of an operator, and counts) is left out of the RDF: the graph itself says where such a thing comes from.
"""

from __future__ import annotations

from typing import Any, Final

from maille.ontology.namespaces import PREFIXES, rebase_text

_USED: Final = ("maille", "skos", "rdfs", "dct", "foaf", "org", "schema", "prov")
_CONCEPTS: Final = {
    "profiles": "maille:profile",
    "themes": "dct:subject",
    "operator": "maille:operatedBy",
    "programme": "maille:programme",
    "partners": "maille:partner",
    "partner_kind": "maille:partnerKind",
    "classification": "org:classification",
    "unit_of": "org:unitOf",
    "commune": "maille:inCommune",
    "arrondissement_municipal": "maille:inMunicipalArrondissement",
    "epci": "schema:containedInPlace",
    "ept": "schema:containedInPlace",
    "departement": "schema:containedInPlace",
    "region": "schema:containedInPlace",
    "epci_kind": "maille:epciKind",
    "initiative_kind": "maille:initiativeKind",
    "led_by": "maille:ledBy",
    "broader": "skos:broader",
    "replaced_by": "dct:isReplacedBy",
}
_TEXTS: Final = {
    "label": "rdfs:label",
    "other_labels": "skos:altLabel",
    "siren": "maille:siren",
    "siret": "maille:siret",
    "uai": "maille:uai",
    "ror": "maille:ror",
    "wikidata": "maille:wikidataId",
    "nuts": "maille:nuts",
    "population": "maille:population",
    "postcodes": "maille:postcode",
    "notation": "skos:notation",
    "place_as_stated": "maille:placeAsStated",
    "founded": "schema:foundingDate",
    "lon": "schema:longitude",
    "lat": "schema:latitude",
}
_IRIS: Final = {
    "homepage": "foaf:homepage",
    "scheme": "skos:inScheme",
    "sources": "prov:wasDerivedFrom",
    "licences": "dct:license",
}
_LANGUAGES: Final = {
    "label_en": ("rdfs:label", "en"),
    "definition": ("skos:definition", "fr"),
    "definition_en": ("skos:definition", "en"),
}


def context_of(base: str) -> dict[str, Any]:
    """Return the context, our own names under `base`; `items` hold the things, the rest of an answer is about it."""
    return {
        "@version": 1.1,
        **{prefix: rebase_text(PREFIXES[prefix], base) for prefix in _USED},
        "iri": "@id",
        "items": "@included",
        **_CONCEPTS,
        **_TEXTS,
        **{term: {"@id": name, "@type": "@id"} for term, name in _IRIS.items()},
        **{term: {"@id": name, "@language": language} for term, (name, language) in _LANGUAGES.items()},
    }
