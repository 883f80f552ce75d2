"""The table of `docs/sources.md` that says what became of each row, against the real files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from maille.loaders.describing.choosing import shipped
from tests.loaders.catalogue_rows import by_row

PAGE = Path(__file__).parents[2] / "docs" / "sources.md"
ROW = re.compile(r"^\| ([a-z0-9-]+) \|((?: [0-9]+ \|){6})$", re.MULTILINE)
TABLE = {name: tuple(map(int, re.findall("[0-9]+", cells))) for name, cells in ROW.findall(PAGE.read_text("utf-8"))}


@pytest.mark.parametrize("source", TABLE)
def test_the_page_says_what_became_of_each_row(shared_data: Path, source: str) -> None:
    assert by_row(shared_data, source).counts() == TABLE[source]


@pytest.mark.parametrize("source", TABLE)
def test_every_row_that_was_read_became_something(source: str) -> None:
    read, *became, _values = TABLE[source]
    assert read == sum(became)


def test_every_shipped_source_is_in_the_table_where_its_file_is_at_hand(shared_data: Path) -> None:
    at_hand = {one.id for one in shipped() if (shared_data / one.file.name).is_file()}
    assert at_hand <= set(TABLE)
