"""Entity tags of pages and documents, and 304 (RFC 9110, sections 8.8.3 and 13.1.2)."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.metadata import version
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from maille.api.context import AppContext
from maille.api.http.negotiation import matches_etag
from maille.store.remote_state import is_versioned

_MANIFEST: Final = ("static", "dist", "manifest.json")
CACHING: Final = {"Vary": "Accept, Accept-Language", "Cache-Control": "no-cache"}
"""What pages and documents carry besides their tag: kept by caches, asked again each time."""
IMMUTABLE: Final = "public, max-age=31536000, immutable"
"""`Cache-Control` of what never changes: a dump, and whatever a kept release answers (RFC 8246)."""


@cache
def software() -> str:
    """Return what answers are made with: the version, and the bundles whose names stand in pages."""
    manifest = resources.files("maille.api").joinpath(*_MANIFEST)
    bundles = manifest.read_bytes() if manifest.is_file() else b""
    return f"{version('maille')}+{hashlib.sha256(bundles).hexdigest()[:8]}"


def caching(context: AppContext) -> dict[str, str]:
    """Return what a document carries besides its tag; one of a kept release need not be asked again."""
    return {**CACHING, "Cache-Control": IMMUTABLE} if context.asked else CACHING


def etag_of(context: AppContext, request: Request, *parts: str) -> str:
    """Return the tag of an answer: a function of release, version, settings, query of the address and `parts`."""
    settings = context.settings
    # Of a store that says nothing of releases nothing is known that would hold a moment later.
    once = [] if is_versioned(context.release) else [secrets.token_hex()]
    state = [context.release, *once, software(), settings.base_iri, settings.public_url]
    address = [str(request.scope.get("root_path", "")), sorted(request.query_params.multi_items())]
    digest = hashlib.sha256(json.dumps([state, address, parts]).encode()).hexdigest()
    return f'"{digest[:32]}"'


def not_modified(request: Request, etag: str, headers: Mapping[str, str]) -> Response | None:
    """Return 304 where the client holds the answer tagged `etag`, else None."""
    if not matches_etag(request.headers.get("if-none-match"), etag):
        return None
    return Response(status_code=304, headers={**headers, "ETag": etag})
