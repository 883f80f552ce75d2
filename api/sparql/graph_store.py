"""`/graph-store` (SPARQL 1.1 Graph Store HTTP Protocol, section 5): reading a graph, and writing one as a new release.

Graphs are named indirectly by `?graph=` and `?default`, or directly by their own address here (section 4). A graph
that holds nothing is not there: PUT of an empty document and DELETE leave the same.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Final, Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from maille.api.context import AppContext
from maille.api.entities.documents import HTML, SUFFIXES, Documents, negotiated
from maille.api.errors import RequestRefused
from maille.api.http.body import header
from maille.api.http.leaving import while_connected
from maille.api.http.preconditions import Preconditions
from maille.api.http.tokens import Gate
from maille.api.pages.render import Renderer
from maille.api.sparql.graph_names import Target, direct, indirect, target_of
from maille.api.sparql.graph_payload import documents
from maille.api.sparql.graph_reading import GraphReader
from maille.api.sparql.protocol import Fields, fields_of
from maille.api.sparql.updates import write
from maille.api.sparql.written import written_response
from maille.ontology import iris
from maille.ontology.errors import EngineBusy, InvalidIri, ReleaseMoved
from maille.ontology.namespaces import BASE
from maille.store.attempt import META
from maille.store.change import GraphChange
from maille.store.writing import Written

METHODS: Final = ["GET", "PUT", "POST", "DELETE"]
_MINTED: Final = "written"
_TRIES: Final = 5
_IS_WRITTEN: Final = """
    ASK { VALUES ?graph { UNDEF }
      GRAPH ?graph { ?s ?p ?o }
      FILTER NOT EXISTS { VALUES ?meta { UNDEF } GRAPH ?meta { ?graph prov:wasDerivedFrom ?source } } }"""

Answering = Callable[[Scope, Receive, Send], Awaitable[None]]


def routes(context: AppContext, gate: Gate) -> list[BaseRoute]:
    """Return the routes of the Graph Store; those of documents, some of which it takes over, come after."""
    store = GraphStore(context, gate)
    shown = Documents(context, Renderer(context))
    return [
        Route("/graph-store", _Endpoint(store.indirect), methods=METHODS, name="graph-store"),
        Route("/graph-store/{rest:path}", _Endpoint(store.direct), methods=METHODS),
        Route("/graph/{rest:path}", _Endpoint(Named(context, store, shown).answer), methods=METHODS),
    ]


class _Endpoint:
    """An ASGI application of a method: Starlette would take the method itself for a function of a request."""

    def __init__(self, answer: Answering) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer(scope, receive, send)


class GraphStore:
    """The graphs of one application."""

    def __init__(self, context: AppContext, gate: Gate) -> None:
        self._context = context
        self._gate = gate
        self._reader = GraphReader(context)

    async def indirect(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request to the Graph Store itself (section 4.2)."""
        fields = fields_of(scope["query_string"])
        target = indirect(self._context, scope, fields)
        if target is not None:
            await self.answer(scope, receive, send, target, fields)
        elif scope["method"] == "POST":
            await self._answer_write(scope, receive, send, self._mint(), new=True)
        else:
            raise RequestRefused("bad-request", "Which graph? Say `graph=` and its IRI, or `default`.")

    async def direct(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request to the address of a graph (section 4.1)."""
        fields = fields_of(scope["query_string"])
        await self.answer(scope, receive, send, direct(self._context, scope, fields), fields)

    async def answer(self, scope: Scope, receive: Receive, send: Send, target: Target, fields: Fields) -> None:
        """Answer a request about one graph."""
        if scope["method"] in {"GET", "HEAD"}:
            await while_connected(receive, self._reader.respond(scope, receive, send, target, fields))
        else:
            await self._answer_write(scope, receive, send, target)

    async def _answer_write(
        self, scope: Scope, receive: Receive, send: Send, target: Target, *, new: bool = False
    ) -> None:
        self._gate.check(scope)
        change = await self._change(scope, receive, target)
        written = await self._write(change, Preconditions.of(scope))
        if change.method == "DELETE" and not written.existed:
            raise RequestRefused("not-found", f"There is no graph <{target.graph}>.")
        created = change.method != "DELETE" and not written.existed and (written.changed or change.method == "PUT")
        headers = {"Location": self._location(scope, target)} if created else {}
        if new and created:
            headers["Link"] = f'<{target.graph}>; rel="canonical"'
        await written_response(written, header(scope, b"accept"), created=created, headers=headers)(
            scope, receive, send
        )

    async def _change(self, scope: Scope, receive: Receive, target: Target) -> GraphChange:
        method, settings = _verb(scope["method"]), self._context.settings
        parts = [] if method == "DELETE" else await documents(scope, receive, settings.body_limit)
        if method == "POST":
            # Nothing is added by an empty body, whatever its media type (section 5.5).
            parts = [part for part in parts if part[1]]
        base = target.graph or self._context.canonical("/graph-store")
        based = tuple((media_type, document, base) for media_type, document in parts)
        return GraphChange(method, target.graph, based, settings.query_timeout)

    async def _write(self, change: GraphChange, conditions: Preconditions) -> Written:
        if not conditions:
            return await write(self._context, change)
        for _ in range(_TRIES):
            exists, release = await self._reader.exists(change.graph)
            conditions.check(exists, self._reader.etags(change.graph, release))
            try:
                return await write(self._context, change, over=release)
            except ReleaseMoved:
                continue
        raise EngineBusy("The graph changed faster than it could be compared.")

    def _mint(self) -> Target:
        name = iris.graph(_MINTED, secrets.token_hex(8))
        return target_of(self._context, self._context.published(name))

    def _location(self, scope: Scope, target: Target) -> str:
        root = "" if self._context.settings.public_url else str(scope.get("root_path", "")).rstrip("/")
        return root + self._context.absolute(target.path)


class Named:
    """`/graph/<name>`: the document about a source's graph, as of any thing; a graph that was written, itself."""

    def __init__(self, context: AppContext, store: GraphStore, shown: Documents) -> None:
        self._context = context
        self._store = store
        self._shown = shown

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; raises InvalidIri where the address follows no pattern of a name."""
        request = Request(scope, receive)
        if scope["method"] not in {"GET", "HEAD"}:
            self._check_name(request.path_params["rest"])
            await self._store.direct(scope, receive, send)
            return
        response = await self._document(request)
        await (self._store.direct if response is None else response)(scope, receive, send)

    async def _document(self, request: Request) -> Response | None:
        """Return the document to show, None where the graph itself is to be."""
        html = negotiated(request) == HTML
        if not html and await self._is_written(request):
            return None
        try:
            return await self._shown.document(request)
        except RequestRefused as refusal:
            # A browser gets a page where there is one, and else the graph.
            if html and refusal.slug == "not-found" and await self._is_written(request):
                return None
            raise

    async def _is_written(self, request: Request) -> bool:
        """Tell whether the address names a graph that is there and belongs to no source."""
        try:
            name = iris.parse(f"{BASE}graph/{request.path_params['rest']}")
        except InvalidIri:
            return False
        graph = iris.graph(*name.key.split("/"))
        asks_more = not {"format", "release"}.issuperset(request.query_params)
        if asks_more or graph.value == META:
            return False
        return await self._context.ask(_IS_WRITTEN, graph=graph, meta=iris.graph("meta"))

    def _check_name(self, rest: str) -> None:
        iris.parse(f"{BASE}graph/{rest}")
        if rest.rpartition(".")[2] in SUFFIXES:
            raise RequestRefused("bad-request", "A suffix names a format: write to the name without it.")


def _verb(method: str) -> Literal["PUT", "POST", "DELETE"]:
    match method:
        case "PUT" | "POST" | "DELETE":
            return method
        case _:
            raise RequestRefused("method-not-allowed", f"{method} does not write a graph.")
