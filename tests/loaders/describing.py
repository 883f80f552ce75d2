"""A small description to change in one place, a file for it, and the two loaded together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maille.loaders.collect import LoadedSource, collect
from maille.loaders.describing.loader import DescribedLoader
from maille.loaders.describing.toml import from_values
from maille.loaders.progress import Silent
from maille.loaders.territories.gazetteer import Gazetteer

HEAD: dict[str, Any] = {
    "id": "essai",
    "vintage": "2026-11",
    "publisher": "https://example.org/",
    "licence": "https://example.org/licence",
    "attribution": "Essai, 2026",
    "address": "https://example.org/data",
    "issued": "2026-11-02",
    "title": {"fr": "Essai", "en": "Trial"},
    "description": {"fr": "Une table d'essai.", "en": "A table to try things with."},
}
STRUCTURE: dict[str, Any] = {
    "name": "structure",
    "kind": "structure",
    "classes": ["maille:InnovationStructure", "schema:Organization"],
    "label": "nom",
}


def described(*facts: Mapping[str, Any], name: str = "essai.csv", **changes: Any) -> dict[str, Any]:
    """Return a description of rows with `id` and `nom`, with `facts` about its one thing."""
    thing = {**STRUCTURE, "facts": [dict(fact) for fact in facts], **changes.pop("thing", {})}
    more = changes.pop("more", [])
    rows = {"key": ["id"], **changes.pop("rows", {})}
    form = changes.pop("form", {})
    return {**HEAD, "file": {"name": name, **form}, "rows": rows, "things": [thing, *more], **changes}


@dataclass
class Loaded:
    """What came of a file."""

    source: LoadedSource
    loader: DescribedLoader

    @property
    def lines(self) -> list[str]:
        """Every statement, with our names short."""
        found = (line for row in self.source.rows for line in row.statements)
        return [line.replace("https://w3id.org/maille/", "") for line in found]

    def objects(self, predicate: str) -> list[str]:
        """Return what is said with a predicate, given by the end of its name, in N-Triples."""
        parts = (line.split(" ", 2) for line in self.lines)
        return [rest[: rest.rindex(" <")] for _, said, rest in parts if said.rstrip(">").endswith(predicate)]

    @property
    def reasons(self) -> list[tuple[int, str, str, str]]:
        """What was rejected or left out: line, column, value and reason."""
        return [(one.line, one.column, one.value, one.reason) for one in (*self.source.rejected, *self.source.findings)]


def load(folder: Path, gazetteer: Gazetteer, values: Mapping[str, Any], content: str | bytes) -> Loaded:
    """Write a file beside nothing, and load it as described."""
    description = from_values(values, "essai.toml")
    path = folder / description.file.name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    loader = DescribedLoader(description, path, gazetteer)
    return Loaded(collect(loader, Silent()), loader)


def table(*rows: Iterable[Any]) -> str:
    """Return CSV of simple cells; those with a quote, a semicolon or a line break are quoted."""
    return "".join(";".join(_cell(str(cell)) for cell in row) + "\n" for row in rows)


def geojson(*features: tuple[Mapping[str, Any], Any]) -> str:
    """Return a collection of features, each of properties and a geometry."""
    found = [{"type": "Feature", "properties": dict(said), "geometry": where} for said, where in features]
    return json.dumps({"type": "FeatureCollection", "features": found})


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if set(text) & set('";\n\r') else text
