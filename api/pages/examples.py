"""The example queries of the site: `queries/*.rq`, each with its titles and descriptions in comments at its head.

# title-fr: ...
# title-en: ...
# description-fr: ...
# description-en: ...
# level: first | joins | sources      (where the gallery shows it; `joins` where nothing is said)
# view: table | map | chart           (what the editor begins with; `table` where nothing is said)

Those in `queries/federated` ask other services too, which have to be configured. The files need no PREFIX lines: the
one table of prefixes gives them those they use and do not declare.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import resources
from typing import Final

from maille.ontology.namespaces import PREFIXES

_HEADER: Final = re.compile(r"^#\s*(title|description)-(fr|en):\s*(.+?)\s*$", re.MULTILINE)
_FACT: Final = re.compile(r"^#\s*(level|view):\s*(\w+)\s*$", re.MULTILINE)
_HEADER_LINE: Final = re.compile(r"^#\s*(?:(?:title|description)-(?:fr|en)|level|view):.*\n", re.MULTILINE)
LEVELS: Final = ("first", "joins", "sources", "federated")
"""How the gallery is ordered, from simple to federated."""


@dataclass(frozen=True, slots=True)
class Example:
    """One example query: its name, its words in each language, and the whole text of its file."""

    name: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    text: str
    level: str = "joins"
    view: str = "table"

    @property
    def query(self) -> str:
        """Return the query as anyone can run it: with its prefixes, without the lines a page says in its own words."""
        body = _HEADER_LINE.sub("", self.text).strip()
        used = [prefix for prefix in PREFIXES if re.search(rf"(?<![\w?$<]){prefix}:(?!//)", body)]
        missing = [prefix for prefix in used if not re.search(rf"\bPREFIX\s+{prefix}:", body, re.IGNORECASE)]
        prologue = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in missing)
        return f"{prologue}{body}\n"


def examples() -> tuple[Example, ...]:
    """Return every example query, sorted by file name."""
    return examples_in()


def examples_in(*below: str) -> tuple[Example, ...]:
    """Return the queries of a folder below `queries`, sorted by file name."""
    folder = resources.files("maille.api").joinpath("queries", *below)
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".rq")), key=lambda file: file.name)
    return tuple(_example(file.name.removesuffix(".rq"), file.read_text(encoding="utf-8")) for file in files)


def federated() -> tuple[Example, ...]:
    """Return the queries that ask other services too."""
    if not resources.files("maille.api").joinpath("queries", "federated").is_dir():
        return ()
    return tuple(replace(example, level="federated") for example in examples_in("federated"))


def _example(name: str, text: str) -> Example:
    words: dict[str, dict[str, str]] = {"title": {}, "description": {}}
    for field, language, value in _HEADER.findall(text):
        words[field].setdefault(language, value)
    return Example(name, words["title"], words["description"], text, **dict(_FACT.findall(text)))
