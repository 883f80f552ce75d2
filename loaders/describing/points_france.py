"""Whether a point or geometry is in France, as the shapes ask of each: said here, it costs a value, not its row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from maille.loaders.describing.points import Point
from maille.loaders.describing.transforms import BadValue

BOXES: Final = (
    (-5.3, 9.7, 41.2, 51.2),
    (-61.9, -60.9, 15.7, 16.6),
    (-63.3, -62.7, 17.8, 18.2),
    (-61.3, -60.7, 14.3, 15.0),
    (-54.7, -51.5, 2.0, 6.0),
    (55.1, 55.9, -21.5, -20.8),
    (44.9, 45.4, -13.1, -12.5),
    (-56.6, -56.0, 46.7, 47.2),
    (-178.3, -176.0, -14.5, -13.1),
    (-155.0, -134.0, -28.0, -7.5),
    (158.0, 168.5, -23.0, -19.0),
)
"""West, east, south and north of each part of France, the same as in `shapes/checks/point-in-france.rq`."""
SWAPPED: Final = "is not in France, but would be the other way round: longitude and latitude are swapped"


def is_in(point: Point) -> bool:
    """Say whether a point is in one of the parts of France."""
    return any(west <= point[0] <= east and south <= point[1] <= north for west, east, south, north in BOXES)


def is_swapped(point: Point) -> bool:
    """Say whether a point is in France only with its latitude taken for its longitude."""
    return not is_in(point) and is_in((point[1], point[0]))


def check(found: Iterable[Point], order: str = "") -> None:
    """Raise BadValue where no position is in France; `order` is what the description says of them."""
    positions = list(found)
    if not positions or any(map(is_in, positions)):
        return
    if not any(map(is_swapped, positions)):
        raise BadValue("is not in France")
    raise BadValue(swapped(order))


def swapped(order: str) -> str:
    """Return what is said of swapped coordinates, with the order that would put them right."""
    other = {"lat-lon": "lon-lat", "lon-lat": "lat-lon"}.get(order)
    return f'{SWAPPED}; order = "{other}" reads them so' if other else SWAPPED
