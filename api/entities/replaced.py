"""Names that gave way to others: linking found that two were one thing (Cool URIs do change, and say so)."""

from __future__ import annotations

from typing import Final

from pyoxigraph import NamedNode

from maille.api.context import AppContext
from maille.ontology import iris
from maille.ontology.terms import DCT

LINKS: Final = iris.graph("links")
"""Says which names gave way to others. A former commune is replaced too, but has a page of its own."""

_NEW: Final = f"SELECT ?new {{ VALUES ?old {{ UNDEF }} GRAPH {LINKS} {{ ?old {DCT.isReplacedBy} ?new }} }} LIMIT 1"


async def replacement(context: AppContext, old: NamedNode) -> NamedNode | None:
    """Return the name that took the place of `old`, None where it stands."""
    for row in await context.select(_NEW, old=old):
        new = row.get("new")
        if isinstance(new, NamedNode):
            return new
    return None
