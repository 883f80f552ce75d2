"""The HTML page of one thing: what `document.html` is given, gathered from its description."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response

from maille.api.entities.citation import Cited, citation
from maille.api.entities.description import Description
from maille.api.entities.figures import figures_of
from maille.api.entities.link_groups import Group, document_path, groups_of, pager_of
from maille.api.entities.places import point_of
from maille.api.entities.schema_org import block
from maille.api.entities.surroundings import Surroundings, is_summed_up, surroundings_of
from maille.api.entities.views import Block, Shown, View
from maille.api.http.kept import release_of
from maille.api.pages.i18n import Translator, alphabetical
from maille.api.pages.render import Links, Renderer
from maille.api.terms import Value
from maille.ontology import iris
from maille.ontology.terms import DCT, IGEO, MAILLE, PROV, SKOS
from maille.store.engine import GRAPH_FORMATS
from maille.store.search import SearchIndex

_SHARED: Final = 200
"""Characters of a description that is shown elsewhere."""
_FORMER_KINDS: Final = ("former-commune", "commune-deleguee", "commune-associee", "arrondissement-municipal")


@dataclass(frozen=True)
class Origin:
    """A named graph that speaks of the thing: its title, its licence and where it was drawn from."""

    graph: Shown
    licences: tuple[Shown, ...]
    sources: tuple[Shown, ...]
    issued: str


@dataclass(frozen=True)
class Branch:
    """A concept and its narrower ones, for the page of a scheme."""

    concept: Shown
    definition: str
    narrower: tuple[Branch, ...]


def former_names(code: str | None) -> tuple[NamedNode, ...]:
    """Return the names that a code given by `?from=` may have had; none where it is no commune code."""
    if not code or not re.fullmatch(iris.THINGS["commune"], code, re.ASCII):
        return ()
    return tuple(iris.thing(kind, code) for kind in _FORMER_KINDS)


def document_page(
    renderer: Renderer, request: Request, description: Description, index: SearchIndex | None = None
) -> Response:
    """Return the page of a thing, or of one page of the links to it.

    Without an `index` it says what the graph says, and nothing of what lies around.
    """
    t, links = renderer.translator(request), renderer.links(request)
    view = View(description, t, links)
    base = renderer.context.settings.base_iri
    if description.incoming.page.number is not None:
        values = {
            "view": view,
            "groups": groups_of(view, t, links, base),
            "pager": pager_of(view.iri, description.incoming, links),
        }
        return renderer.page("links.html", request, values)
    return renderer.page("document.html", request, _values(renderer, request, view, index))


def _values(renderer: Renderer, request: Request, view: View, index: SearchIndex | None) -> dict[str, object]:
    t, links, base = renderer.translator(request), renderer.links(request), renderer.context.settings.base_iri
    # Footnotes are numbered as the facts are read, so the facts come first.
    blocks = view.blocks
    groups = groups_of(view, t, links, base)
    origins = _origins(view)
    around = surroundings_of(view, index, t, links)
    release = release_of(request) or renderer.context.engine.release
    point = point_of(view)
    return {
        "view": view,
        "blocks": blocks,
        "tags": _tags(view),
        "crumbs": _crumbs(view),
        "figures": figures_of(view, t),
        "parts": [_largest_first(group, around, t) for group in groups if group.part],
        "groups": [group for group in groups if not group.part and not is_summed_up(group, around)],
        "around": around,
        "origins": origins,
        "places": _places(view),
        "point": point,
        "key": view.iri.value.rpartition("/")[2],
        "concepts": _tree(view),
        "former_code": request.query_params.get("from", ""),
        "former": _former(view, request.query_params.get("from")),
        "ambiguous": _ambiguous(view),
        "formats": _formats(view, links),
        "contents": _contents(renderer, view, links),
        "permalink": renderer.context.published(view.iri),
        "cited": release,
        "citation": citation(_cited(renderer, view, origins, release), t),
        "schema": block(view, point, base),
        "path": document_path(view.iri),
        "og": _shared(renderer, view, blocks),
    }


def _shared(renderer: Renderer, view: View, blocks: Sequence[Block]) -> dict[str, str | None]:
    """Return what a link to the page shows of it elsewhere (Open Graph); its address only where it is known."""
    told = " ".join(lead.text for lead in view.leads) or ", ".join(
        f"{fact.label} : {', '.join(value.text for value in fact.values[:3])}"
        for block in blocks[:2]
        for fact in block.facts[:4]
    )
    short = told if len(told) <= _SHARED else f"{told[:_SHARED].rsplit(' ', 1)[0]}…"
    kind = ", ".join(one.text for one in view.classes[:1])
    address = renderer.context.absolute(document_path(view.iri)) if renderer.context.settings.public_url else None
    return {"title": view.title, "description": f"{kind}. {short}".strip(" ."), "url": address, "type": "article"}


def _largest_first(group: Group, around: Surroundings, t: Translator) -> Group:
    """Return a group of communes with the largest of them, where they are known."""
    largest = around.summary.children if around.summary else ()
    if group.kind != "commune" or not largest or group.more is None:
        return group
    return replace(group, items=largest, title=t("doc.largest", title=group.title))


def _tags(view: View) -> tuple[Shown, ...]:
    """Return the profiles and subjects of a thing, the main profile first."""
    kinds = (MAILLE.mainProfile, MAILLE.profile, DCT.subject)
    values = dict.fromkeys(value for predicate in kinds for value in view.values(predicate))
    return tuple(view.thing(node) for node in values if isinstance(node, NamedNode))


def _cited(renderer: Renderer, view: View, origins: Sequence[Origin], release: str) -> Cited:
    licences = {one.text: None for origin in origins for one in origin.licences}
    return Cited(
        view.title,
        ", ".join(one.text for one in view.classes[:1]),
        renderer.context.published(view.iri),
        release,
        [origin.graph.text for origin in origins],
        list(licences),
    )


def _crumbs(view: View) -> tuple[Shown, ...]:
    above: list[NamedNode] = []
    if view.kind == "concept":
        above = [node for node in view.values(SKOS.inScheme) if isinstance(node, NamedNode)]
    elif view.kind == "row":
        above = [node for node in view.values(PROV.wasQuotedFrom) if isinstance(node, NamedNode)]
    elif not view.values(SKOS.inScheme):
        above = sorted(
            (o for o in view.values(IGEO.subdivisionDe) if isinstance(o, NamedNode)),
            key=lambda node: ("/region/" not in node.value, node.value),
        )
    return tuple(view.thing(node) for node in above)


def _origins(view: View) -> tuple[Origin, ...]:
    return tuple(
        Origin(
            view.thing(graph),
            tuple(view.thing(node) for node in _nodes(view, DCT.license, graph)),
            tuple(view.thing(node) for node in _nodes(view, DCT.source, graph)),
            view.first(DCT.issued, graph),
        )
        for graph in view.graphs
    )


def _nodes(view: View, predicate: NamedNode, subject: NamedNode) -> Sequence[NamedNode]:
    return sorted((o for o in view.values(predicate, subject) if isinstance(o, NamedNode)), key=str)


def _places(view: View) -> tuple[Shown, ...]:
    """Return commune, EPCI, département and région of a thing that stands in one commune for sure."""
    communes = _nodes(view, MAILLE.inCommune, view.iri)
    if len(communes) != 1:
        return ()
    return (view.thing(communes[0]), *view.chain(communes[0]))


def _tree(view: View) -> tuple[Branch, ...]:
    if view.kind != "scheme":
        return ()
    concepts = {
        quad.subject for quad in view.description.quads if quad.predicate == SKOS.notation and quad.subject != view.iri
    }
    nodes = [node for node in concepts if isinstance(node, NamedNode)]
    parents = {node: set(view.values(SKOS.broader, node)) & set(nodes) for node in nodes}
    tops = [node for node in nodes if not parents[node]]
    return _branches(view, tops, parents, frozenset())


def _branches(
    view: View, nodes: Sequence[NamedNode], parents: Mapping[NamedNode, set[Value]], above: frozenset[NamedNode]
) -> tuple[Branch, ...]:
    ordered = sorted(nodes, key=lambda node: alphabetical(view.label(node)))
    return tuple(
        Branch(
            view.thing(node),
            next((shown.text for shown in _definitions(view, node)), ""),
            # A circle of broader would be a fault of the data; it must not be one of the page.
            _branches(view, [n for n in parents if node in parents[n] and n not in above], parents, above | {node}),
        )
        for node in ordered
    )


def _definitions(view: View, node: NamedNode) -> Sequence[Shown]:
    values = view.in_language(view.values(SKOS.definition, node))
    return [view.shown(SKOS.definition, value, node) for value in values]


def _former(view: View, code: str | None) -> Shown | None:
    """Return the former or delegated commune that a reader was led here from, where the graph knows it."""
    if not former_names(code):
        return None
    known = {quad.subject for quad in view.description.surroundings}
    return next((view.thing(name) for name in former_names(code) if name in known and name != view.iri), None)


def _ambiguous(view: View) -> tuple[Shown, ...]:
    return tuple(view.thing(node) for node in _nodes(view, MAILLE.possibleCommune, view.iri))


def _contents(renderer: Renderer, view: View, links: Links) -> str | None:
    """Return the query that shows what a named graph holds."""
    if view.kind != "graph":
        return None
    graph = renderer.context.published(view.iri)
    return links.path("/sparql", query=f"SELECT ?s ?p ?o\nWHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}\nLIMIT 100\n")


def _formats(view: View, links: Links) -> tuple[Shown, ...]:
    path = document_path(view.iri)
    names = {"ttl": "Turtle", "nt": "N-Triples", "jsonld": "JSON-LD", "rdf": "RDF/XML"}
    return tuple(Shown(names[suffix], links.kept(f"{path}.{suffix}")) for suffix in GRAPH_FORMATS.values())
