"""The one table of prefixes, and rebasing at the edges."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from maille.ontology.namespaces import BASE, PREFIXES, rebase_nquads, rebase_text, sparql_prologue

OTHER = "https://graph.example/mesh/"
IRIS = st.sampled_from(
    [NamedNode(iri) for iri in (BASE, BASE + "id/commune/69123#siren", "https://w3id.org/mail", f"urn:x:{BASE}")]
)
TEXTS = st.text() | st.builds("{}<{}>{}".format, st.text(), st.just(BASE), st.text())
LITERALS = st.one_of(
    TEXTS.map(Literal),
    TEXTS.map(lambda text: Literal(text, language="fr")),
    TEXTS.map(lambda text: Literal(text, datatype=NamedNode(PREFIXES["maille"] + "LevelNotation"))),
)
QUADS = st.builds(Quad, IRIS, IRIS, IRIS | LITERALS, IRIS)


def moved(node: object) -> object:
    if isinstance(node, NamedNode) and node.value.startswith(BASE):
        return NamedNode(OTHER + node.value.removeprefix(BASE))
    if isinstance(node, Literal) and node.datatype.value.startswith(BASE):
        return Literal(node.value, datatype=NamedNode(OTHER + node.datatype.value.removeprefix(BASE)))
    return node


@given(QUADS)
def test_rebasing_a_statement_moves_names_and_leaves_literals_alone(quad: Quad) -> None:
    (back,) = parse(rebase_nquads(f"{quad} .\n", OTHER).encode(), format=RdfFormat.N_QUADS)
    assert tuple(back) == tuple(moved(term) for term in quad)


@given(QUADS)
def test_rebasing_to_the_default_base_changes_nothing(quad: Quad) -> None:
    assert rebase_nquads(f"{quad} .", BASE) == f"{quad} ."


@given(QUADS)
def test_rebasing_there_and_back_with_text_restores_names(quad: Quad) -> None:
    if not isinstance(quad.object, Literal):
        line = f"{quad} ."
        assert rebase_text(line, OTHER).replace(OTHER, BASE) == line


def test_rebase_text_moves_every_name() -> None:
    query = f"SELECT * {{ <{BASE}id/commune/69123> ?p ?o }}"
    assert rebase_text(query, OTHER) == f"SELECT * {{ <{OTHER}id/commune/69123> ?p ?o }}"
    assert rebase_text(query, BASE) == query


def test_the_prologue_declares_the_whole_table_under_the_base() -> None:
    assert sparql_prologue().count("PREFIX ") == len(PREFIXES)
    assert f"PREFIX maille: <{OTHER}def#>" in sparql_prologue(OTHER)
    assert BASE not in sparql_prologue(OTHER)


def test_no_namespace_is_listed_twice() -> None:
    assert len(set(PREFIXES.values())) == len(PREFIXES)
    assert all(iri.endswith(("#", "/")) for iri in PREFIXES.values())
