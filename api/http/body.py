"""Request bodies, read with a limit that counts what comes, whatever `Content-Length` says (RFC 9110, section 8.6)."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.types import Receive, Scope

from maille.api.errors import RequestRefused

BODY_TIMEOUT: Final = 30.0
"""Seconds in which a whole body has to arrive."""


class ClientGone(Exception):
    """The client left before its request was complete."""


def header(scope: Scope, name: bytes) -> str | None:
    """Return the value of a request header (`name` in lower case), its lines joined; None where it is absent."""
    values = [value for key, value in scope["headers"] if key == name]
    return b", ".join(values).decode("latin-1") if values else None


async def read_body(scope: Scope, receive: Receive, limit: int, timeout: float = BODY_TIMEOUT) -> bytes:
    """Return the whole body of a request.

    Raises RequestRefused where it is longer than `limit` bytes, comes too slowly or is compressed, and ClientGone
    where the client left.
    """
    declared = header(scope, b"content-length") or ""
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
        raise _too_large(limit)
    if (header(scope, b"content-encoding") or "identity").strip().lower() not in {"", "identity"}:
        raise RequestRefused(
            "unsupported-media-type", "Send the body without content coding.", {"Accept-Encoding": "identity"}
        )
    try:
        async with asyncio.timeout(timeout):
            return await _collect(receive, limit)
    except TimeoutError:
        raise RequestRefused("request-timeout", f"The body did not come within {timeout:g} s.") from None


def _too_large(limit: int) -> RequestRefused:
    return RequestRefused("too-large", f"More than {limit} bytes.")


async def _collect(receive: Receive, limit: int) -> bytes:
    parts: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part: bytes = message.get("body", b"")
        length += len(part)
        if length > limit:
            raise _too_large(limit)
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)
