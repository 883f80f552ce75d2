"""A thousand writes on the whole release with readers running: their time, what the disk pays, what readers see.

Each write moves a counter to its next value, by Update or by the Graph Store in turn: a reader that finds no value, two
values, or one that was never written has seen a state that did not exist.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from bench import report, servers
from bench.servers import Server

_TOKEN = "bench"  # noqa: S105, of a server that lives for minutes on loopback
_GRAPH = "urn:bench:counter"
_COUNTER = "<urn:bench:counter> <urn:bench:value>"
_READ = f"SELECT ?v WHERE {{ GRAPH <{_GRAPH}> {{ {_COUNTER} ?v }} }}"


def measure(home: Path, options: argparse.Namespace) -> str:
    """Return the Markdown of the section; the writes go to a copy of `home` made of hard links."""
    with tempfile.TemporaryDirectory(dir=home.parent) as folder:
        copy = Path(folder, "home")
        shutil.copytree(home, copy, symlinks=True, copy_function=os.link)
        with servers.maille(copy, MAILLE_TOKEN=_TOKEN) as server:
            _put(server, 0)
            before = _bytes_under(copy)
            seconds, seen = _write_all(server, options.writes)
            growth = (_bytes_under(copy) - before) / options.writes
            indexes = _indexes_under(copy)
    latencies = sorted(second * 1000 for second in seconds)
    p99 = latencies[int(len(latencies) * 0.99) - 1]
    return (
        f"{options.writes:,} writes (Update and Graph Store in turn) on the whole release, two readers running: p50 "
        f"**{statistics.median(latencies):.0f} ms**, p99 {p99:.0f} ms; the disk grows by "
        f"{growth / 1024:.1f} KiB a write; the search indexes, of which the newest few are kept, "
        f"take {indexes / 1e6:.0f} MB besides. The readers saw {seen:,} answers, each a state that existed.\n\n"
        f"Machine: {report.machine()}."
    )


def _write_all(server: Server, writes: int) -> tuple[list[float], int]:
    stop, problems, counts = threading.Event(), [], [0, 0]
    latest = [0]
    readers = [
        threading.Thread(target=_read, args=(server, stop, latest, problems, counts, number)) for number in (0, 1)
    ]
    for reader in readers:
        reader.start()
    seconds = []
    try:
        for value in range(1, writes + 1):
            started = time.perf_counter()
            # Before the answer comes the write may be seen already.
            latest[0] = value
            (_put if value % 2 else _update)(server, value)
            seconds.append(time.perf_counter() - started)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    if problems:
        raise SystemExit(f"readers saw states that never existed: {problems[:5]}")
    return seconds, sum(counts)


def _read(
    server: Server, stop: threading.Event, latest: list[int], problems: list[str], counts: list[int], number: int
) -> None:
    while not stop.is_set():
        rows = server.ask(_READ, "text/csv").decode().split()[1:]
        if len(rows) != 1 or not 0 <= int(rows[0]) <= latest[0]:
            problems.append(repr(rows))
        counts[number] += 1


def _put(server: Server, value: int) -> None:
    address = server.address.removesuffix("/sparql") + f"/graph-store?graph={_GRAPH}"
    _send("PUT", address, "text/turtle", f"{_COUNTER} {value} .")


def _update(server: Server, value: int) -> None:
    text = f"WITH <{_GRAPH}> DELETE {{ {_COUNTER} ?v }} INSERT {{ {_COUNTER} {value} }} WHERE {{ {_COUNTER} ?v }}"
    _send("POST", server.address, "application/sparql-update", text)


def _send(method: str, address: str, media_type: str, body: str) -> None:
    headers = {"Content-Type": media_type, "Authorization": f"Bearer {_TOKEN}"}
    request = urllib.request.Request(address, data=body.encode(), headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=60) as response:
        response.read()


def _bytes_under(folder: Path) -> int:
    # Of search indexes the newest few are kept, however many writes there are: they are told apart.
    return sum(path.lstat().st_blocks * 512 for path in folder.rglob("*") if "search" not in path.parts)


def _indexes_under(folder: Path) -> int:
    return sum(path.lstat().st_blocks * 512 for path in folder.rglob("search/*"))
