"""Check 9: files parse, are sorted and stable, and take their prefixes from the one table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from maille.ontology import turtle, vocabulary
from maille.ontology.namespaces import PREFIXES

FILES = dict(vocabulary.files())
NODES = st.sampled_from(
    [
        NamedNode(PREFIXES[prefix] + local)
        for prefix in ("maille", "scheme", "skos", "rdf")
        for local in ("a", "b-c/d", "")
    ]
    + [NamedNode("urn:x:(1),;'!$&*+="), NamedNode("https://example.org/é?q=1#f")]
)
LITERALS = st.one_of(
    st.text().map(Literal),
    st.text().map(lambda text: Literal(text, language="fr")),
    st.integers().map(Literal),
    st.booleans().map(Literal),
    st.decimals(allow_nan=False, allow_infinity=False).map(lambda n: Literal(str(n), datatype=NODE_TYPE)),
)
NODE_TYPE = NamedNode(PREFIXES["maille"] + "LevelNotation")
GRAPHS = st.lists(st.builds(Triple, NODES, NODES, st.one_of(NODES, LITERALS)), max_size=12)


@pytest.mark.parametrize("name", FILES)
def test_check_09_a_file_is_canonical(name: str) -> None:
    assert turtle.canonical(FILES[name]) == FILES[name], "run python -m maille.ontology.turtle"


@pytest.mark.parametrize("name", FILES)
def test_check_09_prefixes_come_from_the_one_table(name: str) -> None:
    declared = re.findall(r"^@prefix ([\w-]+): <([^>]*)> \.$", FILES[name].decode(), re.MULTILINE)
    assert declared
    assert {prefix: PREFIXES.get(prefix) for prefix, _ in declared} == dict(declared)


@given(GRAPHS)
def test_writing_loses_nothing_and_is_stable(graph: list[Triple]) -> None:
    written = turtle.write(graph)
    assert set(turtle.triples(written)) == set(graph)
    assert turtle.canonical(written) == written


@given(GRAPHS.flatmap(lambda graph: st.tuples(st.just(graph), st.permutations(graph))))
def test_the_order_of_statements_does_not_matter(pair: tuple[list[Triple], list[Triple]]) -> None:
    assert turtle.write(pair[0]) == turtle.write(pair[1])


def test_a_blank_node_is_refused() -> None:
    with pytest.raises(ValueError, match="blank node"):
        turtle.canonical(b"<urn:a> <urn:b> [] .")


def test_the_command_checks_then_rewrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    untidy = tmp_path / "untidy.ttl"
    untidy.write_text("<urn:b> <urn:p> 1 . <urn:a> <urn:p> 2 .", encoding="utf-8")
    assert turtle.main(["--check", str(untidy)]) == 1
    assert "not canonical: untidy.ttl" in capsys.readouterr().out
    assert turtle.main([str(untidy)]) == 0
    assert turtle.main(["--check", str(untidy)]) == 0
    assert untidy.read_text(encoding="utf-8").index("urn:a") < untidy.read_text(encoding="utf-8").index("urn:b")


def test_the_command_takes_the_vocabulary_where_no_file_is_named() -> None:
    assert turtle.main(["--check"]) == 0
