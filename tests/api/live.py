"""A real uvicorn on a free port, in a thread of the tests, configured as `maille serve` does."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from maille.api.http.patience import PatientProtocol


@contextmanager
def serving(app: ASGIApp, protocol: type[PatientProtocol] = PatientProtocol) -> Iterator[tuple[str, int]]:
    """Serve `app` and give its host and port; ends when the block does."""
    sock = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, http=protocol, loop="asyncio", log_config=None, access_log=False, server_header=False, lifespan="on"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[sock])), daemon=True)
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
            if not thread.is_alive():
                raise RuntimeError("the server did not start")
        yield sock.getsockname()[:2]
    finally:
        server.should_exit = True
        thread.join(10)
        sock.close()


def exchange(address: tuple[str, int], request: bytes, timeout: float = 10.0) -> bytes:
    """Send bytes and return all that comes back until the server closes."""
    with socket.create_connection(address, timeout=timeout) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
        return b"".join(parts)
