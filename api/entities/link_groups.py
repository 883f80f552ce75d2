"""What links to a thing, as a page shows it: groups with a heading and a count, and the pages of a long list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from maille.api.entities.incoming import FOLD_SIZE, MANY, Incoming, Link, LinkPage
from maille.api.entities.layouts import KIND_ORDER
from maille.api.entities.views import Shown, View
from maille.api.pages.i18n import Translator, alphabetical
from maille.api.pages.render import Links, curie, local_path
from maille.ontology.iris import THINGS
from maille.ontology.namespaces import BASE, PREFIXES, rebase_text
from maille.ontology.terms import IGEO, MAILLE, RDF

# Figures have a section of their own; lists and ordered collections are how a scheme is written down.
_ELSEWHERE: Final = frozenset({MAILLE.figureAbout, RDF.first, NamedNode(f"{PREFIXES['skos']}member")})
_PARTS: Final = frozenset(
    {
        IGEO.subdivisionDe,
        IGEO.subdivisionDirecteDe,
        MAILLE.memberOfEpci,
        MAILLE.memberOfEpt,
    }
)
_NUMBER: Final = re.compile(r"\d{1,5}")
_PLAIN_NAME: Final = re.compile(r"[a-z]+:[A-Za-z]+")
# Who is in the second group is in the first one too: the narrower is not shown twice.
_WIDER: Final = {MAILLE.mainProfile: MAILLE.profile, IGEO.subdivisionDirecteDe: IGEO.subdivisionDe}


@dataclass(frozen=True)
class Group:
    """Links by one predicate from one kind of thing.

    Attributes:
        via, kind: the predicate, and what kind of things the links are from.
        title: what the links say.
        count: how many there are.
        items: the first of them.
        more: where the rest is, None where there is none.
        query: the query that lists them all.
        part: whether they are from the parts of a territory.
    """

    via: NamedNode
    kind: str
    title: str
    count: int
    items: tuple[Shown, ...]
    more: str | None
    query: str | None = None
    part: bool = False


@dataclass(frozen=True)
class Pager:
    """One page of a long list: its number, how many there are, and the addresses of its neighbours."""

    number: int
    pages: int
    previous: str | None
    following: str | None
    overview: str


def groups_of(view: View, t: Translator, links: Links, base: str = BASE) -> tuple[Group, ...]:
    """Return the groups of a page, the most telling kinds first; figures have a section of their own.

    `base` is what the queries that list a group have our names under.
    """
    incoming = view.description.incoming
    groups = sorted(incoming.counts, key=lambda group: (_rank(group[1]), curie(group[0].value)))
    shown = [group for group in groups if _is_news(view, *group)]
    return tuple(_group(view, t, links, base, *group) for group in shown if _items(incoming, *group))


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


def _group(view: View, t: Translator, links: Links, base: str, via: NamedNode, kind: str) -> Group:
    incoming = view.description.incoming
    found, count = _items(incoming, via, kind), incoming.counts[via, kind]
    shown = [_item(view, links, link) for link in found]
    if count <= MANY:
        shown.sort(key=lambda one: alphabetical(_NUMBER.sub(lambda digits: digits[0].zfill(6), one.text)))
    overview = incoming.page.number is None
    items = tuple(dict.fromkeys(shown))[: FOLD_SIZE if overview else None]
    more = page_address(view.iri, LinkPage(via=via, kind=kind), 1, links) if overview and len(items) < count else None
    query = _query(view.iri, via, kind, links, base) if more else None
    return Group(via, kind, _title(view, t, via, kind), count, items, more, query, via in _PARTS)


def _query(iri: NamedNode, via: NamedNode, kind: str, links: Links, base: str) -> str:
    """Return the address of the query that lists a group."""
    start = f"{BASE}id/{kind}/" if kind in THINGS else f"{BASE}{kind}/"
    only = f'\n  FILTER(STRSTARTS(STR(?it), "{start}"))' if kind else ""
    name, prefix = curie(via.value), curie(via.value).partition(":")[0]
    prologue = "".join(f"PREFIX {one}: <{PREFIXES[one]}>\n" for one in sorted({"skos", prefix}) if one in PREFIXES)
    verb = name if prefix in PREFIXES and _PLAIN_NAME.fullmatch(name) else str(via)
    where = f"?it {verb} {iri} .{only}\n  OPTIONAL {{ ?it skos:prefLabel ?name }}"
    text = f"{prologue}\nSELECT DISTINCT ?it ?name\nWHERE {{\n  {where}\n}}\nORDER BY ?name\n"
    return links.path("/sparql", query=rebase_text(text, base))


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
