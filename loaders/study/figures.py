"""Key figures of the study, each an observation with its qualifier, unit, line and the words printed (RDF Data Cube).

Figures that contradict each other stay side by side: each row says which other figures it does not agree with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from maille.loaders.source import Row, SourceDescription
from maille.loaders.sourced import Object
from maille.loaders.study import cells as study_cells
from maille.loaders.study.cells import Item
from maille.loaders.study.columns import english, french
from maille.loaders.study.known import Known
from maille.loaders.study.statements import Scribe
from maille.ontology import iris
from maille.ontology.errors import RowRejected
from maille.ontology.terms import DCT, MAILLE, QB, SKOS, XSD

_NUMBER: Final = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,6})?")
_SUBJECTS: Final = ("profile", "crisis")
_TITLES: Final = {
    "fr": "Chiffres de l'étude sur les structures d'innovation ouverte",
    "en": "Figures of the study on open-innovation structures",
}


def figure_quads(scribe: Scribe, known: Known, row: Row, description: SourceDescription) -> Iterator[Quad]:
    """Load one figure."""
    for column in ("name", "name_en"):
        study_cells.required(row, column)
    subject = known.own(row).iri
    yield from scribe.types(subject, (MAILLE.KeyFigure, QB.Observation))
    yield from _data_set(scribe, subject, description)
    yield from scribe.derived(subject, study_cells.lines(row))
    for line in study_cells.lines(row):
        yield scribe.plain(subject, MAILLE.sourceLine, Literal(str(line), datatype=XSD.integer))
    for item, predicate, value in _facts(known, row):
        yield from scribe.stated(subject, predicate, value, item.lines)


def about(known: Known, item: Item) -> NamedNode:
    """Return what a figure is about: a thing of the tables, or a concept written `profile/technopole`."""
    scheme, slash, notation = item.value.partition("/")
    if not slash:
        return known.thing(item)
    if scheme not in _SUBJECTS:
        raise item.rejected(f"a figure is about a thing of the tables or a concept of {', '.join(_SUBJECTS)}")
    return known.concept(Item(item.column, notation, item.lines), scheme)


def _facts(known: Known, row: Row) -> Iterator[tuple[Item, NamedNode, Object]]:
    yield _needed(row, "name"), SKOS.prefLabel, french(known, _needed(row, "name"))
    yield _needed(row, "name_en"), SKOS.prefLabel, english(known, _needed(row, "name_en"))
    value, qualifier, unit = (_needed(row, column) for column in ("value", "qualifier", "unit"))
    yield value, MAILLE.figureValue, _number(value)
    yield qualifier, MAILLE.qualifier, known.concept(qualifier, "qualifier")
    yield unit, MAILLE.unit, known.concept(unit, "unit")
    for item in _abouts(known, row):
        yield item, MAILLE.figureAbout, about(known, item)
    for item in _some(row, "excerpt"):
        yield item, MAILLE.excerpt, french(known, item)
    for item in study_cells.items(row, "period"):
        yield item, MAILLE.periodAsStated, french(known, item)
    for item in study_cells.items(row, "contradicts"):
        if not known.has_lost(item):
            yield item, MAILLE.contradicts, known.thing(item)


def _needed(row: Row, column: str) -> Item:
    item = study_cells.single(row, column)
    if item is None:
        raise RowRejected(column, "", "nothing is written here")
    return item


def _some(row: Row, column: str) -> list[Item]:
    study_cells.required(row, column)
    return study_cells.items(row, column)


def _abouts(known: Known, row: Row) -> list[Item]:
    """Return what a figure is about, but for things that are not loaded while something else is left."""
    found = _some(row, "about")
    return [item for item in found if not known.has_lost(item)] or found


def _number(item: Item) -> Literal:
    if _NUMBER.fullmatch(item.value) is None:
        raise item.rejected("a number is digits, with a point before decimals")
    return Literal(item.value, datatype=XSD.decimal)


def _data_set(scribe: Scribe, subject: NamedNode, description: SourceDescription) -> Iterator[Quad]:
    data_set = iris.source(description.id, description.vintage, "figures")
    yield scribe.plain(subject, QB.dataSet, data_set)
    yield from scribe.types(data_set, (QB.DataSet,))
    for language, title in _TITLES.items():
        yield scribe.plain(data_set, DCT.title, Literal(title, language=language))
    yield scribe.plain(data_set, QB.structure, MAILLE.KeyFigureStructure)
    yield scribe.plain(data_set, DCT.source, description.source)
