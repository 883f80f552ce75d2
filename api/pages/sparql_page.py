"""`/sparql` for a person: a form that works without JavaScript, examples, results as a table (at most 1,000 rows)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final
from urllib.parse import urlencode

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)
from starlette.requests import Request
from starlette.responses import Response

from maille.api.context import AppContext
from maille.api.entities.views import Shown
from maille.api.errors import problem_of
from maille.api.http.kept import PARAMETER, context_of
from maille.api.maps.options import map_headers
from maille.api.pages.examples import LEVELS, Example, examples, federated
from maille.api.pages.i18n import Translator
from maille.api.pages.render import Links, Renderer, short_name
from maille.api.pages.sparql_editor import editor_options
from maille.api.terms import Value, rebased
from maille.ontology.errors import QueryError, QuerySyntaxError
from maille.ontology.namespaces import BASE, PREFIXES, rebase_text
from maille.store.engine import QueryForm

ROW_LIMIT: Final = 1000
_BODY_LIMIT: Final = 8 * 1024 * 1024
_BINDINGS: Final = "text/tab-separated-values"
_GRAPH: Final = "application/n-triples"
_GRAPH_COLUMNS: Final = ("subject", "predicate", "object")
_START: Final = """SELECT ?structure ?name
WHERE { ?structure a maille:InnovationStructure ; skos:prefLabel ?name }
ORDER BY ?name
LIMIT 50
"""
_TABLE_NAMES: Final = (("csv", "CSV"), ("tsv", "TSV"), ("json", "JSON"), ("xml", "XML"))
_ASK_NAMES: Final = (("json", "JSON"), ("xml", "XML"))
_GRAPH_NAMES: Final = (("ttl", "Turtle"), ("nt", "N-Triples"), ("jsonld", "JSON-LD"), ("rdf", "RDF/XML"))
_NO_ROWS: Final[tuple[tuple[Shown | None, ...], ...]] = ()


@dataclass(frozen=True)
class Link:
    """An example as a page offers it."""

    title: str
    description: str
    href: str
    view: str = "table"


@dataclass(frozen=True)
class Level:
    """The examples of one difficulty."""

    name: str
    examples: Sequence[Link]


@dataclass(frozen=True)
class Result:
    """What a query gave, ready to be shown."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Shown | None]]
    cut: bool
    truth: bool | None
    downloads: Sequence[Shown]
    stable: bool = True


@dataclass(frozen=True)
class Failure:
    """Why a query gave nothing."""

    detail: str
    line: int | None
    column: int | None


class SparqlPage:
    """Answers a browser at `/sparql`, with a query or without."""

    def __init__(self, context: AppContext, renderer: Renderer) -> None:
        self._context = context
        self._renderer = renderer
        self._examples = (*examples(), *federated())

    async def __call__(self, request: Request) -> Response:
        """Return the form, and above the examples what the query of the address gave."""
        query = request.query_params.get("query", "")
        context = context_of(self._context, request)
        t, links = self._renderer.translator(request), self._renderer.links(request)
        result, failure, status, headers = None, None, 200, map_headers(self._context.settings)
        if query.strip():
            try:
                result = await self._run(context, query, t, links)
            except QueryError as error:
                problem = problem_of(error)
                failure, status = _failure(error), problem.kind.status
                headers |= problem.headers
        text = query or self._start()
        values = {
            "query": text,
            "rows": min(28, max(10, text.count("\n") + 2)),
            "result": result,
            "error": failure,
            "gallery": gallery(self._examples, t, links, self._context.settings.base_iri),
            "editor": editor_options(self._renderer, request),
            "asked_language": t.language if request.query_params.get("lang") == t.language else None,
        }
        lasting = failure is None and (result is None or result.stable)
        headers["Cache-Control"] = "no-cache" if lasting else "no-store"
        return self._renderer.page("sparql.html", request, values, status, headers)

    def _start(self) -> str:
        prefixes = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in ("maille", "skos"))
        return rebase_text(f"{prefixes}\n{_START}", self._context.settings.base_iri)

    async def _run(self, context: AppContext, query: str, t: Translator, links: Links) -> Result:
        answer = await context.engine.query(
            context.client_query(query, _BINDINGS, _GRAPH, context.canonical("/sparql"))
        )
        body, whole = await _beginning(answer.chunks)
        graph = answer.form in ("CONSTRUCT", "DESCRIBE")
        downloads = _downloads(query, links, answer.form, context.asked)
        if answer.form == "ASK":
            return Result((), _NO_ROWS, False, b"true" in body, downloads, answer.stable)
        columns, rows = _triples(body) if graph else _solutions(body)
        table = [[self._cell(value, t, links) for value in row] for row in rows[:ROW_LIMIT]]
        return Result(columns, table, not whole or len(rows) > ROW_LIMIT, None, downloads, answer.stable)

    def _cell(self, value: Value | None, t: Translator, links: Links) -> Shown | None:
        if value is None:
            return None
        inner = rebased(value, self._context.settings.base_iri, BASE)
        if isinstance(inner, NamedNode):
            href = links.iri(inner)
            return Shown(short_name(inner.value), href, external=not inner.value.startswith(BASE))
        if isinstance(inner, Literal):
            return Shown(inner.value, lang=inner.language if inner.language != t.language else None)
        return Shown(str(inner))


