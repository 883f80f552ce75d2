"""One request to another endpoint, in a thread (SPARQL 1.1 Protocol, section 2.1.2): its solutions, within every limit.

The client is `maille.store.web_http`, over `http.client`, as for fetched files: the name is resolved once and the very
address that was judged is called, each redirect is judged anew, and the bytes are counted before they are unpacked.
aiohttp and httpx resolve again for each connection or follow redirects by themselves, and would be reached into for it.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from urllib.parse import quote_plus, urlsplit

from maille.store.federation_policy import Endpoint
from maille.store.federation_results import Malformed, Row, rows_of
from maille.store.web_connection import Watch
from maille.store.web_http import Answer, Unanswered, ask
from maille.store.web_pace import Pace
from maille.store.web_policy import Limits, Policy, Refused, Resolve, resolve

RESULTS: Final = "application/sparql-results+json"
_FORM: Final = "application/x-www-form-urlencoded"
_AGAIN: Final = frozenset({408, 425, 429, 502, 503, 504})
_CONNECT: Final = 10.0
_REDIRECTS: Final = 5
_PARTIAL: Final = ("X-SPARQL-MaxRows", "X-SQL-State")
"""What Virtuoso adds to an answer that it cut, or that it ran out of time for."""


class Failed(Exception):
    """A request gave nothing that can be used.

    Attributes:
        again: whether the same may do better a little later, and `after` how many seconds it is asked to.
        blamed: whether the endpoint is to blame, and not what was asked of it.
    """

    def __init__(self, reason: str, *, again: bool = False, after: float | None = None, blamed: bool = True) -> None:
        super().__init__(reason)
        self.again = again
        self.after = after
        self.blamed = blamed


class Cut(Failed):
    """The endpoint did not send all there is, or may not have."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, blamed=False)


class Reply(NamedTuple):
    """What came of a request.

    Attributes:
        rows: the solutions.
        sent, received: bytes of the bodies, as they went over the wire.
        seconds: it took.
    """

    rows: tuple[Row, ...]
    sent: int
    received: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Caller:
    """Calls endpoints.

    Attributes:
        resolve: a seam.
        pace: reads `Retry-After`.
    """

    resolve: Resolve = resolve
    pace: Pace = field(default_factory=Pace)

    def call(
        self,
        endpoint: Endpoint,
        query: str,
        variables: Sequence[str],
        blank: str,
        seconds: float,
        began: Callable[[Watch], None],
    ) -> Reply:
        """Return the solutions of a query; `began` gets what ends the call at once. Raises Failed."""
        start = time.monotonic()
        form = f"query={quote_plus(query)}".encode()
        limits = Limits(endpoint.max_bytes, min(_CONNECT, seconds), seconds, seconds, 1, _REDIRECTS)
        try:
            with ask(
                endpoint.address, _headers(endpoint), self._policy(endpoint), limits, seconds, form, began
            ) as answer:
                self._check(answer)
                body, received = _body(answer, endpoint.max_bytes)
                cut = next((name for name in _PARTIAL if answer.headers.get(name)), None)
        except Refused as error:
            raise Failed(str(error)) from error
        except Unanswered as error:
            raise Failed(str(error), again=not error.final) from error
        rows = _rows(body, endpoint, variables, blank)
        if cut is not None:
            raise Cut(f"it cut its answer after {len(rows):,} rows, as its header {cut} says")
        if len(rows) in endpoint.truncates_at:
            raise Cut(f"it answered with {len(rows):,} rows, where it is known to cut answers without saying so")
        return Reply(rows, len(form), received, time.monotonic() - start)

    def _policy(self, endpoint: Endpoint) -> Policy:
        parts = urlsplit(endpoint.address)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        private = frozenset({f"{(parts.hostname or '').lower()}:{port}"} if endpoint.allow_private else ())
        return Policy(
            private, self.resolve, "allow_private = true in its table lets its own address be called all the same"
        )

    def _check(self, answer: Answer) -> None:
        status, after = answer.status, self.pace.asked(answer.headers.get("Retry-After"))
        if status != 200:
            again = status in _AGAIN
            raise Failed(f"it answers {status}", again=again, after=after, blamed=again or status >= 500)
        kind = (answer.headers.get_content_type() or "").lower()
        if "json" not in kind:
            raise Failed(f"it answers in {kind}, not in {RESULTS}")


def _headers(endpoint: Endpoint) -> dict[str, str]:
    return {
        "User-Agent": endpoint.user_agent,
        "Content-Type": _FORM,
        "Accept": RESULTS,
        "Accept-Encoding": "gzip",
    }


def _body(answer: Answer, most: int) -> tuple[bytes, int]:
    """Return the body, unpacked, and how long it was on the wire."""
    coding = (answer.headers.get("Content-Encoding") or "identity").strip().lower()
    if coding not in {"gzip", "x-gzip", "identity"}:
        raise Failed(f"it codes its answer as {coding!r}, which nobody asked for")
    too_long = Failed(f"its answer has more than {most:,} bytes (max_bytes)", blamed=False)
    if (answer.length or 0) > most:
        raise too_long
    unpack = None if coding == "identity" else zlib.decompressobj(wbits=31)
    body, received = bytearray(), 0
    for block in answer.blocks():
        received += len(block)
        body += block if unpack is None else _unpacked(unpack, block, most + 1 - len(body))
        if received > most or len(body) > most:
            raise too_long
    if unpack is not None and not unpack.eof:
        raise Failed("its gzip coding is broken", again=True)
    return bytes(body), received


def _unpacked(unpack: zlib._Decompress, block: bytes, most: int) -> bytes:
    try:
        found = unpack.decompress(block, max(1, most))
    except zlib.error as error:
        raise Failed(f"its gzip coding is broken: {error}", again=True) from error
    return found


def _rows(body: bytes, endpoint: Endpoint, variables: Sequence[str], blank: str) -> tuple[Row, ...]:
    rows: list[Row] = []
    try:
        for row in rows_of(body, variables, blank):
            rows.append(row)
            if len(rows) > endpoint.max_rows:
                raise Failed(f"its answer has more than {endpoint.max_rows:,} rows (max_rows)", blamed=False)
    except Malformed as error:
        raise Failed(f"its answer cannot be read: {error}") from error
    return tuple(rows)
