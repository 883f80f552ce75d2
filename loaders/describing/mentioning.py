"""What a row mentions, for the linker: drawn from the same facts that are stated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode

from maille.loaders.describing.cells import Findings
from maille.loaders.describing.mapping import Instance, Mapper
from maille.loaders.describing.siting import Siting
from maille.loaders.linking.mention import Mention
from maille.loaders.places.resolve import Place, Stated
from maille.loaders.source import Row
from maille.ontology.terms import FOAF, LEGAL, MAILLE, SCHEMA, SKOS

_NAMES: Final = (SKOS.altLabel, SKOS.hiddenLabel, MAILLE.variantSpelling, LEGAL.legalName)
_PAGES: Final = (None, FOAF.homepage, SCHEMA.url)
"""Pages of the thing itself: its name stands in their address."""
_SCHEMES: Final = {name: name for name in ("siren", "siret", "uai", "ror", "wikidata", "idref", "rnsr")} | {
    "siren-of-siret": "siren"
}
_NOWHERE: Final = Place("unmatched", None, (), 0.0, "no place is described")


def mention_of(source: str, one: Instance, others: Sequence[Instance], mapper: Mapper, siting: Siting) -> Mention:
    """Return what a row tells of one of its things."""
    findings = Findings(Row("", 0, one.key, {}))
    names: dict[str, None] = {}
    domains: dict[str, None] = {}
    numbers: dict[tuple[str, str], None] = {}
    for fact in one.spec.facts:
        scheme = _SCHEMES.get(fact.kind)
        home = fact.kind == "page" and fact.property in _PAGES
        if not (scheme or home or fact.property in _NAMES):
            continue
        for _, term in mapper.terms(fact, one.values, findings):
            if scheme and isinstance(term, Literal):
                numbers[scheme, term.value] = None
            elif isinstance(term, NamedNode):
                domains[_host(term.value)] = None
            elif term is not None:
                names[term.value] = None
    stated, place, address = _place(one, others, mapper, siting)
    return Mention(
        source=source,
        key=one.key,
        kind=one.spec.kind,
        name=one.label,
        other_names=tuple(names),
        commune=place.commune,
        postcode=stated.postcode,
        departement=stated.departement,
        point=stated.point,
        domains=tuple(name for name in domains if name),
        identifiers=frozenset(numbers),
        address=address,
    )


def _place(one: Instance, others: Sequence[Instance], mapper: Mapper, siting: Siting) -> tuple[Stated, Place, str]:
    """Return the place of a thing, or that of a thing of the row it points to, such as its site."""
    findings = Findings(Row("", 0, one.key, {}))
    pointed = {fact.thing for fact in one.spec.facts if fact.thing}
    found = [one, *(other for other in others if other.spec.name in pointed and other.spec.each is None)]
    sited = next((each for each in found if each.spec.place), None)
    addressed = next((each for each in found if each.spec.address), None)
    stated, place = Stated(), _NOWHERE
    if sited is not None and sited.spec.place is not None:
        stated, place = siting.place(sited, sited.spec.place, findings)
    address = stated.address or ""
    if addressed is not None and not address:
        address = " ".join(term.value for _, term in siting.address(addressed, findings))
    return stated, place, address


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
