"""Where each statement of a page comes from: its graphs, its rows, and what is to be said of it (PROV-O)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from maille.api.terms import Value
from maille.ontology.namespaces import BASE
from maille.ontology.terms import MAILLE, PROV, RDF, SKOS

Statement = tuple[Value, NamedNode, Value]

_ROW = f"{BASE}row/"
_GRAPH = f"{BASE}graph/"


@dataclass(frozen=True, slots=True)
class Footnote:
    """Where one statement comes from.

    Attributes:
        graphs: the graphs it stands in, and those whose rows say it as well.
        rows: the rows it was drawn from.
        notes: what is to be said of it.
    """

    graphs: tuple[NamedNode, ...] = ()
    rows: tuple[NamedNode, ...] = ()
    notes: tuple[Literal, ...] = ()

    def rows_of(self, graph: NamedNode) -> tuple[NamedNode, ...]:
        """Return the rows that belong to the source of `graph`."""
        return tuple(row for row in self.rows if graph_of_row(row) == graph)


def graph_of_row(row: NamedNode) -> NamedNode | None:
    """Return the graph of the source and vintage that a row is of, None for what is no row."""
    parts = row.value.removeprefix(_ROW).split("/", 2)
    return NamedNode(f"{_GRAPH}{parts[0]}/{parts[1]}") if row.value.startswith(_ROW) and len(parts) == 3 else None


def footnotes_of(quads: Sequence[Quad]) -> dict[Statement, Footnote]:
    """Return statement -> footnote, for each that stands in a named graph or has a `maille:SourcedStatement`.

    A statement that two sources say verbatim stands in the graph of the first; that the second says it too is told by
    a `maille:SourcedStatement` with a row of the second.
    """
    graphs: dict[Statement, dict[NamedNode, None]] = defaultdict(dict)
    for quad in quads:
        subject, graph, value = quad.subject, quad.graph_name, quad.object
        if isinstance(subject, NamedNode) and isinstance(graph, NamedNode) and isinstance(value, Value):
            graphs[subject, quad.predicate, value][graph] = None
    told = _told(quads)
    return {statement: _footnote(graphs.get(statement, ()), told.get(statement, [])) for statement in (*graphs, *told)}


def _footnote(graphs: Iterable[NamedNode], told: Sequence[Mapping[NamedNode, Sequence[Value]]]) -> Footnote:
    rows = {o for facts in told for o in facts.get(PROV.wasDerivedFrom, ()) if isinstance(o, NamedNode)}
    notes = {o for facts in told for o in facts.get(SKOS.note, ()) if isinstance(o, Literal)}
    of_rows = {graph for graph in map(graph_of_row, rows) if graph is not None}
    return Footnote(
        tuple(sorted({*graphs, *of_rows}, key=str)), tuple(sorted(rows, key=str)), tuple(sorted(notes, key=str))
    )


def _told(quads: Iterable[Quad]) -> dict[Statement, list[Mapping[NamedNode, list[Value]]]]:
    """Return statement -> what is told of it, one of its `maille:SourcedStatement` after the other."""
    nodes: dict[Value, dict[NamedNode, list[Value]]] = defaultdict(lambda: defaultdict(list))
    for quad in quads:
        if isinstance(quad.object, Value) and isinstance(quad.subject, NamedNode):
            nodes[quad.subject][quad.predicate].append(quad.object)
    found: dict[Statement, list[Mapping[NamedNode, list[Value]]]] = defaultdict(list)
    for facts in nodes.values():
        if MAILLE.SourcedStatement in facts.get(RDF.type, ()):
            for statement in _stated(facts):
                found[statement].append(facts)
    return found


def _stated(facts: Mapping[NamedNode, Sequence[Value]]) -> Iterable[Statement]:
    for subject in facts.get(RDF.subject, ()):
        for predicate in facts.get(RDF.predicate, ()):
            for value in facts.get(RDF.object, ()):
                if isinstance(predicate, NamedNode):
                    yield subject, predicate, value
