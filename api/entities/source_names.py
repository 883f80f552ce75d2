"""What sources and licences are called: as the graph itself says it, or as our own messages do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from pyoxigraph import Literal, NamedNode

from maille.api.context import AppContext
from maille.api.memo import PerRelease
from maille.api.pages.i18n import Translator
from maille.api.pages.render import short_name
from maille.ontology.namespaces import BASE

Titles = Mapping[str, Mapping[str, str]]

_TITLES: Final = "SELECT ?graph ?title WHERE { GRAPH ?meta { ?graph a dcat:Dataset ; dct:title ?title } }"


class SourceNames:
    """The titles of the sources of the release of now, by IRI under our default base."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        self._titles: PerRelease[Titles] = PerRelease(lambda: context.engine.release, self._read)

    async def get(self) -> Titles:
        """Return source -> language -> title."""
        return await self._titles.get()

    async def _read(self) -> Titles:
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for row in await self._context.select(_TITLES):
            graph, title = row.get("graph"), row.get("title")
            if isinstance(graph, NamedNode) and isinstance(title, Literal):
                source = f"{BASE}source/{graph.value.removeprefix(f'{BASE}graph/')}"
                found[source].setdefault(title.language or "", title.value)
        return dict(found)


def licence_name(t: Translator, iri: str) -> str:
    """Return what a licence is called."""
    key = f"thing.{iri}"
    return t(key) if t.has(key) else short_name(iri)
