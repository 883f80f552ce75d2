"""Where two sources say the very same, the first of them has the statement, and the later says that it says so too.

The union of the graphs gives a triple once for each graph it stands in, where the merge of RDF has it once (RDF 1.1
Semantics, section 4.1): so it stands in one. That a later source says it as well is told in its own graph, by a
`maille:SourcedStatement` with its row.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from maille.loaders.collect import LoadedRow, LoadedSource
from maille.loaders.sourced import reified, statement
from maille.ontology.terms import PROV


def once(sources: Sequence[LoadedSource], alone: Container[str] = ()) -> Iterator[str]:
    """Yield what the sources say, each triple in one graph.

    Args:
        sources: what was loaded, the source that keeps a statement first; nothing in them changes.
        alone: ids of the sources whose things no other source describes.
    """
    graph_of: dict[str, str] = {}
    for source in sources:
        if source.description.id in alone:
            yield from (line for row in source.rows for line in row.statements)
        else:
            graph = str(source.description.graph)
            for row in source.rows:
                yield from _of_row(row, graph, graph_of)


def _of_row(row: LoadedRow, graph: str, graph_of: dict[str, str]) -> Iterator[str]:
    for line in row.statements:
        triple = _triple(line)
        if graph_of.setdefault(triple, graph) == graph:
            yield line
        else:
            for told in _told(triple, row):
                # What is told of a statement may have been told by another source already: only its row is new then.
                if graph_of.setdefault(told, graph) == graph:
                    yield f"{told} {graph} ."


def _told(triple: str, row: LoadedRow) -> Iterator[str]:
    """Tell that a row says it too; nothing is told of what no row stands for, such as a part of a thing."""
    (said,) = parse(f"{triple} .", format=RdfFormat.N_TRIPLES)
    rows = sorted(_rows_of(row, str(said.subject))) if said.predicate != PROV.wasDerivedFrom else []
    if rows and isinstance(said.subject, NamedNode) and isinstance(said.object, NamedNode | Literal):
        fact = said.subject, said.predicate, said.object
        yield from map(str, reified(*fact))
        yield from (f"{statement(*fact)} {PROV.wasDerivedFrom} {one}" for one in rows)


def _rows_of(row: LoadedRow, subject: str) -> Iterator[str]:
    start = f"{subject} {PROV.wasDerivedFrom} "
    return (_triple(line)[len(start) :] for line in row.statements if line.startswith(start) and "#" not in subject)


def _triple(line: str) -> str:
    # Before the name of the graph, which has no space in it.
    return line[: line.rindex(" <")]
