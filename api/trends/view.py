"""Trends as a page shows them, in the language of the reader, and as rows of a table to take away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from maille.api.entities.views import Shown
from maille.api.pages.examples import Example
from maille.api.pages.i18n import Translator, alphabetical
from maille.api.pages.render import Links, curie
from maille.api.trends.answers import Answer, Line
from maille.api.trends.questions import MINIMUM, narrowed
from maille.api.trends.scope import Scope
from maille.api.trends.shown import Part, Printed, ShownLine
from maille.api.trends.surroundings import GRAPH, Named, Surroundings
from maille.ontology.namespaces import BASE, rebase_text


class View:
    """Writes answers for one reader."""

    def __init__(self, t: Translator, links: Links, around: Surroundings, scope: Scope, base: str) -> None:
        self._t = t
        self._links = links
        self._around = around
        self._scope = scope
        self._base = base

    def part(self, answer: Answer, example: Example, csv: str) -> Part:
        """Return an answer as a part of the page."""
        t, question = self._t, answer.question
        note = f"trends.note.{question.name}"
        return Part(
            question.name,
            question.kind,
            t.pick(example.titles),
            t.pick(example.descriptions),
            t(note) if t.has(note) else "",
            t(f"trends.known.{question.things}", known=t.number(answer.known), total=t.number(answer.total)),
            self._blank(answer),
            self._lines(answer),
            self.printed(question.figures),
            tuple((self._graph(graph.value), self._licences([graph.value])) for graph in answer.graphs),
            self._links.path("/sparql", query=self.query(example)),
            csv,
        )

    def _blank(self, answer: Answer) -> str:
        """Return why there is no chart, the empty text where there is one."""
        if answer.enough or not answer.lines:
            return ""
        return self._t("trends.blank" if answer.known < MINIMUM else "trends.blank.row", n=MINIMUM)

    def query(self, example: Example) -> str:
        """Return the query of a question as anybody can run it."""
        text = narrowed(example.text, self._scope.patterns, self._scope.territory)
        whole = Example(example.name, example.titles, example.descriptions, text)
        return rebase_text(whole.query, self._base)

    def printed(self, keys: Iterable[str]) -> tuple[Printed, ...]:
        """Return figures the study printed, those that the release has."""
        found = [self._around.figures[key] for key in keys if key in self._around.figures]
        return tuple(
            Printed(
                tuple(figure.excerpts),
                Shown(self._t.pick(figure.labels), self._links.iri(figure.iri)),
                tuple(
                    Shown(self._t("row.line", n=line), self._links.iri(_row(figure.graph, line)))
                    for line in figure.lines
                ),
            )
            for figure in found
        )

    def sources(self) -> list[tuple[str, str, bool]]:
        """Return the sources that may be chosen: value, name, whether it stays out unless it is asked for."""
        return sorted(
            (
                (source.iri.removeprefix(GRAPH), self._t.pick(source.titles), source.apart)
                for source in self._around.sources
            ),
            key=lambda one: alphabetical(one[1]),
        )

    def areas(self, areas: Sequence[Named], above: str = "") -> list[tuple[str, str]]:
        """Return territories that may be chosen: code and name, by name; those in the région `above` where one is."""
        found = [(area.code, self._t.pick(area.titles)) for area in areas if not above or area.above == above]
        return sorted(found, key=lambda one: alphabetical(one[1]))

    def rows(self, answer: Answer) -> list[dict[str, Any]]:
        """Return an answer as rows under `COLUMNS`."""
        graphs = [graph.value for graph in answer.graphs]
        ends = {
            "known": answer.known,
            "total": answer.total,
            "sources": " | ".join(rebase_text(graph, self._base) for graph in graphs),
            "licences": " | ".join(self._licence_iris(graphs)),
        }
        return [{**self._row(answer, line), **ends} for line in answer.lines]

    def _row(self, answer: Answer, line: Line) -> dict[str, Any]:
        measure = "density" if answer.question.kind == "density" else "share"
        return {
            "question": answer.question.name,
            "group": self._t.pick(line.group_labels),
            "group_iri": rebase_text(line.group, self._base),
            "label": self._label(line),
            "iri": rebase_text(line.key, self._base) if ":" in line.key else "",
            "n": line.n,
            "base": line.base,
            "population": line.population,
            measure: None if line.value is None else round(line.value, 2),
            "note": self._missing(answer, line) if line.value is None else None,
        }

    def _lines(self, answer: Answer) -> tuple[ShownLine, ...]:
        values = [line.value for line in answer.lines if line.value is not None]
        most = 100.0 if answer.question.kind != "density" else max(values, default=0.0)
        return tuple(self._line(answer, line, most) for line in answer.lines)

    def _line(self, answer: Answer, line: Line, most: float) -> ShownLine:
        t = self._t
        group = Shown(t.pick(line.group_labels), self._links.iri(line.group)) if line.group else None
        return ShownLine(
            Shown(self._label(line), self._links.iri(line.key) if ":" in line.key else None),
            group,
            t.number(line.n),
            "" if line.base is None else t.number(line.base),
            "" if line.population is None else t.number(line.population),
            self._missing(answer, line) if line.value is None else self._value(answer, line.value),
            line.value,
            0.0 if line.value is None or not most else round(100 * line.value / most, 2),
        )

    def _value(self, answer: Answer, value: float) -> str:
        if answer.question.kind == "density":
            return self._fixed(value, 2)
        return self._t("trends.percent", n=self._fixed(value, 1))

    def _fixed(self, value: float, digits: int) -> str:
        """Write a number with all its digits, so that those of a column stand below each other."""
        whole, _, rest = f"{value:.{digits}f}".partition(".")
        return f"{self._t.number(whole)}{',' if self._t.language == 'fr' else '.'}{rest}"

    def _missing(self, answer: Answer, line: Line) -> str:
        if answer.question.kind == "density" and line.n >= MINIMUM:
            return self._t("trends.unpopulated")
        return self._t("trends.few", n=MINIMUM)

    def _label(self, line: Line) -> str:
        key = f"trends.key.{line.key}"
        return self._t.pick(line.labels) or (self._t(key) if self._t.has(key) else curie(line.key))

    def _graph(self, graph: str) -> Shown:
        named = self._around.graphs.get(graph)
        return Shown(self._t.pick(named.titles if named else {}, graph.removeprefix(BASE)), self._links.iri(graph))

    def _licence_iris(self, graphs: Iterable[str]) -> list[str]:
        known: Mapping[str, Named] = self._around.graphs
        return list(dict.fromkeys(iri for graph in graphs if graph in known for iri in known[graph].licences))

    def _licences(self, graphs: Iterable[str]) -> tuple[Shown, ...]:
        return tuple(
            Shown(
                self._t(key) if self._t.has(key := f"thing.{iri}") else curie(iri),
                self._links.iri(iri),
                external=not iri.startswith(BASE),
            )
            for iri in self._licence_iris(graphs)
        )


def _row(graph: str, line: int) -> str:
    return f"{BASE}row/{graph.removeprefix(GRAPH)}/L{line}"
