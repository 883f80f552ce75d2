"""What every handler is given: the settings, the engine, and the few things all of them do with both.

Inside this room names are under our default base, whatever base a deployment publishes under: queries are rewritten
on their way out, terms on their way back. `canonical` gives the name the world sees, `local` the path served here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from maille.api.search.indexes import Indexes
from maille.api.settings import Settings
from maille.api.terms import Row, Term, bind, rebased, rows_of, triples_of, truth_of
from maille.ontology.errors import ReleaseError
from maille.ontology.namespaces import BASE, rebase_text, sparql_prologue
from maille.store.engine import Answer, Engine, QueryRequest
from maille.store.search import SearchIndex

OWN_TIMEOUT: Final = 30.0
"""Seconds a query of ours may take, however short the time of a client is set."""

JSON_RESULTS = "application/sparql-results+json"
NTRIPLES = "application/n-triples"


@dataclass(frozen=True, slots=True)
class AppContext:
    """The settings, the engine and the indexes of one application, and the kept release that is asked instead."""

    settings: Settings
    engine: Engine
    asked: str | None = None
    indexes: Indexes | None = None

    def at(self, release: str | None) -> AppContext:
        """Return this context with its questions put to a kept release; None stands for the one being served."""
        return replace(self, asked=release)

    @property
    def release(self) -> str:
        """Id of the release that answers."""
        return self.asked or self.engine.release

    async def index(self, *, exact: bool = False) -> SearchIndex:
        """Return the search index of the release that answers.

        While that of a new release is being made, the former one is returned unless `exact`: its `release` is to be
        named, and what it says not to be kept under the new one. Raises EngineBusy where there is none in time.
        """
        if self.indexes is None:
            raise ReleaseError("There is no search index here.")
        return await self.indexes.get(self.release, exact=exact)

    async def index_soon(self) -> SearchIndex | None:
        """Return the search index of the release that is served, None where it is being made.

        Raises ReleaseError where there can be none, such as for a kept release, of which pages show the facts alone.
        """
        if self.indexes is None or self.asked is not None:
            raise ReleaseError("There is no search index here.")
        return await self.indexes.soon(self.release)

    async def select(self, query: str, **values: Term | Sequence[Term]) -> list[Row]:
        """Return the solutions of a SELECT query of ours; a variable that is not bound is absent from its row.

        `query` needs no PREFIX line; each of `values` fills a `VALUES ?name { UNDEF }` of it.
        """
        return rows_of(await self._body(query, values), self.settings.base_iri)

    async def ask(self, query: str, **values: Term | Sequence[Term]) -> bool:
        """Return the answer to an ASK query of ours."""
        return truth_of(await self._body(query, values))

    async def construct(self, query: str, **values: Term | Sequence[Term]) -> list[Triple]:
        """Return the triples of a CONSTRUCT or DESCRIBE query of ours."""
        return triples_of(await self._body(query, values), self.settings.base_iri)

    async def answer(
        self,
        query: str,
        media_type: str,
        **values: Term | Sequence[Term],
    ) -> Answer:
        """Run a query of ours and return its answer as it comes, in `media_type`, with the names the world sees."""
        request = QueryRequest(
            text=self.prepared(query, **values),
            bindings_format=media_type,
            graph_format=media_type,
            timeout=OWN_TIMEOUT,
            release=self.asked,
        )
        return await self.engine.query(request)

    def client_query(
        self, text: str, bindings_format: str, graph_format: str, base_iri: str | None = None
    ) -> QueryRequest:
        """Return a query in a client's own words, within the limits of clients; its names are those of the world."""
        return QueryRequest(
            text=text,
            bindings_format=bindings_format,
            graph_format=graph_format,
            union_default_graph=self.settings.union_default_graph,
            base_iri=base_iri,
            timeout=self.settings.query_timeout,
            release=self.asked,
        )

    def prepared(self, query: str, **values: Term | Sequence[Term]) -> str:
        """Return a query of ours ready for the engine: prefixes, values, and names under the published base."""
        base = self.settings.base_iri
        outward = {name: _outward(value, base) for name, value in values.items()}
        return sparql_prologue(base) + bind(rebase_text(query, base), outward)

    def local(self, iri: str | NamedNode) -> str:
        """Return the path on this server of an IRI of ours, under either base; any other IRI comes back unchanged."""
        text = iri.value if isinstance(iri, NamedNode) else iri
        for base in (self.settings.base_iri, BASE):
            if text.startswith(base):
                return "/" + text.removeprefix(base)
        return text

    def canonical(self, path: str) -> str:
        """Return the IRI the world sees for a path of this server, percent-encoded as it came."""
        return self.settings.base_iri + path.lstrip("/")

    def name(self, path: str) -> NamedNode:
        """Return the name, under our default base, of a path of this server; ValueError where it is no IRI."""
        return NamedNode(BASE + path.lstrip("/"))

    def published(self, iri: str | NamedNode) -> str:
        """Return the IRI the world sees for a name of ours; any other IRI comes back unchanged."""
        text = iri.value if isinstance(iri, NamedNode) else iri
        return self.settings.base_iri + text.removeprefix(BASE) if text.startswith(BASE) else text

    def absolute(self, path: str) -> str:
        """Return `path` under MAILLE_PUBLIC_URL, or the path itself where none is set; the Host is never trusted."""
        public = self.settings.public_url
        return f"{public.rstrip('/')}{path}" if public else path

    def address(self, path: str) -> NamedNode:
        """Return `path` as a name for a description: under MAILLE_PUBLIC_URL, or else under our default base."""
        return NamedNode(self.absolute(path)) if self.settings.public_url else self.name(path)

    async def _body(self, query: str, values: dict[str, Term | Sequence[Term]]) -> bytes:
        request = QueryRequest(
            text=self.prepared(query, **values),
            bindings_format=JSON_RESULTS,
            graph_format=NTRIPLES,
            timeout=OWN_TIMEOUT,
            release=self.asked,
        )
        answer = await self.engine.query(request)
        return b"".join([chunk async for chunk in answer.chunks])


def _outward(value: Term | Sequence[Term], base: str) -> list[Term]:
    terms = [value] if isinstance(value, NamedNode | Literal) else value
    moved = (rebased(term, BASE, base) for term in terms)
    return [term for term in moved if isinstance(term, NamedNode | Literal)]
