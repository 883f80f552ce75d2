"""Another SPARQL endpoint, a real one in a process of its own: an Oxigraph server on loopback."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

OXIGRAPH = Path(sys.executable).with_name("oxigraph")
_PATIENCE = 30.0


@contextmanager
def oxigraph(turtle: str) -> Iterator[str]:
    """Serve some statements, and give the address that takes queries."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with subprocess.Popen(
        [str(OXIGRAPH), "serve", "--bind", f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait(port, process)
            address = f"http://127.0.0.1:{port}"
            request = Request(
                f"{address}/store?default", turtle.encode(), {"Content-Type": "text/turtle"}, method="PUT"
            )
            with urlopen(request, timeout=30):
                yield f"{address}/query"
        finally:
            process.terminate()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the Oxigraph server did not start")
