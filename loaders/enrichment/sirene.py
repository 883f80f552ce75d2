"""Legal form, activity and state of units from the Sirene stock file of legal units (`docs/enrichment.md`).

The Parquet of 30 million units is read by a semi-join with our SIRENs: DuckDB streams six of its columns and hands over
the rows that match, so that memory depends on how many organisations we have, and not on the register.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from maille.loaders.enrichment.units import Kept, Unit, judged
from maille.ontology.errors import SourceError

if TYPE_CHECKING:
    import duckdb

SOURCE: Final = "sirene-stock"
MEMORY: Final = "512MB"
"""What DuckDB may take."""

COLUMNS: Final = (
    "siren",
    "statutDiffusionUniteLegale",
    "categorieJuridiqueUniteLegale",
    "activitePrincipaleUniteLegale",
    "nomenclatureActivitePrincipaleUniteLegale",
    "etatAdministratifUniteLegale",
)
"""The columns that are read; files of before 2025 have all of them."""
NEWER: Final = "activitePrincipaleNAF25UniteLegale"
"""The activity in NAF 2025, a column that older files lack."""

_REV2: Final = "NAFRev2"
# The type of the column is the file's own, so that nothing is converted before it is joined.
_WANTED: Final = "CREATE TEMP TABLE wanted AS SELECT siren FROM read_parquet(?) LIMIT 0"
_FILL: Final = "INSERT INTO wanted SELECT unnest(CAST(? AS VARCHAR[]))"
_SEMI_JOIN: Final = """
SELECT lpad(CAST(siren AS VARCHAR), 9, '0'), CAST(statutDiffusionUniteLegale AS VARCHAR),
       CAST(categorieJuridiqueUniteLegale AS VARCHAR), CAST(activitePrincipaleUniteLegale AS VARCHAR),
       CAST(nomenclatureActivitePrincipaleUniteLegale AS VARCHAR), CAST(etatAdministratifUniteLegale AS VARCHAR), NULL
FROM read_parquet(?) SEMI JOIN wanted USING (siren)
"""


def enrich(path: Path, sirens: Sequence[str]) -> Kept:
    """Read what the stock file says of these SIRENs; raises SourceError where it is no such file."""
    kept, found = Kept(), set()
    with _connection(path) as connection:
        for siren, *values in _rows(connection, path, sirens):
            if siren not in found:
                found.add(siren)
                kept.add(_judged(siren, *values))
    for _ in set(sirens) - found:
        kept.add("the register does not show it")
    return kept


def semi_join(columns: Sequence[str]) -> str:
    """Return the query for a file that has these columns."""
    return _SEMI_JOIN.replace("NULL", f"CAST({NEWER} AS VARCHAR)") if NEWER in columns else _SEMI_JOIN


def _rows(connection: duckdb.DuckDBPyConnection, path: Path, sirens: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    if not path.is_file():
        raise SourceError(f"{path.name}: there is no such file")
    columns = _columns(connection, path)
    connection.execute(_WANTED, [str(path)])
    connection.execute(_FILL, [list(sirens)])
    cursor = connection.execute(semi_join(columns), [str(path)])
    while rows := cursor.fetchmany(1000):
        yield from rows


def _columns(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[str, ...]:
    connection.execute("SELECT name FROM parquet_schema(?)", [str(path)])
    columns = tuple(str(name) for (name,) in connection.fetchall())
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        raise SourceError(f"{path.name} is no stock file of legal units: it has no column {', '.join(missing)}")
    return columns


def _judged(siren: str, *values: str | None) -> Unit | str:
    diffusion, category, activity, nomenclature, status, activity_2025 = values
    # A unit that ceased long ago has its activity in a nomenclature of then.
    rev2 = activity if nomenclature == _REV2 else ""
    return judged(siren, diffusion, category, rev2=rev2, naf_2025=activity_2025, status=status)


@contextmanager
def _connection(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    # It takes a tenth of a second to import, which every other command need not spend.
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "preserve_insertion_order": "false",
    }
    with closing(duckdb.connect(":memory:", config=settings)) as connection:
        try:
            yield connection
        except duckdb.Error as error:
            raise SourceError(f"{path.name} cannot be read as Parquet: {str(error).splitlines()[0]}") from error
