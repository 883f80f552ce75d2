"""A store of the tests that answers as it is told: a thread with a socket, and no protocol but its words."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Answering = Callable[[bytes, socket.socket], None]


@contextmanager
def answering(answer: Answering) -> Iterator[str]:
    """Give the address of a server that hands each request, and its socket, to `answer`."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_serve, args=(server, answer), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/query"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def _serve(server: socket.socket, answer: Answering) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=_one, args=(connection, answer), daemon=True).start()


def _one(connection: socket.socket, answer: Answering) -> None:
    with connection:
        connection.settimeout(10)
        try:
            request = b""
            while b"\r\n\r\n" not in request:
                part = connection.recv(65536)
                if not part:
                    return
                request += part
            answer(request, connection)
        except OSError:
            return


def said(status: str, body: bytes = b"", kind: str = "text/plain", *more: str) -> Answering:
    """Return what answers every request alike."""
    head = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close", *more]
    whole = "\r\n".join([*head, "", ""]).encode() + body
    return lambda _, connection: connection.sendall(whole)
