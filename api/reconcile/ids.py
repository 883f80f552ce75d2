"""Identifiers of entities: the part of a name after the base, so that identifier space and identifier are the IRI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from maille.ontology.namespaces import BASE
from maille.store.search_kinds import NAMES

_LONGEST: Final = 300
_FIRST: Final = ("id/", "scheme/")


@dataclass(frozen=True, slots=True)
class Ids:
    """Turns names into identifiers and back.

    Attributes:
        base: what the names of the index are under.
    """

    base: str

    def of(self, iri: str) -> str:
        """Return the identifier of a thing."""
        return iri.removeprefix(self.base)

    def iris(self, text: str) -> list[str]:
        """Return the IRI that an identifier stands for, also as an IRI or without `id/`; nothing where it is none."""
        path = text.strip()
        for base in (self.base, BASE):
            path = path.removeprefix(base)
        path = path.removeprefix("/").replace("doc/", "id/", 1) if path.startswith(("/", "doc/")) else path
        if len(path) > _LONGEST or not path.isprintable() or " " in path:
            return []
        if path.startswith(_FIRST):
            return [self.base + path]
        return [f"{self.base}id/{path}"] if path.partition("/")[0] in NAMES and "/" in path else []
