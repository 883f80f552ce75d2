"""2,000 communes joined with an endpoint of a million triples: bytes and time, beside pyoxigraph's own SERVICE.

The endpoint is a real Oxigraph server on loopback, behind a relay that counts what passes. Its items are made by us, in
the shape Wikidata's have: 35,000 of 250,000 have the code of a commune of ours, the others codes of elsewhere.
"""

from __future__ import annotations

import gzip
import http.client
import random
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from pyoxigraph import QueryResultsFormat, RdfFormat, Store

from bench import report
from bench.servers import BIN, free_port, maille, running

_ITEMS = 250_000
_COMMUNES = 2_000
_UNION = {"use_default_graph_as_union": True}
_NAME = "https://query.wikidata.org/sparql"
_PREFIXES = """PREFIX maille: <https://w3id.org/maille/def#>
PREFIX igeo: <http://rdf.insee.fr/def/geo#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
"""
_LOCAL = "?commune igeo:subdivisionDe ?departement ; a igeo:Commune ; maille:codeInsee ?insee"
_DEPARTEMENTS = "?departement a igeo:Departement"
_THERE = "?item wdt:P374 ?insee ; rdfs:label ?label ; wdt:P1082 ?there"


class Relay:
    """Passes on whatever comes to another port, and counts it."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.bytes = 0
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                self.connections += 1
                server = socket.create_connection(("127.0.0.1", self._target))
                for source, target in ((client, server), (server, client)):
                    threading.Thread(target=self._pass, args=(source, target), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 18):
                self.bytes += len(data)
                target.sendall(data)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


def measure(home: Path, rounds: int) -> str:
    """Return the Markdown of the section."""
    local = Store()
    with gzip.open(home / "current" / "dump.nq.gz", "rb") as dump:
        local.bulk_load(dump, RdfFormat.N_QUADS, lenient=True)  # type: ignore[arg-type]
    found: dict[str, list[str]] = {}
    for row in local.query(f"{_PREFIXES} SELECT ?departement ?insee {{ {_DEPARTEMENTS} . {_LOCAL} }}", **_UNION):  # type: ignore[union-attr]
        found.setdefault(row["departement"].value, []).append(row["insee"].value)  # type: ignore[index]
    chosen, count = [], 0
    for name, codes in sorted(found.items()):
        if count < _COMMUNES:
            chosen.append(name)
            count += len(codes)
    every = sorted(code for codes in found.values() for code in codes)
    with tempfile.TemporaryDirectory() as folder, _endpoint(Path(folder), every) as port:
        relay = Relay(port)
        with closing(relay):
            return _compared(home, Path(folder), local, relay, chosen, rounds)


def _compared(home: Path, folder: Path, local: Store, relay: Relay, chosen: list[str], rounds: int) -> str:
    services = folder / "services.toml"
    address = f"http://127.0.0.1:{relay.port}/query"
    services.write_text(
        f'[wikidata]\naddress = "{address}"\nallow_private = true\nexpiry = 0\nrate = 1000\nconcurrency = 4\n',
        encoding="utf-8",
    )
    found: dict[str, list[tuple[float, int, int]]] = {"Maille": [], "pyoxigraph": []}
    rows: dict[str, int] = {}
    with maille(home, MAILLE_SERVICES=str(services), MAILLE_ANSWER_CACHE="0", MAILLE_QUERY_TIMEOUT="120") as server:
        ways: dict[str, Callable[[], int]] = {
            "Maille": lambda: _asked(server.address, _query(_NAME, chosen)),
            "pyoxigraph": lambda: _plain(local, _query(address, chosen)),
        }
        for _ in range(rounds):
            for name, way in ways.items():
                before, calls, began = relay.bytes, relay.connections, time.perf_counter()
                rows[name] = way()
                seconds = time.perf_counter() - began
                found[name].append((seconds, relay.bytes - before, relay.connections - calls))
    if len(set(rows.values())) != 1:
        raise SystemExit(f"the answers differ: {rows}")
    return _section(found, rows["Maille"], len(chosen))


def _section(found: dict[str, list[tuple[float, int, int]]], rows: int, departements: int) -> str:
    middle = {
        name: tuple(statistics.median(run[column] for run in runs) for column in range(3))
        for name, runs in found.items()
    }
    (ours, our_bytes, _), (theirs, their_bytes, _) = middle["Maille"], middle["pyoxigraph"]
    table = report.table(
        ["", "seconds", "bytes over the wire", "requests"],
        [[name, f"{time_:.2f}", f"{size:,.0f}", f"{calls:.0f}"] for name, (time_, size, calls) in middle.items()],
    )
    return (
        f"The communes of {departements} départements, joined by code with an Oxigraph server of "
        f"{4 * _ITEMS:,} triples on loopback: {rows:,} rows, the same from both. Maille is asked over HTTP and "
        f"remembers nothing between runs; pyoxigraph evaluates its own SERVICE, in memory and in its own process. "
        f"Medians of {len(found['Maille'])} runs in turn; requests, answers and headers are counted.\n\n{table}\n\n"
        f"That is **{their_bytes / our_bytes:.0f} times less bytes** and **{theirs / ours:.0f} times less time**.\n\n"
        f"Machine: {report.machine()}."
    )


def _query(service: str, departements: list[str]) -> str:
    names = " ".join(f"<{name}>" for name in departements)
    return f"{_PREFIXES} SELECT * {{ VALUES ?departement {{ {names} }} {_LOCAL} . SERVICE <{service}> {{ {_THERE} }} }}"


def _asked(address: str, query: str) -> int:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=300)
    headers = {"Accept": "text/tab-separated-values", "Content-Type": "application/x-www-form-urlencoded"}
    with closing(connection):
        connection.request("POST", parts.path, urlencode({"query": query}), headers)
        response = connection.getresponse()
        body = response.read()
    if response.status != 200:
        raise SystemExit(body.decode())
    return body.count(b"\n") - 1


def _plain(store: Store, query: str) -> int:
    found = store.query(query, **_UNION)
    body = found.serialize(format=QueryResultsFormat.TSV)  # type: ignore[union-attr]
    return (body or b"").count(b"\n") - 1


@contextmanager
def _endpoint(folder: Path, codes: list[str]) -> Iterator[int]:
    """Serve the items, and give the port."""
    dice = random.Random(6)  # noqa: S311, no secret
    made = folder / "items.nt"
    with made.open("w", encoding="utf-8") as file:
        for number in range(_ITEMS):
            item = f"<http://www.wikidata.org/entity/Q{10_000_000 + number}>"
            code = codes[number] if number < len(codes) else f"{dice.choice('ABCDEFG')}{number:06d}"
            file.write(f'{item} <http://www.wikidata.org/prop/direct/P374> "{code}" .\n')
            file.write(f'{item} <http://www.w3.org/2000/01/rdf-schema#label> "Place number {number}"@fr .\n')
            file.write(f"{item} <http://www.wikidata.org/prop/direct/P1082> {_integer(dice.randrange(50_000))} .\n")
            file.write(f"{item} <http://www.wikidata.org/prop/direct/P31> <http://www.wikidata.org/entity/Q484170> .\n")
    store = Store(folder / "items")
    store.bulk_load(path=made, format=RdfFormat.N_TRIPLES, lenient=True)
    store.flush()
    store.optimize()
    del store
    port = free_port()
    command = [
        str(BIN / "oxigraph"),
        "serve-read-only",
        "--location",
        str(folder / "items"),
        "--bind",
        f"127.0.0.1:{port}",
    ]
    with running("Oxigraph server", "", command, f"http://127.0.0.1:{port}/query", {}):
        yield port


def _integer(number: int) -> str:
    return f'"{number}"^^<http://www.w3.org/2001/XMLSchema#integer>'
