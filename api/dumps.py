"""Dumps of kept releases at `/dumps/<release>/dump.nq.gz` (RFC 9110, sections 13 and 14; RFC 9530).

A dump never changes, so it may be cached for ever; it can be asked for in parts, and comes with its checksum.
"""

from __future__ import annotations

import asyncio
import base64
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from maille.api.context import AppContext
from maille.api.errors import RequestRefused
from maille.api.negotiation import matches_etag
from maille.ontology.errors import ReleaseError
from maille.store.files import sha256
from maille.store.release import Home

NAME: Final = "dump.nq.gz"
GZIP: Final = "application/gzip"
_PART: Final = re.compile(r"([0-9]{0,18})-([0-9]{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Dump:
    """A dump on disk."""

    release: str
    path: Path
    size: int
    sha256: str

    @property
    def address(self) -> str:
        """Return its path on this server."""
        return f"/dumps/{self.release}/{NAME}"


def routes(context: AppContext) -> list[BaseRoute]:
    """Return the routes of the dumps."""

    async def current(request: Request) -> Response:
        root = str(request.scope.get("root_path", "")).rstrip("/")
        location = f"{root}/dumps/{context.engine.release}/{NAME}"
        return Response(status_code=307, headers={"Location": location, "Cache-Control": "no-cache"})

    async def dump(request: Request) -> Response:
        release = request.path_params["release"]
        found = await find_dump(context, release)
        if found is None:
            raise RequestRefused("not-found", f"No release {release!r} with a dump is kept here.")
        return _sent(request, found)

    return [Route(f"/dumps/current/{NAME}", current), Route(f"/dumps/{{release}}/{NAME}", dump)]


async def find_dump(context: AppContext, release: str) -> Dump | None:
    """Return the dump of a kept release, made where it is not there yet; None where there is no such release."""
    return await asyncio.to_thread(_find, context.settings.home, release)


def _find(home: Path, release_id: str) -> Dump | None:
    try:
        release = Home(home).release(release_id)
        release.ensure_dump()
        facts = release.dump.stat()
    except (ReleaseError, OSError, ValueError):
        return None
    return Dump(release.id, release.dump, facts.st_size, _checksum(release.dump, facts.st_mtime_ns, facts.st_size))


@lru_cache(maxsize=64)
def _checksum(path: Path, _modified: int, _size: int) -> str:
    return sha256(path)


def _sent(request: Request, dump: Dump) -> Response:
    etag = f'"{dump.sha256[:32]}"'
    digest = base64.b64encode(bytes.fromhex(dump.sha256)).decode()
    headers = {
        "ETag": etag,
        "Cache-Control": "public, max-age=31536000, immutable",
        "Repr-Digest": f"sha-256=:{digest}:",
    }
    if matches_etag(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    _without_ill_formed_range(request)
    return FileResponse(dump.path, headers=headers, media_type=GZIP, filename=f"maille-{dump.release}.nq.gz")


def _without_ill_formed_range(request: Request) -> None:
    """Take away a `Range` that is no range of bytes: it is to be passed over, not refused (RFC 9110, section 14.2)."""
    if not _is_range(request.headers.get("range", "")):
        request.scope["headers"] = [pair for pair in request.scope["headers"] if pair[0] != b"range"]


def _is_range(text: str) -> bool:
    parts = [_PART.fullmatch(part.strip()) for part in text.removeprefix("bytes=").split(",")]
    return text.startswith("bytes=") and all(
        part is not None and (part[1] or part[2]) and not (part[1] and part[2] and int(part[1]) > int(part[2]))
        for part in parts
    )
