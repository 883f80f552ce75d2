"""Every figure of the study is in the graph, with its qualifier, its unit, its line and the words printed."""

from __future__ import annotations

from importlib.resources import files

import pytest
from pyoxigraph import Store

from maille.ontology import iris
from maille.ontology.namespaces import sparql_prologue
from maille.ontology.terms import MAILLE

# Typed from the text, not from the tables: value, qualifier, unit, line.
FIGURES = [
    ("2018", "exact", "annee", 18),
    ("2020", "exact", "annee", 41),
    ("2003", "exact", "annee", 68),
    ("10", "environ", "an", 70),
    ("13", "exact", "personne", 75),
    ("3", "exact", "niveau", 87),
    ("750000", "exact", "euro", 123),
    ("17", "plus-de", "pays", 138),
    ("160", "plus-de", "structure", 142),
    ("3", "exact", "critere", 151),
    ("6", "exact", "profil", 182),
    ("6", "exact", "profil", 196),
    ("44", "exact", "technopole", 250),
    ("33.3", "exact", "pour-cent", 250),
    ("13", "exact", "capitale-french-tech", 284),
    ("150", "plus-de", "acteur", 299),
    ("61", "exact", "pour-cent", 303),
    ("42", "exact", "pour-cent", 305),
    ("50", "plus-de", "pour-cent", 314),
    ("80", "exact", "pour-cent", 316),
    ("60", "exact", "pour-cent", 316),
    ("50", "pres-de", "pour-cent", 325),
    ("77", "exact", "structure", 331),
    ("60", "environ", "technopole", 335),
    ("33.3", "exact", "pour-cent", 335),
    ("4", "exact", "retour-d-experience", 348),
    ("2020", "exact", "annee", 348),
    ("6", "exact", "pole", 364),
    ("6", "exact", "projet", 372),
    ("3000", "exact", "visiere", 380),
    ("2", "exact", "appel-a-projets", 388),
    ("4", "exact", "retour-d-experience", 396),
    ("6", "exact", "pole", 401),
    ("80", "pres-de", "structure", 411),
    ("2014", "exact", "annee", 411),
    ("2", "exact", "mois", 411),
    ("3000", "plus-de", "visiere", 413),
    ("3600", "exact", "visiere", 425),
    ("3", "exact", "categorie", 426),
    ("10", "plus-de", "action", 427),
    ("25", "plus-de", "partenaire", 453),
    ("15", "plus-de", "start-up", 454),
    ("40", "exact", "alumni", 454),
    ("8", "plus-de", "webinaire", 455),
    ("200000", "plus-de", "visiteur", 488),
    ("700", "plus-de", "mise-en-relation", 489),
    ("200", "plus-de", "offre", 490),
    ("6", "exact", "pole", 498),
    ("280", "plus-de", "initiative", 500),
    ("6", "exact", "pole", 506),
    ("24", "moins-de", "heure", 508),
    ("6", "plus-de", "pole", 520),
    ("9", "plus-de", "categorie", 521),
    ("280", "plus-de", "initiative", 522),
]
CONTRADICTIONS = [
    {("160", "plus-de"), ("150", "plus-de")},
    {("44", "exact"), ("60", "environ")},
    {("3600", "exact"), ("3000", "exact")},
    {("3600", "exact"), ("3000", "plus-de")},
    {("3000", "exact"), ("3000", "plus-de")},
    {("6", "exact"), ("6", "plus-de")},
]


def _ask(store: Store, pattern: str) -> bool:
    answer = store.query(f"{sparql_prologue()} ASK {{ GRAPH ?graph {{ {pattern} }} }}")
    return bool(answer)


@pytest.mark.parametrize(("value", "qualifier", "unit", "line"), FIGURES)
def test_a_figure_has_its_qualifier_unit_and_line(
    study_store: Store, value: str, qualifier: str, unit: str, line: int
) -> None:
    row = iris.row("study", "2020-06", f"L{line}")
    assert _ask(
        study_store,
        f"""?figure a maille:KeyFigure , qb:Observation ; maille:figureValue {value if "." in value else value + ".0"} ;
            maille:qualifier {iris.concept("qualifier", qualifier)} ; maille:unit {iris.concept("unit", unit)} ;
            maille:sourceLine {line} ; prov:wasDerivedFrom {row} ; maille:excerpt ?excerpt ;
            maille:figureAbout ?about ; qb:dataSet ?set .""",
    )


def test_there_is_no_figure_that_was_not_read(study_store: Store) -> None:
    query = f"""{sparql_prologue()} SELECT ?value ?qualifier ?unit ?line WHERE {{ GRAPH ?graph {{
        ?figure maille:figureValue ?value ; maille:qualifier ?qualifier ; maille:unit ?unit ; maille:sourceLine ?line
    }} }}"""
    found = {
        (
            row["value"].value,
            iris.parse(row["qualifier"].value).key.partition("/")[2],
            iris.parse(row["unit"].value).key.partition("/")[2],
            int(row["line"].value),
        )
        for row in study_store.query(query)
    }
    assert found == set(FIGURES)


@pytest.mark.parametrize("pair", CONTRADICTIONS)
def test_contradictory_figures_stay_side_by_side(study_store: Store, pair: set[tuple[str, str]]) -> None:
    query = f"""{sparql_prologue()} SELECT ?one ?how ?other ?otherHow WHERE {{ GRAPH ?graph {{
        ?a maille:contradicts ?b ; maille:figureValue ?one ; maille:qualifier ?how .
        ?b maille:contradicts ?a ; maille:figureValue ?other ; maille:qualifier ?otherHow .
    }} }}"""
    found = [
        {
            (row[value].value, iris.parse(row[how].value).key.partition("/")[2])
            for value, how in (("one", "how"), ("other", "otherHow"))
        }
        for row in study_store.query(query)
    ]
    assert pair in found


def test_the_documented_query_lists_every_figure_with_qualifier_unit_and_line(study_store: Store) -> None:
    text = (files("maille.api") / "queries" / "key-figures.rq").read_text(encoding="utf-8")
    assert text.startswith("# title-fr: ")
    assert text.splitlines()[1].startswith("# title-en: ")
    answers = list(study_store.query(sparql_prologue() + text, use_default_graph_as_union=True))
    figures = {quad.subject for quad in study_store.quads_for_pattern(None, MAILLE.figureValue, None)}
    assert {row["figure"] for row in answers} == figures
    for row in answers:
        assert all(row[name] is not None for name in ("label", "value", "qualifier", "unit", "line", "excerpt"))
