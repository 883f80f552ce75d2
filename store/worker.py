"""A query worker: one query after another over a store it was forked with, until its socket closes (design, "engine").

It has no clock and no mercy: the web process keeps the deadline and kills it. It never outlives its parent.
"""

from __future__ import annotations

import gc
import resource
import socket
import sys
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Store

from maille.ontology.errors import QueryError, QueryTooLarge
from maille.ontology.namespaces import BASE
from maille.store import wire
from maille.store.attempt import attempt
from maille.store.engine import BINDINGS_FORMATS, GRAPH_FORMATS, QueryRequest
from maille.store.evaluate import Heading, prepare
from maille.store.planner import Planner
from maille.store.published import Release

_PART: Final = 64 * 1024
_READ: Final = 256 * 1024
_RETIRE_ABOVE: Final = 32 * 1024
"""Kilobytes a worker may have grown by; past that it ends after its answer, which gives the memory back."""

_ALLOCATIONS: Final = 20_000
"""More objects made than gone, after which those of late are searched for cycles (the default is 700)."""
_IDLE: Final = 10
"""Seconds without a query after which a worker asks itself whether it holds too much."""
_SPARE_PAGES: Final = 16 * 1024
"""Pages it may have copied: whoever reads the store counts references in it, and so copies what all others share."""


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """What a query may use: bytes of memory beyond the store, and bytes of its answer."""

    memory: int = 512 * 1024 * 1024
    result: int = 1024 * 1024 * 1024


def serve(connection: socket.socket, store: Store, release: Release, limits: WorkerLimits) -> None:
    """Answer queries until the other side closes."""
    gc.set_threshold(_ALLOCATIONS)
    base = release.base_iri
    planner = Planner(store)
    born = _peak_memory()
    connection.sendall(wire.frame(wire.READY, release.id.encode()))
    frames = wire.Frames()
    # One buffer for all: malloc tidies up its free lists whenever as much is freed, which cost a fifth of the time.
    buffer = memoryview(bytearray(_READ))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _IDLE.to_bytes(8, sys.byteorder) + bytes(8))
    copied = _copied_pages() + _SPARE_PAGES
    while size := _received(connection, buffer, copied):
        for kind, payload in frames.feed(bytes(buffer[:size])):
            out = _Out(connection, limits.result, born + _RETIRE_ABOVE)
            if kind == wire.QUERY:
                _answer(store, wire.request_of(payload), base, out, planner)
            else:
                _try(store, payload, base, out)
            if out.retires:
                return


def _received(connection: socket.socket, buffer: memoryview, most_copied: int) -> int:
    """Wait for a query; 0 where none comes any more, or the worker is idle and has memory to give back."""
    while True:
        try:
            return connection.recv_into(buffer)
        except BlockingIOError:
            if _copied_pages() > most_copied:
                return 0


def warm_up(store: Store) -> None:
    """Run a query of each form in each format, so that nothing is left to load later."""
    for media_type in BINDINGS_FORMATS:
        prepare(store, QueryRequest("ASK { ?s ?p ?o }", bindings_format=media_type)).write(_Nowhere())
    for media_type in GRAPH_FORMATS:
        request = QueryRequest("DESCRIBE ?s { SELECT ?s { ?s ?p ?o } LIMIT 1 }", graph_format=media_type)
        prepare(store, request).write(_Nowhere())
    for broken in ("SELECT", "ASK { SERVICE <http://x/> {} }", "SELECT (<x:y>(1) AS ?x) { FILTER(NOW() = RAND()) }"):
        try:
            prepare(store, QueryRequest(broken), BASE)
        except QueryError as error:
            wire.error_of(wire.error_payload(error))
    gc.collect()
    gc.freeze()


def _answer(store: Store, request: QueryRequest, base: str, out: _Out, planner: Planner) -> None:
    try:
        evaluation = prepare(store, request, base, planner)
        out.heading = evaluation.heading
        evaluation.write(out)
        del evaluation
    except QueryError as error:
        out.fail(error)
    else:
        out.end()


def _try(store: Store, payload: bytes, base: str, out: _Out) -> None:
    """Apply a change to the store, which is then no longer what is served: the worker ends with it."""
    out.retires = True
    try:
        change, judged = wire.change_of(payload)
        body = wire.attempt_body(attempt(store, change, base, judged=judged))
        out.heading = Heading("ASK", "application/json", stable=False)
        for start in range(0, len(body), _PART):
            out.write(body[start : start + _PART])
    except QueryError as error:
        out.fail(error)
    else:
        out.end()


class _Out:
    """The body of an answer on its way out, cut into parts."""

    def __init__(self, connection: socket.socket, most: int, retire_above: int) -> None:
        self.heading: Heading | None = None
        self.retires = False
        self._connection = connection
        self._left = most
        self._retire_above = retire_above
        self._buffer = bytearray()
        self._begun = False

    def write(self, data: bytes, /) -> int:
        """Take bytes from the serializer; raises QueryTooLarge past the limit."""
        self._left -= len(data)
        if self._left < 0:
            raise QueryTooLarge("The answer is larger than an answer may be.")
        self._buffer += data
        while len(self._buffer) >= _PART:
            self._send(wire.PART if self._begun else wire.BEGIN)
        return len(data)

    def flush(self) -> None:
        """Do nothing: parts are sent when they are full."""

    def end(self) -> None:
        """Send what is left and say that the answer is whole."""
        self.retires = self.retires or _peak_memory() > self._retire_above
        last = wire.LAST if self.retires else 0
        if not self._begun:
            self._send(wire.ANSWER | last)
            return
        if self._buffer:
            self._send(wire.PART)
        self._connection.sendall(wire.frame(wire.END | last))

    def fail(self, error: QueryError) -> None:
        """Say that the answer failed."""
        self.retires = self.retires or _peak_memory() > self._retire_above
        kind = wire.ERROR | (wire.LAST if self.retires else 0)
        self._connection.sendall(wire.frame(kind, wire.error_payload(error)))

    def _send(self, kind: int) -> None:
        # One long value comes in one piece, and would be one long frame.
        body = bytes(self._buffer[:_PART])
        del self._buffer[:_PART]
        if not self._begun and self.heading is not None:
            body = wire.answer_payload(self.heading, body)
        self._begun = True
        self._connection.sendall(wire.frame(kind, body))


class _Nowhere:
    def write(self, data: bytes, /) -> int:
        return len(data)

    def flush(self) -> None:
        pass


def _peak_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _copied_pages() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
