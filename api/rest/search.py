"""Search and suggestions: things of any kind by their names, the best first."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from maille.api.context import AppContext
from maille.api.rest.answer import Answer, answer_to
from maille.api.rest.asking import check_names, chosen, listed, one, refused, several, whole
from maille.api.rest.formats import OF_ANSWERS, media_type_of
from maille.store.search import Hit, SearchIndex
from maille.store.search_kinds import NAMES

KINDS: Final = tuple(sorted(NAMES))
LANGUAGES: Final = ("fr", "en")
SEARCH_PARAMETERS: Final = ("q", "kind", "territory", "lang", "limit", "format", "release")
SUGGEST_PARAMETERS: Final = ("q", "kind", "lang", "limit", "format", "release")
MOST: Final = 100
_FOUND: Final = 20
_SUGGESTED: Final = 10


class Search:
    """The handlers."""

    def __init__(self, context: AppContext) -> None:
        self._context = context

    async def search(self, request: Request) -> Response:
        """Answer with what a text names."""
        return await self._answer(request, SEARCH_PARAMETERS, _FOUND)

    async def suggest(self, request: Request) -> Response:
        """Answer with what somebody may be about to type."""
        return await self._answer(request, SUGGEST_PARAMETERS, _SUGGESTED)

    async def _answer(self, request: Request, known: Sequence[str], limit: int) -> Response:
        params = request.query_params
        check_names(params, known)
        media_type = media_type_of(request, OF_ANSWERS)
        text = one(params, "q")
        if text is None:
            raise refused("`q` is missing: the text that is searched.")
        kinds = listed(params, "kind", KINDS)
        language = chosen(params, "lang", LANGUAGES, "fr")
        most = whole(params, "limit", limit, MOST)
        within = several(params, "territory")
        answer = await answer_to(self._context, request, media_type)
        unchanged = answer.unchanged()
        if unchanged is not None:
            return unchanged
        suggesting = known is SUGGEST_PARAMETERS

        def found() -> list[dict[str, Any]]:
            index = answer.index
            if suggesting:
                return items(index, index.suggest(text, kinds, language, most))
            return items(index, index.search(text, kinds, language, most, within))

        return _response(answer, params, await asyncio.to_thread(found))


def items(index: SearchIndex, hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """Return hits as they are served, each with the sources and licences of what it names."""
    known = index.things([hit.iri for hit in hits])
    return [
        {
            "iri": hit.iri,
            "kind": hit.kind,
            "label": hit.label,
            "description": hit.description,
            "code": hit.code or None,
            "score": hit.score,
            "sources": known.get(hit.iri, {}).get("sources", []),
            "licences": known.get(hit.iri, {}).get("licences", []),
        }
        for hit in hits
    ]


def _response(answer: Answer, params: QueryParams, found: list[dict[str, Any]]) -> Response:
    return answer.json({"release": answer.index.release, "q": params["q"], "items": found})
