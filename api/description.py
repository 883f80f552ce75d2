"""What the graph says about one thing: its statements, its parts, the labels of what it links to (Cool URIs, 4).

Three questions are put to the engine: the statements and the links towards the thing (at the same time), then the
labels of everything they mention together with the descriptions of the graphs they stand in.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from maille.api.context import AppContext
from maille.api.incoming import Incoming, LinkPage, fetch_incoming
from maille.api.terms import Row, Value, terms_to_sparql
from maille.ontology.namespaces import BASE
from maille.ontology.terms import DCT, MAILLE, PROV, RDF, RDFS, SKOS

Statement = tuple[Value, NamedNode, Value]

LABEL_LIMIT: Final = 2000
"""How many linked things get a label: enough for every page, and a bound on the question."""

# One branch a reason to be on the page. Each begins with a pattern that holds the thing itself, so that none of them
# costs more than what it finds; only the thing's own statements need their graph.
_STATEMENTS: Final = """
SELECT ?s ?p ?o ?g WHERE {{
  {{ BIND({iri} AS ?s) GRAPH ?g {{ ?s ?p ?o }} }}
  UNION {{ {iri} ?link ?s . FILTER(STRSTARTS(STR(?s), {hash})) ?s ?p ?o }}
  UNION {{ ?s rdf:subject {iri} ; ?p ?o }}
  UNION {{ ?s org:member {iri} . FILTER(STRSTARTS(STR(?s), {hash})) ?s ?p ?o }}
  UNION {{ ?s maille:figureAbout {iri} ; ?p ?o }}
  UNION {{ {iri} org:hasPrimarySite ?s . ?s ?p ?o }}
  UNION {{ {iri} org:hasSite ?s . ?s ?p ?o }}
  UNION {{ {iri} org:hasPrimarySite ?site . ?site locn:address ?s . ?s ?p ?o }}
  UNION {{ {iri} maille:memberOfEpci ?s . ?s ?p ?o FILTER(?p = maille:epciKind) }}
  UNION {{ {iri} maille:profile ?s . ?s ?p ?o FILTER(?p = maille:opennessLevel) }}
  UNION {{ {iri} maille:inCommune ?s . ?s ?p ?o FILTER(?p IN ({upwards})) }}
  UNION {{ {iri} maille:possibleCommune ?s . ?s ?p ?o FILTER(?p IN ({upwards})) }}
  UNION {{ {iri} org:hasPrimarySite ?site . ?site maille:inCommune ?s . ?s ?p ?o FILTER(?p IN ({upwards})) }}
  UNION {{ ?s skos:inScheme {iri} ; ?p ?o FILTER(?p IN ({of_concepts})) }}
}}"""
# From the structures, which are few, not from the communes.
_INSIDE: Final = """SELECT DISTINCT ?structure WHERE {{
  ?structure a maille:InnovationStructure ; maille:inCommune ?commune .
  ?commune ?within {iri} FILTER(?within IN ({upwards}))
}} ORDER BY ?structure LIMIT 200"""
_OF_COMMUNES: Final = tuple(f"{BASE}id/{kind}/" for kind in ("departement", "region", "epci", "ept"))
_NAMES: Final = "skos:prefLabel, rdfs:label, dct:title"
_UPWARDS: Final = "maille:memberOfEpci, maille:memberOfEpt, igeo:subdivisionDe"
_OF_CONCEPTS: Final = "skos:prefLabel, skos:definition, skos:notation, skos:broader, skos:topConceptOf"

_LABELS: Final = """
SELECT ?s ?p ?o WHERE {{
  {{ VALUES ?s {{ {things} }} ?s ?p ?o FILTER(?p IN ({names})) }}
  UNION {{ VALUES ?s {{ {graphs} }} ?s ?p ?o }}
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
        """The named graphs that say something about the thing itself, sorted."""
        own = {quad.graph_name for quad in self.quads if quad.subject == self.iri}
        return sorted((graph for graph in own if isinstance(graph, NamedNode)), key=str)


async def describe(
    context: AppContext, iri: NamedNode, page: LinkPage, also: Iterable[NamedNode] = ()
) -> Description | None:
    """Return what the graph says about `iri`, or None where it says nothing.

    `also` names more things whose labels the page wants.
    """
    values = {"iri": iri, "hash": Literal(iri.value + "#"), "upwards": _UPWARDS, "of_concepts": _OF_CONCEPTS}
    statements, incoming, inside = await asyncio.gather(
        context.select(_STATEMENTS.format(**values)),
        fetch_incoming(context, iri, page),
        _inside(context, iri, page),
    )
    quads = tuple(dict.fromkeys(_quads(statements)))
    if not any(quad.subject == iri for quad in quads):
        return None
    surroundings = await _surroundings(context, quads, incoming, {iri, *also, *inside})
    return Description(iri, quads, surroundings, incoming, inside)


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
    context: AppContext, quads: Sequence[Quad], incoming: Incoming, also: set[NamedNode]
) -> tuple[Quad, ...]:
    graphs = {quad.graph_name for quad in quads if isinstance(quad.graph_name, NamedNode)}
    links = {term for link in incoming.links for term in (link.predicate, link.document)}
    things = {*also, *_mentioned(quads), *links}
    chosen = islice(sorted(things, key=str), LABEL_LIMIT)
    query = _LABELS.format(
        things=terms_to_sparql(chosen), graphs=terms_to_sparql(sorted(graphs, key=str)), names=_NAMES
    )
    return tuple(dict.fromkeys(_quads(await context.select(query))))


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


@dataclass(frozen=True, slots=True)
class Footnote:
    """Where one statement comes from: the rows it was drawn from and what is to be said of it."""

    rows: tuple[NamedNode, ...]
    notes: tuple[Literal, ...]


def footnotes_of(quads: Sequence[Quad]) -> dict[Statement, Footnote]:
    """Return statement -> footnote, from the `maille:SourcedStatement` among `quads`."""
    by_node: dict[Value, dict[NamedNode, list[Value]]] = defaultdict(lambda: defaultdict(list))
    for quad in quads:
        if isinstance(quad.object, Value) and isinstance(quad.subject, NamedNode):
            by_node[quad.subject][quad.predicate].append(quad.object)
    found: dict[Statement, Footnote] = {}
    for facts in by_node.values():
        if MAILLE.SourcedStatement not in facts.get(RDF.type, ()):
            continue
        for triple in _stated(facts):
            rows = sorted((o for o in facts[PROV.wasDerivedFrom] if isinstance(o, NamedNode)), key=str)
            notes = sorted((o for o in facts[SKOS.note] if isinstance(o, Literal)), key=str)
            found[triple] = Footnote(tuple(rows), tuple(notes))
    return found


def _stated(facts: Mapping[NamedNode, Sequence[Value]]) -> Iterable[Statement]:
    for subject in facts.get(RDF.subject, ()):
        for predicate in facts.get(RDF.predicate, ()):
            for value in facts.get(RDF.object, ()):
                if isinstance(predicate, NamedNode):
                    yield subject, predicate, value
