"""`maille enrich`: where from, what is said, exit codes; the network is never asked here."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from maille.api.cli import run
from maille.ontology.namespaces import BASE
from maille.store.release import Draft, Home

STOCK = """SELECT '123456782' AS siren, '{diffusion}' AS statutDiffusionUniteLegale,
  9220 AS categorieJuridiqueUniteLegale, '72.19Z' AS activitePrincipaleUniteLegale,
  'NAFRev2' AS nomenclatureActivitePrincipaleUniteLegale, 'A' AS etatAdministratifUniteLegale"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home whose release has one organisation."""
    monkeypatch.setenv("MAILLE_HOME", str(tmp_path / "home"))
    thing, graph = f"{BASE}id/organisation/123456782", f"{BASE}graph/study/2020-06"
    Home(tmp_path / "home").publish(Draft((f'<{thing}> <{BASE}def#siren> "123456782" <{graph}> .',), None))
    return tmp_path / "home"


def stock(folder: Path, diffusion: str = "O") -> str:
    path = folder / "stock.parquet"
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"COPY ({STOCK.format(diffusion=diffusion)}) TO '{path}' (FORMAT parquet)")
    return str(path)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--api", "--sirene", "x.parquet"],
        ["--sirene", "x.parquet"],
        ["--month", "2026-11"],
        ["--api", "--month", "1"],
    ],
)
def test_it_must_be_said_where_from(home: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["enrich", *arguments]) == 2
    assert "say where from" in capsys.readouterr().err


def test_the_stock_file_is_read(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["enrich", "--sirene", stock(tmp_path), "--month", "2026-11", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["asked"], said["kept"], said["left_out"]) == (1, 1, {})
    assert Path(said["path"]) == home / "enrichment" / "sirene-stock-2026-11.jsonl"


def test_a_unit_that_is_left_out_makes_a_1(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["enrich", "--sirene", stock(tmp_path, "P"), "--month", "2026-11"]) == 1
    out = capsys.readouterr().out
    assert "1 left out: its diffusion is not open" in out
    assert "123456782" not in out


def test_a_home_without_release_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAILLE_HOME", str(tmp_path / "none"))
    assert run(["enrich", "--sirene", stock(tmp_path), "--month", "2026-11"]) == 2
    assert "maille build" in capsys.readouterr().err
