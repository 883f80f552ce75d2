"""Comunica, unchanged, over Triple Pattern Fragments: it reads a pattern at a time and joins by itself.

https://comunica.dev/docs/query/advanced/source_types/
"""

from __future__ import annotations

import pytest

from . import facts
from .test_comunica import _installed, select, turtle

__all__ = ["_installed", "turtle"]


@pytest.fixture
def fragments(address: str) -> str:
    """Return the address of the fragments over the whole graph."""
    return f"{address}tpf"


@pytest.mark.parametrize("kind", ["", "qpf@"])
def test_a_join_inside(fragments: str, kind: str) -> None:
    """Whether it is told what the address is or finds out from the controls."""
    query = f"""{facts.PREFIXES} SELECT ?name ?region WHERE {{
      ?c maille:siren "{facts.LYON_SIREN}" ; igeo:nom ?name ; igeo:subdivisionDe ?r .
      ?r a igeo:Region ; igeo:nom ?region }}"""
    assert select(query, kind + fragments) == [{"name": "Lyon", "region": "Auvergne-Rhône-Alpes"}]


def test_every_page_of_a_pattern_is_read(fragments: str) -> None:
    query = f"{facts.PREFIXES} SELECT ?d WHERE {{ ?d a igeo:Arrondissement }}"
    found = [row["d"] for row in select(query, fragments)]
    assert len(found) == len(set(found)) > 300


def test_two_sources(fragments: str, turtle: str) -> None:
    query = f"""{facts.PREFIXES} SELECT ?shop ?c ?commune WHERE {{
      ?s <http://example.org/siren> ?siren ; <http://example.org/name> ?shop .
      ?c maille:siren ?siren ; skos:prefLabel ?commune }}"""
    assert select(query, fragments, turtle) == [{"shop": "Le Quai", "c": facts.LYON, "commune": "Lyon"}]


def test_fragments_and_the_endpoint_beside_each_other(fragments: str, endpoint: str) -> None:
    """What both say is found in both: twice, as the union of two sources says it."""
    query = f'{facts.PREFIXES} SELECT DISTINCT ?c WHERE {{ ?c maille:siren "{facts.LYON_SIREN}" }}'
    assert select(query, fragments, endpoint) == [{"c": facts.LYON}]
