"""Dumps of kept releases at `/dumps/<release>/<name>` (RFC 9110, sections 13 and 14; RFC 9530).

A dump never changes, so it may be cached for ever; it can be asked for in parts, and comes with its checksum. It is a
gzip file, sent as `application/gzip` and not under a content coding: what a client stores is what the checksum is of.
"""

from __future__ import annotations

import base64
import re
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from maille.api.context import AppContext
from maille.api.datasets.dumping import Dumping
from maille.api.errors import RequestRefused
from maille.api.http.conditional import IMMUTABLE
from maille.api.http.negotiation import matches_etag
from maille.loaders.dumps import Dump
from maille.ontology.errors import PurgedRelease, UnknownRelease

GZIP: Final = "application/gzip"
_RANGE: Final = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*", re.ASCII)


def routes(context: AppContext, dumping: Dumping) -> list[BaseRoute]:
    """Return the routes of the dumps."""

    async def current(request: Request) -> Response:
        root = str(request.scope.get("root_path", "")).rstrip("/")
        location = f"{root}{address_of(context.engine.release, request.path_params['name'])}"
        return Response(status_code=307, headers={"Location": location, "Cache-Control": "no-cache"})

    async def dump(request: Request) -> Response:
        name = request.path_params["name"]
        try:
            release, parts = await dumping.parts(request.path_params["release"])
        except PurgedRelease:
            raise
        except (UnknownRelease, OSError, ValueError) as error:
            raise UnknownRelease("No such release is kept here.") from error
        if name not in parts:
            raise RequestRefused("not-found", f"Release {release.id} has no dump of that name: see /releases.")
        return _sent(request, await dumping.dump(release, parts[name]))

    return [Route("/dumps/current/{name:path}", current), Route("/dumps/{release}/{name:path}", dump)]


def address_of(release: str, name: str) -> str:
    """Return the path of a dump on this server."""
    return f"/dumps/{release}/{quote(name)}"


def _sent(request: Request, dump: Dump) -> Response:
    etag = f'"{dump.sha256[:32]}"'
    digest = base64.b64encode(bytes.fromhex(dump.sha256)).decode()
    headers = {"ETag": etag, "Cache-Control": IMMUTABLE, "Repr-Digest": f"sha-256=:{digest}:"}
    if matches_etag(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    wanted = _range(request)
    if wanted is None:
        # Passed over: none, ill-formed, several, or not of a GET (RFC 9110, section 14.2).
        request.scope["headers"] = [pair for pair in request.scope["headers"] if pair[0] != b"range"]
    elif _is_of(request, etag) and not _is_satisfiable(*wanted, dump.size):
        told = {**headers, "Content-Range": f"bytes */{dump.size}"}
        raise RequestRefused("range", f"The dump has {dump.size} bytes.", told)
    return FileResponse(dump.path, headers=headers, media_type=GZIP, filename=_file_name(dump))


def _file_name(dump: Dump) -> str:
    graph = "" if dump.part.graph is None else "-" + dump.part.stem.removeprefix("graph/").replace("/", "-")
    return f"maille-{dump.release}{graph}.{dump.part.form}.gz"


def _range(request: Request) -> tuple[str, str] | None:
    """Return both ends of the one range asked for, either of which may be empty; None where there is no such."""
    match = _RANGE.fullmatch(request.headers.get("range", ""))
    if request.method != "GET" or match is None or not (match[1] or match[2]):
        return None
    if match[1] and match[2] and int(match[1]) > int(match[2]):
        return None
    return match[1], match[2]


def _is_of(request: Request, etag: str) -> bool:
    """Tell whether the range is asked of this very dump (RFC 9110, section 13.1.5)."""
    return request.headers.get("if-range", etag) == etag


def _is_satisfiable(first: str, last: str, size: int) -> bool:
    return int(first) < size if first else int(last) > 0 and size > 0
