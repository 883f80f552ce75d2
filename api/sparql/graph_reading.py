"""GET and HEAD of a graph (SPARQL 1.1 Graph Store HTTP Protocol, sections 5.2 and 5.6)."""

from __future__ import annotations

import hashlib
import json
import secrets
from importlib.metadata import version
from typing import Final

from pyoxigraph import NamedNode
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from maille.api.context import JSON_RESULTS, AppContext
from maille.api.errors import RequestRefused
from maille.api.http.body import header
from maille.api.http.conditional import IMMUTABLE
from maille.api.http.kept import kept_release
from maille.api.http.negotiation import matches_etag
from maille.api.http.streaming import close, send_answer
from maille.api.sparql.formats import GRAPH_ALIASES, formats
from maille.api.sparql.graph_names import Target
from maille.api.sparql.protocol import Fields, several
from maille.ontology.errors import EngineBusy, NotAcceptable
from maille.store.engine import GRAPH_FORMATS, Answer, QueryRequest
from maille.store.remote_state import is_versioned

_VARY: Final = "Accept, Accept-Encoding"
_TRIES: Final = 5


class GraphReader:
    """Answers with whole graphs."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        self._version = version("maille")

    async def respond(self, scope: Scope, receive: Receive, send: Send, target: Target, fields: Fields) -> None:
        """Answer one GET or HEAD; raises NotAcceptable, or RequestRefused where there is no such graph."""
        chosen = formats(several(fields, "format"), header(scope, b"accept"))
        if chosen.graph is None:
            raise NotAcceptable("A graph is RDF.", tuple(GRAPH_FORMATS))
        label = chosen.labels.get(chosen.graph, chosen.graph)
        asked = kept_release(self._context, several(fields, "release"))
        held = header(scope, b"if-none-match")
        etag = self.etag(target.graph, label, asked or self._context.engine.release)
        if held is not None and held.strip() != "*" and matches_etag(held, etag):
            await Response(status_code=304, headers=_headers(target, etag, asked))(scope, receive, send)
            return
        answer = await self._answer(target.graph, chosen.graph, asked)
        headers = _headers(target, self.etag(target.graph, label, answer.release), asked)
        headers["Content-Type"] = chosen.content_type(answer.media_type)
        await send_answer(send, answer, headers, head=scope["method"] == "HEAD")

    async def exists(self, graph: str | None, release: str | None = None) -> tuple[bool, str]:
        """Return whether a graph is there, and in which release; the default graph always is."""
        pattern = "{}" if graph is None else f"{{ GRAPH {NamedNode(graph)} {{ ?s ?p ?o }} }}"
        answer = await self._ask(f"ASK {pattern}", None, release)
        body = b"".join([chunk async for chunk in answer.chunks])
        return bool(json.loads(body)["boolean"]), answer.release

    def etag(self, graph: str | None, label: str, release: str) -> str:
        """Return the tag of a graph sent as `label`: everything its bytes depend on."""
        once = "" if is_versioned(release) else secrets.token_hex()
        parts = (release, once, self._version, self._context.settings.base_iri, graph, label)
        return f'"{hashlib.sha256(repr(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]}"'

    def etags(self, graph: str | None, release: str) -> frozenset[str]:
        """Return the tags of a graph in every format it may have been read in."""
        return frozenset(self.etag(graph, label, release) for label in (*GRAPH_FORMATS, *GRAPH_ALIASES))

    async def _answer(self, graph: str | None, media_type: str, release: str | None) -> Answer:
        """Return a graph that is there, whatever is published between the question whether it is and its reading."""
        pattern = "{ ?s ?p ?o }" if graph is None else f"{{ GRAPH {NamedNode(graph)} {{ ?s ?p ?o }} }}"
        for _ in range(_TRIES):
            there, found_in = await self.exists(graph, release)
            if not there:
                raise RequestRefused("not-found", f"There is no graph <{graph}>.")
            answer = await self._ask(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {pattern}", media_type, release)
            if answer.release == found_in:
                return answer
            await close(answer)
        raise EngineBusy("The graph changed faster than it could be read.")

    async def _ask(self, text: str, graph_format: str | None, release: str | None) -> Answer:
        request = QueryRequest(
            text=text,
            bindings_format=JSON_RESULTS,
            graph_format=graph_format,
            # The default graph is the real one here, whatever a query sees.
            union_default_graph=False,
            timeout=self._context.settings.query_timeout,
            release=release,
        )
        return await self._context.engine.query(request)


def _headers(target: Target, etag: str, kept: str | None) -> dict[str, str]:
    # A name that was found by the Host is none for a cache that does not look at it.
    caching = "no-store" if target.by_host else IMMUTABLE if kept else "no-cache"
    return {"ETag": etag, "Vary": _VARY, "Cache-Control": caching}
