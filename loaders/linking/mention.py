"""A mention: what one row of one source says of a thing that other sources may speak of too (`docs/linking.md`).

A loader yields the mentions of its rows; the linker decides which of them are one thing, and so which name it has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SEPARATOR: Final = "#"
"""Stands between the key of a row and the name of a second thing it speaks of (`74-la-turbine#operator`)."""


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """Which mention is meant: the id of its source, and its key in it."""

    source: str
    key: str

    @property
    def row(self) -> Name:
        """The mention of the row's own thing, this one where it is that."""
        return Name(self.source, self.key.partition(SEPARATOR)[0])

    def __str__(self) -> str:
        """Return the name as it is written in messages."""
        return f"{self.source} {self.key}"


@dataclass(frozen=True, slots=True)
class Mention:
    """One thing as one row tells of it.

    Attributes:
        source: id of the source.
        key: key of the row, with `#` and the name of the thing where the row speaks of several.
        kind: kind of the thing, as in its IRI (`structure`, `organisation`, `partner`, `laboratory`).
        name: what the row calls it.
        other_names: acronyms, former and alternative names.
        commune: INSEE code of the commune of today, where it is sure.
        postcode: five digits.
        departement: code of the département.
        point: longitude and latitude.
        domains: hosts of its web pages.
        identifiers: official numbers, each with its scheme (`siren`, `siret`, `uai`, `ror`, `wikidata`, ...).
        address: number and street, perhaps with the name of the building.
    """

    source: str
    key: str
    kind: str
    name: str
    other_names: tuple[str, ...] = ()
    commune: str | None = None
    postcode: str | None = None
    departement: str | None = None
    point: tuple[float, float] | None = None
    domains: tuple[str, ...] = ()
    identifiers: frozenset[tuple[str, str]] = frozenset()
    address: str = ""

    @property
    def id(self) -> Name:
        """Which mention this is."""
        return Name(self.source, self.key)
