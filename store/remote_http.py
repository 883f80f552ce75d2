"""The connection to a remote SPARQL server: authentication, and its failures as errors of ours (RFC 9110, RFC 7616).

Redirects are not followed, cookies not kept, proxies of the environment not asked: the address that is configured is
the one that is dialled. A request that is cancelled closes its connection, which tells the server to stop.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlencode

import aiohttp

from maille.ontology.errors import EngineBusy, QueryError, QueryTimeout, StoreFailed, StoreUnreachable, UsageError
from maille.store.within import within

Auth = Literal["none", "basic", "digest", "bearer"]
Fields = Iterable[tuple[str, str]]

_LOG: Final = logging.getLogger("maille.store.remote")
_CONNECT: Final = 5.0
_CONNECTIONS: Final = 64
_TOLD: Final = 2_000
_TIMED_OUT: Final = re.compile(r"S1T00|SR171|S1TAT|timed? ?out|execution time .* exceeds", re.IGNORECASE)
_BUSY: Final = {429, 503}
_LATE: Final = {408, 504}
_OURS: Final = {400, 413, 422, 500}
"""Statuses by which servers also say that a query itself is what fails: Virtuoso gives 500 for some."""


@dataclass(frozen=True, slots=True)
class RemoteStore:
    """Where a SPARQL server is, and how it is asked.

    Attributes:
        query: address of queries (SPARQL 1.1 Protocol, section 2.1).
        update: address of updates (section 2.2), None where it is only read.
        graphs: address of the Graph Store (Graph Store HTTP Protocol, section 4.2), None where it has none.
        auth: how it is told who asks.
        user: who asks.
        secret: the password, or the bearer token.
        max_rows: rows at which it cuts an answer, None where it cuts none.
    """

    query: str
    update: str | None = None
    graphs: str | None = None
    auth: Auth = "none"
    user: str = ""
    secret: str = field(default="", repr=False)
    max_rows: int | None = None


def secret_in(path: Path | None) -> str:
    """Return the password or token that a file holds, nothing where there is no file; raises UsageError."""
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise UsageError(f"MAILLE_STORE_PASSWORD_FILE: {path} cannot be read: {error}") from error


class Connection:
    """Requests to one server; for one event loop at a time."""

    def __init__(self, store: RemoteStore) -> None:
        self.store = store
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def close(self) -> None:
        """Close every connection."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def post(
        self, address: str, body: bytes | Fields, headers: Mapping[str, str], seconds: float
    ) -> aiohttp.ClientResponse:
        """Send a POST and return the response with its body still to come; raises the QueryError tree."""
        data = body if isinstance(body, bytes) else urlencode(list(body)).encode()
        return await self.send("POST", address, seconds, headers=headers, data=data)

    async def send(
        self,
        method: str,
        address: str,
        seconds: float,
        *,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
        params: Mapping[str, str] | None = None,
        missing: bool = False,
    ) -> aiohttp.ClientResponse:
        """Send a request and return its good response, or a 404 where that may be; raises the QueryError tree."""
        request = self._opened().request(
            method,
            address,
            headers=headers,
            data=None if data is None else BytesIO(data),
            params=params,
            allow_redirects=False,
        )
        try:
            response = await within(seconds, _awaited(request))
        except TimeoutError:
            raise QueryTimeout(f"The store did not answer within {seconds:g} s.") from None
        except aiohttp.ClientConnectorError as error:
            raise StoreUnreachable(f"The store does not answer at its address: {error.strerror}") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise StoreUnreachable("The store closed the connection, or does not speak HTTP.") from error
        if response.status < 300 or (missing and response.status == 404):
            return response
        raise await failure_of(response)

    def _opened(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        if self._session is None or self._session.closed or self._loop is not loop:
            store, self._loop = self.store, loop
            headers = {"User-Agent": f"Maille/{version('maille')}"}
            if store.auth == "bearer":
                headers["Authorization"] = f"Bearer {store.secret}"
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=_CONNECTIONS),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=headers,
                auth=aiohttp.BasicAuth(store.user, store.secret) if store.auth == "basic" else None,
                middlewares=(
                    (aiohttp.DigestAuthMiddleware(store.user, store.secret),) if store.auth == "digest" else ()
                ),
            )
        return self._session


async def _awaited(request: object) -> aiohttp.ClientResponse:
    # What aiohttp returns is awaitable, but no coroutine; its own timers want a task around them.
    response: aiohttp.ClientResponse = await request  # type: ignore[misc]
    return response


async def failure_of(response: aiohttp.ClientResponse) -> QueryError:
    """Return the error that stands for a response that is no success, and let go of it."""
    told = ""
    with suppress(aiohttp.ClientError, asyncio.IncompleteReadError, TimeoutError, OSError):
        told = (await within(_CONNECT, response.content.read(_TOLD))).decode("utf-8", "replace")
    response.close()
    reason = " ".join(told.split("SPARQL query:")[0].split())[:200]
    status = response.status
    if status in _LATE or (status in _OURS | _BUSY and _TIMED_OUT.search(reason)):
        return QueryTimeout("The store stopped the query: it took too long there.")
    if status in _BUSY:
        after = response.headers.get("Retry-After", "")
        return EngineBusy("The store is busy.", int(after) if after.isdecimal() and len(after) < 5 else 5)
    if status in {401, 403}:
        return StoreFailed(f"The store refuses us ({status}): see MAILLE_STORE_AUTH.")
    if status in _OURS and status != 500:
        return QueryError(f"The store refused it: {reason or status}")
    if status == 500 and "Virtuoso" in response.headers.get("Server", "") and reason.startswith("Virtuoso"):
        return QueryError(f"The store cannot answer it: {reason}")
    _LOG.warning("the store answered with status %d: %s", status, reason)
    return StoreFailed(f"The store answered with status {status}.")
