"""The vocabulary as a source among others: described from its own header, loaded into its own graph."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Final

from pyoxigraph import NamedNode, Quad

from maille.loaders.source import SourceDescription
from maille.ontology import vocabulary
from maille.ontology.namespaces import BASE
from maille.ontology.terms import DCT

ONTOLOGY: Final = NamedNode(BASE + "def")


def describe_vocabulary(quads: Iterable[Quad]) -> SourceDescription:
    """Return the description of the vocabulary; `quads` are its statements, header included."""
    header = {(quad.predicate, _language(quad)): quad.object for quad in quads if quad.subject == ONTOLOGY}

    def text(predicate: NamedNode, language: str = "") -> str:
        return str(getattr(header[predicate, language], "value", ""))

    return SourceDescription(
        id="vocabulary",
        vintage=vocabulary.VERSION,
        title_fr=text(DCT.title, "fr"),
        title_en=text(DCT.title, "en"),
        description_fr=text(DCT.description, "fr"),
        description_en=text(DCT.description, "en"),
        publisher=text(DCT.publisher),
        licence=text(DCT.license),
        attribution=f"Maille, vocabulaire {vocabulary.VERSION}",
        address=ONTOLOGY.value,
        issued=date.fromisoformat(text(DCT.modified)),
        file_name="ontology/*.ttl",
        sha256=_digest(),
        language="fr en",
    )


def _language(quad: Quad) -> str:
    return getattr(quad.object, "language", None) or ""


def _digest() -> str:
    """Return one digest of all the files: of their names and bytes, in the order of names."""
    total = hashlib.sha256()
    for name, content in vocabulary.files():
        total.update(name.encode() + b"\n" + content)
    return total.hexdigest()
