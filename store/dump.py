"""The dump of a release: the same bytes for the same statements, one a line, sorted (N-Quads, section 2)."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from operator import lt
from pathlib import Path
from typing import Final

from pyoxigraph import Quad, RdfFormat, parse

from maille.ontology.namespaces import BASE, rebase_nquads

_LEVEL: Final = 6
_BATCH: Final = 2_000
_BLANK: Final = re.compile(r"(?:^| |\(\( )_:")


@dataclass(frozen=True, slots=True)
class DumpFacts:
    """What is told of a dump: SHA-256 of its plain bytes, statements, statements per graph, blank nodes or none."""

    sha256: str
    quads: int
    graphs: dict[str, int]
    blank_nodes: bool


def line_of(quad: Quad) -> str:
    """Return the line of a quad, without its end."""
    return f"{quad} ."


def ordered(lines: Iterable[str | Quad], base: str = BASE) -> list[str]:
    """Return the lines of a dump under `base`: each once, in the order of their code points."""
    plain = [line.rstrip("\r\n") if isinstance(line, str) else line_of(line) for line in lines]
    if base == BASE and all(map(lt, plain, plain[1:])):
        return [line for line in plain if line]
    return sorted({rebase_nquads(line, base) for line in plain if line})


def write(path: Path, lines: Iterable[str]) -> DumpFacts:
    """Write ordered lines as `dump.nq.gz`, without name and time in its header, and return what they are."""
    digest = hashlib.sha256()
    graphs: Counter[str] = Counter()
    blank = False
    with path.open("wb") as file, gzip.GzipFile("", "wb", _LEVEL, file, mtime=0) as packed:
        remaining = iter(lines)
        while batch := list(islice(remaining, _BATCH)):
            content = ("\n".join(batch) + "\n").encode()
            digest.update(content)
            packed.write(content)
            graphs.update(map(graph_of, batch))
            blank = blank or any("_:" in line and has_blank_node(line) for line in batch)
    return DumpFacts(digest.hexdigest(), graphs.total(), dict(sorted(graphs.items())), blank)


def read(path: Path) -> Iterator[str]:
    """Yield the lines of a dump without their ends; raises OSError or EOFError where it is damaged."""
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line.rstrip("\n")


def plain_sha256(path: Path) -> str:
    """Return the SHA-256 of the plain bytes of a dump."""
    digest = hashlib.sha256()
    with gzip.open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def graph_of(line: str) -> str:
    """Return the IRI of the graph of a line (`_:label` for a blank one), empty for the default graph."""
    if ">>" in line:
        (quad,) = parse(line, format=RdfFormat.N_QUADS)
        name = str(quad.graph_name)
        return "" if name == "DEFAULT" else name.strip("<>")
    _, literal, tail = line[:-2].rpartition('"')
    terms = tail.split(" ")
    # After a literal come its language or datatype and then the graph; without one, it is the fourth term.
    return "".join(terms[1:2] if literal else terms[3:4]).strip("<>")


def has_blank_node(line: str) -> bool:
    """Return whether a line names a blank node, outside its literal."""
    head, _, rest = line.partition('"')
    return bool(_BLANK.search(head) or _BLANK.search(rest.rpartition('"')[2]))
