"""`maille purge`: what it says, its exit codes, and that it never repeats what it was given."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from maille.api.cli import run
from maille.store.release import Draft, Home

PERSON = "Zoé Le Gall"
LINES = [f'<http://x/a> <http://x/p> "{PERSON}" <http://g/1> .', '<http://x/a> <http://x/p> "fine" <http://g/1> .']


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("MAILLE_HOME", str(tmp_path))
    home = Home(tmp_path)
    home.publish(Draft(LINES, None))
    return home


def test_it_says_what_it_would_do_then_does_it(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    old = home.releases()[0].id
    assert run(["purge", "--match", "zoe le gall"]) == 1
    told = capsys.readouterr()
    assert "nothing was changed: --yes does it" in told.out
    assert home.releases()[0].id == old
    assert run(["purge", "--match", "zoe le gall", "--yes"]) == 0
    done = capsys.readouterr()
    (now,) = home.releases()
    assert f"{old}  {now.id}  1" in done.out
    assert [*now.lines()] == LINES[1:]
    assert "gall" not in (told.out + told.err + done.out + done.err).casefold()
    assert run(["purge", "--match", "zoe le gall"]) == 0
    assert "it is in none of the 1 kept releases" in capsys.readouterr().out


def test_a_former_id_is_answered(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    old = home.releases()[0].id
    run(["purge", "--match", PERSON, "--yes"])
    assert run(["info", old]) == 2
    assert f"was purged: release {home.releases()[0].id} stands in its place" in capsys.readouterr().err


def test_json_and_standard_input(
    home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"\n{PERSON}\n"))
    assert run(["purge", "--match", "-", "--json", "--yes"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["done"] is True
    assert told["releases"][0]["statements"] == 1
    assert told["releases"][0]["new"] == home.releases()[0].id


@pytest.mark.parametrize(
    "arguments",
    [[], ["--match", "a", "--regex", "b"], ["--regex", "("], ["--match", ".."], ["--match", "w3id.org/maille"]],
)
def test_what_cannot_be_asked_changes_nothing(
    home: Home, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["purge", *arguments, "--yes"]) == 2
    assert capsys.readouterr().err.startswith("maille: ")
    assert [*home.releases()[0].lines()] == sorted(LINES)
