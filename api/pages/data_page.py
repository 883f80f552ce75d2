"""`/data`: where the data come from, how good they are, and how to have all of them (DWBP, practices 1 to 7, 17)."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from pyoxigraph import Literal, NamedNode
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from maille.api.context import AppContext
from maille.api.datasets.catalogue import Described, described
from maille.api.datasets.dumping import Dumping
from maille.api.datasets.dumps import address_of
from maille.api.entities.views import Shown
from maille.api.errors import RequestRefused
from maille.api.http.conditional import CACHING, etag_of, not_modified
from maille.api.memo import PerRelease
from maille.api.pages.data_view import QUALITY, quality, size, sources
from maille.api.pages.i18n import Translator
from maille.api.pages.render import Links, Renderer
from maille.loaders.dumps import Dump, Part
from maille.ontology.errors import ReleaseError
from maille.ontology.namespaces import BASE
from maille.store.release import Home, Release

_COUNTS: Final = "SELECT ?graph (COUNT(*) AS ?n) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"
_TYPES: Final = {"ttl": "text/turtle; charset=utf-8", "json": "application/json"}
_FORMS: Final = {"nq": "N-Quads", "ttl": "Turtle", "jsonld": "JSON-LD"}
_RELEASES: Final = 5


def routes(context: AppContext, dumping: Dumping) -> list[BaseRoute]:
    """Return the routes of the page and of the quality report."""
    page = DataPage(context, dumping, Renderer(context))
    return [Route("/data", page.answer), *(Route(f"/data/{name}", page.report) for name in QUALITY)]


class DataPage:
    """The handlers, and what was worked out for the release of now."""

    def __init__(self, context: AppContext, dumping: Dumping, renderer: Renderer) -> None:
        self._context = context
        self._dumping = dumping
        self._renderer = renderer
        self._described: PerRelease[Described] = PerRelease(lambda: context.engine.release, lambda: described(context))
        self._sizes: PerRelease[Mapping[str, int]] = PerRelease(lambda: context.engine.release, self._counted)

    async def answer(self, request: Request) -> Response:
        """Answer with sources, files and quality."""
        t, links = self._renderer.translator(request), self._renderer.links(request)
        release, parts = await self._parts()
        # Those that are not there yet are made meanwhile; the next reader sees their sizes.
        dumps = await self._dumping.dumps(release, list(parts.values()), 0) if release and parts else {}
        kept = await asyncio.to_thread(Home(self._context.settings.home).releases)
        ids = [one.id for one in kept[::-1][:_RELEASES]]
        etag = etag_of(self._context, request, "data", t.language, *sorted(dumps), *ids)
        unchanged = not_modified(request, etag, CACHING)
        if unchanged is not None:
            return unchanged
        files = self._files(parts, dumps, t, links)
        listed = sources(await self._described.get(), await self._sizes.get(), files, t, links)
        values = {
            "sources": listed,
            "total": sum(one.statements for one in listed),
            "whole": files.get("", []),
            "quality": await asyncio.to_thread(quality, release, t, links) if release else None,
            "created": release.manifest.created if release else "",
            "releases": ids,
            "reports": [(name, links.asset(f"/data/{name}")) for name in QUALITY],
        }
        return self._renderer.page("data.html", request, values, headers={**CACHING, "ETag": etag})

    async def report(self, request: Request) -> Response:
        """Answer with the quality report of the release that is served."""
        release, _ = await self._parts()
        name = request.url.path.rpartition("/")[2]
        if release is None or not (release.path / name).is_file():
            raise RequestRefused("not-found", "This release has no quality report.")
        etag = etag_of(self._context, request, name)
        headers = {**CACHING, "ETag": etag}
        unchanged = not_modified(request, etag, headers)
        return unchanged or FileResponse(
            release.path / name, headers=headers, media_type=_TYPES[name.rpartition(".")[2]]
        )

    async def _parts(self) -> tuple[Release | None, Mapping[str, Part]]:
        """Return the release of now and its dumps; none of both where it has no folder (an engine over a store)."""
        try:
            return await self._dumping.parts(self._context.engine.release)
        except ReleaseError:
            return None, {}

    async def _counted(self) -> Mapping[str, int]:
        found = {}
        for row in await self._context.select(_COUNTS):
            graph, number = row.get("graph"), row.get("n")
            if isinstance(graph, NamedNode) and isinstance(number, Literal):
                found[graph.value] = int(number.value)
        return found

    def _files(
        self, parts: Mapping[str, Part], dumps: Mapping[str, Dump], t: Translator, links: Links
    ) -> Mapping[str, list[Shown]]:
        """Return the dumps by graph, those of the whole under no name."""
        found: dict[str, list[Shown]] = defaultdict(list)
        base = self._context.settings.base_iri
        for name, part in parts.items():
            graph = part.graph or ""
            graph = BASE + graph.removeprefix(base) if graph.startswith(base) else graph
            href = links.asset(address_of(self._context.engine.release, name))
            told = size(t, dumps[name].size) if name in dumps else ""
            found[graph].append(Shown(_FORMS[part.form], href, after=told))
        return found
