"""`/sitemap.xml` and `/robots.txt`: what crawlers may read, and all there is to read (sitemaps.org; RFC 9309).

The map is an index of files of at most 50,000 addresses: the pages of the site, then every document of an entity, in
the order of their names. A day of change is given where the data tell one, and left out where they do not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from maille.api.context import AppContext
from maille.api.errors import RequestRefused
from maille.api.http.conditional import CACHING, etag_of, not_modified
from maille.api.memo import PerRelease
from maille.ontology.namespaces import rebase_text

LARGEST: Final = 50_000
"""Addresses that one file may have."""
PAGES: Final = (
    "/",
    "/search",
    "/map",
    "/trends",
    "/sparql",
    "/def",
    "/shapes",
    "/data",
    "/releases",
    "/api-docs",
    "/about",
)
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_TSV: Final = "text/tab-separated-values"
_THINGS: Final = """SELECT DISTINCT ?it ?day WHERE {
  ?it a ?class . FILTER(STRSTARTS(STR(?it), "https://w3id.org/maille/id/") ||
    STRSTARTS(STR(?it), "https://w3id.org/maille/scheme/"))
  OPTIONAL { ?it dct:modified ?day }
}"""

Entry = tuple[str, str]


def routes(context: AppContext) -> list[BaseRoute]:
    """Return the routes of the map and of the rules."""
    found = Sitemap(context)
    return [
        Route("/robots.txt", found.robots),
        Route("/sitemap.xml", found.index),
        Route("/sitemaps/{name}.xml", found.file),
    ]


class Sitemap:
    """The handlers, and the paths of the release of now.

    Args:
        context: the application.
        largest: addresses that one file may have.
    """

    def __init__(self, context: AppContext, largest: int = LARGEST) -> None:
        self._context = context
        self._largest = largest
        self._things: PerRelease[Sequence[Entry]] = PerRelease(lambda: context.engine.release, self._read)

    async def robots(self, request: Request) -> Response:
        """Answer what crawlers may read: everything but what has no end."""
        closed = ("/sparql?", "/search?", "/map?", "/go?", "/api/", "/reconcile", "/fragments")
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
        if self._context.settings.public_url:
            lines.append(f"Sitemap: {self._context.absolute('/sitemap.xml')}")
        return Response("\n".join(lines) + "\n", media_type="text/plain; charset=utf-8")

    async def index(self, request: Request) -> Response:
        """Answer with the files of the map; addresses must be absolute, so there is none without MAILLE_PUBLIC_URL."""
        self._check()
        number = -(-len(await self._things.get()) // self._largest)
        names = ["pages", *map(str, range(1, number + 1))]
        files = "".join(f"<sitemap><loc>{self._address(f'/sitemaps/{name}.xml')}</loc></sitemap>\n" for name in names)
        return self._sent(request, f'{_HEAD}<sitemapindex xmlns="{_NAMESPACE}">\n{files}</sitemapindex>\n')

    async def file(self, request: Request) -> Response:
        """Answer with one file of the map."""
        self._check()
        name = request.path_params["name"]
        entries: Sequence[Entry] = [(path, "") for path in PAGES]
        if name != "pages":
            number = int(name) if name.isascii() and name.isdecimal() and len(name) < 6 else 0
            begin = (number - 1) * self._largest
            entries = (await self._things.get())[begin : begin + self._largest] if number else []
        if not entries:
            raise RequestRefused("not-found", "There is no such part of the sitemap: see /sitemap.xml.")
        return self._sent(request, await asyncio.to_thread(self._urls, entries))

    def _urls(self, entries: Iterable[Entry]) -> str:
        urls = "".join(
            f"<url><loc>{self._address(path)}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>\n"
            for path, day in entries
        )
        return f'{_HEAD}<urlset xmlns="{_NAMESPACE}">\n{urls}</urlset>\n'

    def _address(self, path: str) -> str:
        return escape(self._context.absolute(quote(path, safe="/:%~@!$&'()*+,;=-._")))

    def _sent(self, request: Request, body: str) -> Response:
        etag = etag_of(self._context, request, request.url.path)
        unchanged = not_modified(request, etag, CACHING)
        return unchanged or Response(body, headers={**CACHING, "ETag": etag}, media_type="application/xml")

    def _check(self) -> None:
        if not self._context.settings.public_url:
            raise RequestRefused("not-found", "A sitemap needs absolute addresses: set MAILLE_PUBLIC_URL.")

    async def _read(self) -> Sequence[Entry]:
        answer = await self._context.answer(_THINGS, _TSV)
        body = b"".join([chunk async for chunk in answer.chunks])
        base = self._context.settings.base_iri
        return await asyncio.to_thread(lambda: sorted(set(_entries(body.decode().splitlines()[1:], base))))


def _entries(lines: Iterable[str], base: str) -> Iterator[Entry]:
    own = rebase_text("https://w3id.org/maille/", base)
    for line in lines:
        iri, _, day = line.partition("\t")
        path = iri[1:-1].removeprefix(own)
        # Parts of things are on the pages of what they are parts of.
        if "#" not in path:
            yield f"/doc/{path.removeprefix('id/')}" if path.startswith("id/") else f"/{path}", day.strip('"')[:10]
