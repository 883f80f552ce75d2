"""One change of the data, applied to a store of its own, and what it changed.

A change is a SPARQL Update (SPARQL 1.1 Update) or one Graph Store operation (Graph Store HTTP Protocol, section 5).
It is applied in memory, to a copy nobody else sees; what counts is the delta: the statements it adds and removes in
the graphs that belong to no source. A change that would touch a source's own graph is refused whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse, serialize

from maille.ontology.errors import QueryRefused, QuerySyntaxError, WriteConflict
from maille.store.guard import inspect
from maille.store.payload import triples_of
from maille.store.service import calls_load
from maille.store.translate import translated
from maille.store.update_text import may_touch, names_dataset, operations, with_dataset

SCRATCH: Final = "urn:x-maille:the-default-graph"
"""Names the default graph for the length of one operation, since USING can name no other (Update, section 3.1.3)."""

_Graph = NamedNode | DefaultGraph
_BATCH: Final = 10_000


@dataclass(frozen=True, slots=True)
class UpdateRequest:
    """A SPARQL Update: its text, the data set of its WHERE clauses, and the seconds it may take."""

    text: str
    using_graphs: tuple[str, ...] = ()
    using_named_graphs: tuple[str, ...] = ()
    union_default_graph: bool = True
    base_iri: str | None = None
    timeout: float = 30.0


@dataclass(frozen=True, slots=True)
class GraphChange:
    """One operation on one graph; `graph` None is the default graph, `parts` are (media type, document, base IRI)."""

    method: Literal["PUT", "POST", "DELETE"]
    graph: str | None
    parts: tuple[tuple[str, bytes, str | None], ...] = ()
    timeout: float = 30.0


Change = UpdateRequest | GraphChange


@dataclass(frozen=True, slots=True)
class Delta:
    """Statements added and removed, as sorted lines of N-Quads; `existed`: the graph was there before."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    existed: bool = True

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


def apply(store: Store, change: Change, protected: frozenset[str]) -> Delta:
    """Apply `change` to `store` and return its delta; `protected` are the IRIs of the graphs of sources.

    Raises QuerySyntaxError, QueryRefused, WriteConflict or QueryError; the store is then in no state to be used.
    """
    delta = delta_of(store, change, protected)
    if isinstance(change, GraphChange):
        patch(store, delta.added, delta.removed)
    return delta


def delta_of(store: Store, change: Change, protected: frozenset[str]) -> Delta:
    """Return what `apply` does, for whoever wants no more: what becomes of `store` is left open."""
    with translated():
        if isinstance(change, UpdateRequest):
            return _apply_update(store, change, protected)
        return _of_graph_change(store, change, protected)


def patch(store: Store, added: Iterable[str], removed: Iterable[str]) -> None:
    """Apply the lines of a delta to `store`; a graph without a statement is no graph, as in the dump."""
    touched = set()
    for quad in _quads(removed):
        store.remove(quad)
        touched.add(quad.graph_name)
    store.extend(_quads(added))
    for graph in touched:
        if not isinstance(graph, DefaultGraph) and not any(store.quads_for_pattern(None, None, None, graph)):
            store.remove_graph(graph)


def _apply_update(store: Store, change: UpdateRequest, protected: frozenset[str]) -> Delta:
    text = inspect(change.text).text
    if calls_load(text):
        raise QueryRefused("LOAD is refused: this endpoint fetches nothing.")
    _check_syntax(text, change.base_iri)
    if (change.using_graphs or change.using_named_graphs) and names_dataset(text):
        raise QuerySyntaxError("The update names its own data set: using-graph-uri may not come with USING or WITH.")
    guarded = may_touch(text, protected)
    seal = _seal(store, protected) if guarded else 0
    before = _statements(store, protected)
    for operation in operations(text):
        _run(store, operation, change)
    if guarded and _seal(store, protected) != seal:
        raise WriteConflict("The update changes a graph that belongs to a source: sources change by a build only.")
    return _delta(before, _statements(store, protected))


def _check_syntax(text: str, base_iri: str | None) -> None:
    # The text as it came, on nothing: a syntax error then has the line and column of the client.
    with suppress(RuntimeError, ValueError, OSError):  # such as a graph that does not exist on nothing
        Store().update(text, base_iri=base_iri)


def _run(store: Store, operation: str, change: UpdateRequest) -> None:
    default, named = change.using_graphs, change.using_named_graphs
    scratch = NamedNode(SCRATCH)
    if not default and not named and change.union_default_graph:
        named = tuple(graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode))
        copies = [_in(quad, scratch) for quad in store.quads_for_pattern(None, None, None, DefaultGraph())]
        store.extend(copies)
        default = (*named, SCRATCH) if copies else named
    store.update(with_dataset(operation, default, named), base_iri=change.base_iri)
    store.remove_graph(scratch)


def _of_graph_change(store: Store, change: GraphChange, protected: frozenset[str]) -> Delta:
    if change.graph in protected:
        raise WriteConflict(f"<{change.graph}> belongs to a source: sources change by a build only.")
    graph: _Graph = DefaultGraph() if change.graph is None else NamedNode(change.graph)
    before = set(_lines_of_graph(store, graph))
    after = set(before) if change.method == "POST" else set()
    for media_type, document, base in change.parts:
        after.update(_lines(serialize(triples_of(media_type, document, base), format=RdfFormat.N_TRIPLES), graph))
    return _delta(before, after, existed=bool(before) or change.graph is None)


def _statements(store: Store, protected: frozenset[str]) -> set[str]:
    graphs: list[_Graph] = [DefaultGraph()]
    graphs += [graph for graph in store.named_graphs() if isinstance(graph, NamedNode) and graph.value not in protected]
    return {line for graph in graphs for line in _lines_of_graph(store, graph)}


def _lines_of_graph(store: Store, graph: _Graph) -> Iterator[str]:
    return _lines(store.dump(format=RdfFormat.N_TRIPLES, from_graph=graph), graph)


def _lines(triples: bytes | None, graph: _Graph) -> Iterator[str]:
    """Yield what `line_of` gives for each triple of a graph, four times as fast."""
    end = " ." if isinstance(graph, DefaultGraph) else f" {graph} ."
    # Not splitlines(): a literal may hold U+2028 and its like.
    return (line[:-2] + end for line in (triples or b"").decode().split("\n") if line)


def _seal(store: Store, protected: frozenset[str]) -> int:
    """Return a number that tells two states of the protected graphs apart, whatever the order of their statements."""
    quads = (quad for iri in protected for quad in store.quads_for_pattern(None, None, None, NamedNode(iri)))
    return sum(hash(quad) for quad in quads)


def _in(quad: Quad, graph: _Graph) -> Quad:
    return Quad(quad.subject, quad.predicate, quad.object, graph)


def _delta(before: set[str], after: set[str], *, existed: bool = True) -> Delta:
    return Delta(tuple(sorted(after - before)), tuple(sorted(before - after)), existed)


def _quads(lines: Iterable[str]) -> Iterator[Quad]:
    remaining = iter(lines)
    while batch := list(islice(remaining, _BATCH)):
        yield from parse("\n".join(batch), RdfFormat.N_QUADS)
