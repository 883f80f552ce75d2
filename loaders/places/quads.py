"""What a resolved place says of a thing (`maille:` terms of `ontology/core.ttl`).

Only a match makes `maille:inCommune`. What is left of a doubt is `maille:possibleCommune`, and what was written is
kept as `maille:placeAsStated` whatever came of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from maille.loaders.places.resolve import Place, Places, Stated
from maille.ontology import iris
from maille.ontology.terms import MAILLE

MOST_POSSIBLE: Final = 12
"""With more communes than these left, a place is not narrowed down at all, and none of them is named."""


def place_quads(subject: NamedNode, stated: Stated, places: Places, graph: NamedNode) -> Iterator[Quad]:
    """Yield what is known of the place of `subject`, into `graph`; nothing where nothing is stated."""
    yield from found_quads(subject, stated, places.resolve(stated), graph)


def found_quads(subject: NamedNode, stated: Stated, place: Place, graph: NamedNode) -> Iterator[Quad]:
    """Yield what a place that is resolved already says of `subject`."""
    for predicate, value in facts(stated, place):
        yield Quad(subject, predicate, value, graph)


def facts(stated: Stated, place: Place, language: str = "fr") -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    """Yield what a resolved place says of whatever stands there; what was written is in `language`."""
    written = as_stated(stated)
    if written:
        yield MAILLE.placeAsStated, Literal(written, language=language)
    if place.commune:
        yield MAILLE.inCommune, iris.thing("commune", place.commune)
    elif len(place.candidates) <= MOST_POSSIBLE:
        for code in place.candidates:
            yield MAILLE.possibleCommune, iris.thing("commune", code)
    if place.arrondissement:
        yield MAILLE.inMunicipalArrondissement, iris.thing("arrondissement-municipal", place.arrondissement)
    if place.nuts:
        yield MAILLE.inNuts, Literal(place.nuts)
    if place.source_code:
        yield MAILLE.sourceCommuneCode, Literal(place.source_code)


def as_stated(stated: Stated) -> str:
    """Return the place in the words of the source, on one line: postcode and name, else the code or the département.

    An address is left out: it has statements of its own, and may be that of a person.
    """
    postcode, name = _line(stated.postcode), _line(stated.name)
    # "75011" beside "75011 Paris" says nothing more.
    parts = [name] if postcode in name else [postcode] if name in postcode else [postcode, name]
    return " ".join(parts) or _line(stated.code) or _line(stated.departement)


def _line(text: str | None) -> str:
    return " ".join((text or "").split())
