"""The pages that are not about one thing: home, about, `/go`, problems for people, static files."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from maille.api.context import AppContext
from maille.api.errors import Problem, RequestRefused
from maille.api.http.conditional import CACHING, etag_of, not_modified
from maille.api.memo import PerRelease
from maille.api.pages.examples import examples
from maille.api.pages.home import Home, counted, indexed
from maille.api.pages.render import STATIC_TYPES, Renderer
from maille.api.pages.sparql_page import example_links
from maille.ontology.errors import ReleaseError

_EXAMPLES: Final = (
    "structures-by-profile",
    "structures-in-metropole",
    "crisis-initiatives",
    "key-figures",
    "communes-of-metropole",
    "facts-with-lines",
)
"""The examples that the home page shows."""
_NUMBERS: Final = (
    (re.compile(r"[0-9]{9}"), "/siren/{}"),
    (re.compile(r"[0-9]{14}"), "/siret/{}"),
    (re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{3}"), "/insee/commune/{}"),
    (re.compile(r"[0-9]{2}|2[AB]|9[78][0-9]"), "/insee/departement/{}"),
)


def routes(context: AppContext) -> list[BaseRoute]:
    """Return the routes of these pages."""
    pages = Pages(context, Renderer(context))
    return [
        Route("/", pages.home),
        Route("/about", pages.about),
        Route("/go", pages.go),
        Route("/favicon.ico", pages.favicon),
        Route("/static/{name}", pages.static),
    ]


def problem_page(context: AppContext) -> Callable[[Problem, Request], str]:
    """Return what renders a problem for a browser, in its language."""
    renderer = Renderer(context)

    def page(problem: Problem, request: Request) -> str:
        t = renderer.translator(request)
        key = f"problem.{problem.kind.status}"
        return renderer.html(
            "problem.html",
            request,
            problem=problem,
            heading=t(key) if t.has(key) else problem.kind.title,
            advice=t(f"{key}.advice") if t.has(f"{key}.advice") else "",
            facts=[(name, str(fact)) for name, fact in problem.more.items()],
        )

    return page


class Pages:
    """The handlers: what they need is given once."""

    def __init__(self, context: AppContext, renderer: Renderer) -> None:
        self._context = context
        self._renderer = renderer
        self._counts: PerRelease[Home] = PerRelease(lambda: context.engine.release, lambda: counted(context))
        self._home: Home | None = None
        self._examples = [example for example in examples() if example.name in _EXAMPLES]

    async def home(self, request: Request) -> Response:
        """Answer with what is in the graph and how to enter it."""
        t, links = self._renderer.translator(request), self._renderer.links(request)
        found = await self._known()
        # Without a search index yet, the page says less, and is not to be kept.
        etag = etag_of(self._context, request, "home.html", t.language) if found.index else None
        headers = {**CACHING, "ETag": etag} if etag else {"Cache-Control": "no-store"}
        values = {
            "counts": found.tiles(t, links),
            "entries": found.entries(t, links),
            "examples": example_links(self._examples, t, links, self._context.settings.base_iri),
            "endpoint": self._context.absolute("/sparql"),
        }
        unchanged = not_modified(request, etag, CACHING) if etag else None
        return unchanged or self._renderer.page("home.html", request, values, headers=headers)

    async def _known(self) -> Home:
        with suppress(ReleaseError):
            index = await self._context.index_soon()
            if index is not None and index.release == self._context.release:
                if self._home is None or self._home.index is not index:
                    self._home = await asyncio.to_thread(indexed, index)
                return self._home
        return await self._counts.get()

    async def about(self, request: Request) -> Response:
        """Answer with what Maille is, and its limits."""
        return self._page("about.html", request)

    async def go(self, request: Request) -> Response:
        """Lead a number to its look-up, and any other text to the search."""
        text = " ".join(request.query_params.get("q", "").split())[:100]
        links = self._renderer.links(request)
        compact = re.sub(r"[\s.\u00a0\u202f-]", "", text).upper()
        for pattern, path in _NUMBERS:
            if pattern.fullmatch(compact):
                return RedirectResponse(links.path(path.format(compact)), 303)
        return RedirectResponse(links.path("/search", q=text or None), 303)

    async def favicon(self, request: Request) -> Response:
        """Answer with the icon, for what asks by habit."""
        return _file(self._renderer, "favicon.svg")

    async def static(self, request: Request) -> Response:
        """Answer with a style sheet, script or icon of the package; its address changes with its content."""
        name = request.path_params["name"]
        if name not in STATIC_TYPES:
            raise RequestRefused("not-found", f"There is no file {name!r}.")
        return _file(self._renderer, name)

    def _page(self, template: str, request: Request, **values: object) -> Response:
        etag = etag_of(self._context, request, template, self._renderer.translator(request).language)
        unchanged = not_modified(request, etag, CACHING)
        if unchanged is not None:
            return unchanged
        return self._renderer.page(template, request, values, headers={**CACHING, "ETag": etag})


def _file(renderer: Renderer, name: str) -> Response:
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(renderer.static[name], headers=headers, media_type=STATIC_TYPES[name])
