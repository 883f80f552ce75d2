"""How a thing is cited: one line of text, BibTeX, and CSL-JSON, each with the release and the licences (DWBP, 11).

The address cited names its release, so that it goes on saying what was read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from maille.api.pages.i18n import Translator

_SPECIAL: Final = str.maketrans({char: f"\\{char}" for char in "&%$#_{}"} | {"\\": r"\textbackslash{}"})
_TEX: Final = _SPECIAL | {ord("~"): r"\textasciitilde{}", ord("^"): r"\textasciicircum{}"}


@dataclass(frozen=True)
class Citation:
    """A citation in three forms."""

    text: str
    bibtex: str
    csl: str


@dataclass(frozen=True)
class Cited:
    """What is cited.

    Attributes:
        title, kind: what it is called, and what it is.
        iri: its canonical name.
        release: id of the release that was read.
        sources: titles of what speaks of it.
        licences: what these are under.
    """

    title: str
    kind: str
    iri: str
    release: str
    sources: Sequence[str]
    licences: Sequence[str]


def citation(cited: Cited, t: Translator) -> Citation:
    """Return how a page asks to be cited, in the language of the page."""
    address = f"{cited.iri}?release={cited.release}"
    sources = ", ".join(cited.sources)
    licences = ", ".join(cited.licences) or t("cite.no-licence")
    values = {"title": cited.title, "kind": cited.kind, "release": cited.release, "address": address}
    text = t("cite.text", **values, sources=sources, licences=licences)
    note = t("cite.note", sources=sources, licences=licences)
    return Citation(text, _bibtex(cited, address, note), _csl(cited, address, note, t.language))


def _bibtex(cited: Cited, address: str, note: str) -> str:
    fields = {
        "title": _tex(cited.title),
        "howpublished": "Maille",
        "version": cited.release,
        "url": address,
        "note": _tex(note),
    }
    key = re.sub(r"[^A-Za-z0-9]+", "-", "-".join(cited.iri.rsplit("/", 2)[-2:])).strip("-")
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{maille-{key},\n{body}\n}}"


def _tex(text: str) -> str:
    return text.translate(_TEX)


def _csl(cited: Cited, address: str, note: str, language: str) -> str:
    item = {
        "id": cited.iri,
        "type": "dataset",
        "title": cited.title,
        "container-title": "Maille",
        "version": cited.release,
        "URL": address,
        "language": language,
        "note": note,
    }
    return json.dumps([item], ensure_ascii=False, indent=1)
