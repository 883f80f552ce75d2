"""The types of the reconciliation service: the kinds of the search index, and two that gather several of them.

Reconciliation Service API 0.2, section 2.2 (types).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from maille.store.search_kinds import NAMES

TERRITORIES: Final = (
    "commune",
    "arrondissement-municipal",
    "arrondissement",
    "epci",
    "ept",
    "departement",
    "region",
    "commune-deleguee",
    "commune-associee",
    "former-commune",
    "former-region",
)
ACTORS: Final = ("structure", "organisation", "partner", "network", "startup", "laboratory")
CONCEPTS: Final = ("profile", "theme", "concept")
NAMED_ALONE: Final = frozenset({*TERRITORIES, *CONCEPTS})
"""Kinds whose names are given by an authority: a name that only one of them has is that one."""
UNASKED: Final = frozenset({"site", "figure"})
"""Kinds that answer only when their type is asked for: a site is called as its structure is."""


@dataclass(frozen=True, slots=True)
class Type:
    """A type: what it is called in French and in English, the kinds it stands for, and the type above it."""

    id: str
    names: tuple[str, str]
    kinds: tuple[str, ...]
    broader: str = ""

    def name(self, language: str) -> str:
        """Return what it is called."""
        return self.names[language == "en"]

    def brief(self, language: str) -> dict[str, Any]:
        """Return it as candidates have it."""
        return {"id": self.id, "name": self.name(language)}

    def shown(self, language: str) -> dict[str, Any]:
        """Return it with the type above it."""
        above = {"broader": [TYPES[self.broader].brief(language)]} if self.broader else {}
        return {**self.brief(language), **above}


def _above(kind: str) -> str:
    if kind in TERRITORIES:
        return "territory"
    return "actor" if kind in ACTORS else "concept" if kind in ("profile", "theme") else ""


def _types() -> dict[str, Type]:
    gathered = (
        Type("actor", ("acteur", "actor"), ACTORS),
        Type("territory", ("territoire", "territory"), TERRITORIES),
    )
    found = {one.id: one for one in gathered}
    for kind, names in NAMES.items():
        kinds = CONCEPTS if kind == "concept" else (kind,)
        found[kind] = Type(kind, names, kinds, _above(kind))
    return found


TYPES: Final[Mapping[str, Type]] = MappingProxyType(_types())
"""Every type, by its id."""
DEFAULT: Final = ("structure", "organisation", "commune", "epci", "departement", "region")
"""The types that most columns hold."""


def types_of(kind: str, language: str) -> list[dict[str, Any]]:
    """Return the types of a thing of a kind, its own first."""
    own = TYPES[kind]
    return [one.brief(language) for one in (own, TYPES.get(own.broader)) if one is not None]


def kinds_of(types: Collection[str]) -> tuple[str, ...]:
    """Return the kinds that types stand for; where there is no type, those that answer unasked."""
    if not types:
        return tuple(kind for kind in NAMES if kind not in UNASKED)
    return tuple(dict.fromkeys(kind for one in types for kind in TYPES[one].kinds))


def kinds_of_all(types: Collection[str]) -> tuple[str, ...]:
    """Return the kinds that every one of the types stands for."""
    return tuple(kind for kind in kinds_of(types) if all(kind in TYPES[one].kinds for one in types))
