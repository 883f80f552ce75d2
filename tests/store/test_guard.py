"""What the guard refuses, what it lets through, and what it tells of a query."""

from __future__ import annotations

import pytest

from maille.ontology.errors import QueryRefused, QuerySyntaxError, QueryTooLong
from maille.store.guard import MAX_DEPTH, MAX_JOINTS, MAX_LENGTH, inspect
from maille.store.service import calls_load

DIALS = "http://127.0.0.1:9/"

CALLS = [
    f"SELECT * {{ SERVICE <{DIALS}> {{ ?s ?p ?o }} }}",
    f"SELECT*{{SERVICE<{DIALS}>{{?s ?p ?o}}}}",
    f"SELECT * {{ service silent <{DIALS}> {{ ?s ?p ?o }} }}",
    f"SELECT * {{ SeRvIcE # a comment\n # another\r\t<{DIALS}> {{ ?s ?p ?o }} }}",
    f"PREFIX : <{DIALS}> SELECT * {{ SERVICE:x {{ ?s ?p ?o }} }}",
    f"PREFIX e: <{DIALS}> SELECT * {{ SERVICEe:x {{ ?s ?p ?o }} }}",
    f"PREFIX : <{DIALS}> SELECT * {{ SERVICESILENT:x {{ ?s ?p ?o }} }}",
    f"PREFIX : <{DIALS}> SELECT * {{ ?s ?p true.SERVICE:x {{ ?s ?p ?o }} }}",
    f"SELECT * {{ ?s ?p trueSERVICE<{DIALS}>{{ ?s ?p ?o }} }}",
    f"SELECT * {{ ?s ?p 1SERVICE<{DIALS}>{{ ?s ?p ?o }} }}",
    f"SELECT * {{ ?s ?p 1e5SERVICE<{DIALS}>{{ ?s ?p ?o }} }}",
    f"SELECT * {{ BIND(<{DIALS}> AS ?x) SERVICE?x{{ ?s ?p ?o }} }}",
    f"SELECT * {{ BIND(<{DIALS}> AS ?x) SERVICE$x #\n{{ ?s ?p ?o }} }}",
    f"SELECT * {{ \\u0053ERVICE <{DIALS}> {{ ?s ?p ?o }} }}",
    f"SELECT * {{ \\U00000053\\u0045RVICE <{DIALS}> {{ ?s ?p ?o }} }}",
    "SELECT * { SERVICE <http://127.0.0.\\u0031:9/> { ?s ?p ?o } }",
    f'SELECT * {{ ?s ?p "a\\u005C" SERVICE <{DIALS}> {{ ?s ?p ?o }} FILTER("" = "") }}',
    f"SELECT * {{ BIND(<{DIALS}> AS ?x) FILTER(1<2)SERVICE?x#>\n{{ ?s ?p ?o }} }}",
    f'SELECT * {{ FILTER(1<2)#>"""\n SERVICE <{DIALS}> {{ ?s ?p ?o }} }} #"""',
    f'SELECT * {{ ?a ?x ?b FILTER(?a<?b#>"""\n ) SERVICE <{DIALS}> {{ ?s ?p ?o }} }} #"""',
    f"ASK {{ {{ SELECT * {{ GRAPH ?g {{ SERVICE <{DIALS}> {{}} }} }} }} }}",
    f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SERVICE <{DIALS}> {{ ?s ?p ?o }} }}",
    f"DESCRIBE ?s {{ SERVICE <{DIALS}> {{ ?s ?p ?o }} }}",
    "# SERVICE\n" * 30 + f"ASK {{ SERVICE <{DIALS}> {{}} }}",
]

HARMLESS = [
    "SELECT * { ?s ?p 'SERVICE <http://a> {' }",
    'SELECT * { ?s ?p """ SERVICE <http://a> { " SERVICE <http://a> { """ }',
    "SELECT * { ?s ?p ?o } # SERVICE <http://a> {}",
    "SELECT * { ?s ?p ?o # SERVICE <http://a> {\n }",
    "PREFIX service: <http://a/> SELECT * { ?s service:x ?o }",
    "PREFIX schema: <https://schema.org/> SELECT ?service { ?service schema:serviceType ?o }",
    "SELECT * { ?s <http://a/service> ?service . { ?s ?p ?o } }",
    "SELECT * { ?s ?p <http://a/#service> . ?service ?p ?o FILTER(?s = <http://a#b>) }",
    "SELECT * { ?s ?p 'service'@service }",
    'SELECT * { ?s ?p "\\u0022 SERVICE <http://a> {}" }',
    "SELECT * { _:service ?p ?o }",
    "# service\n" * 30 + "ASK {}",
]


@pytest.mark.parametrize("query", CALLS)
def test_service_is_refused_in_every_spelling(query: str) -> None:
    with pytest.raises(QueryRefused):
        inspect(query)


@pytest.mark.parametrize("query", HARMLESS)
def test_the_word_service_is_no_crime(query: str) -> None:
    inspect(query)


def test_service_can_be_let_through() -> None:
    assert inspect(CALLS[0], allow_service=True).text == CALLS[0]


@pytest.mark.parametrize(
    "update",
    [
        "LOAD <http://a>",
        "load silent <http://a> INTO GRAPH <http://g>",
        "PREFIX : <http://a> LOAD:x",
        "CLEAR ALL;LOAD#\n<http://a>",
        "\\u004COAD <http://a>".replace("\\u004C", "L"),
    ],
)
def test_load_is_found(update: str) -> None:
    assert calls_load(update)


