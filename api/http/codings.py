"""Content codings: zstd and gzip, where the client wants one (RFC 9110, sections 8.4, 8.8.3.3 and 12.5.3).

What is coded is another representation, so its entity tag says how it is coded, and a tag that comes back is taken
for what the handlers know. Files that are compressed already, parts of files and short bodies are left alone.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from typing import Final, Protocol

import zstandard
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from maille.api.http.body import header
from maille.api.http.negotiation import choose_encoding

CODINGS: Final = ("zstd", "gzip")
SHORT: Final = 1024
"""Bodies of a known length below this go out as they are."""

_TEXTUAL: Final = re.compile(r"text/|image/svg|application/(?:[\w.+-]*(?:json|xml|n-triples|n-quads|trig|javascript))")


class Coder(Protocol):
    """Compresses a stream."""

    def compress(self, data: bytes, /) -> bytes:
        """Take bytes and give what is ready."""

    def flush(self) -> bytes:
        """Give the rest."""


class Codings:
    """Wraps an application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, coded where the client wants that."""
        coding = choose_encoding(header(scope, b"accept-encoding"), CODINGS)
        held = header(scope, b"if-none-match")
        if coding is not None and held is not None:
            scope = _with_plain_tags(scope, held, coding)
        await self._app(scope, receive, _Coded(send, coding, held or "").send)


class _Coded:
    """The way out of one response."""

    def __init__(self, send: Send, coding: str | None, held: str) -> None:
        self._send = send
        self._coding = coding
        self._held = held
        self._coder: Coder | None = None

    async def send(self, message: Message) -> None:
        """Pass a message on, with its headers and its body as the coding has them."""
        if message["type"] == "http.response.start":
            self._begin(message)
        elif self._coder is not None:
            body = self._coder.compress(message.get("body", b""))
            if not message.get("more_body", False):
                body += self._coder.flush()
            message = {**message, "body": body}
        await self._send(message)

    def _begin(self, message: Message) -> None:
        headers = MutableHeaders(raw=list(message["headers"]))
        message["headers"] = headers.raw
        tag = _coded_tag(headers.get("etag"), self._coding)
        if message["status"] == 304:
            headers.add_vary_header("Accept-Encoding")
            if tag is not None and tag in self._held:
                headers["ETag"] = tag
        elif _may_be_coded(message["status"], headers):
            headers.add_vary_header("Accept-Encoding")
            if self._coding is not None:
                self._coder = _CODERS[self._coding]()
                headers["Content-Encoding"] = self._coding
                del headers["Content-Length"]
                if tag is not None:
                    headers["ETag"] = tag


def _coded_tag(etag: str | None, coding: str | None) -> str | None:
    return None if etag is None or coding is None else f'{etag[:-1]}-{coding}"'


def _may_be_coded(status: int, headers: Mapping[str, str]) -> bool:
    length = headers.get("content-length")
    return (
        status not in (204, 206)
        and "content-encoding" not in headers
        and _TEXTUAL.match(headers.get("content-type", "")) is not None
        and not (length is not None and int(length) < SHORT)
    )


def _with_plain_tags(scope: Scope, held: str, coding: str) -> Scope:
    """Return `scope` with the tags of `If-None-Match` as the handlers made them."""
    plain = held.replace(f'-{coding}"', '"').encode("latin-1")
    others = [pair for pair in scope["headers"] if pair[0] != b"if-none-match"]
    return {**scope, "headers": [*others, (b"if-none-match", plain)]}


def _gzip() -> Coder:
    # 16 more than the largest window asks for the wrapper of gzip; without a clock its bytes are always the same.
    return zlib.compressobj(5, zlib.DEFLATED, zlib.MAX_WBITS | 16)


def _zstd() -> Coder:
    return zstandard.ZstdCompressor(level=3).compressobj()


_CODERS: Final = {"gzip": _gzip, "zstd": _zstd}
