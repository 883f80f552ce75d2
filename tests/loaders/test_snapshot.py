"""The snapshot is what the script makes of the npm package, and the script refuses what it does not know."""

from __future__ import annotations

import gzip
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maille.loaders.territories import snapshot
from maille.loaders.territories.records import read_snapshot
from maille.ontology.errors import SourceError

RECORDS: dict[str, list[dict[str, Any]]] = {
    "regions": [{"code": "94", "nom": "Corse", "chefLieu": "2A004", "zone": "metro", "typeLiaison": 0}],
    "departements": [],
    "arrondissements": [],
    "communes": [{"code": "2A004", "nom": "Ajaccio", "type": "commune-actuelle", "rangChefLieu": 0}],
    "epci": [{"code": "242010056", "membres": [{"code": "2A004", "siren": "212000046", "nom": "Ajaccio"}]}],
    "ept": [{"code": "200057867", "modeFinancement": "", "membres": []}],
}


def package(folder: Path, version: str = snapshot.VERSION, **changes: list[dict[str, Any]]) -> Path:
    (folder / "data").mkdir(parents=True)
    (folder / "package.json").write_text(json.dumps({"name": snapshot.PACKAGE, "version": version}))
    for name, records in (RECORDS | changes).items():
        (folder / "data" / f"{name}.json").write_text(json.dumps(records), encoding="utf-8")
    return folder


def test_shipped_snapshot_is_the_npm_package_byte_for_byte(npm_read: Callable[[str], bytes]) -> None:
    made = snapshot.build(npm_read)
    # The text is compared, since another zlib may pack the same text otherwise.
    assert made == gzip.decompress(snapshot.SHIPPED.read_bytes())


def test_shipped_snapshot_is_small_and_holds_no_clock() -> None:
    content = snapshot.SHIPPED.read_bytes()
    assert len(content) < 1_000_000
    assert content[4:8] == bytes(4)


def test_every_value_of_the_npm_package_is_kept(
    npm_read: Callable[[str], bytes], npm: Callable[[str], list[dict[str, Any]]]
) -> None:
    kept, _ = read_snapshot(snapshot.SHIPPED)
    for name in snapshot.COLUMNS:
        records = npm(name.removesuffix(".json"))
        assert len(kept[name]) == len(records)
        for ours, theirs in zip(kept[name], records, strict=True):
            said = {column: value for column, value in ours.items() if value is not None}
            expected = {key: value for key, value in theirs.items() if key in snapshot.COLUMNS[name]}
            if "membres" in expected:
                expected["membres"] = [member["code"] for member in theirs["membres"]]
            assert said == expected


def test_folder_and_archive_give_the_same_bytes(tmp_path: Path) -> None:
    folder = package(tmp_path / "package")
    with tarfile.open(tmp_path / "package.tgz", "w:gz") as archive:
        archive.add(folder, arcname="package")
    for place, out in ((folder, "a"), (tmp_path / "package.tgz", "b")):
        assert snapshot.main([str(place), str(tmp_path / out)]) == 0
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_what_was_written_reads_back(tmp_path: Path) -> None:
    snapshot.main([str(package(tmp_path / "package")), str(tmp_path / "out")])
    records, digest = read_snapshot(tmp_path / "out")
    assert records["regions.json"] == [{"code": "94", "nom": "Corse", "chefLieu": "2A004", "zone": "metro"}]
    assert records["epci.json"][0]["membres"] == ["2A004"]
    assert len(digest) == 64


def test_another_version_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert snapshot.main([str(package(tmp_path / "package", version="5.3.0")), str(tmp_path / "out")]) == 2
    assert "5.3.0" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("field", [{"altitude": 38}, {"rangChefLieu": 2}])
def test_a_field_that_would_be_lost_stops_the_script(tmp_path: Path, field: dict[str, int]) -> None:
    folder = package(tmp_path / "package", communes=[{"code": "2A004"} | field])
    with pytest.raises(SourceError, match="2A004"):
        snapshot.build(snapshot.reader(folder))


@pytest.mark.parametrize("arguments", [[], ["a", "b", "c"], ["no such folder"]])
def test_bad_arguments_give_exit_code_2(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert snapshot.main(arguments) == 2
    assert capsys.readouterr().err


@pytest.mark.parametrize(
    "content",
    [b"", b"no gzip", gzip.compress(b"no JSON"), gzip.compress(b"[]"), gzip.compress(b'{"files": {}}')],
    ids=["empty", "no gzip", "no JSON", "a list", "no files"],
)
def test_a_damaged_snapshot_is_a_source_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "cog.json.gz").write_bytes(content)
    with pytest.raises(SourceError, match="no snapshot"):
        read_snapshot(tmp_path / "cog.json.gz")


def test_a_cut_snapshot_is_a_source_error(tmp_path: Path) -> None:
    (tmp_path / "cog.json.gz").write_bytes(snapshot.SHIPPED.read_bytes()[:-1000])
    with pytest.raises(SourceError, match="no snapshot"):
        read_snapshot(tmp_path / "cog.json.gz")
