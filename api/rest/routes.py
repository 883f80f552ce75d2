"""The REST layer: its routes (`/api/...`), described by OpenAPI at `/api/openapi.json`."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from maille.api.context import AppContext
from maille.api.rest.answer import CONTEXT_PATH, OPENAPI_PATH, fixed
from maille.api.rest.asking import check_names
from maille.api.rest.collections import COLLECTIONS
from maille.api.rest.context import context_of
from maille.api.rest.formats import JSON, JSON_LD, encoded
from maille.api.rest.lists import Exports, item_handler, list_handler
from maille.api.rest.lookup import Lookup
from maille.api.rest.openapi import document
from maille.api.rest.search import Search


def routes(context: AppContext) -> list[BaseRoute]:
    """Return the routes of the REST layer."""
    exports, search, lookup = Exports(), Search(context), Lookup(context)
    base = context.settings.base_iri
    described = encoded(document(context.absolute("/")))
    collections = [
        route
        for collection in COLLECTIONS
        for route in (
            Route(f"/api/{collection.name}", list_handler(context, collection, exports)),
            Route(f"/api/{collection.name}/{{key}}", item_handler(context, collection)),
        )
    ]
    return [
        *collections,
        Route("/api/search", search.search),
        Route("/api/suggest", search.suggest),
        Route("/api/lookup", lookup.answer, methods=["GET", "POST"]),
        _document(context, CONTEXT_PATH, encoded({"@context": context_of(base)}), JSON_LD),
        *(_document(context, path, described, JSON) for path in ("/api", OPENAPI_PATH)),
    ]


def _document(context: AppContext, path: str, body: bytes, media_type: str) -> Route:
    async def handle(request: Request) -> Response:
        check_names(request.query_params, ())
        return fixed(context, request, body, media_type)

    return Route(path, handle)
