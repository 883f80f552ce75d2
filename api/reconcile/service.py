"""`/reconcile`: the Reconciliation Service API 0.2 of the W3C Entity Reconciliation Community Group, for OpenRefine.

The service is there in French and in English; `/reconcile` is that of the language a client likes better. Batches are
answered in threads, some queries at a time, so that nobody waits for a long one to end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any, Final, TypeVar
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from maille.api.context import AppContext
from maille.api.errors import RequestRefused
from maille.api.http.body import ClientGone
from maille.api.pages.i18n import LANGUAGES, choose_language
from maille.api.pages.render import Renderer
from maille.api.reconcile import suggest as reconcile_suggest
from maille.api.reconcile.asking import Query, extension_of, queries_of
from maille.api.reconcile.extend import extended
from maille.api.reconcile.features import feature
from maille.api.reconcile.ids import Ids
from maille.api.reconcile.manifest import manifest
from maille.api.reconcile.preview import flyout, preview, told
from maille.api.reconcile.requests import fields_of, server_of, whole
from maille.api.reconcile.score import Reconciler
from maille.api.reconcile.types import TYPES, kinds_of
from maille.api.rest.answer import Answer, answer_to
from maille.api.rest.asking import refused
from maille.api.rest.formats import JSON, encoded
from maille.ontology.errors import EngineBusy
from maille.store.search import Alike

_AT_ONCE: Final = 10
"""Queries that a thread answers before others get their turn."""
_BATCHES: Final = 64
"""Batches under way, past which a client is asked to come again."""
_T = TypeVar("_T")


def routes(context: AppContext) -> list[BaseRoute]:
    """Return the routes of the service."""
    service = Reconciliation(context)
    found: list[BaseRoute] = [Route("/reconcile/view", service.view)]
    for path in ("/reconcile", *(f"/reconcile/{language}" for language in LANGUAGES)):
        found.append(Route(path, service.endpoint, methods=["GET", "POST"]))
    for language in LANGUAGES:
        found += [
            Route(f"/reconcile/{language}/suggest/{{what}}", service.suggest),
            Route(f"/reconcile/{language}/flyout/{{what}}", service.flyout),
            Route(f"/reconcile/{language}/properties", service.propose),
            Route(f"/reconcile/{language}/preview", service.preview),
            Route(f"/reconcile/{language}/feature", service.feature),
        ]
    return found


class Reconciliation:
    """The handlers."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        self._renderer = Renderer(context)
        self._turn = asyncio.Semaphore(1)
        self._under_way = 0
        self._reconciler: Reconciler | None = None

    async def endpoint(self, request: Request) -> Response:
        """Answer with the manifest, with candidates (`queries`), or with values (`extend`)."""
        fields, language = await fields_of(request), self._language(request)
        asked = [name for name in ("queries", "extend") if name in fields]
        if len(asked) > 1:
            raise refused("Send `queries` or `extend`, not both.")
        if not asked and (request.method == "POST" or "query" in fields):
            raise refused(
                "Send a batch as `queries`, a JSON object of queries by keys, or a data extension as `extend`."
            )
        if not asked:
            return await self._manifest(request, language)
        answer = await answer_to(self._context, request, JSON)
        if request.method == "GET" and (unchanged := answer.unchanged()):
            return unchanged
        if asked == ["extend"]:
            extension = await asyncio.to_thread(extension_of, fields["extend"])
            return self._of(answer, await self._in_turn(lambda: extended(answer.index, extension, language)))
        queries = await asyncio.to_thread(queries_of, fields["queries"])
        return self._of(answer, await self._batch(request, answer, queries, language))

    async def suggest(self, request: Request) -> Response:
        """Answer with entities, types or properties that a text begins the name of."""
        fields, language, what = await fields_of(request), self._language(request), request.path_params["what"]
        prefix = fields.get("prefix", "")
        skipped = whole(fields, "cursor", 0, reconcile_suggest.FURTHEST)
        most = whole(fields, "limit", reconcile_suggest.SUGGESTED, reconcile_suggest.MOST)
        types = [name for name in fields.get("type", "").split(",") if name in TYPES]
        if what == "entity":
            answer = await answer_to(self._context, request, JSON)
            if unchanged := answer.unchanged():
                return unchanged
            window = (skipped, most)
            found = await asyncio.to_thread(reconcile_suggest.entities, answer.index, prefix, types, language, window)
            return self._of(answer, {"result": found})
        if what not in ("type", "property"):
            raise RequestRefused(
                "not-found", "Entities, types and properties are suggested: `entity`, `type`, `property`."
            )
        every = (
            reconcile_suggest.types(prefix, language)
            if what == "type"
            else reconcile_suggest.properties(prefix, types, language)
        )
        most = whole(fields, "limit", reconcile_suggest.MOST, reconcile_suggest.MOST)
        return _json({"result": every[skipped : skipped + most]})

    async def flyout(self, request: Request) -> Response:
        """Answer with a little HTML about an entity, a type or a property."""
        fields, language, what = await fields_of(request), self._language(request), request.path_params["what"]
        name = fields.get("id", "")
        if what == "entity":
            answer = await answer_to(self._context, request, JSON)
            one = await self._known(answer, name, language)
            return self._of(answer, {"id": name, "html": flyout(one, language)})
        known = reconcile_suggest.described(what, name, language) if what in ("type", "property") else None
        if known is None:
            raise RequestRefused("not-found", f"There is no {what[:40]} {name[:80]!r}.")
        return _json({"id": name, "html": told(known["name"], known["description"])})

    async def propose(self, request: Request) -> Response:
        """Answer with the properties that can be fetched of things of a type."""
        fields, language = await fields_of(request), self._language(request)
        name = fields.get("type", "")
        if name and name not in TYPES:
            raise refused(f"There is no type {name[:80]!r}. Those there are: {', '.join(TYPES)}.")
        limit = whole(fields, "limit", 0, reconcile_suggest.MOST)
        found = reconcile_suggest.proposed(kinds_of((name,)) if name else (), language)
        shown: dict[str, Any] = {"properties": found[: limit or None], "type": name}
        return _json(shown | ({"limit": limit} if limit else {}))

    async def preview(self, request: Request) -> Response:
        """Answer with a small page about an entity."""
        fields, language = await fields_of(request), self._language(request)
        answer = await answer_to(self._context, request, "text/html")
        if unchanged := answer.unchanged():
            return unchanged
        one = await self._known(answer, fields.get("id", ""), language)
        response = preview(self._renderer, request, one, answer.index.base, language)
        response.headers.update(answer.headers)
        return response

    async def feature(self, request: Request) -> Response:
        """Answer with what a matching feature is."""
        fields, language = await fields_of(request), self._language(request)
        name = fields.get("id", "")
        known = feature(name, language)
        if known is None:
            raise RequestRefused("not-found", f"There is no feature {name[:80]!r}.")
        return _json({"id": name, **known})

    async def view(self, request: Request) -> Response:
        """Answer 303 to the name of an entity, which knows what became of it if it gave way to another."""
        name = (await fields_of(request)).get("id", "")
        found = Ids(self._context.settings.base_iri).iris(name)
        if not found:
            raise RequestRefused("not-found", f"There is no entity {name[:80]!r}.")
        root = str(request.scope.get("root_path", "")).rstrip("/")
        location = root + quote(self._context.local(found[0]), safe="/%~")
        return Response(status_code=303, headers={"Location": location, "Cache-Control": "no-cache"})

    async def _manifest(self, request: Request, language: str) -> Response:
        document = manifest(server_of(self._context, request), self._context.settings.base_iri, language)
        return _json(document)

    async def _batch(
        self, request: Request, answer: Answer, queries: Mapping[str, Query], language: str
    ) -> dict[str, Any]:
        if self._under_way >= _BATCHES:
            raise EngineBusy("Many batches are being reconciled.", retry_after=5)
        reconciler = self._over(answer)
        found: dict[str, Any] = {}
        waiting = iter(queries.items())
        self._under_way += 1
        try:
            while some := list(islice(waiting, _AT_ONCE)):
                found |= await self._in_turn(lambda some=some: _answered(reconciler, some, language))  # type: ignore[misc]
                if len(queries) > _AT_ONCE and await request.is_disconnected():
                    raise ClientGone
        finally:
            self._under_way -= 1
        return found

    async def _in_turn(self, work: Callable[[], _T]) -> _T:
        async with self._turn:
            return await asyncio.to_thread(work)

    def _over(self, answer: Answer) -> Reconciler:
        """Return the reconciler over an index: what it has learnt of places is kept while a release is served."""
        if self._reconciler is None or self._reconciler.index is not answer.index:
            self._reconciler = Reconciler(answer.index)
        return self._reconciler

    async def _known(self, answer: Answer, name: str, language: str) -> Alike:
        reconciler = self._over(answer)
        found = await asyncio.to_thread(answer.index.known, reconciler.ids.iris(name), language)
        if not found:
            raise RequestRefused("not-found", f"There is no entity {name[:80]!r}.")
        return found[0]

    def _of(self, answer: Answer, document: Mapping[str, Any]) -> Response:
        response = answer.of(encoded(document), {})
        if answer.request.method == "POST":
            # An answer to a POST is kept by nobody (RFC 9111, section 3).
            response.headers["Cache-Control"] = "no-store"
            if "ETag" in response.headers:
                del response.headers["ETag"]
        return response

    def _language(self, request: Request) -> str:
        part = request.url.path.removeprefix(str(request.scope.get("root_path", ""))).split("/")
        own = part[2] if len(part) > 2 else ""
        return own if own in LANGUAGES else choose_language(None, request.headers.get("accept-language"))


def _answered(reconciler: Reconciler, queries: list[tuple[str, Query]], language: str) -> dict[str, Any]:
    return {key: {"result": reconciler.result(query, language)} for key, query in queries}


def _json(document: Mapping[str, Any]) -> Response:
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}
    return Response(encoded(document), headers=headers, media_type=JSON)
