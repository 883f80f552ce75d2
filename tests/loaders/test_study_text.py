"""The tables against the text of the study, where it is at hand; and no personal data, whether it is or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from pyoxigraph import Store

from maille.loaders.source import Row
from maille.loaders.study import cells as study_cells
from maille.loaders.study import tables as study_tables

ROWS = list(study_tables.read_tables(study_tables.packaged()))
PRINTED = ("name", "alt_names", "variants", "excerpt", "period", "place_as_stated", "homepage", "full_address")
# Names that we gave: figures, sites and initiatives are described rather than named.
DESCRIBED = ("figures", "initiatives", "sites")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE)
TELEPHONE = re.compile(r"(?:\+ ?33|\b0)(?: ?\(0\))?[ .]?[1-9](?:[ .]?\d\d){4}\b")
# « indique Prénom Nom, Directeur », « Prénom Nom – Directrice », alone on a line, or a name before a function.
WORD = r"[A-ZÉÈ][\w'’-]+"
FUNCTION = r"(?:[Dd]irect(?:eur|rice)|[Rr]esponsable|[Cc]hargée?|[Pp]rofesseur|Chief|Développement|\(Technowest\))"
PERSON = re.compile(rf"(?<!Directeur )\b((?:{WORD} ){{1,3}}{WORD})(?:,| –|,? *\n\*?)? ?\*?{FUNCTION}")

# The authors of a work cited, « (Untel, Unetelle, 2004) ».
CITATION = re.compile(r"\((\w+), (\w+), \d{4}\)")


def _plain(text: str) -> str:
    return re.sub(r"[\s*]+", " ", text.replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ")).casefold()


def _table(row: Row) -> str:
    return row.file.removeprefix("study/").removesuffix(".csv")


def _renamed() -> set[tuple[str, str]]:
    notes = [row.values for row in ROWS if _table(row) == "notes" and row.values["column"] == "name"]
    return {(note["key"], note["value"]) for note in notes}


def _printed() -> Iterator[tuple[str, study_cells.Item]]:
    renamed = _renamed()
    for row in ROWS:
        for column in PRINTED:
            if column not in row.values or (column == "name" and _table(row) in DESCRIBED):
                continue
            for item in study_cells.items(row, column):
                if (row.values["key"], item.value) not in renamed:
                    yield f"{row.file}:{row.line}", item


def _everything(store: Store) -> str:
    cells = "\n".join(str(value) for row in ROWS for value in row.values.values())
    quads = "\n".join(str(quad) for quad in store if "vocabulary" not in str(quad.graph_name))
    return cells + quads


def test_the_text_has_the_lines_the_loader_thinks_it_has(seed_lines: list[str]) -> None:
    assert len(seed_lines) == study_tables.STUDY_LINES


def test_every_printed_name_and_excerpt_stands_on_each_of_its_lines(seed_lines: list[str]) -> None:
    missing = [
        (where, item.column, item.value, line)
        for where, item in _printed()
        for line in item.lines
        if _plain(item.value) not in _plain(seed_lines[line - 1])
    ]
    assert missing == []


def test_most_things_are_checked_so() -> None:
    assert len(list(_printed())) > 170


def test_no_address_of_a_person_and_no_telephone(study_store: Store) -> None:
    everything = _everything(study_store)
    assert EMAIL.findall(everything) == []
    # Years, codes and SIREN are digits too: a telephone has its blanks or dots, or the country.
    assert TELEPHONE.findall(re.sub(r"\d{9,}", "", everything)) == []


def test_nobody_named_in_the_study_is_named_here(seed_lines: list[str], study_store: Store) -> None:
    text = "\n".join(seed_lines)
    persons = {match.replace("\n", " ") for match in PERSON.findall(text)}
    signed = {line for line, after in pairwise(seed_lines) if after.startswith("*Respons")}
    authors = {name for pair in CITATION.findall(text) for name in pair}
    boxes = {mail.partition("@")[0] for mail in EMAIL.findall(text)}
    assert len(persons) >= 10
    assert (len(signed), len(authors)) == (1, 2)
    everything = _everything(study_store)
    folded = _plain(everything)
    family_names = {name.split()[-1] for name in persons | signed}
    for name in persons | signed | boxes | authors | family_names:
        assert re.search(rf"\b{re.escape(_plain(name))}\b", folded) is None, "a person of the study is named"


@pytest.mark.parametrize("table", study_tables.TABLES)
def test_no_sentence_of_the_study_is_carried_over(seed_lines: list[str], table: str) -> None:
    text = _plain(" ".join(seed_lines))
    for row in ROWS:
        if _table(row) != table:
            continue
        for column, value in row.values.items():
            words = _plain(str(value)).split()
            runs = (" ".join(words[start : start + 9]) for start in range(len(words) - 8))
            if column not in {"full_address", "homepage"}:
                assert not any(run in text for run in runs), (row.file, row.line, column)
