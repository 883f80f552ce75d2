"""What describes the whole: `/.well-known/void` (VoID, section 7.2) and `/catalog` (DCAT-AP 3), negotiated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pyoxigraph import NamedNode, Triple
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from maille.api.context import AppContext
from maille.api.datasets.catalogue import Described, catalogue, described
from maille.api.datasets.counts import count_all, count_graphs, count_linksets
from maille.api.datasets.dumping import Dumping
from maille.api.datasets.dumps import address_of
from maille.api.datasets.void import void
from maille.api.entities.serialise import serialise
from maille.api.http.conditional import etag_of, not_modified
from maille.api.http.negotiation import choose
from maille.api.memo import PerRelease
from maille.api.terms import rebased_triple
from maille.loaders.dumps import Dump, Part
from maille.ontology.errors import NotAcceptable, UnknownRelease
from maille.ontology.namespaces import BASE
from maille.store.engine import GRAPH_FORMATS

PATIENCE: Final = 20.0
"""Seconds the catalogue waits for size and checksum of the dumps; past that it says what is known by then."""
_HEADERS: Final = {"Vary": "Accept", "Cache-Control": "no-cache"}


def routes(context: AppContext, dumping: Dumping) -> list[BaseRoute]:
    """Return the routes of the descriptions."""
    datasets = Datasets(context, dumping)
    return [Route("/.well-known/void", datasets.void), Route("/catalog", datasets.catalogue)]


class Datasets:
    """The handlers, and what was worked out for the release of now."""

    def __init__(self, context: AppContext, dumping: Dumping) -> None:
        self._context = context
        self._dumping = dumping
        self._void: PerRelease[list[Triple]] = PerRelease(lambda: context.engine.release, self._counted)
        self._described: PerRelease[Described] = PerRelease(lambda: context.engine.release, lambda: described(context))

    async def void(self, request: Request) -> Response:
        """Answer with the sizes of the data set and of its graphs."""
        media_type = _media_type(request)
        etag = etag_of(self._context, request, "void", media_type)
        return not_modified(request, etag, _HEADERS) or self._response(await self._void.get(), media_type, etag)

    async def catalogue(self, request: Request) -> Response:
        """Answer with the data sets, how to get them and under which licence."""
        media_type = _media_type(request)
        found = await self._described.get()
        parts = [part for part in await self._parts() if part.graph is None or self._name(part) in found.graphs]
        dumps = await self._dumps(parts)
        etag = etag_of(self._context, request, "catalogue", media_type, *sorted(dumps))
        unchanged = not_modified(request, etag, _HEADERS)
        if unchanged is not None:
            return unchanged
        return self._response(catalogue(self._context, found, parts, dumps), media_type, etag)

    async def _counted(self) -> list[Triple]:
        graphs = await count_graphs(self._context)
        whole = await count_all(self._context, graphs.values())
        linksets = await count_linksets(self._context)
        dumps: dict[NamedNode | None, list[NamedNode]] = {}
        for part in await self._parts():
            address = address_of(self._context.engine.release, part.name)
            dumps.setdefault(self._name(part), []).append(self._context.address(address))
        return list(void(whole, graphs, self._context.address("/sparql"), dumps, linksets))

    async def _parts(self) -> list[Part]:
        """Return what can be had of the release of now; nothing where it has no folder (an engine over a store)."""
        try:
            _, parts = await self._dumping.parts(self._context.engine.release)
        except UnknownRelease:
            return []
        return list(parts.values())

    async def _dumps(self, parts: list[Part]) -> dict[str, Dump]:
        if not parts:
            return {}
        release, _ = await self._dumping.parts(self._context.engine.release)
        return await self._dumping.dumps(release, parts, PATIENCE)

    def _name(self, part: Part) -> NamedNode | None:
        """Return the graph of a part under our own base, as descriptions are written here."""
        if part.graph is None:
            return None
        base = self._context.settings.base_iri
        inner = BASE + part.graph.removeprefix(base) if part.graph.startswith(base) else part.graph
        return NamedNode(inner)

    def _response(self, triples: Iterable[Triple], media_type: str, etag: str) -> Response:
        base = self._context.settings.base_iri
        body = serialise((rebased_triple(triple, BASE, base) for triple in triples), media_type, base)
        labelled = f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
        return Response(body, headers={**_HEADERS, "ETag": etag, "Content-Type": labelled})


def _media_type(request: Request) -> str:
    media_type = choose(request.headers.get("accept"), tuple(GRAPH_FORMATS))
    if media_type is None:
        raise NotAcceptable("This description is RDF.", tuple(GRAPH_FORMATS))
    return media_type
