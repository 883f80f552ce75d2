"""What one operation of an update adds and removes, found without doing it (SPARQL 1.1 Update, section 3).

The store is asked for the solutions of its WHERE; the templates are filled here. So every engine does the same with it,
the graphs of sources are safe, and what is sent is a list of statements, which every server understands alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store

from maille.ontology.errors import QueryTooLarge, WriteConflict
from maille.store.remote_asking import Rows, Server
from maille.store.remote_content import NODE, about, graph_quads, graphs_of
from maille.store.remote_state import CONTROL, DEFAULT, State
from maille.store.translate import translated
from maille.store.update_text import as_inserted_data, top_level

MARK: Final = NamedNode("urn:x-maille:mark")
_MOST: Final = 200_000
_PROLOGUE: Final = frozenset({"base", "prefix", "version"})
_MANAGING: Final = frozenset({"add", "clear", "copy", "create", "drop", "move"})


@dataclass(frozen=True, slots=True)
class Step:
    """Statements added and removed by one operation, all in named graphs; `text` does it where they cannot be named."""

    added: frozenset[Quad] = frozenset()
    removed: frozenset[Quad] = frozenset()
    text: str | None = None

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)

    @property
    def graphs(self) -> set[str]:
        """The graphs it changes."""
        return {
            quad.graph_name.value for quad in (*self.added, *self.removed) if isinstance(quad.graph_name, NamedNode)
        }

    def back(self) -> Step:
        """Return what takes it back."""
        return Step(self.removed, self.added)


@dataclass(frozen=True, slots=True)
class Asked:
    """An update and the data set of its WHERE clauses, as the fields of a request of the protocol."""

    dataset: list[tuple[str, str]] = field(default_factory=list)
    base_iri: str | None = None
    timeout: float = 30.0


async def step_of(server: Server, state: State, operation: str, asked: Asked, protected: frozenset[str]) -> Step:
    """Return what one operation does to the store as it is; raises the QueryError tree, WriteConflict among it."""
    words = [word for word, _, _ in top_level(operation) if word not in _PROLOGUE]
    data = as_inserted_data(operation)
    if data is not None:
        verb, text = data
        quads = _quads_of(text, asked.base_iri)
        step = Step(removed=quads) if verb == "delete" else Step(added=quads)
    elif words and words[0] in _MANAGING:
        return await _managed(server, state, operation, asked, protected)
    else:
        step = await _modified(server, operation, asked)
    check(step, protected, strict=False)
    step = await _effective(server, step)
    check(step, protected)
    return step


def check(step: Step, protected: frozenset[str], *, strict: bool = True) -> None:
    """Raise WriteConflict where a step changes a graph of a source, or one that only this program writes."""
    if (strict and step.graphs & protected) or CONTROL in step.graphs:
        raise WriteConflict("The update changes a graph that belongs to a source: sources change by a build only.")


def _quads_of(text: str, base_iri: str | None) -> frozenset[Quad]:
    store = Store()
    with translated():
        store.update(text, base_iri=base_iri)
    return frozenset(_named(quad) for quad in store)


def _named(quad: Quad) -> Quad:
    if isinstance(quad.graph_name, DefaultGraph):
        return Quad(quad.subject, quad.predicate, quad.object, NamedNode(DEFAULT))
    return quad


async def _effective(server: Server, step: Step) -> Step:
    """Return a step without what is there already, or is not."""
    both = step.added & step.removed
    quads = step.added | step.removed
    subjects = {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
    known = {iri for iri in subjects if not iri.startswith(NODE)}
    there = await about(server, known, step.graphs) if known else set()
    removed = {quad for quad in step.removed - both if quad in there or _is_blank(quad)}
    return Step(frozenset(step.added - there), frozenset(removed), step.text)


def _is_blank(quad: Quad) -> bool:
    """Tell whether a statement has a node that only the server knows."""
    return any(isinstance(term, NamedNode) and term.value.startswith(NODE) for term in (quad.subject, quad.object))


async def _modified(server: Server, operation: str, asked: Asked) -> Step:
    parts = _Parts.of(operation)
    rows, names = await _solutions(server, parts, asked)
    blank = any(isinstance(term, BlankNode) for row in rows for term in row)
    values = " ".join(f"({' '.join(_value(term) for term in row)})" for row in rows)
    where = f"WHERE {{ VALUES ({' '.join(f'?{name}' for name in names)}) {{ {values} }} }}"
    added = (
        _quads_of(f"{parts.head} INSERT {parts.inserted} {where}", asked.base_iri) if parts.inserted else frozenset()
    )
    removed = (
        _quads_of(f"{parts.head} INSERT {parts.deleted} {where}", asked.base_iri) if parts.deleted else frozenset()
    )
    return Step(added, removed, operation if blank and not server.is_virtuoso else None)


async def _solutions(server: Server, parts: _Parts, asked: Asked) -> tuple[Rows, list[str]]:
    distinct = "" if "_:" in parts.inserted or "[" in parts.inserted else "DISTINCT "
    dataset, fields = parts.dataset, [] if parts.dataset else asked.dataset
    if parts.graph and not dataset:
        # WITH is the default graph of the WHERE, and the named ones are all there are.
        named = [f"FROM NAMED <{graph}>" for name, graph in fields if name == "named-graph-uri"]
        dataset, fields = " ".join([f"FROM {parts.graph}", *named]), []
    text = f"{parts.prologue} SELECT {distinct}* {dataset} WHERE {parts.where}"
    if asked.base_iri:
        text = f"BASE <{asked.base_iri}> {text}"
    rows, names = await server.table(text, fields, asked.timeout)
    if len(rows) > _MOST:
        raise QueryTooLarge(f"The update has more than {_MOST:,} solutions.")
    return rows, names


def _value(term: object) -> str:
    if term is None:
        return "UNDEF"
    return f"<{NODE}{term.value}>" if isinstance(term, BlankNode) else str(term)


@dataclass(frozen=True, slots=True)
class _Parts:
    """The pieces of a Modify operation, as they stand in its text."""

    prologue: str
    graph: str
    deleted: str
    inserted: str
    dataset: str
    where: str

    @property
    def head(self) -> str:
        """What stands before the templates."""
        return f"{self.prologue} WITH {self.graph}" if self.graph else self.prologue

    @classmethod
    def of(cls, operation: str) -> _Parts:
        """Take an operation apart."""
        found = list(top_level(operation))
        begin = next((start for word, start, _ in found if word not in _PROLOGUE), 0)
        graph = deleted = inserted = where = ""
        dataset: list[str] = []
        before = ["", ""]
        for index, (word, start, end) in enumerate(found):
            following = found[index + 1][1] if index + 1 < len(found) else len(operation)
            text, group = operation[end:following].strip(), operation[start:end]
            if word == "with":
                graph = text
            elif word == "using" and text:
                dataset.append(f"FROM {text}")
            elif word == "named" and before[-1] == "using":
                dataset.append(f"FROM NAMED {text}")
            elif word == "{":
                deleted = group if before[-1] == "delete" or before == ["delete", "where"] else deleted
                inserted = group if before[-1] == "insert" else inserted
                where = group if before[-1] == "where" else where
            before = [before[-1], word]
        return cls(operation[:begin], graph, deleted, inserted, " ".join(dataset), where)


async def _managed(server: Server, state: State, operation: str, asked: Asked, protected: frozenset[str]) -> Step:
    """Return what CLEAR, COPY and the like do: each graph is stood for by a mark, and what becomes of it is seen."""
    graphs = sorted({*(await graphs_of(server) if state.graphs is None else state.graphs), DEFAULT})
    store = Store()
    store.extend(Quad(MARK, MARK, NamedNode(graph), _local(graph)) for graph in graphs)
    with translated():
        store.update(operation, base_iri=asked.base_iri)
    added: set[Quad] = set()
    removed: set[Quad] = set()
    now: dict[str, set[str]] = {graph: set() for graph in graphs}
    for quad in store:
        if isinstance(quad.object, NamedNode):
            now.setdefault(_remote(quad), set()).add(quad.object.value)
    changed = {graph: marks for graph, marks in now.items() if marks != {graph}}
    if changed.keys() & protected:
        raise WriteConflict("The update changes a graph that belongs to a source: sources change by a build only.")
    for graph, marks in changed.items():
        before = set(await graph_quads(server, graph, named=True))
        after = {_moved(quad, graph) for mark in marks for quad in await graph_quads(server, mark, named=True)}
        added |= after - before
        removed |= before - after
    blank = any(isinstance(term, BlankNode) for quad in added | removed for term in (quad.subject, quad.object))
    return Step(frozenset(added), frozenset(removed), operation if blank else None)


def _local(graph: str) -> NamedNode | DefaultGraph:
    return DefaultGraph() if graph == DEFAULT else NamedNode(graph)


def _remote(quad: Quad) -> str:
    return quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else DEFAULT


def _moved(quad: Quad, graph: str) -> Quad:
    return Quad(quad.subject, quad.predicate, quad.object, NamedNode(graph))
