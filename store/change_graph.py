"""What one Graph Store operation adds and removes (SPARQL 1.1 Graph Store HTTP Protocol, sections 5.3 to 5.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from maille.ontology.errors import WriteConflict
from maille.store.payload import triples_of
from maille.store.statements import Graph, lines_of, lines_of_graph, put_in

if TYPE_CHECKING:
    from maille.store.change import GraphChange

Lines = set[str]


def of_graph_change(store: Store, change: GraphChange, protected: frozenset[str]) -> tuple[Lines, Lines, bool]:
    """Return the lines added and removed, and whether the graph is there; `store` is left as it is."""
    if change.graph in protected:
        raise WriteConflict(f"<{change.graph}> belongs to a source: sources change by a build only.")
    graph: Graph = DefaultGraph() if change.graph is None else NamedNode(change.graph)
    exists = change.graph is None or any(True for _ in store.quads_for_pattern(None, None, None, graph))
    if change.method == "POST":
        # What is there already is passed over one by one, so that nothing depends on the size of the graph.
        return _documents(change, graph, lambda quad: put_in(quad, graph) not in store), set(), exists
    before, after = set(lines_of_graph(store, graph)), _documents(change, graph, None)
    return after - before, before - after, exists


def _documents(change: GraphChange, graph: Graph, wanted: Callable[[Quad], bool] | None) -> Lines:
    lines: Lines = set()
    for media_type, document, base in change.parts:
        triples: Iterable[Quad] = triples_of(media_type, document, base)
        lines.update(lines_of(triples if wanted is None else filter(wanted, triples), graph))
    return lines
