"""How a choice of a facet is written in an address, and which choices an address means, as the REST layer has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from starlette.datastructures import QueryParams

from maille.api.rest.asking import FILTERS, LICENCES
from maille.store.search_sql import territory

CHOICES: Final = ("profile", "theme", "level", "legal_status", "territory", "source", "licence")
"""Filters that take several values."""
FILTERING: Final = (*FILTERS, "in_metropole", "bbox")
"""Every filter of a page."""
_SCHEMES: Final = {"theme": ("theme", "sector", "support-theme"), "level": ("openness-level",)}
_SHORT_LICENCES: Final = {iri: name for name, iri in LICENCES.items()}


def given(params: QueryParams) -> QueryParams:
    """Return parameters without what an empty field of a form sends."""
    return QueryParams([(name, value.strip()) for name, value in params.multi_items() if value.strip()])


def written(facet: str, iris: Iterable[str], base: str) -> Mapping[str, str]:
    """Return how each of the values of a facet is written in an address; two that would be alike stay whole."""
    short = {iri: _short(facet, iri, base) for iri in iris}
    often = Counter(short.values())
    return {iri: text if often[text] == 1 else iri for iri, text in short.items()}


def means(facet: str, text: str, iri: str, base: str) -> bool:
    """Tell whether a value of an address means `iri`, as the filters of the index take it."""
    if text == iri:
        return True
    if facet == "licence":
        return LICENCES.get(text.lower()) == iri
    if facet == "source":
        return f"{iri}/".startswith(f"{base}source/{text}/")
    if facet == "territory":
        kind, _, code = iri.removeprefix(f"{base}id/").partition("/")
        return text.removeprefix("id/") == f"{kind}/{code}" or (text.upper() == code and kind != "region")
    return iri.endswith(f"/{text}")


def candidates(facet: str, text: str, base: str) -> list[str]:
    """Return the IRIs that a value of an address may stand for, known or not."""
    if ":" in text:
        return [text]
    if facet == "territory":
        return territory(text, base)
    schemes = _SCHEMES.get(facet, (facet.replace("_", "-"),))
    return [f"{base}scheme/{scheme}/{text}" for scheme in schemes]


def without(params: QueryParams, name: str, value: str | None = None) -> list[tuple[str, str]]:
    """Return parameters without one value of one of them, or without any; a page of a list begins again."""
    return [
        pair
        for pair in params.multi_items()
        if pair[0] != "cursor" and not (pair[0] == name and value in (None, pair[1]))
    ]


def _short(facet: str, iri: str, base: str) -> str:
    if facet == "licence":
        return _SHORT_LICENCES.get(iri, iri)
    inner = iri.removeprefix(base)
    if inner == iri:
        return iri
    if facet == "source":
        return inner.removeprefix("source/")
    return inner.removeprefix("id/") if facet == "territory" else inner.rpartition("/")[2]
