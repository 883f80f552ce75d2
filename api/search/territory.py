"""A territory that somebody typed by its name becomes one by its code, so that the address says which one was meant."""

from __future__ import annotations

import re
from typing import Final

from starlette.datastructures import QueryParams

from maille.store.search import SearchIndex

TERRITORIES: Final = ("region", "departement", "epci", "ept", "commune", "arrondissement-municipal")
"""Kinds of things that something lies in."""
_CODE: Final = re.compile(r"[0-9]{2,3}|2[ABab]|(?:[0-9]{2}|2[ABab])[0-9]{3}|[0-9]{9}|.*[/:].*")
_SURE: Final = 80.0


def named_territories(params: QueryParams, index: SearchIndex) -> list[tuple[str, str]] | None:
    """Return the parameters with names of territories replaced, to redirect to; None where there is nothing to do."""
    meant = {name: _meant(name, index) for name in params.getlist("territory") if not _CODE.fullmatch(name)}
    if not any(meant.values()):
        return None
    pairs = [pair for pair in params.multi_items() if pair[0] != "cursor"]
    return [(name, (meant.get(value) or value) if name == "territory" else value) for name, value in pairs]


def _meant(name: str, index: SearchIndex) -> str | None:
    found = index.search(name, TERRITORIES, limit=1)
    if not found or found[0].score < _SURE:
        return None
    return found[0].iri.removeprefix(f"{index.base}id/")
