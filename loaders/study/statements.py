"""Statements with their lines: how one fact of the study becomes quads (PROV-O; RDF 1.1 reification, one per fact).

Each fact is a plain triple, and beside it a `maille:SourcedStatement` that points to the lines it stands on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad

from maille.loaders.source import SourceDescription
from maille.loaders.sourced import Object, reified, statement
from maille.ontology.terms import MAILLE, PROV, RDF, SKOS, XSD


class Scribe:
    """Writes quads into the graph of one source."""

    def __init__(self, description: SourceDescription) -> None:
        self._description = description
        self._graph = description.graph
        # The same lines are named thousands of times over.
        self._lines: dict[int, NamedNode] = {}

    def plain(self, subject: NamedNode, predicate: NamedNode, value: Object) -> Quad:
        """Return one quad, without lines."""
        return Quad(subject, predicate, value, self._graph)

    def types(self, subject: NamedNode, classes: Iterable[NamedNode]) -> Iterator[Quad]:
        """Say what `subject` is."""
        for one in classes:
            yield self.plain(subject, RDF.type, one)

    def stated(self, subject: NamedNode, predicate: NamedNode, value: Object, lines: Iterable[int]) -> Iterator[Quad]:
        """State a fact, and the lines it stands on."""
        yield self.plain(subject, predicate, value)
        yield from self.reified(subject, predicate, value, lines)
        for line in lines:
            yield self.plain(subject, PROV.wasDerivedFrom, self.line(line))

    def reified(self, subject: NamedNode, predicate: NamedNode, value: Object, lines: Iterable[int]) -> Iterator[Quad]:
        """Describe the statement of a fact, and the lines it stands on."""
        for one in reified(subject, predicate, value):
            yield Quad(one.subject, one.predicate, one.object, self._graph)
        yield from self.derived(statement(subject, predicate, value), lines)

    def derived(self, subject: NamedNode, lines: Iterable[int]) -> Iterator[Quad]:
        """Say that `subject` was read on `lines`, and describe each of them."""
        for line in lines:
            row = self.line(line)
            yield self.plain(subject, PROV.wasDerivedFrom, row)
            yield from self.described(line)

    def described(self, line: int) -> Iterator[Quad]:
        """Describe one line of the study."""
        row = self.line(line)
        yield self.plain(row, RDF.type, MAILLE.SourceRow)
        yield self.plain(row, MAILLE.sourceLine, Literal(str(line), datatype=XSD.integer))
        yield self.plain(row, PROV.wasQuotedFrom, self._description.source)

    def noted(self, subject: NamedNode, predicate: NamedNode, value: Object, notes: tuple[str, str]) -> Iterator[Quad]:
        """Hang a note, French then English, on a fact that is stated."""
        node = statement(subject, predicate, value)
        for language, note in zip(("fr", "en"), notes, strict=True):
            if note:
                yield self.plain(node, SKOS.note, Literal(note, language=language))

    def line(self, number: int) -> NamedNode:
        """Return the IRI of a line of the study."""
        if number not in self._lines:
            self._lines[number] = self._description.row(f"L{number}")
        return self._lines[number]
