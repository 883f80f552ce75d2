"""`/trends`: what the study of 2020 asked, asked of the graph over what it knows, and each table as CSV (RFC 4180).

The answers are a function of the release and of what the address narrows them to; the last ones are remembered.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final, Generic, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from maille.api.context import AppContext
from maille.api.errors import RequestRefused
from maille.api.http.conditional import caching, etag_of, not_modified
from maille.api.http.kept import PARAMETER, context_of
from maille.api.pages.render import Renderer
from maille.api.rest.asking import truth
from maille.api.rest.formats import CSV
from maille.api.rest.tables import table
from maille.api.trends.answers import Trends, trends
from maille.api.trends.questions import CENSUS, MINIMUM, QUESTIONS, asked_of
from maille.api.trends.scope import Scope, scope_of
from maille.api.trends.shown import COLUMNS
from maille.api.trends.surroundings import Surroundings, surroundings
from maille.api.trends.view import View
from maille.ontology.errors import EngineBusy
from maille.store.within import within

PATH: Final = "/trends"
_REMEMBERED: Final = 64
_PATIENCE: Final = 20.0

T = TypeVar("T")


class Recent(Generic[T]):
    """Remembers the last values by release and scope; one is worked out at a time, and each only once."""

    def __init__(self, most: int = _REMEMBERED) -> None:
        self._most = most
        self._known: OrderedDict[tuple[str, object], T] = OrderedDict()
        self._turn = asyncio.Lock()

    async def get(self, key: tuple[str, object], work: Callable[[], Awaitable[T]]) -> T:
        """Return the value of `key`; raises EngineBusy where others take too long, and what `work` raises."""
        if key not in self._known:
            try:
                await within(_PATIENCE, self._turn.acquire())
            except TimeoutError:
                raise EngineBusy("Other trends are being worked out.", retry_after=10) from None
            try:
                if key not in self._known:
                    self._known[key] = await work()
            finally:
                self._turn.release()
        value = self._known[key]
        self._known.move_to_end(key)
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        return value


def routes(context: AppContext) -> list[BaseRoute]:
    """Return the routes of the page and of its tables."""
    page = TrendsPage(context, Renderer(context))
    return [Route(PATH, page.page), Route(PATH + "/{name}.csv", page.csv)]


class TrendsPage:
    """The handlers."""

    def __init__(self, context: AppContext, renderer: Renderer) -> None:
        self._context = context
        self._renderer = renderer
        self._examples = asked_of()
        self._around: Recent[Surroundings] = Recent(4)
        self._trends: Recent[Trends] = Recent()

    async def page(self, request: Request) -> Response:
        """Answer with every question."""
        context = context_of(self._context, request)
        t, links = self._renderer.translator(request), self._renderer.links(request)
        etag = etag_of(context, request, PATH, t.language)
        headers = {**caching(context), "ETag": etag}
        unchanged = not_modified(request, etag, headers)
        if unchanged is not None:
            return unchanged
        around, scope = await self._asked(context, request)
        found = await self._answers(context, scope, around)
        view = View(t, links, around, scope, context.settings.base_iri)
        parts = [
            view.part(answer, self._examples[answer.question.name], self._csv_address(request, answer.question.name))
            for answer in found.answers
        ]
        values = {
            "parts": parts,
            "scope": scope,
            "total": t.number(found.total),
            "left_out": found.every - found.total,
            "census": view.printed(CENSUS),
            "sources": view.sources(),
            "regions": view.areas(around.regions),
            "departements": view.areas(around.departements, scope.region),
            "minimum": MINIMUM,
            "asked_language": t.language if request.query_params.get("lang") == t.language else None,
        }
        return self._renderer.page("trends.html", request, values, headers=headers)

    async def csv(self, request: Request) -> Response:
        """Answer with the table of one question."""
        name = request.path_params["name"]
        if name not in self._examples:
            raise RequestRefused("not-found", f"There is no question {name[:80]!r}.")
        excel = bool(truth(request.query_params, "excel"))
        context = context_of(self._context, request)
        t = self._renderer.translator(request)
        etag = etag_of(context, request, PATH, name, t.language)
        headers = {**caching(context), "ETag": etag, "Content-Language": t.language}
        unchanged = not_modified(request, etag, headers)
        if unchanged is not None:
            return unchanged
        around, scope = await self._asked(context, request)
        found = await self._answers(context, scope, around)
        view = View(t, self._renderer.links(request), around, scope, context.settings.base_iri)
        answer = next((one for one in found.answers if one.question.name == name), None)
        if answer is None:
            raise RequestRefused("not-found", f"{name!r} compares territories, and one département is asked for.")
        body = table(CSV, view.rows(answer), COLUMNS, excel=excel)
        headers["Content-Disposition"] = f'attachment; filename="trends-{name}.csv"'
        return Response(body, headers=headers, media_type="text/csv; charset=utf-8; header=present")

    async def _asked(self, context: AppContext, request: Request) -> tuple[Surroundings, Scope]:
        """Return what there is, and the scope of an address; raises RequestRefused where it names what is not there."""
        scope, pinned = scope_of(request.query_params), _pinned(context)
        around = await self._around.get((pinned.release, None), lambda: surroundings(pinned))
        codes = (("region", scope.region, around.regions), ("departement", scope.departement, around.departements))
        for name, code, areas in codes:
            if code and code not in {area.code for area in areas}:
                raise RequestRefused("bad-request", f"There is no {name} {code!r} in release {context.release}.")
        source = around.source(scope.source) if scope.source else None
        if scope.source and source is None:
            raise RequestRefused("bad-request", f"No source {scope.source!r} tells of structures here.")
        # Who asks for a source under the ODbL has asked for the licence.
        return around, replace(scope, licence="any") if source is not None and source.apart else scope

    async def _answers(self, context: AppContext, scope: Scope, around: Surroundings) -> Trends:
        questions = [one for one in QUESTIONS if not (one.wide and scope.departement)]
        queries, pinned = {question: self._examples[question.name] for question in questions}, _pinned(context)
        return await self._trends.get((pinned.release, scope), lambda: trends(pinned, scope, queries, around.means))

    def _csv_address(self, request: Request, name: str) -> str:
        known = ("lang", PARAMETER, "region", "departement", "source", "licence")
        fields = [(key, value) for key, value in request.query_params.multi_items() if key in known and value]
        path = self._renderer.links(request).asset(f"{PATH}/{name}.csv")
        return f"{path}?{urlencode(fields)}" if fields else path


def _pinned(context: AppContext) -> AppContext:
    """Return the context at the release of now: one that is published meanwhile is not mixed in."""
    return context.at(context.release)
