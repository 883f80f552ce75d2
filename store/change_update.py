"""What a SPARQL Update adds and removes (SPARQL 1.1 Update, section 3), found by doing it on a store of its own.

Where it only inserts and deletes data, its size alone counts. Otherwise the graphs it could touch are compared before
and after; those of sources by an order-free hash, and only where its text could reach them at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, NamedNode, Store

from maille.ontology.errors import QueryRefused, QuerySyntaxError, WriteConflict
from maille.store.delta import Net
from maille.store.dump import line_of
from maille.store.guard import inspect
from maille.store.service import calls_load
from maille.store.statements import lines_but, names, patch, put_in
from maille.store.update_text import as_inserted_data, names_dataset, operations, touching, with_dataset

if TYPE_CHECKING:
    from maille.store.change import UpdateRequest

SCRATCH: Final = "urn:x-maille:the-default-graph"
"""Names the default graph for the length of one operation, since USING can name no other (Update, section 3.1.3)."""

Lines = set[str]


def of_update(store: Store, change: UpdateRequest, protected: frozenset[str]) -> tuple[Lines, Lines]:
    """Apply an update to `store` and return the lines added and removed."""
    text = inspect(change.text).text
    if calls_load(text):
        raise QueryRefused("LOAD is refused: this endpoint fetches nothing.")
    if SCRATCH in text:
        raise QueryRefused(f"<{SCRATCH}> can be no name of a graph.")
    check_syntax(text, change.base_iri)
    if (change.using_graphs or change.using_named_graphs) and names_dataset(text):
        raise QuerySyntaxError("The update names its own data set: using-graph-uri may not come with USING or WITH.")
    parts = list(operations(text))
    data = [found for found in map(as_inserted_data, parts) if found is not None]
    if len(data) == len(parts):
        return _of_data(store, data, change.base_iri, protected)
    return _of_any(store, text, parts, change, protected)


def _of_data(
    store: Store, data: Iterable[tuple[str, str]], base_iri: str | None, protected: frozenset[str]
) -> tuple[Lines, Lines]:
    net = Net()
    for verb, text in data:
        named, gone = Store(), verb == "delete"
        named.update(text, base_iri=base_iri)
        changed = [quad for quad in named if (quad in store) == gone]
        if any(isinstance(quad.graph_name, NamedNode) and quad.graph_name.value in protected for quad in changed):
            raise _conflict()
        lines = [line_of(quad) for quad in changed]
        added, removed = ([], lines) if gone else (lines, [])
        net.then(added, removed)
        patch(store, added, removed)
    return net.added, net.removed


def _of_any(
    store: Store, text: str, parts: Iterable[str], change: UpdateRequest, protected: frozenset[str]
) -> tuple[Lines, Lines]:
    may_touch = touching(text)
    guarded = any(map(may_touch, protected))
    seal = _seal(store, protected) if guarded else 0
    untouched = protected | {name for name in names(store) if not may_touch(name)}
    before = lines_but(store, untouched)
    for operation in parts:
        _run(store, operation, change)
    if guarded and _seal(store, protected) != seal:
        raise _conflict()
    after = lines_but(store, untouched)
    return after - before, before - after


def check_syntax(text: str, base_iri: str | None) -> None:
    """Raise QuerySyntaxError, with line and column, where a text is no update."""
    # The text as it came, on nothing: a syntax error then has the line and column of the client.
    with suppress(RuntimeError, ValueError, OSError):  # such as a graph that does not exist on nothing
        Store().update(text, base_iri=base_iri)


def _run(store: Store, operation: str, change: UpdateRequest) -> None:
    default, named = change.using_graphs, change.using_named_graphs
    scratch = NamedNode(SCRATCH)
    if not default and not named and change.union_default_graph:
        named = tuple(names(store))
        copies = [put_in(quad, scratch) for quad in store.quads_for_pattern(None, None, None, DefaultGraph())]
        store.extend(copies)
        default = (*named, SCRATCH) if copies else named
    store.update(with_dataset(operation, default, named), base_iri=change.base_iri)
    store.remove_graph(scratch)


def _seal(store: Store, protected: frozenset[str]) -> int:
    """Return a number that tells two states of the protected graphs apart, whatever the order of their statements."""
    quads = (quad for iri in protected for quad in store.quads_for_pattern(None, None, None, NamedNode(iri)))
    return sum(hash(quad) for quad in quads)


def _conflict() -> WriteConflict:
    return WriteConflict("The update changes a graph that belongs to a source: sources change by a build only.")
