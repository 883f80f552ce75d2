"""The schemas of the OpenAPI document of the REST layer (JSON Schema 2020-12)."""

from __future__ import annotations

from typing import Any, Final

from maille.api.rest.collections import ALWAYS, COLLECTIONS, LISTS, Collection, Column
from maille.api.rest.lookup import MOST, SCHEMES

Json = dict[str, Any]

_TEXT: Final[Json] = {"type": "string"}
_CONTEXT: Final[Json] = {"type": "object", "description": "JSON-LD context."}
_COUNT: Final[Json] = {"type": "integer", "minimum": 0}


def reference(name: str) -> Json:
    """Return a reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def _object(members: Json, required: tuple[str, ...] = (), *, closed: bool = True) -> Json:
    found: Json = {"type": "object", "properties": members, "required": list(required)}
    return {**found, "additionalProperties": False} if closed else found


def _several(schema: Json) -> Json:
    return {"type": "array", "items": schema}


_SOURCED: Final[Json] = {"sources": _several(_TEXT), "licences": _several(_TEXT)}
_HIT: Final = _object(
    {
        "iri": _TEXT,
        "kind": _TEXT,
        "label": _TEXT,
        "description": _TEXT,
        "code": {"type": ["string", "null"]},
        "score": {"type": "number", "minimum": 0, "maximum": 100},
        **_SOURCED,
    },
    ("iri", "kind", "label", "description", "code", "score", "sources", "licences"),
)
_THING: Final = _object(
    {"iri": _TEXT, "id": _TEXT, "kind": _TEXT, "label": _TEXT, **_SOURCED},
    ("iri", "id", "kind", "label", "sources", "licences"),
    closed=False,
)
_QUERY: Final[Json] = {
    **_object(dict.fromkeys(SCHEMES, _TEXT)),
    "minProperties": 1,
    "maxProperties": 1,
}

SCHEMAS: Final[Json] = {
    "Problem": {
        **_object(
            {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT, "instance": _TEXT},
            ("type", "title", "status", "detail"),
            closed=False,
        ),
        "description": "RFC 9457.",
    },
    "Concept": _object({"iri": _TEXT, "label": _TEXT, "label_en": _TEXT}, ("iri", "label")),
    "Area": _object({"iri": _TEXT, "code": _TEXT, "label": _TEXT}, ("iri", "code", "label")),
    "Operator": _object(
        {"iri": _TEXT, "label": _TEXT, "label_en": _TEXT, "siren": {"type": ["string", "null"]}},
        ("iri", "label", "siren"),
    ),
    "LeftOut": {
        **_object({"count": _COUNT, "licence": _TEXT, "parameter": _TEXT}, ("count", "licence", "parameter")),
        "description": "Rows that stay out because of their licence, and the parameter that has them in.",
    },
    "Facets": {
        "type": "object",
        "additionalProperties": _several(
            _object({"value": _TEXT, "label": _TEXT, "count": _COUNT}, ("value", "label", "count"))
        ),
    },
    "Hits": _object(
        {"@context": _CONTEXT, "release": _TEXT, "q": _TEXT, "items": _several(_HIT)},
        ("@context", "release", "q", "items"),
    ),
    "Thing": _THING,
    "Things": _object(
        {"@context": _CONTEXT, "release": _TEXT, "query": _QUERY, "items": _several(_THING)},
        ("@context", "release", "query", "items"),
    ),
    "Questions": _object({"queries": {**_several(_QUERY), "maxItems": MOST}}, ("queries",)),
    "Results": _object(
        {
            "@context": _CONTEXT,
            "release": _TEXT,
            "results": _several(
                _object({"query": _QUERY, "items": _several(_THING), "error": _TEXT}, ("query", "items"))
            ),
        },
        ("@context", "release", "results"),
    ),
}
"""What is no row of a collection."""

_SHAPES: Final[dict[str, Json]] = {
    "text": {"type": ["string", "null"]},
    "iri": {"type": ["string", "null"]},
    "integer": {"type": ["integer", "null"]},
    "number": {"type": ["number", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "concept": {"anyOf": [reference("Concept"), {"type": "null"}]},
    "area": {"anyOf": [reference("Area"), {"type": "null"}]},
    "operator": {"anyOf": [reference("Operator"), {"type": "null"}]},
    "texts": _several(_TEXT),
    "iris": _several(_TEXT),
    "concepts": _several(reference("Concept")),
}


def collection_schemas() -> Json:
    """Return the schemas of the rows of each collection, of its pages, and of both in GeoJSON."""
    found: Json = {}
    for collection in COLLECTIONS:
        found |= _of(collection)
    return found


def _of(collection: Collection) -> Json:
    name = collection.kind.capitalize()
    members = {column.name: _column(column) for column in collection.columns}
    placed = {key: value for key, value in members.items() if key not in ("lon", "lat")}
    point: Json = {
        "type": "object",
        "properties": {"type": {"const": "Point"}, "coordinates": _several({"type": "number"})},
        "required": ["type", "coordinates"],
    }
    feature = _object(
        {
            "type": {"const": "Feature"},
            "id": _TEXT,
            "geometry": {"anyOf": [point, {"type": "null"}]},
            "properties": _object(placed, ALWAYS),
        },
        ("type", "id", "geometry", "properties"),
    )
    about: Json = {
        "release": _TEXT,
        "total": _COUNT,
        "left_out": reference("LeftOut"),
        "facets": reference("Facets"),
        "links": {"type": "object", "additionalProperties": _TEXT},
    }
    return {
        name: _object(members, ALWAYS),
        f"{name}Item": _object({"@context": _CONTEXT, **members}, ("@context", *ALWAYS)),
        f"{name}List": _object(
            {"@context": _CONTEXT, **about, "items": _several(reference(name))},
            ("@context", "release", "total", "items"),
        ),
        f"{name}Feature": feature,
        f"{name}Features": _object(
            {"type": {"const": "FeatureCollection"}, **about, "features": _several(reference(f"{name}Feature"))},
            ("type", "release", "total", "features"),
        ),
    }


def _column(column: Column) -> Json:
    shape = dict(_SHAPES[column.shape]) if column.shape not in LISTS else _SHAPES[column.shape]
    return {**shape, "description": column.what}
