"""Graphs that belong to no source: what was written by hand, and is carried over from one build to the next.

A graph belongs to a source where the former release describes it in `/graph/meta` as derived from one; so do the
graphs of the build under way, and `/graph/meta` itself. Statements are kept as the dump has them (N-Quads, section 2),
so that blank nodes of a user keep their labels.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from pyoxigraph import RdfFormat, parse

from maille.loaders.provenance import META
from maille.ontology.terms import PROV

_DERIVED: Final = f" {PROV.wasDerivedFrom} "
DEFAULT: Final = ""


def graph_of(line: str) -> str:
    """Return the graph of an N-Quads statement as it is written (`<iri>` or `_:label`), empty for the default graph."""
    if ">>" in line:
        return _parsed_graph(line)
    _, quote, tail = line.rstrip(" .\n").rpartition('"')
    terms = tail.split(" ")
    if quote:
        # After a literal: nothing, its language or its datatype, and then the graph.
        return terms[1] if len(terms) > 1 else DEFAULT
    return terms[3] if len(terms) > 3 else DEFAULT


def carried_over(lines: Iterable[str], ours: Collection[str], meta: str = str(META)) -> dict[str, list[str]]:
    """Return graph -> statements of the graphs of a former release that belong to no source.

    Args:
        lines: the dump of the former release.
        ours: names of the graphs that the build under way writes, as `graph_of` gives them.
        meta: name of the graph of descriptions, under the base of that dump.
    """
    found: dict[str, list[str]] = {}
    described: set[str] = set()
    for line in lines:
        graph = graph_of(line)
        if graph == meta:
            if _DERIVED in line:
                described.add(line.partition(" ")[0])
        elif graph not in ours:
            found.setdefault(graph, []).append(line)
    return {graph: kept for graph, kept in found.items() if graph not in described}


def _parsed_graph(line: str) -> str:
    (quad,) = parse(line, format=RdfFormat.N_QUADS)
    name = str(quad.graph_name)
    return DEFAULT if name == "DEFAULT" else name
