"""What a page or a table shows of trends: the columns, and the parts of the page with their rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from maille.api.entities.views import Shown
from maille.api.rest.collections import Column

COLUMNS: Final = (
    Column("question", "text", "Name of the question."),
    Column("group", "text", "Territory, where the question has several."),
    Column("group_iri", "text", "Its name on the web."),
    Column("label", "text", "What the row is about."),
    Column("iri", "text", "Its name on the web."),
    Column("n", "integer", "How many."),
    Column("base", "integer", "Of how many the share is taken."),
    Column("share", "number", "Share in per cent."),
    Column("population", "integer", "Inhabitants."),
    Column("density", "number", "Per 100,000 inhabitants."),
    Column("known", "integer", "Of how many the matter is known."),
    Column("total", "integer", "How many there are."),
    Column("note", "text", "Why there is no share or density."),
    Column("sources", "text", "Graphs that were read."),
    Column("licences", "text", "Their licences: all of them hold."),
)
"""Columns of a table to take away."""


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A row as a page shows it; `width` is that of its bar, in hundredths."""

    thing: Shown
    group: Shown | None
    n: str
    base: str
    population: str
    value: str
    number: float | None
    width: float


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure of the study beside an answer: its words, what it is about, its lines."""

    excerpts: tuple[str, ...]
    figure: Shown
    lines: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A question and its answer on the page."""

    name: str
    kind: str
    title: str
    text: str
    note: str
    known: str
    blank: str
    lines: tuple[ShownLine, ...]
    printed: tuple[Printed, ...]
    sources: tuple[tuple[Shown, tuple[Shown, ...]], ...]
    query: str
    csv: str
