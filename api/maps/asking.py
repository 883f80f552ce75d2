"""What an address of the map asks for: the filters of the REST layer, a frame, a page of the list.

The address is the whole state of the map. A form sends empty fields and links gather values that their authors do not
know of, so what is empty or not ours is passed over here, where the REST layer refuses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from maille.api.maps.ground import Box
from maille.api.rest.asking import FILTERS, check_names, filters
from maille.store.search import Filters

KIND: Final = "structure"
WORLD: Final = (-180.0, -90.0, 180.0, 90.0)
_KEPT: Final = (*FILTERS, "in_metropole", "bbox", "lang", "release", "cursor")

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class MapAsked:
    """What is asked.

    Attributes:
        filters: what is kept, the frame included.
        pairs: the parameters of the address that count, in its order, without empty ones.
        box: the frame, None where the address names none.
        cursor: where the page of the list begins.
    """

    filters: Filters
    pairs: Pairs
    box: Box | None
    cursor: str | None

    @property
    def anywhere(self) -> Filters:
        """The filters without the frame."""
        return replace(self.filters, bbox=None)

    @property
    def placed(self) -> Filters:
        """The filters without the frame, for what has coordinates."""
        return replace(self.filters, bbox=WORLD)

    def address(self, without: Iterable[str] = ("cursor",), **more: str) -> str:
        """Return the query of this address with some parameters left out and others put in; empty, or `?...`."""
        left = {*without, *more}
        pairs = [pair for pair in self.pairs if pair[0] not in left]
        return _query([*pairs, *more.items()])

    def unset(self, name: str, value: str) -> str:
        """Return the query of this address without one value of one parameter."""
        return _query([pair for pair in self.pairs if pair != (name, value) and pair[0] != "cursor"])

    def feed(self) -> str:
        """Return the query of the points: the filters alone."""
        return _query([pair for pair in self.pairs if pair[0] not in ("bbox", "lang", "cursor")])


def map_asked(params: QueryParams) -> MapAsked:
    """Return what an address asks for; raises RequestRefused for a value that is none."""
    pairs = tuple(dict.fromkeys((name, value) for name, value in params.multi_items() if _counts(name, value)))
    known = QueryParams(list(pairs))
    check_names(known, _KEPT)
    found = filters(known, KIND)
    return MapAsked(found, pairs, Box(*found.bbox) if found.bbox else None, known.get("cursor"))


def _counts(name: str, value: str) -> bool:
    return name in _KEPT and bool(value.strip())


def _query(pairs: Pairs) -> str:
    return f"?{urlencode(pairs)}" if pairs else ""
