"""What a build says of the files of `--data` that nothing reads, `--source` being given too."""

from __future__ import annotations

import re
from pathlib import Path

from maille.loaders.assembly import assemble

MANUAL = Path(__file__).resolve().parents[2] / "docs" / "sources.md"
ROWS = "id;nom;ville;cp;geo_point_2d;types;site;raison_sociale;siret\n1;La Ruche;Lyon;69003;;;;;\n"


def _written(folder: Path) -> Path:
    """Write the description of the manual."""
    blocks = re.findall(r"```toml\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)
    folder.mkdir()
    path = folder / "tiers-lieux.toml"
    path.write_text(next(block for block in blocks if "tiers-lieux-demo" in block), encoding="utf-8")
    return path


def test_surplus_files_of_data_are_named_beside_a_source(tmp_path: Path) -> None:
    source, data = _written(tmp_path / "mine"), tmp_path / "data"
    data.mkdir()
    for name in ("tiers-lieux.csv", "surplus.csv"):
        (data / name).write_text(ROWS, encoding="utf-8")
    notes = assemble(data, [source], tmp_path / "home").notes
    assert "surplus.csv was not loaded: no source reads it" in notes
    assert not any(note.startswith("tiers-lieux.csv") for note in notes)


def test_the_file_beside_the_description_wins_and_the_other_is_named(tmp_path: Path) -> None:
    source, data = _written(tmp_path / "mine"), tmp_path / "data"
    data.mkdir()
    for folder in (source.parent, data):
        (folder / "tiers-lieux.csv").write_text(ROWS, encoding="utf-8")
    notes = assemble(data, [source], tmp_path / "home").notes
    assert "tiers-lieux.csv was not loaded: no source reads it" in notes
