"""`kill -9` at many moments: what is served stays whole, and the next writer goes on."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from maille.ontology.errors import BuildLocked, ReleaseMoved
from maille.store.lock import locked
from maille.store.release import Draft, Home

SCRIPT = Path(__file__).with_name("crashing.py")


@contextmanager
def child(verb: str, folder: Path, number: int = 0) -> Iterator[subprocess.Popen[bytes]]:
    """Run a verb of the script and yield its process once it is at work; it is killed at the end."""
    command = [sys.executable, str(SCRIPT), verb, str(folder), str(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            yield process
        finally:
            process.kill()


def line(value: object) -> str:
    return f'<http://x/a> <http://x/p> "{value}" <http://g/1> .'


def publish(home: Home, value: object) -> str:
    current = home.current()
    return home.publish(Draft([line(value)], current.id if current else None)).id


@pytest.mark.parametrize("seed", range(16))
def test_a_killed_writer_leaves_a_whole_release_and_no_lock(tmp_path: Path, seed: int) -> None:
    home = Home(tmp_path)
    publish(home, "before")
    with child("publish-for-ever", tmp_path, 100) as writer:
        time.sleep(random.Random(seed).uniform(0, 0.12))  # noqa: S311
        writer.kill()
        writer.wait()
        current = home.current()
        assert current is not None
        current.verify()
        assert len(current.load_memory()) == len(current.open_store()) == current.manifest.quads
        for release in home.releases():
            release.verify()
        after = publish(home, f"after {seed}")
    now = home.current()
    assert now is not None
    assert now.id == after
    home.prune(1)
    left = {path.name for path in (tmp_path / "releases").iterdir() if not path.name.endswith(".lock")}
    assert left == {after}


def test_two_processes_publish_by_turns(tmp_path: Path) -> None:
    with child("publish-ten", tmp_path, 0) as one, child("publish-ten", tmp_path, 100) as two:
        assert one.wait(60) == two.wait(60) == 0
    releases = Home(tmp_path).releases()
    assert len(releases) == 20
    parents = [release.manifest.parent for release in releases]
    assert parents == [None, *[release.id for release in releases[:-1]]]


def test_a_second_build_is_locked_out_until_the_first_dies(tmp_path: Path) -> None:
    with child("hold", tmp_path) as holder:
        with pytest.raises(BuildLocked, match=f"process {holder.pid}"), Home(tmp_path).building():
            pass
        with pytest.raises(BuildLocked), locked(tmp_path / "build.lock", wait=0.05):
            pass
        holder.kill()
        holder.wait()
        with Home(tmp_path).building() as parent:
            assert parent is None


def test_a_lock_is_let_go_of_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), locked(tmp_path / "a.lock"):
        _ = 1 / 0
    with locked(tmp_path / "a.lock"):
        assert (tmp_path / "a.lock").read_text().strip() == str(os.getpid())


def test_a_build_that_was_overtaken_is_told_so(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with home.building() as parent:
        other = publish(home, "quicker")
        with pytest.raises(ReleaseMoved, match=other):
            home.publish(Draft([line("slower")], parent.id if parent else None))
    current = home.current()
    assert current is not None
    assert current.id == other
    assert len(home.releases()) == 1


def test_a_build_overtaken_at_the_last_moment_leaves_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path)

    def lines() -> Iterator[str]:
        yield line("slower")
        publish(home, "quicker")

    with pytest.raises(ReleaseMoved):
        home.publish(Draft(lines(), None))
    assert len(list((tmp_path / "releases").iterdir())) == 1


def test_scratch_in_use_is_not_taken_for_a_leftover(tmp_path: Path) -> None:
    home = Home(tmp_path)
    leftover = tmp_path / "releases" / ".tmp-release-0000"
    leftover.mkdir(parents=True)
    (leftover / "dump.nq.gz").write_bytes(b"half")

    def lines() -> Iterator[str]:
        home.prune(9)
        yield line("survives")

    home.publish(Draft(lines(), None))
    assert not leftover.exists()
    current = home.current()
    assert current is not None
    current.verify()
