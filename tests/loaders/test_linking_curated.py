"""The curated pairs win over the rules, and must not contradict themselves."""

from __future__ import annotations

import pytest

from maille.loaders.linking import curated
from maille.ontology.errors import SourceError

from .linking_cases import body, decision, groups, house, linked

HEAD = "source_a,key_a,source_b,key_b,decision,note\n"


def rulings(*lines: str) -> list[curated.Ruling]:
    return curated.read(HEAD + "\n".join(lines), "decisions.csv")


def test_a_confirmed_pair_is_one_whatever_the_rules_say() -> None:
    rows = [body("alpha", "1", "Phare", siren="123456782"), body("beta", "1", "Digue", siren="987654324")]
    links = linked(rows, curated.curated_of(rulings("alpha,1,beta,1,same,renamed")))
    assert len(links.things) == 1
    found = decision(links, *rows)
    assert (found.outcome, found.score, found.reason) == ("matched", 1.0, "decisions.csv:2 says same")


def test_a_refused_pair_is_two_even_by_a_chain() -> None:
    rows = [house(source, "1", "Phare", "14118") for source in ("alpha", "beta", "gamma")]
    assert len(linked(rows).things) == 1
    links = linked(rows, curated.curated_of(rulings("alpha,1,gamma,1,different,")))
    assert groups(links) == {frozenset({"alpha 1", "beta 1"})}
    assert "would be one: this pair is refused" in decision(links, rows[1], rows[2]).reason


def test_second_things_that_are_decided_on_are_told_apart() -> None:
    rows = [body("alpha", "1#operator", "Phare"), body("alpha", "2#operator", "Phare")]
    assert len(linked(rows).things) == 1
    assert len(linked(rows, curated.curated_of(rulings("alpha,1#operator,alpha,2#operator,different,"))).things) == 2


def test_a_pair_said_to_be_both_names_both_lines() -> None:
    with pytest.raises(SourceError, match=r"decisions\.csv:3 says different .* decisions\.csv:2 says same"):
        curated.curated_of(rulings("a,1,b,1,same,", "b,1,a,1,different,"))


def test_a_chain_that_contradicts_names_every_line() -> None:
    lines = ("a,1,b,1,same,", "b,1,c,1,same,", "c,1,a,1,different,")
    with pytest.raises(SourceError, match=r"csv:4 says different .*csv:2 says same .*csv:3 says same"):
        curated.curated_of(rulings(*lines))


def test_a_later_layer_wins() -> None:
    both = curated.curated_of(rulings("a,1,b,1,same,"), rulings("a,1,b,1,different,no"))
    assert both.confirmed == ()
    assert len(both.refused) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a,b\n", "decisions.csv:1: the columns are"),
        (HEAD + "a,1,b,1,maybe,\n", "decisions.csv:2: decision 'maybe' is neither same nor different"),
        (HEAD + "a,1,a,1,same,\n", "decisions.csv:2: a 1 is paired with itself"),
        (HEAD + "a,,b,1,same,\n", "decisions.csv:2: a pair names two mentions"),
        (HEAD + "a,1,b,1,same\n", "decisions.csv:2: 5 cells under 6 columns"),
    ],
)
def test_a_wrong_line_is_named(text: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        curated.read(text, "decisions.csv")


def test_what_is_written_is_read_again() -> None:
    said = rulings('b,1,"a,b",1,same,"why, ""so"""')
    again = curated.read(curated.write(said), "decisions.csv")
    assert [(one.one, one.two, one.decision, one.note) for one in again] == [
        (one.one, one.two, one.decision, one.note) for one in said
    ]


def test_the_shipped_file_is_sound() -> None:
    curated.curated_of(curated.shipped())


def test_a_pair_of_a_loaded_source_that_names_no_row_is_told() -> None:
    links = linked([house("alpha", "1", "Phare")], curated.curated_of(rulings("alpha,9,zeta,1,same,")))
    assert links.notes == ("decisions.csv:2 names alpha 9, and no row is called so",)
