"""Queries that would run for hours or eat all memory: stopped in time, whatever part of the engine they keep busy."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from .target import Target

TIMEOUT = (504, "query-timeout")
TOO_LARGE = (503, "query-too-large")
EVERYTHING = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
ANY = "(<urn:p:next>|<urn:p:also>)"
RUNAWAYS = {
    "cross product": f"SELECT (COUNT(*) AS ?n) {{ {EVERYTHING} }}",
    "paths from everywhere to everywhere": f"SELECT (COUNT(*) AS ?n) {{ ?a {ANY}* ?b . ?b {ANY}* ?c }}",
    "a path of forty forks": "SELECT (COUNT(*) AS ?n) { ?a " + "/".join([ANY] * 40) + " ?b }",
    "stars of stars": "SELECT (COUNT(*) AS ?n) { ?a ((((<urn:p:next>*)*)*|<urn:p:also>)*)* ?b . ?b ?c ?d . ?e ?f ?g }",
    "planning of 400": "ASK {" + "".join(f"?a{i} <urn:p:next> ?a{i + 1} ." for i in range(400)) + "}",
    "planning of 2000": "ASK {" + "".join(f"?a{i} <urn:p:next> ?a{i + 1} ." for i in range(2000)) + "}",
    "planning of optionals": "SELECT * { ?s ?p ?o " + "OPTIONAL { ?s ?p ?o }" * 3000 + "}",
    "planning of filters": "SELECT * { ?s ?p ?o " + "".join(f"FILTER(?o != {i})" for i in range(6000)) + "}",
    "regex of regexes": "ASK { ?s <urn:p:name> ?o FILTER(REGEX(?o, '((((a{1,100}){1,100}){1,100}){1,100})')) }",
    "regex for each pair": (
        "SELECT (COUNT(*) AS ?n) { ?s <urn:p:name> ?o . ?t <urn:p:name> ?r "
        "FILTER(REGEX(?o, CONCAT(?r, '.*.*[0-9]{100}'))) }"
    ),
    "hash for each pair": (
        "SELECT (COUNT(DISTINCT ?u) AS ?n) { ?a ?b ?c . ?d ?e ?f BIND(SHA512(CONCAT(STR(?a), STR(?d))) AS ?u) }"
    ),
    "values times values": (
        "SELECT (COUNT(*) AS ?n) {"
        + "".join(f"VALUES ?v{i} {{ {' '.join(map(str, range(500)))} }}" for i in range(5))
        + "}"
    ),
    "many columns": "SELECT * { VALUES (" + " ".join(f"?v{i}" for i in range(50_000)) + ") {} }",
    "groups in groups": (
        f"SELECT (MAX(?n) AS ?m) {{ {{ SELECT ?a (COUNT(*) AS ?n) {{ {EVERYTHING} }} GROUP BY ?a }} }}"
    ),
    "a filter that nothing passes": f"SELECT * {{ {EVERYTHING} FILTER(CONCAT(STR(?a), STR(?d), STR(?g)) = 'x') }}",
}
DOUBLED = " ".join(f"BIND(CONCAT(?b{i}, ?b{i}) AS ?b{i + 1})" for i in range(40))
REPLACED = " ".join(f"BIND(REPLACE(?r{i}, 'a', 'aaaaaaaaaa') AS ?r{i + 1})" for i in range(12))
BOMBS = {
    "concatenated groups": f"SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d), STR(?g))) AS ?x) {{ {EVERYTHING} }}",
    "doubled strings": f"SELECT (STRLEN(?b40) AS ?n) {{ BIND('aaaaaaaaaa' AS ?b0) {DOUBLED} }}",
    "replaced strings": f"SELECT (STRLEN(?r12) AS ?n) {{ BIND('aaaaaaaaaa' AS ?r0) {REPLACED} }}",
    "a sort": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c ?a LIMIT 10",
    "a sort without end": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY DESC(?i) LIMIT 1",
    "different rows": "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?a ?c ?d ?f { ?a ?b ?c . ?d ?e ?f } }",
    "rows minus rows": "SELECT * { ?s ?p ?o " + "MINUS { ?s ?p ?o }" * 2000 + "}",
}
STREAMS = {
    "rows": (f"SELECT * {{ {EVERYTHING} }}", "text/csv"),
    "different rows": ("SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f }", "text/tab-separated-values"),
    "triples": (f"CONSTRUCT {{ ?a ?e ?i }} WHERE {{ {EVERYTHING} }}", "application/n-triples"),
    "descriptions": ("DESCRIBE * { ?a ?b ?c . ?d ?e ?f }", "text/turtle"),
    "a limit beyond reason": (f"SELECT * {{ {EVERYTHING} }} LIMIT 99999999999999", "text/csv"),
}


@pytest.mark.parametrize("kind", RUNAWAYS)
def test_a_runaway_ends_with_its_time(target: Target, kind: str) -> None:
    reply = target.post(RUNAWAYS[kind], timeout="1")
    assert reply.outcome == TIMEOUT
    assert 0.9 < reply.seconds < 2.5


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_bursts_in_its_own_process(target: Target, kind: str) -> None:
    reply = target.post(BOMBS[kind], timeout="3")
    assert reply.outcome in {TOO_LARGE, TIMEOUT}
    assert "memory" in reply.body.decode() or reply.outcome == TIMEOUT


@pytest.mark.parametrize("kind", STREAMS)
def test_an_answer_without_end_is_visibly_cut(target: Target, kind: str) -> None:
    query, accept = STREAMS[kind]
    began = time.monotonic()
    reply = target.post_uncertain(query, accept, timeout="1")
    # Either the first part came in time, and the end never does, or nothing did.
    assert reply is None or reply.outcome == TIMEOUT
    assert time.monotonic() - began < 4


def test_a_timeout_is_for_one_client_alone(target: Target) -> None:
    values = " ".join(map(str, range(400)))
    query = (
        f"SELECT (COUNT(*) AS ?n) {{ VALUES ?v {{ {values} }} ?s <urn:p:name> ?o FILTER(CONCAT(?o, STR(?v)) != 'x') }} "
        f"# {time.monotonic()}"
    )
    with ThreadPoolExecutor(1) as pool:
        hasty = pool.submit(target.post, query, timeout="0.1")
        time.sleep(0.02)
        patient = target.post(query)
    assert hasty.result().outcome == TIMEOUT
    assert patient.values == ["1200000"]


def test_a_long_value_comes_in_parts(target: Target) -> None:
    doubled = " ".join(f"BIND(CONCAT(?b{i}, ?b{i}) AS ?b{i + 1})" for i in range(24))
    query = f"SELECT ?b24 {{ BIND('x' AS ?b0) {doubled} }}"
    for accept in ("application/sparql-results+xml", "text/csv"):
        reply = target.post(query, accept)
        assert reply.status == 200
        assert reply.body.count(b"x" * (1 << 24)) == 1


def test_each_death_is_one_line_and_each_cut_answer_one(target: Target) -> None:
    before = len(target.log())
    assert target.post(BOMBS["a sort"]).outcome == TOO_LARGE
    assert target.post_uncertain(STREAMS["rows"][0], "text/csv", timeout="0.5") is None
    told = target.log()[before:].splitlines()
    assert len(told) == 2
    assert "died: signal SIGABRT" in told[0]
    assert told[1] == "an answer was cut: The query did not end within 0.5 s."
