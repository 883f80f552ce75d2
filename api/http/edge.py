"""The outermost layer: what holds for every request before and after its handler (RFC 9110, sections 9.3 and 15).

Ill-encoded addresses are refused, HEAD gets no body, OPTIONS is answered from the routes, a trailing slash leads
to the address without it, and each response gets the safe headers, be it an answer, a problem or a crash.
"""

from __future__ import annotations

from collections.abc import Iterable
from time import perf_counter

from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from maille.api.errors import HTTP_PROBLEMS, Problem
from maille.api.http.codings import Codings
from maille.api.http.security import (
    PREFLIGHT_HEADERS,
    address_fault,
    raw_path,
    shown_path,
    with_safe_headers,
)
from maille.api.http.timing import with_total
from maille.api.problems import problem_response


class Edge:
    """Wraps the whole application.

    Args:
        app: what answers.
        routes: the routes of `app`, to answer OPTIONS and to know which addresses exist.
        base: base of the addresses of problem types.
    """

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute], base: str) -> None:
        self._app = app
        self._coded = Codings(app)
        self._routes = list(routes)
        self._base = base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass a lifespan on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"
        began = perf_counter()

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = with_total(with_safe_headers(message["headers"]), began)
            elif head:
                message["body"] = b""
            await send(message)

        await (self._early(scope) or self._coded)(scope, receive, dressed)

    def _early(self, scope: Scope) -> Response | None:
        """Return the answer to a request that needs no handler, None where it needs one."""
        fault = address_fault(scope)
        if fault:
            problem = Problem(HTTP_PROBLEMS["bad-encoding"], fault, shown_path(scope))
            return problem_response(problem, self._base)
        if scope["method"] == "OPTIONS":
            return self._options(scope)
        return self._redirect(scope) if len(scope["path"]) > 1 and scope["path"].endswith("/") else None

    def _options(self, scope: Scope) -> Response | None:
        methods = allowed_methods(self._routes, scope)
        if not methods:
            return None
        allow = ", ".join(methods)
        names = {name for name, _ in scope["headers"]}
        preflight = b"access-control-request-method" in names
        more = {"Access-Control-Allow-Methods": allow, **PREFLIGHT_HEADERS} if preflight else {}
        return Response(status_code=204, headers={"Allow": allow, **more})

    def _redirect(self, scope: Scope) -> Response | None:
        path = raw_path(scope).decode("ascii", "replace")
        bare = path.rstrip("/")
        if scope["path"].startswith("//") or not bare:
            return None
        if not allowed_methods(self._routes, {**scope, "path": scope["path"].rstrip("/")}):
            return None
        query = scope["query_string"].decode("ascii", "replace")
        return Response(status_code=308, headers={"Location": f"{bare}?{query}" if query else bare})


def allowed_methods(routes: Iterable[BaseRoute], scope: Scope) -> list[str]:
    """Return the methods of the address of `scope`, sorted, with OPTIONS; empty where nothing lives there."""
    methods: set[str] = set()
    for route in routes:
        if route.matches(scope)[0] is Match.NONE:
            continue
        if isinstance(route, Route):
            methods |= route.methods or set()
        elif isinstance(route, Mount):
            methods |= {"GET", "HEAD"}
    return sorted(methods | {"OPTIONS"}) if methods else []
