"""The guard against the parser it protects: whatever makes Oxigraph dial, the guard has refused."""

from __future__ import annotations

import random

import pytest
from pyoxigraph import Store

from maille.ontology.errors import QueryError
from maille.store.guard import inspect
from maille.store.tokens import TOKEN

PIECES = [
    *("SERVICE", "service", "SILENT", "<http://127.0.0.1:9/>", ":x", "e:x", "?x", "$y", "{?s ?p ?o}", "{}", "{", "}"),
    *(
        "FILTER(1<2)",
        "FILTER(?s<?o#>",
        "1<2",
        "(",
        ")",
        "true",
        "true.",
        "1",
        "1e5",
        "'a'",
        '"',
        '"""',
        "'''",
        "#",
        "\n",
    ),
    *("#>", ">", "<", "?s ?p ?o", ".", ";", ",", "@en", "^^", "\\u0022", "\\u005C", "\\u0053", "BIND(:x AS ?x)", "_:b"),
    *("OPTIONAL", "UNION", "GRAPH ?g", "[", "]", " ", " ", " ", "a", "\\", "VALUES ?x {:x}", "%20", ":", "-", "\\#"),
]


def dials(query: str) -> bool:
    """Tell whether Oxigraph got as far as its HTTP client, which refuses this port before it opens a socket."""
    try:
        store = Store()
        list(store.query(query))
    except OSError:
        return True
    except (SyntaxError, ValueError, RuntimeError):
        return False
    # Only a call that was silenced, or never reached, ends well; count it where the algebra must have run it.
    return False


def refused(query: str) -> bool:
    try:
        inspect(query)
    except QueryError:
        return True
    return False


@pytest.mark.parametrize("seed", range(8))
def test_no_soup_of_tokens_dials_past_the_guard(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    dialled = 0
    for _ in range(3_000):
        core = ["SERVICE", dice.choice(["", " ", "\n", "#c\n"]), dice.choice(PIECES[3:6]), "{?s ?p ?o}"]
        soup = [dice.choice(PIECES) for _ in range(dice.randrange(6))]
        where = dice.randrange(len(soup) + 1)
        body = "".join([*soup[:where], *core, *soup[where:], *dice.choices(PIECES, k=dice.randrange(3))])
        query = f"PREFIX : <http://127.0.0.1:9/> PREFIX e: <http://127.0.0.1:9/> SELECT * {{ {body} }}"
        if dials(query):
            dialled += 1
            assert refused(query), query
    assert dialled > 30


def test_every_iri_oxigraph_reads_is_one_token() -> None:
    for code in [*range(1, 0x180), 0x2028, 0xFFFD, 0x10000]:
        iri = f"<http://x/a{chr(code)}b>"
        try:
            Store().query(f"ASK {{ ?s {iri} ?o }}")
        except SyntaxError:
            continue
        token = TOKEN.match(iri)
        assert token is not None
        assert token["iri"] == iri
