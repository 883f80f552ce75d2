"""Who is next among those who wait: by what is known of their shape, and by how long they waited."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from maille.store import wire
from maille.store.channel import Call
from maille.store.shape import shape_of
from maille.store.waiting import Verdicts, Waiting

CHEAP = "SELECT ?o { <urn:a> <urn:p> ?o }"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
OTHER = "ASK { ?s ?p ?o }"


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (CHEAP, "select ?x{<http://b#c>  # a comment\n <urn:q> $x}", True),
        ("ASK { ?s e:p 'a' }", 'ASK { ?t f:q "b # c" }', True),
        ("ASK { ?s ?p 1 }", "ASK { ?s ?p 27 }", True),
        ("ASK { ?s ?p ?o }", "ASK { ?s ?p ?o . ?o ?p ?s }", False),
        ("ASK { ?s ?p ?o }", "ASK { ?s <urn:p> ?o }", False),
        ("ASK { ?s ?p '\ud800' }", "ASK { ?s ?p 'x' }", True),
    ],
)
def test_texts_alike_have_one_shape(one: str, other: str, alike: bool) -> None:
    assert (shape_of(one) == shape_of(other)) is alike


def call(text: str, kind: int = wire.QUERY, *, tried: bool = False, timeout: float = 9.0) -> Call:
    made = Call(kind, b"", text, timeout, 0.0)
    made.tried = tried
    return made


def in_loop(steps: Callable[[Waiting, Verdicts], None]) -> None:
    async def run() -> None:
        verdicts = Verdicts()
        steps(Waiting(verdicts), verdicts)

    asyncio.run(run())


def order(waiting: Waiting, now: float) -> list[str]:
    found = []
    while (taken := waiting.next(now)) is not None:
        found.append(taken.text)
    return found


def test_it_is_a_queue_until_somebody_waited_long() -> None:
    def steps(waiting: Waiting, _: Verdicts) -> None:
        for now in (0.0, 1.0):
            for text in (CHEAP, OTHER, HEAVY):
                waiting.add(call(text), now)
            late = now + (0.1 if now == 0.0 else 5.0)
            assert order(waiting, late) == ([CHEAP, OTHER, HEAVY] if now == 0.0 else [HEAVY, OTHER, CHEAP])

    in_loop(steps)


def test_a_write_and_shapes_known_to_be_quick_go_first_and_slow_ones_last() -> None:
    def steps(waiting: Waiting, verdicts: Verdicts) -> None:
        verdicts.slow(call(HEAVY), 0.0)
        verdicts.quick(call(CHEAP))
        for text in (HEAVY, OTHER, CHEAP):
            waiting.add(call(text), 0.0)
        waiting.add(call("", wire.ATTEMPT), 0.0)
        assert (waiting.urgent, waiting.heavy, len(waiting)) == (3, 1, 4)
        assert order(waiting, 0.0) == [CHEAP, "", OTHER, HEAVY]

    in_loop(steps)


def test_what_is_learned_holds_for_those_who_wait_already() -> None:
    def steps(waiting: Waiting, verdicts: Verdicts) -> None:
        for text in (HEAVY, OTHER, CHEAP):
            waiting.add(call(text), 0.0)
        waiting.learn_quick(call(CHEAP))
        verdicts.slow(call(HEAVY), 0.0)
        assert order(waiting, 0.0) == [CHEAP, OTHER, HEAVY]

    in_loop(steps)


def test_a_slow_shape_is_forgiven_after_a_while_or_when_it_was_quick() -> None:
    def steps(waiting: Waiting, verdicts: Verdicts) -> None:
        verdicts.slow(call(HEAVY), 0.0)
        assert verdicts.is_slow(call(HEAVY), 59.0)
        assert not verdicts.is_slow(call(HEAVY), 61.0)
        waiting.learn_quick(call(HEAVY))
        assert not verdicts.is_slow(call(HEAVY), 1.0)

    in_loop(steps)


def test_what_was_tried_waits_for_a_helper_only() -> None:
    def steps(waiting: Waiting, verdicts: Verdicts) -> None:
        verdicts.slow(call(HEAVY), 0.0)
        waiting.add(call(HEAVY), 0.0)
        waiting.add(call(OTHER, tried=True), 0.0)
        assert order(waiting, 0.0) == [HEAVY]
        taken = waiting.next_heavy()
        assert taken is not None
        assert taken.text == OTHER
        assert waiting.next_heavy() is None

    in_loop(steps)


def test_where_too_many_wait_slow_ones_leave_first_and_nobody_before_waiting_long() -> None:
    def steps(waiting: Waiting, verdicts: Verdicts) -> None:
        verdicts.slow(call(HEAVY), 0.0)
        for text in (OTHER, HEAVY, CHEAP):
            waiting.add(call(text), 0.0)
        left = [waiting.take_least(now) for now in (0.1, 0.1, 0.5, 0.5, 0.5)]
        assert [one.text if one else None for one in left] == [HEAVY, None, OTHER, CHEAP, None]

    in_loop(steps)


def test_those_whose_time_is_over_leave() -> None:
    def steps(waiting: Waiting, _: Verdicts) -> None:
        waiting.add(call(OTHER, timeout=1.0), 0.0)
        waiting.add(call(CHEAP), 0.0)
        assert [one.text for one in waiting.take_overdue(2.0)] == [OTHER]
        assert [one.text for one in waiting] == [CHEAP]
        assert len(waiting.take_all()) == 1
        assert len(waiting) == 0

    in_loop(steps)


def test_those_who_came_while_nobody_asked_for_shapes_are_not_passed_by() -> None:
    def steps(waiting: Waiting, _: Verdicts) -> None:
        came = [call(CHEAP) for _ in range(3)]
        waiting.add(came[0], 0.0)
        waiting.learn_quick(call(CHEAP))
        waiting.add(came[1], 0.01)
        waiting.add(came[2], 1.0)
        waiting.learn_quick(call(CHEAP))
        assert [waiting.next(1.0) for _ in came] == came

    in_loop(steps)


def test_those_alike_are_nobody_else() -> None:
    def steps(waiting: Waiting, _: Verdicts) -> None:
        waiting.add(call(HEAVY), 0.0)
        assert not waiting.has_other_than(call(HEAVY))
        assert waiting.has_other_than(call(CHEAP))
        waiting.add(call("", wire.ATTEMPT), 0.0)
        assert waiting.has_other_than(call(HEAVY))

    in_loop(steps)
