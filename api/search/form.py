"""What the form of filters shows: facets with their choices, chips of the filters that are on, territories nearby."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a facet: what the address says, what a person reads, how many would be found."""

    value: str
    label: str
    count: int | None
    checked: bool
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """A facet, its first choices and the others."""

    name: str
    title: str
    first: tuple[Option, ...]
    others: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on: what it is of, what it says, and the address without it."""

    title: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Narrower:
    """A territory to narrow the search to."""

    text: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class FacetForm:
    """What the macros of `facets.html` write."""

    action: str
    hidden: tuple[tuple[str, str], ...]
    text: str
    groups: tuple[Group, ...]
    sides: tuple[Option, ...]
    narrower: tuple[Narrower, ...]
    chips: tuple[Chip, ...]
    clear: str
    base: str
