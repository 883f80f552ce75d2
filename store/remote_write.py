"""The way of a write to a remote store: found out, judged, sent, and told by an id that the store itself says.

There is no transaction over HTTP: an update of several operations is sent one by one, and what was done is taken back
where a later one cannot be. Between two of them a reader may see the first; a single one is seen whole or not at all
where the server is as good as its word.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, NamedNode, Quad, Store

from maille.ontology.errors import EngineBusy, MailleError, QueryRefused, QuerySyntaxError, ReleaseMoved, WriteConflict
from maille.ontology.namespaces import rebase_text
from maille.shapes.report import Report
from maille.store.attempt import META, describing
from maille.store.change import Change, Delta, GraphChange, UpdateRequest
from maille.store.change_update import SCRATCH, check_syntax
from maille.store.guard import inspect
from maille.store.judge import check as check_report
from maille.store.judge import judge
from maille.store.payload import triples_of
from maille.store.remote_content import about, graph_quads, lines, outward
from maille.store.remote_send import block, send
from maille.store.remote_state import CONTROL, DEFAULT, State
from maille.store.remote_update import Asked, Step, check, step_of
from maille.store.service import calls_load
from maille.store.statements import patch
from maille.store.translate import translated
from maille.store.update_text import names_dataset, operations
from maille.store.writing import Validation, Written

if TYPE_CHECKING:
    from maille.store.remote import RemoteEngine

_QUEUE: Final = 64


class RemoteWriter:
    """Takes the writes of one engine, one at a time.

    Args:
        engine: whose store is written to.
        base: what its names are under.
    """

    def __init__(self, engine: RemoteEngine, base: str) -> None:
        self._engine = engine
        self._base = base
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def write(self, change: Change, validation: Validation, over: str | None) -> Written:
        """Do what `maille.store.writing.WritableEngine.write` says; once it began it goes on to its end."""
        if self._engine.server.store.update is None:
            raise QueryRefused("The store behind is only read.")
        if self._waiting >= _QUEUE:
            raise EngineBusy("Too many writes are waiting.")
        self._waiting += 1
        try:
            async with asyncio.timeout(change.timeout):
                await self._turn.acquire()
        except TimeoutError:
            raise EngineBusy("Other writes took all the time there was.") from None
        finally:
            self._waiting -= 1
        work = asyncio.ensure_future(self._write(change, validation, over))
        work.add_done_callback(lambda _: self._turn.release())
        return await asyncio.shield(work)

    async def settle(self) -> None:
        """Wait for the write under way, if there is one."""
        async with self._turn:
            return

    async def _write(self, change: Change, validation: Validation, over: str | None) -> Written:
        await self._engine.look()
        if over is not None and self._engine.release != over:
            raise ReleaseMoved(f"Release {self._engine.release} is current, and no longer {over}.")
        protected = await self._protected()
        if isinstance(change, GraphChange):
            return await self._of_graph(change, protected, validation)
        return await self._of_update(change, protected, validation)

    async def _of_graph(self, change: GraphChange, protected: frozenset[str], validation: Validation) -> Written:
        graph = change.graph or DEFAULT
        if graph in protected or graph == CONTROL:
            raise WriteConflict(f"<{change.graph}> belongs to a source: sources change by a build only.")
        step, existed = await _graph_step(self._engine, change, graph)
        report = await self._judged(Step(), step, validation)
        done = await self._do(step, change.timeout)
        return Written(self._engine.release, done, existed, len(step.added), len(step.removed), report)

    async def _of_update(self, change: UpdateRequest, protected: frozenset[str], validation: Validation) -> Written:
        text = _checked(change)
        engine, done = self._engine, Step()
        before = engine.state
        report: Report | None = None
        parts = list(operations(text))
        try:
            for number, part in enumerate(parts, 1):
                asked = Asked(_dataset(change, engine.state), change.base_iri, change.timeout)
                step = await step_of(engine.server, engine.state, part, asked, protected)
                if number == len(parts):
                    report = await self._judged(done, step, validation)
                await self._do(step, change.timeout)
                done = _net(done, step)
        except MailleError:
            await self._undo(done, before, change.timeout)
            raise
        return Written(engine.release, bool(done), True, len(done.added), len(done.removed), report)

    async def _do(self, step: Step, timeout: float) -> bool:
        """Send a step, with the id and the graphs that follow from it; return whether there was anything to send."""
        if not step:
            return False
        engine, state = self._engine, self._engine.state
        if state.graphs is None:
            await send(engine.server, step, state, timeout)
            engine.renew()
            return True
        left = {graph for graph in step.graphs - {DEFAULT} if await self._is_left(graph, step)}
        graphs = (state.graphs - step.graphs) | left
        seed = f"{engine.release} {secrets.token_hex(16)}"
        now = state.following(hashlib.sha256(seed.encode()).hexdigest()[:16], graphs)
        await send(engine.server, step, now, timeout)
        engine.adopt(now)
        return True

    async def _undo(self, done: Step, before: State, timeout: float) -> None:
        """Take back what was done; the store then holds, and says that it holds, what it held."""
        if not done:
            return
        engine = self._engine
        await send(engine.server, done.back(), before, timeout)
        engine.adopt(before)

    async def _is_left(self, graph: str, step: Step) -> bool:
        """Return whether anything is in a graph after a step."""
        name = NamedNode(graph)
        if any(quad.graph_name == name for quad in step.added):
            return True
        gone = sum(quad.graph_name == name for quad in step.removed)
        text = f"SELECT ?s WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} LIMIT {gone + 1}"
        return len(await self._engine.server.rows(text, ("s",))) > gone

    async def _protected(self) -> frozenset[str]:
        meta = rebase_text(META, self._base)
        derived = "http://www.w3.org/ns/prov#wasDerivedFrom"
        text = f"SELECT DISTINCT ?g WHERE {{ GRAPH <{meta}> {{ ?g <{derived}> ?source }} }}"
        rows = await self._engine.server.rows(text, ("g",))
        return frozenset({meta, *(graph.value for (graph,) in rows if isinstance(graph, NamedNode))})

    async def _judged(self, before: Step, step: Step, validation: Validation) -> Report | None:
        if validation == "off":
            return None
        whole = _net(before, step)
        delta = _delta(whole)
        if not delta:
            return Report()
        store = Store()
        server, state = self._engine.server, self._engine.state
        things = {quad.subject.value for quad in (*whole.added, *whole.removed) if isinstance(quad.subject, NamedNode)}
        for _ in range(2):
            found = await about(server, things, state.graphs)
            store.extend(found)
            patch(store, lines(step.added), lines(step.removed))
            things = {quad.object.value for quad in store if isinstance(quad.object, NamedNode)}
        report = await asyncio.to_thread(_report, store, delta, self._base)
        if validation == "refuse":
            check_report(report)
        return report


def _report(store: Store, delta: Delta, base: str) -> Report:
    return judge(describing(store, delta), base)


def _checked(change: UpdateRequest) -> str:
    """Return the text of an update that may be done; raises the QueryError tree."""
    text = inspect(change.text).text
    if calls_load(text):
        raise QueryRefused("LOAD is refused: this endpoint fetches nothing.")
    if SCRATCH in text or DEFAULT in text or CONTROL in text:
        raise QueryRefused("Names that begin with urn:x-maille: are ours.")
    with translated():
        check_syntax(text, change.base_iri)
    if (change.using_graphs or change.using_named_graphs) and names_dataset(text):
        raise QuerySyntaxError("The update names its own data set: using-graph-uri may not come with USING or WITH.")
    return text


def _dataset(change: UpdateRequest, state: State) -> list[tuple[str, str]]:
    given = [
        *(("default-graph-uri", iri) for iri in change.using_graphs),
        *(("named-graph-uri", iri) for iri in change.using_named_graphs),
    ]
    if not given:
        return state.dataset(union=change.union_default_graph)
    return given if change.using_named_graphs else [*given, ("named-graph-uri", f"{CONTROL}:none")]


async def _graph_step(engine: RemoteEngine, change: GraphChange, graph: str) -> tuple[Step, bool]:
    """Return what a Graph Store operation does, and whether the graph is there."""
    name = NamedNode(graph)
    new = await asyncio.to_thread(_documents, change, name)
    if change.method == "POST":
        things = {quad.subject.value for quad in new if isinstance(quad.subject, NamedNode)}
        there = await about(engine.server, things, [graph])
        step = Step(frozenset(new - there))
        text = f"SELECT ?s WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} LIMIT 1"
        exists = change.graph is None or bool(await engine.server.rows(text, ("s",)))
        return step, exists
    before = frozenset(await graph_quads(engine.server, graph, named=True))
    unnamed = any(isinstance(term, BlankNode) for quad in before for term in (quad.subject, quad.object))
    replacing = f"CLEAR SILENT GRAPH <{graph}> ; INSERT DATA {{ {block(new)} }}" if unnamed else None
    step = Step(frozenset(new - before), before - new, replacing)
    check(step, frozenset())
    return step, change.graph is None or bool(before)


def _documents(change: GraphChange, name: NamedNode) -> set[Quad]:
    found: set[Quad] = set()
    for media_type, document, base in change.parts:
        found.update(
            Quad(quad.subject, quad.predicate, quad.object, name) for quad in triples_of(media_type, document, base)
        )
    return found


def _net(first: Step, second: Step) -> Step:
    added = (first.added - second.removed) | (second.added - first.removed)
    removed = (first.removed - second.added) | (second.removed - first.added)
    return Step(added, removed)


def _delta(step: Step) -> Delta:
    added, removed = (sorted(map(outward, lines(quads))) for quads in (step.added, step.removed))
    return Delta(tuple(added), tuple(removed))
