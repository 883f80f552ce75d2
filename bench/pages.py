"""Pages and documents of things: how long eight readers wait, beside Trifid over the same data, and what they transfer.

A hot run asks for the same thing again and again; in a cold run no thing is asked for twice while a server lives, so
neither whole responses nor answers of the engine are remembered.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import re
import statistics
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bench import report, servers, trifid
from bench.load import Figures
from bench.servers import Server

HTML, JSON_LD = "text/html", "application/ld+json"
_SCRIPT = Path(__file__).with_name("pages.lua")
_CONNECTIONS = (1, 8)
_SLICE = 1_500
_TRIES = 4
_KINDS = ("structure", "organisation", "commune", "epci", "departement", "region", "figure", "former-commune")
_OTHERS = ("/scheme/profile", "/scheme/profile/incubateur", "/source/cog/2026", "/graph/cog/2026", "/")
_NAME = re.compile(rb"^<https://w3id\.org/maille/id/([a-z-]+/[^/>#]+)> ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Setting:
    """One row of the table."""

    what: str
    accept: str
    hot: bool
    connections: int


def measure(home: Path, options: argparse.Namespace) -> str:
    """Return the Markdown of the section."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        dump = report.plain_dump(home, folder)
        names = _names(dump)
        with contextlib.ExitStack() as stack:
            field = [stack.enter_context(servers.maille(home))]
            reason = _peer(stack, dump, folder, field)
            rows = [_row(field, names, folder, setting, options) for setting in _settings()]
            sizes = _sizes(_root(field[0]), names)
    peers = "".join(f", {server.name} {server.version} before Oxigraph's server" for server in field[1:])
    header = ["thing", "format", "cache", "connections", "Maille /s", "p50 ms", "p99 ms"]
    header += ["Trifid /s", "p50 ms", "p99 ms", "p50, ratio to Trifid"] if field[1:] else []
    return "\n\n".join(
        [
            f"Maille with two query workers{peers}. wrk with gzip, medians of {options.rounds} runs in turn; cold: no "
            f"thing is asked for twice. {reason}Machine: {report.machine()}.",
            "Trifid's page lists the statements of the thing, labels of what they name, and its JSON-LD is these "
            "statements. Maille's page adds sources in footnotes, what links to the thing, structures near by or "
            "counted; its JSON-LD holds parts, labels, sources and links."
            if field[1:]
            else "",
            report.table(header, rows),
            "What a page transfers (gzip), and what a first visit adds in style sheets and scripts:",
            report.table(["page", "HTML kB", "plain kB", "style and script kB", "first visit kB"], sizes),
        ]
    )


def _peer(stack: contextlib.ExitStack, dump: Path, folder: Path, field: list[Server]) -> str:
    """Add Trifid to the field; return why where it cannot be had."""
    if not trifid.is_here():
        return "Trifid was left out: there is no Node. "
    try:
        field.append(stack.enter_context(trifid.trifid(dump, folder / "trifid")))
    except (subprocess.SubprocessError, RuntimeError) as error:
        return f"Trifid was left out, it could not be installed or started: {type(error).__name__}. "
    return ""


def _settings() -> list[_Setting]:
    formats = (HTML, JSON_LD)
    hot = [_Setting(what, accept, True, 8) for what in ("structure", "commune", "region") for accept in formats]
    cold = [_Setting("commune", accept, False, connections) for accept in formats for connections in _CONNECTIONS]
    return [*hot, *cold, *(_Setting("structure", accept, False, 1) for accept in formats)]


def _names(dump: Path) -> dict[str, list[str]]:
    """Return kind -> paths of the things of that kind under `/id/`, in an order that hangs on the data alone."""
    found: dict[str, set[str]] = {}
    for match in _NAME.finditer(dump.read_bytes()):
        path = match[1].decode()
        found.setdefault(path.partition("/")[0], set()).add(path)
    return {kind: sorted(paths, key=lambda path: path[::-1]) for kind, paths in found.items()}


_TURN = count()


def _row(
    field: Sequence[Server], names: dict[str, list[str]], folder: Path, setting: _Setting, options: argparse.Namespace
) -> list[str]:
    skipped = next(_TURN) * options.rounds * _SLICE
    found: dict[str, list[Figures]] = {server.name: [] for server in field}
    for turn in range(options.rounds):
        for server in field:
            start = "/doc/" if server.name == "Maille" else "/id/"
            paths = folder / f"{setting.what}-{server.name}"
            paths.write_text("".join(f"{start}{path}\n" for path in names[setting.what]), encoding="utf-8")
            found[server.name].append(_drive(server, paths, setting, skipped + turn * _SLICE, options.seconds))
    row = [setting.what, setting.accept.rpartition("/")[2], "hot" if setting.hot else "cold", str(setting.connections)]
    medians = []
    for server in field:
        runs = found[server.name]
        p50 = statistics.median(run.p50 for run in runs)
        medians.append(p50)
        row += [f"{statistics.median(run.rate for run in runs):,.0f}", f"{p50:.2f}"]
        row.append(f"{statistics.median(run.p99 for run in runs):.1f}")
    return [*row, *(f"{other / medians[0]:.1f}" for other in medians[1:])]


def _drive(server: Server, paths: Path, setting: _Setting, skipped: int, seconds: int) -> Figures:
    command = ["wrk", "--threads", "1", "--connections", str(setting.connections), "--duration", f"{seconds}s"]
    command += ["--timeout", "60s", "--latency", "--script", str(_SCRIPT), _root(server), "--"]
    command += [str(paths), setting.accept, str(skipped), "hot" if setting.hot else "cold"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    requests, microseconds, p50, p99, failures = (int(float(part)) for part in line.split()[1:])
    return Figures(requests / (microseconds / 1e6), p50 / 1000, p99 / 1000, failures)


def _root(server: Server) -> str:
    parts = urllib.parse.urlsplit(server.address)
    return f"{parts.scheme}://{parts.netloc}"


def _sizes(root: str, names: dict[str, list[str]]) -> list[list[str]]:
    """Return a row for one page of each kind: what it transfers, and what a first visit adds."""
    paths = [(kind, f"/doc/{names[kind][len(names[kind]) // 2]}") for kind in _KINDS if names.get(kind)]
    known: dict[str, int] = {}
    rows = []
    for kind, path in [*paths, *((path, path) for path in _OTHERS)]:
        sent, plain = _fetched(root + path)
        parts = re.findall(r'<(?:link rel="stylesheet" href|script src)="([^"]+)"', plain.decode())
        for part in parts:
            if part not in known:
                known[part] = len(_fetched(root + part)[0])
        more = sum(known[part] for part in parts)
        rows.append([kind, *(f"{size / 1000:.1f}" for size in (len(sent), len(plain), more, len(sent) + more))])
    return rows


def _fetched(address: str) -> tuple[bytes, bytes]:
    """Return what is transferred, and what it is once it is unpacked."""
    request = urllib.request.Request(address, headers={"Accept": HTML, "Accept-Encoding": "gzip"})
    for _ in range(_TRIES):
        # What is asked for the first time right after the runs may be told to come back.
        with contextlib.suppress(urllib.error.HTTPError), urllib.request.urlopen(request, timeout=60) as response:
            sent = bytes(response.read())
            return sent, gzip.decompress(sent) if response.headers.get("Content-Encoding") == "gzip" else sent
        time.sleep(5)
    raise RuntimeError(f"{address} does not answer")
