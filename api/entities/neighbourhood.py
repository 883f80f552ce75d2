"""What stands around a thing, from the search index: structures in a territory or with a concept, and those near by.

Each list is short and says how many there are, with the search that lists them all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from maille.api.entities.views import Shown
from maille.api.pages.i18n import Translator
from maille.api.pages.render import Links
from maille.ontology.namespaces import BASE, rebase_text
from maille.store.search import Filters, SearchIndex
from maille.store.search_sql import AREAS

Row = dict[str, Any]

CONCEPTS: Final = {"profile": "profile", "theme": "theme", "openness-level": "level", "legal-status": "legal_status"}
"""Scheme -> the filter of a search that its concepts are values of."""
_LISTED: Final = 36
_NEAREST: Final = 6
_FEW: Final = 4
_AROUND: Final = 9
_BIGGEST: Final = 24
_ODBL: Final = "/odbl/"
_EARTH: Final = 6371.0


@dataclass(frozen=True)
class Counted:
    """How many structures have a concept: the concept, as a search that keeps to it, and its part of the largest."""

    thing: Shown
    count: int
    share: int


@dataclass(frozen=True)
class Summary:
    """The structures in a territory, or those that have a concept.

    Attributes:
        total: how many there are.
        items: the first of them.
        profiles, themes, regions: how many have each; regions for a concept alone.
        search, map: where all of them are listed, and shown on the map.
        children: the largest communes, where the thing is made of many.
    """

    total: int
    items: tuple[Shown, ...]
    profiles: tuple[Counted, ...]
    themes: tuple[Counted, ...]
    search: str | None
    map: str | None
    regions: tuple[Counted, ...] = ()
    children: tuple[Shown, ...] = ()


@dataclass(frozen=True)
class Near:
    """Structures near a thing: in the same area, or the nearest of all."""

    where: Shown | None
    total: int
    items: tuple[Shown, ...]
    search: str | None


class Around:
    """Asks the index for one page, in one language.

    Args:
        index: the index of the release that is shown.
        t, links: of the page.
    """

    def __init__(self, index: SearchIndex, t: Translator, links: Links) -> None:
        self._index = index
        self._t = t
        self._links = links

    def territory(self, iri: str, areas: Sequence[str]) -> Summary:
        """Return the structures in some areas, those of the thing `iri`."""
        names = [self._outward(area) for area in areas]
        value = self._path(areas[0]) if list(areas) == [iri] else None
        summary = self._summary(Filters(kind=["structure"], territory=names), {"territory": value} if value else None)
        if value is None or not iri.startswith((f"{BASE}id/region/", f"{BASE}id/departement/", f"{BASE}id/epci/")):
            return summary
        communes = self._index.find(Filters(kind=["commune"], territory=names), "-population", None, _BIGGEST)
        return Summary(**{**vars(summary), "children": tuple(map(self._shown, communes.rows))})

    def concept(self, iri: str, scheme: str) -> Summary:
        """Return the structures that have a concept, or a narrower one."""
        name = CONCEPTS[scheme]
        value: dict[str, Any] = {name: [self._outward(iri)]}
        return self._summary(Filters(kind=["structure"], **value), {name: iri.rpartition("/")[2]}, ("region",))

    def structures(self, iris: Iterable[str]) -> Summary:
        """Return a summary of structures that are known by name."""
        rows = list(self._index.things([self._outward(iri) for iri in iris]).values())
        rows.sort(key=lambda row: str(row["label"]))
        return Summary(len(rows), tuple(map(self._shown, rows)), (), (), None, None)

    def neighbours(self, iri: str) -> tuple[Near, ...]:
        """Return the structures near a thing: the nearest, those of its commune, and where few are, of its EPCI."""
        row = self._index.get(self._outward(iri))
        if row is None:
            return ()
        found = [self._nearest(row)] if row.get("lon") is not None and row.get("lat") is not None else []
        for name in ("arrondissement_municipal", "commune", "epci"):
            if row.get(name) and sum(near.total for near in found if near.where) < _FEW:
                found.append(self._same(row, row[name]))
        return tuple(near for near in found if near.items)

    def _nearest(self, row: Row) -> Near:
        lon, lat = float(row["lon"]), float(row["lat"])
        found = self._index.nearest(lon, lat, "structure", _NEAREST + 1)
        others = [one for one in found if one.iri != row["iri"]][:_NEAREST]
        items = [
            Shown(one.label(self._t.language), self._href(one.iri), after=self._distance(lon, lat, one.lon, one.lat))
            for one in others
        ]
        return Near(None, 0, tuple(items), None)

    def _same(self, row: Row, area: Row) -> Near:
        found = self._index.find(Filters(kind=["structure"], territory=[area["iri"]]), limit=_AROUND)
        others = [one for one in found.rows if one["iri"] != row["iri"]]
        total = found.total - (row["kind"] == "structure")
        search = self._links.path("/search", territory=self._path(self._inward(area["iri"])))
        place = Shown(area["label"], self._href(area["iri"]))
        return Near(place, total, tuple(map(self._shown, others[: _AROUND - 1])), search if total >= _AROUND else None)

    def _summary(self, filters: Filters, asked: dict[str, str] | None, more: tuple[str, ...] = ()) -> Summary:
        found = self._index.find(filters, "label", None, _LISTED, ("profile", "theme", "licence", *more))
        # A search leaves ODbL out unless it is asked for; what is counted here is everything.
        licence = "any" if any(_ODBL in value for value, _ in found.facets["licence"]) else None
        query = None if asked is None else {**asked, "licence": licence}
        return Summary(
            found.total,
            tuple(map(self._shown, found.rows)),
            self._counted("profile", found.facets["profile"], query),
            self._counted("theme", found.facets["theme"], query),
            None if query is None else self._links.path("/search", **query),
            None if query is None else self._links.path("/map", **query),
            self._counted("region", found.facets.get("region", ()), query),
        )

    def _counted(
        self, name: str, counts: Sequence[tuple[str, int]], query: dict[str, str | None] | None
    ) -> tuple[Counted, ...]:
        if query is None or name in query:
            return ()
        known = self._index.things([iri for iri, _ in counts])
        most = max((count for _, count in counts), default=1)
        return tuple(
            Counted(
                Shown(
                    self._label(known.get(iri, {"label": iri.rpartition("/")[2]})),
                    self._links.path("/search", **query, **self._choice(name, iri)),
                ),
                count,
                max(1, round(100 * count / most)),
            )
            for iri, count in counts
        )

    def _choice(self, name: str, iri: str) -> dict[str, str]:
        return {"territory": self._path(self._inward(iri))} if name == "region" else {name: iri.rpartition("/")[2]}

    def _distance(self, lon: float, lat: float, other_lon: float, other_lat: float) -> str:
        east = math.radians(other_lon - lon) * math.cos(math.radians((lat + other_lat) / 2))
        kilometres = _EARTH * math.hypot(east, math.radians(other_lat - lat))
        if kilometres < 1:
            return self._t("near.metres", n=self._t.number(round(kilometres * 1000, -1)))
        return self._t("near.kilometres", n=self._t.number(round(kilometres, 1 if kilometres < 10 else 0)))

    def _shown(self, row: Row) -> Shown:
        return Shown(self._label(row), self._href(row["iri"]))

    def _label(self, row: Row) -> str:
        english = self._t.language == "en" and row.get("label_en")
        return self._t.typeset(str(row["label_en"] if english else row["label"]))

    def _href(self, iri: str) -> str | None:
        return self._links.iri(self._inward(iri))

    def _inward(self, iri: str) -> str:
        return BASE + iri.removeprefix(self._index.base) if iri.startswith(self._index.base) else iri

    def _outward(self, iri: str) -> str:
        return rebase_text(iri, self._index.base)

    @staticmethod
    def _path(iri: str) -> str:
        return iri.removeprefix(f"{BASE}id/")


def is_area(iri: str) -> bool:
    """Tell whether an IRI names a territory that structures are counted in."""
    return iri.removeprefix(f"{BASE}id/").partition("/")[0] in AREAS if iri.startswith(f"{BASE}id/") else False
