"""The manifest of the reconciliation service (Reconciliation Service API 0.2, section 3.1)."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, Final

from maille.api.reconcile.asking import MOST
from maille.api.reconcile.properties import CONTENTS
from maille.api.reconcile.types import DEFAULT, TYPES

WIDTH: Final = 420
HEIGHT: Final = 220
_NAME: Final = (
    "Maille : structures d'innovation ouverte, organisations et territoires de France",
    "Maille: French open-innovation structures, organisations and territories",
)
_LIMIT: Final = (
    ("Nombre de valeurs", "Au plus tant de valeurs par ligne ; 0 pour toutes."),
    ("Number of values", "At most so many values a row; 0 for all of them."),
)
_COUNT: Final = (
    ("Compter les valeurs", "Le nombre de valeurs à la place des valeurs."),
    ("Count the values", "How many values there are, instead of them."),
)
_CONTENT: Final = (
    ("Contenu", "Ce qui est rendu d'une entité."),
    ("Content", "What is returned of an entity."),
)
_CHOICES: Final = (
    ("Entité réconciliée", "Nom", "Identifiant ou code"),
    ("Reconciled entity", "Name", "Identifier or code"),
)


def manifest(server: str, base: str, language: str) -> dict[str, Any]:
    """Return the manifest.

    Args:
        server: the address of the server, without a slash at its end.
        base: base of the names of things.
        language: that of names and descriptions.
    """
    english = language == "en"
    service = f"/reconcile/{language}"
    suggested = {
        what: {
            "service_url": server,
            "service_path": f"{service}/suggest/{what}",
            "flyout_service_url": server,
            "flyout_service_path": f"{service}/flyout/{what}?id=${{id}}",
        }
        for what in ("entity", "property", "type")
    }
    return {
        "versions": ["0.2"],
        "name": _NAME[english],
        "identifierSpace": base,
        "schemaSpace": f"{base}def#",
        "documentation": f"{server}/api-docs?lang={language}",
        "serviceVersion": version("maille"),
        "logo": f"{server}/static/favicon.svg",
        "defaultTypes": [TYPES[one].brief(language) for one in DEFAULT],
        "view": {"url": f"{server}/reconcile/view?id={{{{id}}}}"},
        "feature_view": {"url": f"{server}{service}/feature?id={{{{id}}}}"},
        "preview": {"url": f"{server}{service}/preview?id={{{{id}}}}", "width": WIDTH, "height": HEIGHT},
        "suggest": suggested,
        "extend": {
            "propose_properties": {"service_url": server, "service_path": f"{service}/properties"},
            "property_settings": _settings(english=english),
        },
        "batchSize": MOST,
    }


def _settings(*, english: bool) -> list[dict[str, Any]]:
    choices = [{"value": value, "name": name} for value, name in zip(CONTENTS, _CHOICES[english], strict=True)]
    given: tuple[tuple[str, str, Any, tuple[str, str], dict[str, Any]], ...] = (
        ("limit", "number", 0, _LIMIT[english], {}),
        ("count", "checkbox", False, _COUNT[english], {}),
        ("content", "select", CONTENTS[0], _CONTENT[english], {"choices": choices}),
    )
    return [
        {"name": name, "label": label, "type": kind, "default": default, "help_text": helped, **more}
        for name, kind, default, (label, helped), more in given
    ]