def example_links(found: Iterable[Example], t: Translator, links: Links, base: str) -> list[Link]:
    """Return the examples as links that run them, in the language of the page."""
    return [
        Link(
            t.pick(example.titles, example.name),
            t.pick(example.descriptions),
            links.path("/sparql", query=rebase_text(example.query, base)),
            example.view,
        )
        for example in found
    ]


def gallery(found: Iterable[Example], t: Translator, links: Links, base: str) -> list[Level]:
    """Return the examples by level, from simple to federated; a level without any is left out."""
    kept = tuple(found)
    by_level = {name: [one for one in kept if one.level == name] for name in LEVELS}
    return [Level(name, example_links(some, t, links, base)) for name, some in by_level.items() if some]


def _failure(error: QueryError) -> Failure:
    position = (error.line, error.column) if isinstance(error, QuerySyntaxError) else (None, None)
    return Failure(str(error), *position)


async def _beginning(chunks: AsyncIterator[bytes]) -> tuple[bytes, bool]:
    """Return whole lines of an answer, enough for a page, and whether they are all of it."""
    body = bytearray()
    try:
        async for chunk in chunks:
            body += chunk
            if len(body) > _BODY_LIMIT or body.count(b"\n") > ROW_LIMIT + 2:
                return bytes(body[: body.rfind(b"\n") + 1]), False
    finally:
        close = getattr(chunks, "aclose", None)
        if close is not None:
            await close()
    return bytes(body), True


def _solutions(body: bytes) -> tuple[Sequence[str], Sequence[Sequence[Value | None]]]:
    found = parse_query_results(body, format=QueryResultsFormat.TSV)
    if not isinstance(found, QuerySolutions):
        raise QueryError("the answer is no table")
    names = [variable.value for variable in found.variables]
    return names, [[row[name] for name in names] for row in islice(found, ROW_LIMIT + 1)]


def _triples(body: bytes) -> tuple[Sequence[str], Sequence[Sequence[Value | None]]]:
    found = islice(parse(body, format=RdfFormat.N_TRIPLES), ROW_LIMIT + 1)
    return _GRAPH_COLUMNS, [[quad.subject, quad.predicate, quad.object] for quad in found]


def _downloads(query: str, links: Links, form: QueryForm, release: str | None) -> list[Shown]:
    names = _GRAPH_NAMES if form in ("CONSTRUCT", "DESCRIBE") else _ASK_NAMES if form == "ASK" else _TABLE_NAMES
    address = links.asset("/sparql")
    kept = {} if release is None else {PARAMETER: release}
    return [Shown(name, f"{address}?{urlencode({'query': query, 'format': short, **kept})}") for short, name in names]
