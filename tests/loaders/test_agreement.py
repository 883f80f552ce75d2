"""What can be said once only is said by the first source, whatever the order of rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from maille.loaders.agreement import agree
from maille.loaders.collect import LoadedRow, LoadedSource
from maille.loaders.source import Row, SourceDescription

THING = "<https://w3id.org/maille/id/organisation/130000001>"
NAME = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
OTHER = "<http://www.w3.org/2004/02/skos/core#altLabel>"
PRIMARY = "<http://www.w3.org/ns/org#hasPrimarySite>"
SITE = "<http://www.w3.org/ns/org#hasSite>"


def source(name: str, *rows: tuple[str, Sequence[tuple[str, str]]]) -> LoadedSource:
    about = SourceDescription(
        name, "1", "t", "t", "d", "d", "https://a.example/", "https://a.example/", "a", "https://a.example/",
        date(2026, 1, 1), "f", "0",
    )  # fmt: skip
    graph = about.graph
    loaded = [
        LoadedRow(Row("f", 1, key, {}), [f"{THING} {property_} {value} {graph} ." for property_, value in said])
        for key, said in rows
    ]
    return LoadedSource(about, loaded)


def said(*sources: LoadedSource) -> set[tuple[str, str]]:
    lines = [line for one in sources for row in one.rows for line in row.statements]
    return {(line.split(" ", 2)[1], line.split(" ", 2)[2].rsplit(" <", 1)[0]) for line in lines}


def test_the_first_source_names_a_thing_and_later_names_are_others() -> None:
    one, two = source("one", ("a", [(NAME, '"École A"@fr')])), source("two", ("b", [(NAME, '"ECOLE A"@fr')]))
    assert agree([one, two]) == 1
    assert said(one, two) == {(NAME, '"École A"@fr'), (OTHER, '"ECOLE A"@fr')}


def test_a_name_in_another_language_is_a_name_too() -> None:
    one = source("one", ("a", [(NAME, '"École A"@fr'), (NAME, '"School A"@en')]))
    assert agree([one]) == 0
    assert len(said(one)) == 2


def test_another_name_that_is_the_name_itself_goes() -> None:
    one = source("one", ("a", [(NAME, '"École A"@fr'), (OTHER, '"École A"@fr'), (OTHER, '"EA"@fr')]))
    two = source("two", ("b", [(OTHER, '"École A"@fr')]))
    agree([one, two])
    assert said(one, two) == {(NAME, '"École A"@fr'), (OTHER, '"EA"@fr')}


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_within_a_source_the_key_decides_and_not_the_order_of_rows(order: tuple[str, str]) -> None:
    rows = {"a": [(NAME, '"Z"@fr')], "b": [(NAME, '"A"@fr')]}
    one = source("one", *((key, rows[key]) for key in order))
    agree([one])
    assert said(one) == {(NAME, '"Z"@fr'), (OTHER, '"A"@fr')}


def test_a_second_primary_site_is_a_site() -> None:
    one = source("one", ("a", [(PRIMARY, "<https://w3id.org/maille/id/site/a-00000001>")]))
    two = source("two", ("b", [(PRIMARY, "<https://w3id.org/maille/id/site/b-00000001>")]))
    agree([one, two])
    assert {property_ for property_, _ in said(one, two)} == {PRIMARY, SITE}
