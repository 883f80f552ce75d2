"""Checks of one column of a record; each raises RowRejected with the column, the value and the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from maille.loaders.source import RowRejected
from maille.ontology.errors import InvalidIdentifier


def form(values: Mapping[str, Any], column: str, canonical: Callable[[str], str]) -> None:
    """Refuse a value that is not the canonical form of an identifier."""
    value = text(values, column)
    try:
        if canonical(value) != value:
            raise RowRejected(column, value, f"must be written {canonical(value)}")
    except InvalidIdentifier as error:
        raise RowRejected(column, value, str(error)) from error


def one_of(values: Mapping[str, Any], column: str, known: Iterable[str]) -> None:
    """Refuse a value that is none of those known."""
    value = text(values, column)
    if value not in known:
        raise RowRejected(column, value, f"must be one of {', '.join(sorted(known))}")


def text(values: Mapping[str, Any], column: str) -> str:
    """Return a text, empty where it is missing; refuse anything else."""
    value = values.get(column)
    if value is not None and not isinstance(value, str):
        raise RowRejected(column, str(value), "must be a text")
    return value or ""


def items(values: Mapping[str, Any], column: str) -> list[object]:
    """Return a list, empty where it is missing; refuse anything else."""
    value = values.get(column)
    if value is not None and not isinstance(value, list):
        raise RowRejected(column, str(value), "must be a list")
    return value or []


def count(values: Mapping[str, Any], column: str) -> None:
    """Refuse what is no number of people; a missing one is let pass."""
    value = values.get(column)
    if value is not None and (type(value) is not int or value < 0):
        raise RowRejected(column, str(value), "must be a whole number of people")
