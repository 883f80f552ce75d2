"""A drawing of the points that needs no script (SVG 2): land, a grid, names of départements, circles that are links."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from maille.api.maps.asking import MapAsked
from maille.api.maps.ground import PARTS, Box, Label, ground, stretched, view_of
from maille.api.maps.view import ACROSS, MapFound, page_of
from maille.api.pages.i18n import Translator
from maille.api.pages.render import Links
from maille.store.search import Cell


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


def drawing(found: MapFound, asked: MapAsked, t: Translator, links: Links, base: str) -> Drawing:
    """Return the drawing of the frame."""
    box = found.frame
    x, y, width, height = view_of(box)
    unit = max(width, height) / 100
    spots = [
        _spot(cell, width / ACROSS, unit, asked, t, links, base) for cell in apart_from_each_other(found.cells, unit)
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
    href = page_of(cell.iri, base, links) if alone else links.asset("/map" + asked.address(bbox=framed.text()))
    name = cell.label if alone else t.count("map.spot", cell.number)
    x, y = round(cell.lon, 4), round(stretched(cell.lat), 4)
    return Spot(
        x, y, round(radius, 4), cell.number, round(radius * (0.95 if cell.number < 100 else 0.8), 4), href, name
    )


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
