"""The parts of France that coordinates can tell apart: boxes of our own, generous by some tens of kilometres.

The Code officiel géographique has neither centroids nor outlines of communes, so a point says no more than this.
"""

from __future__ import annotations

from math import isfinite
from types import MappingProxyType
from typing import Final

METROPOLITAN: Final = "metropolitan France"
_BOXES: Final = MappingProxyType(
    {
        METROPOLITAN: (-5.6, 41.2, 9.8, 51.3),
        "971": (-61.95, 15.7, -60.9, 16.65),
        "972": (-61.4, 14.3, -60.7, 15.0),
        "973": (-54.8, 2.0, -51.4, 6.0),
        "974": (55.1, -21.5, 55.95, -20.75),
        "975": (-56.6, 46.6, -56.0, 47.25),
        "976": (44.9, -13.15, 45.4, -12.5),
        "977": (-62.98, 17.82, -62.72, 18.0),
        "978": (-63.2, 18.0, -62.95, 18.2),
        "986": (-178.3, -14.5, -176.0, -13.1),
        "987": (-155.0, -28.0, -134.0, -7.5),
        "988": (158.0, -23.0, 168.6, -17.5),
    }
)


def is_point(point: tuple[float, float]) -> bool:
    """Return whether two numbers are a point, and not what stands for a missing one."""
    return all(map(isfinite, point)) and any(point)


def of(point: tuple[float, float]) -> str | None:
    """Return the part of France of a point (longitude, latitude), None for abroad or at sea."""
    longitude, latitude = point
    for area, (west, south, east, north) in _BOXES.items():
        if west <= longitude <= east and south <= latitude <= north:
            return area
    return None


def of_departement(code: str) -> str:
    """Return the part of France of a département: its own code overseas."""
    return code if code.startswith(("97", "98")) else METROPOLITAN
