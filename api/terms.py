"""RDF terms into SPARQL text, and results back into terms (SPARQL 1.1 Query Language, sections 4.1 and 10.2).

A query of ours is valid SPARQL as it stands in its file. Where it takes a value it says `VALUES ?name { UNDEF }`,
and `bind` puts typed terms there: no text of a request is ever spliced into a query.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolution,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from maille.ontology.namespaces import BASE

Term = NamedNode | Literal
"""What a query of ours may be given."""

Value = NamedNode | BlankNode | Literal
"""What an engine may give back."""

Row = Mapping[str, Value]
"""One solution; a variable that is not bound is not in it."""


def terms_to_sparql(terms: Iterable[Term]) -> str:
    """Return `terms` as SPARQL writes them, one blank between two (`<http://a/> "b"@fr`)."""
    return " ".join(str(term) for term in terms)


def bind(query: str, values: Mapping[str, Term | Sequence[Term]]) -> str:
    """Return `query` with each `VALUES ?name { UNDEF }` filled with the terms of that name.

    Raises ValueError where the query has no such place: a mistake of ours, never of a client.
    """
    for name, value in values.items():
        place = f"VALUES ?{name} {{ UNDEF }}"
        if place not in query:
            raise ValueError(f"the query has no place for ?{name}")
        terms = [value] if isinstance(value, NamedNode | Literal) else value
        query = query.replace(place, f"VALUES ?{name} {{ {terms_to_sparql(terms)} }}")
    return query


def rebased(value: Value, old: str, new: str) -> Value:
    """Return `value` with every name under `old` moved under `new`; text is left alone."""
    if old == new:
        return value
    if isinstance(value, NamedNode) and value.value.startswith(old):
        return NamedNode(new + value.value.removeprefix(old))
    if isinstance(value, Literal) and value.language is None and value.datatype.value.startswith(old):
        return Literal(value.value, datatype=NamedNode(new + value.datatype.value.removeprefix(old)))
    return value


def rebased_triple(triple: Triple, old: str, new: str) -> Triple:
    """Return `triple` with every name under `old` moved under `new`."""
    if old == new:
        return triple
    subject, predicate, value = triple
    if isinstance(subject, Triple) or isinstance(value, Triple):
        raise ValueError("a triple term: no query of ours asks for one")
    start, verb = rebased(subject, old, new), rebased(predicate, old, new)
    if isinstance(start, Literal) or not isinstance(verb, NamedNode):
        raise ValueError(f"{triple} is no triple of a graph")
    return Triple(start, verb, rebased(value, old, new))


def rows_of(body: bytes, base: str) -> list[Row]:
    """Return the solutions of SPARQL results in JSON, with names under `base` back under our own base."""
    solutions = parse_query_results(body, format=QueryResultsFormat.JSON)
    if not isinstance(solutions, QuerySolutions):
        raise ValueError("these are the results of an ASK query")
    names = [variable.value for variable in solutions.variables]
    return [_row(names, solution, base) for solution in solutions]


def truth_of(body: bytes) -> bool:
    """Return the result of an ASK query in JSON."""
    result = parse_query_results(body, format=QueryResultsFormat.JSON)
    if not isinstance(result, QueryBoolean):
        raise ValueError("these are the results of a SELECT query")
    return bool(result)


def triples_of(body: bytes, base: str) -> list[Triple]:
    """Return the triples of N-Triples, with names under `base` back under our own base."""
    return [rebased_triple(quad.triple, base, BASE) for quad in parse(body, format=RdfFormat.N_TRIPLES)]


def _row(names: Sequence[str], solution: QuerySolution, base: str) -> Row:
    row: dict[str, Value] = {}
    for name, value in zip(names, solution, strict=True):
        if value is None:
            continue
        if isinstance(value, Triple):
            raise ValueError("a triple term: no query of ours asks for one")
        row[name] = value if base == BASE else rebased(value, base, BASE)
    return row
