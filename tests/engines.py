"""Which engine the tests of the web run over: the embedded one, or a server that `MAILLE_TEST_ENGINE` names.

One server holds one store at a time. A client whose store is not there puts it there before its next request, with
whatever it wrote before; so tests may hold several clients, as they do of the embedded engine.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store, serialize

from maille.store.engine import Engine
from maille.store.remote import RemoteEngine
from maille.store.remote_content import graph_quads
from maille.store.remote_http import RemoteStore
from maille.store.remote_send import put
from maille.store.remote_state import CONTROL, DEFAULT, State

NAME: Final = os.environ.get("MAILLE_TEST_ENGINE", "embedded")
_INI: Final = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {folder}
NumberOfBuffers = 20000
MaxDirtyBuffers = 12000
MaxClientConnections = 20
ThreadsPerQuery = 2
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 20
MaxKeepAlives = 20
KeepAliveTimeout = 60
[SPARQL]
ResultSetMaxRows = 10000
"""
_PATIENCE: Final = 60.0
_LONG: Final = 120.0


def is_here(name: str) -> bool:
    """Return whether the server of that name is installed."""
    program = Path(sys.executable).with_name("oxigraph")
    return program.is_file() if name == "oxigraph" else shutil.which("virtuoso-t") is not None


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RemoteServer:
    """A real SPARQL server, another process, with nothing in it.

    Args:
        name: `oxigraph` or `virtuoso`.
    """

    def __init__(self, name: str) -> None:
        self.owner: Tenant | None = None
        self._folder = Path(tempfile.mkdtemp(prefix=f"maille-{name}-"))
        port = free_port()
        root = f"http://127.0.0.1:{port}"
        if name == "virtuoso":
            command = self._virtuoso(port)
            auth = f"{root}/sparql-auth", f"{root}/sparql-graph-crud-auth", "digest", "dba", "dba"
            self.store = RemoteStore(f"{root}/sparql", *auth)  # type: ignore[arg-type]
        else:
            # Its own limit ends what nobody waits for any more: it does not look whether anybody does.
            bind = f"127.0.0.1:{port}"
            command = [str(Path(sys.executable).with_name("oxigraph")), "serve", "--bind", bind, "--timeout-s", "30"]
            self.store = RemoteStore(f"{root}/query", f"{root}/update", f"{root}/store")
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        atexit.register(self.close)
        self._wait(root)

    def close(self) -> None:
        """End it."""
        if self._process.poll() is None:
            # It has nothing that is worth being written to its disk.
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _virtuoso(self, port: int) -> list[str]:
        ini = self._folder / "virtuoso.ini"
        ini.write_text(_INI.format(folder=self._folder, sql=free_port(), http=port), encoding="ascii")
        return ["virtuoso-t", "+foreground", "+configfile", str(ini)]

    def _wait(self, root: str) -> None:
        begun = time.monotonic()
        while time.monotonic() - begun < _PATIENCE:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended with {self._process.returncode}")
            try:
                urllib.request.urlopen(f"{self.store.query}?query=ASK%7B%7D", timeout=5).close()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise RuntimeError(f"{root} did not answer")


class Tenant(RemoteEngine):
    """An engine whose store is put on the server whenever it is asked and is not there."""

    def __init__(self, server: RemoteServer, quads: Iterable[Quad], release: str, base: str) -> None:
        super().__init__(server.store, base=base)
        self._process = server
        graphs: dict[str, list[Quad]] = {}
        for quad in quads:
            name = quad.graph_name
            graphs.setdefault(DEFAULT if isinstance(name, DefaultGraph) else name.value, []).append(quad)  # type: ignore[union-attr]
        self._graphs = graphs
        self._kept = self._state = State(release, frozenset(graphs) - {DEFAULT}, base)
        self._first: str | None = release

    async def ready(self) -> None:
        """See that the server holds this store, and that this engine knows it."""
        owner = self._process.owner
        if owner is not self:
            # Nobody's, should it fail halfway: then whoever comes next puts everything there anew.
            self._process.owner = None
            if owner is not None:
                await owner.leave(self)
            await self._arrive()
            self._process.owner = self
        await self.look()

    async def idle(self) -> None:
        """Let go of every connection: the next request has an event loop of its own."""
        self._kept = self.state if self.state.graphs is not None else self._kept
        mine = asyncio.current_task()
        rest = [task for task in asyncio.all_tasks() if task is not mine]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        await self.server.close()

    async def leave(self, by: Tenant) -> None:
        """Take what was written along, and leave the server empty."""
        await by.look()
        now = by.state
        if now.release != self._first:
            self._graphs = {
                graph: await graph_quads(by.server, graph) for graph in [*sorted(now.graphs or ()), DEFAULT]
            }
            self._kept = now
        drops = " ;\n".join(f"DROP SILENT GRAPH <{graph}>" for graph in [*sorted(now.graphs or ()), DEFAULT, CONTROL])
        await by.server.update(drops, _LONG)

    async def _arrive(self) -> None:
        for graph, quads in self._graphs.items():
            if quads:
                body = serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES) or b""
                await put(self.server, "PUT", graph, body, _LONG)
        self._first = self._kept.release
        await self.server.update(self._kept.written(), _LONG)


_SERVERS: Final[dict[str, RemoteServer]] = {}


def engine_over(store: Store, release: str, base: str) -> Engine:
    """Return an engine of the kind that is asked for over the content of a store."""
    if NAME == "embedded":
        from maille.store.embedded import EmbeddedEngine

        return EmbeddedEngine.over(store, release, base=base)
    if NAME not in _SERVERS:
        _SERVERS[NAME] = RemoteServer(NAME)
    return Tenant(_SERVERS[NAME], store, release, base)
