"""What a remote store holds, read graph by graph: in one piece where it cuts nothing, else in pages.

Pages come without an order, which Virtuoso refuses beyond its limit; that nothing was left out is seen by counting.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from itertools import islice
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from maille.ontology.errors import StoreFailed
from maille.store.dump import line_of
from maille.store.remote_state import DEFAULT

if TYPE_CHECKING:
    from maille.store.remote_asking import Server

NODE: Final = "nodeID://"
"""What Virtuoso names blank nodes by, as IRIs that stand for the nodes themselves."""
_ONE_PIECE: Final = 50_000
_SUBJECTS: Final = 100
_TRIES: Final = 3


async def graph_quads(server: Server, graph: str, *, named: bool = False) -> list[Quad]:
    """Return the statements of one graph, its blank nodes `named` so that the store knows them, where it can.

    Raises StoreFailed where they change all the time.
    """
    for _ in range(_TRIES):
        size = await size_of(server, graph)
        quads = [quad async for quad in _pages(server, graph, size)]
        if len(quads) == size:
            return list(map(_addressed, quads)) if named and server.is_virtuoso else quads
    raise StoreFailed(f"<{graph}> cannot be read whole: {len(quads):,} statements came of {size:,}.")


def _addressed(quad: Quad) -> Quad:
    subject, value = quad.subject, quad.object
    return Quad(
        NamedNode(NODE + subject.value) if isinstance(subject, BlankNode) else subject,
        quad.predicate,
        NamedNode(NODE + value.value) if isinstance(value, BlankNode) else value,
        quad.graph_name,
    )


async def about(server: Server, subjects: Iterable[str], graphs: Iterable[str] | None = None) -> set[Quad]:
    """Return what is said of things, IRIs all of them, in some graphs, or in any."""
    found: set[Quad] = set()
    remaining = iter(sorted(set(subjects)))
    fields = [("named-graph-uri", graph) for graph in sorted(graphs or ())]
    if graphs is not None and not fields:
        return found
    while batch := list(islice(remaining, _SUBJECTS)):
        values = " ".join(f"<{iri}>" for iri in batch)
        text = f"SELECT ?g ?s ?p ?o WHERE {{ VALUES ?s {{ {values} }} GRAPH ?g {{ ?s ?p ?o }} }}"
        found.update(_quad(*row) for row in await server.rows(text, ("s", "p", "o", "g"), fields))
    return found


async def graphs_of(server: Server) -> list[str]:
    """Return the named graphs of a store."""
    rows = await server.rows("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }", ("g",))
    return sorted(graph.value for (graph,) in rows if isinstance(graph, NamedNode))


async def size_of(server: Server, graph: str) -> int:
    """Return how many statements a graph has."""
    rows = await server.rows(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}", ("n",))
    return int(rows[0][0].value) if rows and isinstance(rows[0][0], Literal) else 0


async def _pages(server: Server, graph: str, size: int) -> AsyncIterator[Quad]:
    page = server.page or _ONE_PIECE
    for offset in range(0, size, page):
        text = f"SELECT ?s ?p ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} LIMIT {page} OFFSET {offset}"
        for row in await server.rows(text, ("s", "p", "o")):
            yield _quad(*row, NamedNode(graph))


def _quad(*terms: object) -> Quad:
    subject, predicate, value, graph = terms
    if (
        isinstance(subject, NamedNode | BlankNode)
        and isinstance(predicate, NamedNode)
        and isinstance(value, NamedNode | BlankNode | Literal)
        and isinstance(graph, NamedNode)
    ):
        return Quad(subject, predicate, value, graph)
    raise StoreFailed("The store sent a statement with a part missing.")


def lines(quads: Iterable[Quad]) -> set[str]:
    """Return statements as lines of N-Quads."""
    return {line_of(quad) for quad in quads}


def outward(line: str) -> str:
    """Return a line of N-Quads as the web is to see it: the graph that stands for the default one is none."""
    return line.replace(f" <{DEFAULT}> .", " .") if line.endswith(f" <{DEFAULT}> .") else line
