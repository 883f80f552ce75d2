"""The record of one write: statements added and removed, as an RDF Patch, and chains of such records.

The file is `delta.rdfp`: a line `D <s> <p> <o> <g> .` for each statement removed, then `A ...` for each added, both in
order, so that the same change gives the same bytes (RDF Patch, https://afs.github.io/rdf-delta/rdf-patch.html).
"""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from maille.store.dump import graph_of

NAME: Final = "delta.rdfp"


@dataclass(slots=True)
class Net:
    """What several records come to: statements to add to, and to take from, the data before the first."""

    added: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)

    def then(self, added: Iterable[str], removed: Iterable[str]) -> None:
        """Follow with one more record."""
        for line in removed:
            if line in self.added:
                self.added.discard(line)
            else:
                self.removed.add(line)
        for line in added:
            if line in self.removed:
                self.removed.discard(line)
            else:
                self.added.add(line)

    def over(self, lines: Iterable[str]) -> Iterator[str]:
        """Yield the ordered lines of a dump as they are after the change."""
        kept = (line for line in lines if line not in self.removed)
        return heapq.merge(kept, sorted(self.added))


def content(added: Iterable[str], removed: Iterable[str]) -> bytes:
    """Return the bytes of a record; the lines are N-Quads statements with their final dot."""
    lines = [f"D {line}\n" for line in sorted(removed)] + [f"A {line}\n" for line in sorted(added)]
    return "".join(lines).encode()


def read(path: Path) -> tuple[list[str], list[str]]:
    """Return the lines added and removed by a record; raises OSError, or ValueError where it is damaged."""
    changes: dict[str, list[str]] = {"A ": [], "D ": []}
    # Not splitlines(): a literal may hold U+2028 and its like.
    *lines, rest = path.read_bytes().decode().split("\n")
    if rest or any(line[:2] not in changes for line in lines):
        raise ValueError(f"{path.name} is no whole RDF Patch")
    for line in lines:
        changes[line[:2]].append(line[2:])
    return changes["A "], changes["D "]


def graphs_after(graphs: dict[str, int], added: Iterable[str], removed: Iterable[str]) -> dict[str, int]:
    """Return statements per graph after a change; a graph without any is no more."""
    counts = Counter(graphs)
    counts.update(map(graph_of, added))
    counts.subtract(map(graph_of, removed))
    return {graph: count for graph, count in sorted(counts.items()) if count > 0}


def release_id(parent: str, record: bytes) -> str:
    """Return the id of the release that `record` makes of `parent`: a hash of both."""
    return hashlib.sha256(f"maille write\n{parent}\n".encode() + record).hexdigest()[:16]
