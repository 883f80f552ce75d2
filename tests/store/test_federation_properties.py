"""Queries made at random: with SERVICE called, they answer as if the other endpoint were a graph of the same store."""

from __future__ import annotations

import pytest

from .federating import Maker, federated, plain

SEEDS = 60
MOST = 3_000


@pytest.mark.parametrize("first", range(0, 10 * SEEDS, SEEDS))
def test_federated_and_plain_evaluation_give_the_same(first: int) -> None:
    tried = bound = 0
    for seed in range(first, first + SEEDS):
        maker = Maker(seed)
        local, remote = maker.stores()
        query = maker.query()
        try:
            expected = plain(local, remote, query)
        except SyntaxError:
            continue
        if len(expected) > MOST:
            continue
        found, notes = federated(local, remote, query, batch=2)
        assert found == expected, f"{seed}: {query}"
        tried += 1
        bound += any(note.bound for note in notes.services)
    # The test would say nothing if no values were ever sent along.
    assert tried > SEEDS // 3
    assert bound > tried // 3
