"""What links to a thing: counted by predicate and kind of thing, shown a few of each, or paged as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from maille.api.context import AppContext
from maille.api.terms import Row
from maille.ontology.iris import THINGS
from maille.ontology.namespaces import BASE

PAGE_SIZE: Final = 100
FOLD_SIZE: Final = 24
MAX_PAGE: Final = 100_000
FEW: Final = PAGE_SIZE
"""Links that are read at once; what has more of them is asked for counts and lists."""
MANY: Final = 1000
"""Links of a group above which they come in the order of their addresses: to sort so many by name takes too long."""

# What links to a thing, itself and its own parts left out, and what is bookkeeping: the two ends of a sourced
# statement, and the parts of a thing that come from the row the thing comes from. The kind is the word after /id/ (or
# the first, as in /scheme/) of the subject's IRI: no join, however many links there are.
_LINKS: Final = """
    ?s ?p {iri} . {fixed}
    FILTER(?p != rdf:subject && ?p != rdf:object && ?s != {iri} && !STRSTARTS(STR(?s), {hash}))
    FILTER(?p != prov:wasDerivedFrom || !CONTAINS(STR(?s), "#"))
    BIND(STRBEFORE(STRAFTER(STR(?s), IF(STRSTARTS(STR(?s), "{base}id/"), "{base}id/", "{base}")), "/") AS ?kind)"""

_COUNTS: Final = "SELECT ?p ?kind (COUNT(DISTINCT ?s) AS ?n) WHERE {{{links}\n}} GROUP BY ?p ?kind ORDER BY ?p ?kind"

# The first links as they come, for what has few of them.
_FIRST: Final = """SELECT {what} WHERE {{
    ?s ?p {iri} .
    FILTER(?p != rdf:subject && ?p != rdf:object && ?s != {iri} && !STRSTARTS(STR(?s), {hash}))
    FILTER(?p != prov:wasDerivedFrom || !CONTAINS(STR(?s), "#"))
  }} LIMIT {limit}"""

# Names are sorted as in French, the one language every name of the graph has; a page shows them in its own.
_BY_NAME: Final = """{{ SELECT DISTINCT ?s ?p ?kind ?name WHERE {{{links}
    OPTIONAL {{ ?s skos:prefLabel ?name FILTER(LANG(?name) = "fr") }}
  }} ORDER BY ?p ?kind ?name ?s LIMIT {limit} OFFSET {offset} }}"""
_AS_THEY_COME: Final = "{{ SELECT DISTINCT ?s ?p WHERE {{{links} }} LIMIT {limit} }}"
_BY_ADDRESS: Final = "{{ SELECT DISTINCT ?s ?p WHERE {{{links} }} ORDER BY ?p ?s LIMIT {limit} OFFSET {offset} }}"


@dataclass(frozen=True, slots=True)
class LinkPage:
    """Which of the links to a thing are asked for.

    Attributes:
        number: page, from 1; None asks for the overview: a few links of each group.
        via: only those by this predicate.
        kind: only those from this kind of thing (`commune`, `scheme`); the empty word is what has none.
    """

    number: int | None = None
    via: NamedNode | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """One link, `subject predicate <the thing>`, from a kind of thing."""

    subject: NamedNode
    predicate: NamedNode
    kind: str

    @property
    def document(self) -> NamedNode:
        """Return the subject without its fragment: the thing it is a part of."""
        return NamedNode(self.subject.value.partition("#")[0])


@dataclass(frozen=True)
class Incoming:
    """The links asked for, and the count of every (predicate, kind) group there is."""

    counts: Mapping[tuple[NamedNode, str], int]
    links: tuple[Link, ...]
    page: LinkPage

    @property
    def total(self) -> int:
        """Return how many links the page runs over."""
        return sum(n for (via, kind), n in self.counts.items() if _wanted(self.page, via, kind))

    @property
    def pages(self) -> int:
        """Return how many pages they fill, at least one."""
        return max(1, -(-self.total // PAGE_SIZE))


def _wanted(page: LinkPage, via: NamedNode, kind: str) -> bool:
    return page.via in (None, via) and page.kind in (None, kind)


def first_links(iri: NamedNode) -> str:
    """Return the group pattern that finds the first links to `iri` as `?s ?p`, one more than a few."""
    return _first(iri, "?s ?p")


def first_linking(iri: NamedNode) -> str:
    """Return the group pattern that finds what these links are from, as `?s`."""
    return _first(iri, "?s")


def _first(iri: NamedNode, what: str) -> str:
    return f"{{ {_FIRST.format(what=what, iri=iri, hash=Literal(iri.value + '#'), limit=FEW + 1)} }}"


async def incoming_of(context: AppContext, iri: NamedNode, page: LinkPage, first: Iterable[Row]) -> Incoming:
    """Return the links of `page`, and the count of every group: from the first links, where these are all there are."""
    links = tuple(dict.fromkeys(_links_of(first)))
    if len(links) > FEW:
        return await _fetched(context, iri, page)
    counts = Counter((link.predicate, link.kind) for link in links)
    wanted = (link for link in links if _wanted(page, link.predicate, link.kind))
    return Incoming(counts, tuple(sorted(wanted, key=lambda link: (link.predicate.value, link.subject.value))), page)


async def _fetched(context: AppContext, iri: NamedNode, page: LinkPage) -> Incoming:
    """Ask for the counts of every group of links to `iri`, then for the links of `page`."""
    counts = await _counts(context, iri)
    lists = _lists(iri, page, counts)
    rows = await context.select(_union(lists)) if lists else ()
    return Incoming(counts, tuple(dict.fromkeys(_links_of(rows))), page)


async def _counts(context: AppContext, iri: NamedNode) -> dict[tuple[NamedNode, str], int]:
    rows = await context.select(_COUNTS.format(links=_links(iri)))
    counts = {}
    for row in rows:
        predicate, kind, n = row.get("p"), row.get("kind"), row["n"]
        if isinstance(predicate, NamedNode) and isinstance(kind, Literal) and isinstance(n, Literal):
            counts[predicate, kind.value] = int(n.value)
    return counts


def _lists(iri: NamedNode, page: LinkPage, counts: Mapping[tuple[NamedNode, str], int]) -> list[str]:
    wanted = [(via, kind) for via, kind in counts if _wanted(page, via, kind)]
    if page.number is None:
        return [_fold(_links(iri, *group), counts[group]) for group in wanted]
    links, total = _links(iri, page.via, page.kind), sum(counts[group] for group in wanted)
    return [_list(links, PAGE_SIZE, (page.number - 1) * PAGE_SIZE, total)] if wanted else []


def _links(iri: NamedNode, via: NamedNode | None = None, kind: str | None = None) -> str:
    fixed = "" if via is None else f"VALUES ?p {{ {via} }}"
    if kind:
        beginning = f"{BASE}id/{kind}/" if kind in THINGS else f"{BASE}{kind}/"
        fixed += f" FILTER(STRSTARTS(STR(?s), {Literal(beginning)}))"
    elif kind is not None:
        fixed += f' FILTER(!CONTAINS(STRAFTER(STR(?s), "{BASE}"), "/"))'
    return _LINKS.format(iri=iri, hash=Literal(iri.value + "#"), base=BASE, fixed=fixed)


def _fold(links: str, total: int) -> str:
    # The first few of thousands are as good as any.
    return (_BY_NAME if total <= MANY else _AS_THEY_COME).format(links=links, limit=FOLD_SIZE, offset=0)


def _list(links: str, limit: int, offset: int, total: int) -> str:
    query = _BY_NAME if total <= MANY else _BY_ADDRESS
    return query.format(links=links, limit=limit, offset=offset)


def _union(lists: Sequence[str]) -> str:
    return "SELECT * WHERE {\n  " + "\n  UNION ".join(lists) + "\n}"


def _links_of(rows: Iterable[Row]) -> Iterable[Link]:
    for row in rows:
        subject, predicate = row.get("s"), row.get("p")
        if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode):
            yield Link(subject, predicate, _kind_of(subject.value))


def _kind_of(iri: str) -> str:
    if not iri.startswith(BASE):
        return ""
    kind, slash, _ = iri.removeprefix(BASE).removeprefix("id/").partition("/")
    return kind if slash else ""
