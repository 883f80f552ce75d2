"""Lists of codes: what the labels of a source mean, and how a cell of several is parted when labels hold the comma."""

from __future__ import annotations

import unicodedata
from functools import cached_property

from pyoxigraph import NamedNode

from maille.loaders.describing.description import REJECT, CodeList
from maille.ontology import iris, vocabulary
from maille.ontology.errors import InvalidIri


class Codes:
    """A list of codes, ready to be looked up in."""

    def __init__(self, name: str, codes: CodeList) -> None:
        self.name = name
        self._codes = codes
        self._folded = {fold(label): meant for label, meant in [*codes.mapping.items()][::-1]}

    @property
    def rejects(self) -> bool:
        """Whether a value that is not listed rejects its row."""
        return self._codes.unmapped == REJECT

    def find(self, text: str) -> tuple[str, ...] | None:
        """Return what a value stands for, None where it is not listed and nothing stands for the rest."""
        found = self._codes.mapping.get(text)
        if found is None:
            found = self._folded.get(fold(text))
        if found is None and not self._codes.mapping and self._codes.scheme:
            found = self._notation(text)
        return (self._codes.otherwise,) if found is None and self._codes.otherwise else found

    def concept(self, notation: str) -> NamedNode:
        """Return the IRI of a concept of the scheme."""
        return iris.concept(self._codes.scheme, notation)

    def split(self, text: str, separator: str) -> list[str]:
        """Part a text, leaving whole every label that itself holds the separator.

        Of all ways to part it, one is taken with the fewest values that are not listed, then the fewest values.
        """
        parts = text.split(separator)
        best: list[tuple[int, int, int]] = [(0, 0, 0)] * (len(parts) + 1)
        for start in reversed(range(len(parts))):
            best[start] = min(
                (best[end][0] + self._cost(parts, start, end, separator), best[end][1] + 1, end)
                for end in range(start + 1, min(len(parts), start + self._widest(separator)) + 1)
            )
        found, at = [], 0
        while at < len(parts):
            found.append(separator.join(parts[at : best[at][2]]))
            at = best[at][2]
        return found

    def _cost(self, parts: list[str], start: int, end: int, separator: str) -> int:
        if end == start + 1 and not parts[start].strip():
            return 0
        # What no list knows is parted at each separator, so joining it must cost more.
        return 0 if fold(separator.join(parts[start:end])) in self._folded else 2 * (end - start) - 1

    def _widest(self, separator: str) -> int:
        return self._widths.setdefault(
            separator, max((label.count(separator) + 1 for label in self._codes.mapping), default=1)
        )

    @cached_property
    def _widths(self) -> dict[str, int]:
        return {}

    def _notation(self, text: str) -> tuple[str, ...] | None:
        try:
            notation = iris.slugify(text)
        except InvalidIri:
            return None
        return (notation,) if notation in vocabulary.concepts(self._codes.scheme) else None


def fold(text: str) -> str:
    """Return a label without regard to case, blanks and the way accents are written."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
