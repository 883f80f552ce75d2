"""Finding things by filters: pages of rows in a stable order, and how many have each value of a facet."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from maille.store.search_match import Matcher
from maille.store.search_sql import Condition, Filters, conditions

SORTS: Final[Mapping[str, str]] = MappingProxyType(
    {"relevance": "thing.id", "label": "sorted", "code": "code", "population": "ifnull(population, 0)"}
)
"""What `find` sorts by; a hyphen before one turns it round."""

_RANKED: Final = "place"
_LITTLE: Final = 5_000
"""Things up to which the values of all facets are counted in one pass over what the filters keep."""


class Found(NamedTuple):
    """What was found by filters: a page of rows, how many there are, where the next page begins, values of facets."""

    rows: list[dict[str, Any]]
    total: int
    next: str | None
    facets: dict[str, list[tuple[str, int]]]


class Cell(NamedTuple):
    """The things of one square of a grid: how many, the middle of them, and one of them."""

    number: int
    lon: float
    lat: float
    iri: str
    label: str


class Finder:
    """Answers one question.

    Args:
        database: the index.
        base: what its names are under.
        filters: what is kept.
    """

    def __init__(self, database: sqlite3.Connection, base: str, filters: Filters) -> None:
        self._database = database
        self._wanted = conditions(filters, base)
        self._kept: list[int] | None = None
        self._kept_values: dict[int, int] | None = None
        self._ranked: str | None = None
        if filters.text.strip():
            numbers = Matcher(database, base, filters.kind).ranked(filters.text)
            self._ranked = json.dumps(list(numbers))

    def find(self, sort: str, after: str | None, limit: int, facets: Sequence[str]) -> Found:
        """Return a page; raises ValueError for a sort or a cursor that is none."""
        column, descending = self._order(sort)
        if facets:
            self._keep()
        total = (
            len(self._kept) if self._kept is not None else self._select("SELECT count(*)", self._wanted).fetchone()[0]
        )
        rows, cursor = self._page(column, descending, sort, after, max(0, limit))
        return Found(rows, total, cursor, {name: self._counts(name) for name in facets})

    def cells(self, size: float) -> list[Cell]:
        """Return what has coordinates, by the squares of a grid of `size` degrees, in the order of the grid."""
        what = "SELECT count(*), avg(lon), avg(lat), min(iri), min(label_fr)"
        end = "GROUP BY CAST((lon + 180) / ? AS INTEGER), CAST((lat + 90) / ? AS INTEGER)"
        wanted = {**self._wanted, "placed": Condition("lon IS NOT NULL", [])}
        return [Cell(*row) for row in self._select(what, wanted, end, size, size)]

    def _order(self, sort: str) -> tuple[str, bool]:
        column = SORTS.get(sort.removeprefix("-"))
        if column is None:
            raise ValueError(f"nothing is sorted by {sort!r}")
        return (_RANKED if self._ranked and column == "thing.id" else column), sort.startswith("-")

    def _keep(self) -> None:
        """Note what the filters keep, where it is little enough: what follows need not ask the filters again."""
        found = self._select("SELECT thing.id", self._wanted, "LIMIT ?", _LITTLE + 1).fetchall()
        if len(found) <= _LITTLE:
            self._kept = [number for (number,) in found]

    def _page(
        self, column: str, descending: bool, sort: str, after: str | None, limit: int
    ) -> tuple[list[dict[str, Any]], str | None]:
        wanted = dict(self._wanted)
        if self._kept is not None:
            wanted = {"kept": Condition("thing.id IN (SELECT value FROM json_each(?))", [json.dumps(self._kept)])}
        if after is not None:
            sign = "<" if descending else ">"
            value, number = _read(after, sort)
            wanted["after"] = Condition(
                f"({column} {sign} ? OR ({column} = ? AND thing.id > ?))", [value, value, number]
            )
        direction = "DESC" if descending else "ASC"
        end = f"ORDER BY {column} {direction}, thing.id LIMIT ?"
        found = self._select(f"SELECT {column}, thing.id, row", wanted, end, limit + 1).fetchall()
        cursor = _written(sort, *found[limit - 1][:2]) if limit and len(found) > limit else None
        return [json.loads(row) for _, _, row in found[:limit]], cursor

    def _counts(self, name: str) -> list[tuple[str, int]]:
        # Without the filter on the facet itself, so that a reader sees the alternatives.
        wanted = {key: condition for key, condition in self._wanted.items() if key != name}
        if name == "kind":
            counted = self._select("SELECT kind, count(*) AS n", wanted, "GROUP BY kind ORDER BY n DESC, kind")
        else:
            range_of = "SELECT ifnull(min(id), 1), ifnull(max(id), 0) FROM value WHERE name = ?"
            first, last = self._database.execute(range_of, (name,)).fetchone()
            if self._kept is not None and name not in self._wanted:
                numbered = [(value, n) for value, n in self._values().items() if first <= value <= last]
            else:
                numbered = self._select(
                    "SELECT value, count(*) AS n",
                    {**wanted, "of": Condition("facet.value BETWEEN ? AND ?", [first, last])},
                    "GROUP BY value",
                    # In this order: from the things that are kept to what each of them has.
                    joined="CROSS JOIN facet ON facet.thing = thing.id",
                ).fetchall()
            texts = self._database.execute("SELECT id, text FROM value WHERE id BETWEEN ? AND ?", (first, last))
            known = dict(texts.fetchall())
            return sorted(((known[value], n) for value, n in numbered), key=lambda pair: (-pair[1], pair[0]))
        return [(value, number) for value, number in counted]

    def _values(self) -> dict[int, int]:
        """Return how many of what is kept have each value, of all facets at once."""
        if self._kept_values is None:
            query = (
                "SELECT facet.value, count(*) FROM json_each(?) AS kept "
                "CROSS JOIN facet ON facet.thing = kept.value GROUP BY facet.value"
            )
            self._kept_values = dict(self._database.execute(query, (json.dumps(self._kept),)).fetchall())
        return self._kept_values

    def _select(
        self, what: str, wanted: Mapping[str, Condition], end: str = "", *last: float, joined: str = ""
    ) -> sqlite3.Cursor:
        where = " AND ".join(condition.sql for condition in wanted.values()) or "1"
        given = [value for condition in wanted.values() for value in condition.values]
        if self._ranked is None:
            return self._database.execute(f"{what} FROM thing {joined} WHERE {where} {end}", (*given, *last))
        ranked = "WITH ranked AS MATERIALIZED (SELECT value AS number, key AS place FROM json_each(?)) "
        source = f"FROM ranked JOIN thing ON thing.id = ranked.number {joined}"
        return self._database.execute(f"{ranked}{what} {source} WHERE {where} {end}", (self._ranked, *given, *last))


def _written(sort: str, value: object, number: int) -> str:
    text = json.dumps([sort, value, number], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, sort: str) -> tuple[str | float, int]:
    try:
        known = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        of_sort, value, number = known
    except (ValueError, TypeError) as error:
        raise ValueError("the cursor is none of ours") from error
    if of_sort != sort or not isinstance(value, str | int | float) or type(number) is not int:
        raise ValueError("the cursor is of another question")
    if (isinstance(value, int) and abs(value) >= 1 << 63) or abs(number) >= 1 << 63:
        raise ValueError("the cursor is none of ours")
    return value, number
