"""The short way to `/sparql`: a plain query and its small answer, past the layers of the application.

Nothing is decided here that is not decided there too. What is out of the ordinary before the query is left to the
application, and what is so after it (an error, a long answer, a coding) is handed on with its outcome, so that no query
runs twice. It needs `FastProtocol`, which tells when the client leaves and takes a response in one piece.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from functools import lru_cache
from time import perf_counter
from typing import Final, Protocol

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from maille.api.asking import VARY, Asker, Asking, FixedHeaders
from maille.api.body import ClientGone, header
from maille.api.codings import CODINGS, SHORT
from maille.api.fast_lane import FastLane, Kept, Key, Response, key_of_scope, lines_of
from maille.api.negotiation import choose_encoding
from maille.api.protocol import Asked, fields_of
from maille.api.security import SAFE_HEADERS, raw
from maille.api.sparql import OUTCOME
from maille.api.timing import FROM_MEMORY, total_of
from maille.ontology.errors import MailleError
from maille.store.answers import Parts
from maille.store.engine import Answer, Engine

CONNECTION: Final = "maille.connection"
"""The extension of ASGI that holds the `Connection`."""

_PLAIN: Final = re.compile(rb"query=[^&]+")
_SAFE: Final = lines_of(raw(SAFE_HEADERS))


class Connection(Protocol):
    """What `FastProtocol` does besides ASGI."""

    leave: Callable[[], object] | None
    """Called when the client leaves."""

    def give(self, scope: Scope, whole: Kept) -> bool:
        """Send a response in one piece and be done with its request; False where that is not possible now."""


class ShortWay:
    """Wraps the whole application.

    Args:
        app: what answers whatever is out of the ordinary.
        engine: who answers queries.
        asker: makes queries of requests.
        lane: where responses go that may be given again.
    """

    def __init__(self, app: ASGIApp, engine: Engine, asker: Asker, lane: FastLane) -> None:
        self._app = app
        self._engine = engine
        self._asker = asker
        self._lane = lane

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        connection: Connection | None = scope["extensions"].get(CONNECTION) if "extensions" in scope else None
        key = _key_if_plain(scope) if connection is not None else None
        if connection is None or key is None:
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        outcome: Answer | MailleError
        try:
            ((_, query),) = fields_of(scope["query_string"])
            asking = self._asker.asking(Asked(query), header(scope, b"accept"))
        except (HTTPException, MailleError):
            await self._app(scope, receive, send)
            return
        try:
            outcome = await _while_here(connection, self._engine.query(asking.request))
        except ClientGone:
            return
        except MailleError as error:
            outcome = error
        else:
            response = _response(scope, asking, outcome)
            if response is not None and connection.give(scope, response.kept(total_of(outcome.timings, began))):
                if outcome.stable:
                    self._lane.put(key, response.kept(FROM_MEMORY))
                return
        await self._app({**scope, OUTCOME: outcome}, receive, send)


def _key_if_plain(scope: Scope) -> Key | None:
    if scope["type"] != "http" or scope["path"] != "/sparql" or not _PLAIN.fullmatch(scope["query_string"]):
        return None
    for name, value in scope["headers"]:
        if name == b"if-none-match" or (name == b"accept" and b"html" in value.lower()):
            return None
    return key_of_scope(scope)


async def _while_here(connection: Connection, work: Awaitable[Answer]) -> Answer:
    """Return what `work` gives; raises ClientGone where the client leaves first."""
    task = asyncio.current_task()
    gone = False

    def leave() -> None:
        nonlocal gone
        gone = True
        if task is not None:
            task.cancel()

    connection.leave = leave
    try:
        return await work
    except asyncio.CancelledError:
        if not gone or task is None:
            raise
        task.uncancel()
        raise ClientGone from None
    finally:
        connection.leave = None


def _response(scope: Scope, asking: Asking, answer: Answer) -> Response | None:
    """Return the response, None where it is not for the short way."""
    body = answer.chunks.whole if isinstance(answer.chunks, Parts) else None
    if body is None or answer.headers:
        return None
    is_long = len(body) >= SHORT
    if is_long and _coding(header(scope, b"accept-encoding")) is not None:
        return None
    lines = _fixed_lines(asking.fixed_headers(answer), is_long)
    if answer.stable:
        lines += b"etag: %b\r\n" % asking.etag(answer.release).encode()
    return Response(answer.release, 200, lines, body)


@lru_cache(maxsize=64)
def _fixed_lines(headers: FixedHeaders, is_long: bool) -> bytes:
    varying = {"Vary": f"{VARY}, Accept-Encoding"} if is_long else {}
    return lines_of(raw({**headers.named(), **varying})) + _SAFE


@lru_cache(maxsize=64)
def _coding(accepted: str | None) -> str | None:
    return choose_encoding(accepted, CODINGS)
