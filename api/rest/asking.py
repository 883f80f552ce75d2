"""What a request to the REST layer asks for: its parameters, each known by name, none passed over in silence."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import QueryParams

from maille.api.errors import RequestRefused
from maille.api.rest.collections import FACETS, Collection
from maille.store.search import Filters
from maille.store.search_find import SORTS

FILTERS: Final = ("q", "profile", "theme", "level", "legal_status", "territory", "source", "licence")
"""Filters by values; all but `q` may be given several times."""
LIST_PARAMETERS: Final = (
    *FILTERS,
    "in_metropole",
    "bbox",
    "sort",
    "limit",
    "cursor",
    "facets",
    "fields",
    "format",
    "excel",
    "release",
)
ITEM_PARAMETERS: Final = ("fields", "format", "release")
SORTED: Final = tuple(name for sort in SORTS for name in (sort, f"-{sort}"))
PAGE: Final = 50
LARGEST_PAGE: Final = 1_000

LICENCES: Final = {
    "lo": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    "odbl": "https://opendatacommons.org/licenses/odbl/1-0/",
    "cc-by": "https://creativecommons.org/licenses/by/4.0/",
    "cc-by-sa": "https://creativecommons.org/licenses/by-sa/4.0/",
    "cc0": "https://creativecommons.org/publicdomain/zero/1.0/",
}
"""Short names of licences."""
EVERY_LICENCE: Final = "any"
APART: Final = ("*/odbl/*",)
"""Licences whose data stay out unless asked for: a database made of them has to be under the same licence."""

_MOST_VALUES: Final = 50
_LONGEST: Final = 300
_TRUE: Final = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a collection is asked for; `limit` is None where everything is wanted."""

    filters: Filters
    sort: str
    limit: int | None
    cursor: str | None
    facets: tuple[str, ...]
    fields: tuple[str, ...]
    excel: bool


def refused(detail: str) -> RequestRefused:
    """Return the refusal of a parameter."""
    return RequestRefused("bad-request", detail)


def check_names(params: QueryParams, known: Sequence[str]) -> None:
    """Raise RequestRefused for a parameter that is not known, or a value too long to be one."""
    for name, value in params.multi_items():
        if name not in known:
            raise refused(f"There is no parameter {name[:80]!r} here. Those there are: {', '.join(known) or 'none'}.")
        if len(value) > _LONGEST:
            raise refused(f"`{name}` is longer than {_LONGEST} characters.")


def one(params: QueryParams, name: str) -> str | None:
    """Return the value of a parameter that may be given once."""
    values = params.getlist(name)
    if len(values) > 1:
        raise refused(f"`{name}` is given {len(values)} times.")
    return values[0] if values else None


def several(params: QueryParams, name: str) -> tuple[str, ...]:
    """Return the values of a parameter that may be given several times."""
    values = params.getlist(name)
    if len(values) > _MOST_VALUES:
        raise refused(f"`{name}` is given more than {_MOST_VALUES} times.")
    if not all(value.strip() for value in values):
        raise refused(f"`{name}` is empty.")
    return tuple(dict.fromkeys(value.strip() for value in values))


def whole(params: QueryParams, name: str, default: int, most: int) -> int:
    """Return a whole number from 1 to `most`."""
    text = one(params, name)
    if text is None:
        return default
    if not (re.fullmatch(r"[0-9]{1,6}", text) and 1 <= int(text) <= most):
        raise refused(f"`{name}` is a whole number from 1 to {most}.")
    return int(text)


def chosen(params: QueryParams, name: str, known: Sequence[str], default: str) -> str:
    """Return a value that is one of `known`."""
    text = one(params, name)
    if text is not None and text not in known:
        raise refused(f"`{name}` is one of {', '.join(known)}.")
    return default if text is None else text


def listed(params: QueryParams, name: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return names given between commas, or several times, each one of `known`."""
    found = [part.strip() for value in params.getlist(name) for part in value.split(",")]
    unknown = [part for part in found if part not in known]
    if unknown:
        raise refused(f"`{name}` has no {unknown[0][:80]!r}. Those there are: {', '.join(known)}.")
    return tuple(dict.fromkeys(found))


def truth(params: QueryParams, name: str) -> bool | None:
    """Return a truth value, None where it is not given."""
    text = one(params, name)
    if text is not None and text not in _TRUE:
        raise refused(f"`{name}` is true or false.")
    return None if text is None else _TRUE[text]


def asked(params: QueryParams, collection: Collection, *, is_page: bool) -> Asked:
    """Return what a collection is asked for; raises RequestRefused for what it cannot be asked."""
    check_names(params, LIST_PARAMETERS)
    limit = None if not is_page and "limit" not in params else whole(params, "limit", PAGE, LARGEST_PAGE)
    return Asked(
        filters(params, collection.kind),
        chosen(params, "sort", SORTED, "relevance"),
        limit,
        one(params, "cursor"),
        listed(params, "facets", FACETS),
        listed(params, "fields", [column.name for column in collection.columns]),
        bool(truth(params, "excel")),
    )


def filters(params: QueryParams, kind: str) -> Filters:
    """Return the filters of a request, those on licences with what is left out unless it is asked for."""
    given = several(params, "licence")
    licences = tuple(LICENCES.get(value.lower(), value) for value in given)
    apart = () if EVERY_LICENCE in given or any("/odbl/" in iri.lower() for iri in licences) else APART
    return Filters(
        kind=(kind,),
        text=one(params, "q") or "",
        profile=several(params, "profile"),
        theme=several(params, "theme"),
        level=several(params, "level"),
        territory=several(params, "territory"),
        source=several(params, "source"),
        licence=() if EVERY_LICENCE in given else licences,
        without_licence=apart,
        legal_status=several(params, "legal_status"),
        in_metropole=truth(params, "in_metropole"),
        bbox=_box(one(params, "bbox")),
    )


def _box(text: str | None) -> tuple[float, float, float, float] | None:
    if text is None:
        return None
    parts = text.split(",")
    try:
        west, south, east, north = map(float, parts)
    except ValueError:
        raise refused("`bbox` is four numbers: west,south,east,north, in degrees.") from None
    if not all(map(math.isfinite, (west, south, east, north))):
        raise refused("`bbox` is four numbers: west,south,east,north, in degrees.")
    if not (-90 <= south <= north <= 90 and -180 <= west <= 180 and -180 <= east <= 180):
        raise refused("`bbox` is west,south,east,north: -180 to 180 degrees, -90 to 90, south not above north.")
    return west, south, east, north
