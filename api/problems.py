"""Problems on their way out: responses, the handlers of the application, and the pages that document each type."""

from __future__ import annotations

import html
import json
import logging
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from maille.api.context import AppContext
from maille.api.errors import (
    HTTP_PROBLEMS,
    Problem,
    ProblemType,
    RequestRefused,
    problem_of,
    problem_of_http,
    problem_types,
)
from maille.api.http.body import ClientGone
from maille.api.http.negotiation import choose, is_browser
from maille.api.http.security import shown_path
from maille.ontology.errors import MailleError, NotAcceptable

MEDIA_TYPE: Final = "application/problem+json"
HTML: Final = "text/html; charset=utf-8"

ProblemPage = Callable[[Problem, Request], str]
"""Renders a problem for a person."""

_DOCUMENTED: Final = ("text/html", "application/json")
_log = logging.getLogger("maille.api")


def problem_response(problem: Problem, base: str) -> Response:
    """Return `problem` as `application/problem+json`."""
    headers = {"Cache-Control": "no-store", "Vary": "Accept", **problem.headers}
    return Response(problem.to_json(base), problem.kind.status, headers, MEDIA_TYPE)


def plain_page(problem: Problem, request: Request) -> str:
    """Return the simplest page that says all a problem says."""
    del request
    facts = {"": problem.detail, "Advice": problem.kind.advice, **dict(problem.more)}
    lines = (
        f"<p>{html.escape(name + ': ' if name else '')}{html.escape(str(fact))}</p>" for name, fact in facts.items()
    )
    return _page(f"{problem.kind.status} {problem.kind.title}", "".join(lines))


def handlers(context: AppContext, page: ProblemPage = plain_page) -> Mapping[Any, Callable[..., Any]]:
    """Return the exception handlers of the application; `page` renders problems for browsers."""

    def respond(request: Request, problem: Problem) -> Response:
        if not is_browser(request.headers.get("accept")):
            return problem_response(problem, context.settings.base_iri)
        headers = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language", **problem.headers}
        return Response(page(problem, request), problem.kind.status, headers, HTML)

    async def on_maille_error(request: Request, error: MailleError) -> Response:
        return respond(request, problem_of(error, shown_path(request.scope)))

    async def on_http_error(request: Request, error: HTTPException) -> Response:
        return respond(request, _with_allow(problem_of_http(error, shown_path(request.scope))))

    async def on_crash(request: Request, error: Exception) -> Response:
        number = secrets.token_hex(8)
        _log.error("request %s to %s crashed: %s", number, shown_path(request.scope), type(error).__name__)
        detail = "Something went wrong inside. The service goes on."
        kind = HTTP_PROBLEMS["internal"]
        return respond(request, Problem(kind, detail, shown_path(request.scope), {"request_id": number}))

    async def on_leaving(_request: Request, _error: Exception) -> Response:
        # Nobody reads it.
        return Response(status_code=400)

    return {
        MailleError: on_maille_error,
        HTTPException: on_http_error,
        ClientGone: on_leaving,
        Exception: on_crash,
    }


def routes(context: AppContext) -> list[BaseRoute]:
    """Return the routes that document the problem types."""
    base = context.settings.base_iri

    async def listing(request: Request) -> Response:
        return _documented(request, "Problems", problem_types(), base)

    async def one(request: Request) -> Response:
        slug = request.path_params["slug"]
        kinds = [kind for kind in problem_types() if kind.slug == slug]
        if not kinds:
            raise RequestRefused("not-found", f"There is no problem type {slug!r}.")
        return _documented(request, kinds[0].title, kinds, base)

    return [Route("/problems", listing), Route("/problems/{slug}", one)]


def _documented(request: Request, title: str, kinds: list[ProblemType], base: str) -> Response:
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    chosen = choose(request.headers.get("accept"), _DOCUMENTED)
    if chosen is None:
        raise NotAcceptable("This page is HTML or JSON.", _DOCUMENTED)
    if chosen == "text/html":
        body = "".join(
            f'<h2 id="{kind.slug}"><a href="/problems/{kind.slug}">{kind.status} {html.escape(kind.title)}</a></h2>'
            f"<p>{html.escape(kind.advice)}</p>"
            for kind in kinds
        )
        return Response(_page(title, body), headers=headers, media_type=HTML)
    listed = [
        {"type": f"{base}problems/{kind.slug}", "title": kind.title, "status": kind.status, "advice": kind.advice}
        for kind in kinds
    ]
    return Response(json.dumps(listed, indent=2) + "\n", headers=headers, media_type="application/json")


def _page(title: str, body: str) -> str:
    name = html.escape(title)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{name} - Maille</title>'
        f'<meta name="viewport" content="width=device-width"><main><h1>{name}</h1>{body}'
        f'<p><a href="/">Maille</a></p></main></html>\n'
    )


def _with_allow(problem: Problem) -> Problem:
    """Return a problem whose `Allow` is sorted and names OPTIONS, which every address answers."""
    allow = problem.headers.get("Allow")
    if allow is None:
        return problem
    methods = ", ".join(sorted({*allow.split(", "), "OPTIONS"}))
    detail = f"This address answers {methods}."
    return Problem(problem.kind, detail, problem.instance, problem.more, {**problem.headers, "Allow": methods})
