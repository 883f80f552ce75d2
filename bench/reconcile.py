"""The reconciliation service asked as OpenRefine asks it: how often it is right, how fast it is, and who waits for it.

A release of all described sources is built into a folder of its own. `match` is judged alone, as a reader who takes
every certain candidate would have it; *first* is the candidate on top, certain or not.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench import report, servers
from bench.reconcile_names import Name, names
from bench.servers import BIN, Server
from maille.store.published import Release

_OF_OPENREFINE = 10
_WHOLE = 1_000
_LOOK_UPS = 300
_LABEL = "SELECT ?label WHERE {{ <https://w3id.org/maille/id/commune/{}> skos:prefLabel ?label }}"
Batch = dict[str, Any]


def measure(data: Path, seconds: int) -> str:
    """Return the Markdown of the section."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        _build(home, data)
        asked = names(data, Release((home / "current").resolve()).lines())
        with servers.maille(home) as server:
            _post(server, {"ready": {"query": "Paris"}})
            rows = [
                _judged(server, asked, group, with_place=placed)
                for placed in (True, False)
                for group in [*dict.fromkeys(one.group for one in asked), "all"]
            ]
            speed = _speed(server, asked, seconds)
    table = report.table(
        ["names", "asked with", "names asked", "matched", "precision of match", "recall of match", "right one first"],
        rows,
    )
    known = sum(bool(one.right) for one in asked)
    return (
        f"{known} names of files of the described sources that the graph has, {len(asked) - known} of companies that "
        "it has not. Of seven, one has a letter dropped, one a letter doubled, one two letters swapped; three have "
        "other capitals, no accents or no hyphens; one is as it was. Asked of a release of these sources through "
        "`/reconcile/fr`, with the place as the file writes it (commune; département for communes) and by the name "
        f"alone.\n\n{table}\n\n{speed}\n\nMachine: {report.machine()}."
    )


def _build(home: Path, data: Path) -> None:
    command = [str(BIN / "maille"), "build", "--data", str(data), "--json"]
    environment = {**os.environ, "MAILLE_HOME": str(home)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 1}:
        raise SystemExit(done.stderr)


def _query(one: Name, *, with_place: bool) -> dict[str, Any]:
    name, value = one.place
    properties = [{"pid": name, "v": value}] if with_place and value else []
    return {"query": one.text, "type": one.kind, "limit": 5, "properties": properties}


def _judged(server: Server, asked: Sequence[Name], group: str, *, with_place: bool) -> list[str]:
    chosen = [one for one in asked if group in (one.group, "all")]
    found = _post(server, {str(at): _query(one, with_place=with_place) for at, one in enumerate(chosen)})
    matched = right = first = 0
    for at, one in enumerate(chosen):
        candidates = found[str(at)]["result"]
        first += bool(candidates) and candidates[0]["id"] in one.right
        sure = [candidate["id"] for candidate in candidates if candidate["match"]]
        matched += bool(sure)
        right += bool(sure) and sure[0] in one.right
    known = sum(bool(one.right) for one in chosen)
    return [
        group,
        "name and place" if with_place else "name",
        str(len(chosen)),
        str(matched),
        f"{right / matched:.3f}" if matched else "-",
        f"{right / known:.3f}" if known else "-",
        f"{first / known:.3f}" if known else "-",
    ]


def _speed(server: Server, asked: Sequence[Name], seconds: int) -> str:
    queries = [_query(one, with_place=True) for one in asked]
    tens = [
        {str(at): query for at, query in enumerate(queries[start : start + _OF_OPENREFINE])}
        for start in range(0, len(queries), _OF_OPENREFINE)
    ]
    taken: list[float] = []
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends or len(taken) < len(tens):
        taken.append(_timed(lambda: _post(server, tens[len(taken) % len(tens)])))
    whole = {str(at): queries[at % len(queries)] for at in range(_WHOLE)}
    alone = _waited(server)
    stop = threading.Event()
    wholes: list[float] = []

    def batches() -> None:
        while not stop.is_set():
            wholes.append(_timed(lambda: _post(server, whole)))

    busy = threading.Thread(target=batches)
    busy.start()
    beside = _waited(server)
    stop.set()
    busy.join()
    taken.sort()
    return (
        f"Batches of {_OF_OPENREFINE}, one after the other: **{len(taken) * _OF_OPENREFINE / sum(taken):.0f} queries a "
        f"second**, p50 {statistics.median(taken) * 1000:.0f} ms, p95 {taken[int(len(taken) * 0.95)] * 1000:.0f} ms a "
        f"batch. A batch of {_WHOLE:,}: {statistics.median(wholes):.1f} s; while such batches come one after the "
        f"other, look-ups by SPARQL take p50 {beside[0]:.1f} ms, p95 {beside[1]:.1f} ms, p99 {beside[2]:.1f} ms (alone "
        f"{alone[0]:.1f}, {alone[1]:.1f}, {alone[2]:.1f} ms)."
    )


def _waited(server: Server) -> tuple[float, float, float]:
    """Return percentiles of the time of look-ups, in milliseconds, none of which was asked before."""
    prefix = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    taken = []
    for number in range(_LOOK_UPS):
        code = f"{1 + number % 95:02}{number:03}"
        query = prefix + _LABEL.format(code) + f" # {time.perf_counter_ns()}"
        taken.append(_timed(lambda query=query: server.ask(query, "text/csv")) * 1000)  # type: ignore[misc]
        time.sleep(0.005)
    taken.sort()
    return statistics.median(taken), taken[int(_LOOK_UPS * 0.95)], taken[int(_LOOK_UPS * 0.99)]


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _post(server: Server, batch: Batch) -> Batch:
    """Return the answer to a batch; while the index of the release is being made, ask again."""
    address = server.address.removesuffix("/sparql") + "/reconcile/fr"
    form = urllib.parse.urlencode({"queries": json.dumps(batch)}).encode()
    for _ in range(120):
        try:
            with urllib.request.urlopen(address, form, timeout=600) as response:
                answer: Batch = json.load(response)
                return answer
        except urllib.error.HTTPError as error:
            if error.code != 503:
                raise
            time.sleep(1)
    raise SystemExit("the search index is still being made")
