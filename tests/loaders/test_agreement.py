"""What is said once only is said by the first row; what others say otherwise is kept, under a weaker property."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maille.loaders.agreement import agree
from maille.loaders.collect import LoadedRow, LoadedSource
from maille.loaders.source import Row
from maille.ontology.terms import DCT, MAILLE, ORG, SKOS

from .test_build import DESCRIPTION

THING = "<https://w3id.org/maille/id/structure/a-00000000>"


def source(name: str, *statements: tuple[str, str]) -> LoadedSource:
    """Return a source whose rows each make one statement of the thing."""
    graph = f"<https://w3id.org/maille/graph/{name}/2026>"
    rows = [
        LoadedRow(Row("f", number, f"{number}", {}), [f"{THING} {predicate} {object_} {graph} ."])
        for number, (predicate, object_) in enumerate(statements)
    ]
    return LoadedSource(replace(DESCRIPTION, id=name), rows)


def said(one: LoadedSource) -> list[tuple[str, str]]:
    """Return the predicates and objects of a source."""
    lines = (line for row in one.rows for line in row.statements)
    return [(line.split(" ")[1], line.split(" ", 2)[2].rpartition(" <")[0]) for line in lines]


@pytest.mark.parametrize(
    ("strong", "weak"),
    [
        (SKOS.prefLabel, SKOS.altLabel),
        (DCT.description, SKOS.note),
        (MAILLE.inCommune, MAILLE.possibleCommune),
        (ORG.hasPrimarySite, ORG.hasSite),
    ],
)
def test_the_first_source_wins_and_nothing_is_lost(strong: object, weak: object) -> None:
    first, second = source("a", (str(strong), '"Un mot"@fr')), source("b", (str(strong), '"Autre <mot>"@fr'))
    assert agree([first, second]) == 1
    assert said(first) == [(str(strong), '"Un mot"@fr')]
    assert said(second) == [(str(weak), '"Autre <mot>"@fr')]


def test_the_same_said_twice_and_another_language_stay() -> None:
    label = str(SKOS.prefLabel)
    one = source("a", (label, '"Un"@fr'), (label, '"One"@en'))
    assert agree([one, source("b", (label, '"Un"@fr'))]) == 0


def test_the_order_of_rows_does_not_matter() -> None:
    label = str(SKOS.prefLabel)
    one, turned = (source("a", (label, '"B"@fr'), (label, '"A"@fr')) for _ in range(2))
    turned.rows.reverse()
    agree([one])
    agree([turned])
    assert sorted(said(one)) == sorted(said(turned))
