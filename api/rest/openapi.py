"""The OpenAPI 3.1 document of the REST layer, made of the same tables that answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any, Final

from maille.api.rest.asking import EVERY_LICENCE, LARGEST_PAGE, LICENCES, PAGE, SORTED
from maille.api.rest.collections import ALWAYS, COLLECTIONS, FACETS, Collection
from maille.api.rest.formats import CSV, GEOJSON, JSON, JSON_LD, OF_ANSWERS, OF_ITEMS, OF_LISTS, PARQUET, XLSX
from maille.api.rest.lookup import MOST as MOST_LOOKUPS
from maille.api.rest.lookup import SCHEMES
from maille.api.rest.schemas import SCHEMAS, collection_schemas, reference
from maille.api.rest.search import KINDS, LANGUAGES, MOST

Json = dict[str, Any]

PROBLEM: Final = "application/problem+json"
_TEXT: Final[Json] = {"type": "string", "minLength": 1, "maxLength": 300}
_BINARY: Final = frozenset({XLSX, PARQUET})
_REFUSALS: Final = ("400", "404", "406", "410", "503")
_REASONS: Final = {
    "400": "A parameter is not known, repeated or ill-formed.",
    "404": "There is no such thing, or no such release.",
    "406": "None of the types accepted can be had.",
    "410": "The release asked for was purged.",
    "413": "The body is too large.",
    "415": "The body is of another type.",
    "503": "There is no index yet; try again after the seconds of `Retry-After`.",
}


def document(server: str) -> Json:
    """Return the document, for a service at `server`."""
    paths: Json = {}
    for collection in COLLECTIONS:
        paths[f"/api/{collection.name}"] = {"get": _listing(collection)}
        paths[f"/api/{collection.name}/{{key}}"] = {"get": _item(collection)}
    paths |= {
        "/api/search": {"get": _searching("search", "Search things by name", ("kind", "territory"))},
        "/api/suggest": {"get": _searching("suggest", "Complete what is being typed", ("kind",))},
        "/api/lookup": {"get": _looking_up(), "post": _looking_up_many()},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Maille",
            "version": version("maille"),
            "description": "French open-innovation structures and the territories they lie in. Every answer is of one "
            "release, is RDF by its JSON-LD context, and names the sources and the licences of each row.",
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {"schemas": {**SCHEMAS, **collection_schemas()}},
    }


def _parameter(name: str, what: str, schema: Json, *, required: bool = False, place: str = "query") -> Json:
    parameter: Json = {"name": name, "in": place, "description": what, "schema": schema}
    if required:
        parameter["required"] = True
    if schema.get("type") == "array":
        parameter |= {"style": "form", "explode": True}
    return parameter


def _several(name: str, what: str, values: Sequence[str] = ()) -> Json:
    items: Json = {"type": "string", "enum": list(values)} if values else _TEXT
    return _parameter(name, what, {"type": "array", "items": items, "maxItems": 50})


def _format(formats: Mapping[str, str]) -> Json:
    names: Json = {"type": "string", "enum": list(formats.values())}
    return _parameter("format", "Format, instead of the `Accept` header.", names)


def _release() -> Json:
    return _parameter("release", "Id of a kept release that answers instead of the one served.", _TEXT)


def _limit(most: int, default: str) -> Json:
    return _parameter("limit", f"Most rows of a page. {default}", {"type": "integer", "minimum": 1, "maximum": most})


def _filters() -> list[Json]:
    short = ", ".join(f"`{name}`" for name in LICENCES)
    return [
        _parameter("q", "Words of names and descriptions; the last may be the beginning of one.", {"type": "string"}),
        _several("profile", "Profile, by name or last part of the IRI; narrower ones count too."),
        _several("theme", "Theme, likewise."),
        _several("level", "Level of openness, likewise."),
        _several("legal_status", "Legal status, likewise."),
        _several("territory", "Territory, by IRI, `region/84` or code; two or three characters are a département."),
        _several("source", "Source: `study`, `study/2020-06` or IRI."),
        _several("licence", f"Licence: {short} or IRI. Without it ODbL rows stay out; `{EVERY_LICENCE}` keeps them."),
        _parameter("in_metropole", "Whether it lies in a métropole.", {"type": "boolean"}),
        _parameter("bbox", "west,south,east,north in degrees.", {"type": "string", "examples": ["4.7,45.6,5,45.9"]}),
    ]


def _listing(collection: Collection) -> Json:
    fields = [column.name for column in collection.columns]
    always = ", ".join(ALWAYS)
    parameters = [
        *_filters(),
        _parameter("sort", "Order; a hyphen turns it round.", {"type": "string", "enum": list(SORTED)}),
        _limit(LARGEST_PAGE, f"{PAGE} in JSON; the other formats are whole without it."),
        _parameter("cursor", "Where a page begins: of the link `next`.", _TEXT),
        _listed("facets", "What the rows found are counted by.", FACETS),
        _listed("fields", f"Columns of rows; {always} are always there.", fields),
        _format(OF_LISTS),
        _parameter("excel", "CSV as a French Excel opens it.", {"type": "boolean"}),
        _release(),
    ]
    name = _schema_name(collection)
    contents = _contents(OF_LISTS, f"{name}List", f"{name}Features")
    return _operation(f"list_{collection.name}", collection.what, parameters, contents, linked=True)


def _listed(name: str, what: str, values: Sequence[str]) -> Json:
    schema: Json = {"type": "array", "items": {"type": "string", "enum": list(values)}}
    return _parameter(name, what, schema) | {"explode": False}


def _item(collection: Collection) -> Json:
    fields = [column.name for column in collection.columns]
    key: Json = {"type": "string", "minLength": 1, "examples": [collection.example]}
    parameters = [
        _parameter("key", "The last part of its name.", key, required=True, place="path"),
        _listed("fields", f"Columns; {', '.join(ALWAYS)} are always there.", fields),
        _format(OF_ITEMS),
        _release(),
    ]
    name = _schema_name(collection)
    contents = _contents(OF_ITEMS, f"{name}Item", f"{name}Feature")
    operation = _operation(f"get_{collection.kind}", f"One of: {collection.what}", parameters, contents, linked=True)
    moved: Json = {"description": "It was found to be one with another thing, which is at `Location`."}
    operation["responses"]["301"] = {**moved, "headers": {"Location": {"schema": {"type": "string"}}}}
    return operation


def _searching(name: str, what: str, more: Sequence[str]) -> Json:
    known = {
        "kind": _listed("kind", "Kinds of things.", KINDS),
        "territory": _several("territory", "Where it has to lie."),
    }
    parameters = [
        _parameter("q", "What is typed.", {"type": "string", "maxLength": 300}, required=True),
        *(known[parameter] for parameter in more),
        _parameter("lang", "Language of labels and descriptions.", {"type": "string", "enum": list(LANGUAGES)}),
        _limit(MOST, ""),
        _format(OF_ANSWERS),
        _release(),
    ]
    return _operation(name, what, parameters, _contents(OF_ANSWERS, "Hits"), linked=True)


def _looking_up() -> Json:
    numbers = [_parameter(name, f"{name}: give one of the numbers.", _TEXT) for name in SCHEMES]
    contents = _contents(OF_ANSWERS, "Things")
    return _operation(
        "lookup", "Find what has an official number", [*numbers, _format(OF_ANSWERS), _release()], contents, linked=True
    )


def _looking_up_many() -> Json:
    what = f"Find what has each of up to {MOST_LOOKUPS} official numbers"
    contents = _contents(OF_ANSWERS, "Results")
    operation = _operation("lookup_many", what, [_format(OF_ANSWERS), _release()], contents, ("413", "415"))
    body = {"required": True, "content": {JSON: {"schema": reference("Questions")}}}
    return {**operation, "requestBody": body}


def _operation(
    name: str,
    what: str,
    parameters: Sequence[Json],
    contents: Json,
    more: Sequence[str] = (),
    *,
    linked: bool = False,
) -> Json:
    answers: Json = {"200": {"description": "The answer.", "headers": _headers(), "content": contents}}
    if linked:
        answers["304"] = {"description": "The client holds the answer: it sent its `ETag` as `If-None-Match`."}
    problem = {PROBLEM: {"schema": reference("Problem")}}
    for status in sorted({*_REFUSALS, *more}):
        answers[status] = {"description": _REASONS[status], "content": problem}
    return {"operationId": name, "summary": what, "parameters": list(parameters), "responses": answers}


def _headers() -> Json:
    text: Json = {"schema": {"type": "string"}}
    return {
        "Maille-Release": {"description": "The release that answered.", **text},
        "Link": {"description": "Relations: first, next, service-desc, the JSON-LD context.", **text},
    }


def _contents(formats: Mapping[str, str], schema: str, geojson: str = "") -> Json:
    found: Json = {}
    for media_type in formats:
        if media_type in (JSON, JSON_LD):
            found[media_type] = {"schema": reference(schema)}
        elif media_type == GEOJSON:
            found[media_type] = {"schema": reference(geojson)}
        elif media_type == CSV:
            found[media_type] = {"schema": {"type": "string"}}
        elif media_type in _BINARY:
            found[media_type] = {}
    return found


def _schema_name(collection: Collection) -> str:
    return collection.kind.capitalize()
