"""What goes over the socket between the web process and a query worker: frames of a length, a kind and a payload.

A short answer is one frame, ANSWER, and costs one `send` and one `recv`; a long one is BEGIN, PART…, END. ERROR may
stand in the place of any of them. Payloads are JSON but for the bodies, which nothing looks into.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from functools import lru_cache
from typing import Any, Final

from maille.ontology import errors
from maille.ontology.errors import NotAcceptable, QueryError, QuerySyntaxError
from maille.store.attempt import Attempt
from maille.store.change import Change, Delta, GraphChange, UpdateRequest
from maille.store.engine import QueryRequest
from maille.store.evaluate import Heading

HEADER: Final = struct.Struct(">IB")
_HEADING: Final = struct.Struct(">I")

READY: Final = 0
QUERY: Final = 1
ANSWER: Final = 2
BEGIN: Final = 3
PART: Final = 4
END: Final = 5
ERROR: Final = 6
ATTEMPT: Final = 7
LAST: Final = 0x80
"""Added to the kind of a frame after which the worker takes no more queries."""


def frame(kind: int, payload: bytes = b"") -> bytes:
    """Return one frame."""
    return HEADER.pack(len(payload), kind) + payload


def request_payload(request: QueryRequest) -> bytes:
    """Return the payload of QUERY."""
    options = (
        request.bindings_format,
        request.graph_format,
        request.default_graphs,
        request.named_graphs,
        request.union_default_graph,
        request.base_iri,
        request.timeout,
        # A worker has one release.
        None,
        request.tables,
    )
    return _options_head(options) + request.text.encode("utf-8", "surrogatepass")


def request_of(payload: bytes) -> QueryRequest:
    """Return the request of a QUERY."""
    end = _HEADING.size + _HEADING.unpack_from(payload)[0]
    return QueryRequest(payload[end:].decode("utf-8", "surrogatepass"), *_options(payload[_HEADING.size : end]))


# Nearly all queries come with the same few options.
@lru_cache(maxsize=256)
def _options_head(options: tuple[Any, ...]) -> bytes:
    head = json.dumps(options).encode()
    return _HEADING.pack(len(head)) + head


@lru_cache(maxsize=256)
def _options(head: bytes) -> tuple[Any, ...]:
    bindings, graph, default_graphs, named_graphs, *rest = json.loads(head)
    return bindings, graph, tuple(default_graphs), tuple(named_graphs), *rest


def answer_payload(heading: Heading, body: bytes) -> bytes:
    """Return the payload of ANSWER, or of BEGIN with the first part as its body."""
    return _head(heading) + body


def answer_of(payload: bytes) -> tuple[Heading, bytes]:
    """Return heading and body of an ANSWER or BEGIN."""
    end = _HEADING.size + _HEADING.unpack_from(payload)[0]
    return _heading(payload[_HEADING.size : end]), payload[end:]


# There are a few dozen headings at most, and one with every answer.
@lru_cache(maxsize=256)
def _head(heading: Heading) -> bytes:
    head = json.dumps([heading.form, heading.media_type, heading.stable]).encode()
    return _HEADING.pack(len(head)) + head


@lru_cache(maxsize=256)
def _heading(head: bytes) -> Heading:
    return Heading(*json.loads(head))


def error_payload(error: QueryError) -> bytes:
    """Return the payload of ERROR."""
    facts: dict[str, Any] = {"class": type(error).__name__, "text": str(error)}
    if isinstance(error, QuerySyntaxError):
        facts |= {"line": error.line, "column": error.column}
    if isinstance(error, NotAcceptable):
        facts |= {"alternatives": error.alternatives}
    return json.dumps(facts).encode()


def error_of(payload: bytes) -> QueryError:
    """Return the error of an ERROR."""
    facts = json.loads(payload)
    kind: type[QueryError] = getattr(errors, facts["class"])
    if issubclass(kind, QuerySyntaxError):
        return kind(facts["text"], facts["line"], facts["column"])
    if issubclass(kind, NotAcceptable):
        return kind(facts["text"], tuple(facts["alternatives"]))
    return kind(facts["text"])


def attempt_payload(change: Change, *, judged: bool) -> bytes:
    """Return the payload of ATTEMPT."""
    facts: dict[str, Any] = {"judged": judged, "update": isinstance(change, UpdateRequest)}
    documents: list[bytes] = []
    if isinstance(change, GraphChange):
        documents = [document for _, document, _ in change.parts]
        parts = [(kind, len(document), base) for kind, document, base in change.parts]
        facts |= {"method": change.method, "graph": change.graph, "parts": parts, "timeout": change.timeout}
    else:
        facts |= asdict(change)
    head = json.dumps(facts).encode()
    # Documents go as they are: they may have a hundred megabytes, and the web process has others to serve.
    return b"".join([_HEADING.pack(len(head)), head, *documents])


def change_of(payload: bytes) -> tuple[Change, bool]:
    """Return the change of an ATTEMPT, and whether the shapes are to judge it."""
    end = _HEADING.size + _HEADING.unpack_from(payload)[0]
    facts = json.loads(payload[_HEADING.size : end])
    judged, is_update = facts.pop("judged"), facts.pop("update")
    if is_update:
        for name in ("using_graphs", "using_named_graphs"):
            facts[name] = tuple(facts[name])
        return UpdateRequest(**facts), judged
    parts = []
    for kind, length, base in facts["parts"]:
        parts.append((kind, payload[end : end + length], base))
        end += length
    return GraphChange(**{**facts, "parts": tuple(parts)}), judged


def attempt_body(attempt: Attempt) -> bytes:
    """Return the body of the answer to an ATTEMPT."""
    delta = attempt.delta
    return json.dumps(
        [delta.added, delta.removed, delta.existed, attempt.subjects, attempt.described], ensure_ascii=False
    ).encode()


def attempt_of(body: bytes) -> Attempt:
    """Return what a change would do."""
    added, removed, existed, subjects, described = json.loads(body)
    return Attempt(Delta(tuple(added), tuple(removed), existed), tuple(subjects), tuple(described))


class Frames:
    """Cuts a stream of bytes into frames."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._needed = HEADER.size

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """Return the frames that are whole by now."""
        if self._rest:
            self._rest += data
            if len(self._rest) < self._needed:
                # A long frame comes in hundreds of pieces: it is put together once.
                return []
            data = bytes(self._rest)
            self._rest.clear()
        found = []
        start, size, self._needed = 0, len(data), HEADER.size
        while size - start >= HEADER.size:
            length, kind = HEADER.unpack_from(data, start)
            end = start + HEADER.size + length
            if end > size:
                self._needed = end - start
                break
            found.append((kind, data[start + HEADER.size : end]))
            start = end
        self._rest += data[start:]
        return found
