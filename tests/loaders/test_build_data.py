"""Tables of the user's own (`--data DIR`): broken rows are listed with line, column, value and reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from maille.loaders import embedded
from maille.loaders.build import BuildOptions, build
from maille.loaders.ledger import Ledger
from maille.loaders.study.loader import StudyLoader
from maille.loaders.study.tables import TABLES
from maille.loaders.summary import BuildSummary
from maille.loaders.territories.loader import TerritoriesLoader
from maille.ontology.errors import SourceError
from maille.store.release import Home

Miniature = dict[str, list[dict[str, object]]]


def table(folder: Path, name: str, *rows: dict[str, str]) -> None:
    """Write one table of the study, with every column it must have."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [",".join(TABLES[name]), *(",".join(row.get(column, "") for column in TABLES[name]) for row in rows)]
    (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def structure(key: str, **cells: str) -> dict[str, str]:
    place = {"place_as_stated": "Lyon @300", "commune": "69123 @300"}
    return {"key": key, "name": key.capitalize(), "lines": "300", **place, **cells}


@pytest.fixture
def built(tmp_path: Path, miniature: Miniature) -> BuildSummary:
    """Return the build of tables with four broken rows among five, over a miniature of the territories."""
    folder = tmp_path / "data" / "study"
    table(
        folder,
        "organisations",
        {"key": "op", "name": "Op", "lines": "300", "nature": "entite-juridique", "siren": "123456789"},
    )
    table(
        folder,
        "structures",
        structure("sain"),
        structure("ailleurs", commune="69999 @300"),
        structure("sansnom", name=""),
        structure("mal", main_profile="rien @300"),
    )
    territories = TerritoriesLoader(miniature)  # type: ignore[arg-type]
    study = StudyLoader(folder, frozenset({"69123", "69029"}), ledger=Ledger())
    return build(BuildOptions(tmp_path / "home", loaders=(territories, study)))


def test_each_broken_row_is_listed_with_file_line_column_and_value(built: BuildSummary) -> None:
    listed = {(row.file, row.line, row.column, row.value) for row in built.rejected}
    assert listed == {
        ("study/organisations.csv", 2, "siren", "123456789"),
        ("study/structures.csv", 3, "commune", "69999"),
        ("study/structures.csv", 4, "name", ""),
        ("study/structures.csv", 5, "main_profile", "rien"),
    }
    assert all(row.reason for row in built.rejected)
    assert built.exit_code == 1


def test_the_rest_is_loaded(built: BuildSummary, tmp_path: Path) -> None:
    release = Home(tmp_path / "home").current()
    assert release is not None
    text = "\n".join(release.lines())
    assert '"Sain"@fr' in text
    assert "Ailleurs" not in text
    assert '"Lyon"@fr' in text


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is no folder"):
        embedded.loaders(tmp_path / "nowhere")


def test_a_table_of_another_name_is_refused_rather_than_lost(tmp_path: Path) -> None:
    table(tmp_path / "study", "structures", structure("sain"))
    (tmp_path / "study" / "structure.csv").write_text("key\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"structure\.csv"):
        list(embedded.loaders(tmp_path)[-1].rows())


def test_every_file_that_nothing_reads_is_named(tmp_path: Path) -> None:
    table(tmp_path / "study", "structures", structure("sain"))
    (tmp_path / "study" / "notes.txt").write_text("", encoding="utf-8")
    (tmp_path / "incubateurs.csv").write_text("", encoding="utf-8")
    (tmp_path / "more").mkdir()
    (tmp_path / ".hidden").write_text("", encoding="utf-8")
    assert list(embedded.left_out(tmp_path)) == [
        "incubateurs.csv was not loaded: no source reads it",
        "more/ was not loaded: no source reads it",
        "study/notes.txt was not loaded: no source reads it",
    ]


def test_a_folder_without_tables_says_that_those_of_the_package_were_loaded(tmp_path: Path) -> None:
    (note,) = embedded.left_out(tmp_path)
    assert note == f"{tmp_path} has no folder study/: the tables of the package were loaded"
    assert list(embedded.left_out(None)) == []


def test_the_tables_of_the_user_stand_in_for_those_of_the_package(tmp_path: Path) -> None:
    table(tmp_path / "study", "structures", structure("sain"))
    study = embedded.loaders(tmp_path)[-1]
    assert [row.values["key"] for row in study.rows()] == ["sain"]
