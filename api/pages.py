"""The pages that are not about one thing: home, about, `/go`, problems for people, robots, sitemap, static files."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from markupsafe import escape
from pyoxigraph import Literal, NamedNode
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from maille.api.conditional import CACHING, etag_of, not_modified
from maille.api.context import AppContext
from maille.api.errors import Problem, RequestRefused
from maille.api.examples import examples
from maille.api.home import Home, home
from maille.api.memo import PerRelease
from maille.api.render import STATIC_TYPES, Renderer
from maille.api.sparql_page import example_links
from maille.api.views import Shown

FOUND_LIMIT: Final = 50
_BY_NAME: Final = """SELECT ?it (SAMPLE(?name) AS ?label) WHERE {
  VALUES ?text { UNDEF }
  ?it skos:prefLabel ?name .
  FILTER(CONTAINS(LCASE(STR(?name)), LCASE(STR(?text))))
} GROUP BY ?it ORDER BY STRLEN(STR(?label)) ?label ?it LIMIT 50"""
_NUMBERS: Final = (
    (re.compile(r"[0-9]{9}"), "/siren/{}"),
    (re.compile(r"[0-9]{14}"), "/siret/{}"),
    (re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{3}"), "/insee/commune/{}"),
    (re.compile(r"[0-9]{2}|2[AB]|9[78][0-9]"), "/insee/departement/{}"),
)


@dataclass(frozen=True)
class FoundThing:
    """A thing whose name holds what was typed."""

    thing: Shown
    kind: str


def routes(context: AppContext) -> list[BaseRoute]:
    """Return the routes of these pages."""
    pages = Pages(context, Renderer(context))
    return [
        Route("/", pages.home),
        Route("/about", pages.about),
        Route("/go", pages.go),
        Route("/robots.txt", pages.robots),
        Route("/sitemap.xml", pages.sitemap),
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
        self._home: PerRelease[Home] = PerRelease(lambda: context.engine.release, lambda: home(context))
        self._examples = examples()

    async def home(self, request: Request) -> Response:
        """Answer with what is in the graph and how to enter it."""
        t, links = self._renderer.translator(request), self._renderer.links(request)
        found = await self._home.get()
        base = self._context.settings.base_iri
        return self._page(
            "home.html",
            request,
            counts=found.tiles(t, links, base),
            entries=found.entries(t, links),
            graphs=found.graphs(t, links),
            examples=example_links(self._examples, t, links, base),
            endpoint=self._context.absolute("/sparql"),
        )

    async def about(self, request: Request) -> Response:
        """Answer with what Maille is, its sources, licences and limits."""
        t, links = self._renderer.translator(request), self._renderer.links(request)
        return self._page("about.html", request, graphs=(await self._home.get()).graphs(t, links))

    async def go(self, request: Request) -> Response:
        """Answer the look-up form: to the look-up of a number, or the things whose name holds the text."""
        text = " ".join(request.query_params.get("q", "").split())[:100]
        links = self._renderer.links(request)
        compact = re.sub(r"[\s.\u00a0\u202f-]", "", text).upper()
        for pattern, path in _NUMBERS:
            if pattern.fullmatch(compact):
                return RedirectResponse(links.path(path.format(compact)), 303)
        found = await self._named(request, text) if text else []
        values = {"text": text, "found": found}
        return self._renderer.page("go.html", request, values, headers={"Cache-Control": "no-cache"})

    async def _named(self, request: Request, text: str) -> list[FoundThing]:
        links, t = self._renderer.links(request), self._renderer.translator(request)
        found = []
        for row in await self._context.select(_BY_NAME, text=Literal(text)):
            thing, label = row.get("it"), row.get("label")
            if isinstance(thing, NamedNode) and isinstance(label, Literal):
                kind = "kind." + thing.value.rsplit("/", 2)[-2]
                found.append(FoundThing(Shown(label.value, links.iri(thing)), t(kind) if t.has(kind) else ""))
        return found

    async def robots(self, request: Request) -> Response:
        """Answer what crawlers may read: everything but the endpoint, whose answers have no end."""
        lines = ["User-agent: *", "Disallow: /sparql", "Disallow: /go"]
        if self._context.settings.public_url:
            lines.append(f"Sitemap: {self._context.absolute('/sitemap.xml')}")
        return Response("\n".join(lines) + "\n", media_type="text/plain; charset=utf-8")

    async def sitemap(self, request: Request) -> Response:
        """Answer with the addresses worth crawling; they must be absolute, so none without MAILLE_PUBLIC_URL."""
        if not self._context.settings.public_url:
            raise RequestRefused("not-found", "A sitemap needs absolute addresses: set MAILLE_PUBLIC_URL.")
        found = await self._home.get()
        addresses = ("/", "/about", "/sparql", "/def", *found.addresses())
        urls = "".join(
            f"<url><loc>{escape(self._context.absolute(quote(path, safe='/:#%')))}</loc></url>\n" for path in addresses
        )
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n'
        )
        return Response(body, media_type="application/xml")

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
