"""What the graph says about one thing: its statements, its parts, the labels of what it links to (Cool URIs, 4).

One question is put to the engine for the statements, the names of what they mention and the first links towards the
thing; a second one for the names further off that are not remembered; more only where there are many links.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from maille.api.context import AppContext
from maille.api.entities.footnotes import graph_of_row
from maille.api.entities.incoming import Incoming, LinkPage, first_linking, first_links, incoming_of
from maille.api.entities.names import Names
from maille.api.terms import Row, terms_to_sparql
from maille.ontology.namespaces import BASE
from maille.ontology.terms import DCT, MAILLE, PROV, RDF, RDFS, SKOS

LABEL_LIMIT: Final = 2000
"""How many linked things get a label: enough for every page, and a bound on the question."""

# One branch a reason to be on the page. Each begins with a pattern that holds the thing itself, so that none of them
# costs more than what it finds; only the thing's own statements, and those about them, need their graph.
_STATEMENTS: Final = """
SELECT ?s ?p ?o ?g ?in WHERE {{
  {{ BIND({iri} AS ?s) GRAPH ?g {{ ?s ?p ?o }} }}
  UNION {{ {iri} ?link ?s . FILTER(STRSTARTS(STR(?s), {hash})) ?s ?p ?o }}
  UNION {{ ?s rdf:subject {iri} ; ?p ?o }}
  UNION {{ ?s org:member {iri} . FILTER(STRSTARTS(STR(?s), {hash})) ?s ?p ?o }}
  UNION {{ ?s maille:figureAbout {iri} ; ?p ?o }}
  UNION {{ {iri} org:hasPrimarySite ?s . ?s ?p ?o }}
  UNION {{ {iri} org:hasSite ?s . ?s ?p ?o }}
  UNION {{ {iri} org:hasPrimarySite ?site . ?site ?part ?s . FILTER(?part IN ({of_sites})) ?s ?p ?o }}
  UNION {{ {iri} org:hasSite ?site . ?site ?part ?s . FILTER(?part IN ({of_sites})) ?s ?p ?o }}
  UNION {{ {iri} maille:memberOfEpci ?s . ?s ?p ?o FILTER(?p = maille:epciKind) }}
  UNION {{ {iri} maille:profile ?s . ?s ?p ?o FILTER(?p = maille:opennessLevel) }}
  UNION {{ {iri} maille:inCommune ?s . ?s ?p ?o FILTER(?p IN ({upwards})) }}
  UNION {{ {iri} maille:possibleCommune ?s . ?s ?p ?o FILTER(?p IN ({upwards})) }}
  UNION {{ {iri} org:hasPrimarySite ?site . ?site maille:inCommune ?s . ?s ?p ?o FILTER(?p IN ({upwards})) }}
  UNION {{ ?s skos:inScheme {iri} ; ?p ?o FILTER(?p IN ({of_concepts})) }}
  UNION {{ {iri} ?link ?s . FILTER(isIRI(?s)) ?s ?p ?o FILTER(?p IN ({names})) BIND({name} AS ?in) }}
  UNION {{ {linking} ?s ?p ?o FILTER(?p IN ({names})) BIND({name} AS ?in) }}
  UNION {{ {links} BIND({link} AS ?in) }}
}}"""
# From the structures, which are few, not from the communes.
_INSIDE: Final = """SELECT DISTINCT ?structure WHERE {{
  ?structure a maille:InnovationStructure ; maille:inCommune ?commune .
  ?commune ?within {iri} FILTER(?within IN ({upwards}, igeo:subdivisionDirecteDe))
}} ORDER BY ?structure LIMIT 200"""
_OF_COMMUNES: Final = tuple(f"{BASE}id/{kind}/" for kind in ("departement", "region", "epci", "ept", "arrondissement"))
_NAMES: Final = "skos:prefLabel, rdfs:label, dct:title"
_UPWARDS: Final = "maille:memberOfEpci, maille:memberOfEpt, igeo:subdivisionDe"
_OF_CONCEPTS: Final = "skos:prefLabel, skos:definition, skos:notation, skos:broader, skos:topConceptOf"
_OF_SITES: Final = "locn:address, geo:hasGeometry"
_IS_NAME: Final = Literal("name")
_IS_LINK: Final = Literal("link")

_LABELS: Final = "SELECT ?s ?p ?o WHERE {{ VALUES ?s {{ {things} }} ?s ?p ?o FILTER(?p IN ({names})) }}"
_GRAPHS: Final = """
SELECT ?graph ?s ?p ?o WHERE {{
  {{ VALUES ?graph {{ {graphs} }} BIND(?graph AS ?s) ?s ?p ?o }}
  UNION {{ VALUES ?graph {{ {graphs} }} ?graph ?link ?s . ?s ?p ?o FILTER(?p IN ({names})) }}
}}"""


@dataclass(frozen=True)
class Description:
    """All that a document about `iri` says.

    Attributes:
        iri: the thing.
        quads: its statements, those of its parts, and of the few things its page shows whole (figures, sites).
        surroundings: labels of what is mentioned, and the descriptions of the graphs the statements stand in.
        incoming: what links to it.
        inside: structures in a commune of it, where it is a territory of communes.
    """

    iri: NamedNode
    quads: tuple[Quad, ...]
    surroundings: tuple[Quad, ...]
    incoming: Incoming
    inside: tuple[NamedNode, ...] = ()

    @property
    def graphs(self) -> list[NamedNode]:
        """The named graphs that say something about the thing itself, or whose rows say what another says, sorted."""
        own = {quad.graph_name for quad in self.quads if quad.subject == self.iri}
        return sorted({*(graph for graph in own if isinstance(graph, NamedNode)), *_told_by(self.quads)}, key=str)


@dataclass(frozen=True, slots=True)
class Memory:
    """What pages remember of the release that is served: names of things, descriptions of graphs."""

    names: Names = field(default_factory=Names)
    graphs: Names = field(default_factory=Names)


async def describe(
    context: AppContext,
    iri: NamedNode,
    page: LinkPage,
    also: Iterable[NamedNode] = (),
    memory: Memory | None = None,
    *,
    inside: bool = True,
) -> Description | None:
    """Return what the graph says about `iri`, or None where it says nothing.

    Args:
        context: who is asked.
        iri: the thing.
        page: which links to it are wanted.
        also: more things whose names the page wants.
        memory: names that need not be asked for.
        inside: whether the structures in a territory are wanted.
    """
    # What is remembered is of the release that is served, not of a kept one.
    memory = Memory() if memory is None or context.asked is not None else memory
    release = context.release
    values = {"iri": iri, "hash": Literal(iri.value + "#"), "upwards": _UPWARDS, "of_concepts": _OF_CONCEPTS}
    values |= {"of_sites": _OF_SITES, "names": _NAMES, "name": _IS_NAME, "link": _IS_LINK}
    values |= {"links": first_links(iri), "linking": first_linking(iri)}
    found, within = await asyncio.gather(
        context.select(_STATEMENTS.format(**values)),
        _inside(context, iri, page if inside else LinkPage(1)),
    )
    statements = [row for row in found if "in" not in row]
    quads = tuple(dict.fromkeys(_quads(statements)))
    if not any(quad.subject == iri for quad in quads):
        return None
    incoming = await incoming_of(context, iri, page, [row for row in found if row.get("in") == _IS_LINK])
    names = tuple(_quads(row for row in found if row.get("in") == _IS_NAME))
    wanted = {iri, *also, *within}
    surroundings = await _surroundings(context, quads, names, incoming, wanted, memory, release)
    return Description(iri, quads, surroundings, incoming, within)


async def _inside(context: AppContext, iri: NamedNode, page: LinkPage) -> tuple[NamedNode, ...]:
    """Return the structures in a territory that is made of communes, for its overview."""
    if page.number is not None or not iri.value.startswith(_OF_COMMUNES):
        return ()
    found = (row.get("structure") for row in await context.select(_INSIDE.format(iri=iri, upwards=_UPWARDS)))
    return tuple(structure for structure in found if isinstance(structure, NamedNode))


def _quads(rows: Iterable[Row]) -> Iterable[Quad]:
    for row in rows:
        subject, predicate, graph = row["s"], row["p"], row.get("g")
        # A literal is never a subject, and SPARQL binds these places to IRIs: the test is for the type checker.
        if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode):
            place = graph if isinstance(graph, NamedNode) else DefaultGraph()
            yield Quad(subject, predicate, row["o"], place)


async def _surroundings(
    context: AppContext,
    quads: Sequence[Quad],
    names: Sequence[Quad],
    incoming: Incoming,
    also: set[NamedNode],
    memory: Memory,
    release: str,
) -> tuple[Quad, ...]:
    """Return names of what the quads mention, and descriptions of the graphs they stand in."""
    named_graphs = {quad.graph_name for quad in quads if isinstance(quad.graph_name, NamedNode)}
    graphs = sorted(named_graphs | set(_told_by(quads)), key=str)
    links = {term for link in incoming.links for term in (link.predicate, link.document)}
    named = {quad.subject for quad in names}
    things = sorted({*also, *_mentioned(quads), *links} - named, key=str)[:LABEL_LIMIT]
    known, unknown = memory.names.split(release, things)
    described, strange = memory.graphs.split(release, graphs)
    labels, descriptions = await asyncio.gather(
        _asked(context, _LABELS, things=unknown), _asked(context, _GRAPHS, graphs=strange)
    )
    found = tuple(_quads(labels))
    memory.names.keep(release, unknown, found)
    of_graphs = {graph: [row for row in descriptions if row.get("graph") == graph] for graph in strange}
    for graph, rows in of_graphs.items():
        memory.graphs.put(release, graph, tuple(_quads(rows)))
    return tuple(dict.fromkeys((*names, *known, *found, *described, *_quads(descriptions))))


async def _asked(context: AppContext, query: str, **things: Sequence[NamedNode]) -> list[Row]:
    """Return the answer to a query about things; nothing, unasked, where there are none."""
    if not any(things.values()):
        return []
    lists = {name: terms_to_sparql(terms) for name, terms in things.items()}
    return await context.select(query.format(names=_NAMES, **lists))


def _told_by(quads: Sequence[Quad]) -> Iterable[NamedNode]:
    """Yield the graphs of the rows of sourced statements: what another graph says first stands in these no more."""
    told = {quad.subject for quad in quads if quad.object == MAILLE.SourcedStatement and quad.predicate == RDF.type}
    for quad in quads:
        if quad.predicate == PROV.wasDerivedFrom and quad.subject in told and isinstance(quad.object, NamedNode):
            graph = graph_of_row(quad.object)
            if graph is not None:
                yield graph


def _mentioned(quads: Iterable[Quad]) -> Iterable[NamedNode]:
    for quad in quads:
        if quad.predicate.value.startswith(BASE):
            yield quad.predicate
        if isinstance(quad.object, NamedNode):
            yield quad.object


def labels_of(quads: Iterable[Quad]) -> dict[NamedNode, dict[str, str]]:
    """Return subject -> language -> label, `skos:prefLabel` before `rdfs:label` before `dct:title`."""
    found: dict[NamedNode, dict[str, str]] = defaultdict(dict)
    order = {SKOS.prefLabel: 0, RDFS.label: 1, DCT.title: 2}
    chosen = [quad for quad in quads if quad.predicate in order and isinstance(quad.object, Literal)]
    for quad in sorted(chosen, key=lambda quad: (order[quad.predicate], str(quad.object))):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
            found[quad.subject].setdefault(quad.object.language or "", quad.object.value)
    return dict(found)
