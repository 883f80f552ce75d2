"""The house keeps its plan: one way of imports, packages that are listed, a wheel that holds every data file."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("ontology", "shapes", "store", "loaders", "api")
DATA_SUFFIXES = {".ttl", ".jsonld", ".toml", ".csv", ".rq", ".gz"}
BUNDLED = "api/web/"  # sources of what lies, once bundled, in api/static/dist, which git ignores
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _tracked(folder: str) -> list[str]:
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [line for line in done.stdout.splitlines() if (ROOT / line).is_file()]


def _is_shipped(path: str) -> bool:
    inside = Path(path).parts[1:]
    return Path(path).suffix in DATA_SUFFIXES or inside[0] in {"templates", "static"} or inside == ("py.typed",)


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    # A copy, because setuptools leaves a build/ folder whose stale files would hide a missing one.
    tree, folder = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    built = (str(path.relative_to(ROOT)) for path in (ROOT / "api" / "static" / "dist").glob("*"))
    tracked = (path for room in ROOMS for path in _tracked(room))
    for path in (*tracked, *built, "pyproject.toml", "README.md", "LICENSE"):
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, tree / path)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(tree)],
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_imports_go_one_way() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_every_room_is_listed_and_nothing_else() -> None:
    listed = PROJECT["tool"]["setuptools"]["packages"]
    with_init = {
        "maille." + ".".join(path.parent.relative_to(ROOT).parts)
        for room in ROOMS
        for path in (ROOT / room).rglob("__init__.py")
    }
    assert set(listed) == with_init
    assert set(PROJECT["tool"]["setuptools"]["package-dir"]) == {f"maille.{room}" for room in ROOMS}


def test_the_wheel_holds_every_module_and_data_file(wheel_names: set[str]) -> None:
    wanted = {
        f"maille/{path}" for room in ROOMS for path in _tracked(room) if path.endswith(".py") or _is_shipped(path)
    }
    assert len(wanted) > len(ROOMS)
    assert wanted <= wheel_names


def test_every_tracked_file_of_a_room_is_code_or_shipped_data() -> None:
    strays = [
        path
        for room in ROOMS
        for path in _tracked(room)
        if not path.startswith(BUNDLED) and not path.endswith((".py", ".md")) and not _is_shipped(path)
    ]
    assert strays == []


def test_the_wheel_holds_the_bundled_assets_and_not_their_sources(wheel_names: set[str]) -> None:
    dist = ROOT / "api" / "static" / "dist"
    assert {f"maille/{path.relative_to(ROOT)}" for path in dist.glob("*")} <= wheel_names
    assert not [name for name in wheel_names if name.startswith(f"maille/{BUNDLED}")]
