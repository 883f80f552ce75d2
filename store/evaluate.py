"""One query over one pyoxigraph store, in the calling thread (SPARQL 1.1 Query, section 16).

Aggregates and sorts run in `prepare`, streams in `Evaluation.write`: both are to stand under the deadline.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import chain, islice
from typing import IO, Any, Final, NamedTuple, Protocol

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from maille.ontology.errors import NotAcceptable
from maille.ontology.namespaces import BASE, PREFIXES, rebase_text
from maille.store.engine import BINDINGS_FORMATS, GRAPH_FORMATS, QueryForm, QueryRequest
from maille.store.guard import Inspected, inspect
from maille.store.planner import Planner
from maille.store.translate import Translated

Term = NamedNode | BlankNode | Literal | Triple
Results = QuerySolutions | QueryBoolean | QueryTriples

BINDINGS: Final = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
GRAPHS: Final = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
}
_UNKNOWN_FUNCTION: Final = re.compile(r"The custom function <(.*)> is not supported", re.DOTALL)
_LONG: Final = 20_000
"""Bytes of tables of ours above which a query is not read by the planner: that would take longer than it saves."""
_MOST_UNKNOWN: Final = 50
_SAMPLE: Final = 2_000
_TRANSLATED: Final = Translated()


class Writer(Protocol):
    """Where the body goes; an exception from `write` stops the query."""

    def write(self, data: bytes, /) -> int:
        """Take the next bytes."""

    def flush(self) -> None:
        """Do nothing: whoever owns the writer knows when it ends."""


class Heading(NamedTuple):
    """What is known of an answer before its first byte."""

    form: QueryForm
    media_type: str
    stable: bool


class Evaluation(NamedTuple):
    """A query that was parsed, planned and begun; `write` runs the rest of it.

    It must live and die in one thread (pyoxigraph's results are bound to theirs); the heading may travel.
    """

    heading: Heading
    write: Callable[[Writer], None]


def prepare(store: Store, request: QueryRequest, base: str = BASE, planner: Planner | None = None) -> Evaluation:
    """Begin a query; raises the QueryError tree and nothing else.

    `base` is the base IRI the release was written under, for the prefixes of Turtle. With the `planner` of the store,
    a query over the union of its graphs is run as the planner has it.
    """
    inspected = inspect(request.text, tables=request.tables)
    with _TRANSLATED:
        planned = _planned(store, inspected, request, planner)
        results = _run(store, inspected, request) if planned is None else planned
    form = _form(results, inspected)
    media_type = media_type_of(form, request)
    return Evaluation(Heading(form, media_type, inspected.stable), _writing(results, media_type, base))


def _planned(store: Store, inspected: Inspected, request: QueryRequest, planner: Planner | None) -> Results | None:
    """Return the results of the query as the planner has it, None where it has nothing to say."""
    given = request.default_graphs or request.named_graphs or inspected.has_dataset
    if planner is None or given or not request.union_default_graph or request.tables > _LONG:
        return None
    text = planner.rewritten(inspected.text)
    if text is inspected.text:
        return None
    # What is wrong with a query is told of the text as it came.
    with suppress(SyntaxError):
        return _run(store, inspected._replace(text=text), request)
    return None


def _run(store: Store, inspected: Inspected, request: QueryRequest) -> Results:
    given = bool(request.default_graphs or request.named_graphs)
    dataset: dict[str, Any] = (
        {
            "default_graph": [NamedNode(iri) for iri in request.default_graphs],
            "named_graphs": [NamedNode(iri) for iri in request.named_graphs],
        }
        if given
        # pyoxigraph would let the union win over FROM.
        else {"use_default_graph_as_union": request.union_default_graph and not inspected.has_dataset}
    )
    unknown: dict[NamedNode, Callable[..., Term | None]] = {}
    while True:
        try:
            return store.query(inspected.text, base_iri=request.base_iri, custom_functions=unknown or None, **dataset)
        except RuntimeError as error:
            match = _UNKNOWN_FUNCTION.fullmatch(str(error))
            if match is None or len(unknown) >= _MOST_UNKNOWN:
                raise
            unknown[NamedNode(match[1])] = _no_value


def _no_value(*_arguments: object) -> None:
    """Stand for a function nobody knows: an expression error, not a failed query (SPARQL 1.1 Query, 17.6)."""


def _form(results: Results, inspected: Inspected) -> QueryForm:
    if isinstance(results, QuerySolutions):
        return "SELECT"
    if isinstance(results, QueryBoolean):
        return "ASK"
    return "DESCRIBE" if inspected.describes else "CONSTRUCT"


def media_type_of(form: QueryForm, request: QueryRequest) -> str:
    """Return the format a form of query is answered in; raises NotAcceptable."""
    bindings = form in {"SELECT", "ASK"}
    media_type = request.bindings_format if bindings else request.graph_format
    known = BINDINGS_FORMATS if bindings else GRAPH_FORMATS
    if media_type is None or media_type not in known:
        raise NotAcceptable(f"{form} is answered in none of the formats asked for.", tuple(known))
    return media_type


def _writing(results: Results, media_type: str, base: str) -> Callable[[Writer], None]:
    def write(writer: Writer) -> None:
        with _TRANSLATED:
            _write(results, media_type, base, writer)

    return write


def _write(results: Results, media_type: str, base: str, writer: Any) -> None:
    if isinstance(results, QueryTriples):
        write_triples(results, GRAPHS[media_type], base, writer)
    else:
        results.serialize(writer, BINDINGS[media_type])


def write_triples(triples: Iterable[Triple], syntax: RdfFormat, base: str, writer: Any) -> None:
    """Write triples as they come; where the syntax knows prefixes, with those of `base` that they need."""
    if syntax in {RdfFormat.TURTLE, RdfFormat.RDF_XML}:
        _write_with_prefixes(triples, syntax, base, writer)
    elif isinstance(triples, QueryTriples):
        triples.serialize(writer, syntax)
    else:
        serialize(triples, writer, syntax)


def _write_with_prefixes(results: Iterable[Triple], syntax: RdfFormat, base: str, writer: IO[bytes]) -> None:
    triples = iter(results)
    sample = list(islice(triples, _SAMPLE))
    table = {prefix: rebase_text(iri, base) for prefix, iri in PREFIXES.items()}
    if len(sample) < _SAMPLE:
        used = _namespaces(sample)
        table = {prefix: iri for prefix, iri in table.items() if iri in used}
    serialize(chain(sample, triples), writer, syntax, prefixes=table)


def _namespaces(triples: Iterable[Triple]) -> set[str]:
    iris = {term.value for triple in triples for term in triple if isinstance(term, NamedNode)}
    iris.update(triple.object.datatype.value for triple in triples if hasattr(triple.object, "datatype"))
    return {iri[: max(iri.rfind("#"), iri.rfind("/")) + 1] for iri in iris}
