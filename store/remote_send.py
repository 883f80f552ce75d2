"""Statements on their way to a remote store (SPARQL 1.1 Update, section 3.1; Graph Store HTTP Protocol, section 5.5).

One request does it all where it is short: what is removed, what is added, and what the store then says of itself. Blank
nodes, which Virtuoso takes in no INSERT DATA, and a great many are added by the Graph Store first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, serialize

from maille.ontology.errors import QueryTimeout, StoreFailed
from maille.store.remote_asking import Server
from maille.store.remote_state import DEFAULT, State
from maille.store.remote_update import Step
from maille.store.within import within

_SHORT: Final = 500
"""Statements of one request: the compiler of Virtuoso runs out of its stack at some thousands."""
_TEXT: Final = 8_000
"""Characters of a literal beyond which a statement is none for the Graph Store: that of Virtuoso fails."""
_TRIES: Final = 2
_TURTLE: Final = {"Content-Type": "text/turtle"}


async def send(server: Server, step: Step, now: State, timeout: float) -> None:
    """Do a step, after which the store says `now` of itself."""
    apart = [quad for quad in step.added if _is_apart(quad)] if server.store.graphs else []
    added = step.added.difference(apart)
    if server.store.graphs and len(added) > _SHORT:
        apart = [quad for quad in step.added if len(str(quad.object)) <= _TEXT or _is_apart(quad)]
        added = step.added.difference(apart)
    foreign = now.graphs is None
    clauses = [
        *(f"DELETE DATA {{ {block(part, foreign)} }}" for part in _parts(step.removed)),
        *(f"INSERT DATA {{ {block(part, foreign)} }}" for part in _parts(added)),
    ]
    if step.text is not None:
        clauses = [step.text]
        apart = []
    if not foreign:
        clauses.append(now.written())
    for graph, quads in groupby(sorted(apart, key=_graph), key=_graph):
        await add(server, graph, quads, timeout)
    if clauses:
        await server.update(" ;\n".join(clauses), timeout)


async def add(server: Server, graph: str, quads: Iterable[Quad], timeout: float) -> None:
    """Add statements to a graph by the Graph Store."""
    body = serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES) or b""
    await put(server, "POST", graph, body, timeout)


async def put(server: Server, method: str, graph: str, body: bytes | None, timeout: float) -> bool:
    """Write a graph by the Graph Store; return whether it was there. To replace one is tried again where it fails."""
    for _ in range(_TRIES if method == "PUT" else 0):
        with suppress(StoreFailed):
            return await _put(server, method, graph, body, timeout)
    return await _put(server, method, graph, body, timeout)


async def _put(server: Server, method: str, graph: str, body: bytes | None, timeout: float) -> bool:
    if server.store.graphs is None:
        raise StoreFailed("The store has no Graph Store of ours: see MAILLE_STORE_GRAPHS.")
    response = await server.connection.send(
        method,
        server.store.graphs,
        timeout,
        headers=_TURTLE if body is not None else None,
        data=body,
        params={"graph": graph},
        missing=method == "DELETE",
    )
    try:
        await within(timeout, response.read())
    except TimeoutError:
        raise QueryTimeout(f"The store did not answer within {timeout:g} s.") from None
    finally:
        response.release()
    return response.status != 404


def _is_apart(quad: Quad) -> bool:
    return isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)


def _graph(quad: Quad) -> str:
    return quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else DEFAULT


def _parts(quads: Iterable[Quad]) -> Iterator[list[Quad]]:
    ordered = sorted(quads, key=str)
    # Statements that share a blank node may not be torn apart.
    size = len(ordered) or 1 if any(_is_apart(quad) for quad in ordered) else _SHORT
    return (ordered[start : start + size] for start in range(0, len(ordered), size))


def block(quads: Iterable[Quad], foreign: bool = False) -> str:
    """Return statements as a block of data; those of the default graph as such where the store is somebody else's."""
    blocks = []
    for graph, members in groupby(sorted(quads, key=_graph), key=_graph):
        text = " ".join(f"{quad.triple} ." for quad in members)
        blocks.append(text if foreign and graph == DEFAULT else f"GRAPH <{graph}> {{ {text} }}")
    return " ".join(blocks)
