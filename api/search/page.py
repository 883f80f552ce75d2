"""`/search`: things by text and filters, with counts beside each filter, in pages; every filter is in the address."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from maille.api.context import AppContext
from maille.api.http.conditional import caching, etag_of, not_modified
from maille.api.http.kept import context_of
from maille.api.pages.i18n import Translator
from maille.api.pages.render import Links, Renderer
from maille.api.rest.asking import APART, SORTED, chosen, filters, one, refused
from maille.api.rest.lists import cursor_of
from maille.api.rest.search import KINDS
from maille.api.search.facets import COUNTED, Facets
from maille.api.search.question import question
from maille.api.search.territory import named_territories
from maille.api.search.values import FILTERING, given, without
from maille.api.search.view import downloads, hits, kinds, nearest, results
from maille.store.search import Filters, Found, SearchIndex
from maille.store.search_text import fold

PAGE: Final = 20
SHARED: Final = ("q", "territory", "source", "licence", "in_metropole", "bbox", "lang", "release")
"""Parameters that make sense for every kind of things."""
_DOWNLOADED: Final = (*FILTERING, "sort", "release")
_ON_MAP: Final = (*FILTERING, "lang", "release")
_EXACT: Final = 95.0
_ALSO: Final = 4
_LONGEST: Final = 300
_SORTS: Final = {"commune": ("label", "-population"), "epci": ("label", "-population")}


def routes(context: AppContext) -> list[BaseRoute]:
    """Return the route of the page."""
    return [Route("/search", SearchPage(context, Renderer(context)).answer)]


class SearchPage:
    """The handler: what it needs is given once."""

    def __init__(self, context: AppContext, renderer: Renderer) -> None:
        self._context = context
        self._renderer = renderer
        self._facets = Facets(context)

    async def answer(self, request: Request) -> Response:
        """Answer with what text and filters keep; raises what reading them raises."""
        params = given(request.query_params)
        _check(params)
        context = context_of(self._context, request)
        kind = chosen(params, "kind", KINDS, "structure")
        wanted, sort = filters(params, kind), chosen(params, "sort", SORTED, "relevance")
        index = await context.index(exact=context.asked is not None)
        named = await asyncio.to_thread(named_territories, params, index)
        t, links = self._renderer.translator(request), self._renderer.links(request)
        if named is not None:
            return RedirectResponse(f"{links.asset('/search')}?{urlencode(named)}", 303)
        etag, headers = self._caching(context, request, index, t)
        unchanged = not_modified(request, etag, headers) if etag else None
        if unchanged is not None:
            return unchanged
        after = cursor_of(one(params, "cursor"), index)
        found = await asyncio.to_thread(_found, index, wanted, sort, after)
        form = await self._facets.form(
            params, index, t, links, path="/search", kind=kind, keep=("lang", "release", "kind", "bbox"), found=found
        )
        values = {
            "form": form,
            "kind": kind,
            "found": found,
            "results": results(found.rows, index, t, links),
            "sort": sort,
            "sorts": ("relevance", *_SORTS.get(kind, ("label", "-label"))),
            "following": self._following(params, found, index, links),
            "first": links.asset("/search") + _query(without(params, "cursor")) if after else None,
            "downloads": downloads(kind, params, links, _DOWNLOADED),
            "on_map": links.asset("/map") + _query([pair for pair in params.multi_items() if pair[0] in _ON_MAP]),
            "as_query": links.path("/sparql", query=question(wanted, index, kind)),
            **await asyncio.to_thread(_beside, index, params, kind, wanted, found, t, links),
        }
        return self._renderer.page("search.html", request, values, headers=headers)

    def _caching(
        self, context: AppContext, request: Request, index: SearchIndex, t: Translator
    ) -> tuple[str | None, dict[str, str]]:
        """Return the tag and the headers; an answer of the release before this one is not kept."""
        if index.release != context.release:
            return None, {"Cache-Control": "no-store"}
        etag = etag_of(context, request, "search", t.language)
        return etag, {**caching(context), "ETag": etag}

    def _following(self, params: QueryParams, found: Found, index: SearchIndex, links: Links) -> str | None:
        if found.next is None:
            return None
        # The next page is of the release of this one, whatever is published in between.
        kept = [pair for pair in without(params, "cursor") if pair[0] != "release"]
        cursor = f"{index.release}.{found.next}"
        return links.asset("/search") + _query([*kept, ("release", index.release), ("cursor", cursor)])


def _beside(
    index: SearchIndex, params: QueryParams, kind: str, wanted: Filters, found: Found, t: Translator, links: Links
) -> dict[str, object]:
    """Return what is beside the things found: other kinds, very names, rows left out, and help where nothing is."""
    shared = [pair for pair in params.multi_items() if pair[0] in SHARED]
    text = wanted.text
    everything = filters(QueryParams([pair for pair in shared if pair[0] not in ("lang", "release")]), kind)
    counted = index.find(replace(everything, kind=()), limit=0, facets=("kind",)).facets["kind"]
    also = index.search(text, lang=t.language, limit=_ALSO + 1) if text else []
    left_out = 0
    if wanted.without_licence == APART:
        left_out = index.find(replace(wanted, without_licence=()), limit=0).total - found.total
    values: dict[str, object] = {
        "kinds": kinds(counted, kind, links.asset("/search"), shared, t),
        "also": hits([hit for hit in also if hit.score >= _EXACT and hit.kind != kind][:_ALSO], index, links),
        "left_out": left_out,
        "every_licence": links.asset("/search") + _query([*without(params, "licence"), ("licence", "any")]),
        "unfiltered": None,
        "near": [],
        "approximate": bool(text) and not _holds(text, found),
    }
    if not found.total and text:
        values["near"] = hits(nearest(text, index, t.language), index, links)
        unfiltered = index.find(Filters(kind=(kind,), text=text), limit=0).total
        if unfiltered:
            only = [pair for pair in params.multi_items() if pair[0] in ("q", "kind", "lang")]
            values["unfiltered"] = (unfiltered, links.asset("/search") + _query([*only, ("licence", "any")]))
    return values


def _found(index: SearchIndex, wanted: Filters, sort: str, after: str | None) -> Found:
    try:
        return index.find(wanted, sort, after, PAGE, COUNTED)
    except ValueError:
        raise refused("`cursor` is none that was given for this question: begin again without it.") from None


def _holds(text: str, found: Found) -> bool:
    """Tell whether something that was found holds every word of the text, or words that begin so."""
    words = fold(text).split()
    written = (f" {fold(json.dumps(row, ensure_ascii=False))}" for row in found.rows)
    return any(all(f" {word}" in row for word in words) for row in written)


def _check(params: QueryParams) -> None:
    for name, value in params.multi_items():
        if len(value) > _LONGEST:
            raise refused(f"`{name}` is longer than {_LONGEST} characters.")


def _query(pairs: Sequence[tuple[str, str]]) -> str:
    return f"?{urlencode(list(pairs))}" if pairs else ""
