"""The graph of links: names that gave way to others, and names whose row is gone (`docs/linking.md`).

A name that was published once keeps answering: where its thing was found to be another's, the graph says what it is
replaced by; where no source speaks of it any more, what it was called.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from maille.loaders.linking.iris import Names
from maille.loaders.source import Row, SourceDescription
from maille.ontology import iris
from maille.ontology.terms import DCT, OWL, SKOS, XSD

GRAPH: Final = iris.graph("links")
_FILE: Final = "links"
_VINTAGE: Final = "1"
_PUBLISHER: Final = iris.thing("organisation", "projet-maille-c38d22b0").value
"""The vocabulary describes it."""


class _Description(SourceDescription):
    """A source that is the graph's only one: its name has no vintage."""

    @property
    def graph(self) -> NamedNode:
        return GRAPH


class LinksLoader:
    """Says what became of names.

    Args:
        names: the names of all things.
    """

    def __init__(self, names: Names) -> None:
        self._names = names

    @property
    def description(self) -> SourceDescription:
        """What the graph is."""
        said = "".join(f"{row.key} {sorted(row.values.items())}\n" for row in self.rows())
        return _Description(
            id="links",
            vintage=_VINTAGE,
            title_fr="Liens entre sources : noms remplacés",
            title_en="Links between sources: names that were replaced",
            description_fr="Noms de choses publiés une fois : ce qui les remplace, quand deux sources parlent de la "
            "même chose, et ce qu'ils nommaient, quand aucune source n'en parle plus.",
            description_en="Names of things that were published once: what replaces them, where two sources speak of "
            "one thing, and what they named, where no source speaks of it any more.",
            publisher=_PUBLISHER,
            licence="https://creativecommons.org/publicdomain/zero/1.0/",
            attribution="Maille, liens entre sources",
            address=iris.source("links", _VINTAGE).value,
            issued=date(2026, 11, 23),
            file_name=_FILE,
            sha256=hashlib.sha256(said.encode()).hexdigest(),
        )

    def rows(self) -> Iterator[Row]:
        """Yield a row for each name."""
        line = 0
        for line, (old, new) in enumerate(self._names.replaced.items(), start=1):
            yield Row(_FILE, line, _key(old), {"name": old.value, "replaced_by": new.value})
        for number, (iri, label) in enumerate(self._names.withdrawn.items(), start=line + 1):
            yield Row(_FILE, number, _key(iri), {"name": iri.value, "label": label})

    def quads(self, row: Row) -> Iterator[Quad]:
        """Say what became of one name."""
        name = NamedNode(str(row.values["name"]))
        if "replaced_by" in row.values:
            yield Quad(name, DCT.isReplacedBy, NamedNode(str(row.values["replaced_by"])), GRAPH)
            return
        yield Quad(name, OWL.deprecated, Literal("true", datatype=XSD.boolean), GRAPH)
        yield Quad(name, SKOS.prefLabel, Literal(str(row.values["label"]), language="fr"), GRAPH)


def _key(iri: NamedNode) -> str:
    return iri.value.partition("/id/")[2].replace("/", "-")
