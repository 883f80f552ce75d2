"""Points and geometries as open data write them, to WKT (OGC 06-103r4) in CRS84: longitude before latitude.

Four forms of a point are read: `{"lon": .., "lat": ..}`, GeoJSON (RFC 7946), `[a, b]` and `"a, b"`. Nobody can tell
which comes first in the last two, so the description must say.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final

from maille.loaders.describing.transforms import BadValue

CRS84: Final = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84> "
Point = tuple[float, float]
_NUMBER: Final = r"[+-]?[0-9]{1,3}(?:[.,][0-9]+)?"
_PAIR: Final = re.compile(rf"\(?({_NUMBER})\s*(?:[,;|/]\s|[;|/]|\s)\s*({_NUMBER})\)?|({_NUMBER})\s*,\s*({_NUMBER})")
_DOTTED: Final = re.compile(r"([+-]?[0-9]{1,3}(?:\.[0-9]+)?)\s*,\s*([+-]?[0-9]{1,3}(?:\.[0-9]+)?)")
_WKT: Final = re.compile(r"(?:SRID=4326;)?POINT\s*\(\s*(\S+)\s+(\S+)\s*\)", re.IGNORECASE)
_POSITION: Final = re.compile(r"(-?[0-9.]+) (-?[0-9.]+)")
_LON: Final = ("lon", "lng", "long", "longitude", "x")
_LAT: Final = ("lat", "latitude", "y")
_DEPTH: Final = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
_PUBLISHED: Final = frozenset({"Point", "Polygon", "MultiPolygon"})
"""What the shape of geometries lets through: another would cost its whole row, not this one value."""


def point(value: Any, order: str = "") -> Point | None:
    """Return longitude and latitude, None for an empty geometry; raises BadValue."""
    if isinstance(value, str):
        return _of_text(value.strip(), order)
    if isinstance(value, dict):
        return _of_object({str(key).lower(): one for key, one in value.items()}, order)
    if isinstance(value, list | tuple) and len(value) == 2:
        return _ordered(value[0], value[1], order)
    raise BadValue("is none of the forms of a point")


def wkt(found: Point) -> str:
    """Return a point as the text of a `geo:wktLiteral`."""
    return f"{CRS84}POINT({_pair(found)})"


def geometry_wkt(value: Any) -> str | None:
    """Return a GeoJSON geometry as the text of a `geo:wktLiteral`, None for an empty one; raises BadValue."""
    if isinstance(value, str):
        value = _json(value)
    if isinstance(value, dict) and value.get("type") == "Feature":
        value = value.get("geometry")
    kind = value.get("type") if isinstance(value, dict) else None
    if value is None or (kind == "GeometryCollection" and not value.get("geometries")):
        return None
    if kind not in _DEPTH or not isinstance(value.get("coordinates"), list):
        raise BadValue("is no GeoJSON geometry of one kind")
    if kind not in _PUBLISHED:
        raise BadValue(f"is a {kind}: a geometry is a Point, a Polygon or a MultiPolygon")
    if not value["coordinates"]:
        return None
    inside = _nested(value["coordinates"], _DEPTH[kind])
    return f"{CRS84}{kind.upper()}({inside})"


def positions(text: str) -> list[Point]:
    """Return the positions of a geometry that was written by `wkt` or `geometry_wkt`."""
    return [(float(lon), float(lat)) for lon, lat in _POSITION.findall(text.removeprefix(CRS84))]


def _nested(coordinates: Any, depth: int) -> str:
    if depth == 0:
        return _pair(_position(coordinates))
    if not isinstance(coordinates, list) or not coordinates:
        raise BadValue("is a geometry whose positions are not nested as its type says")
    if depth == 1:
        return ", ".join(_pair(_position(one)) for one in coordinates)
    return ", ".join(f"({_nested(one, depth - 1)})" for one in coordinates)


def _position(value: Any) -> Point:
    if not isinstance(value, list) or len(value) < 2:
        raise BadValue("is a geometry whose positions are not nested as its type says")
    return _checked(value[0], value[1])


def _of_text(text: str, order: str) -> Point | None:
    if text.startswith(("{", "[")):
        return point(_json(text), order)
    if match := _WKT.fullmatch(text):
        return _checked(match[1], match[2])
    if match := _DOTTED.fullmatch(text):
        return _ordered(match[1], match[2], order)
    if match := _PAIR.fullmatch(text):
        return _ordered(match[1] or match[3], match[2] or match[4], order)
    raise BadValue("is none of the forms of a point")


def _of_object(value: dict[str, Any], order: str) -> Point | None:
    if value.get("type") == "Feature":
        return point(value.get("geometry") or {"type": "GeometryCollection"}, order)
    if value.get("type") == "GeometryCollection" and not value.get("geometries"):
        return None
    if value.get("type") == "Point":
        coordinates = value.get("coordinates")
        return _position(coordinates) if coordinates else None
    lon = next((value[name] for name in _LON if value.get(name) is not None), None)
    lat = next((value[name] for name in _LAT if value.get(name) is not None), None)
    if lon is None or lat is None:
        raise BadValue("is an object without lon and lat, and no GeoJSON point")
    return _checked(lon, lat)


def _ordered(first: Any, second: Any, order: str) -> Point:
    if not order:
        raise BadValue('may be read two ways: the description must say order = "lat-lon" or "lon-lat"')
    return _checked(second, first) if order == "lat-lon" else _checked(first, second)


def _checked(lon: Any, lat: Any) -> Point:
    found = _number(lon), _number(lat)
    if not (abs(found[0]) <= 180 and abs(found[1]) <= 90):
        raise BadValue("is outside the Earth: longitude to 180, latitude to 90")
    if found == (0.0, 0.0):
        raise BadValue("is 0, 0: a place that nobody knew")
    return found


def _number(value: Any) -> float:
    try:
        number = float(value.replace(",", ".") if isinstance(value, str) else value)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadValue("has a coordinate that is no number") from error
    if isinstance(value, bool) or not math.isfinite(number):
        raise BadValue("has a coordinate that is no number")
    return number


def _pair(found: Point) -> str:
    # Seven decimals are a centimetre; `+ 0.0` takes the sign off a zero.
    return " ".join(f"{round(number, 7) + 0.0:.7f}".rstrip("0").rstrip(".") for number in found)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadValue("is no JSON") from error
