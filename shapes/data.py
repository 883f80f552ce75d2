"""Data to be validated, from wherever they come, as one set of triples (SHACL, section 1.5: the data graph).

All our data are quads in named graphs, while SHACL knows one graph: the union of them is what is validated.
Outside bytes are read by pyoxigraph and nothing else.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, cast

from pyoxigraph import Quad, RdfFormat, Store, parse, serialize

from maille.ontology.errors import SourceError

Data = bytes | Path | Store
"""Turtle, TriG, N-Triples or N-Quads in memory; a file of these or of RDF/XML or JSON-LD, perhaps gzipped; a store."""


def quads(data: Data) -> Iterator[Quad]:
    """Yield every statement of `data`.

    Raises:
        SourceError: the bytes or the file are no RDF; says the line where the parser knows it.
    """
    if isinstance(data, Store):
        yield from data
    elif isinstance(data, Path):
        yield from _of_file(data)
    else:
        yield from _of_bytes(data)


@contextmanager
def as_ntriples(data: Data) -> Iterator[Path]:
    """Write the union of all graphs of `data` to an N-Triples file that lasts as long as the context."""
    with TemporaryDirectory(prefix="maille-validate-") as folder:
        path = Path(folder) / "data.nt"
        serialize((quad.triple for quad in quads(data)), output=path, format=RdfFormat.N_TRIPLES)
        yield path


def in_one_line(error: Exception) -> str:
    """Return what an error says, without its line breaks."""
    return " ".join((error.msg if isinstance(error, SyntaxError) else str(error)).split())


def _of_file(path: Path) -> Iterator[Quad]:
    zipped = path.suffix == ".gz"
    suffix = (path.with_suffix("") if zipped else path).suffix.removeprefix(".")
    rdf_format = RdfFormat.from_extension(suffix)
    if rdf_format is None:
        raise SourceError(f"{path.name}: no RDF format has the suffix {suffix!r}")
    try:
        with path.open("rb") as file, gzip.GzipFile(fileobj=file) if zipped else file as stream:
            yield from parse(cast("IO[bytes]", stream), format=rdf_format)
    except (OSError, EOFError, SyntaxError, ValueError) as error:
        raise SourceError(f"{path.name}: {in_one_line(error)}") from error


def _of_bytes(data: bytes) -> Iterator[Quad]:
    """Read N-Quads (which N-Triples are) or else TriG (which Turtle is)."""
    failures: list[SyntaxError] = []
    for rdf_format in (RdfFormat.N_QUADS, RdfFormat.TRIG):
        try:
            yield from list(parse(data, format=rdf_format))
        except SyntaxError as error:
            failures.append(error)
        else:
            return
    # Of the two complaints, the reader wants that of the format it wrote: the one read furthest.
    furthest = max(failures, key=lambda error: (error.lineno or 0, error.offset or 0))
    raise SourceError(f"the data are no RDF: {in_one_line(furthest)}") from furthest
