"""What a connection may take before its request is whole, and how it is refused (RFC 9112, sections 2.2, 3 and 9.5).

uvicorn on its own waits for ever for headers of any length. Here there is an end to the time, to the bytes and to the
number of headers, to a body that nobody reads, and to an answer that its client does not read. What cannot be read as
HTTP is refused with a problem document; the connection stays open for a moment more, so that a client that still sends
gets to read why.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Final

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from maille.api.errors import HTTP_PROBLEMS, Problem
from maille.api.http.crowd import Crowd
from maille.api.http.security import SAFE_HEADERS
from maille.ontology.namespaces import BASE

LONGEST_HEAD: Final = 128 * 1024
"""Bytes of request line and headers, beyond which no more of them is read."""
MOST_HEADERS: Final = 200
LONGEST_TARGET: Final = 65_535
"""Bytes of a request target that the parser of addresses takes."""
_LENGTHS: Final = frozenset({b"content-length", b"transfer-encoding"})
_LINGER: Final = 10.0
"""Seconds for which a client that was refused may still send."""
_LEFT_OVER: Final = 256 * 1024
"""Bytes of a body without use that are read before the next request of a connection."""


class _Body:
    """Takes a body for a connection, whatever head comes before it."""

    def __init__(self, connection: HttpToolsProtocol) -> None:
        self.on_body = connection.on_body
        self.on_message_complete = connection.on_message_complete


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's protocol with an end to its patience."""

    patience: ClassVar[float] = 20.0
    """Seconds that the headers of a request may take."""
    reading: ClassVar[float] = 60.0
    """Seconds in which a client has to take some of what waits for it."""
    crowd: ClassVar[Crowd] = Crowd(20_000)
    base: ClassVar[str] = BASE
    """Base of the addresses of problem types."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None
        self._head = 0
        self._begun = False
        self._in_body = False
        self._left_over: int | None = None
        self._deaf = False
        # uvicorn makes them with the first byte of a request, which may never be one.
        self.url = b""
        self.headers = []

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait(self.patience)
        self.crowd.come(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self.crowd.go(self)
        self._stop()
        self._stop_writing_timer()
        super().connection_lost(exc)

    def make_way(self) -> None:
        """Make room for another connection."""
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Read on, within the limits."""
        if self._deaf:
            return
        if self._head > LONGEST_HEAD:
            self.send_400_response("")
            return
        if not self._in_body:
            self._head += len(data)
        elif self._left_over is not None:
            self._left_over -= len(data)
            if self._left_over < 0:
                self._linger()
                return
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._stay(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self.send_400_response("The request cannot be read.")
        if self._begun and self._timer is None and not self._deaf:
            # Most heads are whole with their first bytes: only one that is not is waited for.
            self._wait(self.patience)

    def on_message_begin(self) -> None:
        """Learn that the first byte of a request is here."""
        super().on_message_begin()
        self._begun = True

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; raises ValueError, which the parser passes on as an error of its own, for one too many."""
        super().on_header(name, value)
        if len(self.headers) > MOST_HEADERS:
            raise ValueError

    def on_headers_complete(self) -> None:
        """Wait no more: the headers are here."""
        self._stop()
        self._in_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Serve a request that is whole."""
        if self.parser.should_upgrade():
            # The parser takes the body for another protocol: `_stay` reads it.
            return
        self._in_body = False
        if self._left_over is None:
            self.crowd.be_served(self)
        else:
            self._left_over = None
            self._stop()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the end of a body that was not needed."""
        super().on_response_complete()
        if self.cycle is not None and not self.cycle.response_complete:
            return
        self.crowd.wait_for(self)
        if self._in_body and not self.transport.is_closing():
            self._left_over = _LEFT_OVER
            self._wait(_LINGER)

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read as HTTP."""
        if len(self.url) > LONGEST_TARGET:
            self._refuse("target-too-long", f"The address is longer than {LONGEST_TARGET} bytes: send a query by POST.")
        elif self._head > LONGEST_HEAD or len(self.headers) > MOST_HEADERS:
            most = f"{MOST_HEADERS} headers, {LONGEST_HEAD} bytes with the request line"
            self._refuse("headers-too-large", f"A request has at most {most}.")
        else:
            self._refuse("not-http", msg)

    def pause_writing(self) -> None:
        """Wait for a client to read."""
        super().pause_writing()
        self._write_timer = self.loop.call_later(self.reading, self.transport.abort)

    def resume_writing(self) -> None:
        """Wait no more: it read."""
        super().resume_writing()
        self._stop_writing_timer()

    def _stay(self, rest: bytes) -> None:
        """Go on in HTTP/1.1 where a client would rather speak something else (RFC 9110, section 7.8)."""
        self.cycle.keep_alive = False
        self.parser = httptools.HttpRequestParser(_Body(self))
        lengths = (b"%b: %b\r\n" % header for header in self.headers if header[0] in _LENGTHS)
        self.data_received(b"POST / HTTP/1.1\r\n" + b"".join(lengths) + b"\r\n" + rest)

    def _refuse(self, slug: str, detail: str) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            if self.pipeline or self.cycle.response_started or not self._in_body:
                # What comes now would be taken for another answer: the one on its way is the last.
                self.cycle.keep_alive = False
                self._deaf = True
                return
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        kind = HTTP_PROBLEMS[slug]
        body = Problem(kind, detail).to_json(self.base)
        headers = {
            **SAFE_HEADERS,
            "Content-Type": "application/problem+json",
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "Connection": "close",
        }
        lines = "".join(f"{name.lower()}: {value}\r\n" for name, value in headers.items())
        self.transport.write(STATUS_LINE[kind.status] + lines.encode("latin-1") + b"\r\n" + body)
        self._linger()

    def _linger(self) -> None:
        """Say no more, and take what the client still sends for a moment: closing at once would lose the answer."""
        self._deaf = True
        self._stop()
        self.flow.resume_reading()
        self._wait(_LINGER)
        if self.transport.can_write_eof():
            self.transport.write_eof()

    def _wait(self, seconds: float) -> None:
        self._timer = self.loop.call_later(seconds, self.transport.close)

    def _stop(self) -> None:
        self._head = 0
        self._begun = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _stop_writing_timer(self) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None
