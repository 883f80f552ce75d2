"""Of which structures trends are told: those of a territory, those a source tells of, and under which licences."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode
from starlette.datastructures import QueryParams

from maille.api.rest.asking import EVERY_LICENCE, one, refused
from maille.ontology.namespaces import BASE

PARAMETERS: Final = ("region", "departement", "source", "licence")
_FORMS: Final = {
    "region": re.compile(r"[0-9]{2,3}"),
    "departement": re.compile(r"[0-9]{2}|2[AB]|9[78][0-9]"),
    "source": re.compile(r"[a-z0-9][a-z0-9-]{0,63}/[A-Za-z0-9][A-Za-z0-9.-]{0,31}"),
    "licence": re.compile(re.escape(EVERY_LICENCE)),
}
_SHARED_ALIKE: Final = (
    'MINUS { ?apart dct:license ?terms FILTER(CONTAINS(STR(?terms), "/odbl/")) GRAPH ?apart { ?it ?says ?what } }'
)
_WITHIN: Final = (
    "{ SELECT DISTINCT ?it WHERE "
    "{ ?it (maille:inCommune|maille:inMunicipalArrondissement|dct:spatial)/igeo:subdivisionDe? %s } }"
)
_TOLD: Final = "{ SELECT DISTINCT ?it WHERE { GRAPH %s { ?it ?tells ?something } } }"
_EXAMPLES: Final = {
    "region": "a code of a région, such as 84",
    "departement": "a code of a département, such as 69 or 2A",
    "source": "the id of a source and its vintage, such as study/2020-06",
    "licence": f"`{EVERY_LICENCE}`, or nothing",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What is counted; an empty text stands for no limit.

    Attributes:
        region, departement: codes.
        source: id and vintage of a source, `study/2020-06`.
        licence: `any` where what is under the ODbL counts too.
    """

    region: str = ""
    departement: str = ""
    source: str = ""
    licence: str = ""

    @property
    def area(self) -> NamedNode | None:
        """The smallest territory that is asked for."""
        if self.departement:
            return NamedNode(f"{BASE}id/departement/{self.departement}")
        return NamedNode(f"{BASE}id/region/{self.region}") if self.region else None

    @property
    def graph(self) -> NamedNode | None:
        """The graph of the source that is asked for."""
        return NamedNode(f"{BASE}graph/{self.source}") if self.source else None

    @property
    def patterns(self) -> tuple[str, ...]:
        """What `?it` has to be, as SPARQL."""
        areas = [
            f"<{BASE}id/{kind}/{code}>"
            for kind, code in (("region", self.region), ("departement", self.departement))
            if code
        ]
        told = [_TOLD % self.graph] if self.graph else []
        return (*(_WITHIN % area for area in areas), *told, *(() if self.licence else (_SHARED_ALIKE,)))

    @property
    def territory(self) -> str:
        """What an area that is listed has to be, as SPARQL; the empty text where every area is."""
        return f"?it (igeo:subdivisionDe|igeo:subdivisionDirecteDe)? {self.area} ." if self.area else ""

    def fields(self) -> Mapping[str, str]:
        """Return the parameters of the address that ask for this."""
        return {name: value for name in PARAMETERS if (value := getattr(self, name))}


def scope_of(params: QueryParams) -> Scope:
    """Return what the parameters of an address ask for; raises RequestRefused where one is ill-formed or twice."""
    return Scope(**{name: _value(params, name) for name in PARAMETERS})


def _value(params: QueryParams, name: str) -> str:
    # An empty field of the form stands for no choice.
    text = (one(params, name) or "").strip()
    if name == "departement":
        text = text.upper()
    if text and _FORMS[name].fullmatch(text) is None:
        raise refused(f"`{name}` is {_EXAMPLES[name]}.")
    return text
