"""Graphs that belong to no source: what was written by hand, and is carried over from one build to the next.

A graph belongs to a source where the former release describes it in `/graph/meta` as derived from one; so does
`/graph/meta` itself. Statements are kept as the dump has them, so that blank nodes of a user keep their labels.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from maille.loaders.provenance import META
from maille.ontology.namespaces import BASE, rebase_nquads
from maille.ontology.terms import PROV
from maille.store.dump import graph_of
from maille.store.release import Release

_DERIVED: Final = f" {PROV.wasDerivedFrom} "


def carried_over(parent: Release, ours: Collection[str]) -> dict[str, list[str]]:
    """Return graph -> lines, under the default base, of the graphs of `parent` that belong to no source.

    Args:
        parent: the former release.
        ours: graphs that the build under way writes: whatever the parent has there is replaced.
    """
    names = {name: _under_our_base(name, parent) for name in parent.manifest.graphs}
    wanted = {name for name, our_name in names.items() if our_name not in ours and our_name != META.value}
    found: dict[str, list[str]] = {}
    described: set[str] = set()
    # Without such a graph, as after every build alone, the dump need not be read.
    for line in parent.lines() if wanted else ():
        graph = graph_of(line)
        if graph in wanted:
            found.setdefault(names[graph], []).append(rebase_nquads(line, BASE, parent.base_iri))
        elif names.get(graph) == META.value and _DERIVED in line:
            described.add(_under_our_base(line.partition(" ")[0].strip("<>"), parent))
    return {graph: lines for graph, lines in found.items() if graph not in described}


def _under_our_base(name: str, release: Release) -> str:
    base = release.base_iri
    return BASE + name.removeprefix(base) if name.startswith(base) else name
