"""A release, or one graph of it, in a format for somebody else: N-Quads, Turtle or JSON-LD, gzipped or not.

Turtle knows no graphs: there, the union of them is written.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from typing import IO, Final, cast

from pyoxigraph import Quad, RdfFormat, parse, serialize

from maille.ontology.errors import ReleaseError, UsageError
from maille.ontology.namespaces import PREFIXES, rebase_text
from maille.store.dump import graph_of
from maille.store.release import Release

FORMATS: Final = ("nq", "ttl", "jsonld")
_LEVEL: Final = 6
_PART: Final = 10_000


def export(release: Release, output: IO[bytes], form: str, graph: str | None = None) -> None:
    """Write a release to `output`.

    Args:
        release: what to write.
        output: where to.
        form: `nq`, `ttl` or `jsonld`, with `.gz` behind it or not.
        graph: IRI of the one graph to write, under the base of the release; every graph where None.

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
        _write(release, _lines(release, graph), writer, name)


def _lines(release: Release, graph: str | None) -> Iterator[str]:
    return (line for line in release.lines() if graph is None or graph_of(line) == graph)


def _write(release: Release, lines: Iterable[str], writer: IO[bytes], name: str) -> None:
    if name == "nq":
        for line in lines:
            writer.write(f"{line}\n".encode())
        return
    prefixes = {prefix: rebase_text(iri, release.base_iri) for prefix, iri in PREFIXES.items()}
    quads = _quads(lines)
    if name == "ttl":
        serialize((quad.triple for quad in quads), writer, format=RdfFormat.TURTLE, prefixes=prefixes)
    else:
        serialize(quads, writer, format=RdfFormat.JSON_LD, prefixes=prefixes)


def _quads(lines: Iterable[str]) -> Iterator[Quad]:
    # In parts: a blank node keeps its label whichever part it stands in.
    rest = iter(lines)
    while part := list(islice(rest, _PART)):
        yield from parse("\n".join(part), format=RdfFormat.N_QUADS, lenient=True)
