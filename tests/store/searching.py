"""What tests of the search index share: a few statements in the real model, as lines of a release."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import RdfFormat, parse

from maille.store.dump import line_of, ordered
from maille.store.release import Draft, Home, Release
from maille.store.search import SearchIndex

WEB = Path(__file__).parent.parent / "data" / "web.trig"
NAMES = {
    "42218": ("Saint-Étienne", 172_000),
    "94038": ("L'Haÿ-les-Roses", 31_000),
    "62160": ("Boulogne-sur-Mer", 40_000),
    "57521": ("Œting", 2_500),
    "38185": ("Grenoble", 158_000),
    "51454": ("Reims", 180_000),
    "80001": ("Étienneville", 300),
}


def lines() -> list[str]:
    """Return the small graph of the web tests, and communes with names that are hard to type."""
    found = [line_of(quad) for quad in parse(path=str(WEB), format=RdfFormat.TRIG)]
    for code, (name, population) in NAMES.items():
        thing = f"<https://w3id.org/maille/id/commune/{code}>"
        graph = "<https://w3id.org/maille/graph/cog/2026>"
        found += [
            f'{thing} <http://www.w3.org/2004/02/skos/core#prefLabel> "{name}"@fr {graph} .',
            f'{thing} <https://w3id.org/maille/def#codeInsee> "{code}" {graph} .',
            f'{thing} <https://w3id.org/maille/def#population> "{population}"'
            f"^^<http://www.w3.org/2001/XMLSchema#integer> {graph} .",
        ]
    return ordered(found)


def index() -> SearchIndex:
    """Return the index of `lines`, in memory."""
    return SearchIndex.over(lines(), "test")


def publish(home: Home, *more: str) -> Release:
    """Publish `lines` and more over whatever is current."""
    current = home.current()
    return home.publish(Draft([*lines(), *more], current.id if current else None, with_store=False))
