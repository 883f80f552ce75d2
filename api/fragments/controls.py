"""What a Triple Pattern Fragment says of itself: how many triples match, and how to ask for others.

https://linkeddatafragments.org/specification/triple-pattern-fragments/, sections 4.2 to 4.4 (Hydra Core Vocabulary).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Final
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode, Triple

from maille.api.datasets.void import TITLES, integer
from maille.api.fragments.pattern import PLACES
from maille.ontology.terms import DCT, RDF, VOID

PAGE_SIZE: Final = 100
"""Triples of one page."""
HYDRA: Final = "http://www.w3.org/ns/hydra/core#"
_PARTS: Final = dict(zip(PLACES, (RDF.subject, RDF.predicate, RDF.object), strict=True))


@dataclass(frozen=True, slots=True)
class Controls:
    """The addresses around one page of a fragment.

    Attributes:
        address: that of all fragments, absolute, without a query.
        fixed: parameters that stay in every link, such as the release.
        asked: the pattern as it was asked for.
        page: number of the page, from 1.
        total: how many triples match.
    """

    address: str
    fixed: tuple[tuple[str, str], ...]
    asked: tuple[tuple[str, str], ...]
    page: int
    total: int

    @property
    def last(self) -> int:
        """Number of the last page; an empty fragment has one page."""
        return max(1, ceil(self.total / PAGE_SIZE))

    def of(self, page: int | None) -> str:
        """Return the address of a page, of the fragment as a whole for None."""
        number = [] if page is None or page == 1 else [("page", str(page))]
        fields = [*self.asked, *self.fixed, *number]
        return self.address + ("?" + urlencode(fields) if fields else "")

    @property
    def around(self) -> dict[str, int]:
        """Relation -> number of a page: the first, the last, and those beside this one."""
        found = {"first": 1, "last": self.last}
        if self.page > 1:
            found["prev"] = min(self.page - 1, self.last)
        if self.page < self.last:
            found["next"] = self.page + 1
        return found

    @property
    def graph(self) -> NamedNode:
        """Name of the graph that holds all this, in formats that have graphs."""
        return NamedNode(self.of(self.page) + "#metadata")

    def triples(self) -> Iterator[Triple]:
        """Yield the description of the page, the fragment and the data set it is of."""
        dataset = NamedNode(self.address + "#dataset")
        fragment, page = NamedNode(self.of(None)), NamedNode(self.of(self.page))
        yield Triple(dataset, RDF.type, VOID.Dataset)
        yield Triple(dataset, RDF.type, _hydra("Collection"))
        yield from (Triple(dataset, DCT.title, title) for title in TITLES)
        yield Triple(dataset, VOID.subset, fragment)
        yield from self._form(dataset)
        if fragment != page:
            yield Triple(fragment, VOID.subset, page)
        yield Triple(page, RDF.type, _hydra("PartialCollectionView"))
        yield Triple(page, DCT.source, dataset)
        yield Triple(page, _hydra("itemsPerPage"), integer(PAGE_SIZE))
        for counted in {fragment, page}:
            yield Triple(counted, _hydra("totalItems"), integer(self.total))
            yield Triple(counted, VOID.triples, integer(self.total))
        for relation, number in self.around.items():
            term = "previous" if relation == "prev" else relation
            yield Triple(page, _hydra(term), NamedNode(self.of(number)))

    def _form(self, dataset: NamedNode) -> Iterator[Triple]:
        form = NamedNode(self.address + "#pattern")
        start = "?" + urlencode(self.fixed) + "{&" if self.fixed else "{?"
        yield Triple(dataset, _hydra("search"), form)
        yield Triple(form, RDF.type, _hydra("IriTemplate"))
        yield Triple(form, _hydra("template"), Literal(f"{self.address}{start}{','.join(PLACES)}}}"))
        yield Triple(form, _hydra("variableRepresentation"), _hydra("ExplicitRepresentation"))
        for name, term in _PARTS.items():
            mapping = NamedNode(f"{self.address}#{name}")
            yield Triple(form, _hydra("mapping"), mapping)
            yield Triple(mapping, _hydra("variable"), Literal(name))
            yield Triple(mapping, _hydra("property"), term)


def _hydra(name: str) -> NamedNode:
    return NamedNode(HYDRA + name)
