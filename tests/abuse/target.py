"""The server under attack: how it is asked, by any bytes there are, and what is looked at afterwards."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse, IncompleteRead
from pathlib import Path
from subprocess import Popen
from urllib.parse import urlencode

JSON = "application/sparql-results+json"
GRAPH = "urn:written"
PATIENCE = 60.0
"""Seconds after which a test takes a request for one that hangs."""


@dataclass(frozen=True)
class Reply:
    """An answer, and how long it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def problem(self) -> str:
        """The last part of the type of a problem document; empty where this is none."""
        if self.headers.get("content-type") != "application/problem+json":
            return ""
        return str(json.loads(self.body)["type"]).rpartition("/")[2]

    @property
    def outcome(self) -> tuple[int, str]:
        """Status and problem."""
        return self.status, self.problem

    @property
    def values(self) -> list[str]:
        """The first value of each row of a SELECT in JSON."""
        rows = json.loads(self.body)["results"]["bindings"]
        return [str(next(iter(row.values()))["value"]) for row in rows if row]


@dataclass
class Beside:
    """Cheap queries that ran beside an attack."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    at_least_one: threading.Event = field(default_factory=threading.Event)


class Target:
    """A running server.

    Args:
        process: `maille serve`.
        port: where it listens on loopback.
        log: the file its standard error goes to.
        things: how many things there are to be looked up.
        token: the write token.

    Attributes:
        baseline: processes, files and megabytes it had before any attack.
    """

    def __init__(self, process: Popen[str], port: int, log: Path, things: int, token: str) -> None:
        self.process = process
        self.port = port
        self.things = things
        self.token = {"Authorization": f"Bearer {token}"}
        self.baseline = (0, 0, 0.0)
        self._log = log
        self._number = 0

    def connect(self, timeout: float = PATIENCE) -> socket.socket:
        """Open a connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def send(self, request: bytes, method: str = "GET", timeout: float = PATIENCE) -> Reply:
        """Send the bytes of a request and read one reply, however ill they are; the connection is then closed."""
        began = time.perf_counter()
        with closing(self.connect(timeout)) as connection:
            with suppress(ConnectionError):  # refused before it was all sent: the reply is there
                connection.sendall(request)
            return read(connection, method, began)

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"") -> Reply:
        """Send a well-formed request."""
        fields = {"Host": "localhost", "Accept": JSON, **(headers or {})}
        if body and "Transfer-Encoding" not in fields:
            fields.setdefault("Content-Length", str(len(body)))
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        return self.send(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body, method)

    def get(self, query: str, accept: str = JSON, **parameters: str) -> Reply:
        """Send a query by GET."""
        return self.ask("GET", f"/sparql?{urlencode({'query': query, **parameters})}", {"Accept": accept})

    def post(self, query: str | bytes, accept: str = JSON, **parameters: str) -> Reply:
        """Send a query by POST, as it is."""
        body = query.encode("utf-8", "surrogatepass") if isinstance(query, str) else query
        path = f"/sparql?{urlencode(parameters)}" if parameters else "/sparql"
        return self.ask("POST", path, {"Content-Type": "application/sparql-query", "Accept": accept}, body)

    def post_uncertain(self, query: str, accept: str = JSON, **parameters: str) -> Reply | None:
        """Send a query by POST; return None where the answer began and was cut."""
        try:
            return self.post(query, accept, **parameters)
        except IncompleteRead:
            return None

    def all_at_once(self, work: Callable[[int], Reply | None], times: int) -> list[Reply | None]:
        """Do something many times at once, in the order of the numbers; return what became of each."""
        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(work, range(times)))

    def update(self, text: str, **headers: str) -> Reply:
        """Send an update, with the token."""
        fields = {"Content-Type": "application/sparql-update", **self.token, **headers}
        return self.ask("POST", "/sparql", fields, text.encode())

    def put(self, document: str | bytes, media_type: str, **headers: str) -> Reply:
        """Put a document into a graph, with the token."""
        body = document.encode() if isinstance(document, str) else document
        return self.ask(
            "PUT", f"/graph-store?graph={GRAPH}", {"Content-Type": media_type, **self.token, **headers}, body
        )

    def look_up(self) -> Reply:
        """Ask for one thing, another one each time, so that no cache helps."""
        self._number += 1
        number = self._number % self.things
        text = f"SELECT ?name {{ <urn:t:{number}> <urn:p:name> ?name }} # {self._number}"
        reply = self.get(text)
        assert reply.status == 200, reply
        assert reply.values == [f"name {number}"], reply
        return reply

    @contextmanager
    def beside(self) -> Iterator[Beside]:
        """Ask for little again and again while the block runs."""
        found, stop = Beside(), threading.Event()

        def run() -> None:
            while not stop.is_set():
                try:
                    found.seconds.append(self.look_up().seconds)
                except (OSError, AssertionError, HTTPException) as error:
                    found.failures.append(repr(error)[:300])
                found.at_least_one.set()
                stop.wait(0.02)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield found
        finally:
            # At least one of them, however short the block.
            found.at_least_one.wait(PATIENCE)
            stop.set()
            thread.join()

    def log(self) -> str:
        """Return what the server wrote to its standard error so far."""
        return self._log.read_text(errors="replace")

    def family(self) -> list[int]:
        """Return the web process and its descendants."""
        return _family(self.process.pid)

    def keepers(self) -> list[int]:
        """Return the keepers: one, but for moments."""
        return [pid for pid in self.family() if "maille.store.keeper" in command(pid) and _parent(pid) == self.pid]

    def workers(self) -> list[int]:
        """Return the query workers."""
        return [pid for keeper in self.keepers() for pid in _family(keeper) if pid != keeper]

    @property
    def pid(self) -> int:
        """The web process."""
        return self.process.pid

    def files(self) -> int:
        """Return how many files and sockets the web process holds."""
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))

    def memory(self) -> float:
        """Return the memory of the whole service in MB, shared pages counted once."""
        return sum(_pss(pid) for pid in self.family()) / 1024

    def processor(self, pid: int) -> float:
        """Return the seconds of processor time that one of its processes spent; none where it is gone."""
        return _spent(pid)


def read(connection: socket.socket, method: str, began: float) -> Reply:
    """Read one reply."""
    response = HTTPResponse(connection, method=method)
    try:
        response.begin()
        body = response.read()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, headers, body, time.perf_counter() - began)
    finally:
        response.close()


def command(pid: int) -> str:
    """Return the command line of a process."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    return ""


def _family(pid: int) -> list[int]:
    found = [pid]
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                found.extend(_family(int(child)))
    return found


def _stat(pid: int) -> list[str]:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    return ["0"] * 20


def _parent(pid: int) -> int:
    return int(_stat(pid)[1])


def _spent(pid: int) -> float:
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / 100


def _pss(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
