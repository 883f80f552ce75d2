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
_RUNAWAYS = (
    "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT ?x WHERE { ?x (<urn:a>|!<urn:b>)* ?y . ?y (<urn:a>|!<urn:b>)* ?z FILTER(?x = 1) }",
)


def measure(home: Path, codes: Path, options: argparse.Namespace) -> str:
    """Return the Markdown of the section."""
    with servers.maille(home, MAILLE_QUERY_TIMEOUT=str(_DEADLINE)) as server:
        before = server.pss_megabytes()
        ends: list[str] = []
        stop = threading.Event()
        threads = [threading.Thread(target=_run_away, args=(server, query, stop, ends)) for query in _RUNAWAYS]
        for thread in threads:
            thread.start()
        time.sleep(1)
        figures = drive(server, WORKLOADS[0], codes, hot=False, connections=50, seconds=5 * options.seconds)
        stop.set()
        for thread in threads:
            thread.join()
        time.sleep(2)
        after = server.pss_megabytes()
    ended = ", ".join(sorted(set(ends)))
    return (
        f"Two queries that would run for hours, asked again and again with a deadline of {_DEADLINE} s, beside 50 "
        f"connections of cold look-ups for {5 * options.seconds} s: look-ups {figures.rate:,.0f}/s, p50 "
        f"{figures.p50:.0f} ms, p99 **{figures.p99:.0f} ms**, {figures.failures} failed. The runaways ended with: "
        f"{ended}. Memory of the service (PSS): {before:.0f} MB before, {after:.0f} MB after.\n\n"
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
        ends.append(f"{status} after {time.perf_counter() - started:.0f} s")


def with_codes(home: Path, options: argparse.Namespace) -> str:
    """Measure with the codes of the current release."""
    with tempfile.TemporaryDirectory() as folder:
        return measure(home, report.codes_of(home, Path(folder)), options)
