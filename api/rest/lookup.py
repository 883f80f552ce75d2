"""`/api/lookup`: from official numbers to the things that have them, one by GET, up to a thousand by POST."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from maille.api.context import AppContext
from maille.api.errors import RequestRefused
from maille.api.http.body import header, read_body
from maille.api.rest.answer import answer_to
from maille.api.rest.asking import check_names, one, refused
from maille.api.rest.collections import Row
from maille.api.rest.formats import JSON, OF_ANSWERS, media_type_of
from maille.loaders import identifiers
from maille.ontology.errors import InvalidIdentifier
from maille.store.search import SearchIndex

MOST: Final = 1_000
_LARGEST: Final = 1_000_000
_INSEE: Final = re.compile(r"\d{2,3}|2[AB]|\d[\dAB]\d{3}", re.ASCII)
_ROR: Final = re.compile(r"(?:https?://ror\.org/)?(0[a-z0-9]{6}\d{2})", re.ASCII)
_WIKIDATA: Final = re.compile(r"https?://www\.wikidata\.org/(?:entity|wiki)/", re.ASCII)


def _insee(text: str) -> str:
    code = text.strip().upper()
    if _INSEE.fullmatch(code) is None:
        raise InvalidIdentifier("This is no INSEE code: five characters for a commune, two or three for what is larger")
    return code


def _ror(text: str) -> str:
    match = _ROR.fullmatch(text.strip().lower())
    if match is None:
        raise InvalidIdentifier("This is no ROR id: nine characters, the first of them 0")
    return match[1]


def _wikidata(text: str) -> str:
    return identifiers.wikidata_id(_WIKIDATA.sub("", text.strip(), count=1))


SCHEMES: Final[Mapping[str, tuple[str, Callable[[str], str]]]] = MappingProxyType(
    {
        "siren": ("siren", identifiers.siren),
        "siret": ("siret", identifiers.siret),
        "insee": ("codeInsee", _insee),
        "wikidata": ("wikidataId", _wikidata),
        "ror": ("ror", _ror),
    }
)
"""Parameter -> scheme in the index, and what gives a number its one spelling or raises InvalidIdentifier."""
LOOKUP_PARAMETERS: Final = (*SCHEMES, "format", "release")
BATCH_PARAMETERS: Final = ("format", "release")

Query = tuple[str, str]


class Lookup:
    """The handler."""

    def __init__(self, context: AppContext) -> None:
        self._context = context

    async def answer(self, request: Request) -> Response:
        """Answer one question by GET, or many by POST."""
        return await (self._many(request) if request.method == "POST" else self._one(request))

    async def _one(self, request: Request) -> Response:
        params = request.query_params
        check_names(params, LOOKUP_PARAMETERS)
        media_type = media_type_of(request, OF_ANSWERS)
        given = [name for name in SCHEMES if name in params]
        if len(given) != 1:
            raise refused(f"Give one of {', '.join(SCHEMES)}.")
        name, text = given[0], one(params, given[0]) or ""
        number = SCHEMES[name][1](text)
        answer = await answer_to(self._context, request, media_type)
        rows = await asyncio.to_thread(things, answer.index, [(name, number)])
        if not rows[0]:
            raise RequestRefused("not-found", f"Nothing in the graph has {name} {number}.")
        about = {"release": answer.index.release, "query": {name: number}}
        return answer.unchanged() or answer.json({**about, "items": rows[0]})

    async def _many(self, request: Request) -> Response:
        check_names(request.query_params, BATCH_PARAMETERS)
        media_type = media_type_of(request, OF_ANSWERS)
        content_type = (header(request.scope, b"content-type") or "").partition(";")[0].strip().lower()
        if content_type != JSON:
            raise RequestRefused("unsupported-media-type", f"Send the questions as {JSON}.", {"Accept-Post": JSON})
        questions = _questions(await read_body(request.scope, request.receive, _LARGEST))
        answer = await answer_to(self._context, request, media_type)
        results = await asyncio.to_thread(_results, answer.index, questions)
        return _uncached(answer.json({"release": answer.index.release, "results": results}))


def things(index: SearchIndex, queries: Sequence[Query]) -> list[list[Row]]:
    """Return the rows of what has each number, the weightiest first."""
    found: dict[str, dict[str, list[Row]]] = {}
    for name in {name for name, _ in queries}:
        found[name] = index.numbers(SCHEMES[name][0], {number for scheme, number in queries if scheme == name})
    return [found[name][number] for name, number in queries]


def _questions(body: bytes) -> list[Query]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise refused("The body is not JSON.") from None
    queries = document.get("queries") if isinstance(document, dict) else None
    if not isinstance(queries, list) or len(document) != 1:
        raise refused('The body is {"queries": [{"siren": "..."}, ...]}.')
    if len(queries) > MOST:
        raise refused(f"More than {MOST} questions at once.")
    return [_question(query, place) for place, query in enumerate(queries)]


def _question(query: object, place: int) -> Query:
    if not isinstance(query, dict) or len(query) != 1:
        raise refused(f"Question {place} is not one of {', '.join(SCHEMES)} with its number.")
    ((name, number),) = query.items()
    if name not in SCHEMES or not isinstance(number, str):
        raise refused(f"Question {place} is not one of {', '.join(SCHEMES)} with its number as a text.")
    return name, number


def _results(index: SearchIndex, questions: Sequence[Query]) -> list[dict[str, Any]]:
    """Return an answer to each question; one that is ill-formed does not spoil the others."""
    spelt: list[tuple[Query, Query | None, str]] = []
    for name, text in questions:
        try:
            spelt.append(((name, text), (name, SCHEMES[name][1](text)), ""))
        except InvalidIdentifier as error:
            spelt.append(((name, text), None, str(error)))
    found = iter(things(index, [query for _, query, _ in spelt if query is not None]))
    return [
        {"query": dict([asked]), "items": next(found)}
        if query
        else {"query": dict([asked]), "items": [], "error": error}
        for asked, query, error in spelt
    ]


def _uncached(response: Response) -> Response:
    # An answer to a POST is kept by nobody (RFC 9111, section 3).
    response.headers["Cache-Control"] = "no-store"
    del response.headers["ETag"]
    return response
