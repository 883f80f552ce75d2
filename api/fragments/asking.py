"""What one request for a fragment asks: the format, the page, and the address that links are written under."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request

from maille.api.context import AppContext
from maille.api.errors import RequestRefused
from maille.api.fragments.pattern import PLACES
from maille.api.http.here import server_address
from maille.api.http.kept import PARAMETER
from maille.api.http.negotiation import by_short_name, choose, is_browser
from maille.ontology.errors import NotAcceptable

PATH: Final = "/tpf"
HTML: Final = "text/html"
FORMATS: Final = {
    "application/trig": "trig",
    "application/n-quads": "nq",
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/ld+json": "jsonld",
}
"""Media types, those with graphs first, and the short names that `format` takes."""
_LAST_PAGE: Final = 1_000_000
_PARAMETERS: Final = (*PLACES, "page", "format", "lang", PARAMETER)


def media_type(request: Request) -> str:
    """Return the format to answer in; raises RequestRefused or NotAcceptable."""
    unknown = sorted(set(request.query_params) - set(_PARAMETERS))
    if unknown:
        raise RequestRefused("bad-request", f"There is no parameter '{unknown[0]}' here: {', '.join(_PARAMETERS)}.")
    wanted = request.query_params.get("format")
    if wanted is not None:
        named = by_short_name(wanted, FORMATS)
        if named is None:
            raise RequestRefused("bad-request", f"`format` is one of: {', '.join(FORMATS.values())}.")
        return named
    accept = request.headers.get("accept")
    if is_browser(accept):
        return HTML
    chosen = choose(accept, (*FORMATS, HTML))
    if chosen is None:
        raise NotAcceptable("A fragment is RDF, or a page.", (*FORMATS, HTML))
    return chosen


def page(request: Request) -> int:
    """Return the number of the page, from 1; raises RequestRefused."""
    text = request.query_params.get("page", "1")
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= _LAST_PAGE and len(text) < 9):
        raise RequestRefused("bad-request", f"`page` is a number from 1 to {_LAST_PAGE}.")
    return int(text)


def asked(request: Request) -> tuple[tuple[str, str], ...]:
    """Return the pattern as it was asked for."""
    return tuple((place, text) for place in PLACES if (text := request.query_params.get(place)))


def fixed(request: Request) -> tuple[tuple[str, str], ...]:
    """Return what stays in every link: the kept release that is read."""
    return tuple((PARAMETER, release) for release in request.query_params.getlist(PARAMETER))


def address(context: AppContext, request: Request) -> str:
    """Return the absolute address of the fragments, which clients expand a template to."""
    here = server_address(context, request)
    return context.canonical(PATH) if here is None else here + PATH
