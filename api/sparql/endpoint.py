"""The SPARQL endpoint (SPARQL 1.1 Protocol, section 2.1): a bare ASGI route, since every query passes here.

An answer is a stream. What fails before its first part is a problem document; what fails after it drops the
connection, so that nobody takes half an answer for a whole one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from maille.api.context import AppContext
from maille.api.entities.serialise import serialise
from maille.api.http.body import header, read_body
from maille.api.http.kept import PARAMETER
from maille.api.http.leaving import while_connected
from maille.api.http.negotiation import is_browser, matches_etag
from maille.api.http.streaming import send_answer
from maille.api.memo import PerRelease
from maille.api.sparql.asking import VARY, Asker, Asking
from maille.api.sparql.federating import explanation
from maille.api.sparql.formats import Formats, formats
from maille.api.sparql.protocol import (
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
from maille.api.sparql.service_description import GRAPH_SIZES, service_description
from maille.api.sparql.updates import AskedUpdate, Updates, asked_update, is_update
from maille.api.terms import Row
from maille.ontology.errors import NotAcceptable
from maille.store.engine import GRAPH_FORMATS, Answer
from maille.store.federation import FederatingEngine
from maille.store.guard import MAX_LENGTH

SparqlPage = Callable[[Request], Awaitable[Response]]
"""Shows a person where to write a query, and what the query of the address gives."""

OUTCOME: Final = "maille.outcome"
"""In the scope of a request whose query was run on the short way: its answer, or why there is none."""
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
        self._asker = Asker(context)
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
        if question.explain and isinstance(self._context.engine, FederatingEngine):
            await (await self._explained(self._context.engine, question))(scope, receive, send)
            return
        asking = self._asker.asking(question, header(scope, b"accept"))
        posted = scope["method"] == "POST"
        held = None if posted else header(scope, b"if-none-match")
        if held is not None and held.strip() != "*":
            etag = asking.etag(asking.release)
            if matches_etag(held, etag):
                await _not_modified(etag, asking.caching)(scope, receive, send)
                return
        answer = await self._outcome(scope, asking)
        await send_answer(send, answer, asking.headers(answer, posted=posted), head=scope["method"] == "HEAD")

    async def _explained(self, engine: FederatingEngine, question: Asked) -> Response:
        asking = self._asker.asking(question._replace(formats=()), None)
        body = await explanation(engine, asking.request)
        headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
        return Response(body, headers=headers)

    async def _outcome(self, scope: Scope, asking: Asking) -> Answer:
        """Return the answer, which the short way may have brought already."""
        outcome: Answer | Exception | None = scope.get(OUTCOME)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome or await self._context.engine.query(asking.request)

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
    return {"query", "lang", PARAMETER}.issuperset(names) and len(names) == len(set(names)) and is_browser(accept)


def _asks_for_description(fields: Fields) -> bool:
    """Tell whether a GET brings no query: then it asks what this service is (Service Description, section 2)."""
    return not any(name != "format" for name, _ in fields)


def _not_modified(etag: str, caching: str) -> Response:
    return Response(status_code=304, headers={"ETag": etag, "Vary": VARY, "Cache-Control": caching})
