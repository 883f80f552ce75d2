"""Requests to the reconciliation service: fields of the address and of a form, and the address of the server itself.

Reconciliation Service API 0.2, sections 3.3 (cross-origin access: CORS, no JSONP) and 4.3 (GET and POST).
"""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.requests import Request

from maille.api.context import AppContext
from maille.api.errors import RequestRefused
from maille.api.http.body import header, read_body
from maille.api.http.here import server_address
from maille.api.http.percent import form_fields
from maille.api.rest.asking import refused

FORM: Final = "application/x-www-form-urlencoded"
LARGEST: Final = 4_000_000
_MOST_FIELDS: Final = 50


async def fields_of(request: Request) -> dict[str, str]:
    """Return the fields of a request, of the address or of the form; raises RequestRefused where they are no fields.

    A field we do not know is left alone: clients add some of their own.
    """
    encoded = bytes(request.scope.get("query_string", b""))
    if request.method == "POST":
        kind = (header(request.scope, b"content-type") or "").partition(";")[0].strip().lower()
        if kind != FORM:
            raise RequestRefused("unsupported-media-type", f"Send the queries as {FORM}.", {"Accept-Post": FORM})
        body = await read_body(request.scope, request.receive, LARGEST)
        encoded = b"&".join(part for part in (encoded, body.strip()) if part)
    try:
        # Megabytes of percent signs take their time.
        pairs = await asyncio.to_thread(form_fields, encoded, _MOST_FIELDS)
    except ValueError as error:
        raise RequestRefused("bad-encoding", f"The fields hold {error}.") from None
    fields = dict(pairs)
    for name in ("queries", "extend", "query", "id", "prefix"):
        if sum(key == name for key, _ in pairs) > 1:
            raise refused(f"`{name}` is given more than once.")
    if "callback" in fields:
        raise refused("JSONP is not spoken here: any site may ask by CORS, without `callback`.")
    return fields


def server_of(context: AppContext, request: Request) -> str:
    """Return the address of this server, which a manifest needs; its root path alone where the rest is not known."""
    return server_address(context, request) or str(request.scope.get("root_path", "")).rstrip("/")


def whole(fields: dict[str, str], name: str, default: int, most: int) -> int:
    """Return a whole number from 0 on, `most` at most; raises RequestRefused where a field is none."""
    text = fields.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit()):
        raise refused(f"`{name}` is a whole number from 0 on.")
    return min(int(text[:9]), most)
