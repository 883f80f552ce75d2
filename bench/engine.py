"""The endpoint against the Oxigraph server: same dump, same queries, same two cores, in turn."""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench import report, servers
from bench.load import Figures, drive
from bench.workloads import WORKLOADS, Workload

CONNECTIONS = (1, 8, 32)


def compare(home: Path, dump: Path, codes: Path, options: argparse.Namespace) -> str:
    """Return the Markdown of the section; `dump` is plain N-Quads, `codes` one INSEE code a line."""
    location = dump.with_name("oxigraph")
    loading = [servers.oxigraph_load(dump, location)]
    for number in range(1, options.rounds):
        loading.append(servers.oxigraph_load(dump, dump.with_name(f"oxigraph-{number}")))
    ready = [_time_to_ready(home) for _ in range(options.rounds)]
    with servers.maille(home) as ours, servers.oxigraph(location) as peer:
        rows = list(_rows((ours, peer), codes, options))
        memory = {server.name: server.pss_megabytes() for server in (ours, peer)}
    header = ["query", "cache", "connections", "Maille /s", "p50 ms", "p99 ms", "Oxigraph /s", "p50 ms", "p99 ms"]
    return "\n\n".join(
        [
            f"{ours.name} {ours.version.split()[-1]} with two query workers, {peer.name} {peer.version} "
            f"(`serve-read-only`, disk), {dump.stat().st_size / 1e6:.0f} MB of N-Quads; wrk, one thread, medians of "
            f"{options.rounds} runs in turn. Machine: {report.machine()}.",
            f"From the dump to ready to serve: Maille {statistics.median(ready):.1f} s (start of the process to first "
            f"answer), `oxigraph load` {statistics.median(loading):.1f} s. Memory of the whole service after the runs "
            f"(PSS): Maille {memory['Maille']:.0f} MB, Oxigraph {memory['Oxigraph']:.0f} MB.",
            report.table([*header, "ratio"], rows),
        ]
    )


def _time_to_ready(home: Path) -> float:
    with servers.maille(home) as server:
        return server.ready_seconds


def _rows(
    pair: tuple[servers.Server, servers.Server], codes: Path, options: argparse.Namespace
) -> Iterable[Sequence[str]]:
    for workload in WORKLOADS:
        for hot in (False, True):
            for connections in CONNECTIONS:
                ours, peer = _medians(pair, workload, codes, hot, connections, options)
                row = [workload.name, "hot" if hot else "cold", str(connections), *_cells(ours), *_cells(peer)]
                print(*row, f"{ours.rate / peer.rate:.2f}", sep=" | ", file=sys.stderr)
                yield [*row, f"**{ours.rate / peer.rate:.2f}**"]


def _medians(
    pair: tuple[servers.Server, servers.Server],
    workload: Workload,
    codes: Path,
    hot: bool,
    connections: int,
    options: argparse.Namespace,
) -> tuple[Figures, Figures]:
    runs: tuple[list[Figures], list[Figures]] = ([], [])
    seconds = options.seconds * (2 if workload.heavy else 1)
    for _ in range(options.rounds):
        for server, figures in zip(pair, runs, strict=True):
            figures.append(drive(server, workload, codes, hot=hot, connections=connections, seconds=seconds))
    return _median(runs[0]), _median(runs[1])


def _median(runs: Sequence[Figures]) -> Figures:
    return Figures(
        statistics.median(run.rate for run in runs),
        statistics.median(run.p50 for run in runs),
        statistics.median(run.p99 for run in runs),
        sum(run.failures for run in runs),
    )


def _cells(figures: Figures) -> list[str]:
    failed = f" ({figures.failures} failed)" if figures.failures else ""
    return [f"{figures.rate:,.1f}{failed}", f"{figures.p50:.2f}", f"{figures.p99:.1f}"]
