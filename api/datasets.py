"""What describes the whole: `/.well-known/void` (VoID, section 7.2) and `/catalog` (DCAT-AP 3), negotiated."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from pyoxigraph import Triple
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from maille.api.catalogue import catalogue
from maille.api.conditional import etag_of, not_modified
from maille.api.context import AppContext
from maille.api.counts import count_all, count_graphs
from maille.api.dumps import find_dump
from maille.api.memo import PerRelease
from maille.api.negotiation import choose
from maille.api.serialise import serialise
from maille.api.terms import rebased_triple
from maille.api.void import void
from maille.ontology.errors import NotAcceptable
from maille.ontology.namespaces import BASE
from maille.store.engine import GRAPH_FORMATS


def routes(context: AppContext) -> list[BaseRoute]:
    """Return the routes of the descriptions."""
    described = {"/.well-known/void": _void, "/catalog": _catalogue}
    return [Route(path, _handler(context, describe)) for path, describe in described.items()]


def _handler(
    context: AppContext, describe: Callable[[AppContext], Awaitable[list[Triple]]]
) -> Callable[[Request], Awaitable[Response]]:
    known: PerRelease[list[Triple]] = PerRelease(lambda: context.engine.release, lambda: describe(context))

    async def handle(request: Request) -> Response:
        media_type = choose(request.headers.get("accept"), tuple(GRAPH_FORMATS))
        if media_type is None:
            raise NotAcceptable("This description is RDF.", tuple(GRAPH_FORMATS))
        headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
        etag = etag_of(context, request, request.url.path, media_type)
        unchanged = not_modified(request, etag, headers)
        if unchanged is not None:
            return unchanged
        body = serialise(await known.get(), media_type, context.settings.base_iri)
        return Response(body, headers={**headers, "ETag": etag, "Content-Type": _labelled(media_type)})

    return handle


async def _void(context: AppContext) -> list[Triple]:
    graphs = await count_graphs(context)
    whole = await count_all(context, graphs.values())
    dump = await find_dump(context, context.engine.release)
    dumps = [] if dump is None else [context.address(dump.address)]
    return _published(context, void(whole, graphs, context.address("/sparql"), dumps))


async def _catalogue(context: AppContext) -> list[Triple]:
    return _published(context, await catalogue(context, await find_dump(context, context.engine.release)))


def _published(context: AppContext, triples: Iterable[Triple]) -> list[Triple]:
    return [rebased_triple(triple, BASE, context.settings.base_iri) for triple in triples]


def _labelled(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
