"""The manual of writing is true: its commands, in order, on a server that takes writes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import docs
from .api.writing import TOKEN, home_in
from .serving import environment, serving

ADDRESS = "http://127.0.0.1:8000/"
SESSION = [command for block in docs.blocks("shellsession") for command in docs.commands(block)]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    home_in(tmp_path)
    with serving(tmp_path, MAILLE_TOKEN=TOKEN) as address:
        yield address


def test_the_commands_do_what_is_said(server: str, tmp_path: Path) -> None:
    assert len(SESSION) >= 8
    for command in SESSION:
        done = subprocess.run(
            ["bash", "-c", command.text.replace(ADDRESS, server)],
            cwd=tmp_path,
            env=environment(tmp_path, TOKEN=TOKEN),
            capture_output=True,
            text=True,
            timeout=60,
        )
        output = done.stdout.replace(server, ADDRESS)
        assert command.prints(output), f"$ {command.text}\n{output}{done.stderr}"
