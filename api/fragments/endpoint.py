"""`/tpf`: Triple Pattern Fragments, so that federations read the graph a pattern at a time and join by themselves.

https://linkeddatafragments.org/specification/triple-pattern-fragments/. Data stand in the default graph of an answer,
what the fragment says of itself in a graph of its own, where the format has graphs (TriG, N-Quads, JSON-LD).
"""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import replace
from typing import Final

from pyoxigraph import RdfFormat, Triple, parse
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from maille.api.context import JSON_RESULTS, NTRIPLES, AppContext
from maille.api.fragments import asking
from maille.api.fragments.controls import PAGE_SIZE, Controls
from maille.api.fragments.pattern import Pattern, pattern_of
from maille.api.fragments.writing import body, link_header, shown
from maille.api.http.conditional import caching, etag_of, not_modified
from maille.api.http.kept import context_of
from maille.api.pages.render import Renderer

_COUNTED: Final = 4096
"""Patterns whose number of triples is remembered."""


def routes(context: AppContext) -> list[BaseRoute]:
    """Return the route of the fragments."""
    return [Route(asking.PATH, Fragments(context, Renderer(context)).answer)]


class Fragments:
    """The handler, and how many triples matched the patterns that were asked last."""

    def __init__(self, context: AppContext, renderer: Renderer) -> None:
        self._context = context
        self._renderer = renderer
        self._counts: OrderedDict[tuple[str, Pattern], int] = OrderedDict()

    async def answer(self, request: Request) -> Response:
        """Answer with one page of the triples that match the pattern of the address."""
        media_type, number = asking.media_type(request), asking.page(request)
        context = context_of(self._context, request)
        pattern = pattern_of(request.query_params, context.settings.base_iri)
        address = asking.address(context, request)
        language = self._renderer.translator(request).language if media_type == asking.HTML else ""
        etag = etag_of(context, request, media_type, address, language)
        headers = {**caching(context), "ETag": etag}
        unchanged = not_modified(request, etag, headers)
        if unchanged is not None:
            return unchanged
        found, total, release = await self._found(context, pattern, number)
        headers["Maille-Release"] = release
        if release != context.release:
            # One that came in between: the tag is not its.
            del headers["ETag"]
        controls = Controls(address, asking.fixed(request), asking.asked(request), number, total)
        if media_type == asking.HTML:
            return self._page(request, controls, found, headers)
        content = body(found, controls, media_type, context.settings.base_iri)
        kind = f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
        return Response(content, headers={**headers, "Link": link_header(controls)}, media_type=kind)

    async def _found(self, context: AppContext, pattern: Pattern, number: int) -> tuple[list[Triple], int, str]:
        """Return the triples of one page, how many match in all, and the release that says so."""
        if not pattern.is_possible:
            return [], 0, context.release
        offset = (number - 1) * PAGE_SIZE
        page = f"CONSTRUCT {{ {pattern} }} WHERE {{ {pattern} }} LIMIT {PAGE_SIZE} OFFSET {offset}"
        content, release = await _ask(context, page)
        found = [quad.triple for quad in parse(content, format=RdfFormat.N_TRIPLES)]
        if 0 < len(found) < PAGE_SIZE:
            return found, offset + len(found), release
        return found, await self._count(context, pattern), release

    async def _count(self, context: AppContext, pattern: Pattern) -> int:
        known = self._counts.get((context.release, pattern))
        if known is not None:
            self._counts.move_to_end((context.release, pattern))
            return known
        content, release = await _ask(context, f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")
        total = int(json.loads(content)["results"]["bindings"][0]["n"]["value"])
        self._counts[release, pattern] = total
        if len(self._counts) > _COUNTED:
            self._counts.popitem(last=False)
        return total

    def _page(self, request: Request, controls: Controls, found: list[Triple], headers: dict[str, str]) -> Response:
        links = self._renderer.links(request)
        language = (("lang", links.lang),) if links.lang else ()
        local = replace(controls, address=links.asset(asking.PATH), fixed=(*controls.fixed, *language))
        values = shown(found, local, links, self._context.settings.base_iri)
        return self._renderer.page("fragments.html", request, values, headers=headers)


async def _ask(context: AppContext, text: str) -> tuple[bytes, str]:
    """Return what a query in a client's own terms gives, and the release it was asked of."""
    answer = await context.engine.query(context.client_query(text, JSON_RESULTS, NTRIPLES))
    return b"".join([chunk async for chunk in answer.chunks]), answer.release
