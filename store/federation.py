"""An engine that knows SERVICE: it asks other endpoints before the engine behind it sees the query.

SPARQL 1.1 Federated Query. A SERVICE clause never reaches the engine behind, which could call nobody: the clause is
evaluated through the gateway and its solutions stand in its place as a table, which is what the algebra says it means.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from maille.ontology.errors import EngineBusy, QueryTimeout
from maille.ontology.namespaces import BASE
from maille.store.engine import Answer, Engine, QueryRequest
from maille.store.federation_evaluation import Evaluation
from maille.store.federation_gateway import Gateway
from maille.store.federation_notes import Notes
from maille.store.federation_policy import Services
from maille.store.federation_results import BLANK, Row, rows_of
from maille.store.federation_syntax import readable
from maille.store.guard import inspect
from maille.store.service import calls_service
from maille.store.wrapping import WrappingEngine

_TRIES: Final = 3
_JSON: Final = "application/sparql-results+json"


class FederatingEngine(WrappingEngine):
    """An engine before another one.

    Args:
        engine: who answers what is here.
        services: who may be called.
        gateway: how they are called.
    """

    def __init__(self, engine: Engine, services: Services, gateway: Gateway | None = None) -> None:
        super().__init__(engine)
        self._services = services
        self.gateway = gateway or Gateway(BASE)

    def forget(self) -> None:
        """Remember nothing any more."""
        super().forget()
        self.gateway.forget()

    async def query(self, request: QueryRequest) -> Answer:
        """Answer a query, with what other endpoints say put into it."""
        return (await self.explained(request))[0]

    async def explained(self, request: QueryRequest) -> tuple[Answer, Notes]:
        """Answer a query, and tell what was done for it."""
        if not _may_call(request.text):
            return await self._engine.query(request), Notes()
        text = inspect(request.text, allow_service=True).text
        if not calls_service(text):
            return await self._engine.query(request), Notes()
        deadline = self.gateway.now() + request.timeout
        for _ in range(_TRIES):
            local = _Local(self._engine, request)
            evaluation = Evaluation(readable(text), request.base_iri, self._services, self.gateway, local.ask, deadline)
            rewritten, tables = await evaluation.run()
            left = round(deadline - self.gateway.now(), 3)
            if left <= 0:
                raise QueryTimeout(f"The query did not end within {request.timeout:g} s.")
            evaluation.notes.query = rewritten
            answer = await self._engine.query(request._replace(text=rewritten, timeout=left, tables=tables))
            if local.releases <= {answer.release}:
                return answer._replace(stable=False), evaluation.notes
            # Another release was switched to meanwhile.
            await _close(answer)
        raise EngineBusy("New releases are being published one after the other.")


class _Local:
    """Asks the engine behind on the data set of a request, and remembers which releases answered."""

    def __init__(self, engine: Engine, request: QueryRequest) -> None:
        self._engine = engine
        self._request = request
        self.releases: set[str] = set()

    async def ask(self, text: str, names: Sequence[str], seconds: float, tables: int) -> list[Row]:
        """Return the solutions of a query."""
        request = self._request._replace(text=text, timeout=seconds, tables=tables, bindings_format=_JSON)
        answer = await self._engine.query(request)
        self.releases.add(answer.release)
        body = b"".join([chunk async for chunk in answer.chunks])
        return await asyncio.to_thread(lambda: list(rows_of(body, names, BLANK[1:])))


def _may_call(text: str) -> bool:
    """Return whether a text may hold SERVICE; quick, since every query passes here."""
    return "\\" in text or "service" in text.lower()


async def _close(answer: Answer) -> None:
    close = getattr(answer.chunks, "aclose", None)
    if close is not None:
        await close()
