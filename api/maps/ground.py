"""The ground under the points where no tile is had: land, names of départements, the parts of France, in Web Mercator.

A drawing is in degrees: x is the longitude, y the latitude as the projection stretches it, downwards (EPSG:3857).
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

FILE: Final = "ground.geojson"
_MOST_LATITUDE: Final = 85.0
_SMALL: Final = 110
_NEAR: Final = 0.12

Point = tuple[float, float]


class Box(NamedTuple):
    """A frame in degrees."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: float, lat: float) -> bool:
        """Tell whether a point lies in it."""
        across = self.west <= lon <= self.east if self.west <= self.east else lon >= self.west or lon <= self.east
        return across and self.south <= lat <= self.north

    def text(self) -> str:
        """Return it as an address has it: `west,south,east,north`."""
        return ",".join(f"{round(value, 4):g}" for value in self)


PARTS: Final = {
    "metropole": Box(-5.4, 41.2, 9.9, 51.3),
    "guadeloupe": Box(-61.95, 15.75, -60.95, 16.6),
    "martinique": Box(-61.35, 14.3, -60.7, 15.0),
    "guyane": Box(-54.8, 2.0, -51.4, 6.0),
    "reunion": Box(55.1, -21.5, 56.0, -20.75),
    "mayotte": Box(44.9, -13.1, 45.4, -12.5),
    "saint-martin": Box(-63.3, 17.8, -62.7, 18.2),
    "saint-pierre": Box(-56.6, 46.6, -56.0, 47.2),
    "polynesie": Box(-152.5, -18.2, -148.7, -16.2),
    "nouvelle-caledonie": Box(163.0, -23.2, 168.6, -19.3),
    "wallis": Box(-178.4, -14.5, -175.9, -13.0),
}
"""The parts of France that a map shows one at a time."""
SHOWN: Final = ("metropole", "guadeloupe", "martinique", "guyane", "reunion", "mayotte")
"""Those that readers are led to."""


class Label(NamedTuple):
    """A name of a département, and where it is written."""

    code: str
    name: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Frame:
    """A place on a small map.

    Attributes:
        view: the part of the drawing that is seen, as `viewBox` has it.
        land: the outline, as a path.
        x, y, r: the mark of the place.
        lon, lat: the place, to be read.
        around: the frame around it on the large map.
    """

    view: str
    land: str
    x: float
    y: float
    r: float
    lon: float
    lat: float
    around: str


@dataclass(frozen=True, slots=True)
class Ground:
    """Land and names."""

    rings: tuple[tuple[Point, ...], ...]
    labels: tuple[Label, ...]
    _drawn: dict[Box, str] = field(default_factory=dict, compare=False, repr=False)

    def land(self, box: Box, parts: int = 250) -> str:
        """Return the outline of what lies in a frame, as a path whose steps are no shorter than one of `parts`."""
        least = view_of(box)[2] / parts
        return "".join(_path(coarse(ring, least)) for ring in self.rings if _meet(ring, box))

    def frame(self, lon: object, lat: object) -> Frame | None:
        """Return a place on a small map of the part of France it lies in, None where it is no place."""
        if not (isinstance(lon, int | float) and isinstance(lat, int | float) and is_place(lon, lat)):
            return None
        part = next((part for part in PARTS.values() if part.holds(lon, lat)), None)
        box = part or Box(lon - 5, lat - 4, lon + 5, lat + 4)
        x, y, width, height = view_of(box)
        around = Box(lon - _NEAR, max(lat - _NEAR / 2, -90), lon + _NEAR, min(lat + _NEAR / 2, 90))
        view = f"{x:.2f} {y:.2f} {width:.2f} {height:.2f}"
        radius = round(max(width, height) / 40, 3)
        place = (round(lon, 3), round(stretched(lat), 3))
        if part is not None and part not in self._drawn:
            # The parts of France are few, and drawn on every page of a place.
            self._drawn[part] = self.land(part, _SMALL)
        land = self.land(box, _SMALL) if part is None else self._drawn[part]
        return Frame(view, land, *place, radius, round(lon, 4), round(lat, 4), around.text())


@cache
def ground() -> Ground:
    """Return the ground that the package has."""
    text = resources.files("maille.api").joinpath("static", FILE).read_text(encoding="utf-8")
    land, *points = json.loads(text)["features"]
    rings = tuple(tuple((x, y) for x, y in ring) for (ring,) in land["geometry"]["coordinates"])
    return Ground(
        rings,
        tuple(
            Label(point["properties"]["code"], point["properties"]["name"], *point["geometry"]["coordinates"])
            for point in points
        ),
    )


def is_place(lon: float, lat: float) -> bool:
    """Tell whether numbers are a place on earth."""
    return math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90


def stretched(lat: float) -> float:
    """Return a latitude as the drawing has it: in degrees of the equator, downwards."""
    bounded = math.radians(max(-_MOST_LATITUDE, min(_MOST_LATITUDE, lat)))
    return -math.degrees(math.log(math.tan(math.pi / 4 + bounded / 2)))


def view_of(box: Box) -> tuple[float, float, float, float]:
    """Return x, y, width and height of a frame in the drawing."""
    top, bottom = stretched(box.north), stretched(box.south)
    width = box.east - box.west if box.east > box.west else box.east - box.west + 360
    return box.west, top, max(width, 0.001), max(bottom - top, 0.001)


def coarse(ring: Sequence[Point], least: float) -> list[Point]:
    """Return a ring without the points that lie nearer than `least` to the one kept before them."""
    kept = [ring[0]]
    for x, y in ring[1:]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= least:
            kept.append((x, y))
    return kept if len(kept) > 3 else list(ring)


def _path(ring: Sequence[Point]) -> str:
    (x, y), *rest = [(lon, round(stretched(lat), 2)) for lon, lat in ring]
    # Relative, in hundredths that are rounded first, so that the errors do not add up.
    text = [f"M{x:g} {y:g}l"]
    for there, down in rest:
        text.append(f"{round(there - x, 2):g} {round(down - y, 2):g} ")
        x, y = there, down
    return "".join(text).rstrip() + "z"


def _meet(ring: Sequence[Point], box: Box) -> bool:
    if box.west > box.east:
        return True
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return min(xs) <= box.east and max(xs) >= box.west and min(ys) <= box.north and max(ys) >= box.south
