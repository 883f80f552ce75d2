"""The endpoint against Oxigraph's server and Virtuoso: same dump, same queries, same cores, in turn."""

from __future__ import annotations

import argparse
import contextlib
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import report, servers, virtuoso
from bench.load import Figures, drive
from bench.servers import Server
from bench.workloads import WORKLOADS, Workload

CONNECTIONS = (1, 8, 32)
_PLANNING = """**Planning, beside Virtuoso.** Oxigraph orders patterns by their form, Virtuoso by what it has counted.
`store/planner.py` makes up for part of that. A type pattern that the store proves redundant is left out, so that the
join starts at the pattern its filter looks at; a large class goes last, so that the GROUP BY starts at the eighteen
régions; beside a VALUES a large class is asked of each solution, which takes a tenth of a second for three thousand
names instead of six seconds. What is left in the GROUP BY: its `a igeo:Commune` must stay, since 45 municipal
arrondissements have a population and a région too, and the rest is Oxigraph's price of a probe and of an aggregate,
for each of 35,000 communes, which Virtuoso pays by column. What is rewritten are the patterns of a SELECT's outermost
group and of groups that hold nothing else; inside OPTIONAL, UNION, GRAPH and subselects nothing is. A worker asks the
store for its proofs once (some 150 ms, and again after a write), not at build time: a write could make them wrong."""


@dataclass(frozen=True, slots=True)
class _Setting:
    """One row of the table: a query, with or without the help of caches, over so many connections."""

    workload: Workload
    hot: bool
    connections: int


def compare(home: Path, dump: Path, codes: Path, options: argparse.Namespace) -> str:
    """Return the Markdown of the section; `dump` is plain N-Quads, `codes` one INSEE code a line."""
    loading = [servers.oxigraph_load(dump, dump.with_name(f"oxigraph-{n}")) for n in range(options.rounds)]
    ready = [_time_to_ready(home) for _ in range(options.rounds)]
    with contextlib.ExitStack() as stack:
        field = [stack.enter_context(servers.maille(home))]
        field.append(stack.enter_context(servers.oxigraph(dump.with_name("oxigraph-0"))))
        if virtuoso.is_here():
            peer, seconds = stack.enter_context(virtuoso.virtuoso(dump))
            field.append(peer)
        rows = list(_rows(field, codes, options))
        memory = ", ".join(f"{server.name} {server.pss_megabytes():.0f} MB" for server in field)
    names = ", ".join(f"{server.name} {server.version}" for server in field)
    header = ["query", "cache", "connections"]
    for server in field:
        header += [f"{server.name} /s", "p50 ms", "p99 ms"]
    header += [f"ratio to {server.name}" for server in field[1:]]
    return "\n\n".join(
        [
            f"{names}; Maille with two query workers, Oxigraph as `serve-read-only` from disk; "
            f"{dump.stat().st_size / 1e6:.0f} MB of N-Quads. wrk, medians of {options.rounds} runs in turn; "
            "cold: no two requests alike. A dash: that peer ended no request in the time of a run. "
            f"Machine: {report.machine()}.",
            f"From the dump to ready to serve: Maille {statistics.median(ready):.1f} s (start of the process to its "
            f"first answer), `oxigraph load` {statistics.median(loading):.1f} s"
            + (f", Virtuoso {seconds:.1f} s" if virtuoso.is_here() else "")
            + f". Memory of each whole service after the runs (PSS): {memory}.",
            report.table(header, rows),
            _PLANNING,
        ]
    )


def _time_to_ready(home: Path) -> float:
    with servers.maille(home) as server:
        return server.ready_seconds


def _rows(field: Sequence[Server], codes: Path, options: argparse.Namespace) -> Iterable[Sequence[str]]:
    chosen = [workload for workload in WORKLOADS if options.query in {None, workload.name}]
    for workload in chosen:
        _check_alike(field, workload)
        for hot in (False, True):
            for connections in CONNECTIONS:
                yield _row(field, _Setting(workload, hot, connections), codes, options)


def _row(field: Sequence[Server], setting: _Setting, codes: Path, options: argparse.Namespace) -> Sequence[str]:
    ours, *peers = _medians(field, setting, codes, options)
    cells = [cell for figures in (ours, *peers) for cell in _cells(figures)]
    ratios = [f"**{ours.rate / peer.rate:.2f}**" if peer.rate else "-" for peer in peers]
    row = [setting.workload.name, "hot" if setting.hot else "cold", str(setting.connections), *cells, *ratios]
    print(*row, sep=" | ", file=sys.stderr, flush=True)
    return row


def _check_alike(field: Sequence[Server], workload: Workload) -> None:
    counts = {server.name: _size(server, workload) for server in field}
    if len(set(counts.values())) != 1:
        raise SystemExit(f"{workload.name}: the servers do not answer alike: {counts}")


def _size(server: Server, workload: Workload) -> int:
    # Bindings of the result variables, or triples: what an answer holds, however it is laid out.
    body = server.ask(workload.at("69123"), workload.accept)
    return body.count(b'"value"') if "json" in workload.accept else body.count(b"\n")


def _medians(field: Sequence[Server], setting: _Setting, codes: Path, options: argparse.Namespace) -> Sequence[Figures]:
    seconds = options.seconds * (3 if setting.workload.heavy else 1)
    runs: list[list[Figures]] = [[] for _ in field]
    for _ in range(options.rounds):
        for server, figures in zip(field, runs, strict=True):
            figures.append(
                drive(
                    server,
                    setting.workload,
                    codes,
                    hot=setting.hot,
                    connections=setting.connections,
                    seconds=seconds,
                )
            )
    return [_median(figures) for figures in runs]


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
