"""`/def` and `/shapes`, and their versions: the vocabulary and the SHACL shapes as pages and as RDF.

Both are hash namespaces (Best Practice Recipes for Publishing RDF Vocabularies, recipe 4): one document holds every
term, and its page has an anchor equal to the fragment of each.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, parse
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from maille.api.context import AppContext
from maille.api.entities.documents import HTML, SUFFIXES, negotiated, with_charset
from maille.api.entities.rdf import rebase_triple
from maille.api.entities.serialise import serialise
from maille.api.errors import RequestRefused
from maille.api.http.conditional import CACHING, etag_of, not_modified
from maille.api.pages.render import Renderer
from maille.api.pages.vocabulary_diagram import diagram
from maille.api.pages.vocabulary_view import VocabularyView
from maille.ontology import vocabulary
from maille.ontology.namespaces import BASE, SCHEME
from maille.shapes import catalogue, crossrow

_VERSIONS: Final = {"def": vocabulary.VERSION, "shapes": catalogue.VERSION}


def routes(context: AppContext) -> list[BaseRoute]:
    """Return the routes of the vocabulary, of the shapes and of their versions."""
    pages = Vocabulary(context, Renderer(context))
    found: list[BaseRoute] = []
    for name in _VERSIONS:
        paths = (f"/{name}", *(f"/{name}.{suffix}" for suffix in SUFFIXES), f"/{name}/{{version}}")
        found += [Route(path, pages.handler(name)) for path in paths]
    return found


def vocabulary_quads() -> tuple[Quad, ...]:
    """Return the statements of ontology and alignments, without the schemes, which have documents of their own."""
    return tuple(quad for quad in vocabulary.quads() if not str(quad.subject).startswith(f"<{SCHEME}"))


def shapes_quads(base: str = BASE) -> tuple[Quad, ...]:
    """Return the statements of the shapes, and of the checks across rows as SPARQL constraints.

    Their blank nodes (lists, prefixes) get the same names each time, and their patterns know our names under `base`.
    """
    shapes = Dataset(parse(crossrow.published_shapes(base), format=RdfFormat.TURTLE))
    shapes.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return tuple(shapes)


class Vocabulary:
    """The two documents, parsed once when the application is made."""

    def __init__(self, context: AppContext, renderer: Renderer) -> None:
        self._context = context
        self._renderer = renderer
        self._quads = {"def": vocabulary_quads(), "shapes": shapes_quads()}
        self._labels = tuple(vocabulary.quads())

    def handler(self, name: str) -> Callable[[Request], Awaitable[Response]]:
        """Return the handler of one of the two documents."""

        async def handle(request: Request) -> Response:
            return self.document(name, request)

        return handle

    def document(self, name: str, request: Request) -> Response:
        """Answer with the vocabulary or the shapes in the format asked for."""
        media_type = self._media_type(name, request)
        etag = etag_of(self._context, request, name, media_type, self._renderer.translator(request).language)
        unchanged = not_modified(request, etag, CACHING)
        if unchanged is not None:
            return unchanged
        response = self._page(name, request) if media_type == HTML else self._rdf(name, media_type)
        response.headers.update({**CACHING, "ETag": etag, "Link": self._link_header(name, request)})
        return response

    def _media_type(self, name: str, request: Request) -> str:
        """Return the format; raises RequestRefused where the version asked for is not the one there is."""
        current = _VERSIONS[name]
        version = request.path_params.get("version", current)
        stem, dot, suffix = request.url.path.rpartition(".")
        if version == current:
            named = SUFFIXES.get(suffix) if stem.endswith(f"/{name}") and dot else None
            return named or negotiated(request)
        if version.startswith(f"{current}.") and suffix in SUFFIXES and stem.endswith(current):
            return SUFFIXES[suffix]
        raise RequestRefused("not-found", f"The only version is {current}.")

    def _rdf(self, name: str, media_type: str) -> Response:
        base = self._context.settings.base_iri
        if name == "def":
            body = serialise((rebase_triple(quad.triple, base) for quad in self._quads[name]), media_type, base)
        elif media_type == "text/turtle":
            # As written, with comments and lists.
            body = crossrow.published_shapes(base)
        else:
            body = serialise((quad.triple for quad in shapes_quads(base)), media_type, base)
        return Response(body, media_type=with_charset(media_type))

    def _page(self, name: str, request: Request) -> Response:
        t, links = self._renderer.translator(request), self._renderer.links(request)
        ontology = NamedNode(f"{BASE}{name}")
        view = VocabularyView(self._quads[name], self._labels, ontology, t, links)
        formats = [(suffix, links.asset(f"/{name}.{suffix}")) for suffix in SUFFIXES if suffix != "html"]
        values = {
            "view": view,
            "formats": formats,
            "version": _VERSIONS[name],
            "permalink": self._context.published(ontology),
            "diagram": diagram(view.called),
        }
        return self._renderer.page(f"{name}.html", request, values)

    def _link_header(self, name: str, request: Request) -> str:
        links = self._renderer.links(request)
        iri = self._context.published(f"{BASE}{name}")
        found = [f'<{iri}>; rel="canonical"', f'<{links.asset("/" + name)}>; rel="describedby"; anchor="{iri}"']
        found += [
            f'<{links.asset(f"/{name}.{suffix}")}>; rel="alternate"; type="{media}"'
            for suffix, media in SUFFIXES.items()
        ]
        return ", ".join(found)
