"""What links to a thing, as a page shows it: groups with a heading and a count, and the pages of a long list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from maille.api.i18n import Translator
from maille.api.incoming import Incoming, Link, LinkPage
from maille.api.layouts import KIND_ORDER
from maille.api.render import Links, curie, local_path
from maille.api.views import Shown, View
from maille.ontology.namespaces import PREFIXES
from maille.ontology.terms import IGEO, MAILLE, RDF

# Figures have a section of their own; lists and ordered collections are how a scheme is written down.
_ELSEWHERE: Final = frozenset({MAILLE.figureAbout, RDF.first, NamedNode(f"{PREFIXES['skos']}member")})
# Who is in the second group is in the first one too: the narrower is not shown twice.
_WIDER: Final = {MAILLE.mainProfile: MAILLE.profile, IGEO.subdivisionDirecteDe: IGEO.subdivisionDe}


@dataclass(frozen=True)
class Group:
    """Links by one predicate from one kind of thing: how many there are, the first of them, and where the rest is."""

    title: str
    count: int
    items: tuple[Shown, ...]
    more: str | None


@dataclass(frozen=True)
class Pager:
    """One page of a long list: its number, how many there are, and the addresses of its neighbours."""

    number: int
    pages: int
    previous: str | None
    following: str | None
    overview: str


def groups_of(view: View, t: Translator, links: Links) -> tuple[Group, ...]:
    """Return the groups of a page, the most telling kinds first; figures have a section of their own."""
    incoming = view.description.incoming
    groups = sorted(incoming.counts, key=lambda group: (_rank(group[1]), curie(group[0].value)))
    shown = [group for group in groups if _is_news(view, *group)]
    return tuple(_group(view, t, links, *group) for group in shown if _items(incoming, *group))


def _is_news(view: View, via: NamedNode, kind: str) -> bool:
    """Tell whether a group says what the page does not say elsewhere; a list that was asked for is always shown."""
    incoming = view.description.incoming
    if incoming.page.number is not None:
        return True
    wider = _WIDER.get(via)
    if via in _ELSEWHERE or (wider and incoming.counts.get((wider, kind), 0) >= incoming.counts[via, kind]):
        return False
    if not via.value.startswith(PREFIXES["skos"]):
        return True
    # Schemes and concepts name each other in both directions.
    return view.kind != "scheme" and not all(link.subject in view.named for link in _items(incoming, via, kind))


def pager_of(iri: NamedNode, incoming: Incoming, links: Links) -> Pager | None:
    """Return the pager of a list of links, None on the overview."""
    number = incoming.page.number
    if number is None:
        return None
    return Pager(
        number,
        incoming.pages,
        page_address(iri, incoming.page, number - 1, links) if number > 1 else None,
        page_address(iri, incoming.page, number + 1, links) if number < incoming.pages else None,
        links.path(document_path(iri)),
    )


def document_path(iri: NamedNode) -> str:
    """Return the path of the document about a name of ours."""
    return local_path(iri.value) or "/"


def page_address(iri: NamedNode, page: LinkPage, number: int, links: Links, suffix: str = "") -> str:
    """Return the address of one page of the links to `iri`."""
    via = None if page.via is None else curie(page.via.value)
    return links.path(document_path(iri) + suffix, via=via, kind=page.kind, page=number)


def _rank(kind: str) -> int:
    return KIND_ORDER.index(kind) if kind in KIND_ORDER else len(KIND_ORDER)


def _group(view: View, t: Translator, links: Links, via: NamedNode, kind: str) -> Group:
    incoming = view.description.incoming
    items, count = _items(incoming, via, kind), incoming.counts[via, kind]
    more = page_address(view.iri, LinkPage(via=via, kind=kind), 1, links) if len(items) < count else None
    return Group(_title(view, t, via, kind), count, tuple(_item(view, links, link) for link in items), more)


def _items(incoming: Incoming, via: NamedNode, kind: str) -> list[Link]:
    return [link for link in incoming.links if (link.predicate, link.kind) == (via, kind)]


def _item(view: View, links: Links, link: Link) -> Shown:
    return Shown(view.label(link.document), links.iri(link.document))


def _title(view: View, t: Translator, via: NamedNode, kind: str) -> str:
    """Return the heading: our words for this predicate and kind, or for either, else the predicate's own name."""
    name = curie(via.value)
    exact = f"links.{name}.{kind}"
    if t.has(exact):
        return t(exact)
    kinds = f"kind.{kind}"
    subject = t(kinds) if t.has(kinds) else t("kind.other")
    any_kind = f"links.{name}.*"
    if t.has(any_kind):
        return t(any_kind, subject=subject)
    return t("links.by", subject=subject, predicate=view.predicate_name(via))
