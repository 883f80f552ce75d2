"""Where a thing is, from what was fetched with it (GeoSPARQL, WKT points; WGS 84 degrees)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from maille.api.entities.views import View
from maille.ontology.terms import GEO, ORG

_POINT: Final = re.compile(
    r"\A(?:<http://www\.opengis\.net/def/crs/OGC/1\.3/CRS84>\s*)?POINT\s*\(\s*(\S+)\s+(\S+)\s*\)\Z"
)


@dataclass(frozen=True, slots=True)
class Point:
    """Longitude and latitude in degrees."""

    lon: float
    lat: float


def point_of(view: View) -> Point | None:
    """Return the point of a thing, else that of one of its sites; None where there is none on this earth."""
    nodes = [view.iri, *(node for site in (ORG.hasPrimarySite, ORG.hasSite) for node in view.values(site))]
    for node in nodes:
        for geometry in view.values(GEO.hasGeometry, node):
            found = _point(view.first(GEO.asWKT, geometry)) if isinstance(geometry, NamedNode) else None
            if found is not None:
                return found
    return None


def _point(wkt: str) -> Point | None:
    match = _POINT.match(wkt)
    try:
        lon, lat = (float(match[1]), float(match[2])) if match else (999.0, 999.0)
    except ValueError:
        return None
    return Point(lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None
