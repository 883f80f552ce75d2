"""Trifid (npm `trifid`) before Oxigraph's server over the same dump, as its own Docker image is set up by default."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench.servers import Server, free_port, oxigraph, oxigraph_load, running

VERSION = "5.3.0"
_CONFIG = """server:
  listener: {{port: {port}, host: 127.0.0.1}}
  logLevel: error
globals:
  datasetBaseUrl: https://w3id.org/maille/
  endpoints: {{default: {{url: "{endpoint}"}}}}
plugins:
  entity-renderer: {{module: "@zazuko/trifid-entity-renderer"}}
"""


def is_here() -> bool:
    """Return whether there is a Node to run it."""
    return shutil.which("node") is not None and shutil.which("npm") is not None


def installed(folder: Path) -> str:
    """Install Trifid into a folder by npm, without running any script of a package; return its version."""
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder)]
    subprocess.run([*command, f"trifid@{VERSION}"], check=True, capture_output=True, timeout=900)
    package = json.loads((folder / "node_modules" / "trifid" / "package.json").read_text(encoding="utf-8"))
    return str(package["version"])


@contextlib.contextmanager
def trifid(dump: Path, folder: Path) -> Iterator[Server]:
    """Serve a dump; `address` of the server is its root, entities are at the paths of their names."""
    version = installed(folder)
    location = folder / "oxigraph"
    oxigraph_load(dump, location)
    with oxigraph(location) as endpoint:
        port = free_port()
        config = folder / "config.yaml"
        config.write_text(_CONFIG.format(port=port, endpoint=endpoint.address), encoding="utf-8")
        program = folder / "node_modules" / "trifid" / "server.js"
        command = ["node", str(program), "-c", str(config)]
        address = f"http://127.0.0.1:{port}"
        with running("Trifid", version, command, f"{address}/id/region/84", None) as server:
            yield Server(server.name, server.version, address, server.pid, server.ready_seconds)


def status(server: Server, path: str) -> int:
    """Return the status of a GET."""
    try:
        with urllib.request.urlopen(server.address + path, timeout=30) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
