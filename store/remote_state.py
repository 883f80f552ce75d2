"""What a remote store says of what it holds: a small graph of its own, written by `maille publish` and by our writes.

```
<urn:x-maille:published> dct:identifier "<release>" ; void:uriSpace "<base>" ; dct:hasPart <graph>, ... .
```

While another release is being switched to, the identifier is missing. A store without this graph belongs to somebody
else: it is served as it is, under a name that stands for no release.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from maille.ontology.namespaces import BASE

if TYPE_CHECKING:
    from maille.store.remote_asking import Server

OURS: Final = "urn:x-maille:"
"""What the names of graphs begin with that are none of the release."""
CONTROL: Final = "urn:x-maille:published"
"""The graph, and what it speaks of."""
DEFAULT: Final = "urn:x-maille:default-graph"
"""The graph that holds our default graph, which is no graph of its own in every store."""
HASHES: Final = "urn:x-maille:hashes"
"""The graph that says what each graph was when it was published."""
STAGED: Final = "urn:x-maille:staged:"
"""What the names of graphs begin with that wait to be switched to."""
UNVERSIONED: Final = "unversioned-"
"""What the id of a store begins with that says nothing of releases."""

IDENTIFIER: Final = "http://purl.org/dc/terms/identifier"
PART: Final = "http://purl.org/dc/terms/hasPart"
SPACE: Final = "http://rdfs.org/ns/void#uriSpace"

QUESTION: Final = f"SELECT ?p ?o WHERE {{ GRAPH <{CONTROL}> {{ <{CONTROL}> ?p ?o }} }}"
_ID: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")


def is_versioned(release: str) -> bool:
    """Return whether an id names a release, so that answers of it may be kept."""
    return bool(release) and not release.startswith(UNVERSIONED)


@dataclass(frozen=True, slots=True)
class State:
    """What is served.

    Attributes:
        release: its id; None where the store says none, or is being switched.
        graphs: IRIs of its named graphs; None where the store is somebody else's.
        base: what its names are under.
    """

    release: str | None = None
    graphs: frozenset[str] | None = None
    base: str = BASE

    @classmethod
    def of(cls, rows: Iterable[tuple[object, ...]]) -> State:
        """Return what the solutions of `QUESTION` say."""
        found: dict[str, list[str]] = {IDENTIFIER: [], PART: [], SPACE: []}
        for predicate, value, *_ in rows:
            if isinstance(predicate, NamedNode) and isinstance(value, NamedNode | Literal):
                found.setdefault(predicate.value, []).append(value.value)
        if not found[SPACE]:
            return cls()
        ids = [value for value in found[IDENTIFIER] if _ID.fullmatch(value)]
        release = ids[0] if len(ids) == len(found[IDENTIFIER]) == 1 and is_versioned(ids[0]) else None
        return cls(release, frozenset(found[PART]), found[SPACE][0])

    def quads(self) -> str:
        """Return the statements, for an INSERT DATA."""
        said = [(SPACE, Literal(self.base))]
        if self.release is not None:
            said.append((IDENTIFIER, Literal(self.release)))
        parts = [(PART, NamedNode(graph)) for graph in sorted(self.graphs or ())]
        lines = "\n".join(f"<{CONTROL}> <{predicate}> {value} ." for predicate, value in (*said, *parts))
        return f"GRAPH <{CONTROL}> {{ {lines} }}"

    def written(self) -> str:
        """Return the update that makes a store say this."""
        return f"CLEAR SILENT GRAPH <{CONTROL}> ; INSERT DATA {{ {self.quads()} }}"

    def following(self, release: str, graphs: Iterable[str]) -> State:
        """Return the state after a write."""
        return replace(self, release=release, graphs=frozenset(graphs))

    def dataset(self, *, union: bool) -> list[tuple[str, str]]:
        """Return the data set of a query that names none, as the fields of a request; nothing for a foreign store."""
        if self.graphs is None:
            return []
        default = [DEFAULT, *sorted(self.graphs)] if union else [DEFAULT]
        named = sorted(self.graphs) or [f"{CONTROL}:none"]
        return [*(("default-graph-uri", iri) for iri in default), *(("named-graph-uri", iri) for iri in named)]


async def hashes_of(server: Server, release: str | None) -> dict[str, str]:
    """Return the hash of each graph as it was published, as long as the store still holds that release."""
    text = f"SELECT ?g ?hash WHERE {{ GRAPH <{HASHES}> {{ ?g <{IDENTIFIER}> ?hash }} }}"
    found = {}
    for graph, value in await server.rows(text, ("g", "hash")):
        if isinstance(graph, NamedNode) and isinstance(value, Literal):
            found[graph.value] = value.value
    return found if release is not None and found.pop(HASHES, None) == release else {}


def hashes_text(release: str, hashes: Mapping[str, str]) -> str:
    """Return the update that writes down the hash of each graph of a release."""
    said = {HASHES: release, **hashes}
    lines = "\n".join(f"<{graph}> <{IDENTIFIER}> {Literal(value)} ." for graph, value in sorted(said.items()))
    return f"CLEAR SILENT GRAPH <{HASHES}> ; INSERT DATA {{ GRAPH <{HASHES}> {{ {lines} }} }}"
