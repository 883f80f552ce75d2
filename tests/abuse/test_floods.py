"""Crowds: hundreds of heavy queries at once are answered or told to come again, and cheap ones hardly notice."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from .target import Reply, Target

ANSWERED = (200, "")
BUSY = (503, "busy")
TIMEOUT = (504, "query-timeout")
TOO_LARGE = (503, "query-too-large")
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SORT = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c ?a"
PATTERNS = ("?a ?b ?c", "?d <urn:p:next> ?e", "?f <urn:p:also>* ?g", "?h <urn:p:name> ?i", "?j ?k ?l")


def different(number: int) -> str:
    """Return a heavy query of a shape of its own."""
    chosen = [PATTERNS[number // 5**digit % 5] for digit in range(4)]
    patterns = " . ".join(pattern.replace("?", f"?v{place}") for place, pattern in enumerate([*chosen, "?x ?y ?z"]))
    return f"SELECT (COUNT(*) AS ?n) {{ {patterns} FILTER(?x != {number}) }}"


def flood(target: Target, queries: list[str]) -> tuple[Counter[tuple[int, str]], float]:
    """Ask all at once; return what became of them, and how long it took."""
    began = time.monotonic()
    replies = target.all_at_once(lambda number: target.post_uncertain(queries[number]), len(queries))
    found: Counter[tuple[int, str]] = Counter()
    for reply in replies:
        assert isinstance(reply, Reply)
        found[reply.outcome] += 1
        assert reply.outcome != BUSY or 1 <= int(reply.headers["retry-after"]) <= 60
    return found, time.monotonic() - began


@pytest.mark.parametrize(
    "queries",
    [
        [f"{CROSS} # {number}" for number in range(200)],
        [different(number) for number in range(200)],
        [CROSS] * 200,
    ],
    ids=["alike", "different", "the same"],
)
def test_a_flood_of_heavy_queries_is_over_with_their_time(target: Target, queries: list[str]) -> None:
    found, seconds = flood(target, queries)
    assert set(found) <= {BUSY, TIMEOUT}
    assert seconds < 7


def test_a_flood_of_memory_bombs_bursts_one_by_one(target: Target) -> None:
    found, seconds = flood(target, [f"{SORT} # {number}" for number in range(60)])
    assert set(found) <= {BUSY, TIMEOUT, TOO_LARGE}
    assert seconds < 7


def test_more_than_may_wait_are_told_to_come_again(target: Target) -> None:
    found, seconds = flood(target, [f"{CROSS} # {number}" for number in range(700)])
    assert set(found) <= {BUSY, TIMEOUT}
    assert found[BUSY] >= 100
    assert seconds < 10


def test_a_flood_of_cheap_queries_is_answered(target: Target) -> None:
    queries = [f"SELECT ?o {{ <urn:t:{number}> <urn:p:next> ?o }}" for number in range(400)]
    found, _ = flood(target, queries)
    assert found == {ANSWERED: 400}


def test_a_flood_of_bad_queries_is_answered(target: Target) -> None:
    found, _ = flood(target, [f"SELECT * {{ ?s ?p {'(' * (number % 150)} }}" for number in range(300)])
    assert found == {(400, "query-syntax"): 300}


@pytest.mark.parametrize("heavy", [2, 8])
def test_fifty_clients_of_cheap_queries_beside_runaways_see_no_failure(target: Target, heavy: int) -> None:
    stop = time.monotonic() + 2.5

    def one(number: int) -> Reply | None:
        while time.monotonic() < stop:
            if number < heavy:
                reply = target.post_uncertain(f"{CROSS} # {number}")
                assert reply is not None
                assert reply.outcome in {BUSY, TIMEOUT}
                assert reply.seconds < 5
                if reply.outcome == BUSY:
                    time.sleep(0.5)
            else:
                seconds.append(target.look_up().seconds)
        return None

    seconds: list[float] = []
    target.all_at_once(one, 50 + heavy)
    assert len(seconds) > 100
    # One process of Python asks and measures: what is measured is also its own wait.
    assert sorted(seconds)[len(seconds) * 99 // 100] < 2
