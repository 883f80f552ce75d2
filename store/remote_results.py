"""What a remote server answers, as the format that was asked for (SPARQL 1.1 Results JSON, XML, CSV and TSV; RDF 1.1).

Every answer is read and written again by pyoxigraph, as it comes: half an answer, or what is none, is never passed on
for a whole one, and the quirks of a server end here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import IO, Final, NamedTuple, cast

import aiohttp
from pyoxigraph import (
    Literal,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)

from maille.ontology.errors import AnswerCut, QueryError, StoreFailed
from maille.store.engine import QueryForm
from maille.store.evaluate import BINDINGS, GRAPHS, Heading, Writer, write_triples
from maille.store.remote_feed import Feed, Lost
from maille.store.remote_text import MORE
from maille.store.stream import Abandoned, Stream
from maille.store.threads import start

HELD_BACK: Final = 16 * 1024 * 1024
"""Bytes of an answer held back where a server may cut it, so that its being cut has a status of its own."""
ROW: Final = b"<result>"
"""What begins a row of results in XML."""

_RESULTS: Final = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "application/xml": QueryResultsFormat.XML,
    "text/xml": QueryResultsFormat.XML,
}
_TRIPLES: Final = {
    "application/n-triples": RdfFormat.N_TRIPLES,
    "text/plain": RdfFormat.N_TRIPLES,
    "text/turtle": RdfFormat.TURTLE,
    "application/x-turtle": RdfFormat.TURTLE,
    "application/rdf+xml": RdfFormat.RDF_XML,
}
_ASKED: Final = "__ASK_RETVAL"
"""The variable that Virtuoso answers ASK with."""


class Wanted(NamedTuple):
    """What an answer is to become.

    Attributes:
        form: the form of the query.
        media_type: what it is written in.
        stable: whether it is a function of the release.
        base: the base IRI of the prefixes of Turtle.
        limit: rows of a SELECT from which on it may have been cut, None where none is.
        drop: bytes to leave out of what comes.
    """

    form: QueryForm
    media_type: str
    stable: bool
    base: str
    limit: int | None = None
    drop: bytes = b""

    @property
    def heading(self) -> Heading:
        """What is known of the answer before its first byte."""
        return Heading(self.form, self.media_type, self.stable)


def converted(response: aiohttp.ClientResponse, wanted: Wanted, timeout: float) -> Stream:
    """Return the body of a response in the format wanted, as it comes; closing it closes the connection."""
    feed = Feed(response, wanted.drop, ROW if wanted.limit is not None else b"")
    pump = asyncio.ensure_future(feed.pump())

    def close() -> None:
        feed.finish()
        if not pump.done():
            pump.cancel()
        response.close() if not pump.done() else None

    stream = Stream(max(0.0, timeout), close)
    start(lambda: _run(feed, response.content_type, wanted, stream))
    return stream


async def held_back(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Return the parts of an answer once it is whole, or too long to wait for; raises what its end raises."""
    parts, size = [], 0
    async for part in stream:
        parts.append(part)
        size += len(part)
        if size > HELD_BACK:
            break
    return _chained(parts, stream)


async def _chained(parts: list[bytes], rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    try:
        while parts:
            yield parts.pop(0)
        async for part in rest:
            yield part
    finally:
        close = getattr(rest, "aclose", None)
        if close is not None:
            await close()


def _run(feed: Feed, content_type: str, wanted: Wanted, stream: Stream) -> None:
    with suppress(Abandoned):
        stream.begin(wanted.heading)
        stream.end(_written(feed, content_type, wanted, stream))


def _written(feed: Feed, content_type: str, wanted: Wanted, stream: Stream) -> QueryError | None:
    try:
        write = _writer_of(content_type, wanted)
        write(feed, stream)
        # What follows the end of the document is no part of it, but must have come.
        while feed.read():
            pass
    except Lost as error:
        return StoreFailed(str(error))
    except (SyntaxError, ValueError) as error:
        return StoreFailed(f"The store sent what is no answer: {str(error)[:120]}")
    except QueryError as error:
        return error
    if wanted.limit is not None and feed.marks >= wanted.limit:
        return cut(wanted.limit)
    return None


def cut(limit: int) -> AnswerCut:
    """Return the error for an answer as long as a server lets one be."""
    return AnswerCut(f"The store behind gives {limit:,} rows at most, and there may be more.")


def _writer_of(content_type: str, wanted: Wanted) -> Callable[[Feed, Writer], None]:
    if wanted.form in {"SELECT", "ASK"} and content_type in _RESULTS:
        return lambda feed, writer: _write_results(feed, _RESULTS[content_type], wanted, writer)
    if wanted.form in {"CONSTRUCT", "DESCRIBE"} and content_type in _TRIPLES:
        return lambda feed, writer: _write_graph(feed, _TRIPLES[content_type], wanted, writer)
    raise StoreFailed(f"The store answered {wanted.form} with {content_type!r}.")


def _write_results(feed: Feed, syntax: QueryResultsFormat, wanted: Wanted, writer: Writer) -> None:
    out = cast(IO[bytes], writer)
    results = parse_query_results(cast(IO[bytes], feed), format=syntax)
    if wanted.form == "ASK":
        _boolean(_truth(results)).serialize(out, BINDINGS[wanted.media_type])
    elif isinstance(results, QuerySolutions):
        results.serialize(out, BINDINGS[wanted.media_type])
    else:
        raise StoreFailed("The store answered SELECT with a boolean.")


def _truth(results: QuerySolutions | QueryBoolean) -> bool:
    if isinstance(results, QueryBoolean):
        return bool(results)
    names = [variable.value for variable in results.variables]
    if names == [MORE]:
        return any(True for _ in results)
    if names != [_ASKED]:
        raise StoreFailed("The store answered ASK with rows.")
    values = [solution[0] for solution in results]
    return any(isinstance(value, Literal) and value.value in {"1", "true"} for value in values)


def _boolean(truth: bool) -> QueryBoolean:
    text = b'{"head":{},"boolean":true}' if truth else b'{"head":{},"boolean":false}'
    found = parse_query_results(text, format=QueryResultsFormat.JSON)
    if not isinstance(found, QueryBoolean):
        raise StoreFailed("No boolean is read of one.")
    return found


def _write_graph(feed: Feed, syntax: RdfFormat, wanted: Wanted, writer: Writer) -> None:
    triples = (quad.triple for quad in parse(cast(IO[bytes], feed), format=syntax, without_named_graphs=True))
    write_triples(triples, GRAPHS[wanted.media_type], wanted.base, writer)
