"""Names and their documents: `/id/...` answers 303, `/doc/...` and what is its own document are negotiated.

Cool URIs for the Semantic Web, section 4.2; RFC 9110, sections 12 (negotiation), 13 (conditions) and 15.4.4 (303).
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from maille.api.context import AppContext
from maille.api.entities.description import Description, Memory, describe
from maille.api.entities.incoming import MAX_PAGE, Incoming, LinkPage
from maille.api.entities.link_groups import document_path, page_address
from maille.api.entities.neighbourhood import is_area
from maille.api.entities.page import document_page, former_names
from maille.api.entities.rdf import document_triples
from maille.api.entities.replaced import LINKS
from maille.api.entities.serialise import serialise
from maille.api.errors import RequestRefused
from maille.api.http.conditional import caching, etag_of, not_modified
from maille.api.http.kept import PARAMETER, context_of, release_of
from maille.api.http.negotiation import choose, is_browser
from maille.api.pages.render import Renderer
from maille.ontology import iris
from maille.ontology.errors import InvalidIri, MailleError, NotAcceptable
from maille.ontology.namespaces import BASE, PREFIXES
from maille.ontology.terms import DCT
from maille.store.engine import GRAPH_FORMATS
from maille.store.search import SearchIndex

HTML: Final = "text/html"
SUFFIXES: Final = {**{suffix: media for media, suffix in GRAPH_FORMATS.items()}, "html": HTML}
SUFFIX: Final = re.compile(rf"\.(?:{'|'.join(SUFFIXES)})\Z")
_STATE: Final = (
    "SELECT ?new { VALUES ?it { UNDEF } ?it ?p ?o"
    f" OPTIONAL {{ GRAPH {LINKS} {{ ?it {DCT.isReplacedBy} ?new }} }} }} LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request asks for: the thing, the document that was named, the format and the page of links."""

    iri: NamedNode
    document: NamedNode
    media_type: str
    page: LinkPage


def routes(context: AppContext) -> list[BaseRoute]:
    """Return the routes of names and documents."""
    documents = Documents(context, Renderer(context))
    own = [f"/{kind}/{{rest:path}}" for kind in ("graph", "source", "row", "scheme")]
    return [
        Route("/id/{kind}/{key}", documents.see_other),
        Route("/id/commune/{code}/{day}", documents.see_other_version),
        *(Route(path, documents.document) for path in ("/doc/{rest:path}", *own)),
    ]


