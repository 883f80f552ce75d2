"""The shapes graph: every Turtle file of this room, one family of shapes each (SHACL, section 1.5).

The files are joined as text, so what is served is what was written, in one order, with the prefixes of the one table.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from maille.ontology.namespaces import BASE, PREFIXES, rebase_text

VERSION: Final = "1.0.0"
"""Version of the shapes; it moves together with that of the ontology."""


def families() -> list[tuple[str, str]]:
    """Return the name and the Turtle of each family, in the order of names."""
    room = files("maille.shapes")
    names = sorted(entry.name for entry in room.iterdir() if entry.name.endswith(".ttl"))
    return [(name, room.joinpath(name).read_text(encoding="utf-8")) for name in names]


def shapes_graph(base: str = BASE) -> bytes:
    """Return the shapes that are run over whole graphs, as Turtle, with our names under `base`."""
    bodies = [_without_prefixes(turtle) for _, turtle in families()]
    return rebase_text("\n".join([turtle_prologue(), *bodies]), base).encode()


def turtle_prologue() -> str:
    """Return the `@prefix` lines of the whole table."""
    return "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())


def _without_prefixes(turtle: str) -> str:
    return "".join(line for line in turtle.splitlines(keepends=True) if not line.startswith("@prefix "))
