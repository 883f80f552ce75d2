"""A thing in the words of schema.org, for search engines: JSON-LD that stands in the page (schema.org; HTML, 4.12.1).

A `script` of this type is a block of data and is not run, so a policy against inline scripts lets it stand. Only what
the page says too is in it. Everything is ASCII and `<`, `>` and `&` are escaped, so that no text ends the block.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from maille.api.entities.places import Point
from maille.api.entities.views import View
from maille.api.pages.render import external_link
from maille.ontology.namespaces import BASE
from maille.ontology.terms import DCAT, DCT, FOAF, IGEO, LOCN, MAILLE, ORG, SCHEMA, SKOS

Json = dict[str, Any]

_TYPES: Final[Mapping[str, str]] = {
    "structure": "Organization",
    "organisation": "Organization",
    "network": "Organization",
    "partner": "Organization",
    "startup": "Organization",
    "laboratory": "ResearchOrganization",
    "initiative": "Project",
    "programme": "Project",
    "event": "Event",
    "site": "Place",
    "figure": "Observation",
    "dataset": "Dataset",
    "graph": "Dataset",
    "source": "Dataset",
    "scheme": "DefinedTermSet",
    "concept": "DefinedTerm",
    "commune": "City",
    "row": "CreativeWork",
}
_TERRITORY: Final = "AdministrativeArea"
_NUMBERS: Final = {
    MAILLE.siren: "SIREN",
    MAILLE.siret: "SIRET",
    MAILLE.codeInsee: "INSEE",
    MAILLE.uai: "UAI",
    MAILLE.rnsr: "RNSR",
    MAILLE.ror: "ROR",
    MAILLE.nuts: "NUTS",
}
_SAME: Final = {
    MAILLE.wikidataId: "https://www.wikidata.org/entity/",
    MAILLE.ror: "https://ror.org/",
    MAILLE.idref: "https://www.idref.fr/",
}
_ESCAPED: Final = {ord(char): f"\\u{ord(char):04x}" for char in "<>&"}
_MOST: Final = 50
"""Values of one property: what is longer is in the RDF."""


def block(view: View, point: Point | None, base: str) -> Markup:
    """Return the JSON-LD of a thing, as it may stand inside a `script` element; our names are under `base`."""
    text = json.dumps(described(view, point, base), separators=(",", ":"))
    return Markup(text.translate(_ESCAPED))  # noqa: S704, escaped in the way of JSON


def described(view: View, point: Point | None, base: str) -> Json:
    """Return the thing as a node of schema.org; what is not known is left out."""
    found: Json = {
        "@context": "https://schema.org",
        "@id": _name(view.iri.value, base),
        "@type": _TYPES.get(view.kind, _TERRITORY if _is_territory(view) else "Thing"),
        "name": view.title,
        "alternateName": _texts(view, SKOS.altLabel),
        "description": " ".join(shown.text for shown in view.leads) or None,
        "url": next(iter(_links(view, FOAF.homepage, SCHEMA.url, DCAT.landingPage)), None),
        "sameAs": [*_links(view, SCHEMA.sameAs, SKOS.exactMatch), *_elsewhere(view)],
        "identifier": _identifiers(view),
        "foundingDate": view.first(SCHEMA.foundingDate) or None,
        "termCode": view.first(SKOS.notation) or None,
        "inDefinedTermSet": _names(view, base, SKOS.inScheme),
        "knowsAbout": _references(view, base, DCT.subject),
        "parentOrganization": _references(view, base, ORG.unitOf),
        "license": _links(view, DCT.license),
        "keywords": _texts(view, DCAT.keyword),
        "containedInPlace": _references(view, base, *_above(view)),
    }
    if found["@type"] in ("Organization", "ResearchOrganization", "Place", "Event"):
        found |= _whereabouts(view, point, base)
    return {key: value for key, value in found.items() if value not in (None, [], {})}


def _is_territory(view: View) -> bool:
    return bool(view.values(IGEO.codeINSEE) or view.values(MAILLE.codeInsee) or view.kind in ("epci", "ept"))


def _above(view: View) -> tuple[NamedNode, ...]:
    return (IGEO.subdivisionDe, MAILLE.memberOfEpci, MAILLE.memberOfEpt) if _is_territory(view) else ()


def _whereabouts(view: View, point: Point | None, base: str) -> Json:
    address = _address(view)
    geo = None if point is None else {"@type": "GeoCoordinates", "latitude": point.lat, "longitude": point.lon}
    if view.kind == "site":
        return {"address": address, "geo": geo, "containedInPlace": _references(view, base, MAILLE.inCommune)}
    place = {"@type": "Place", "address": address, "geo": geo}
    filled = {key: value for key, value in place.items() if value}
    return {"address": address, "location": filled if geo else None}


def _address(view: View) -> Json | None:
    nodes = [view.iri, *_nodes(view, ORG.hasPrimarySite, ORG.hasSite)]
    places = [place for node in nodes for place in _nodes(view, LOCN.address, subject=node)]
    street = next(filter(None, (view.first(LOCN.thoroughfare, place) for place in places)), None)
    code = next(filter(None, (view.first(LOCN.postCode, place) for place in places)), None)
    town = next(filter(None, (view.first(LOCN.postName, place) for place in places)), None)
    communes = [view.label(node) for node in _nodes(view, MAILLE.inCommune)]
    town = town or (communes[0] if len(communes) == 1 else None)
    if not (street or code or town):
        return None
    found = {"streetAddress": street, "postalCode": code, "addressLocality": town}
    return {"@type": "PostalAddress", **{k: v for k, v in found.items() if v}, "addressCountry": "FR"}


def _identifiers(view: View) -> list[Json]:
    return [
        {"@type": "PropertyValue", "propertyID": name, "value": value.value}
        for predicate, name in _NUMBERS.items()
        for value in view.values(predicate)[:_MOST]
        if isinstance(value, Literal)
    ]


def _elsewhere(view: View) -> list[str]:
    return [
        start + value.value
        for predicate, start in _SAME.items()
        for value in view.values(predicate)
        if isinstance(value, Literal) and value.value.isalnum()
    ]


def _texts(view: View, predicate: NamedNode) -> list[str]:
    return sorted({value.value for value in view.values(predicate) if isinstance(value, Literal)})[:_MOST]


def _links(view: View, *predicates: NamedNode) -> list[str]:
    found = (node.value for node in _nodes(view, *predicates) if not node.value.startswith(BASE))
    return [iri for iri in found if external_link(iri) is not None]


def _names(view: View, base: str, *predicates: NamedNode) -> list[str]:
    return [_name(node.value, base) for node in _nodes(view, *predicates)]


def _references(view: View, base: str, *predicates: NamedNode) -> list[Json]:
    return [{"@id": _name(node.value, base), "name": view.label(node)} for node in _nodes(view, *predicates)]


def _nodes(view: View, *predicates: NamedNode, subject: NamedNode | None = None) -> list[NamedNode]:
    values: Iterable[object] = (value for predicate in predicates for value in view.values(predicate, subject))
    return list(dict.fromkeys(value for value in values if isinstance(value, NamedNode)))[:_MOST]


def _name(iri: str, base: str) -> str:
    return base + iri.removeprefix(BASE) if iri.startswith(BASE) else iri
