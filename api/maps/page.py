"""`/map`: structures on a map and in a list beside it, by the same address; both follow its filters and its frame.

The page is whole without a script: the list, the filters, and a drawing of the points. A script puts a moving map in
the place of the drawing, fed by `/api/structures?format=geojson`, and takes the list of a new address from this page.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from maille.api.context import AppContext
from maille.api.errors import RequestRefused
from maille.api.http.conditional import CACHING, etag_of, not_modified
from maille.api.http.kept import context_of
from maille.api.maps.asking import MapAsked, map_asked
from maille.api.maps.drawing import drawing
from maille.api.maps.ground import PARTS, SHOWN
from maille.api.maps.options import map_headers, map_options
from maille.api.maps.tiles import tiles_of
from maille.api.maps.view import MapFound, items, look
from maille.api.pages.i18n import Translator
from maille.api.pages.render import Renderer
from maille.api.rest.asking import EVERY_LICENCE
from maille.api.search.facets import Facets
from maille.api.search.territory import named_territories

_MOST_POINTS: Final = 20_000
_KEPT: Final = ("lang", "release", "bbox")


def routes(context: AppContext) -> list[BaseRoute]:
    """Return the route of the page."""
    return [Route("/map", MapPage(context, Renderer(context)).answer)]


class MapPage:
    """The handler."""

    def __init__(self, context: AppContext, renderer: Renderer) -> None:
        self._context = context
        self._renderer = renderer
        self._facets = Facets(context)
        self._headers = map_headers(context.settings)
        # Another bundle has another name, and pages that name the former one are of no use.
        bundle = renderer.assets("map")
        self._bundle = (renderer.stamp, str(bundle and bundle.js), context.settings.tiles)
        self._tiles = tiles_of(context.settings.tiles)

    async def answer(self, request: Request) -> Response:
        """Answer with the page of an address."""
        asked = map_asked(request.query_params)
        context = context_of(self._context, request)
        index = await context.index(exact=context.asked is not None)
        headers = {**self._headers, **CACHING, "Cache-Control": "no-store"}
        if index.release == context.release:
            etag = etag_of(context, request, "map.html", self._renderer.translator(request).language, *self._bundle)
            headers = {**self._headers, **CACHING, "ETag": etag}
            unchanged = not_modified(request, etag, headers)
            if unchanged is not None:
                return unchanged
        t, links = self._renderer.translator(request), self._renderer.links(request)
        params = QueryParams(list(asked.pairs))
        named = await asyncio.to_thread(named_territories, params, index)
        if named is not None:
            return RedirectResponse(f"{links.asset('/map')}?{urlencode(named)}", 303)
        try:
            found = await asyncio.to_thread(look, index, asked)
        except ValueError:
            raise RequestRefused("bad-request", "`cursor` is none that was given for this question.") from None
        form = await self._facets.form(params, index, t, links, path="/map", keep=_KEPT, found=found.page)
        # The frame has a link of its own beside the list.
        form = replace(form, chips=tuple(chip for chip in form.chips if chip.title != t("facet.bbox")))
        values = {"form": form, **self._values(request, asked, found, index.base)}
        return self._renderer.page("map.html", request, values, headers=headers)

    def _values(self, request: Request, asked: MapAsked, found: MapFound, base: str) -> dict[str, object]:
        t, links = self._renderer.translator(request), self._renderer.links(request)
        return {
            "asked": asked,
            "found": found,
            "items": items(found, t, links, base),
            "drawing": drawing(found, asked, t, links, base),
            "legend": [
                (mark, _name(found.marks.labels[mark.key], t) if mark.iri else t("map.mark.none"))
                for mark in found.marks.marks.values()
            ],
            "parts": [
                (
                    t(f"map.part.{name}"),
                    links.asset("/map" + asked.address(bbox=PARTS[name].text())),
                    PARTS[name].text(),
                )
                for name in SHOWN
            ],
            "next": links.asset("/map" + asked.address(cursor=found.page.next)) if found.page.next else None,
            "first": links.asset("/map" + asked.address()) if asked.cursor else None,
            "unframed": links.asset("/map" + asked.address(without=("cursor", "bbox"))),
            "with_all": links.asset("/map" + asked.address(licence=EVERY_LICENCE)),
            "tiles": self._tiles,
            "options": self._options(request, asked, found, base),
        }

    def _options(self, request: Request, asked: MapAsked, found: MapFound, base: str) -> str:
        links = self._renderer.links(request)
        marks = {
            key: {"letter": mark.letter, "colour": mark.colour, "ink": mark.ink, "path": mark.path}
            for key, mark in found.marks.marks.items()
        }
        return map_options(
            self._renderer,
            request,
            base=base,
            root=links.asset("/"),
            page=links.asset("/map"),
            feed=links.asset("/api/structures"),
            most=_MOST_POINTS,
            frame=list(found.frame),
            marks=marks,
            profiles=found.marks.profiles,
        )


def _name(row: Any, t: Translator) -> str:
    return t.pick({"fr": row["label"], "en": row.get("label_en", "")})
