"""Filters of the search index, as SQL over its facets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from maille.store.search_text import writable

AREAS: Final = ("commune", "arrondissement-municipal", "epci", "ept", "departement", "region")
FACETS: Final = ("profile", "theme", "level", "source", "licence", "legal_status")
"""Filters that are facets of the same name."""
Values = Sequence[str]


@dataclass(frozen=True, slots=True)
class Filters:
    """What `SearchIndex.find` keeps; several values of one filter are alternatives, several filters all hold.

    Attributes:
        kind: kinds of things, such as `structure`.
        text: words, the last of which may be the beginning of one.
        profile, theme, level, legal_status: IRIs of concepts, or their last parts; narrower ones count too.
        territory: IRIs of communes, arrondissements, EPCI, EPT, départements, régions, or their codes; a code of two or
            three characters is that of a département.
        source: IRIs of sources, `study/2020-06`, or `study` for every vintage.
        licence: IRIs of licences.
        in_metropole: whether it lies in a métropole.
        without_licence: IRIs of licences, or patterns such as `*/odbl/*`; what has one of them is left out.
        bbox: west, south, east, north, in degrees.
        others: any other facet of the index, by name.
    """

    kind: Values = ()
    text: str = ""
    profile: Values = ()
    theme: Values = ()
    level: Values = ()
    territory: Values = ()
    source: Values = ()
    licence: Values = ()
    without_licence: Values = ()
    legal_status: Values = ()
    in_metropole: bool | None = None
    bbox: tuple[float, float, float, float] | None = None
    others: tuple[tuple[str, Values], ...] = ()


@dataclass(slots=True)
class Condition:
    """A condition on `thing`, with its parameters."""

    sql: str
    values: list[str | float]


def conditions(filters: Filters, base: str) -> dict[str, Condition]:
    """Return the conditions of filters, by the facet they are on."""
    found: dict[str, Condition] = {}
    kinds = several(filters.kind)
    if kinds:
        found["kind"] = Condition(f"thing.kind IN ({_marks(kinds)})", [*kinds])
    wanted = [(name, several(getattr(filters, name))) for name in FACETS]
    for name, values in [*wanted, *((name, several(values)) for name, values in filters.others)]:
        if values:
            found[name] = _on_facet((name,), [_value(name, value, base) for value in values])
    territories = several(filters.territory)
    if territories:
        found["territory"] = _on_facet(AREAS, [area for text in territories for area in territory(text, base)])
    if filters.in_metropole is not None:
        found["in_metropole"] = _on_facet(("in_metropole",), [str(int(filters.in_metropole))])
    unwanted = several(filters.without_licence)
    if unwanted:
        with_them = _on_facet(("licence",), unwanted)
        found["without_licence"] = Condition(f"NOT {with_them.sql}", with_them.values)
    if filters.bbox is not None:
        west, south, east, north = filters.bbox
        # A box over the antimeridian has its west in the east (RFC 7946, section 5.2).
        across = "thing.lon BETWEEN ? AND ?" if west <= east else "(thing.lon >= ? OR thing.lon <= ?)"
        found["bbox"] = Condition(f"{across} AND thing.lat BETWEEN ? AND ?", [west, east, south, north])
    return found


def territory(text: str, base: str) -> list[str]:
    """Return the IRIs an IRI or a code of a territory may stand for; `region/84` and `84` differ."""
    if "/" in text:
        return [text if ":" in text else f"{base}id/{text.removeprefix('id/')}"]
    kinds = {2: ("departement",), 3: ("departement",), 5: ("commune", "arrondissement-municipal"), 9: ("epci", "ept")}
    return [f"{base}id/{kind}/{text.upper()}" for kind in kinds.get(len(text), ("commune",))]


def several(values: Collection[str]) -> list[str]:
    """Return values as a list, one alone too."""
    return [writable(value) for value in ([values] if isinstance(values, str) else values)]


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _value(name: str, text: str, base: str) -> str:
    """Return what a value is compared with: an IRI as it is, or a pattern that its last parts match."""
    if ":" in text or name == "in_metropole":
        return text
    inner = "".join(f"[{char}]" if char in "*?[" else char for char in text)
    return f"{base}source/{inner}{'' if '/' in text else '/*'}" if name == "source" else f"*/{inner}"


def _on_facet(names: Sequence[str], values: Sequence[str]) -> Condition:
    exact = [value for value in values if not _is_pattern(value)]
    patterns = [value for value in values if _is_pattern(value)]
    either = [f"text IN ({_marks(exact)})"] if exact else []
    either += ["text GLOB ?"] * len(patterns)
    return Condition(f"thing.id IN {having(names, ' OR '.join(either))}", [*names, *exact, *patterns])


def having(names: Sequence[str], condition: str) -> str:
    """Return the numbers of what has, of the facets of `names`, a value that meets a condition on its text."""
    values = f"SELECT id FROM value WHERE name IN ({_marks(names)}) AND ({condition})"
    return f"(SELECT thing FROM facet WHERE value IN ({values}))"


def _is_pattern(value: str) -> bool:
    return value.startswith("*/") or value.endswith("/*")
