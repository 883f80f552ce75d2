"""The formats of the REST layer, chosen by `format` or by `Accept` (RFC 9110, section 12.5.1; RFC 7946)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request

from maille.api.http.negotiation import by_short_name, choose
from maille.api.rest.asking import one, refused
from maille.ontology.errors import NotAcceptable

JSON: Final = "application/json"
JSON_LD: Final = "application/ld+json"
GEOJSON: Final = "application/geo+json"
CSV: Final = "text/csv"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PARQUET: Final = "application/vnd.apache.parquet"

OF_ITEMS: Final[Mapping[str, str]] = {JSON: "json", JSON_LD: "jsonld", GEOJSON: "geojson"}
"""Media type -> short name of what one thing comes in."""
OF_LISTS: Final[Mapping[str, str]] = {**OF_ITEMS, CSV: "csv", XLSX: "xlsx", PARQUET: "parquet"}
OF_ANSWERS: Final[Mapping[str, str]] = {JSON: "json", JSON_LD: "jsonld"}
PAGED: Final = frozenset(OF_ANSWERS)
"""Formats that come in pages unless `limit` says otherwise; the others are whole."""


def media_type_of(request: Request, formats: Mapping[str, str]) -> str:
    """Return the media type of an answer; raises RequestRefused or NotAcceptable where there is no such format."""
    name = one(request.query_params, "format")
    if name is not None:
        found = by_short_name(name, formats)
        if found is None:
            raise refused(f"`format` is one of {', '.join(formats.values())}.")
        return found
    chosen = choose(request.headers.get("accept"), tuple(formats), JSON)
    if chosen is None:
        raise NotAcceptable("None of the types accepted can be had.", tuple(formats))
    return chosen


def encoded(document: object) -> bytes:
    """Return a document as JSON in UTF-8."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


def feature(row: Mapping[str, Any], place: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as a feature, a point where `place` has one (RFC 7946, section 3.2)."""
    lon, lat = place.get("lon"), place.get("lat")
    point = None if lon is None or lat is None else {"type": "Point", "coordinates": [lon, lat]}
    properties = {name: value for name, value in row.items() if name not in ("lon", "lat")}
    return {"type": "Feature", "id": row["iri"], "geometry": point, "properties": properties}


def features(found: Sequence[Mapping[str, Any]], about: Mapping[str, Any]) -> dict[str, Any]:
    """Return features as a collection, and members of ours about it (RFC 7946, section 6.1)."""
    return {"type": "FeatureCollection", **about, "features": list(found)}
