"""What goes over the socket comes out as it went in, however it was cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maille.ontology.errors import (
    DocumentInvalid,
    EngineBusy,
    NotAcceptable,
    QueryError,
    QuerySyntaxError,
    QueryTooLarge,
    WriteConflict,
)
from maille.store import wire
from maille.store.attempt import Attempt
from maille.store.change import Change, Delta, GraphChange, UpdateRequest
from maille.store.engine import QueryRequest
from maille.store.evaluate import Heading


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=50))), st.lists(st.integers(1, 20), min_size=1))
def test_frames_survive_any_cut(frames: list[tuple[int, bytes]], cuts: list[int]) -> None:
    stream = b"".join(wire.frame(kind, payload) for kind, payload in frames)
    reader = wire.Frames()
    read = []
    turn = 0
    while stream:
        size = cuts[turn % len(cuts)]
        read += reader.feed(stream[:size])
        stream = stream[size:]
        turn += 1
    assert read == frames


@pytest.mark.parametrize(
    "request_",
    [
        QueryRequest("ASK {}"),
        QueryRequest("é\ud800\x00\n", None, None, ("http://a",), ("http://b", "http://c"), False, "http://d/", 1.5),
    ],
)
def test_a_request_arrives(request_: QueryRequest) -> None:
    assert wire.request_of(wire.request_payload(request_)) == request_


@pytest.mark.parametrize("body", [b"", b"x" * 100_000])
def test_an_answer_arrives(body: bytes) -> None:
    heading = Heading("SELECT", "text/csv", stable=False)
    assert wire.answer_of(wire.answer_payload(heading, body)) == (heading, body)


@pytest.mark.parametrize(
    "error",
    [
        QueryError("é"),
        QuerySyntaxError("bad", 3, 4),
        QuerySyntaxError("bad"),
        DocumentInvalid("bad", 1, 2),
        NotAcceptable("no", ("text/csv",)),
        QueryTooLarge("large"),
        EngineBusy("busy"),
        WriteConflict("mine"),
    ],
)
def test_an_error_arrives(error: QueryError) -> None:
    arrived = wire.error_of(wire.error_payload(error))
    assert (type(arrived), str(arrived), vars(arrived)) == (type(error), str(error), vars(error))


@pytest.mark.parametrize(
    "change",
    [
        UpdateRequest("CLEAR ALL", ("http://a",), ("http://b",), False, "http://c/", 2.0),
        GraphChange("PUT", None, (("text/turtle", b"\x00\xff", None), ("text/turtle", b"", "http://a/"))),
        GraphChange("DELETE", "http://g"),
    ],
)
@pytest.mark.parametrize("judged", [True, False])
def test_a_change_arrives(change: Change, judged: bool) -> None:
    assert wire.change_of(wire.attempt_payload(change, judged=judged)) == (change, judged)


def test_an_attempt_arrives() -> None:
    attempt = Attempt(Delta(('<a:a> <a:b> "é" .',), ("x",), existed=False), ("<a:a>",), ("y", "z"))
    assert wire.attempt_of(wire.attempt_body(attempt)) == attempt
