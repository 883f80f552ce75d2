"""Ambiguous pairs go out as a table and come back decided, whatever a spreadsheet made of it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from maille.loaders.linking import files as linking_files
from maille.loaders.linking import review as linking_review
from maille.loaders.linking.curated import Curated, curated_of
from maille.ontology.errors import ReleaseError, SourceError
from maille.store.release import Draft, Home

from .linking_cases import house, linked

ONE = house("alpha", "1", "=Phare, le lieu", "14118", address="=2 rue du Port")
TWO = house("beta", "1", "Phare - Digue", "14118")
THREE = house("gamma", "1", "Phare")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    links = linked([ONE, TWO, THREE])
    home = Home(tmp_path / "home")
    files = {
        linking_files.LINKS: linking_files.links_table(links).encode(),
        linking_files.NAMES: linking_files.names_table(linking_files.names_of(links)).encode(),
    }
    home.publish(Draft(lines=(), parent=None, files=files))
    return home


def written(home: Home, decision: str, delimiter: str = ",") -> str:
    """Return the table with the same decision in every row, as a spreadsheet saves it."""
    rows = list(csv.reader(io.StringIO(linking_review.review_table(linking_review.open_pairs(home)), newline="")))
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(
        [rows[0], *([decision, *row[1:]] for row in rows[1:]), [""] * len(rows[0])]
    )
    return "\ufeff" + out.getvalue()


def test_the_table_has_an_empty_decision_and_no_formula(home: Home) -> None:
    text = linking_review.review_table(linking_review.open_pairs(home))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert rows
    assert {row["decision"] for row in rows} == {""}
    cells = [cell for row in rows for cell in row.values()]
    assert "'=Phare, le lieu" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_decisions_come_back_and_are_no_longer_asked_for(home: Home, delimiter: str) -> None:
    count = len(linking_review.open_pairs(home))
    done = linking_review.decide(home, written(home, "Same", delimiter), "d.csv")
    assert (done.new, done.changed, done.open) == (count, 0, 0)
    assert linking_review.open_pairs(home) == []
    assert {one.decision for one in linking_review.rulings_of(home)} == {"same"}
    links = linked([ONE, TWO, THREE], curated_of(linking_review.rulings_of(home)))
    assert len(links.things) < len(linked([ONE, TWO, THREE], Curated()).things)


def test_a_decision_is_changed_and_taken_back(home: Home) -> None:
    same, different, back = (written(home, decision) for decision in ("same", "different", "undecided"))
    count = linking_review.decide(home, same, "d.csv").new
    assert linking_review.decide(home, different, "d.csv").changed == count
    assert linking_review.decide(home, back, "d.csv").taken_back == count
    assert linking_review.rulings_of(home) == []


def test_what_is_not_decided_stays_open(home: Home) -> None:
    done = linking_review.decide(home, written(home, ""), "d.csv")
    assert (done.new, done.open) == (0, len(linking_review.open_pairs(home)))


HEAD = "decision,source_a,key_a,source_b,key_b\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name\n", "d.csv:1: there is no column 'decision'"),
        (HEAD + "yes,alpha,1,beta,1\n", "d.csv:2: decision 'yes' is not same, different, undecided or nothing"),
        (HEAD + ",,,,\nsame,alpha,9,beta,1\n", "d.csv:3: alpha 9 is no row of the last build"),
        (HEAD + "same,alpha,1,alpha,1\n", "d.csv:2: alpha 1 is paired with itself"),
        (HEAD + "same,alpha,1,beta,1,what\n", "d.csv:2: 6 cells under 5 columns"),
        (HEAD + "same,alpha,1,beta,1\ndifferent,beta,1,alpha,1\n", "d.csv:3 says different .* d.csv:2 says same"),
        (
            HEAD + "same,alpha,1,beta,1\nsame,beta,1,gamma,1\ndifferent,alpha,1,gamma,1\n",
            "d.csv:4 says different .* d.csv:2 says same .* d.csv:3 says same",
        ),
    ],
)
def test_a_wrong_table_is_refused_whole(home: Home, text: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        linking_review.decide(home, text, "d.csv")
    assert linking_review.rulings_of(home) == []


def test_a_home_that_was_never_linked_says_so(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="has linked sources"):
        linking_review.links_of(Home(tmp_path))


@pytest.mark.parametrize("cell", ["=1+1", "'=1", "''", "-x", "@a", "plain", "", "it's", "'quoted'"])
def test_a_cell_is_itself_again(cell: str) -> None:
    assert linking_files.plain(linking_files.harmless(cell)) == cell
