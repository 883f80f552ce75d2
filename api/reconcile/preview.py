"""Small pages about one thing: the preview that clients put into a frame, and the HTML of flyouts.

Reconciliation Service API 0.2, sections 5 (preview) and 6.5 (flyout). What a flyout says is text in a few elements:
a client puts it into its own page.
"""

from __future__ import annotations

import html
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from maille.api.http.security import framable
from maille.api.pages.render import Renderer, shown
from maille.api.reconcile.properties import PROPERTIES
from maille.api.reconcile.types import TERRITORIES
from maille.ontology.namespaces import BASE
from maille.store.search import Alike

_TOLD = ("siren", "profile", "operator", "commune", "departement", "region", "population", "homepage")


def preview(renderer: Renderer, request: Request, one: Alike, base: str, language: str) -> Response:
    """Return the page about a thing that a client shows in a frame, whatever site it is of."""
    values = {
        "name": one.label,
        "line": one.description,
        "facts": facts(one, language),
        "iri": BASE + one.iri.removeprefix(base),
    }
    # The page is in the language of the service, whatever the browser of the reader says.
    asked = Request({**request.scope, "query_string": f"lang={language}".encode()})
    return renderer.page("reconcile_preview.html", asked, values, headers=framable())


def facts(one: Alike, language: str) -> list[tuple[str, str, str]]:
    """Return what is worth telling of a thing: names of properties, values, and a language-free address or nothing."""
    found = []
    # The code of a structure is that of its commune, which is told by its name.
    for name in ("codeInsee", *_TOLD) if one.kind in TERRITORIES else _TOLD:
        values = PROPERTIES[name].read(one.row) if one.kind in PROPERTIES[name].of else []
        told = ", ".join(_text(value, language) for value in values[:3])
        if told:
            found.append((PROPERTIES[name].name(language), told, told if name == "homepage" else ""))
    return found


def flyout(one: Alike, language: str) -> str:
    """Return a few elements about a thing."""
    lines = "".join(f"<dt>{_safe(name)}</dt><dd>{_safe(value)}</dd>" for name, value, _ in facts(one, language))
    return told(one.label, one.description) + (f"<dl>{lines}</dl>" if lines else "")


def told(name: str, line: str) -> str:
    """Return a name and one line as elements."""
    return f"<p><strong>{_safe(name)}</strong></p>" + (f"<p>{_safe(line)}</p>" if line else "")


def _safe(text: str) -> str:
    return html.escape(str(shown(text)))


def _text(value: Any, language: str) -> str:
    if isinstance(value, dict):
        return str(value.get("label_en") if language == "en" and value.get("label_en") else value["label"])
    return str(value)
