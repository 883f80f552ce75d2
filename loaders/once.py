"""Where two sources say the very same, the first of them has the statement, and the later says that it says so too.

The union of the graphs gives a triple once for each graph it stands in, where the merge of RDF has it once (RDF 1.1
Semantics, section 4.1): so it stands in one. That a later source says it as well is told in its own graph, by a
`maille:SourcedStatement` with its row.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from hashlib import sha256
from typing import Final

from maille.loaders.collect import LoadedRow, LoadedSource
from maille.ontology.terms import MAILLE, PROV, RDF

_DERIVED: Final = str(PROV.wasDerivedFrom)
_TYPE: Final = str(RDF.type)


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
    subject, predicate, value = triple.split(" ", 2)
    rows = sorted(_objects(row, subject)) if predicate != _DERIVED else []
    if rows:
        node = f"{subject[:-1]}#st-{sha256(f'{predicate} {value}'.encode()).hexdigest()[:8]}>"
        yield f"{node} {_TYPE} {MAILLE.SourcedStatement}"
        yield f"{node} {RDF.subject} {subject}"
        yield f"{node} {RDF.predicate} {predicate}"
        yield f"{node} {RDF.object} {value}"
        yield from (f"{node} {_DERIVED} {one}" for one in rows)


def _objects(row: LoadedRow, subject: str) -> Iterator[str]:
    start = f"{subject} {_DERIVED} "
    return (_triple(line)[len(start) :] for line in row.statements if line.startswith(start) and "#" not in subject)


def _triple(line: str) -> str:
    # Before the name of the graph, which has no space in it.
    return line[: line.rindex(" <")]
