"""The RDF documents that a request brings (SPARQL 1.1 Graph Store HTTP Protocol, sections 5 and 5.5)."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Mapping
from pathlib import PurePosixPath
from typing import Final

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.types import Receive, Scope

from maille.api.errors import RequestRefused
from maille.api.http.body import header, read_body
from maille.api.http.weights import WORD, parameters_of
from maille.store.engine import GRAPH_FORMATS
from maille.store.payload import FORMATS

Part = tuple[str, bytes]
"""A document: its media type and its bytes."""

MULTIPART: Final = "multipart/form-data"
ACCEPTED: Final[Mapping[str, str]] = {"Accept-Post": ", ".join((*FORMATS, MULTIPART))}

_BODY_TIMEOUT: Final = 300.0
_MOST_PARTS: Final = 1000
_CHUNK: Final = 1 << 16
_UNNAMED: Final = "application/rdf+xml"
"""What a body without a media type is read as (section 5)."""
_MEDIA_TYPE: Final = re.compile(rf"\s*({WORD}/{WORD})\s*((?:;.*)?)", re.DOTALL)
_SUFFIXES: Final = {
    **{f".{suffix}": media_type for media_type, suffix in GRAPH_FORMATS.items()},
    ".turtle": "text/turtle",
    ".owl": "application/rdf+xml",
    ".xml": "application/rdf+xml",
}


async def documents(scope: Scope, receive: Receive, limit: int) -> list[Part]:
    """Return the documents of a request, none where its body is empty.

    Raises RequestRefused where the body is too long, of no media type that is stored, or ill-formed as a form.
    """
    content_type = header(scope, b"content-type")
    form = content_type is not None and content_type.lower().lstrip().startswith(MULTIPART)
    media_type = None if form else media_type_of(content_type)
    body = await read_body(scope, receive, limit, _BODY_TIMEOUT)
    if media_type is None:
        return await _parts(content_type or "", body)
    return [(media_type, body)]


def media_type_of(content_type: str | None) -> str:
    """Return the media type of a document; raises RequestRefused where it is none that is stored."""
    if content_type is None:
        return _UNNAMED
    match = _MEDIA_TYPE.fullmatch(content_type)
    media_type = match[1].lower() if match else ""
    if match is None or media_type not in FORMATS:
        raise RequestRefused("unsupported-media-type", f"`{content_type[:80]}` is no syntax of one graph.", ACCEPTED)
    charset = dict(parameters_of(match[2].split(";"))).get("charset", "utf-8")
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        raise RequestRefused("unsupported-media-type", "Documents are read as UTF-8 only.", ACCEPTED)
    return media_type


async def _parts(content_type: str, body: bytes) -> list[Part]:
    parser = MultiPartParser(
        Headers({"content-type": content_type}),
        _chunks(body),
        max_files=_MOST_PARTS,
        max_fields=_MOST_PARTS,
        max_part_size=max(1, len(body)),
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise RequestRefused("bad-request", f"The form is ill-formed: {error.message}") from None
    try:
        return [await _part(name, value) for name, value in form.multi_items()]
    finally:
        await form.close()


async def _part(name: str, value: UploadFile | str) -> Part:
    if isinstance(value, str):
        raise RequestRefused("bad-request", f"The part `{name[:80]}` is no file: it has no file name.")
    if value.content_type is not None and value.content_type.partition(";")[0].strip() != "application/octet-stream":
        return media_type_of(value.content_type), await value.read()
    # Section 5.5: from the suffix, rather than 400; curl says octet-stream of every file it does not know.
    guessed = _SUFFIXES.get(PurePosixPath(value.filename or "").suffix.lower())
    if guessed is None:
        raise RequestRefused("bad-request", f"The part `{name[:80]}` has no media type, and no suffix that tells it.")
    return guessed, await value.read()


async def _chunks(body: bytes) -> AsyncGenerator[bytes, None]:
    for start in range(0, len(body), _CHUNK):
        yield body[start : start + _CHUNK]
    yield b""
