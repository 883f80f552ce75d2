"""Trees deeper or wider than a parser can take: each is refused, or answered, and never the end of anything."""

from __future__ import annotations

import pytest

from .target import Target

DEEP = 5000
REFUSED = (400, "query-refused")

NESTED = {
    "braces": "SELECT * {" + "{" * DEEP + "?s ?p ?o" + "}" * DEEP + "}",
    "optionals": "SELECT * {" + "OPTIONAL {" * DEEP + "?s ?p ?o" + "}" * DEEP + "}",
    "graphs": "SELECT * {" + "GRAPH ?g {" * DEEP + "?s ?p ?o" + "}" * DEEP + "}",
    "minus": "SELECT * {" + "MINUS {" * DEEP + "?s ?p ?o" + "}" * DEEP + "}",
    "subselects": "SELECT * {" + "{SELECT * {" * DEEP + "?s ?p ?o" + "}}" * DEEP + "}",
    "parentheses": "SELECT (" + "(" * 6000 + "1" + ")" * 6000 + " AS ?x) {}",
    "filters": "SELECT * { ?s ?p ?o FILTER(" + "!(" * DEEP + "true" + ")" * DEEP + ") }",
    "exists": "SELECT * {" + "FILTER EXISTS { ?s ?p ?o " * DEEP + "}" * DEEP + "}",
    "functions": "SELECT (" + "STR(" * DEEP + "1" + ")" * DEEP + " AS ?x) {}",
    "ifs": "SELECT (" + "IF(true," * DEEP + "1" + ",2)" * DEEP + " AS ?x) {}",
    "paths": "SELECT * { ?s " + "(" * DEEP + "<urn:p:next>" + ")*" * DEEP + " ?o }",
    "blank nodes": "SELECT * { ?s ?p " + "[ ?p " * DEEP + "?o" + "]" * DEEP + " }",
    "collections": "SELECT * { ?s ?p " + "(" * DEEP + "1" + ")" * DEEP + " }",
    "collections in a template": "CONSTRUCT { ?s ?p " + "(" * DEEP + "1" + ")" * DEEP + " } WHERE { ?s ?p ?o }",
    "quoted triples": "SELECT * {" + "<< " * DEEP + "?s ?p ?o" + " >> ?p ?o" * DEEP + "}",
    "triple terms": "SELECT * { ?s ?p " + "<<( ?s ?p " * DEEP + "?o" + " )>>" * DEEP + " }",
    "annotations": "SELECT * { ?s ?p ?o " + "{| ?p ?o " * DEEP + " |}" * DEEP + "}",
    "never closed": "SELECT * {" + "{" * 500_000,
    "plus": "SELECT (1" + "+1" * 30_000 + " AS ?x) {}",
    "or": "SELECT * { ?s ?p ?o FILTER(?o = 1" + " || ?o = 1" * 20_000 + ") }",
    "and": "SELECT * { ?s ?p ?o FILTER(?o = 1" + " && ?o = 1" * 20_000 + ") }",
    "not": "SELECT * { ?s ?p ?o FILTER(" + "!" * 30_000 + "true) }",
    "unions": "SELECT * { {?s ?p ?o}" + "UNION{?s ?p ?o}" * 21_000 + " }",
    "sequences": "SELECT * { ?s <urn:a>" + "/<urn:a>" * 30_000 + " ?o }",
    "alternatives": "SELECT * { ?s <urn:a>" + "|<urn:a>" * 30_000 + " ?o }",
}

ALMOST = {
    "braces": "SELECT * {" + "{" * 190 + "?s ?p ?o" + "}" * 190 + "} LIMIT 1",
    "exists": "SELECT * {" + "FILTER EXISTS { ?s ?p ?o " * 190 + "}" * 190 + "}",
    "not": "SELECT * { ?s <urn:p:name> ?o FILTER(" + "!" * 19_000 + "true) } LIMIT 1",
    "plus": "SELECT (1" + "+1" * 3000 + " AS ?x) {}",
    "unions": "SELECT * { {?s ?p ?o}" + "UNION{?s ?p ?o}" * 1000 + " } LIMIT 1",
    "alternatives": "SELECT * { ?s <urn:a>" + "|<urn:a>" * 9000 + " ?o } LIMIT 1",
    "negated sets": "SELECT * { ?s !(<urn:a>" + "|<urn:a>" * 9000 + ") ?o } LIMIT 1",
    "a group of 100": "SELECT * {" + "".join(f"?a{i} <urn:p:next> ?a{i + 1} ." for i in range(100)) + "} LIMIT 1",
    "prefixes": "".join(f"PREFIX p{i}: <urn:p{i}:>\n" for i in range(20_000)) + "ASK {}",
    "data sets": "ASK " + "".join(f"FROM NAMED <urn:g:{i}>" for i in range(15_000)) + " { GRAPH ?g { ?s ?p ?o } }",
    "digits": "SELECT (1" + "0" * 900_000 + " AS ?x) {}",
    "a limit beyond numbers": "SELECT * { ?s ?p ?o } OFFSET 18446744073709551615 LIMIT 18446744073709551615",
}


@pytest.mark.parametrize("kind", NESTED)
def test_what_is_too_deep_or_too_long_is_refused(target: Target, kind: str) -> None:
    reply = target.post(NESTED[kind])
    assert reply.outcome == REFUSED
    assert reply.seconds < 2


@pytest.mark.parametrize("kind", ALMOST)
def test_what_is_just_not_too_much_is_answered(target: Target, kind: str) -> None:
    assert target.post(ALMOST[kind]).status == 200


@pytest.mark.parametrize(
    "update",
    [
        "INSERT { ?a <urn:x> ?f } WHERE " + "{" * DEEP + "}" * DEEP,
        "INSERT DATA { <urn:a> <urn:b> " + "(" * DEEP + "1" + ")" * DEEP + " }",
        "DELETE WHERE { ?s ?p " + "[ ?p " * DEEP + "?o" + "]" * DEEP + " }",
        "INSERT DATA { <urn:a> <urn:b> 1 };" * 25_000,
    ],
)
def test_updates_have_the_same_bounds(target: Target, update: str) -> None:
    assert target.update(update).outcome == REFUSED


def test_trees_as_deep_as_may_be_do_not_kill_a_worker(target: Target) -> None:
    assert "SIGSEGV" not in target.log()
