"""The Sirene stock file, offline: a Parquet file with the columns of the real one, read by a semi-join."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from maille.loaders.enrichment import sirene as enrich_sirene
from maille.loaders.enrichment.units import Unit
from maille.ontology.errors import SourceError

COLUMNS = """
    siren VARCHAR, statutDiffusionUniteLegale VARCHAR, unitePurgeeUniteLegale BOOLEAN, dateCreationUniteLegale DATE,
    sigleUniteLegale VARCHAR, prenom1UniteLegale VARCHAR, nomUniteLegale VARCHAR, denominationUniteLegale VARCHAR,
    categorieJuridiqueUniteLegale BIGINT, etatAdministratifUniteLegale VARCHAR, activitePrincipaleUniteLegale VARCHAR,
    nomenclatureActivitePrincipaleUniteLegale VARCHAR, activitePrincipaleNAF25UniteLegale VARCHAR
"""
UNITS = [
    ("123456782", "O", None, "INVENTION OUVERTE", 9220, "A", "72.19Z", "NAFRev2", "72.10Y"),
    ("000000018", "O", None, "PREMIER", 5710, "C", "74.1J", "NAF1993", None),
    ("987654324", "P", None, None, 5710, "A", "62.01Z", "NAFRev2", "62.10Y"),
    ("111111118", "O", "MARTIN", None, 1000, "A", "62.01Z", "NAFRev2", "62.10Y"),
    ("222222226", "O", None, "AUTRE", 5499, "A", "56.10A", "NAFRev2", "56.11Y"),
]
GIVEN = (
    *("siren", "statutDiffusionUniteLegale", "nomUniteLegale", "denominationUniteLegale"),
    *("categorieJuridiqueUniteLegale", "etatAdministratifUniteLegale", "activitePrincipaleUniteLegale"),
    *("nomenclatureActivitePrincipaleUniteLegale", "activitePrincipaleNAF25UniteLegale"),
)
"""The columns that the units of the test fill."""
ALL = [unit[0] for unit in UNITS]
EMPTY = "the register does not show it"


@pytest.fixture
def stock(tmp_path: Path) -> Path:
    """Return a stock file of invented units."""
    return written(tmp_path / "StockUniteLegale_utf8.parquet", COLUMNS)


def written(path: Path, columns: str, units: Sequence[tuple[object, ...]] = UNITS) -> Path:
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"CREATE TABLE stock ({columns})")
        names = [name for (name, *_) in connection.execute("DESCRIBE stock").fetchall()]
        for unit in units:
            values = dict(zip(GIVEN, unit, strict=True))
            row = [values.get(name) for name in names]
            connection.execute(f"INSERT INTO stock VALUES ({', '.join('?' * len(names))})", row)  # noqa: S608
        connection.execute(f"COPY stock TO '{path}' (FORMAT parquet)")
    return path


def test_only_units_that_may_be_published_are_kept(stock: Path) -> None:
    kept = enrich_sirene.enrich(stock, [*ALL, "333333334"])
    assert sorted(kept.units, key=lambda unit: unit.siren) == [
        Unit("000000018", "5710", "", "", "cessee"),
        Unit("123456782", "9220", "72.19Z", "72.10Y", "active"),
        Unit("222222226", "5499", "56.10A", "56.11Y", "active"),
    ]
    assert kept.left_out == {"its diffusion is not open": 1, "it is a sole trader": 1, EMPTY: 1}


def test_only_what_was_asked_for_is_read(stock: Path) -> None:
    kept = enrich_sirene.enrich(stock, ["222222226"])
    assert [unit.siren for unit in kept.units] == ["222222226"]
    assert not kept.left_out
    assert not enrich_sirene.enrich(stock, []).units


def test_a_file_without_naf_2025_and_with_numbers_is_read(tmp_path: Path) -> None:
    older = COLUMNS.replace("siren VARCHAR", "siren INTEGER").replace(
        ",\n    nomenclatureActivitePrincipaleUniteLegale VARCHAR, activitePrincipaleNAF25UniteLegale VARCHAR",
        ",\n    nomenclatureActivitePrincipaleUniteLegale VARCHAR",
    )
    path = written(tmp_path / "older.parquet", older)
    kept = enrich_sirene.enrich(path, ["123456782", "000000018"])
    assert {unit.siren: unit.naf_2025 for unit in kept.units} == {"123456782": "", "000000018": ""}


def test_a_column_that_is_missing_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "other.parquet", COLUMNS.replace("statutDiffusionUniteLegale", "statut"))
    with pytest.raises(SourceError, match="statutDiffusionUniteLegale"):
        enrich_sirene.enrich(path, ALL)


@pytest.mark.parametrize("content", [b"", b"siren;nom\n1;2\n", b"PAR1PAR1"])
def test_what_is_no_parquet_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "stock.parquet").write_bytes(content)
    with pytest.raises(SourceError, match=r"stock\.parquet"):
        enrich_sirene.enrich(tmp_path / "stock.parquet", ALL)


def test_a_file_that_is_not_there_and_an_address_are_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.parquet", Path("https://example.org/stock.parquet")):
        with pytest.raises(SourceError, match="no such file"):
            enrich_sirene.enrich(path, ALL)


def test_the_file_is_joined_and_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "large.parquet"
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            f"""COPY (SELECT printf('%09d', i) AS siren, 'O' AS statutDiffusionUniteLegale,
                             5710 AS categorieJuridiqueUniteLegale, '62.01Z' AS activitePrincipaleUniteLegale,
                             'NAFRev2' AS nomenclatureActivitePrincipaleUniteLegale,
                             'A' AS etatAdministratifUniteLegale, md5(i::VARCHAR) AS denominationUniteLegale
                      FROM range(300000) AS t(i)) TO '{path}' (FORMAT parquet)"""  # noqa: S608
        )
        plan = connection.execute(
            "EXPLAIN " + enrich_sirene.semi_join(enrich_sirene.COLUMNS).replace("?", f"'{path}'").replace(
                "SEMI JOIN wanted", "SEMI JOIN (SELECT '000000018' AS siren) AS wanted"
            )
        ).fetchall()  # fmt: skip
    assert "SEMI" in str(plan)
    assert "denominationUniteLegale" not in str(plan)
    kept = enrich_sirene.enrich(path, ["000000018", "000299999"])
    assert len(kept.units) == 2
