"""Answers to repeated queries, bounded in bytes; the same query asked twice at once is run once.

Only whole answers that are a function of the release enter (`Answer.stable`): no error, no cut answer. Keys are tuples,
never joined strings, and name the release, so that a new one starts afresh.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import NamedTuple

from maille.ontology.errors import QueryRefused, QuerySyntaxError, QueryTimeout, QueryTooLarge
from maille.store.answers import Answers, Entry, Key, Parts, Remembering, Rest
from maille.store.engine import Answer, Engine, QueryRequest
from maille.store.within import within
from maille.store.wrapping import WrappingEngine


class _Leader(NamedTuple):
    """Whoever asks what others ask too: what will become of it, and how long it may take."""

    outcome: asyncio.Future[Entry | None]
    timeout: float


class CachedEngine(WrappingEngine):
    """An engine before another one, which is asked what is not remembered.

    Args:
        engine: who answers.
        capacity: bytes of answers to remember; none of them with 0.
    """

    def __init__(self, engine: Engine, capacity: int = 64 * 1024 * 1024) -> None:
        super().__init__(engine)
        self._answers = Answers(capacity)
        self._release = ""
        self._under_way: dict[Key, _Leader] = {}

    async def close(self) -> None:
        """Close the engine behind."""
        await super().close()
        self._answers.clear()

    def forget(self) -> None:
        """Remember nothing any more."""
        super().forget()
        self._answers.clear()

    async def query(self, request: QueryRequest) -> Answer:
        """Answer from memory, or with the answer to the same query that is under way, or else ask."""
        key = self._key(request)
        entry = self._answers.get(key)
        if entry is not None:
            return entry.answer()
        leader = self._under_way.get(key)
        if leader is None:
            return await self._ask(key, request)
        now = asyncio.get_running_loop().time
        began = now()
        try:
            entry = await within(request.timeout, asyncio.shield(leader.outcome))
        except TimeoutError:
            raise QueryTimeout(f"The query did not end within {request.timeout:g} s.") from None
        except QueryTimeout:
            # Its client had less time, which is nobody else's business.
            if leader.timeout >= request.timeout:
                raise
            return await self.query(_with_rest(request, now() - began))
        return await self._engine.query(_with_rest(request, now() - began)) if entry is None else entry.answer()

    async def _ask(self, key: Key, request: QueryRequest) -> Answer:
        outcome: asyncio.Future[Entry | None] = asyncio.get_running_loop().create_future()
        self._under_way[key] = _Leader(outcome, request.timeout)
        entry: Entry | None = None
        try:
            answer = await self._engine.query(request)
            entry, answer = await self._begun(key, answer)
        except (QuerySyntaxError, QueryRefused, QueryTimeout, QueryTooLarge) as error:
            # Those who wait asked the same, and would wait for the same.
            outcome.set_exception(error)
            outcome.exception()
            raise
        finally:
            del self._under_way[key]
            if not outcome.done():
                outcome.set_result(entry)
        return answer

    async def _begun(self, key: Key, answer: Answer) -> tuple[Entry | None, Answer]:
        """Return a short answer as an entry; a long one is remembered when its client has read it."""
        if not answer.stable:
            return None, answer
        if isinstance(answer.chunks, Parts) and answer.chunks.whole is not None:
            return self._remember(key, answer, answer.chunks.whole), answer
        try:
            first = await anext(answer.chunks, b"")
            second = await anext(answer.chunks, None)
        except BaseException:
            await Rest((), answer.chunks).aclose()
            raise
        if second is not None:
            # Whoever asks meanwhile asks on their own, and does not wait for this client to read.
            return None, _again(answer, Remembering((first, second), answer, self._answers, key))
        entry = self._remember(key, answer, first)
        return entry, entry.answer()._replace(timings=answer.timings)

    def _remember(self, key: Key, answer: Answer, whole: bytes) -> Entry:
        entry = Entry(answer.form, answer.media_type, answer.release, (whole,))
        if answer.release == key[0]:
            self._answers.put(key, entry)
        return entry

    def _key(self, request: QueryRequest) -> Key:
        release = self._engine.release
        if release != self._release:
            self._answers.clear()
            self._release = release
        return (
            request.release or release,
            request.text,
            request.bindings_format,
            request.graph_format,
            request.default_graphs,
            request.named_graphs,
            request.union_default_graph,
            request.base_iri,
        )


def _again(answer: Answer, chunks: AsyncIterator[bytes]) -> Answer:
    return Answer(answer.form, answer.media_type, chunks, answer.release, answer.stable, answer.headers, answer.timings)


def _with_rest(request: QueryRequest, waited: float) -> QueryRequest:
    return request._replace(timeout=max(0.001, round(request.timeout - waited, 3)))
