"""What one part of a description says of another: names that point nowhere, columns that are both read and private."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import lru_cache

from maille.loaders.describing import curies, values
from maille.loaders.describing.cells import template_columns
from maille.loaders.describing.description import Description, Fact, Input, RowSpec, ThingSpec
from maille.ontology.errors import InvalidIri


def cross_checks(one: Description) -> Iterator[str]:
    """Yield a line for each thing that does not fit together."""
    yield from _codes(one)
    yield from _names(one)
    for thing in one.things:
        for fact in thing.facts:
            yield from (f"[[things]] {thing.name}: {text}" for text in _fact(one, thing, fact))
    for column in used_columns(one):
        if _matches(column, one.rows.private):
            yield f"[rows] private: column {column!r} is private, and yet it is read"


def inputs(one: Description) -> Iterator[Input]:
    """Yield every input of a description."""
    yield from one.rows.key
    for thing in one.things:
        specs = (thing.place, thing.address)
        parts = [getattr(spec, name) for spec in specs if spec for name in spec.__slots__]
        sources = (thing.label, thing.key, *parts, *(fact.source for fact in thing.facts))
        yield from (source for source in sources if isinstance(source, Input))


def used_columns(one: Description) -> tuple[str, ...]:
    """Return the columns a description reads, in its order."""
    found: list[str] = []
    for source in inputs(one):
        found += (*source.columns, *template_columns(source.template))
    facts = [fact for thing in one.things for fact in thing.facts]
    whens = [*(thing.when for thing in one.things), *(fact.when for fact in facts)]
    found += (condition.column for conditions in (one.rows.only, *whens) for condition in conditions)
    found += (column for fact in facts for column in fact.one_place)
    for each in (one.rows.each, *(thing.each for thing in one.things)):
        found += each.columns if each else ()
    return tuple(dict.fromkeys(found))


def unread(rows: RowSpec, column: str) -> bool:
    """Say whether a column is left out on purpose, as ignored or private."""
    return _matches(column, (*rows.ignore, *rows.private))


def is_private(rows: RowSpec, column: str) -> bool:
    """Say whether a column never leaves the reader."""
    return _matches(column, rows.private)


@lru_cache(maxsize=4096)  # asked of every column of every row: a third of the time of a wide file
def _matches(column: str, patterns: tuple[str, ...]) -> bool:
    return any(column == pattern or fnmatchcase(column, pattern) for pattern in patterns)


def _codes(one: Description) -> Iterator[str]:
    used = {source.codes for source in inputs(one) if source.codes}
    for name in sorted(used - set(one.codes)):
        yield f"codes = {name!r}: there is no [codes.{name}]"
    for name in sorted(set(one.codes) - used):
        yield f"[codes.{name}]: nothing uses this list"


def _names(one: Description) -> Iterator[str]:
    names = [thing.name for thing in one.things]
    for name, count in Counter(names).items():
        if count > 1:
            yield f"[[things]]: {count} things are called {name!r}: give each a `name` of its own"
    for place, thing in enumerate(one.things):
        where = f"[[things]] {thing.name}"
        if thing.within and thing.within not in names[:place]:
            yield f"{where}: within: no thing before this one is called {thing.within!r}"
        if place == 0 and (thing.label is None or thing.each or thing.within):
            yield f"{where}: the first thing is what the row is about: a `label`, and neither `each` nor `within`"
        if thing.label is None and not thing.within:
            yield f"{where}: label: a thing with a page of its own has a name"
        if not thing.classes:
            yield f"{where}: classes: at least one is needed"


def _fact(one: Description, thing: ThingSpec, fact: Fact) -> Iterator[str]:
    told = curies.shorten(fact.property) if fact.property else f"as = {fact.kind!r}"
    if fact.thing:
        if fact.thing not in {other.name for other in one.things}:
            yield f"{told}: no thing is called {fact.thing!r}"
        if fact.property is None:
            yield f"{told}: thing: property is needed"
    elif fact.property is None and (wrong := _no_default(fact)):
        yield wrong
    if fact.source and fact.kind == "concept":
        codes = one.codes.get(fact.source.codes)
        if not fact.source.codes or (codes and not codes.scheme):
            yield f'{told}: as = "concept" needs `codes` with a scheme'


def _no_default(fact: Fact) -> str:
    default = values.KINDS[fact.kind].property
    if not default:
        return f"a fact as = {fact.kind!r} needs a property"
    try:
        curies.expand(default)
    except InvalidIri:
        return f"a fact as = {fact.kind!r} needs a property"
    return ""
