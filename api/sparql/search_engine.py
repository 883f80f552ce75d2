"""An engine that knows `maille:matches`: it asks the search index of the very release that answers the query.

So an answer is a function of the release, as any other, and may be remembered like one.
"""

from __future__ import annotations

import asyncio
from typing import Final

from maille.api.search.indexes import Indexes
from maille.ontology.errors import EngineBusy, QueryRefused, QuerySyntaxError
from maille.ontology.namespaces import BASE
from maille.store.engine import Answer, Engine, QueryRequest
from maille.store.search import SearchIndex
from maille.store.search_sparql import WORD, Edit, edits, plain, rewritten
from maille.store.wrapping import WrappingEngine

_TRIES: Final = 3


class SearchingEngine(WrappingEngine):
    """An engine before another one.

    Args:
        engine: who answers.
        indexes: where the indexes of releases are had.
        base: what the names in queries are under.
    """

    def __init__(self, engine: Engine, indexes: Indexes, base: str = BASE) -> None:
        super().__init__(engine)
        self._indexes = indexes
        self._base = base

    async def query(self, request: QueryRequest) -> Answer:
        """Answer a query, with what it asks of the search index put into it."""
        wanted = edits(plain(request.text), self._base) if WORD in request.text else []
        if not wanted:
            return await self._engine.query(request)
        for _ in range(_TRIES):
            index = await self._indexes.get(request.release or self._engine.release, exact=True)
            answer = await self._asked(request, wanted, index)
            if answer.release == index.release:
                return answer
            # Another release was switched to meanwhile.
            await _close(answer)
        raise EngineBusy("New releases are being published one after the other.")

    async def _asked(self, request: QueryRequest, wanted: list[Edit], index: SearchIndex) -> Answer:
        text = await asyncio.to_thread(rewritten, plain(request.text), wanted, index.matches)
        try:
            return await self._engine.query(request._replace(text=text))
        except QuerySyntaxError:
            # What is wrong with a query is told of the text as it came.
            await _close(await self._engine.query(request))
            raise QueryRefused(
                'maille:matches cannot be read here: write it as `?thing maille:matches "text" .`'
            ) from None


async def _close(answer: Answer) -> None:
    close = getattr(answer.chunks, "aclose", None)
    if close is not None:
        await close()
