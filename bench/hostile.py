"""A query that would run for hours, beside clients that ask for little: who waits, who fails, what memory is left."""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from bench import report, servers
from bench.load import drive
from bench.servers import Server
from bench.workloads import WORKLOADS

_DEADLINE = 10
_SETTLE = 15
_CODE = "<https://w3id.org/maille/def#codeInsee>"
_RUNAWAYS = {
    "three times each commune": (
        f"SELECT (COUNT(*) AS ?n) WHERE {{ ?a {_CODE} ?b . ?c {_CODE} ?d . ?e {_CODE} ?f "
        "FILTER(STRLEN(CONCAT(?b, ?d, ?f)) = 1) }"
    ),
    "a regex for each pair of communes": (
        f"SELECT (COUNT(*) AS ?n) WHERE {{ ?a {_CODE} ?b . ?c {_CODE} ?d "
        "FILTER(REGEX(?b, CONCAT('^', ?d, '[0-9]+$'))) }"
    ),
    "every chain of seven": "SELECT (COUNT(*) AS ?n) WHERE { "
    + " . ".join(f"?v{i} ?p{i} ?v{i + 1}" for i in range(7))
    + " }",
    "a product that takes all memory": "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
}


def measure(home: Path, codes: Path, options: argparse.Namespace) -> str:
    """Return the Markdown of the section."""
    seconds = 5 * options.seconds
    ends: dict[str, list[str]] = {name: [] for name in _RUNAWAYS}
    with servers.maille(home, MAILLE_QUERY_TIMEOUT=str(_DEADLINE)) as server:
        calm = drive(server, WORKLOADS[0], codes, hot=False, connections=50, seconds=options.seconds)
        before = server.pss_megabytes()
        stop = threading.Event()
        threads = [
            threading.Thread(target=_run_away, args=(server, query, stop, ends[name]))
            for name, query in _RUNAWAYS.items()
        ]
        for thread in threads:
            thread.start()
        time.sleep(1)
        figures = drive(server, WORKLOADS[0], codes, hot=False, connections=50, seconds=seconds)
        stop.set()
        for thread in threads:
            thread.join()
        time.sleep(_SETTLE)
        after = server.pss_megabytes()
    rows = "\n".join(f"| {name} | {', '.join(found)} |" for name, found in ends.items())
    return (
        f"{len(_RUNAWAYS)} queries that would run for hours or take all memory, each asked again and again with a "
        f"deadline of {_DEADLINE} s, beside 50 connections of cold look-ups for {seconds} s: look-ups "
        f"{figures.rate:,.0f}/s, p50 {figures.p50:.0f} ms, p99 **{figures.p99:.0f} ms**, {figures.failures} failed "
        f"(without the runaways {calm.rate:,.0f}/s, p50 {calm.p50:.0f} ms, p99 {calm.p99:.0f} ms). Memory of the "
        f"service (PSS): {before:.0f} MB before, {after:.0f} MB {_SETTLE} s after.\n\n"
        f"| runaway | ended with |\n|---|---|\n{rows}\n\n"
        f"Machine: {report.machine()}."
    )


def _run_away(server: Server, query: str, stop: threading.Event, ends: list[str]) -> None:
    url = f"{server.address}?{urllib.parse.urlencode({'query': query})}"
    while not stop.is_set():
        started = time.perf_counter()
        try:
            with urllib.request.urlopen(url, timeout=60) as response:
                status = response.status
        except urllib.error.HTTPError as error:
            status = error.code
            error.close()
        ends.append(f"{status} after {time.perf_counter() - started:.1f} s")


def with_codes(home: Path, options: argparse.Namespace) -> str:
    """Measure with the codes of the current release."""
    with tempfile.TemporaryDirectory() as folder:
        return measure(home, report.codes_of(home, Path(folder)), options)
