"""A triple stands in one graph: the first source has it, and a later one tells with its row that it says so too."""

from __future__ import annotations

from dataclasses import replace

from maille.loaders.collect import LoadedRow, LoadedSource
from maille.loaders.once import once
from maille.loaders.source import Row

from .test_build import DESCRIPTION

BASE = "https://w3id.org/maille"
THING = f"<{BASE}/id/structure/a-00000000>"
DERIVED = "<http://www.w3.org/ns/prov#wasDerivedFrom>"
NAME = '<http://www.w3.org/2004/02/skos/core#prefLabel> "Un <mot> \\"dit\\" deux fois"@fr'


def source(name: str, *triples: str, subject: str = THING) -> LoadedSource:
    """Return a source of one row that says `triples` of the thing, and that it was derived from the row."""
    description = replace(DESCRIPTION, id=name)
    said = [*triples, f"{DERIVED} {description.row('1')}"]
    lines = [f"{subject} {one} {description.graph} ." for one in said]
    return LoadedSource(description, [LoadedRow(Row("f", 1, "1", {}), lines)])


def triples(lines: list[str]) -> list[str]:
    """Return the lines without their graphs."""
    return [line[: line.rindex(" <")] for line in lines]


def test_a_triple_stands_in_the_graph_of_the_first_source_alone() -> None:
    one, two = source("a", NAME), source("b", NAME)
    lines = list(once([one, two]))
    assert [line for line in lines if NAME in line and line.startswith(f"{THING} ")] == [
        f"{THING} {NAME} {one.description.graph} ."
    ]
    assert len(set(triples(lines))) == len(triples(lines))


def test_the_later_source_tells_with_its_row_that_it_says_so_too() -> None:
    two = source("b", NAME)
    told = [line for line in once([source("a", NAME), two]) if "#st-" in line]
    node = told[0].split(" ")[0]
    row, graph = two.description.row("1"), two.description.graph
    assert len(told) == 5
    assert f"{node} {DERIVED} {row} {graph} ." in told
    assert all(line.endswith(f" {graph} .") for line in told)
    assert any("#object> " in line and '"Un <mot> \\"dit\\" deux fois"@fr' in line for line in told)


def test_a_third_source_adds_its_row_and_nothing_twice() -> None:
    three = source("c", NAME)
    lines = list(once([source("a", NAME), source("b", NAME), three]))
    mine = [line for line in lines if line.endswith(f" {three.description.graph} .") and "#st-" in line]
    assert [line.split(" ")[1:3] for line in mine] == [[DERIVED, str(three.description.row("1"))]]
    assert len(set(triples(lines))) == len(lines)


def test_what_a_source_says_in_two_rows_stays_as_it_is() -> None:
    one = source("a", NAME)
    one.rows.append(one.rows[0])
    assert set(once([one])) == set(one.rows[0].statements)


def test_parts_of_things_have_no_row_to_tell() -> None:
    part = THING[:-1] + "#address>"
    lines = list(once([source("a", NAME, subject=part), source("b", NAME, subject=part)]))
    assert [line for line in lines if "#st-" in line] == []


def test_sources_that_stand_alone_are_passed_on_and_nothing_is_changed() -> None:
    one, two = source("a", NAME), source("b", NAME)
    before = [*two.rows[0].statements]
    lines = list(once([one, two], alone={"b"}))
    assert lines == [*one.rows[0].statements, *before]
    list(once([one, two]))
    assert two.rows[0].statements == before
