"""Tests of the search index as a file: the same bytes, damage, crashes, room on disk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from maille.ontology.errors import ReleaseError
from maille.store import quiet
from maille.store.files import SCRATCH
from maille.store.release import Home, Release
from maille.store.search_files import KEPT, SEARCH, ensure, is_sound, opened
from tests.store import searching


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return searching.publish(Home(tmp_path))


def finds(release: Release) -> bool:
    index = opened(release)
    try:
        return index.release == release.id and index.search("grenoble")[0].code == "38185"
    finally:
        index.close()


def test_the_same_release_gives_the_same_bytes(release: Release, tmp_path: Path) -> None:
    first = ensure(release).read_bytes()
    other = searching.publish(Home(tmp_path / "other"))
    assert other.id == release.id
    assert ensure(other).read_bytes() == first
    assert finds(release)


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def _unmark(path: Path) -> None:
    (path.parent / "maille-search.json").write_bytes(b'{"format": 0}')


@pytest.mark.parametrize("damage", [_cut, _flip, _unmark, Path.unlink])
def test_what_is_damaged_is_made_again(release: Release, damage: Callable[[Path], None]) -> None:
    path = ensure(release)
    whole = path.read_bytes()
    damage(path)
    assert not is_sound(release)
    assert ensure(release).read_bytes() == whole
    release.verify()


@pytest.mark.parametrize("pause", [0.15, 0.3, 0.45, 0.6])
def test_a_builder_that_is_killed_leaves_nothing_half_done(release: Release, pause: float) -> None:
    command = (sys.executable, "-P", "-m", "maille.store.search_files", str(release.path))
    process = subprocess.Popen(command)
    time.sleep(pause)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert is_sound(release) or not (release.path / SEARCH).exists()
    assert finds(release)
    assert not list(release.path.glob(f"{SCRATCH}*"))


def test_only_a_few_stay_on_disk(tmp_path: Path) -> None:
    home = Home(tmp_path)
    releases = [searching.publish(home, f'<urn:a> <urn:p> "{number}" .') for number in range(KEPT + 2)]
    for release in releases:
        ensure(release)
    assert [is_sound(release) for release in releases] == [False, False] + [True] * KEPT
    assert finds(releases[0])


def test_a_release_that_is_gone_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ReleaseError):
        ensure(Release(tmp_path / "none"))
    assert quiet.main([str(tmp_path / "none")], ensure) == 2
    assert "none" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_a_write_has_an_index_of_its_own(release: Release, tmp_path: Path) -> None:
    line = '<https://w3id.org/maille/id/commune/99999> <http://www.w3.org/2004/02/skos/core#prefLabel> "Neuve" .'
    written = Home(tmp_path).write(release, [line], [])
    index = opened(written)
    assert index.search("neuve")[0].label == "Neuve"
    index.close()
