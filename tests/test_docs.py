"""The manual is true: commands print what it says, queries answer, links lead somewhere, tables are whole."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
import typer.main

from maille.api.cli import app
from maille.api.settings import Settings
from maille.ontology.namespaces import PREFIXES
from maille.store.release import Home

from . import docs
from .serving import environment

README = docs.ROOT / "README.md"
ADDRESS = "http://127.0.0.1:8000/"
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
CONSOLE = {f"{block}-{n}": found for block in docs.blocks("console") for n, found in enumerate(docs.commands(block))}


@pytest.mark.parametrize("command", CONSOLE.values(), ids=CONSOLE)
def test_a_command_prints_what_is_said(command: docs.Command, address: str, built_home: Home) -> None:
    if shutil.which(command.text.split()[0], path=environment(built_home.path)["PATH"]) is None:
        pytest.skip(f"{command.text.split()[0]} is not installed")
    done = subprocess.run(
        ["bash", "-c", command.text.replace(ADDRESS, address)],
        cwd=docs.ROOT,
        env=environment(built_home.path),
        capture_output=True,
        text=True,
        timeout=120,
    )
    output = done.stdout.replace(address, ADDRESS)
    assert command.prints(output), f"$ {command.text}\n{output}{done.stderr}"


def test_there_are_commands_to_try() -> None:
    assert len(CONSOLE) >= 5
    assert all(command.output for command in CONSOLE.values())


@pytest.mark.parametrize("block", docs.blocks("sparql"), ids=str)
def test_a_query_of_the_manual_finds_something(block: docs.Block, address: str) -> None:
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    form = urlencode({"query": prefixes + block.text}).encode()
    with urlopen(Request(f"{address}sparql", form, {"Accept": "text/csv"}), timeout=60) as answer:
        assert len(answer.read().splitlines()) > 1


@pytest.mark.parametrize("path", docs.documents(), ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for link in docs.links(path):
        file, _, anchor = link.partition("#")
        target = path.parent / file if file else path
        assert target.exists(), link
        assert not anchor or anchor in docs.anchors(target), link


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(name: str) -> None:
    said = COMMANDS[name].help.splitlines()[0]
    assert f"| `maille {name}` | {said} |" in README.read_text(encoding="utf-8")


def default(value: object) -> str:
    """Return a default as one would write it in the environment."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{int(value) if isinstance(value, float) and value.is_integer() else value}`"


def test_the_settings_of_the_readme_are_those_there_are() -> None:
    expected = [
        f"| `MAILLE_{name.upper()}` | {default(field.default)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    assert re.findall(r"^\| `MAILLE_.*$", README.read_text(encoding="utf-8"), flags=re.MULTILINE) == expected


def test_every_verb_of_make_that_is_named_is_there() -> None:
    verbs = set(re.findall(r"^([a-z]+):", (docs.ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    for path in docs.documents():
        assert set(re.findall(r"\bmake ([a-z]+)(?=`|\s+#)", path.read_text(encoding="utf-8"))) <= verbs, path


def test_ci_can_be_run() -> None:
    assert os.access(docs.ROOT / ".ci" / "run", os.X_OK)
