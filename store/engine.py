"""The `Engine` protocol: what the web layer asks of whatever answers SPARQL.

A request is complete before it reaches an engine: the text, the data set it is asked over, and one acceptable
format for each form of query, since only the engine learns the form (SPARQL 1.1 Protocol, section 2.1).
An answer is a stream: its first part is held back until the engine is sure of its status.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, Protocol

QueryForm = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

BINDINGS_FORMATS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "application/sparql-results+json": "json",
        "application/sparql-results+xml": "xml",
        "text/csv": "csv",
        "text/tab-separated-values": "tsv",
    }
)
"""Media types of SELECT and ASK results, and the short names `?format=` takes; the first is the default."""

GRAPH_FORMATS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "text/turtle": "ttl",
        "application/n-triples": "nt",
        "application/ld+json": "jsonld",
        "application/rdf+xml": "rdf",
    }
)
"""Media types of CONSTRUCT and DESCRIBE results, and their suffixes; the first is the default."""


class QueryRequest(NamedTuple):
    """One query, ready to run.

    Attributes:
        text: the SPARQL query, unescaped and decoded.
        bindings_format: media type for SELECT and ASK, None where the client accepts none of ours.
        graph_format: media type for CONSTRUCT and DESCRIBE, None likewise.
        default_graphs: IRIs of `default-graph-uri`; empty and no `named_graphs`: the data set of the query or store.
        named_graphs: IRIs of `named-graph-uri`.
        union_default_graph: whether a query without a data set sees every graph.
        base_iri: what relative IRIs resolve against.
        timeout: seconds the whole answer may take.
        release: id of a kept release to ask instead of the one being served.
        tables: bytes of the text that are tables of ours, and do not count as its length.
    """

    text: str
    bindings_format: str | None = "application/sparql-results+json"
    graph_format: str | None = "text/turtle"
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    union_default_graph: bool = True
    base_iri: str | None = None
    timeout: float = 30.0
    release: str | None = None
    tables: int = 0


class Answer(NamedTuple):
    """What an engine gives back.

    Attributes:
        form: the form of the query.
        media_type: the format of `chunks`, one of those the request allowed.
        chunks: the body, complete or raising: an exception from it means the answer was cut.
        release: id of the release that was asked.
        stable: whether the answer is a function of the release (no NOW, RAND, UUID, STRUUID, BNODE).
        headers: what the web layer is to add to the response.
        timings: seconds by what they were spent on before the first part: `queue`, `eval`; 0 marks what took none.
    """

    form: QueryForm
    media_type: str
    chunks: AsyncIterator[bytes]
    release: str
    stable: bool = True
    headers: Mapping[str, str] = MappingProxyType({})
    timings: Mapping[str, float] = MappingProxyType({})


class Engine(Protocol):
    """Answers queries over one release at a time. Every method may be called concurrently.

    `query` raises the QueryError tree of `maille.ontology.errors`, and nothing else on bad input.
    """

    @property
    def release(self) -> str:
        """Id of the release being served."""

    async def start(self) -> None:
        """Open the release; called once, before any query."""

    async def query(self, request: QueryRequest) -> Answer:
        """Answer `request`."""

    async def close(self) -> None:
        """Let running queries end, then free everything."""
