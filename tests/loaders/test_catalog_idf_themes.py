"""Types, themes and answers by yes or no of the incubators of Île-de-France, from the real file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.loaders.catalogue_rows import ByRow, by_row

COLUMNS = [f"Thème {number} (popin)" for number in range(1, 6)]


@pytest.fixture(scope="module")
def idf(shared_data: Path) -> ByRow:
    return by_row(shared_data, "idf-incubateurs")


def answers(idf: ByRow, term: str) -> Counter[str]:
    return Counter(value for _, value in idf.ask(f"SELECT ?s ?value {{ ?s {term} ?value }}"))


def test_a_type_of_two_words_is_two_profiles(idf: ByRow) -> None:
    counts = Counter(profile.rpartition("/")[2] for profile in answers(idf, "maille:profile").elements())
    assert counts == {"incubateur": 131 + 31, "accelerateur": 50 + 31}


def test_the_columns_that_are_not_read_repeat_the_type_but_for_one_row(idf: ByRow) -> None:
    differing = set()
    for key, row in idf.rows.items():
        said = {word for word in ("Incubateur", "Accélérateur") if row.values[word] == "Oui"}
        if said != set(row.values["Type"].split(",")):
            differing.add(key)
    assert differing == {"152-antropia-essec"}


def test_themes_come_from_their_own_columns_whatever_the_tags_say(idf: ByRow) -> None:
    codes = idf.source.loader.spec.codes["theme"].mapping
    concepts = {concept for many in codes.values() for concept in many}
    differing = set()
    for key, row in idf.rows.items():
        labels = [row.values[column] for column in COLUMNS if row.values[column]]
        assert idf.about(key, "dct:subject") & concepts == {one for label in labels for one in codes[label]}
        if ",".join(labels) != row.values["Thèmes-tags"]:
            differing.add(key.partition("-")[0])
    assert differing == {"174", "198", "199", "200", "208", "212"}


def test_a_theme_keeps_its_commas(idf: ByRow) -> None:
    with_comma = [label for label in idf.source.loader.spec.codes["theme"].mapping if "," in label]
    assert len(with_comma) == 7
    subjects = Counter(subject.rpartition("/")[2] for subject in answers(idf, "dct:subject").elements())
    assert subjects["sciences-de-la-vie-sante"] == 27
    assert subjects["impact-environnemental-economie-circulaire"] == 52  # one cell holds the end of the label alone


def test_every_structure_has_its_sector(idf: ByRow) -> None:
    query = "SELECT ?s { ?s dct:subject ?sector FILTER(CONTAINS(STR(?sector), '/scheme/sector/')) }"
    assert idf.number(query) == 212


def test_yes_and_no_are_booleans(idf: ByRow) -> None:
    assert answers(idf, "maille:linkedToHigherEducation") == {"true": 62, "false": 150}
    assert answers(idf, "maille:hostsForeignCompanies") == {"true": 84}
    assert sum(answers(idf, "maille:distinction").values()) == 41
    assert sum(answers(idf, "maille:linkedInstitutionAsStated").values()) == 59
