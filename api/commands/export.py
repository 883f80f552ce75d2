"""`maille export`: a release, or one graph of it, as a file for somebody else."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated

import typer

from maille.api.commands.common import HomeOption, ReleaseArgument, home_of, release_of
from maille.loaders.export import FORMATS
from maille.loaders.export import export as run
from maille.ontology.errors import UsageError


def export(
    release: ReleaseArgument = None,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help=f"One of {', '.join(FORMATS)}, or one with .gz.")
    ] = "nq.gz",
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="File to write; `-` is standard output.")
    ] = Path("-"),
    graph: Annotated[
        str | None, typer.Option(metavar="GRAPH", help="Write one graph only: its IRI, or its end, such as cog/2026.")
    ] = None,
    home: HomeOption = None,
) -> None:
    """Write a release to a file: N-Quads, Turtle (all graphs as one) or JSON-LD."""
    found = release_of(home_of(home), release)
    named = None if graph is None else _graph(graph, found.base_iri)
    with _writing(output) as stream:
        run(found, stream, form, named)


def _graph(name: str, base: str) -> str:
    return name if ":" in name else f"{base}graph/{name}"


@contextmanager
def _writing(output: Path) -> Iterator[IO[bytes]]:
    """Give a stream to write to; a file takes its name only when it is whole."""
    if str(output) == "-":
        if sys.stdout.isatty():
            raise UsageError("name a file with --output: this is nothing for a terminal")
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as stream:
            yield stream
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
