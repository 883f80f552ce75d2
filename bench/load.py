"""One run of `wrk` against one server, and its figures."""

from __future__ import annotations

import subprocess
import urllib.parse
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bench.servers import Server
from bench.workloads import FIRST_N, PREFIXES, Workload

_SCRIPT = Path(__file__).with_name("cold.lua")
_NUMBERS = count(FIRST_N, 10_000_000)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run gave: requests a second, median and 99th percentile in milliseconds, failed requests."""

    rate: float
    p50: float
    p99: float
    failures: int


def drive(server: Server, workload: Workload, codes: Path, *, hot: bool, connections: int, seconds: int) -> Figures:
    """Drive `server` for `seconds` with `connections` open connections and one thread of wrk."""
    first = FIRST_N if hot else next(_NUMBERS)
    target = urllib.parse.urlsplit(server.address)
    template = f"{target.path}?query={urllib.parse.quote(PREFIXES + workload.query, safe='@')}"
    command = ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s"]
    command += ["--timeout", "120s", "--latency", "--script", str(_SCRIPT), f"http://{target.netloc}"]
    command += ["--", template, workload.accept, str(first), "hot" if hot else "cold", str(codes)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    requests, microseconds, p50, p99, failures = (int(float(part)) for part in line.split()[1:])
    return Figures(requests / (microseconds / 1e6), p50 / 1000, p99 / 1000, failures)
