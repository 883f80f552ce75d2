"""`/releases`: what is kept here, newest first, as a page or as JSON (DWBP, practices 7, 8 and 11)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from maille.api.context import AppContext
from maille.api.datasets.dumping import Dumping
from maille.api.datasets.dumps import address_of
from maille.api.http.conditional import CACHING, etag_of, not_modified
from maille.api.http.kept import PARAMETER
from maille.api.http.negotiation import choose
from maille.api.pages.render import Links, Renderer
from maille.loaders.dumps import parts_of
from maille.ontology.errors import NotAcceptable, ReleaseError
from maille.store.release import Home, Release

LISTED: Final = 100
"""Releases that are listed; writes make many."""
_JSON: Final = "application/json"
_HTML: Final = "text/html"


@dataclass(frozen=True, slots=True)
class Listed:
    """A release as it is listed: its facts, and the names of its dumps."""

    id: str
    parent: str | None
    created: str
    quads: int
    added: int
    removed: int
    is_write: bool
    dumps: tuple[str, ...]


def routes(context: AppContext, dumping: Dumping) -> list[BaseRoute]:
    """Return the route of the list."""
    del dumping
    return [Route("/releases", Releases(context, Renderer(context)).answer)]


class Releases:
    """The handler: what it needs is given once."""

    def __init__(self, context: AppContext, renderer: Renderer) -> None:
        self._context = context
        self._renderer = renderer

    async def answer(self, request: Request) -> Response:
        """Answer with the list in the format the client likes best."""
        media_type = choose(request.headers.get("accept"), (_JSON, _HTML))
        if media_type is None:
            raise NotAcceptable("This list is HTML or JSON.", (_HTML, _JSON))
        kept, total = await asyncio.to_thread(_listed, Home(self._context.settings.home))
        language = self._renderer.translator(request).language
        etag = etag_of(self._context, request, media_type, language, str(total), *(one.id for one in kept))
        unchanged = not_modified(request, etag, CACHING)
        if unchanged is not None:
            return unchanged
        current = self._context.engine.release
        headers = {**CACHING, "ETag": etag}
        if media_type == _HTML:
            values = {"listed": kept, "total": total, "current": current, "address_of": address_of}
            return self._renderer.page("releases.html", request, values, headers=headers)
        body = {"current": current, "total": total, "releases": self._members(kept, self._renderer.links(request))}
        return Response(json.dumps(body, indent=2) + "\n", headers=headers, media_type=_JSON)

    def _members(self, kept: Iterable[Listed], links: Links) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        for one in kept:
            write = {"added": one.added, "removed": one.removed} if one.is_write else {}
            found.append(
                {
                    "id": one.id,
                    "current": one.id == self._context.engine.release,
                    "created": one.created,
                    "parent": one.parent,
                    "quads": one.quads,
                    **write,
                    "sparql": links.asset(f"/sparql?{PARAMETER}={one.id}"),
                    "dumps": [links.asset(address_of(one.id, name)) for name in one.dumps],
                }
            )
        return found


def _listed(home: Home) -> tuple[list[Listed], int]:
    """Return the newest releases, and how many there are; one that cannot be read is passed over."""
    releases = home.releases()[::-1]
    found = []
    for release in releases[:LISTED]:
        try:
            found.append(_described(release))
        except ReleaseError:
            continue
    return found, len(releases)


def _described(release: Release) -> Listed:
    facts = release.manifest
    return Listed(
        id=release.id,
        parent=facts.parent,
        created=facts.created,
        quads=facts.quads,
        added=facts.added,
        removed=facts.removed,
        is_write=facts.is_delta,
        dumps=tuple(parts_of(release)),
    )
