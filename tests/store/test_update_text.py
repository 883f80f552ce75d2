"""SPARQL 1.1 Update, section 3.1.3, and Protocol 2.2.3: where the data set of an update is written into its text."""

from __future__ import annotations

import pytest
from pyoxigraph import Store

from maille.ontology.errors import QueryRefused
from maille.store.update_text import as_inserted_data, names_dataset, operations, touching, with_dataset

PROTECTED = frozenset({"https://w3id.org/maille/graph/cog/2026"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DELETE WHERE { ?s ?p ?o }", "DELETE  { ?s ?p ?o } USING <u:1> USING NAMED <u:2> WHERE { ?s ?p ?o }"),
        ("INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }", "USING <u:1> USING NAMED <u:2> WHERE"),
        ("DELETE { ?s ?p 1 } INSERT { ?s ?p 2 }WHERE{ ?s ?p ?o }", "}USING <u:1> USING NAMED <u:2> WHERE{"),
        ("delete { ?s ?p 'WHERE {' } # where\n where { ?s ?p ?o }", "# where\n USING <u:1> USING NAMED <u:2> where"),
    ],
)
def test_an_operation_with_a_where_is_given_the_data_set(text: str, expected: str) -> None:
    rewritten = with_dataset(text, ["u:1"], ["u:2"])
    assert expected in rewritten
    Store().update(rewritten)


@pytest.mark.parametrize(
    "text",
    [
        "WITH <u:g> DELETE { ?s ?p 1 } WHERE { ?s ?p ?o }",
        "INSERT { ?s ?p 1 } USING <u:g> WHERE { ?s ?p ?o }",
        "INSERT DATA { <u:s> <u:p> 'DELETE WHERE { ?s ?p ?o }' }",
        "CLEAR GRAPH <u:g>",
        "COPY DEFAULT TO <u:g>",
    ],
)
def test_an_operation_that_says_it_itself_is_left_alone(text: str) -> None:
    assert with_dataset(text, ["u:1"], []) == text


def test_operations_keep_the_prologue_that_holds_for_them() -> None:
    text = "PREFIX a: <u:> INSERT DATA { a:s a:p a:o } ; PREFIX b: <u:> DELETE WHERE { a:s b:p ?o } ; "
    first, second = operations(text)
    assert first == "PREFIX a: <u:> INSERT DATA { a:s a:p a:o } "
    assert second.startswith("PREFIX a: <u:>  PREFIX b: <u:> DELETE WHERE")
    store = Store()
    for operation in (first, second):
        store.update(operation)
    assert len(store) == 0


def test_glued_keywords_are_refused_rather_than_misread() -> None:
    with pytest.raises(QueryRefused, match="DELETEWHERE"):
        list(operations("DELETEWHERE { ?s ?p ?o }"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WITH <u:g> DELETE { ?s ?p 1 } WHERE { ?s ?p ?o }", True),
        ("INSERT { ?s ?p 1 } USING NAMED <u:g> WHERE { ?s ?p ?o }", True),
        ("INSERT { ?s ?p 'using' } WHERE { ?s ?p ?o }", False),
    ],
)
def test_using_and_with_are_seen(text: str, expected: bool) -> None:
    assert names_dataset(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("INSERT DATA { GRAPH <u:mine> { <u:s> <u:p> <u:o> } }", False),
        ("INSERT DATA { GRAPH <https://w3id.org/maille/graph/cog/2026> { <u:s> <u:p> <u:o> } }", True),
        ("PREFIX g: <https://w3id.org/maille/graph/> CLEAR GRAPH g:cog\\/2026", True),
        ("PREFIX g:\n# here\n<https://w3id.org/> DROP GRAPH g:x", True),
        ("BASE <https://w3id.org/maille/graph/> CLEAR GRAPH <cog/2026>", True),
        ("INSERT { GRAPH ?g { ?s ?p 1 } } WHERE { GRAPH ?g { ?s ?p ?o } }", True),
        ("INSERT { GRAPH # no\n $g { ?s ?p 1 } } WHERE { ?g ?s ?p }", True),
        ("DROP SILENT ALL", True),
        ("CLEAR NAMED", True),
        ("CLEAR DEFAULT", False),
        ("CLEAR GRAPH <https://w3id.org/maille/graph/co\\u0067/2026>", True),
        ("CLEAR GRAPH <graph/cog/2026>", True),
        ("CLEAR GRAPH <//w3id.org/maille/graph/cog/2026>", True),
        ("PREFIX g: <graph/cog/> CLEAR GRAPH g:2026", True),
        ("INSERT { GRAPH <> { ?s ?p 1 } } WHERE { ?s ?p ?o }", True),
        ("INSERT { GRAPH <u:mine> { ?s ?p 1 } } WHERE { ?s ?p ?o FILTER(?o < 3 && ?o > 1) }", False),
    ],
)
def test_what_could_reach_a_protected_graph_is_told(text: str, expected: bool) -> None:
    assert any(map(touching(text), PROTECTED)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("INSERT DATA { <u:s> <u:p> 1 }", ("insert", "INSERT DATA { <u:s> <u:p> 1 }")),
        ("PREFIX u: <u:> delete\n#c\ndata{u:s u:p 1}", ("delete", "PREFIX u: <u:> INSERT\n#c\ndata{u:s u:p 1}")),
        ("PREFIX insert: <u:> BASE <u:> DELETE DATA {}", ("delete", "PREFIX insert: <u:> BASE <u:> INSERT DATA {}")),
        ("DELETE WHERE { ?s ?p ?o }", None),
        ("INSERT { <u:s> <u:p> 'DATA' } WHERE {}", None),
        ("CLEAR ALL", None),
        ("", None),
    ],
)
def test_data_are_told_from_other_operations(text: str, expected: tuple[str, str] | None) -> None:
    assert as_inserted_data(text) == expected
