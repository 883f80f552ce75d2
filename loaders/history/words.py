"""How an event in the history of communes is called, in French and in English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol


class Named(Protocol):
    """A commune with its code and its name."""

    @property
    def code(self) -> str:
        """Its INSEE code."""

    @property
    def name(self) -> str:
        """Its name."""


class Labels(NamedTuple):
    """One label in each language."""

    fr: str
    en: str


_WORDS: Final[Mapping[str, Labels]] = MappingProxyType(
    {
        "merger": Labels("Fusion de communes : {about}", "Merger of communes: {about}"),
        "split": Labels("Séparation de communes : {about}", "Split of a commune: {about}"),
        "change": Labels("Modification d'une commune : {about}", "Change of a commune: {about}"),
        "name": Labels("Changement de nom : {before} devient {after}", "Change of name: {before} becomes {after}"),
        "code": Labels(
            "Changement de code : {about}, {old} devient {new}", "Change of code: {about}, {old} becomes {new}"
        ),
        "departement": Labels(
            "Changement de département : {about}, {old} devient {new}",
            "Change of département: {about}, {old} becomes {new}",
        ),
        "boundaries": Labels("Recomposition de communes : {about}", "Rearrangement of communes: {about}"),
        "creation": Labels("Création d'une commune : {about}", "Creation of a commune: {about}"),
        "suppression": Labels("Suppression d'une commune : {about}", "Suppression of a commune: {about}"),
    }
)
"""Kind of event -> its label; the kinds are those of `maille.loaders.history.snapshot.kind_of`, and `name`."""


def labels(kind: str, about: str, before: Sequence[Named], after: Sequence[Named], when: Labels) -> Labels:
    """Return the labels of an event about the commune `about`, that turned `before` into `after`."""
    words = _WORDS[_finer(kind, before, after)]
    name = next((one.name for one in (*after, *before) if one.code == about), about)
    values = {"about": name}
    if before and after:
        values |= {"old": before[0].code, "new": after[0].code, "before": before[0].name, "after": after[0].name}
    fr, en = (text.format_map(values) for text in words)
    return Labels(f"{fr} ({when.fr})", f"{en} ({when.en})")


def _finer(kind: str, before: Sequence[Named], after: Sequence[Named]) -> str:
    return "name" if kind == "change" and before[0].name != after[0].name else kind
