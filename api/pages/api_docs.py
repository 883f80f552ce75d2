"""`/api-docs`: the OpenAPI document as a page of our own, rendered here, with examples that can be followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from maille.api.context import AppContext
from maille.api.http.conditional import CACHING, etag_of, not_modified
from maille.api.pages.render import Renderer
from maille.api.rest.answer import CONTEXT_PATH, OPENAPI_PATH
from maille.api.rest.collections import COLLECTIONS
from maille.api.rest.openapi import document

_EXAMPLES: Final[Mapping[str, Sequence[str]]] = {
    "list_structures": (
        "/api/structures?profile=incubateur&limit=5",
        "/api/structures?territory=region/84&facets=profile,theme&limit=1",
        "/api/structures?q=fablab&format=geojson&licence=any",
        "/api/structures?in_metropole=true&format=csv&excel=true",
    ),
    "search": ("/api/search?q=lyon", "/api/search?q=incubateur&territory=69&kind=structure"),
    "suggest": ("/api/suggest?q=gren&kind=commune,epci",),
    "lookup": ("/api/lookup?insee=69123", "/api/lookup?siren=200046977"),
}
_FROM_OUR_TABLES: Final = {f"list_{one.name}": one for one in COLLECTIONS} | {
    f"get_{one.kind}": one for one in COLLECTIONS
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation."""

    name: str
    place: str
    type: str
    required: bool
    what: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation: how it is asked, by what, what it answers, and examples."""

    id: str
    method: str
    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    answers: tuple[tuple[str, str], ...]
    formats: tuple[str, ...]
    examples: tuple[str, ...]
    columns: tuple[tuple[str, str, str], ...]


def routes(context: AppContext) -> list[BaseRoute]:
    """Return the route of the page."""
    return [Route("/api-docs", ApiDocs(context, Renderer(context)).answer)]


class ApiDocs:
    """The handler; what it shows is of the software, so it is worked out once."""

    def __init__(self, context: AppContext, renderer: Renderer) -> None:
        self._context = context
        self._renderer = renderer
        described = document(context.absolute("/"))
        self._operations = operations(described)
        self._version = described["info"]["version"]

    async def answer(self, request: Request) -> Response:
        """Answer with the operations."""
        language = self._renderer.translator(request).language
        etag = etag_of(self._context, request, "api-docs", language)
        unchanged = not_modified(request, etag, CACHING)
        if unchanged is not None:
            return unchanged
        values = {
            "operations": self._operations,
            "openapi": OPENAPI_PATH,
            "json_ld": CONTEXT_PATH,
            "version": self._version,
            "server": self._context.absolute(""),
        }
        return self._renderer.page("api_docs.html", request, values, headers={**CACHING, "ETag": etag})


def operations(described: Mapping[str, Any]) -> list[Operation]:
    """Return the operations of an OpenAPI document, in its order."""
    return [
        _operation(path, method, operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> Operation:
    name = operation["operationId"]
    collection = _FROM_OUR_TABLES.get(name)
    content = operation["responses"].get("200", {}).get("content", {})
    columns = [(one.name, one.shape, one.what) for one in collection.columns] if collection else []
    return Operation(
        id=name,
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        parameters=tuple(_parameter(one) for one in operation.get("parameters", ())),
        answers=tuple((status, one.get("description", "")) for status, one in operation["responses"].items()),
        formats=tuple(content),
        examples=tuple(_EXAMPLES.get(name, _plain_examples(path, method, operation))),
        columns=tuple(columns) if name.startswith("list_") else (),
    )


def _parameter(parameter: Mapping[str, Any]) -> Parameter:
    schema = parameter.get("schema", {})
    inner = schema.get("items", schema)
    known = inner.get("enum", ())
    kind = " | ".join(map(str, known)) if 0 < len(known) <= 10 else str(inner.get("type", ""))
    several = schema.get("type") == "array"
    return Parameter(
        parameter["name"],
        parameter["in"],
        f"{kind} …" if several else kind,
        bool(parameter.get("required")),
        parameter.get("description", ""),
    )


def _plain_examples(path: str, method: str, operation: Mapping[str, Any]) -> list[str]:
    """Return an example made of what the document says: its keys, or a short page."""
    if method != "get":
        return []
    keys = [one for one in operation.get("parameters", ()) if one["in"] == "path"]
    for key in keys:
        examples = key.get("schema", {}).get("examples", ())
        if not examples:
            return []
        path = path.replace(f"{{{key['name']}}}", quote(str(examples[0])))
    return [path if keys else f"{path}?limit=3"]
