"""The SPARQL endpoint (SPARQL 1.1 Protocol, section 2.1): a bare ASGI route, since every query passes here.

An answer is a stream. What fails before its first part is a problem document; what fails after it drops the
connection, so that nobody takes half an answer for a whole one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from maille.api.body import header, read_body
from maille.api.context import AppContext
from maille.api.formats import Formats, formats
from maille.api.leaving import while_connected
from maille.api.memo import PerRelease
from maille.api.negotiation import is_browser, matches_etag
from maille.api.protocol import (
    FORM,
    UPDATE,
    Asked,
    Fields,
    asked,
    body_type,
    direct_text,
    fields_of,
    several,
)
from maille.api.serialise import serialise
from maille.api.service_description import GRAPH_SIZES, service_description
from maille.api.streaming import send_answer
from maille.api.terms import Row
from maille.api.updates import AskedUpdate, Updates, asked_update, is_update
from maille.ontology.errors import NotAcceptable
from maille.store.engine import GRAPH_FORMATS, QueryRequest
from maille.store.guard import MAX_LENGTH

SparqlPage = Callable[[Request], Awaitable[Response]]
"""Shows a person where to write a query, and what the query of the address gives."""

VARY: Final = "Accept"
_ESCAPED: Final = 3
"""How many bytes of a form one byte of a query may take (RFC 3986, section 2.1)."""
_MARGIN: Final = 64 * 1024


def routes(context: AppContext, updates: Updates, page: SparqlPage | None = None) -> list[BaseRoute]:
    """Return the route of the endpoint; `page` answers browsers, unless they ask for a format or a data set."""
    return [Route("/sparql", SparqlEndpoint(context, updates, page), methods=["GET", "POST"], name="sparql")]


class SparqlEndpoint:
    """`/sparql` as an ASGI application."""

    def __init__(self, context: AppContext, updates: Updates, page: SparqlPage | None) -> None:
        self._context = context
        self._updates = updates
        self._page = page
        self._version = version("maille")
        self._base = context.canonical("/sparql")
        self._sizes: PerRelease[list[Row]] = PerRelease(
            lambda: context.engine.release, lambda: context.select(GRAPH_SIZES)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; raises what `maille.api.problems` turns into problem documents."""
        fields = fields_of(scope["query_string"])
        if scope["method"] == "POST":
            question = await self._posted(scope, receive, fields)
            if isinstance(question, AskedUpdate):
                await self._updates.answer(scope, receive, send, question)
                return
        elif self._page is not None and _is_for_people(scope, fields):
            await (await self._page(Request(scope, receive)))(scope, receive, send)
            return
        elif _asks_for_description(fields):
            await (await self._described(scope, fields))(scope, receive, send)
            return
        else:
            question = asked(fields)
        await while_connected(receive, self._answer(scope, receive, send, question))

    async def _posted(self, scope: Scope, receive: Receive, fields: Fields) -> Asked | AskedUpdate:
        media_type = body_type(header(scope, b"content-type"))
        if media_type == UPDATE:
            # Whoever may not write need not send it first.
            self._updates.check(scope)
        form = media_type == FORM
        body = await read_body(scope, receive, MAX_LENGTH * _ESCAPED + _MARGIN if form else MAX_LENGTH)
        if form:
            fields = [*fields, *fields_of(body)]
            return asked_update(fields) if is_update(fields) else asked(fields)
        return asked_update(fields, direct_text(body)) if media_type == UPDATE else asked(fields, direct_text(body))

    async def _answer(self, scope: Scope, receive: Receive, send: Send, question: Asked) -> None:
        chosen = formats(question.formats, header(scope, b"accept"))
        request = self._request(question, chosen)
        release = self._context.engine.release
        etag = self._etag(request, chosen, release)
        held = header(scope, b"if-none-match") if scope["method"] != "POST" else None
        if held is not None and held.strip() != "*" and matches_etag(held, etag):
            await _not_modified(etag)(scope, receive, send)
            return
        answer = await self._context.engine.query(request)
        headers = {"Content-Type": chosen.content_type(answer.media_type), "Vary": VARY, **answer.headers}
        headers |= {"Cache-Control": "no-cache"} if answer.stable else {"Cache-Control": "no-store"}
        if answer.stable and scope["method"] != "POST":
            same = answer.release == release
            headers["ETag"] = etag if same else self._etag(request, chosen, answer.release)
        await send_answer(send, answer, headers, head=scope["method"] == "HEAD")

    def _request(self, question: Asked, chosen: Formats) -> QueryRequest:
        settings = self._context.settings
        return QueryRequest(
            text=question.query,
            bindings_format=chosen.bindings,
            graph_format=chosen.graph,
            default_graphs=question.default_graphs,
            named_graphs=question.named_graphs,
            union_default_graph=settings.union_default_graph,
            base_iri=self._base,
            timeout=min(question.timeout or settings.query_timeout, settings.query_timeout),
        )

    def _etag(self, request: QueryRequest, chosen: Formats, release: str) -> str:
        """Return the tag of the answer to `request`: everything the bytes depend on, but the time it may take."""
        parts = (
            release,
            self._version,
            self._context.settings.base_iri,
            request.text,
            request.bindings_format,
            request.graph_format,
            sorted(chosen.labels.items()),
            request.default_graphs,
            request.named_graphs,
            request.union_default_graph,
        )
        return f'"{hashlib.sha256(repr(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]}"'

    async def _described(self, scope: Scope, fields: Fields) -> Response:
        chosen = formats(several(fields, "format"), header(scope, b"accept"))
        return self._description(chosen, await self._sizes.get())

    def _description(self, chosen: Formats, sizes: list[Row]) -> Response:
        if chosen.graph is None:
            raise NotAcceptable("The description of the service is RDF.", tuple(GRAPH_FORMATS))
        triples = service_description(self._context, sizes)
        body = serialise(triples, chosen.graph, self._context.settings.base_iri)
        headers = {"Vary": VARY, "Cache-Control": "no-cache", "Content-Type": chosen.content_type(chosen.graph)}
        return Response(body, headers=headers)


def _is_for_people(scope: Scope, fields: Fields) -> bool:
    accept = header(scope, b"accept") or ""
    if "html" not in accept.lower():
        return False
    names = [name for name, _ in fields]
    return {"query", "lang"}.issuperset(names) and len(names) == len(set(names)) and is_browser(accept)


def _asks_for_description(fields: Fields) -> bool:
    """Tell whether a GET brings no query: then it asks what this service is (Service Description, section 2)."""
    return not any(name != "format" for name, _ in fields)


def _not_modified(etag: str) -> Response:
    return Response(status_code=304, headers={"ETag": etag, "Vary": VARY, "Cache-Control": "no-cache"})
