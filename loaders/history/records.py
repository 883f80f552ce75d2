"""What the snapshot of the communes through time holds: communes of the past, changes between two vintages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple


class Past(NamedTuple):
    """A commune of the history, between two events; `end` is exclusive, and None where it stood in 2019.

    Attributes:
        line: where its record stands in `historique-communes.json`.
        heirs: codes of the communes of 2019 that hold its territory; None where it stood then.
    """

    code: str
    name: str
    begin: str
    end: str | None
    line: int
    heirs: Sequence[str] | None


class Change(NamedTuple):
    """An event between two vintages: the codes before it and after it."""

    line: int
    kind: str
    before: Sequence[str]
    after: Sequence[str]


class Source(NamedTuple):
    """One version of the npm package: the digest of its list of communes, and how many there are."""

    version: str
    sha256: str
    communes: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between a vintage and the one before it; names by code, `renamed` with the former name first.

    Attributes:
        parts: codes of what a split commune was made of -> the communes that hold them after the split.
    """

    gone: Mapping[str, str]
    new: Mapping[str, str]
    renamed: Mapping[str, Sequence[str]]
    events: Sequence[Change]
    parts: Mapping[str, Sequence[str]]


def changes_of(values: Mapping[str, Any]) -> Changes:
    """Return what a snapshot says of one vintage."""
    events = [Change(*event) for event in values["events"]]
    return Changes(values["gone"], values["new"], values["renamed"], events, values["parts"])
