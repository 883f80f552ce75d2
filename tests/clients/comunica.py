"""Comunica from the npm registry: installed once, by the lock file beside this one, and run by its own command.

https://comunica.dev/docs/query/getting_started/query_cli/
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
_MODULES: Final = HERE / "node_modules"
_COMMAND: Final = _MODULES / "@comunica" / "query-sparql" / "bin" / "query.js"
JSON: Final = "application/sparql-results+json"


def install() -> None:
    """Install what the lock file says into `node_modules`, unless just that is there: some 40 seconds, once."""
    lock = HERE / "package-lock.json"
    wanted, stamp = hashlib.sha256(lock.read_bytes()).hexdigest(), _MODULES / ".installed"
    # Two runs of the tests may come here at the same time.
    with lock.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if stamp.is_file() and stamp.read_text() == wanted:
            return
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=HERE, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        stamp.write_text(wanted)


def run(query: str, media_type: str, *sources: str) -> str:
    """Return what Comunica prints for a query over sources, as this media type."""
    command = [_node(), str(_COMMAND), *sources, "--query", query, "--outputType", media_type]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _node() -> str:
    """Return the Node 22 of the lock file; where it has none for this kind of machine, the one of the machine."""
    # Looked for in its package: npm 9, which is Debian 12's, makes no link to it in .bin.
    ours = next(_MODULES.glob("node-*/bin/node"), None)
    return str(ours or shutil.which("node") or "node")
