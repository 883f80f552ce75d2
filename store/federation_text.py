"""What is written for other engines: the query that a SERVICE becomes, and the table its solutions become.

A table is `VALUES` with UNDEF where a variable is not bound (SPARQL 1.1 Query, section 10.2), which is what the algebra
says a SERVICE is: a multiset of solutions.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Final

from tree_sitter import Node

from maille.store.federation_results import Row
from maille.store.federation_scope import elements, leading
from maille.store.federation_syntax import Tree, group_of, is_relative, walk

_IRI_BRACKETS: Final = slice(1, -1)
_FEW: Final = 20
_ONE: Final = "maille_one"
"""The column of a query whose pattern has no variable: its solutions are only counted."""


class Tables:
    """Tables that stand for SERVICE clauses of one query: short texts while it is worked on, the whole at last."""

    def __init__(self) -> None:
        self._mark = f"urn:x-maille-table:{secrets.token_hex(12)}:"
        self._whole: dict[str, str] = {}
        self.size = 0

    def put(self, names: Sequence[str], rows: Sequence[Row]) -> str:
        """Take a table, and return what stands for it: a table with the same variables bound for certain."""
        marked = f"<{self._mark}{len(self._whole)}>"
        cells = ["UNDEF" if any(row[n] is None for row in rows) else marked for n in range(len(names))]
        text = table(names, [tuple(marked for _ in names), tuple(cells)]) if names else f"{{ FILTER({marked} = 1) }}"
        whole = table(names, rows)
        if names and len(rows) > _FEW:
            # Oxigraph goes through a long VALUES for each row of what it is joined with, but not through a sub-query.
            whole = f"{{ SELECT {' '.join(f'?{name}' for name in names)} {{ {whole} }} }}"
        self.size += len(whole) if whole.isascii() else len(whole.encode())
        self._whole[text] = whole
        return text

    def filled(self, text: str) -> str:
        """Return a text with the whole tables in it."""
        for mark, whole in reversed(self._whole.items()):
            text = text.replace(mark, whole)
        return text


def table(names: Sequence[str], rows: Sequence[Sequence[str | None]]) -> str:
    """Return `VALUES` for some solutions."""
    if len(names) == 1:
        return f"VALUES ?{names[0]} {{ {' '.join(cell or 'UNDEF' for (cell,) in rows)} }}"
    head = " ".join(f"?{name}" for name in names)
    return f"VALUES ({head}) {{ {' '.join(f'({_cells(row)})' for row in rows)} }}"


def remote_query(
    tree: Tree, service: Node, names: Sequence[str], bound: Sequence[str], rows: Sequence[Row], base: str | None
) -> str:
    """Return the query for an endpoint: `names` of a SERVICE, joined with `rows` of the variables `bound`."""
    group = group_of(service)
    pattern = tree.of(group)
    if rows:
        inside = pattern[_IRI_BRACKETS].strip()
        if not leading(group).issuperset(bound) or any(element.type == "sub_select" for element in elements(group)):
            inside = f"{{ {inside}\n}}"
        pattern = f"{{ {table(bound, rows)} {inside}\n}}"
    head = " ".join(f"?{name}" for name in names) or f"(1 AS ?{_ONE})"
    return f"{prologue(tree, group, base)}SELECT {head} WHERE {pattern}"


def local_query(tree: Tree, names: Sequence[str], pattern: str, limit: int) -> str:
    """Return the query that finds which values some variables have here, each set of them once."""
    query = tree.query()
    data_set = " ".join(tree.of(node) for node in query.named_children if node.type == "dataset_clause")
    declared = " ".join(text for _, text in tree.declarations())
    head = " ".join(f"?{name}" for name in names)
    return f"{declared} SELECT DISTINCT {head} {data_set} WHERE {{ {pattern} }} LIMIT {limit}"


def prologue(tree: Tree, node: Node, base: str | None) -> str:
    """Return the declarations that a part of the query needs where it stands alone."""
    used = {_namespace(tree.of(name)) for name in walk(node) if name.type == "prefixed_name"}
    lines = [text for name, text in tree.declarations() if not name or name in used]
    written = [tree.of(name) for name in walk(node) if name.type == "iri_reference"]
    values = [*written, *(line[line.index("<") :] for line in lines)]
    if base is not None and any(is_relative(value[_IRI_BRACKETS]) for value in values):
        lines.insert(0, f"BASE <{base}>")
    elif not any(is_relative(value[_IRI_BRACKETS]) for value in values):
        lines = [line for line in lines if not re.match(r"(?i)base\b", line)]
    return "".join(f"{line}\n" for line in lines)


def _namespace(name: str) -> str:
    return name.partition(":")[0] + ":"


def _cells(row: Sequence[str | None]) -> str:
    return " ".join(cell or "UNDEF" for cell in row)
