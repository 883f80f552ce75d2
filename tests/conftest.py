"""What tests of several rooms share: a home with the whole graph, and the data kept beside the repository."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.serving import indexed, serving

if TYPE_CHECKING:
    from maille.store.release import Home

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return a home that holds the full embedded build: built once a run of the tests, and only to be read."""
    from maille.loaders.build import BuildOptions, build
    from maille.store.release import Home

    # Workers that share the tests among them have folders side by side.
    base = tmp_path_factory.getbasetemp()
    home = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "built-home"
    home.mkdir(exist_ok=True)
    with (home.parent / "built-home.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if Home(home).current() is None:
            build(BuildOptions(home=home))
            indexed(home)
    return Home(home)


@pytest.fixture(scope="session")
def address(built_home: Home) -> Iterator[str]:
    """Serve the whole graph by `maille serve`, a process of its own; give its address, which ends with a slash."""
    with serving(built_home.path) as found:
        yield found


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of shared data (`MAILLE_SHARED_DATA`, or `../shared/data`), or skip the test."""
    folder = Path(os.environ.get("MAILLE_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("no shared data: set MAILLE_SHARED_DATA to its folder")
    return folder
