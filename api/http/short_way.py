"""The short way to `/sparql`: a plain query and its small answer, past the layers of the application.

Nothing is decided here that is not decided there too. What is out of the ordinary before the query is left to the
application, and what is so after it (an error, a long answer, a coding) is handed on with its outcome, so that no query
runs twice. `FastProtocol` asks it, cancels it when the client leaves, and takes a response in one piece.
"""

from __future__ import annotations

import re
from functools import lru_cache
from time import perf_counter
from typing import Final, Protocol

from starlette.exceptions import HTTPException
from starlette.types import Scope

from maille.api.http.body import header
from maille.api.http.codings import CODINGS, SHORT
from maille.api.http.fast_lane import FastLane, Kept, Key, Response, lines_of
from maille.api.http.negotiation import choose_encoding
from maille.api.http.security import SAFE_HEADERS, raw
from maille.api.http.timing import FROM_MEMORY, total_of
from maille.api.sparql.asking import VARY, Asker, Asking, FixedHeaders
from maille.api.sparql.protocol import Asked, fields_of
from maille.ontology.errors import MailleError
from maille.store.answers import Parts
from maille.store.engine import Answer, Engine

_PLAIN: Final = re.compile(rb"query=[^&]+")
_SAFE: Final = lines_of(raw(SAFE_HEADERS))


Outcome = Answer | MailleError
"""What became of a query."""


class Connection(Protocol):
    """What `FastProtocol` does besides ASGI."""

    def give(self, scope: Scope, whole: Kept) -> bool:
        """Send a response in one piece and be done with its request; False where that is not possible now."""


class ShortWay:
    """Beside the whole application.

    Args:
        engine: who answers queries.
        asker: makes queries of requests.
        lane: where responses go that may be given again.
    """

    def __init__(self, engine: Engine, asker: Asker, lane: FastLane) -> None:
        self._engine = engine
        self._asker = asker
        self.lane = lane

    def asking(self, scope: Scope) -> Asking | None:
        """Return the query of a request, None where the request is for the application."""
        if not _is_plain(scope):
            return None
        try:
            ((_, query),) = fields_of(scope["query_string"])
            return self._asker.asking(Asked(query), header(scope, b"accept"))
        except (HTTPException, MailleError):
            return None

    async def answer(self, scope: Scope, asking: Asking, connection: Connection, key: Key) -> Outcome | None:
        """Answer a request, and remember the response under `key`.

        What is not for the short way is returned, for the application to make a response of.
        """
        began = perf_counter()
        try:
            outcome = await self._engine.query(asking.request)
        except MailleError as error:
            return error
        response = _response(scope, asking, outcome)
        if response is None or not connection.give(scope, response.kept(total_of(outcome.timings, began))):
            return outcome
        if outcome.stable:
            self.lane.put(key, response.kept(FROM_MEMORY))
        return None


def _is_plain(scope: Scope) -> bool:
    if scope["path"] != "/sparql" or scope["method"] != "GET" or not _PLAIN.fullmatch(scope["query_string"]):
        return False
    for name, value in scope["headers"]:
        if name == b"if-none-match" or (name == b"accept" and b"html" in value.lower()):
            return False
    return True


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
