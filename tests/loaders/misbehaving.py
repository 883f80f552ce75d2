"""A server of files that does what a test asks of it, wrong on purpose: bytes are written as they are given."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from maille.loaders.fetching.fetch import Fetcher, Limits, Pace, Policy

Write = Callable[[bytes], None]


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes = b""


Behaviour = Callable[[Asked, Write], None]


def answer(
    body: bytes = b"", status: str = "200 OK", *, length: int | None = None, **headers: str
) -> Callable[[Asked, Write], None]:
    """Return a behaviour: one answer, with a length that may be a lie; `_` stands for `-` in the names of headers."""

    def behave(_asked: Asked, write: Write) -> None:
        write(head(status, **{"Content_Length": str(len(body) if length is None else length), **headers}) + body)

    return behave


def head(status: str, **headers: str) -> bytes:
    """Return the head of an answer."""
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class Server(socketserver.ThreadingTCPServer):
    """Behaves at each path as it was told, one behaviour after the other, the last one ever after."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[Asked] = []
        self.ending = threading.Event()
        self._behaviours: dict[str, list[Behaviour]] = {}

    def behave(self, path: str, *behaviours: Behaviour) -> str:
        """Behave so at a path, and return its address."""
        self._behaviours[path] = list(behaviours)
        return self.url(path)

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"http://127.0.0.1:{self.server_address[1]}{path}"

    def next(self, path: str) -> Behaviour:
        """Return what is to be done now."""
        found = self._behaviours.get(path) or [answer(status="404 Not Found")]
        return found.pop(0) if len(found) > 1 else found[0]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that left."""


class _Handler(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in {b"\r\n", b"\n", b""}:
            lines.append(line.decode("latin-1").strip())
        if lines:
            headers = dict(line.split(": ", 1) for line in lines[1:])
            # A body that nobody reads would have the system break the connection off.
            body = self.rfile.read(int(headers.get("Content-Length", 0)))
            asked = Asked(lines[0].split(" ")[1], headers, body)
            self.server.asked.append(asked)
            with suppress(OSError):
                self.server.next(asked.path)(asked, self._write)

    def _write(self, content: bytes) -> None:
        self.wfile.write(content)
        self.wfile.flush()

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()


@contextmanager
def serving() -> Iterator[Server]:
    """Yield a server on a free port."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.ending.set()
            server.shutdown()
            thread.join()


@dataclass
class Clock:
    """A clock that goes on when somebody sleeps, and remembers how long."""

    date: datetime = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.date += timedelta(seconds=seconds)

    def pace(self) -> Pace:
        """Return the seams of a fetch."""
        return Pace(self.sleep, lambda: self.date.timestamp(), lambda: self.date, lambda: 0.5)


def fetcher(cache: Path, clock: Clock, limits: Limits | None = None) -> Fetcher:
    """Return a fetcher that may call this machine by its address, and by no other name."""
    policy = Policy(frozenset({"127.0.0.1"}), lambda host, _port: _NAMES.get(host) or _unknown(host))
    return Fetcher(cache, limits or Limits(size=1 << 20, connect=2, read=2, whole=60, tries=3), policy, clock.pace())


_NAMES = {
    "127.0.0.1": ["127.0.0.1"],
    "inside.example": ["10.0.0.7", "fd00::7"],
    "mapped.example": ["::ffff:192.168.1.1", "64:ff9b::7f00:1", "2002:7f00:1::"],
    "169.254.169.254": ["169.254.169.254"],
}


def _unknown(host: str) -> list[str]:
    raise socket.gaierror(socket.EAI_NONAME, f"{host} is not known")
