"""Virtuoso 7 (Debian `virtuoso-opensource-7`) over the same dump; left out of the table where it is not installed."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from bench.servers import Server, free_port, running

_INI = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = {sql}
DirsAllowed = {folder}
NumberOfBuffers = 60000
MaxDirtyBuffers = 45000
MaxClientConnections = 40
ThreadsPerQuery = 2
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 40
MaxKeepAlives = 40
KeepAliveTimeout = 60
[SPARQL]
ResultSetMaxRows = 1000000
"""
_LOAD = "ld_dir('{folder}', 'dump.nq', 'urn:default'); rdf_loader_run(); checkpoint;"


def is_here() -> bool:
    """Return whether Virtuoso is installed."""
    return shutil.which("virtuoso-t") is not None and shutil.which("isql-vt") is not None


@contextlib.contextmanager
def virtuoso(dump: Path) -> Iterator[tuple[Server, float]]:
    """Load a dump of plain N-Quads and serve it; yields the server and the seconds the loading took."""
    folder = dump.with_name("virtuoso")
    folder.mkdir()
    sql, http = free_port(), free_port()
    ini = folder / "virtuoso.ini"
    ini.write_text(_INI.format(folder=folder, sql=sql, http=http), encoding="ascii")
    (folder / "dump.nq").hardlink_to(dump)
    version = subprocess.run(["virtuoso-t", "-?"], capture_output=True, text=True, check=False).stderr
    found = next((line.split("Version ")[1].split()[0] for line in version.splitlines() if "Version " in line), "7")
    command = ["virtuoso-t", "+foreground", "+configfile", str(ini)]
    with running("Virtuoso", found, command, f"http://127.0.0.1:{http}/sparql", None) as server:
        yield server, _load(sql, folder)


def _load(port: int, folder: Path) -> float:
    started = time.perf_counter()
    script = f"EXEC={_LOAD.format(folder=folder)}"
    subprocess.run(["isql-vt", f"127.0.0.1:{port}", "dba", "dba", script], check=True, capture_output=True)
    return time.perf_counter() - started