class Documents:
    """The handlers: what they need is given once."""

    def __init__(self, context: AppContext, renderer: Renderer) -> None:
        self._context = context
        self._renderer = renderer
        # A page costs tens of milliseconds of the thread that answers everybody: one in each round of the event loop.
        self._turn = asyncio.Lock()
        self._memory = Memory()

    async def see_other(self, request: Request) -> Response:
        """Answer 303 to the document about a thing, the query of the address kept."""
        return await self._see_other(request, iris.thing(request.path_params["kind"], request.path_params["key"]))

    async def see_other_version(self, request: Request) -> Response:
        """Answer 303 to the document about a commune as it was from a day on."""
        iri = iris.commune_version(request.path_params["code"], request.path_params["day"])
        return await self._see_other(request, iri)

    async def _see_other(self, request: Request, iri: NamedNode) -> Response:
        context = context_of(self._context, request)
        found = await context.select(_STATE, it=iri)
        if not found:
            raise RequestRefused("not-found", f"The graph says nothing about {self._context.published(iri)}.")
        new = found[0].get("new")
        if isinstance(new, NamedNode):
            return self._moved(request, f"/{new.value.removeprefix(BASE)}", context)
        links = self._renderer.links(request)
        location = self._kept_query(request, document_path(iri))
        headers = {
            "Location": location,
            "Vary": "Accept",
            "Cache-Control": caching(context)["Cache-Control"],
            "Link": f'<{links.kept(document_path(iri))}>; rel="describedby"',
        }
        return Response(status_code=303, headers=headers)

    def _kept_query(self, request: Request, path: str) -> str:
        query = urlencode(request.query_params.multi_items())
        return self._renderer.links(request).asset(path) + (f"?{query}" if query else "")

    def _moved(self, request: Request, path: str, context: AppContext) -> Response:
        """Answer 301: the thing is called by another name since it was found to be one with another."""
        headers = {
            "Location": self._kept_query(request, path),
            "Vary": "Accept",
            "Cache-Control": caching(context)["Cache-Control"],
        }
        return Response(status_code=301, headers=headers)

    async def document(self, request: Request) -> Response:
        """Answer with the document that the path names, in the format the client likes best."""
        wanted = self._wanted(request)
        context = context_of(self._context, request)
        language = self._renderer.translator(request).language
        etag = etag_of(context, request, wanted.media_type, language, wanted.iri.value)
        unchanged = not_modified(request, etag, caching(context))
        if unchanged is not None:
            return unchanged
        release = context.release
        index, whole = await self._index(context, wanted)
        description = await self._describe(context, request, wanted, index)
        if context.release != release:
            # A new release came in between: what was read may be half of the one and half of the other.
            index, whole = await self._index(context, wanted)
            description = await self._describe(context, request, wanted, index)
            etag = etag_of(context, request, wanted.media_type, language, wanted.iri.value)
        new = _replaced_by(description)
        if new is not None:
            suffix = SUFFIX.search(request.path_params["rest"])
            return self._moved(request, document_path(new) + (suffix[0] if suffix else ""), context)
        async with self._turn:
            response = self._response(request, wanted, description, index)
            await asyncio.sleep(0)
        kept = {**caching(context), "ETag": etag} if whole else {"Cache-Control": "no-store"}
        response.headers.update({**kept, "Maille-Release": context.release})
        response.headers["Link"] = self._link_header(request, wanted, description.incoming, context.release)
        return response

    async def _index(self, context: AppContext, wanted: Wanted) -> tuple[SearchIndex | None, bool]:
        """Return the index that tells what lies around a thing, and whether the page is whole without or with it.

        While the index of a new release is being made, a page shows less than it will; of a kept release it shows what
        the graph says alone.
        """
        if wanted.media_type != HTML or wanted.page.number is not None:
            return None, True
        try:
            index = await context.index_soon()
        except MailleError:
            return None, True
        return index, index is not None

    async def _describe(
        self, context: AppContext, request: Request, wanted: Wanted, index: SearchIndex | None
    ) -> Description:
        also = former_names(request.query_params.get("from")) if wanted.media_type == HTML else ()
        counted = index is not None and is_area(wanted.iri.value)
        description = await describe(context, wanted.iri, wanted.page, also, self._memory, inside=not counted)
        if description is None:
            raise RequestRefused("not-found", f"The graph says nothing about {self._context.published(wanted.iri)}.")
        if wanted.page.number is not None and wanted.page.number > description.incoming.pages:
            raise RequestRefused("not-found", f"There are {description.incoming.pages} pages of links, no more.")
        return description

    def _response(
        self, request: Request, wanted: Wanted, description: Description, index: SearchIndex | None
    ) -> Response:
        if wanted.media_type == HTML:
            return document_page(self._renderer, request, description, index)
        base = self._context.settings.base_iri
        triples = document_triples(description, wanted.document, base)
        body = serialise(triples, wanted.media_type, base, self._context.published(wanted.iri))
        return Response(body, media_type=with_charset(wanted.media_type))

    def _wanted(self, request: Request) -> Wanted:
        path = request.path_params["rest"]
        stem, dot, suffix = path.rpartition(".")
        named = SUFFIXES.get(suffix) if dot else None
        media_type = named or negotiated(request)
        iri, document = _names(request, stem if named else path)
        page = _link_page(request)
        if media_type != HTML and page.number is None:
            page = LinkPage(1, page.via, page.kind)
        return Wanted(iri, document, media_type, page)

    def _link_header(self, request: Request, wanted: Wanted, incoming: Incoming, release: str) -> str:
        links = self._renderer.links(request)
        path = document_path(wanted.iri)
        thing, document = self._context.published(wanted.iri), self._context.published(wanted.document)
        found = [
            f'<{document}>; rel="canonical"',
            f'<{thing}?{PARAMETER}={release}>; rel="cite-as"',
            f'<{links.kept(path)}>; rel="describedby"; anchor="{thing}"',
        ]
        if release_of(request) is not None:
            found.append(f'<{links.asset(path)}>; rel="latest-version"')
        found += [
            f'<{links.kept(f"{path}.{suffix}")}>; rel="alternate"; type="{media}"' for suffix, media in SUFFIXES.items()
        ]
        number = wanted.page.number
        suffix = "" if wanted.media_type == HTML else f".{GRAPH_FORMATS[wanted.media_type]}"
        for rel, other in (("prev", (number or 0) - 1), ("next", (number or 0) + 1)):
            if number is not None and 1 <= other <= incoming.pages:
                found.append(f'<{page_address(wanted.iri, wanted.page, other, links, suffix)}>; rel="{rel}"')
        return ", ".join(found)


def _replaced_by(description: Description) -> NamedNode | None:
    """Return the name that took the place of the one described."""
    found = (
        quad.object
        for quad in description.quads
        if quad.subject == description.iri and quad.predicate == DCT.isReplacedBy and quad.graph_name == LINKS
    )
    return next((new for new in found if isinstance(new, NamedNode)), None)


def _names(request: Request, rest: str) -> tuple[NamedNode, NamedNode]:
    """Return the thing and the document that a path names; raises InvalidIri where it follows no pattern."""
    family = request.url.path.removeprefix(str(request.scope.get("root_path", ""))).split("/")[1]
    if family == "doc":
        kind, _, key = rest.partition("/")
        return iris.of_path(kind, key), NamedNode(f"{BASE}doc/{kind}/{key}")
    if family == "row":
        parts = rest.split("/", 2)
        iri = iris.row(*parts) if len(parts) == 3 else None
    else:
        iri = _own_document(f"{BASE}{family}/{rest}")
    if iri is None:
        raise InvalidIri(f"{rest!r} names no row")
    return iri, iri


def _own_document(iri: str) -> NamedNode:
    iris.parse(iri)
    return NamedNode(iri)


def negotiated(request: Request) -> str:
    """Return the format a client likes best, HTML where it is a browser; raises NotAcceptable."""
    accept = request.headers.get("accept")
    machine = tuple(GRAPH_FORMATS)
    offered = (HTML, *machine) if is_browser(accept) else (*machine, HTML)
    chosen = choose(accept, offered)
    if chosen is None:
        raise NotAcceptable("A document is HTML or RDF.", (*machine, HTML))
    return chosen


def with_charset(media_type: str) -> str:
    """Return a media type as it is sent."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _link_page(request: Request) -> LinkPage:
    query = request.query_params
    return LinkPage(_number(query.get("page")), _via(query.get("via")), query.get("kind"))


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MAX_PAGE):
        raise RequestRefused("bad-request", f"`page` counts from 1 to {MAX_PAGE}.")
    return int(text[:9])


def _via(text: str | None) -> NamedNode | None:
    if text is None:
        return None
    prefix, colon, rest = text.partition(":")
    try:
        return NamedNode(PREFIXES[prefix] + rest if colon and prefix in PREFIXES else text)
    except ValueError as error:
        raise RequestRefused("bad-request", "`via` is the name of a property, such as igeo:subdivisionDe.") from error
