"""An answer on its way to the socket: complete, or visibly broken (RFC 9112, section 8).

An answer of one small part goes out with its length. A longer one is sent part by part; when it fails, it is left
without its last chunk, and the server closes the connection.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from typing import Final

from starlette.types import Send

from maille.api.http.security import raw
from maille.ontology.errors import MailleError
from maille.store.engine import Answer

SMALL: Final = 32 * 1024
"""A first part shorter than this is nearly always the last one: waiting for the next tells the length."""

_log = logging.getLogger("maille.api")


async def send_answer(send: Send, answer: Answer, headers: Mapping[str, str], *, head: bool) -> None:
    """Send `answer`, or only its headers; its chunks are closed in the end, whatever happens."""
    try:
        await _send(send, answer.chunks, headers, head)
    finally:
        await close(answer)


async def close(answer: Answer) -> None:
    """Let go of an answer, read to its end or not."""
    end = getattr(answer.chunks, "aclose", None)
    if end is not None:
        await end()


async def _send(send: Send, chunks: AsyncIterator[bytes], headers: Mapping[str, str], head: bool) -> None:
    first = await anext(chunks, b"")
    second = await anext(chunks, b"") if len(first) < SMALL else None
    if second == b"":
        await _start(send, {**headers, "Content-Length": str(len(first))})
        await send({"type": "http.response.body", "body": b"" if head else first})
        return
    await _start(send, headers)
    if head:
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.body", "body": first + (second or b""), "more_body": True})
    try:
        async for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    except MailleError as error:
        _log.warning("an answer was cut: %s", error)
        return
    await send({"type": "http.response.body", "body": b""})


async def _start(send: Send, headers: Mapping[str, str]) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": raw(headers)})
