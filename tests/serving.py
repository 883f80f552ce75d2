"""`maille serve` as a person runs it: another process, on a free port, at the address it prints."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MAILLE = Path(sys.executable).with_name("maille")
_PATIENCE = 120.0


def environment(home: Path, **settings: str) -> dict[str, str]:
    """Return the environment of this process with these settings of Maille and no others, its commands found first."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAILLE_")}
    path = os.pathsep.join((str(MAILLE.parent), kept.get("PATH", os.defpath)))
    return kept | {"PATH": path, "MAILLE_HOME": str(home), **settings}


def indexed(home: Path) -> None:
    """Make the search index of a home now: a service has it made out of everyone's way, which is late when all work."""
    subprocess.run([str(MAILLE), "search", "Lyon"], env=environment(home), check=True, capture_output=True)


@contextmanager
def serving(home: Path, **settings: str) -> Iterator[str]:
    """Serve a home and give the address, which ends with a slash; the server ends when the block does."""
    command = [str(MAILLE), "serve", "--port", "0"]
    with subprocess.Popen(command, env=environment(home, **settings), stdout=subprocess.PIPE, text=True) as process:
        # A server that says nothing is ended, so that the read below comes to an end too.
        guard = threading.Timer(_PATIENCE, process.kill)
        guard.start()
        try:
            assert process.stdout is not None
            address = process.stdout.readline().rpartition(" ")[2].strip()
            guard.cancel()
            assert address.startswith("http://"), f"the server ended with {process.wait(_PATIENCE)}"
            yield address
        finally:
            guard.cancel()
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
