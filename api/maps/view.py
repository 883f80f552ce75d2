"""What the page of the map shows: counts, the list, where the points are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from maille.api.maps.asking import MapAsked
from maille.api.maps.ground import PARTS, Box, view_of
from maille.api.maps.marks import Mark, Marks, marks_of
from maille.api.pages.i18n import Translator
from maille.api.pages.render import Links
from maille.api.search.facets import COUNTED
from maille.ontology.namespaces import BASE
from maille.store.search import Cell, Filters, Found, SearchIndex

PAGE: Final = 25
ACROSS: Final = 14
"""Squares of the grid that points are gathered by, from west to east."""
_COARSE: Final = 0.5
_NARROWEST: Final = 0.2
_PROFILES: Final = Filters(kind=("profile",))


@dataclass(frozen=True, slots=True)
class Item:
    """A structure of the list."""

    key: str
    name: str
    href: str | None
    mark: Mark
    profiles: str
    place: str
    lon: float | None
    lat: float | None


@dataclass(frozen=True, slots=True)
class MapFound:
    """What the index says to one address.

    Attributes:
        marks: how profiles are told apart.
        page: a page of the list, with how many there are in the frame, and the counts of the filters.
        total, placed: how many structures the filters keep wherever they are, and how many of them have coordinates.
        frame: what is drawn: the frame of the address, or else where the points are.
        cells: the points in the frame, by the squares of a grid.
        apart: département -> how many of its structures have no coordinates.
        left_out: how many more there are under a licence that has to be asked for.
    """

    marks: Marks
    page: Found
    total: int
    placed: int
    frame: Box
    cells: Sequence[Cell]
    apart: Mapping[str, int]
    left_out: int


def look(index: SearchIndex, asked: MapAsked) -> MapFound:
    """Ask the index; raises ValueError for a cursor that is none of it."""
    marks = marks_of(index.find(_PROFILES, limit=1_000).rows)
    sort = "relevance" if asked.filters.text.strip() else "label"
    page = index.find(asked.filters, sort, asked.cursor, PAGE, COUNTED)
    every = index.find(asked.anywhere, limit=0, facets=("departement",))
    placed = index.find(asked.placed, limit=0, facets=("departement",))
    with_point = dict(placed.facets["departement"])
    apart = {area: number - with_point.get(area, 0) for area, number in every.facets["departement"]}
    left_out = 0
    if asked.filters.without_licence:
        left_out = index.find(replace(asked.anywhere, without_licence=()), limit=0).total - every.total
    frame = asked.box or _around(index.cells(asked.placed, _COARSE), asked.filters)
    cells = index.cells(replace(asked.filters, bbox=frame), view_of(frame)[2] / ACROSS)
    return MapFound(
        marks,
        page,
        every.total,
        placed.total,
        frame,
        cells,
        {area: number for area, number in apart.items() if number > 0},
        left_out,
    )


def _around(cells: Sequence[Cell], filters: Filters) -> Box:
    """Return the frame of an address that names none: metropolitan France, unless all that was found is elsewhere.

    Where somebody asks for a territory or a name, the frame is drawn around what was found.
    """
    inside = [cell for cell in cells if PARTS["metropole"].holds(cell.lon, cell.lat)]
    if not cells or (inside and not filters.territory and not filters.text.strip()):
        return PARTS["metropole"]
    seen = inside or cells
    lons, lats = [cell.lon for cell in seen], [cell.lat for cell in seen]
    part = next((box for box in PARTS.values() if all(box.holds(cell.lon, cell.lat) for cell in seen)), None)
    if part is not None and not inside:
        return part
    more = max(_NARROWEST, (max(lons) - min(lons)) * 0.1) + (_COARSE / 2 if len(seen) > 1 else 0)
    return Box(
        max(min(lons) - more, -180.0),
        max(min(lats) - more * 0.7, -90.0),
        min(max(lons) + more, 180.0),
        min(max(lats) + more * 0.7, 90.0),
    )


def items(found: MapFound, t: Translator, links: Links, base: str) -> list[Item]:
    """Return the list."""
    return [_item(row, found.marks, t, links, base) for row in found.page.rows]


def _item(row: Mapping[str, Any], marks: Marks, t: Translator, links: Links, base: str) -> Item:
    areas = [row.get("arrondissement_municipal") or row.get("commune"), row.get("departement")]
    place = ", ".join(dict.fromkeys(area["label"] for area in areas if area)) or row.get("place_as_stated") or ""
    profiles = ", ".join(_label(one, t) for one in row.get("profiles") or ())
    name = _label(row, t)
    lon, lat = row.get("lon"), row.get("lat")
    return Item(str(row["id"]), name, page_of(row["iri"], base, links), marks.of(row), profiles, place, lon, lat)


def _label(row: Mapping[str, Any], t: Translator) -> str:
    return t.pick({"fr": row["label"], "en": row.get("label_en", "")})


def page_of(iri: str, base: str, links: Links) -> str | None:
    """Return where the page of a thing is, whichever base its name is under."""
    return links.iri(BASE + iri.removeprefix(base) if iri.startswith(base) else iri)
