"""What the kinds of things are called in one line, and which of them comes first."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

WEIGHTS: Final = MappingProxyType(
    {
        "region": (0.85, 1.0),
        "departement": (0.75, 0.95),
        "theme": (0.7, 0.9),
        "profile": (0.7, 0.9),
        "structure": (0.6, 0.8),
        "epci": (0.35, 0.85),
        "organisation": (0.45, 0.65),
        "programme": (0.5, 0.6),
        "network": (0.5, 0.6),
        "commune": (0.1, 0.95),
        "ept": (0.4, 0.7),
        "initiative": (0.45, 0.55),
        "partner": (0.4, 0.5),
        "startup": (0.4, 0.5),
        "event": (0.4, 0.5),
        "laboratory": (0.35, 0.5),
        "arrondissement-municipal": (0.2, 0.7),
        "arrondissement": (0.2, 0.3),
        "programme-territory": (0.25, 0.3),
        "concept": (0.2, 0.4),
        "dataset": (0.2, 0.3),
        "commune-deleguee": (0.05, 0.1),
        "commune-associee": (0.05, 0.1),
        "former-region": (0.1, 0.2),
        "former-commune": (0.02, 0.05),
        "site": (0.01, 0.04),
        "figure": (0.1, 0.2),
    }
)
"""Kind -> least and greatest weight; between them size decides: population, structures in it, sources that name it."""

NAMES: Final = MappingProxyType(
    {
        "structure": ("structure d'innovation", "innovation structure"),
        "organisation": ("organisation", "organisation"),
        "site": ("site", "site"),
        "partner": ("partenaire", "partner"),
        "network": ("réseau", "network"),
        "programme": ("programme", "programme"),
        "event": ("événement", "event"),
        "startup": ("start-up", "start-up"),
        "initiative": ("initiative", "initiative"),
        "figure": ("chiffre clé", "key figure"),
        "laboratory": ("laboratoire", "laboratory"),
        "programme-territory": ("territoire de programme", "programme territory"),
        "dataset": ("jeu de données", "data set"),
        "commune": ("commune", "commune"),
        "commune-deleguee": ("commune déléguée", "delegated commune"),
        "commune-associee": ("commune associée", "associated commune"),
        "arrondissement-municipal": ("arrondissement municipal", "municipal arrondissement"),
        "former-commune": ("ancienne commune", "former commune"),
        "arrondissement": ("arrondissement", "arrondissement"),
        "epci": ("intercommunalité", "intercommunality"),
        "ept": ("établissement public territorial", "public territorial establishment"),
        "departement": ("département", "département"),
        "region": ("région", "région"),
        "former-region": ("ancienne région", "former région"),
        "profile": ("profil", "profile"),
        "theme": ("thème", "theme"),
        "concept": ("concept", "concept"),
    }
)
"""Kind -> what one is called, in French and in English."""


def described(row: dict[str, Any], language: str) -> str:
    """Return one line on a thing: what it is, and where."""
    english = language == "en"
    what = [_label(brief, english) for brief in row.get("profiles", ())[:2]]
    for key in ("epci_kind", "classification", "partner_kind", "network_kind"):
        if not what and row.get(key):
            what = [_label(row[key], english)]
    if not what:
        what = [NAMES.get(row["kind"], (row["kind"], row["kind"]))[english]]
    where = [row[key]["label"] for key in ("commune", "departement", "region") if row.get(key)][:2]
    replaced = [brief["label"] for brief in row.get("replaced_by", ())[:1]]
    code = row.get("code") if row["kind"].endswith(("commune", "deleguee", "associee", "departement")) else None
    text = ", ".join([*what, *replaced, *where])
    text = f"{text} ({code})" if code else text
    return text[:1].upper() + text[1:]


def _label(brief: dict[str, Any], english: bool) -> str:
    return str(brief.get("label_en") if english and brief.get("label_en") else brief["label"])
