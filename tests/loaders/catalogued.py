"""What the tests of shipped descriptions share: a real file, loaded as its description says, once a session."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store

from maille.loaders.collect import LoadedSource, collect
from maille.loaders.describing.choosing import shipped
from maille.loaders.describing.loader import DescribedLoader
from maille.loaders.linking.mention import Mention
from maille.loaders.progress import Silent
from maille.loaders.territories.gazetteer import Gazetteer
from maille.loaders.territories.loader import TerritoriesLoader
from maille.ontology import vocabulary
from maille.ontology.namespaces import sparql_prologue
from maille.shapes.validate import validate


@dataclass(frozen=True)
class Catalogued:
    """A shipped source that was loaded from its real file: the loader, what came of each row, and every statement."""

    loader: DescribedLoader
    loaded: LoadedSource
    store: Store

    def ask(self, query: str) -> list[tuple[str, ...]]:
        """Return the rows of a SELECT over the statements, each term as its plain value."""
        found = self.store.query(sparql_prologue() + query, use_default_graph_as_union=True)
        assert isinstance(found, QuerySolutions)
        return [tuple(_plain(term) for term in row) for row in found]

    def one(self, query: str) -> str:
        """Return the one value of a SELECT."""
        ((value,),) = self.ask(query)
        return value

    def mentions(self) -> list[Mention]:
        """Return what the source tells the linker."""
        return list(self.loader.all_mentions())

    def violations(self) -> list[str]:
        """Return what the shapes refuse of the statements, the vocabulary beside them."""
        store = Store()
        store.extend(vocabulary.quads())
        store.extend(self.store)
        return [f"{one.focus} {one.path} {one.value}" for one in validate(store, engine="shacl").violations]


@cache
def gazetteer() -> Gazetteer:
    """Return the territories of today."""
    return Gazetteer(TerritoriesLoader().rows())


@cache
def catalogued(data: Path, source: str) -> Catalogued:
    """Load a shipped source from a folder, or skip the test where its file is not there."""
    description = next(one for one in shipped() if one.id == source)
    if not (data / description.file.name).is_file():
        pytest.skip(f"no {description.file.name} in the shared data")
    loader = DescribedLoader(description, data / description.file.name, gazetteer())
    loaded = collect(loader, Silent())
    store = Store()
    for row in loaded.rows:
        store.load("\n".join(row.statements).encode(), format=RdfFormat.N_QUADS)
    return Catalogued(loader, loaded, store)


def _plain(term: object) -> str:
    assert isinstance(term, Literal | NamedNode | None)
    return "" if term is None else term.value
