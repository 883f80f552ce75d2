"""Puts a release on a remote store (Graph Store HTTP Protocol, section 5.3; SPARQL 1.1 Update, section 3.2.5).

Each graph that differs is first written under a name made of its content, and checked there: its size, and a hash of
what the store gives back. So what was begun can be taken up again, and nobody sees it. Then one request moves them all
to their names. Oxigraph does that at once. Any other server says, for as long as it takes, that it holds no release,
and says so before the move begins: what is read meanwhile is kept by nobody.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from maille.ontology.errors import ReleaseError, StoreFailed
from maille.store.dump import line_of
from maille.store.publish_spool import Spooled, Sum, spooled
from maille.store.published import Release
from maille.store.remote_asking import Server
from maille.store.remote_content import graph_quads, size_of
from maille.store.remote_http import RemoteStore
from maille.store.remote_send import put
from maille.store.remote_state import DEFAULT, QUESTION, STAGED, State, hashes_of, hashes_text

NOTICE: Final = 2.5
"""Seconds from the word that a switch begins to its beginning: whoever serves the store looks once a second."""
_LONG: Final = 3600.0


@dataclass(slots=True)
class Published:
    """What became of a release.

    Attributes:
        release: its id.
        graphs: named graphs of it.
        written: graphs that were written, the others being there already.
        resumed: graphs that an earlier try had staged.
        dropped: graphs that were removed.
        kept: graphs that clients wrote there, and that stay.
        triples: statements written.
        at_once: whether nothing between the former release and this one could be read.
        seconds: how long the switch took.
        checked: how it was checked: `counts and hashes` or `counts`.
    """

    release: str
    graphs: int = 0
    written: list[str] = field(default_factory=list)
    resumed: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    triples: int = 0
    at_once: bool = True
    seconds: float = 0.0
    checked: str = "counts and hashes"


@dataclass(frozen=True, slots=True)
class Options:
    """How to publish: `quick` leaves out the hashes, `discard_written` drops what clients wrote there."""

    quick: bool = False
    discard_written: bool = False
    notice: float = NOTICE


async def publish(release: Release, store: RemoteStore, options: Options, stage: Callable[[str], None]) -> Published:
    """Put a release on a store and switch to it; raises ReleaseError, or the QueryError tree."""
    if store.update is None or store.graphs is None:
        raise ReleaseError("publishing needs MAILLE_STORE_UPDATE and MAILLE_STORE_GRAPHS")
    server = Server(store)
    try:
        with tempfile.TemporaryDirectory(prefix="maille-publish-") as folder:
            stage(f"reading release {release.id}")
            graphs = await asyncio.to_thread(spooled, release.lines(), Path(folder))
            return await _Publishing(release, server, options, stage).run(graphs)
    finally:
        await server.close()


class _Publishing:
    """One run."""

    def __init__(self, release: Release, server: Server, options: Options, stage: Callable[[str], None]) -> None:
        self._release = release
        self._server = server
        self._options = options
        self._stage = stage
        self._done = Published(release.id, checked="counts" if options.quick else "counts and hashes")

    async def run(self, graphs: list[Spooled]) -> Published:
        """Stage what differs, switch, and clear away."""
        before = State.of(await self._server.rows(QUESTION, ("p", "o")))
        known = await hashes_of(self._server, before.release)
        changed = [graph for graph in graphs if known.get(graph.graph) != graph.sum.text]
        names = {graph.graph for graph in graphs} - {DEFAULT}
        gone = sorted(((before.graphs or frozenset()) | {DEFAULT}) - {graph.graph for graph in graphs})
        if not self._options.discard_written:
            # What the store held beside its release was written there by its clients.
            self._done.kept = [graph for graph in gone if known and graph not in known and graph != DEFAULT]
        gone = [graph for graph in gone if graph not in self._done.kept]
        self._done.graphs = len(names)
        for graph in changed:
            await self._staged(graph)
        now = State(self._release.id, frozenset(names) | set(self._done.kept), self._release.base_iri)
        if changed or before != now:
            await self._switch(changed, [graph for graph in gone if graph != DEFAULT], before, now, graphs)
        await self._check(graphs)
        return self._done

    async def _staged(self, graph: Spooled) -> None:
        """Have a graph under its staging name, whole and checked."""
        name = _staging(graph)
        if await size_of(self._server, name) == graph.sum.triples:
            self._done.resumed.append(graph.graph)
        else:
            self._stage(f"writing {graph.sum.triples:,} statements of {graph.graph}")
            method = "PUT"
            for part in graph.parts():
                await put(self._server, method, name, part, _LONG)
                method = "POST"
            self._done.triples += graph.sum.triples
        self._done.written.append(graph.graph)
        await self._check_one(graph, name)

    async def _check_one(self, graph: Spooled, name: str) -> None:
        size = await size_of(self._server, name)
        if size != graph.sum.triples:
            await self._server.update(f"DROP SILENT GRAPH <{name}>", _LONG)
            raise StoreFailed(f"<{graph.graph}>: the store holds {size:,} statements of {graph.sum.triples:,}")
        if self._options.quick:
            return
        self._stage(f"reading {graph.graph} back")
        found = Sum()
        for quad in await graph_quads(self._server, name):
            found.add(line_of(quad).removesuffix(f" <{name}> .") + " .")
        if found.text != graph.sum.text:
            await self._server.update(f"DROP SILENT GRAPH <{name}>", _LONG)
            raise StoreFailed(f"<{graph.graph}>: what the store gives back is not what was written")

    async def _switch(
        self, changed: Iterable[Spooled], gone: list[str], before: State, now: State, graphs: list[Spooled]
    ) -> None:
        moves = [
            *(f"MOVE SILENT GRAPH <{_staging(graph)}> TO GRAPH <{graph.graph}>" for graph in changed),
            *(f"DROP SILENT GRAPH <{graph}>" for graph in gone),
            hashes_text(self._release.id, {graph.graph: graph.sum.text for graph in graphs}),
            now.written(),
        ]
        self._done.at_once = self._server.is_atomic
        self._done.dropped = gone
        if not self._done.at_once and before.graphs is not None:
            self._stage("telling that a switch begins")
            await self._server.update(State(None, before.graphs, before.base).written(), _LONG)
            await asyncio.sleep(self._options.notice)
        self._stage("switching")
        begun = time.perf_counter()
        await self._server.update(" ;\n".join(moves), _LONG)
        self._done.seconds = round(time.perf_counter() - begun, 3)

    async def _check(self, graphs: Iterable[Spooled]) -> None:
        """See that every graph of the release has its size under its own name."""
        for graph in graphs:
            size = await size_of(self._server, graph.graph)
            if size != graph.sum.triples:
                raise StoreFailed(f"<{graph.graph}>: the store holds {size:,} statements of {graph.sum.triples:,}")


def _staging(graph: Spooled) -> str:
    return f"{STAGED}{graph.sum.text[:40]}"
