"""What the tests of the vocabulary share: its statements, and the closed lists of outside terms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from pyoxigraph import Literal, NamedNode, Triple

from maille.ontology import turtle, vocabulary
from maille.ontology.namespaces import PREFIXES

ROOT = Path(__file__).resolve().parents[2]
# The same examples every time, and no clock: a slow machine fails nothing.
settings.register_profile("maille", derandomize=True, deadline=None, database=None)
settings.load_profile("maille")
LISTS = ROOT / "tests" / "data" / "vocabularies"


@pytest.fixture(scope="session")
def files() -> dict[str, list[Triple]]:
    """Return the statements of each Turtle file of the vocabulary, by file name."""
    return {name: turtle.triples(data) for name, data in vocabulary.files()}


@pytest.fixture(scope="session")
def statements(files: dict[str, list[Triple]]) -> list[Triple]:
    """Return every statement of the vocabulary but the labels lent to outside terms."""
    return [triple for name, found in files.items() if name != "alignments.ttl" for triple in found]


@pytest.fixture(scope="session")
def values(statements: list[Triple]) -> Callable[[NamedNode, NamedNode], list[NamedNode | Literal]]:
    """Return a look-up: subject and property to values."""
    index: dict[tuple[object, NamedNode], list[NamedNode | Literal]] = {}
    for triple in statements:
        assert isinstance(triple.object, NamedNode | Literal)
        index.setdefault((triple.subject, triple.predicate), []).append(triple.object)
    return lambda subject, predicate: index.get((subject, predicate), [])


@pytest.fixture(scope="session")
def of_type(statements: list[Triple]) -> Callable[..., list[NamedNode]]:
    """Return a look-up: classes to their instances, sorted."""
    from maille.ontology.terms import RDF

    def look(*classes: NamedNode) -> list[NamedNode]:
        found = {t.subject for t in statements if t.predicate == RDF.type and t.object in classes}
        return sorted((node for node in found if isinstance(node, NamedNode)), key=lambda node: node.value)

    return look


@pytest.fixture(scope="session")
def closed_lists() -> dict[str, frozenset[str]]:
    """Return the local names of each outside vocabulary, by namespace."""
    lists = {}
    for path in sorted(LISTS.glob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        lists[PREFIXES[path.stem]] = frozenset(line for line in lines if line and not line.startswith("#"))
    return lists
