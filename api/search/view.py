"""What `/search` shows: things found, other kinds there are, files to have, and help where nothing was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from maille.api.entities.views import Shown
from maille.api.pages.i18n import Translator
from maille.api.pages.render import Links, external_link
from maille.api.rest.collections import COLLECTIONS
from maille.store.search import Hit, SearchIndex
from maille.store.search_kinds import described

Row = dict[str, Any]
Pairs = Sequence[tuple[str, str]]

_DOWNLOADS: Final = (
    ("CSV", (("format", "csv"),)),
    ("CSV (Excel)", (("format", "csv"), ("excel", "true"))),
    ("XLSX", (("format", "xlsx"),)),
    ("GeoJSON", (("format", "geojson"),)),
    ("Parquet", (("format", "parquet"),)),
    ("JSON", (("format", "json"),)),
)
_FIRST: Final = ("organisation", "commune", "epci", "laboratory", "initiative", "programme-territory")
"""Kinds that stand after structures, in this order; the others follow by how many there are."""
_THEMES: Final = 4
_NAMES: Final = {collection.kind: collection.name for collection in COLLECTIONS}


@dataclass(frozen=True, slots=True)
class Result:
    """A thing that was found: its name, a line on it, and for a structure who runs it, on what, and its site."""

    thing: Shown
    line: str
    others: tuple[str, ...]
    operator: Shown | None
    themes: tuple[str, ...]
    more_themes: int
    homepage: Shown | None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of things and how many of it a text names."""

    name: str
    title: str
    count: int
    href: str
    current: bool


def page_of(iri: str, index: SearchIndex, links: Links) -> str | None:
    """Return where the page of a thing of the index is; None where its name cannot be followed."""
    if not iri.startswith(index.base):
        return external_link(iri)
    inner = iri.removeprefix(index.base)
    return links.path(f"/doc/{inner.removeprefix('id/')}" if inner.startswith("id/") else f"/{inner}")


def results(rows: Iterable[Row], index: SearchIndex, t: Translator, links: Links) -> list[Result]:
    """Return rows of the index as a page shows them."""
    return [_result(row, index, t, links) for row in rows]


def _result(row: Row, index: SearchIndex, t: Translator, links: Links) -> Result:
    themes = [_label(brief, t) for brief in row.get("themes", ())]
    operator, homepage = row.get("operator") or {}, row.get("homepage")
    own = operator.get("label", row["label"]) != row["label"]
    return Result(
        thing=Shown(_label(row, t), page_of(row["iri"], index, links)),
        line=described(row, t.language),
        others=tuple(row.get("other_labels", ())[:3]),
        operator=Shown(_label(operator, t), page_of(operator["iri"], index, links)) if own else None,
        themes=tuple(themes[:_THEMES]),
        more_themes=max(0, len(themes) - _THEMES),
        homepage=_site(homepage) if homepage else None,
    )


def _site(iri: str) -> Shown | None:
    href = external_link(iri)
    return Shown(iri.partition("://")[2].strip("/") or iri, href, external=True) if href else Shown(iri)


def kinds(counts: Iterable[tuple[str, int]], current: str, address: str, shared: Pairs, t: Translator) -> list[Kind]:
    """Return the kinds of what was found, structures first; their addresses keep what all kinds share."""
    found = {name: number for name, number in counts if t.has(f"kind.{name}")}
    first = {name: found.get(name, 0) for name in ("structure", current)}
    found = {**first, **{name: found[name] for name in _FIRST if name in found}, **found}
    return [
        Kind(name, t(f"kind.{name}"), number, _query(address, [*shared, *_kind(name)]), name == current)
        for name, number in found.items()
    ]


def downloads(kind: str, params: QueryParams, links: Links, names: Sequence[str]) -> list[Shown]:
    """Return what was found as files, where a collection of the REST layer has it."""
    collection = _NAMES.get(kind)
    if collection is None:
        return []
    kept = [pair for pair in params.multi_items() if pair[0] in names]
    address = links.asset(f"/api/{collection}")
    return [Shown(title, _query(address, [*kept, *more])) for title, more in _DOWNLOADS]


def hits(found: Iterable[Hit], index: SearchIndex, links: Links) -> list[Shown]:
    """Return hits with a line on each."""
    return [Shown(hit.label, page_of(hit.iri, index, links), after=hit.description) for hit in found]


def nearest(text: str, index: SearchIndex, language: str, limit: int = 6) -> list[Hit]:
    """Return what somebody who found nothing may have meant: the names nearest to the text, or to its words."""
    found = index.search(text, lang=language, limit=limit)
    if not found:
        words = [word for word in text.split() if len(word) > 2][:4]
        found = [hit for word in words for hit in index.search(word, lang=language, limit=3)]
    return list({hit.iri: hit for hit in found}.values())[:limit]


def _kind(name: str) -> Pairs:
    return [] if name == "structure" else [("kind", name)]


def _query(address: str, params: Pairs) -> str:
    return f"{address}?{urlencode(list(params))}" if params else address


def _label(brief: Row, t: Translator) -> str:
    label = brief["label"]
    return t.pick({"fr": label, "en": brief.get("label_en") or label})
