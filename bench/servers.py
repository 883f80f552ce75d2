"""The servers under test: each is started on loopback over the same dump, and stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Server:
    """A running endpoint: `address` of its query resource, and how long it took from start to first answer."""

    name: str
    version: str
    address: str
    pid: int
    ready_seconds: float

    def ask(self, query: str, accept: str) -> bytes:
        """Return the body of one GET query."""
        url = f"{self.address}?{urllib.parse.urlencode({'query': query})}"
        request = urllib.request.Request(url, headers={"Accept": accept})
        with urllib.request.urlopen(request, timeout=120) as response:
            return bytes(response.read())

    def pss_megabytes(self) -> float:
        """Return the proportional set size of the server and all its descendants, in MB."""
        return sum(_pss(pid) for pid in _family(self.pid)) / 1024


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def maille(home: Path, **settings: str) -> Iterator[Server]:
    """Serve the current release of `home` with two query workers; `settings` are environment variables."""
    port = free_port()
    command = [str(BIN / "maille"), "serve", "--port", str(port)]
    environment = {**os.environ, "MAILLE_HOME": str(home), "MAILLE_QUERY_WORKERS": "2", **settings}
    version = subprocess.run([str(BIN / "maille"), "--version"], capture_output=True, text=True, check=True).stdout
    with running("Maille", version.split()[1], command, f"http://127.0.0.1:{port}/sparql", environment) as server:
        yield server


@contextlib.contextmanager
def oxigraph(location: Path) -> Iterator[Server]:
    """Serve an Oxigraph database read-only, with the union of its graphs as default graph."""
    port = free_port()
    program = str(BIN / "oxigraph")
    command = [program, "serve-read-only", "--location", str(location), "--bind", f"127.0.0.1:{port}"]
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    address = f"http://127.0.0.1:{port}/query"
    with running("Oxigraph", version.split()[-1], [*command, "--union-default-graph"], address, None) as server:
        yield server


def oxigraph_load(dump: Path, location: Path) -> float:
    """Load a dump with `oxigraph load`; return the seconds it took."""
    started = time.perf_counter()
    command = [
        str(BIN / "oxigraph"),
        "load",
        "--location",
        str(location),
        "--file",
        str(dump),
        "--format",
        "nq",
    ]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


@contextlib.contextmanager
def running(
    name: str, version: str, command: list[str], address: str, environment: dict[str, str] | None
) -> Iterator[Server]:
    """Run a server until the block ends; entered when it answers `ASK {}` at `address`."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait(address, process)
        yield Server(name, version, address, process.pid, time.perf_counter() - started)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    url = f"{address}?{urllib.parse.urlencode({'query': 'ASK {}'})}"
    for _ in range(1200):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}: {process.args!r}")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    raise RuntimeError(f"{address} did not answer within a minute")


def _family(pid: int) -> list[int]:
    found = [pid]
    with contextlib.suppress(FileNotFoundError):  # a worker may end while it is counted
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in task.read_text(encoding="ascii").split():
                found.extend(_family(int(child)))
    return found


def _pss(pid: int) -> int:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
