"""Which lines of a release go, from its dump and from the records of writes alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from maille.ontology.terms import RDF
from maille.store import delta, dump
from maille.store.match import Match
from maille.store.published import Release

_SPOKEN_OF: Final = tuple(f" {term} " for term in (RDF.object, RDF.subject))


class Judge:
    """Tells which lines go: those that hold what is looked for, and those of statements that repeat them."""

    def __init__(self, match: Match) -> None:
        self._match = match
        self._nodes: set[str] = set()

    def learn(self, release: Release) -> int:
        """Return how many lines of a release hold it, and learn which statements repeat them."""
        found = [line for line, there in self._match.split(_all_lines(release)) if there]
        self._nodes.update(_spoken_of(found))
        return len(found)

    def spares(self, release: Release) -> bool:
        """Return whether no line goes of a release that does not hold it."""
        return not self._nodes or not any(gone for _, gone in self.judged(_all_lines(release)))

    def record(self, release: Release) -> Iterator[tuple[str, bool]]:
        """Yield each line of the record of a write, with whether it goes."""
        added, removed = delta.read(release.path / delta.NAME)
        return self.judged([*(f"D {line}" for line in removed), *(f"A {line}" for line in added)])

    def judged(self, lines: Iterable[str]) -> Iterator[tuple[str, bool]]:
        """Yield each line with whether it goes."""
        for line, there in self._match.split(lines):
            yield line, there or (bool(self._nodes) and not self._nodes.isdisjoint(_ends(line)))


class Staying:
    """The lines that stay, and how many went."""

    def __init__(self, judged: Iterable[tuple[str, bool]]) -> None:
        self._judged = judged
        self.gone = 0

    def __iter__(self) -> Iterator[str]:
        for line, out in self._judged:
            if out:
                self.gone += 1
            else:
                yield line


def _all_lines(release: Release) -> Iterator[str]:
    if release.manifest.is_delta:
        for part in delta.read(release.path / delta.NAME):
            yield from part
    if release.dump.is_file():
        yield from dump.read(release.dump)


def _spoken_of(lines: Iterable[str]) -> Iterator[str]:
    """Yield the subjects of lines that say what a sourced statement says."""
    for line in lines:
        subject = line.partition(" ")[0]
        if line[len(subject) :].startswith(_SPOKEN_OF):
            yield subject


def _ends(line: str) -> tuple[str, str]:
    """Return the subject of a line and its object, as far as that is a name."""
    terms = line.removeprefix("A ").removeprefix("D ").split(" ", 3)
    return terms[0], terms[2] if len(terms) > 2 else ""
