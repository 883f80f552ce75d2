"""What a worker gave up: even a query the guard would have missed reaches no socket."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

PREPARE = """
import resource, sys
from maille.store import confine
from pyoxigraph import Store
store = Store()
"""
DIAL = """
try:
    list(store.query(f"SELECT * {{ SERVICE <http://127.0.0.1:{PORT}/sparql> {{ ?s ?p ?o }} }}"))
except OSError as error:
    pass
else:
    raise SystemExit(7)
assert bool(store.query("ASK { FILTER(NOW() != '' || RAND() >= 0 || STRLEN(STRUUID()) > 0) }")) in {True, False}
"""


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        yield server


def run(script: str, port: int = 0) -> int:
    return subprocess.run(
        [sys.executable, "-c", PREPARE + script.replace("PORT", str(port))], check=False, capture_output=True
    ).returncode


def test_without_confinement_the_query_dials(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    command = [sys.executable, "-c", PREPARE + DIAL.replace("PORT", str(port))]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        listener.settimeout(20)
        connection, _ = listener.accept()
        connection.close()
        process.wait(20)


@pytest.mark.parametrize(
    "confinement",
    ["confine.keep_only(2)\nconfine.no_more_files()", "if not confine.no_sockets(): sys.exit(0)"],
)
def test_a_confined_process_reaches_no_socket(listener: socket.socket, confinement: str) -> None:
    assert run(f"{confinement}\n{DIAL}", listener.getsockname()[1]) == 0
    with pytest.raises(TimeoutError):
        listener.accept()


def test_a_process_past_its_memory_ends() -> None:
    assert run("confine.limit_memory(64 << 20)\nbytearray(16 << 20)") == 0
    assert run("confine.limit_memory(64 << 20)\nbytearray(128 << 20)") == 1


def test_only_one_file_is_kept() -> None:
    script = """
import os
handles = [os.open("/dev/zero", os.O_RDONLY) for _ in range(9)]
assert confine.keep_only(handles[5]) == 3
held = {name: os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")[:4]}
assert held == {"0": "/dev/null", "1": "/dev/null", "2": "/dev/null", "3": "/dev/zero"}
"""
    assert run(script) == 0
