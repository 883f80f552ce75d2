"""Where a thing is: the commune of today that its place means, what was written, and its postal address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Triple

from maille.loaders.describing import points, points_france
from maille.loaders.describing.cells import Findings, clean, plain
from maille.loaders.describing.description import PlaceSpec
from maille.loaders.describing.mapping import Instance, Mapper
from maille.loaders.describing.transforms import BadValue
from maille.loaders.places.quads import facts
from maille.loaders.places.resolve import Place, Stated
from maille.ontology.terms import LOCN

_POSTCODE: Final = re.compile(r"(?<![0-9])[0-9]{5}(?![0-9])")
_KEPT: Final = 50_000


class Siting:
    """Says where things are."""

    def __init__(self, mapper: Mapper) -> None:
        self._mapper = mapper
        self._resolve = lru_cache(_KEPT)(mapper.gazetteer.places.resolve)

    def place(self, one: Instance, spec: PlaceSpec, findings: Findings) -> tuple[Stated, Place]:
        """Return what a row states of the place of a thing, and which commune that is."""
        stated = Stated(
            code=self._text(spec.code, one, findings),
            name=self._text(spec.name, one, findings),
            postcode=self._text(spec.postcode, one, findings),
            departement=self._text(spec.departement, one, findings),
            point=self._point(spec, one, findings),
            address=self._text(spec.address, one, findings),
            country=self._text(spec.country, one, findings),
        )
        return stated, self._resolve(stated)

    def statements(self, one: Instance, spec: PlaceSpec, findings: Findings) -> Iterator[Triple]:
        """Yield where a thing is: in one commune where that is sure, else perhaps in some."""
        stated, found = self.place(one, spec, findings)
        written = stated.name or stated.postcode or stated.code
        for predicate, value in facts(stated, found, one.spec.language):
            yield Triple(one.iri, predicate, value)
        if found.outcome == "unmatched" and written:
            findings.add(_columns(spec), written, f"no commune: {found.reason}")
        elif found.contradictory:
            said = (stated.code, stated.postcode, stated.name, stated.departement)
            findings.add(_columns(spec), " / ".join(text for text in said if text), _contradiction(found))

    def address(self, one: Instance, findings: Findings) -> Iterator[tuple[NamedNode, Literal]]:
        """Yield the parts of the address of a thing."""
        spec = one.spec.address
        if spec is None:
            return
        reader, language = self._mapper.reader, one.spec.language
        for property_, source in (
            (LOCN.fullAddress, spec.full),
            (LOCN.thoroughfare, spec.street),
            (LOCN.postName, spec.town),
        ):
            if text := reader.text(source, one.values, findings):
                yield property_, Literal(" ".join(text.split()), language=language)
        written = reader.text(spec.postcode, one.values, findings)
        if written:
            match = _POSTCODE.search(written)
            if match:
                yield LOCN.postCode, Literal(match[0])
            else:
                column = "+".join(spec.postcode.columns) if spec.postcode else ""
                findings.add(column, written, "is no postcode: five digits are needed")

    def _text(self, source: Any, one: Instance, findings: Findings) -> str | None:
        return self._mapper.reader.text(source, one.values, findings) or None

    def _point(self, spec: PlaceSpec, one: Instance, findings: Findings) -> points.Point | None:
        value = self._mapper.reader.first(spec.point, one.values, findings, whole=True)
        if value is None:
            return None
        try:
            found = points.point(value if isinstance(value, dict | list) else clean(plain(value)), spec.order)
            # Any other point abroad is evidence: of a place abroad, or of one that contradicts itself.
            if found is not None and points_france.is_swapped(found):
                raise BadValue(points_france.swapped(spec.order))
            return found
        except BadValue as error:
            findings.add("+".join(spec.point.columns) if spec.point else "", value, str(error))
            return None


def _columns(spec: PlaceSpec) -> str:
    sources = (spec.code, spec.name, spec.postcode, spec.departement)
    return "+".join(dict.fromkeys(column for one in sources if one is not None for column in one.columns))


def _contradiction(found: Place) -> str:
    return f"the place contradicts itself: {found.reason}" + ("" if found.commune else "; no commune is chosen")
