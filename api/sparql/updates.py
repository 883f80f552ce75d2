"""The update operation of the SPARQL Protocol (SPARQL 1.1 Protocol, section 2.2): what it asks, and its answer."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.types import Receive, Scope, Send

from maille.api.context import AppContext
from maille.api.errors import RequestRefused
from maille.api.http.body import header
from maille.api.http.tokens import Gate
from maille.api.sparql.protocol import Fields, graphs_of, seconds_of, single
from maille.api.sparql.written import written_response
from maille.store.change import Change, UpdateRequest
from maille.store.writing import WritableEngine, Written


@dataclass(frozen=True, slots=True)
class AskedUpdate:
    """An update as a client asks it.

    Attributes:
        update: the text.
        using_graphs: every `using-graph-uri`.
        using_named_graphs: every `using-named-graph-uri`.
        timeout: the value of `timeout` in seconds, None where absent.
    """

    update: str
    using_graphs: tuple[str, ...] = ()
    using_named_graphs: tuple[str, ...] = ()
    timeout: float | None = None


def is_update(fields: Fields) -> bool:
    """Tell whether the parameters of a request hold an update."""
    return any(name == "update" for name, _ in fields)


def asked_update(fields: Fields, direct: str | None = None) -> AskedUpdate:
    """Return what `fields` ask, with `direct` the update of the body where it was sent by POST directly.

    Raises RequestRefused where there is not exactly one update, or a parameter has no place here.
    """
    updates = [value for name, value in fields if name == "update"] + ([] if direct is None else [direct])
    names = {name for name, _ in fields}
    if "query" in names:
        raise RequestRefused("bad-request", "A request holds a query or an update, never both.")
    if len(updates) != 1:
        raise RequestRefused("bad-request", "Exactly one `update` is allowed.")
    for name in sorted(names & {"default-graph-uri", "named-graph-uri", "release"}):
        raise RequestRefused("bad-request", f"`{name}` is for queries, and has no meaning for an update.")
    return AskedUpdate(
        update=updates[0],
        using_graphs=graphs_of(fields, "using-graph-uri"),
        using_named_graphs=graphs_of(fields, "using-named-graph-uri"),
        timeout=seconds_of(single(fields, "timeout")),
    )


async def write(context: AppContext, change: Change, over: str | None = None) -> Written:
    """Hand a change to the engine; raises RequestRefused where that one only reads."""
    engine = context.engine
    if not isinstance(engine, WritableEngine):
        raise RequestRefused("read-only", "The engine of this service takes no writes.")
    return await engine.write(change, context.settings.validate_writes, over)


class Updates:
    """Answers updates, for `maille.api.sparql.endpoint`."""

    def __init__(self, context: AppContext, gate: Gate) -> None:
        self._context = context
        self._gate = gate
        self._base = context.canonical("/sparql")

    def check(self, scope: Scope) -> None:
        """Raise RequestRefused unless the client may write."""
        self._gate.check(scope)

    async def answer(self, scope: Scope, receive: Receive, send: Send, asked: AskedUpdate) -> None:
        """Do one update and answer it; a client that leaves does not stop it."""
        self.check(scope)
        settings = self._context.settings
        change = UpdateRequest(
            text=asked.update,
            using_graphs=asked.using_graphs,
            using_named_graphs=asked.using_named_graphs,
            union_default_graph=settings.union_default_graph,
            base_iri=self._base,
            timeout=min(asked.timeout or settings.query_timeout, settings.query_timeout),
        )
        written = await write(self._context, change)
        await written_response(written, header(scope, b"accept"))(scope, receive, send)
