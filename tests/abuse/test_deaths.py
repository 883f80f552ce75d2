"""Processes that are killed from outside: what they did is done again, and one line says that they died."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from maille.store.release import Home

from .conftest import TOKEN, attacked
from .target import Target, command

# Some seconds of work that does not depend on how busy the machine is: it is to be under way when its worker dies.
LONG = "SELECT (COUNT(*) AS ?n) { VALUES ?v { @ } ?s <urn:p:name> ?o FILTER(CONCAT(?o, STR(?v)) != 'x') }".replace(
    "@", " ".join(map(str, range(1000)))
)


@pytest.fixture(scope="module")
def mortal(small_home: Home) -> Iterator[Target]:
    """Serve, for processes to be killed; a query has much time."""
    with attacked(small_home.path, MAILLE_QUERY_TIMEOUT="60") as target:
        target.look_up()
        yield target


def until(condition: Callable[[], bool], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def news(target: Target, work: Callable[[], None]) -> list[str]:
    """Return the lines that were logged while something was done."""
    before = len(target.log())
    work()
    return target.log()[before:].splitlines()


def kill(pids: list[int], number: int = signal.SIGKILL) -> None:
    for pid in pids:
        os.kill(pid, number)


def the_keeper(target: Target) -> int:
    until(lambda: len(target.keepers()) == 1)
    return target.keepers()[0]


def has_another_keeper(target: Target, keeper: int) -> bool:
    return target.keepers() not in ([], [keeper])


def busy(target: Target) -> list[int]:
    """Return the workers that are at work just now."""
    before = {pid: target.processor(pid) for pid in target.workers()}
    time.sleep(0.2)
    return [pid for pid, spent in before.items() if target.processor(pid) > spent]


def test_queries_go_on_when_idle_workers_are_killed(mortal: Target) -> None:
    victims = mortal.workers()

    def work() -> None:
        kill(victims)
        mortal.look_up()
        until(lambda: len(mortal.workers()) == 2 and not set(mortal.workers()) & set(victims))

    told = news(mortal, work)
    assert len(told) == 2
    assert all("died: signal SIGKILL" in line for line in told)


@pytest.mark.parametrize("who", ["workers", "keeper"])
def test_a_query_whose_process_is_killed_is_asked_again(mortal: Target, who: str) -> None:
    counts: list[str] = []
    text = f"{LONG} # {who}"
    thread = threading.Thread(target=lambda: counts.extend(mortal.post(text).values))

    def work() -> None:
        thread.start()
        until(lambda: busy(mortal) != [])
        kill([the_keeper(mortal)] if who == "keeper" else mortal.workers())
        mortal.look_up()
        thread.join()

    told = news(mortal, work)
    assert counts == ["3000000"]
    if who == "keeper":
        assert len(told) == 1
        assert "the keeper of release" in told[0]
    until(lambda: len(mortal.family()) == 4)


def test_a_query_that_kills_its_worker_is_not_asked_again(mortal: Target) -> None:
    thread_replies: list[tuple[int, str]] = []
    thread = threading.Thread(target=lambda: thread_replies.append(mortal.post(f"{LONG} # segv").outcome))

    def work() -> None:
        thread.start()
        until(lambda: busy(mortal) != [])
        kill(busy(mortal), signal.SIGSEGV)
        thread.join()

    told = news(mortal, work)
    assert thread_replies == [(400, "query-refused")]
    assert len(told) == 1
    assert "SIGSEGV" in told[0]


def test_keepers_killed_again_and_again_leave_a_service_that_answers(mortal: Target) -> None:
    for _ in range(3):
        keeper = the_keeper(mortal)
        os.kill(keeper, signal.SIGKILL)
        mortal.look_up()
        until(partial(has_another_keeper, mortal, keeper))


def test_no_process_but_the_first_knows_the_token(mortal: Target) -> None:
    until(lambda: len(mortal.family()) == 4)
    for pid in [the_keeper(mortal), *mortal.workers()]:
        assert TOKEN not in Path(f"/proc/{pid}/environ").read_text(errors="replace")
        assert "MAILLE_" not in Path(f"/proc/{pid}/environ").read_text(errors="replace")
        assert TOKEN not in command(pid)
    assert TOKEN not in mortal.log()


def test_workers_hold_one_socket_and_none_of_the_internet(mortal: Target) -> None:
    internet = {
        line.split()[9]
        for table in ("tcp", "tcp6", "udp", "udp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    }
    until(lambda: len(mortal.family()) == 4)
    until(lambda: all(len(list(Path(f"/proc/{pid}/fd").iterdir())) == 4 for pid in mortal.workers()))
    for pid in [the_keeper(mortal), *mortal.workers()]:
        links = [str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()]
        sockets = [link for link in links if link.startswith("socket:")]
        assert len(sockets) == 1
        assert not internet & {link[8:-1] for link in sockets}


def test_nothing_is_left_when_the_first_process_is_killed(small_home: Home) -> None:
    with attacked(small_home.path) as target:
        family = target.family()
        os.kill(target.pid, signal.SIGKILL)
        target.process.wait(10)
        until(lambda: not any("maille.store.keeper" in command(pid) for pid in family))
