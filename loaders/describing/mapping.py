"""Which things one row speaks of, and what each is called; `statements` makes what is said of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from maille.loaders.describing import values
from maille.loaders.describing.cells import Cell, Findings, Reader, clean, plain, shown
from maille.loaders.describing.codes import Codes
from maille.loaders.describing.description import REJECT, Description, Each, Fact, ThingSpec
from maille.loaders.describing.parallel import meets, parallel
from maille.loaders.describing.transforms import BadValue
from maille.loaders.linking.mention import SEPARATOR
from maille.loaders.source import Row
from maille.loaders.territories.gazetteer import Gazetteer
from maille.ontology import iris
from maille.ontology.errors import InvalidIri, RowRejected

Names = Callable[[str, str], NamedNode | None]
"""Takes the id of a source and the key of a mention, and returns the IRI it was given, None to mint one."""
_SIRENS = ("siren", "siren-of-siret")


@dataclass(frozen=True, slots=True)
class Instance:
    """One thing that one row speaks of.

    Attributes:
        spec: what the description says of it.
        position: which of the parallel lists it comes from, from 1; 0 where it is the only one.
        values: the row as this thing sees it, with its own element of each list.
        label: its name, empty where it has none.
        key: what the linker calls it.
        iri: its IRI.
        shared: whether other rows may speak of it under the same IRI.
    """

    spec: ThingSpec
    position: int
    values: Mapping[str, Any]
    label: str
    key: str
    iri: NamedNode
    shared: bool


class Mapper:
    """Finds the things of a row, and makes the values of facts.

    Args:
        description: what the columns mean.
        gazetteer: the territories.
        names: the names that linking gave, a seam.
    """

    def __init__(self, description: Description, gazetteer: Gazetteer, names: Names) -> None:
        self.description = description
        self.gazetteer = gazetteer
        self._names = names
        self.contested: Callable[[Fact, str], bool] = lambda _fact, _value: False
        self._codes = {name: Codes(name, codes) for name, codes in description.codes.items()}
        self.reader = Reader(description.rows.missing, self._codes)

    def instances(self, row: Row, findings: Findings) -> list[Instance]:
        """Return the things of a row; raises RowRejected where the one it is about has no name.

        The row is about the first thing whose conditions hold.
        """
        found: list[Instance] = []
        for spec in self.description.things:
            for position, seen in self._views(spec.each, row.values, findings):
                if meets(spec.when, seen, self.reader):
                    instance = self._instance(row, spec, position, seen, found, findings)
                    if instance is None and not found and not position:
                        raise RowRejected("+".join(spec.label.columns if spec.label else ()), "", "the name is missing")
                    found += (instance,) if instance is not None else ()
        if not found:
            columns = dict.fromkeys(one.column for spec in self.description.things for one in spec.when)
            raise RowRejected("+".join(columns), "", "no thing of the description is in this row")
        return found

    def terms(self, fact: Fact, seen: Mapping[str, Any], findings: Findings) -> list[tuple[Cell, values.Made]]:
        """Return the values of a fact; raises RowRejected where the fact says that a bad one rejects the row."""
        if fact.source is None or not meets(fact.when, seen, self.reader):
            return []
        found: list[tuple[Cell, values.Made]] = []
        for cell in self.reader.cells(fact.source, seen, findings, values.KINDS[fact.kind].whole):
            try:
                if fact.one_place and self.contested(fact, plain(cell.value)):
                    raise BadValue(f"stands on rows that differ in {' and '.join(fact.one_place)}: it is of none")
                found += ((cell, made) for made in self._made(fact, cell, findings) if made is not None)
            except BadValue as error:
                if fact.on_error == REJECT:
                    raise RowRejected(cell.column, shown(cell.value), str(error)) from error
                findings.add(cell.column, cell.value, str(error))
        if fact.required and not found:
            raise RowRejected("+".join(fact.source.columns), "", "a value is required")
        return found

    def _made(self, fact: Fact, cell: Cell, findings: Findings) -> Iterator[values.Made]:
        codes = self._codes.get(fact.source.codes) if fact.source else None
        if codes is not None:
            meant = codes.find(cell.value)
            if meant is None and codes.rejects:
                raise RowRejected(cell.column, shown(cell.value), f"is not in the list of codes {codes.name!r}")
            if meant is None:
                raise BadValue(f"is not in the list of codes {codes.name!r}")
            for one in meant:
                concept = fact.kind == "concept"
                yield codes.concept(one) if concept else self._value(fact, Cell(cell.column, one), findings)
        else:
            yield self._value(fact, cell, findings)

    def _value(self, fact: Fact, cell: Cell, findings: Findings) -> values.Made:
        if fact.kind in values.TERRITORIES:
            return self.gazetteer.find(fact.kind, cell.value)
        value = cell.value
        if fact.kind in ("text", "string"):
            value = self.reader.scrubbed(cell, findings)
            if not value:
                return None
        try:
            return values.KINDS[fact.kind].make(value, fact)
        except ValueError as error:
            # What the store does not take for a term, such as an IRI it cannot parse.
            raise BadValue(f"cannot be stored: {error}") from error

    def _views(
        self, each: Each | None, seen: Mapping[str, Any], findings: Findings
    ) -> Iterator[tuple[int, Mapping[str, Any]]]:
        if each is None:
            yield 0, seen
        else:
            yield from enumerate(parallel(each, seen, self.reader, findings), 1)

    def _instance(
        self,
        row: Row,
        spec: ThingSpec,
        position: int,
        seen: Mapping[str, Any],
        found: list[Instance],
        findings: Findings,
    ) -> Instance | None:
        label = self.reader.text(spec.label, seen, findings)
        if spec.label is not None and not label:
            return None
        name = f"{spec.name}-{position}" if position else spec.name
        key = row.key if not found else f"{row.key}{SEPARATOR}{name}"
        if spec.within:
            whole = next((one for one in found if one.spec.name == spec.within), None)
            iri = NamedNode(f"{whole.iri.value}#{name}") if whole else None
            return Instance(spec, position, seen, label, key, iri, whole.shared) if whole and iri else None
        number = self._number(spec, seen, findings)
        try:
            iri = self._iri(spec, number, label, key)
        except InvalidIri as error:
            raise RowRejected("+".join(spec.label.columns if spec.label else ()), shown(label), str(error)) from error
        return Instance(spec, position, seen, label, key, iri, bool(number) or spec.link)

    def _iri(self, spec: ThingSpec, number: str, label: str, key: str) -> NamedNode:
        given = self._names(self.description.id, key) if spec.link else None
        if given is not None:
            return given
        pattern = iris.THINGS[spec.kind]
        minted = iris.key_of(label, self.description.id, number or key)
        # A number that is no key of that kind is the source's own: the key is minted from it, the same on every row.
        return iris.thing(
            spec.kind, minted if re.fullmatch(pattern, minted) and not re.fullmatch(pattern, number) else number
        )

    def _number(self, spec: ThingSpec, seen: Mapping[str, Any], findings: Findings) -> str:
        """Return the official number that stands in the IRI, empty where the IRI is minted."""
        if spec.key is not None:
            return clean(plain(self.reader.first(spec.key, seen, findings)))
        if spec.kind != "organisation":
            return ""
        for fact in spec.facts:
            if fact.kind in _SIRENS and fact.property is None:
                for _, term in self.terms(fact, seen, findings):
                    return term.value if term is not None else ""
        return ""
