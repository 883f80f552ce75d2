"""`create_app`: the one place where settings, engine and routes become an application (ASGI 3)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from maille.api import problems
from maille.api.context import AppContext
from maille.api.datasets import descriptions as datasets
from maille.api.datasets import dumps, releases
from maille.api.datasets.dumping import Dumping
from maille.api.entities import documents, lookups
from maille.api.forgetting import forget_with
from maille.api.fragments import endpoint as fragments
from maille.api.http.edge import Edge
from maille.api.http.fast_lane import FastLane, Watching
from maille.api.http.short_way import ShortWay
from maille.api.http.tokens import gate_of
from maille.api.maps import page as map_page
from maille.api.pages import api_docs, assets, data_page, sitemap, vocabulary
from maille.api.pages import site as pages
from maille.api.pages.render import Renderer
from maille.api.pages.sparql_page import SparqlPage
from maille.api.reconcile import service as reconcile
from maille.api.rest import routes as rest
from maille.api.search import page as search_page
from maille.api.search.indexes import Indexes
from maille.api.settings import Settings
from maille.api.sparql import endpoint as sparql
from maille.api.sparql import graph_store
from maille.api.sparql.asking import Asker
from maille.api.sparql.federating import federating
from maille.api.sparql.search_engine import SearchingEngine
from maille.api.sparql.updates import Updates
from maille.api.trends import page as trends
from maille.store.engine import Engine
from maille.store.wrapping import WrappingEngine


class MailleApp(Starlette):
    """The application: Starlette's routing inside the edge, so that a crash gets the safe headers too."""

    def __init__(self, context: AppContext) -> None:
        dumping = Dumping(context.settings.home)

        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            await context.engine.start()
            if context.indexes is not None:
                context.indexes.begin()
            forgetting = asyncio.create_task(forget_with(context.settings.home, self.forget))
            try:
                yield
            finally:
                forgetting.cancel()
                await dumping.close()
                if context.indexes is not None:
                    await context.indexes.close()
                await context.engine.close()

        super().__init__(
            routes=all_routes(context, dumping),
            exception_handlers=problems.handlers(context, pages.problem_page(context)),
            lifespan=lifespan,
        )
        self.context = context
        self.lane = FastLane(lambda: context.engine.release, context.settings.response_cache)
        self.short_way = ShortWay(context.engine, Asker(context), self.lane)
        self.router.redirect_slashes = False

    def forget(self) -> None:
        """Give nothing again that was given before."""
        self.lane.clear()
        if self.context.indexes is not None:
            self.context.indexes.forget()
        if isinstance(self.context.engine, WrappingEngine):
            self.context.engine.forget()

    def build_middleware_stack(self) -> ASGIApp:
        """Return Starlette's own layers inside the edge."""
        edge = Edge(super().build_middleware_stack(), self.routes, self.context.settings.base_iri)
        return Watching(edge, self.lane)


def create_app(settings: Settings, engine: Engine) -> MailleApp:
    """Return the application over `engine`, which it starts and closes with its lifespan."""
    indexes = Indexes(settings.home, engine, settings.base_iri)
    searching = SearchingEngine(engine, indexes, settings.base_iri)
    return MailleApp(AppContext(settings, federating(settings, searching), indexes=indexes))


def all_routes(context: AppContext, dumping: Dumping) -> list[BaseRoute]:
    """Return every route, those asked most first; raises UsageError where the write token cannot be had."""
    page = SparqlPage(context, Renderer(context))
    gate = gate_of(context.settings)
    rooms = (
        lookups,
        fragments,
        documents,
        vocabulary,
        pages,
        map_page,
        assets,
        problems,
        rest,
        reconcile,
        search_page,
        api_docs,
        sitemap,
        trends,
    )
    published = (datasets, data_page, dumps, releases)
    return [
        *sparql.routes(context, Updates(context, gate), page),
        *graph_store.routes(context, gate),
        *(route for room in rooms for route in room.routes(context)),
        *(route for room in published for route in room.routes(context, dumping)),
    ]
