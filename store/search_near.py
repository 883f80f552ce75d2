"""What lies nearest to a point, from the search index: boxes that grow until enough is found (WGS 84 degrees)."""

from __future__ import annotations

import math
import sqlite3
from typing import Final, NamedTuple

_BOXES: Final = (0.02, 0.1, 0.5, 2.5, 12.0)
"""Half the height of a box in degrees of latitude, one after the other."""
_QUERY: Final = """SELECT iri, label_fr, label_en, lon, lat FROM thing
WHERE kind = ? AND lon BETWEEN ? AND ? AND lat BETWEEN ? AND ?
ORDER BY (lon - ?) * (lon - ?) * ? + (lat - ?) * (lat - ?), id LIMIT ?"""


class Place(NamedTuple):
    """A thing with its place."""

    iri: str
    label_fr: str
    label_en: str
    lon: float
    lat: float

    def label(self, language: str) -> str:
        """Return its name in a language of the pages."""
        return self.label_en if language == "en" else self.label_fr


def nearest(database: sqlite3.Connection, lon: float, lat: float, kind: str, limit: int) -> list[Place]:
    """Return the things of a kind nearest to a point, the nearest first; none further than the widest box."""
    narrow = max(0.1, math.cos(math.radians(lat)))
    found: list[Place] = []
    for half in _BOXES:
        wide = half / narrow
        box = (lon - wide, lon + wide, lat - half, lat + half)
        order = (lon, lon, narrow * narrow, lat, lat)
        found = [Place(*row) for row in database.execute(_QUERY, (kind, *box, *order, limit))]
        # What is in a corner of this box may be further than what is beside it: a whole list within the circle is sure.
        if len(found) == limit and _distance(found[-1], lon, lat, narrow) <= half:
            break
    return found


def _distance(place: Place, lon: float, lat: float, narrow: float) -> float:
    return math.hypot((place.lon - lon) * narrow, place.lat - lat)
