"""What tests of clients share: a server over the whole graph, and one that takes writes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

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
        if not _takes_writes(address):
            pytest.skip("this server takes no updates yet")
        yield address


def _takes_writes(address: str) -> bool:
    """Tell whether an update without a token is refused for the want of a token, not because nobody takes updates."""
    update = Request(f"{address}sparql", b"INSERT DATA {}", {"Content-Type": "application/sparql-update"})
    try:
        urlopen(update, timeout=10).close()
    except HTTPError as refused:
        with refused:
            return refused.code == HTTPStatus.UNAUTHORIZED
    return False
