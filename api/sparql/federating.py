"""Whether this service calls others for SERVICE, and what it tells of it (SPARQL 1.1 Federated Query)."""

from __future__ import annotations

import json
from time import perf_counter
from typing import Final

from maille.api.settings import Settings
from maille.store.engine import Engine, QueryRequest
from maille.store.federation import FederatingEngine
from maille.store.federation_gateway import Gateway
from maille.store.federation_policy import services_of

_BINDINGS: Final = "text/tab-separated-values"
_GRAPH: Final = "application/n-triples"
_SHOWN: Final = 20_000
"""Characters of the query run at last that an explanation has: its tables may have megabytes."""


def federating(settings: Settings, engine: Engine) -> Engine:
    """Return an engine that calls the endpoints of MAILLE_SERVICES, the same one where none is named.

    Raises UsageError where they cannot be read.
    """
    if settings.services is None:
        return engine
    gateway = Gateway(settings.base_iri, settings.service_cache)
    return FederatingEngine(engine, services_of(settings.services), gateway)


async def explanation(engine: FederatingEngine, request: QueryRequest) -> bytes:
    """Run a query to its end, and return what was done for it as JSON; raises the QueryError tree."""
    began = perf_counter()
    answer, notes = await engine.explained(request._replace(bindings_format=_BINDINGS, graph_format=_GRAPH))
    lines = size = 0
    async for chunk in answer.chunks:
        lines += chunk.count(b"\n")
        size += len(chunk)
    final = notes.query or request.text
    told = {
        "release": answer.release,
        "form": answer.form,
        "services": [note.to_dict() for note in notes.services],
        "final": {
            "query": final if len(final) <= _SHOWN else f"{final[:_SHOWN]} ...",
            "characters": len(final),
            "rows": max(0, lines - 1) if answer.form == "SELECT" else lines,
            "bytes": size,
            "seconds": {name: round(seconds, 4) for name, seconds in answer.timings.items()},
        },
        "seconds": round(perf_counter() - began, 4),
    }
    return json.dumps(told, indent=2, ensure_ascii=False).encode() + b"\n"
