"""Trends as figures: the questions put to the engine, shares and densities, and what each rests on."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import Literal, NamedNode

from maille.api.context import AppContext
from maille.api.pages.examples import Example
from maille.api.terms import Row
from maille.api.trends.questions import MINIMUM, Question, narrowed
from maille.api.trends.scope import Scope

AT_ONCE: Final = 2
"""Queries of one reader that run side by side: others have theirs."""
_TOTAL: Final = """SELECT (COUNT(DISTINCT ?structure) AS ?total) WHERE {
  ?structure a maille:InnovationStructure .
  # @scope ?structure
}"""
_FACTS: Final = """SELECT DISTINCT ?fact ?graph WHERE {
  {
    VALUES (?fact ?property) {
      ("profile" maille:profile) ("profile" maille:mainProfile) ("subject" dct:subject) ("status" maille:legalStatus)
      ("place" maille:inCommune) ("place" maille:inMunicipalArrondissement) ("place" dct:spatial)
    }
    ?structure a maille:InnovationStructure .
    GRAPH ?graph { ?structure ?property ?value }
    # @scope ?structure
  } UNION {
    ?structure a maille:InnovationStructure ; maille:operatedBy ?operator .
    GRAPH ?graph { ?operator maille:legalStatus ?value }
    # @scope ?structure
    BIND("status" AS ?fact)
  } UNION {
    GRAPH ?graph { ?partner a maille:Partner }
    # @scope ?partner
    BIND("partner" AS ?fact)
  } UNION {
    GRAPH ?graph { ?initiative maille:respondsTo ?crisis }
    # @scope ?initiative
    BIND("axis" AS ?fact)
  }
}"""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of an answer.

    Attributes:
        key: what it is about: a concept or a territory, or a word of ours where it is neither.
        labels: what that is called, by language.
        n: how many.
        base: of how many, None where it is a density.
        value: the share in per cent, or the density per 100,000 inhabitants; None where it rests on too few.
        population: inhabitants.
        group: the territory the row stands in, where there are several.
        group_labels: what that is called.
    """

    key: str
    labels: Mapping[str, str]
    n: int
    base: int | None
    value: float | None
    population: int | None = None
    group: str = ""
    group_labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: its rows, of how many things of how many the matter is known, and the graphs it is read in."""

    question: Question
    lines: tuple[Line, ...]
    known: int
    total: int
    graphs: tuple[NamedNode, ...]

    @property
    def enough(self) -> bool:
        """Tell whether there is a figure to show."""
        return any(line.value is not None for line in self.lines)


@dataclass(frozen=True, slots=True)
class Trends:
    """The answers for one scope, how many structures it holds, and how many it would hold under every licence."""

    answers: tuple[Answer, ...]
    total: int
    every: int


async def trends(
    context: AppContext, scope: Scope, queries: Mapping[Question, Example], means: Mapping[str, Sequence[NamedNode]]
) -> Trends:
    """Ask every question of `queries`; `means` are the graphs of what is read besides structures."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def rows(query: str, patterns: Sequence[str]) -> list[Row]:
        async with turns:
            return await context.select(narrowed(query, patterns, scope.territory))

    asked = [rows(example.text, scope.patterns) for example in queries.values()]
    everything = Scope(scope.region, scope.departement, scope.source, "any")
    total, every, facts, *found = await asyncio.gather(
        rows(_TOTAL, scope.patterns), rows(_TOTAL, everything.patterns), rows(_FACTS, scope.patterns), *asked
    )
    graphs = _graphs(facts)
    number = _number(total[0], "total")
    answers = [
        answer_of(question, lines, number, _read_in(question, graphs, means))
        for question, lines in zip(queries, found, strict=True)
    ]
    return Trends(tuple(answers), number, _number(every[0], "total"))


def answer_of(question: Question, rows: Sequence[Row], total: int, graphs: Sequence[NamedNode] = ()) -> Answer:
    """Return what the rows of a query say; `total` stands where there is no row to say it."""
    known = _number(rows[0], "known") if rows else 0
    lines: dict[tuple[str, str], Line] = {}
    for row in rows:
        line = _line(question, row, known)
        # A thing that two graphs call differently has a row for each name.
        lines.setdefault((line.group, line.key), line)
    whole = _number(rows[0], "total") if rows else total if question.things == "structure" else 0
    ordered = sorted(lines.values(), key=_by_value) if question.kind == "density" else lines.values()
    return Answer(question, tuple(ordered), known, whole, tuple(graphs))


def _by_value(line: Line) -> tuple[bool, float, int]:
    return line.value is None, -(line.value or 0.0), -line.n


def _line(question: Question, row: Row, known: int) -> Line:
    n, base, value = _number(row, "n"), None, None
    population = _number(row, "population") if "population" in row else None
    if question.kind == "density":
        value = 100_000 * n / population if population and n >= MINIMUM else None
    else:
        base = known if question.kind == "share" else _number(row, "base")
        value = 100 * n / base if base >= MINIMUM else None
    labels, group_labels = _labels(row, "label"), _labels(row, "group")
    return Line(_text(row, "key"), labels, n, base, value, population, _text(row, "group"), group_labels)


def _labels(row: Row, name: str) -> dict[str, str]:
    return {language: text for language in ("fr", "en") if (text := _text(row, f"{name}_{language}"))}


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    return value.value if isinstance(value, NamedNode | Literal) else ""


def _number(row: Row, name: str) -> int:
    text = _text(row, name)
    return int(text) if text.isdecimal() else 0


def _graphs(rows: Iterable[Row]) -> dict[str, set[NamedNode]]:
    found: dict[str, set[NamedNode]] = defaultdict(set)
    for row in rows:
        graph = row.get("graph")
        if isinstance(graph, NamedNode):
            found[_text(row, "fact")].add(graph)
    return found


def _read_in(
    question: Question, facts: Mapping[str, set[NamedNode]], means: Mapping[str, Sequence[NamedNode]]
) -> list[NamedNode]:
    told = {graph for fact in question.facts for graph in facts.get(fact, ())}
    besides = {graph for name in question.means for graph in means.get(name, ())} if told else set()
    return [*sorted(told, key=str), *sorted(besides - told, key=str)]
