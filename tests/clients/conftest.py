"""What tests of clients share: a server over the whole graph, and one that takes writes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import MAILLE, environment, serving

TOKEN = "a-token-of-the-tests"


@pytest.fixture(scope="session")
def endpoint(address: str) -> str:
    """Return the SPARQL endpoint over the whole graph."""
    return f"{address}sparql"


@pytest.fixture(scope="module")
def writable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a home that begins empty and takes writes with `TOKEN`."""
    home: Path = tmp_path_factory.mktemp("writable")
    subprocess.run([str(MAILLE), "build", "--empty"], env=environment(home), check=True, capture_output=True)
    with serving(home, MAILLE_TOKEN=TOKEN) as address:
        yield address
