"""A release, or one graph of it, in a format for somebody else: N-Quads, Turtle or JSON-LD, gzipped or not.

Turtle knows no graphs: there, the union of them is written. Everything streams: a release need not fit into memory.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import IO, Final, cast

from pyoxigraph import Quad, RdfFormat, parse, serialize

from maille.ontology.errors import ReleaseError, UsageError
from maille.ontology.namespaces import PREFIXES, rebase_text
from maille.store.dump import graph_of, read
from maille.store.release import Release

FORMATS: Final = ("nq", "ttl", "jsonld")
_LEVEL: Final = 6
_PART: Final = 10_000
_FEW: Final = 20
"""Graphs up to which each of them is worth a reading of the dump."""


def export(
    release: Release, output: IO[bytes], form: str, graph: str | None = None, nquads: Path | None = None
) -> None:
    """Write a release to `output`.

    Args:
        release: what to write.
        output: where to.
        form: `nq`, `ttl` or `jsonld`, with `.gz` behind it or not.
        graph: IRI of the one graph to write, under the base of the release; every graph where None.
        nquads: a gzipped file that holds the N-Quads of what is to be written, where there is one: it is shorter.

    Raises:
        UsageError: there is no such format.
        ReleaseError: there is no such graph, or the dump is damaged.
    """
    name, _, packing = form.partition(".")
    if name not in FORMATS or packing not in ("", "gz"):
        raise UsageError(f"{form!r} is no format: choose one of {', '.join(FORMATS)}, or one of them with .gz")
    if graph is not None and graph not in release.manifest.graphs:
        known = ", ".join(filter(None, release.manifest.graphs))
        raise ReleaseError(f"release {release.id} has no graph {graph}; it has {known or 'none'}")
    with ExitStack() as stack:
        # Neither name nor time in the header: the same release gives the same bytes.
        packed = gzip.GzipFile("", "wb", _LEVEL, output, mtime=0) if packing else None
        writer = cast(IO[bytes], stack.enter_context(packed)) if packed else output
        whole = graph is None and name == "jsonld"
        lines = _graph_by_graph(release) if whole else _lines(release, graph)
        _write(release, lines if nquads is None else read(nquads), writer, name)


def _lines(release: Release, graph: str | None) -> Iterator[str]:
    if graph is None:
        return release.lines()
    if not graph or "" in release.manifest.graphs:
        return (line for line in release.lines() if graph_of(line) == graph)
    # The last term is the graph where every statement is in one.
    end = f" {graph} ." if graph.startswith("_:") else f" <{graph}> ."
    return (line for line in release.lines() if line.endswith(end))


def _graph_by_graph(release: Release) -> Iterator[str]:
    """Yield the lines of one graph after the other, where there are few; else in the order of the dump."""
    graphs = release.manifest.graphs
    if len(graphs) > _FEW:
        return release.lines()
    return (line for graph in graphs for line in _lines(release, graph))


def _write(release: Release, lines: Iterable[str], writer: IO[bytes], name: str) -> None:
    if name == "nq":
        for part in _in_parts(lines):
            writer.write(("\n".join(part) + "\n").encode())
        return
    prefixes = {prefix: rebase_text(iri, release.base_iri) for prefix, iri in PREFIXES.items()}
    quads = _quads(lines)
    if name == "ttl":
        serialize((quad.triple for quad in quads), writer, format=RdfFormat.TURTLE, prefixes=prefixes)
    else:
        serialize(quads, writer, format=RdfFormat.JSON_LD, prefixes=prefixes)


def _quads(lines: Iterable[str]) -> Iterator[Quad]:
    # A blank node keeps its label whichever part it stands in.
    for part in _in_parts(lines):
        yield from parse("\n".join(part), format=RdfFormat.N_QUADS, lenient=True)


def _in_parts(lines: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(lines)
    while part := list(islice(rest, _PART)):
        yield part
