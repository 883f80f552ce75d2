"""One small server that every attack is tried on, and what must hold after each: it lives, and has given all back."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from maille.store.release import Draft, Home
from tests.serving import MAILLE, environment

from .target import Target

THINGS = 3000
TOKEN = "the-token-of-the-abuse-tests"
SETTINGS = {
    "MAILLE_QUERY_TIMEOUT": "4",
    "MAILLE_QUERY_MEMORY": str(256 << 20),
    "MAILLE_ANSWER_CACHE": str(4 << 20),
    "MAILLE_RESPONSE_CACHE": str(4 << 20),
    "MAILLE_BODY_LIMIT": str(24 << 20),
    "MAILLE_TOKEN": TOKEN,
}
_SPARE_FILES = 3
_SPARE_MEGABYTES = 96.0
_WORST = 3.0
"""Seconds within which a cheap query is answered beside an attack, on a busy machine; it is to be under one."""

_measured: list[tuple[float, str]] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell how long cheap queries took beside the attacks."""
    if _measured:
        found = sorted(_measured)
        p50, p99 = (found[len(found) * share // 100][0] for share in (50, 99))
        worst, where = found[-1]
        terminalreporter.write_line(
            f"cheap queries beside attacks: {len(found)}, p50 {p50:.3f} s, p99 {p99:.3f} s, max {worst:.3f} s ({where})"
        )


def lines(salt: str = "") -> list[str]:
    """Return the statements of a small graph in three named graphs."""
    found = []
    for i in range(THINGS):
        graph = f"<urn:g:{i % 3}>"
        found.append(f'<urn:t:{i}> <urn:p:name> "name {i}{salt}" {graph} .')
        found.append(f"<urn:t:{i}> <urn:p:next> <urn:t:{(7 * i + 1) % THINGS}> {graph} .")
        found.append(f"<urn:t:{i}> <urn:p:also> <urn:t:{(13 * i + 5) % THINGS}> {graph} .")
    return found


@contextmanager
def attacked(home: Path, limit_files: Callable[[], None] | None = None, **settings: str) -> Iterator[Target]:
    """Serve a home, ready to be attacked."""
    log = home.parent / f"{home.name}.log"
    command = [str(MAILLE), "serve", "--port", "0"]
    with log.open("w") as errors:
        process = subprocess.Popen(
            command,
            env=environment(home, **{**SETTINGS, **settings}),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            preexec_fn=limit_files,
        )
    try:
        assert process.stdout is not None
        address = process.stdout.readline()
        assert "listening" in address, log.read_text()
        yield Target(process, int(address.strip().rstrip("/").rpartition(":")[2]), log, THINGS, TOKEN)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return a home with a small release; not to be written."""
    home = Home(tmp_path_factory.mktemp("abuse") / "home")
    home.publish(Draft(lines(), None, with_store=False))
    return home


@pytest.fixture(scope="session")
def server(small_home: Home) -> Iterator[Target]:
    """Serve the small release."""
    with attacked(small_home.path) as target:
        # Once around, so that what is loaded once is there.
        for _ in range(20):
            target.look_up()
        target.baseline = (len(target.family()), target.files(), target.memory())
        yield target


@pytest.fixture
def target(server: Target, request: pytest.FixtureRequest) -> Iterator[Target]:
    """Give the server to a test, with cheap queries beside it all the time, and look after it."""
    with server.beside() as beside:
        yield server
    _measured.extend((seconds, request.node.name) for seconds in beside.seconds)
    assert server.process.poll() is None, "the server is gone"
    assert not beside.failures
    assert max(beside.seconds) < _WORST
    settles(server)


def settles(target: Target) -> None:
    """Hold that a server comes back to the processes, files and memory it had."""
    processes, files, megabytes = target.baseline
    deadline = time.monotonic() + 8

    def found() -> dict[str, bool]:
        return {
            "processes": len(target.family()) <= processes,
            "files": target.files() <= files + _SPARE_FILES,
            "memory": target.memory() <= megabytes + _SPARE_MEGABYTES,
        }

    while not all(found().values()):
        left = (len(target.family()), target.files(), target.memory())
        assert time.monotonic() < deadline, f"{found()}: {target.baseline} became {left}"
        time.sleep(0.1)
