"""What the matching features of candidates mean (Reconciliation Service API 0.2, sections 2.1 and 4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from maille.api.reconcile.properties import PROPERTIES

_FEATURES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "name_similarity": (
            "Ressemblance des noms, de 0 à 100 ; à partir de 86 ils ne diffèrent que par ce qui ne distingue rien.",
            "How alike the names are, from 0 to 100; from 86 on they differ by what tells nothing apart.",
        ),
        "name_exact": (
            "Si le nom est le même, aux accents, aux majuscules et à la ponctuation près.",
            "Whether the name is the same but for accents, capitals and punctuation.",
        ),
        "type_match": ("Si l'entité est d'un type demandé.", "Whether the entity is of a type asked for."),
        "popularity": (
            "De 0 à 1, selon la population, les structures qui s'y trouvent, les sources qui en parlent.",
            "From 0 to 1, by population, structures in it, sources that tell of it.",
        ),
    }
)
_PREFIX: Final = "property_"


def feature(name: str, language: str) -> dict[str, str] | None:
    """Return what a feature means; None where there is none of that name."""
    english = language == "en"
    if name in _FEATURES:
        return {"description": _FEATURES[name][english]}
    known = PROPERTIES.get(name.removeprefix(_PREFIX)) if name.startswith(_PREFIX) else None
    if known is None or not known.constrains:
        return None
    called = known.name(language)
    return {"description": f"Whether {called} agrees." if english else f"Si la propriété {called} concorde."}