@pytest.mark.parametrize(
    "update",
    ["INSERT DATA { <http://load> <http://a> 'LOAD <http://a>' }", "DELETE WHERE { ?load <http://p> ?o }"],
)
def test_the_word_load_is_no_crime(update: str) -> None:
    assert not calls_load(update)


@pytest.mark.parametrize(
    ("opening", "closing"), [("{", "}"), ("(", ")"), ("[", "]"), ("OPTIONAL {", "}"), ("GRAPH ?g {", "}")]
)
def test_deep_nesting_is_refused(opening: str, closing: str) -> None:
    depth = MAX_DEPTH + 1
    with pytest.raises(QueryRefused, match="nests deeper"):
        inspect("SELECT * {" + opening * depth + "?s ?p ?o" + closing * depth + "}")


def test_brackets_in_strings_and_comments_do_not_nest() -> None:
    inspect("SELECT * { ?s ?p '" + "{" * 500 + "' #" + "(" * 500 + "\n}")


@pytest.mark.parametrize("chain", ["+1", "||1", "||?x=1"])
def test_endless_chains_are_refused(chain: str) -> None:
    with pytest.raises(QueryRefused, match="operators"):
        inspect("SELECT (1" + chain * MAX_JOINTS + " AS ?x) {}")
    with pytest.raises(QueryRefused, match="operators"):
        inspect("SELECT (1 IN (1" + chain * MAX_JOINTS + ") AS ?x) {}")


@pytest.mark.parametrize(
    "query",
    [
        "INSERT DATA { GRAPH <http://g> {" + " <http://a> <http://b> 1 ." * 30_000 + "} }",
        "SELECT * { VALUES (?a ?b) {" + " (<http://a> 1)" * 50_000 + "} }",
        "SELECT * { ?s ?p ?o FILTER(?o IN (" + "1.5, " * 100_000 + "2)) }",
    ],
)
def test_long_lists_are_not(query: str) -> None:
    assert len(query) < MAX_LENGTH
    inspect(query)


def test_a_query_above_the_limit_is_too_long() -> None:
    with pytest.raises(QueryTooLong):
        inspect("ASK {}" + " " * MAX_LENGTH)
    with pytest.raises(QueryTooLong):
        inspect("ASK {} #" + "é" * (MAX_LENGTH // 2))


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?s ?p '\ud800' }",
        "ASK { ?s ?p '\x00' }",
        "ASK { ?s ?p '\\u0000' }",
        "ASK \\uD800 {}",
        "ASK \\UFFFFFFFF {}",
    ],
)
def test_what_is_no_text_is_a_syntax_error(query: str) -> None:
    with pytest.raises(QuerySyntaxError):
        inspect(query)


def test_a_lone_surrogate_has_a_position() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        inspect("ASK {\n ?s ?p '\ud800' }")
    assert (caught.value.line, caught.value.column) == (2, 9)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (NOW() AS ?x) {}",
        "SELECT (rand ( ) AS ?x) {}",
        "SELECT (UUID#c\n() AS ?x) {}",
        "SELECT (StrUUID() AS ?x) {}",
        "SELECT (BNODE('a') AS ?x) {}",
        "SELECT * { ?s ?p ?o FILTERNOW() }",
        "CONSTRUCT { ?s ?p [] } WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p _:b } WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p (1 2) } WHERE { ?s ?p ?o }",
        "CONSTRUCT WHERE { ?s ?p [] }",
    ],
)
def test_answers_that_change_by_themselves_are_unstable(query: str) -> None:
    assert not inspect(query).stable


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT ?now { ?now ?p 'NOW()' } # RAND()",
        "SELECT * { ?s ?p [] , _:b }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p [] FILTER(?s > 1) }",
        "PREFIX rand: <http://a> SELECT * { ?s rand:now ?o }",
        "SELECT (<http://a/now>(?s) AS ?x) { ?s ?p ?o }",
    ],
)
def test_functions_of_the_data_are_stable(query: str) -> None:
    assert inspect(query).stable


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * FROM <http://g> { ?s ?p ?o }", True),
        ("SELECT*FROM NAMED<http://g>{?s ?p ?o}", True),
        ("SELECTDISTINCT*FROM<http://g>{?s ?p ?o}", True),
        ("DESCRIBE <http://a> FROM <http://g>", True),
        ("PREFIX : <http://g> SELECT * FROM:g { ?s ?p ?o }", True),
        ("SELECT ?from { ?from ?p 'FROM <http://g>' }", False),
        ("PREFIX from: <http://g> SELECT * { ?s from:x ?o }", False),
    ],
)
def test_a_data_set_of_its_own_is_noticed(query: str, expected: bool) -> None:
    assert inspect(query).has_dataset is expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("DESCRIBE <http://a>", True),
        ("PREFIX describe: <http://a> describe describe:x", True),
        ("CONSTRUCT { ?describe ?p ?o } { ?describe ?p ?o }", False),
        ("# describe\nCONSTRUCT WHERE { ?s ?p 'describe' }", False),
    ],
)
def test_describe_is_told_from_construct(query: str, expected: bool) -> None:
    assert inspect(query).describes is expected


def test_escaped_keywords_and_names_are_resolved_outside_strings() -> None:
    plain = inspect('\\u0053ELECT ?ab\\u00E9 { ?ab\\u00E9 ?p "\\u00E9" , <http://\\u00E9> }').text
    assert plain == 'SELECT ?abé { ?abé ?p "\\u00E9" , <http://\\u00E9> }'
