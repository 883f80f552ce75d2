"""Bodies from an API that misbehaves: in memory only, with pauses, and with no word of who was asked for."""

from __future__ import annotations

import pytest

from maille.loaders.enrichment.get import SIZE, Getter
from maille.loaders.fetching.fetch import Limits, Policy
from maille.ontology.errors import SourceError
from tests.loaders.misbehaving import Clock, Server, answer

PATH = "/search?q=123456782"


def getter(clock: Clock, size: int = SIZE) -> Getter:
    limits = Limits(size=size, connect=2, read=2, whole=60, tries=3)
    return Getter(limits, Policy(frozenset({"127.0.0.1"})), clock.pace())


def test_a_body_is_returned_and_we_say_who_we_are(server: Server) -> None:
    url = server.behave(PATH, answer(b"{}"))
    assert getter(Clock())(url) == b"{}"
    assert server.asked[0].headers["User-Agent"].startswith("maille/")
    assert server.asked[0].headers["Accept"] == "application/json"


def test_too_many_requests_are_answered_with_the_pause_asked_for(server: Server) -> None:
    clock = Clock()
    url = server.behave(PATH, answer(status="429 Too Many Requests", Retry_After="9"), answer(b"[]"))
    assert getter(clock)(url) == b"[]"
    assert clock.slept == [9.0]


@pytest.mark.parametrize("behaviour", [answer(status="503 Service Unavailable"), answer(b"cut", length=10)])
def test_a_service_that_fails_is_asked_again_then_given_up(server: Server, behaviour: object) -> None:
    clock = Clock()
    url = server.behave(PATH, behaviour)  # type: ignore[arg-type]
    with pytest.raises(SourceError, match="asked 3 times") as raised:
        getter(clock)(url)
    assert len(server.asked) == 3
    assert len(clock.slept) == 2
    assert "123456782" not in str(raised.value)


def test_a_pause_that_is_too_long_is_not_waited_for(server: Server) -> None:
    clock = Clock()
    url = server.behave(PATH, answer(status="429 Too Many Requests", Retry_After="86400"))
    with pytest.raises(SourceError, match="86,400 seconds"):
        getter(clock)(url)
    assert not clock.slept


def test_an_error_of_ours_is_not_tried_again(server: Server) -> None:
    url = server.behave(PATH, answer(b'{"erreur": "x"}', status="400 Bad Request"))
    with pytest.raises(SourceError, match="answers 400"):
        getter(Clock())(url)
    assert len(server.asked) == 1


def test_a_body_without_end_is_cut(server: Server) -> None:
    url = server.behave(PATH, answer(b"x" * 5000))
    with pytest.raises(SourceError, match="more than 1,000 bytes"):
        getter(Clock(), size=1000)(url)
