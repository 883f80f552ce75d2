"""What the page of the map shows: counts, the list, and a drawing of the points that needs no script."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from maille.api.facets import COUNTED
from maille.api.i18n import Translator
from maille.api.map_asking import MapAsked
from maille.api.map_ground import PARTS, Box, Label, ground, stretched, view_of
from maille.api.map_marks import Mark, Marks, marks_of
from maille.api.render import Links
from maille.ontology.namespaces import BASE
from maille.store.search import Cell, Filters, Found, SearchIndex

PAGE: Final = 25
_ACROSS: Final = 14
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
class Spot:
    """Points of the drawing that lie together, and where a link on them leads."""

    x: float
    y: float
    r: float
    number: int
    size: float
    href: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Written:
    """A département of the drawing, and how many of its structures have no coordinates."""

    x: float
    y: float
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """The drawing: the part that is seen, the outline, the grid, the points, the names."""

    view: str
    unit: float
    land: str
    grid: str
    spots: Sequence[Spot]
    names: Sequence[Written]


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
    cells = index.cells(replace(asked.filters, bbox=frame), view_of(frame)[2] / _ACROSS)
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


def drawing(found: MapFound, asked: MapAsked, t: Translator, links: Links, base: str) -> Drawing:
    """Return the drawing of the frame."""
    box = found.frame
    x, y, width, height = view_of(box)
    unit = max(width, height) / 100
    spots = [
        _spot(cell, width / _ACROSS, unit, asked, t, links, base) for cell in apart_from_each_other(found.cells, unit)
    ]
    names = [_written(label, found.apart) for label in ground().labels if box.holds(label.lon, label.lat)]
    land = ground().land(box)
    view = f"{x:g} {round(y, 4):g} {round(width, 4):g} {round(height, 4):g}"
    return Drawing(view, round(unit, 5), land, _grid(box), spots, names if width < 25 else [])


def apart_from_each_other(cells: Sequence[Cell], unit: float) -> list[Cell]:
    """Return cells of which none would be drawn over another: those that would are put together."""
    kept: list[Cell] = []
    for cell in sorted(cells, key=lambda cell: -cell.number):
        reach = _radius(cell.number, unit)
        for place, other in enumerate(kept):
            away = math.hypot(cell.lon - other.lon, stretched(cell.lat) - stretched(other.lat))
            if away < (reach + _radius(other.number, unit)) * 0.95:
                kept[place] = other._replace(number=other.number + cell.number)
                break
        else:
            kept.append(cell)
    return kept


def _radius(number: int, unit: float) -> float:
    return unit * (0.9 if number == 1 else min(3.0, 1.2 + math.log10(number) * 0.8))


def _spot(cell: Cell, size: float, unit: float, asked: MapAsked, t: Translator, links: Links, base: str) -> Spot:
    radius, alone = _radius(cell.number, unit), cell.number == 1
    half = max(size, radius * 2.5) / 2
    near = Box(cell.lon - half, max(cell.lat - half * 0.7, -90), cell.lon + half, min(cell.lat + half * 0.7, 90))
    framed = near if near.west >= -180 and near.east <= 180 else PARTS["metropole"]
    href = _page(cell.iri, base, links) if alone else links.asset("/map" + asked.address(bbox=framed.text()))
    name = cell.label if alone else t.count("map.spot", cell.number)
    x, y = round(cell.lon, 4), round(stretched(cell.lat), 4)
    return Spot(
        x, y, round(radius, 4), cell.number, round(radius * (0.95 if cell.number < 100 else 0.8), 4), href, name
    )


def _item(row: Mapping[str, Any], marks: Marks, t: Translator, links: Links, base: str) -> Item:
    areas = [row.get("arrondissement_municipal") or row.get("commune"), row.get("departement")]
    place = ", ".join(dict.fromkeys(area["label"] for area in areas if area)) or row.get("place_as_stated") or ""
    profiles = ", ".join(_label(one, t) for one in row.get("profiles") or ())
    name = _label(row, t)
    lon, lat = row.get("lon"), row.get("lat")
    return Item(str(row["id"]), name, _page(row["iri"], base, links), marks.of(row), profiles, place, lon, lat)


def _label(row: Mapping[str, Any], t: Translator) -> str:
    return t.pick({"fr": row["label"], "en": row.get("label_en", "")})


def _page(iri: str, base: str, links: Links) -> str | None:
    return links.iri(BASE + iri.removeprefix(base) if iri.startswith(base) else iri)


def _written(label: Label, apart: Mapping[str, int]) -> Written:
    number = next((number for area, number in apart.items() if area.endswith(f"/departement/{label.code}")), 0)
    return Written(label.lon, round(stretched(label.lat), 3), label.name, number)


def _grid(box: Box) -> str:
    """Return meridians and parallels as a path: one, two, five or more degrees apart."""
    west, top, width, height = view_of(box)
    step = next((step for step in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20) if width / step <= 9), 40)
    lines = [f"M{round(at * step, 2):g} {top:.2f}v{height:.2f}" for at in _between(west, west + width, step)]
    lines += [
        f"M{west:g} {stretched(at * step):.2f}h{width:.2f}"
        for at in _between(max(box.south, -80), min(box.north, 80), step)
    ]
    return "".join(lines)


def _between(low: float, high: float, step: float) -> range:
    return range(math.ceil(low / step), math.floor(high / step) + 1)
