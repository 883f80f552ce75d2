"""Parallel lists in the cells of one row, and conditions on what a row, or a position of its lists, holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from maille.loaders.describing.cells import Findings, Reader, clean, look, plain
from maille.loaders.describing.description import REJECT, Condition, Each
from maille.ontology.errors import RowRejected


def parallel(each: Each, seen: Mapping[str, Any], reader: Reader, findings: Findings) -> list[Mapping[str, Any]]:
    """Return the row as each position of its parallel lists sees it.

    Lists of different lengths do not say what belongs to what: only the first is read then, and that is reported.
    """
    first = _elements(look(seen, each.columns[0]), each.split, reader)
    # Where there is one, the other cells are no lists, whatever stands in them.
    split = each.split if len(first) > 1 else ""
    lists = {column: _elements(look(seen, column), split, reader) for column in each.columns[1:]}
    lists = {each.columns[0]: first} | lists
    uneven = {column: found for column, found in lists.items() if found and len(found) != len(first)}
    if uneven:
        told = ", ".join(f"{column} {len(found)}" for column, found in lists.items())
        if each.lengths == REJECT:
            raise RowRejected(each.columns[0], "", f"the lists have different lengths: {told}")
        findings.add("+".join(uneven), told, f"lists of different lengths: only {each.columns[0]} was read")
    zipped = {column: found for column, found in lists.items() if found and not uneven}
    zipped[each.columns[0]] = first
    empty = dict.fromkeys(each.columns)
    return [{**seen, **empty, **{name: found[at] for name, found in zipped.items()}} for at in range(len(first))]


def _elements(value: Any, split: str, reader: Reader) -> list[Any]:
    if isinstance(value, list):
        return value
    if reader.is_missing(value):
        return []
    text = clean(plain(value))
    return [part.strip() for part in text.split(split)] if split else [text]


def meets(conditions: tuple[Condition, ...], seen: Mapping[str, Any], reader: Reader) -> bool:
    """Say whether a row meets every condition."""
    return all(reader.holds(condition, seen) for condition in conditions)
