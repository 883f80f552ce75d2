"""What is sent along with a SERVICE, and where nothing may be: one case for each rule of the algebra."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, Store

from .federating import HERE, REMOTE, federated, plain

LOCAL = f"""
<urn:c1> <urn:code> "1" . <urn:c2> <urn:code> "2" . <urn:c3> <urn:code> "3" .
<urn:c1> <urn:big> true . <urn:c1> <urn:name> "one" . <urn:c2> <urn:name> "two" .
GRAPH <{HERE}> {{ <urn:g2> <urn:code> "2" . <urn:g9> <urn:code> "9" . }}
"""
THERE = """
<urn:q1> <urn:code> "1" . <urn:q2> <urn:code> "2" . <urn:q9> <urn:code> "9" . <urn:q8> <urn:code> "8" .
<urn:q1> <urn:name> "one" . <urn:q2> <urn:name> "deux" . <urn:q1> <urn:also> <urn:q2> . <urn:q9> <urn:also> <urn:q9> .
"""
S = f"SERVICE <{REMOTE}> {{ ?q <urn:code> ?code }}"

SENT = {
    "a join": (f"{{ ?c <urn:code> ?code . {S} }}", 3),
    "one that comes after": (f"{{ {S} ?c <urn:code> ?code }}", 3),
    "a filter beside it": (f"{{ ?c <urn:code> ?code . {S} FILTER(?code > '1') }}", 2),
    "a filter on what else is bound": (f"{{ ?c <urn:code> ?code ; <urn:name> ?n . {S} FILTER(?n = 'two') }}", 1),
    "a graph": (f"{{ GRAPH <{HERE}> {{ ?c <urn:code> ?code . {S} }} }}", 2),
    "a graph around a group": (f"{{ GRAPH <{HERE}> {{ {{ {S} }} ?c <urn:code> ?code }} }}", 2),
    "a graph far around": (f"{{ GRAPH <{HERE}> {{ ?c <urn:code> ?code OPTIONAL {{ {S} }} }} }}", 2),
    "OPTIONAL, by what comes before it": (f"{{ ?c <urn:code> ?code OPTIONAL {{ {S} }} }}", 3),
    "MINUS, by what comes before it": (f"{{ ?c <urn:code> ?code MINUS {{ {S} }} }}", 3),
    "a branch of UNION": (f"{{ ?c <urn:code> ?code {{ {S} }} UNION {{ ?c <urn:name> ?n }} }}", 3),
    "inside a sub-query": (f"{{ {{ SELECT ?q {{ ?c <urn:code> ?code ; <urn:big> true . {S} }} }} }}", 1),
    "a sub-query beside it": (
        f"{{ {{ SELECT ?code (COUNT(*) AS ?n) {{ ?c <urn:code> ?code }} GROUP BY ?code }} {S} }}",
        3,
    ),
    "VALUES": (f"{{ VALUES ?code {{ '1' '8' }} {S} }}", 2),
    "BIND": (f"{{ ?c <urn:name> ?n . BIND(IF(?n = 'one', '1', '2') AS ?code) {S} }}", 2),
    "two parts: the smaller is sent": (
        f"{{ ?c <urn:code> ?code . ?b <urn:big> true ; <urn:name> ?n . "
        f"SERVICE <{REMOTE}> {{ ?q <urn:code> ?code . ?r <urn:name> ?n }} }}",
        1,
    ),
    "a clause whose variable a BIND reads first": (
        f"{{ ?c <urn:code> ?code . SERVICE <{REMOTE}> "
        "{ BIND(COALESCE(?code, 'none') AS ?was) ?q <urn:code> ?code } }",
        3,
    ),
    "a clause that binds after its OPTIONAL": (
        f"{{ ?x <urn:code> ?code . SERVICE <{REMOTE}> "
        "{ ?q <urn:name> ?n OPTIONAL { ?q <urn:also> ?p . ?p <urn:code> ?code } ?r <urn:code> ?code } }",
        3,
    ),
    "a clause with a sub-query": (
        f"{{ ?c <urn:code> ?code . SERVICE <{REMOTE}> {{ SELECT ?code (COUNT(?q) AS ?n) "
        "{ ?q <urn:code> ?code } GROUP BY ?code } }",
        3,
    ),
}
NOT_SENT = {
    "nothing beside it": f"{{ {S} }}",
    "OPTIONAL beside it": f"{{ {S} OPTIONAL {{ ?c <urn:code> ?code }} }}",
    "MINUS beside it": f"{{ {S} MINUS {{ ?c <urn:code> ?code }} }}",
    "what comes after the OPTIONAL it stands in": f"{{ ?c <urn:name> ?n OPTIONAL {{ {S} }} ?d <urn:code> ?code }}",
    "what comes after the MINUS it stands in": (
        f"{{ ?c <urn:name> ?n MINUS {{ ?c <urn:big> ?b . {S} }} ?d <urn:code> ?code }}"
    ),
    "what stands around the group of its OPTIONAL": (
        f"{{ ?d <urn:code> ?code {{ ?c <urn:name> ?n OPTIONAL {{ {S} }} }} }}"
    ),
    "EXISTS": f"{{ ?c <urn:code> ?code FILTER EXISTS {{ ?d <urn:code> ?code . {S} }} }}",
    "NOT EXISTS": f"{{ ?c <urn:code> ?code FILTER NOT EXISTS {{ {S} }} }}",
    "around a sub-query": f"{{ ?c <urn:code> ?code {{ SELECT ?code (COUNT(*) AS ?n) {{ {S} }} GROUP BY ?code }} }}",
    "another variable of that name": f"{{ ?c <urn:code> ?code {{ SELECT ?q {{ {S} }} }} }}",
    "a part with LIMIT": f"{{ {{ SELECT ?code {{ ?c <urn:code> ?code }} ORDER BY ?code LIMIT 1 }} {S} }}",
    "a VALUES with UNDEF": f"{{ VALUES ?code {{ '1' UNDEF }} {S} }}",
    "a BIND that fails": f"{{ ?c <urn:name> ?n . BIND(IF(?n = 'one', '1', 1/0) AS ?code) {S} }}",
    "a BIND of what OPTIONAL may bind": (
        f"{{ ?c <urn:code> ?k OPTIONAL {{ ?c <urn:big> ?b }} BIND(IF(BOUND(?b), ?k, '8') AS ?code) {S} }}"
    ),
    "a variable that only OPTIONAL binds there": (
        f"{{ ?c <urn:name> ?n . SERVICE <{REMOTE}> {{ ?q <urn:code> ?k OPTIONAL {{ ?q <urn:name> ?n }} }} }}"
    ),
    "one inside another, by patterns of that": (
        f"{{ SERVICE <{REMOTE}> {{ ?q <urn:code> ?code . SERVICE <{REMOTE}> {{ ?r <urn:code> ?code }} }} }}"
    ),
}


@pytest.fixture(scope="module")
def stores() -> tuple[Store, Store]:
    local, remote = Store(), Store()
    local.load(LOCAL.encode(), format=RdfFormat.TRIG)
    remote.load(THERE.encode(), format=RdfFormat.TURTLE)
    return local, remote


@pytest.mark.parametrize(("group", "bindings"), SENT.values(), ids=SENT)
def test_values_are_sent_with(stores: tuple[Store, Store], group: str, bindings: int) -> None:
    query = f"SELECT * WHERE {group}"
    found, notes = federated(*stores, query, batch=2)
    assert found == plain(*stores, query)
    assert notes.services[0].bindings == bindings
    assert all("VALUES" in sent.query for sent in notes.services[0].requests)


@pytest.mark.parametrize("group", NOT_SENT.values(), ids=NOT_SENT)
def test_nothing_is_sent_of(stores: tuple[Store, Store], group: str) -> None:
    query = f"SELECT * WHERE {group}"
    found, notes = federated(*stores, query, batch=2)
    assert found == plain(*stores, query)
    assert not notes.services[0].bound
    assert notes.services[0].why


def test_too_many_are_not_sent(stores: tuple[Store, Store]) -> None:
    query = f"SELECT * {{ ?c <urn:code> ?code . {S} }}"
    found, notes = federated(*stores, query, max_bindings=2)
    assert found == plain(*stores, query)
    assert notes.services[0].why == "more than 2 sets of values are known here"


def test_a_clause_that_nothing_fits_is_not_sent_at_all(stores: tuple[Store, Store]) -> None:
    query = f"SELECT * {{ ?c <urn:nothing> ?code . {S} }}"
    found, notes = federated(*stores, query)
    assert found == []
    assert notes.services[0].requests == []


def test_of_several_clauses_what_one_brings_is_sent_to_the_next(stores: tuple[Store, Store]) -> None:
    first = f"SERVICE <{REMOTE}> {{ ?q <urn:also> ?p }}"
    query = f"SELECT * {{ {first} SERVICE <{REMOTE}> {{ ?q <urn:code> ?code }} ?c <urn:code> ?code }}"
    found, notes = federated(*stores, query)
    assert found == plain(*stores, query)
    assert [note.bound for note in notes.services] == [("code",), ("q",)]


def test_the_same_is_asked_twice_only_when_it_may_differ(stores: tuple[Store, Store]) -> None:
    query = f"SELECT * {{ {{ {S} }} UNION {{ {S} }} }}"
    found, notes = federated(*stores, query)
    assert found == plain(*stores, query)
    assert [sent.tries for note in notes.services for sent in note.requests] == [1, 0]


def test_what_is_cut_is_asked_in_halves(stores: tuple[Store, Store]) -> None:
    query = f"SELECT * {{ ?c <urn:code> ?code . {S} }}"
    found, notes = federated(*stores, query, truncates_at=(2,))
    assert found == plain(*stores, query)
    assert len(notes.services[0].requests) >= 2
