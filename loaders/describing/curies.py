"""Short names of terms (`skos:altLabel`) in what a user writes; only those Maille knows (`ontology/terms.py`)."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType

from pyoxigraph import NamedNode

from maille.ontology import terms
from maille.ontology.errors import InvalidIri


def expand(curie: str) -> NamedNode:
    """Return the term `prefix:name` stands for; raises InvalidIri, with the nearest names, where there is none."""
    found = _terms().get(curie)
    if found is None:
        near = get_close_matches(curie, _terms(), n=3)
        hint = f" (perhaps {' or '.join(near)})" if near else ""
        raise InvalidIri(f"{curie!r} is no term of the ontology{hint}")
    return found


def shorten(term: NamedNode) -> str:
    """Return the short name of a term, its IRI where it has none."""
    return next((name for name, known in _terms().items() if known == term), term.value)


@cache
def _terms() -> Mapping[str, NamedNode]:
    return MappingProxyType(
        {
            f"{vocabulary.lower()}:{name}": term
            for vocabulary, holder in inspect.getmembers(terms, inspect.isclass)
            for name, term in vars(holder).items()
            if isinstance(term, NamedNode)
        }
    )
