"""Closed names in code equal the Turtle, both ways."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Triple

from maille.ontology import terms
from maille.ontology.namespaces import DEF, PREFIXES

HOLDERS = [holder for holder in vars(terms).values() if isinstance(holder, type) and hasattr(holder, "_ns")]


def names_of(holder: type) -> dict[str, NamedNode]:
    return {name: term for name, term in vars(holder).items() if isinstance(term, NamedNode)}


def test_terms_equal_the_turtle_both_ways(files: dict[str, list[Triple]]) -> None:
    declared = {t.subject for t in files["core.ttl"] if isinstance(t.subject, NamedNode)}
    ours = {term.value for term in declared if term.value.startswith(DEF)}
    assert {term.value for term in names_of(terms.MAILLE).values()} == ours


def test_terms_used_by_the_schemes_are_declared(statements: list[Triple]) -> None:
    used = {t.predicate.value for t in statements if t.predicate.value.startswith(DEF)}
    assert used <= {term.value for term in names_of(terms.MAILLE).values()}


@pytest.mark.parametrize("holder", HOLDERS, ids=lambda holder: holder.__name__)
def test_a_name_is_the_local_name_of_its_term(holder: type) -> None:
    assert vars(holder)["_ns"] in PREFIXES.values()
    for name, term in names_of(holder).items():
        assert term.value == vars(holder)["_ns"] + name.rstrip("_")


def test_an_unknown_term_cannot_be_written() -> None:
    with pytest.raises(AttributeError):
        getattr(terms.MAILLE, "profil")  # noqa: B009
