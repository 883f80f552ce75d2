"""The history of communes -> quads (INSEE igeo 5.0.0 for events, DCMI terms and PROV-O for versions).

An event abolishes or creates a commune when its code goes or comes; it ends and begins versions when anything else
changes too. Its day is known up to 2019, and a period between two 1 January after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from maille.loaders.history.successors import History, Past
from maille.loaders.history.versions import Step, Version
from maille.loaders.history.words import Labels, Named, labels
from maille.loaders.source import SourceDescription
from maille.ontology import iris
from maille.ontology.terms import DCAT, DCT, IGEO, MAILLE, PROV, RDF, SKOS, XSD

_VALID: Final = "valid"
_PERIOD: Final = "period"


class Writer:
    """Writes rows of one graph; which codes are those of communes of today is told by the history."""

    def __init__(self, description: SourceDescription, history: History) -> None:
        self._description = description
        self._graph = description.graph
        self._history = history
        self._names = history.former_names()

    def dated(self, key: str, kind: str, day: str, ended: Sequence[Past], began: Sequence[Past]) -> Iterator[Quad]:
        """Yield an event whose day is known, and the names of the communes that were no more from then on."""
        event = iris.thing("territorial-event", key)
        about = key.removeprefix(f"{day}-")
        yield from self._event(event, about, labels(kind, about, ended, began, Labels(day, day)))
        yield self._quad(event, IGEO.date, Literal(day, datatype=XSD.date))
        yield from self._turned(event, ended, began)
        for past in ended:
            if past.code in self._names and self._history.last_day(past.code) == day:
                yield from self.former(past.code, key)

    def between(self, early: str, late: str, step: Step) -> Iterator[Quad]:
        """Yield an event between two vintages, the end of the versions before it and the versions after it."""
        event = iris.thing("territorial-event", step.key)
        about = step.key.rpartition("-")[2]
        when = Labels(f"entre le 1er janvier {early} et le 1er janvier {late}", f"between 1 January {early} and {late}")
        yield from self._event(event, about, labels(step.event.kind, about, step.ended, step.began, when))
        yield self._quad(event, DCT.temporal, NamedNode(f"{event.value}#{_PERIOD}"))
        yield from self._period(event, _PERIOD, f"{early}-01-01", f"{late}-01-01")
        yield from self._turned(event, step.ended, step.began)
        for version in step.ended:
            node = iris.commune_version(version.code, version.begin)
            yield self._quad(node, PROV.wasInvalidatedBy, event)
            yield self._date(NamedNode(f"{node.value}#{_VALID}"), DCAT.endDate, f"{early}-01-01")
            if version.code in self._history.changes[late].gone and version.code in self._names:
                yield from self.former(version.code, step.key)
        for version in step.began:
            yield from self.version(version, step.key)

    def version(self, version: Version, row: str) -> Iterator[Quad]:
        """Yield a version, valid from a day on; whatever ends it says so."""
        node = iris.commune_version(version.code, version.begin)
        yield self._quad(node, RDF.type, MAILLE.CommuneVersion)
        yield self._quad(node, SKOS.prefLabel, Literal(version.name, language="fr"))
        yield self._quad(node, MAILLE.codeInsee, Literal(version.code))
        yield self._quad(node, DCT.isVersionOf, self._commune(version.code))
        yield self._quad(node, DCT.valid, NamedNode(f"{node.value}#{_VALID}"))
        yield from self._period(node, _VALID, version.begin)
        if version.event:
            yield self._quad(node, PROV.wasGeneratedBy, iris.thing("territorial-event", version.event))
        yield from self._derived(node, row)

    def former(self, code: str, row: str) -> Iterator[Quad]:
        """Yield the name of a commune that is no more; what replaced it, the code of today says."""
        node = iris.thing("former-commune", code)
        yield self._quad(node, SKOS.prefLabel, Literal(self._names[code], language="fr"))
        yield from self._derived(node, row)

    def _event(self, event: NamedNode, about: str, text: Labels) -> Iterator[Quad]:
        yield self._quad(event, RDF.type, IGEO.EvenementGeographique)
        yield self._quad(event, SKOS.prefLabel, Literal(text.fr, language="fr"))
        yield self._quad(event, SKOS.prefLabel, Literal(text.en, language="en"))
        yield self._quad(event, DCT.spatial, self._commune(about))
        yield from self._derived(event, event.value.rpartition("/")[2])

    def _turned(self, event: NamedNode, ended: Sequence[Named], began: Sequence[Named]) -> Iterator[Quad]:
        before, after = {one.code for one in ended}, {one.code for one in began}
        for code in sorted(before - after):
            yield self._quad(event, IGEO.suppression, self._commune(code))
        for code in sorted(after - before):
            yield self._quad(event, IGEO.creation, self._commune(code))

    def _period(self, subject: NamedNode, name: str, begin: str, end: str = "") -> Iterator[Quad]:
        node = NamedNode(f"{subject.value}#{name}")
        yield self._quad(node, RDF.type, DCT.PeriodOfTime)
        yield self._date(node, DCAT.startDate, begin)
        if end:
            yield self._date(node, DCAT.endDate, end)

    def _derived(self, subject: NamedNode, key: str) -> Iterator[Quad]:
        row = self._description.row(key)
        yield self._quad(subject, PROV.wasDerivedFrom, row)
        yield self._quad(row, PROV.wasQuotedFrom, self._description.source)

    def _commune(self, code: str) -> NamedNode:
        return iris.thing("former-commune" if code in self._names else "commune", code)

    def _date(self, subject: NamedNode, predicate: NamedNode, day: str) -> Quad:
        return self._quad(subject, predicate, Literal(day, datatype=XSD.date))

    def _quad(self, subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal) -> Quad:
        return Quad(subject, predicate, value, self._graph)
