"""The snapshot of the communes through time is what the script makes of the npm packages."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from maille.loaders.history import changes as history_changes
from maille.loaders.history import snapshot as history_snapshot
from maille.loaders.history.graph import Past
from maille.loaders.history.snapshot import VERSIONS
from maille.loaders.history.successors import load
from maille.loaders.territories import snapshot
from maille.loaders.territories.records import read_snapshot


@pytest.fixture(scope="module")
def archives() -> Path:
    """Return the folder of the archives that `npm pack` makes, or skip the test."""
    place = os.environ.get("MAILLE_NPM_COG_HISTORY")
    if not place or not Path(place).is_dir():
        pytest.skip("no npm packages: set MAILLE_NPM_COG_HISTORY to the folder of their archives, 2019 to 2026")
    return Path(place)


def test_shipped_snapshot_is_the_npm_packages_byte_for_byte(archives: Path) -> None:
    made = history_snapshot.build(history_snapshot.reader_in(archives))
    # The text is compared, since another zlib may pack the same text otherwise.
    assert made == gzip.decompress(history_snapshot.SHIPPED.read_bytes())


@pytest.mark.parametrize("vintage", VERSIONS)
def test_the_communes_of_each_package_can_be_told(archives: Path, vintage: str) -> None:
    records, _ = read_snapshot(snapshot.SHIPPED)
    latest = {one["code"]: one["nom"] for one in records["communes.json"] if one["type"] == "commune-actuelle"}
    package = json.loads(history_snapshot.reader_in(archives)(vintage)("data/communes.json"))
    expected = {one["code"]: one["nom"] for one in package if one["type"] == "commune-actuelle"}
    assert load().names(vintage, latest) == expected


def test_shipped_snapshot_is_small_and_holds_no_clock() -> None:
    content = history_snapshot.SHIPPED.read_bytes()
    assert len(content) < 300_000
    assert content[4:8] == bytes(4)


def commune(code: str, begin: str = "", end: str = "", kind: str = "COM", **more: object) -> dict[str, object]:
    dates = ({"dateDebut": begin} if begin else {}) | ({"dateFin": end} if end else {})
    name = f"{kind}-{code}@{begin or '1943-01-01'}"
    return {"nom": code, "type": kind, "code": code, "id": name} | dates | more


def test_a_merger_and_its_undoing_are_two_events() -> None:
    past = Past(
        [
            commune("76095", end="2012-01-01", successeur="COMD-76095@2012-01-01"),
            commune("76108", end="2012-01-01", successeur="COMD-76108@2012-01-01"),
            commune("76108", "2012-01-01", "2014-01-01", membres=["COMD-76108@2012-01-01", "COMD-76095@2012-01-01"]),
            *(
                commune(
                    code, "2012-01-01", "2014-01-01", "COMD", pole="COM-76108@2012-01-01",
                    successeur=f"COM-{code}@2014-01-01",
                )
                for code in ("76095", "76108")
            ),
            *(commune(code, "2014-01-01", predecesseur=f"COMD-{code}@2012-01-01") for code in ("76095", "76108")),
        ]
    )  # fmt: skip
    events = [
        (day, [one["code"] for one in ended], [one["code"] for one in began]) for day, ended, began in past.events()
    ]
    assert events == [
        ("2012-01-01", ["76095", "76108"], ["76108"]),
        ("2014-01-01", ["76108"], ["76095", "76108"]),
    ]
    assert [past.codes(record) for record in past.communes[:3]] == [{"76095"}, {"76108"}, {"76095", "76108"}]


@pytest.mark.parametrize(
    ("before", "after", "moved", "kind"),
    [
        ("a b", "a", False, "merger"),
        ("a", "a b", False, "split"),
        ("a", "a", False, "change"),
        ("a", "b", False, "code"),
        ("a", "b", True, "departement"),
        ("a b", "a b", False, "boundaries"),
        ("", "a", False, "creation"),
        ("a", "", False, "suppression"),
    ],
)
def test_the_kind_of_an_event(before: str, after: str, moved: bool, kind: str) -> None:
    assert history_changes.kind_of(set(before.split()), set(after.split()), moved=moved) == kind


@pytest.mark.parametrize("arguments", [[], ["a", "b", "c"], ["no such folder"]])
def test_bad_arguments_give_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert history_snapshot.main(arguments) == 2
    assert capsys.readouterr().err


def test_a_wrong_version_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "etalab-decoupage-administratif-0.7.0.tgz"
    folder.mkdir()
    (folder / "package.json").write_text(json.dumps({"name": snapshot.PACKAGE, "version": "0.8.0"}))
    for version in list(VERSIONS.values())[1:]:
        (tmp_path / f"etalab-decoupage-administratif-{version}.tgz").symlink_to(folder)
    assert history_snapshot.main([str(tmp_path), str(tmp_path / "out")]) == 2
    assert "0.8.0" in capsys.readouterr().err
