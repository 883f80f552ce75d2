"""The study's own data set: its columns are left to declare, and loading it undeclared says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from maille.loaders.describing.choosing import shipped
from maille.loaders.describing.description import Description
from maille.loaders.describing.loader import DescribedLoader
from maille.loaders.describing.toml import parse
from maille.loaders.source import Row
from maille.ontology.errors import SourceError
from tests.loaders.catalogued import gazetteer

# A file of our own invention: nobody here has a copy of the real one.
COPY = """nom;ville;type;themes;site;geo_point_2d;contact
Le Grand Essai;Caen;Hubs d'innovation;Mobilité;www.example.org;49.18, -0.36;quelqu.un@example.org
L'Autre Essai;Lyon;Living Labs et pépinières ESS;;;45.75, 4.85;
"""
DECLARED = {
    "name of the structure": "nom",
    "town": "ville",
    "type": "type",
    "web address": "site",
    "geo point": "geo_point_2d",
}


def described() -> Description:
    return next(one for one in shipped() if one.id == "structures-innovantes")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    path = tmp_path / described().file.name
    path.write_text("\ufeff" + COPY, encoding="utf-8")
    return path


def test_loading_it_undeclared_explains_itself(copy: Path) -> None:
    with pytest.raises(SourceError) as caught:
        list(DescribedLoader(described(), copy, gazetteer()).rows())
    for wanted in DECLARED:
        assert f"TO DECLARE: {wanted}" in str(caught.value)
    assert "themes" not in str(caught.value)


def test_declaring_the_columns_is_all_that_is_missing(copy: Path) -> None:
    text = (Path(__file__).parents[2] / "loaders" / "catalog" / "structures-innovantes.toml").read_text("utf-8")
    for wanted, column in DECLARED.items():
        text = text.replace(f'"TO DECLARE: {wanted}"', f'"{column}"')
    text = text.replace("[rows]", '[rows]\nprivate = ["contact"]')
    loader = DescribedLoader(parse(text.encode(), "mine.toml"), copy, gazetteer())
    rows = [row for row in loader.rows() if isinstance(row, Row)]
    said = "\n".join(str(quad) for row in rows for quad in loader.quads(row))
    assert [row.key for row in rows] == ["le-grand-essai-Caen", "l-autre-essai-Lyon"]
    assert "scheme/census-type-2020/hubs-innovation" in said
    assert "id/commune/14118" in said
    assert "@example.org" not in said
    assert list(loader.warnings()) == []
