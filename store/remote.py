"""The engine that asks another server: SPARQL 1.1 Protocol towards it, our own protocol towards the web.

What is checked before any engine sees a query is checked here too (`maille.store.guard`), so that no text of a client
makes the server dial out. Its answers are read whole or not at all (`maille.store.remote_results`), within the
deadline; a client that leaves closes the connection, which is how a server learns of it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final

import aiohttp

from maille.ontology.errors import MailleError, ReleaseError, UnknownRelease, UsageError
from maille.ontology.namespaces import BASE
from maille.store.change import Change
from maille.store.engine import Answer, QueryRequest
from maille.store.evaluate import media_type_of
from maille.store.guard import Inspected, inspect
from maille.store.remote_asking import Server
from maille.store.remote_http import RemoteStore
from maille.store.remote_results import Wanted, converted, cut, held_back
from maille.store.remote_state import QUESTION, UNVERSIONED, State
from maille.store.remote_text import based, check_syntax, counting, form_of, graphs_in, without_dataset
from maille.store.remote_write import RemoteWriter
from maille.store.within import within
from maille.store.writing import Validation, Written

_LOG: Final = logging.getLogger("maille.store.remote")
_POLL: Final = 1.0
_RENEWED: Final = 300.0
"""Seconds after which a store that says nothing of releases counts as another one."""


class RemoteEngine:
    """Answers queries, and takes writes, by a SPARQL server somewhere else.

    Args:
        store: where it is.
        base: what the names of its graph are to be under.
        poll: seconds between two looks at which release it holds.
    """

    def __init__(self, store: RemoteStore, *, base: str = BASE, poll: float = _POLL) -> None:
        self.server = Server(store)
        self._base = base
        self._poll = poll
        self._state = State()
        self._era = 0
        self._renewed = 0.0
        self._watching: asyncio.Task[None] | None = None
        self._writer = RemoteWriter(self, base)

    @property
    def release(self) -> str:
        """Id of the release being served; one that stands for none where the store does not say."""
        return self._state.release or f"{UNVERSIONED}{self._era}"

    @property
    def state(self) -> State:
        """What is served."""
        return self._state

    async def start(self) -> None:
        """See that the store answers, and what it holds; raises ReleaseError where it does not."""
        try:
            await self.look()
        except MailleError as error:
            await self.server.close()
            raise ReleaseError(f"{self.server.store.query}: {error}") from error
        if self._state.graphs is not None and self._state.base != self._base:
            raise UsageError(
                f"the store holds a release under {self._state.base}: set MAILLE_BASE_IRI to it, or publish another one"
            )
        self._watching = asyncio.create_task(self._watch())

    async def query(self, request: QueryRequest) -> Answer:
        """Answer `request`; raises the QueryError tree, and UnknownRelease for any release but the one served."""
        began = asyncio.get_running_loop().time()
        release, state = self.release, self._state
        if request.release is not None and request.release != release:
            raise UnknownRelease(f"The store behind holds no release {request.release!r}, only the one it serves.")
        inspected = inspect(request.text, tables=request.tables)
        form = form_of(inspected.text)
        media_type = media_type_of(form, request)
        check_syntax(inspected.text, request.base_iri)
        limit = self.server.limit_for(inspected.text)
        stable = inspected.stable and state.release is not None
        wanted = Wanted(form, media_type, stable, self._base, limit if form == "SELECT" else None, self.server.drop)
        text, fields = self._asked(inspected, request, state)
        response = await self.server.ask(form, text, fields, request.timeout, reported=limit is not None)
        took = asyncio.get_running_loop().time() - began
        chunks: AsyncIterator[bytes] = await self._begun(response, wanted, request.timeout - took)
        if limit is not None:
            chunks = await held_back(chunks)
            await self._check_whole(counting(text, limit - 1), fields, limit, request.timeout)
        return Answer(form, media_type, chunks, release, stable, timings={"queue": 0.0, "eval": took})

    async def write(self, change: Change, validation: Validation = "off", over: str | None = None) -> Written:
        """Have the store write a change; see `maille.store.writing.WritableEngine`."""
        return await self._writer.write(change, validation, over)

    async def look(self) -> None:
        """Ask the store what it holds."""
        rows = await self.server.rows(QUESTION, ("p", "o"))
        self.adopt(State.of(rows))

    def adopt(self, state: State) -> None:
        """Serve what a store holds now."""
        now = asyncio.get_running_loop().time()
        if state.release is None and (self._state.release is not None or now - self._renewed > _RENEWED):
            self.renew()
        self._state = state

    def renew(self) -> None:
        """Let nothing hold any more that was said under the id that stands for no release."""
        self._era += 1
        self._renewed = asyncio.get_running_loop().time()

    async def close(self) -> None:
        """End the watch, let a write end and close every connection."""
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
        await self._writer.settle()
        await self.server.close()

    def _asked(self, inspected: Inspected, request: QueryRequest, state: State) -> tuple[str, list[tuple[str, str]]]:
        text = based(inspected.text, request.base_iri)
        given = [
            *(("default-graph-uri", iri) for iri in request.default_graphs),
            *(("named-graph-uri", iri) for iri in request.named_graphs),
        ]
        if given:
            return without_dataset(text), self.server.whole(given)
        if inspected.has_dataset:
            return text, []
        dataset = state.dataset(union=request.union_default_graph)
        return text, self.server.with_graphs(dataset, graphs_in(text)) if dataset else dataset

    async def _begun(self, response: aiohttp.ClientResponse, wanted: Wanted, left: float) -> AsyncIterator[bytes]:
        stream = converted(response, wanted, left)
        try:
            await stream.ready()
        except BaseException:
            stream.close()
            raise
        return stream

    async def _check_whole(self, text: str | None, fields: list[tuple[str, str]], limit: int, timeout: float) -> None:
        """Raise AnswerCut where a graph was made of as many solutions as the store gives at most."""
        if text is not None and await self.server.any_row(text, fields, timeout):
            raise cut(limit)

    async def _watch(self) -> None:
        """Look again and again which release is there; a store that is away is told of once."""
        away = False
        while True:
            await asyncio.sleep(self._poll)
            try:
                await within(_RENEWED, self.look())
                away = False
            except (MailleError, TimeoutError) as error:
                if not away:
                    _LOG.warning("the store cannot be asked which release it holds: %s", error)
                away = True
