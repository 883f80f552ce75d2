"""Where several rows speak of one thing, let the first of them say what can be said once only.

A thing has one name in a language, one description, one commune, one primary site. What later rows say otherwise is
kept, under the weaker property: another name, a note, a possible commune, a site. Which row is the first depends on the
order of sources and on keys, never on the order of rows. Another name that is the name itself goes (SKOS, S13).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from maille.loaders.collect import LoadedRow, LoadedSource
from maille.ontology.terms import DCT, MAILLE, ORG, SKOS

WEAKER: Final[Mapping[str, str]] = MappingProxyType(
    {
        str(SKOS.prefLabel): str(SKOS.altLabel),
        str(DCT.description): str(SKOS.note),
        str(MAILLE.inCommune): str(MAILLE.possibleCommune),
        str(MAILLE.mainProfile): str(MAILLE.profile),
        str(ORG.hasPrimarySite): str(ORG.hasSite),
    }
)
"""What is said once -> what it becomes where another row has said it already, in N-Triples."""

_Claim = tuple[str, str, str]
_NAME: Final = str(SKOS.prefLabel)
_OTHER_NAME: Final = str(SKOS.altLabel)


def agree(sources: Sequence[LoadedSource]) -> int:
    """Weaken, in place, what contradicts an earlier row; returns how many statements were.

    Args:
        sources: those whose things may be the same, the one that wins first.
    """
    first: dict[_Claim, tuple[tuple[int, str], str]] = {}
    for rank, row in _ranked(sources):
        for claim, object_, _ in _claims(row):
            if claim not in first or (rank, object_) < first[claim]:
                first[claim] = (rank, object_)
    weakened = 0
    for _, row in _ranked(sources):
        for claim, object_, place in _claims(row):
            if first[claim][1] != object_:
                row.statements[place] = _weakened(row.statements[place])
                weakened += 1
    _drop_repeated({(claim[0], object_) for claim, (_, object_) in first.items() if claim[1] == _NAME}, sources)
    return weakened


def _drop_repeated(names: Container[tuple[str, str]], sources: Sequence[LoadedSource]) -> None:
    for _, row in _ranked(sources):
        row.statements[:] = [one for one in row.statements if not _repeats(one, names)]


def _repeats(statement: str, names: Container[tuple[str, str]]) -> bool:
    subject, predicate, rest = statement.split(" ", 2)
    return predicate == _OTHER_NAME and (subject, rest[: rest.rindex(" <")]) in names


def _ranked(sources: Sequence[LoadedSource]) -> Iterator[tuple[tuple[int, str], LoadedRow]]:
    for number, source in enumerate(sources):
        for row in source.rows:
            yield (number, row.row.key), row


def _claims(row: LoadedRow) -> Iterator[tuple[_Claim, str, int]]:
    for place, statement in enumerate(row.statements):
        subject, predicate, rest = statement.split(" ", 2)
        if predicate in WEAKER:
            # The object ends where the name of the graph begins.
            object_ = rest[: rest.rindex(" <")]
            yield (subject, predicate, _language(object_)), object_, place


def _language(object_: str) -> str:
    return object_.rpartition('"')[2] if object_.startswith('"') else ""


def _weakened(statement: str) -> str:
    subject, predicate, rest = statement.split(" ", 2)
    return f"{subject} {WEAKER[predicate]} {rest}"
