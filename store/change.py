"""One change of the data, applied to a store of its own, and what it changed.

A change is a SPARQL Update (SPARQL 1.1 Update) or one Graph Store operation (Graph Store HTTP Protocol, section 5).
It is applied in memory, to a copy nobody else sees; what counts is the delta: the statements it adds and removes in
the graphs that belong to no source. A change that would touch a source's own graph is refused whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pyoxigraph import Store

from maille.store.change_graph import of_graph_change
from maille.store.change_update import SCRATCH, of_update
from maille.store.statements import patch
from maille.store.translate import translated

__all__ = ["SCRATCH", "Change", "Delta", "GraphChange", "UpdateRequest", "apply", "delta_of", "patch"]


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
    existed = True
    with translated():
        if isinstance(change, UpdateRequest):
            added, removed = of_update(store, change, protected)
        else:
            added, removed, existed = of_graph_change(store, change, protected)
    return Delta(tuple(sorted(added)), tuple(sorted(removed)), existed)
