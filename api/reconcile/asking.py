"""What a client of the reconciliation service asks, read strictly: what is ill-formed is named, not guessed at.

Reconciliation Service API 0.2, sections 4.1 (queries), 4.3 (sending them) and 7.4 (data extension).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from maille.api.errors import RequestRefused
from maille.api.reconcile.properties import PROPERTIES
from maille.api.reconcile.types import TYPES, kinds_of, kinds_of_all
from maille.api.rest.asking import refused

MOST: Final = 1_000
"""Queries of a batch, and identifiers of a data extension query."""
CANDIDATES: Final = 10
MOST_CANDIDATES: Final = 50
_MOST_PROPERTIES: Final = 20
_MOST_VALUES: Final = 10
_MOST_VALUES_IN_ALL: Final = 5_000
_MOST_TYPES: Final = 40
_LONGEST: Final = 1_000
_FIELDS: Final = frozenset({"query", "type", "limit", "properties", "type_strict"})
_STRICT: Final = ("any", "should", "all")

Value = str | Mapping[str, str]
"""A value of a property: a text, or an entity with its `id`."""


@dataclass(frozen=True, slots=True)
class Query:
    """A reconciliation query.

    Attributes:
        text: the name, empty where only properties are given.
        kinds: the kinds of things that are candidates.
        preferred: the kinds asked for, where others may be candidates too (`type_strict` is `should`).
        limit: how many candidates are returned at most.
        properties: property -> its values, any of which may hold; all properties are to hold.
    """

    text: str
    kinds: tuple[str, ...]
    preferred: frozenset[str] = frozenset()
    limit: int = CANDIDATES
    properties: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Extension:
    """A data extension query: identifiers, and properties with their settings."""

    ids: tuple[str, ...]
    properties: tuple[tuple[str, Mapping[str, Any]], ...]


def read(text: str, name: str) -> dict[str, Any]:
    """Return the object that a field holds as JSON; raises RequestRefused."""
    try:
        document = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise refused(f"`{name}` is not JSON.") from None
    if not isinstance(document, dict):
        raise refused(f"`{name}` is a JSON object.")
    return document


def queries_of(text: str) -> dict[str, Query]:
    """Return a batch of queries; raises RequestRefused where one of them is none, or there are too many."""
    document = read(text, "queries")
    if len(document) > MOST:
        raise RequestRefused("too-large", f"A batch holds up to {MOST:,} queries (`batchSize`), not {len(document):,}.")
    found = {key: _query(key, query) for key, query in document.items()}
    if sum(len(values) for query in found.values() for values in query.properties.values()) > _MOST_VALUES_IN_ALL:
        # Each may have to be looked up by its letters.
        raise RequestRefused(
            "too-large", f"The properties of a batch have up to {_MOST_VALUES_IN_ALL:,} values in all."
        )
    return found


def extension_of(text: str) -> Extension:
    """Return a data extension query; raises RequestRefused where it is none, or asks too much."""
    document = read(text, "extend")
    ids, properties = document.get("ids"), document.get("properties")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise refused("`ids` of `extend` is an array of identifiers.")
    if not isinstance(properties, list) or not all(isinstance(one, dict) for one in properties):
        raise refused("`properties` of `extend` is an array of objects with an `id`.")
    if len(ids) > MOST:
        raise RequestRefused("too-large", f"Up to {MOST:,} identifiers are extended at once, not {len(ids):,}.")
    if len(properties) > len(PROPERTIES):
        raise refused(f"`properties` of `extend` holds more than the {len(PROPERTIES)} properties there are.")
    return Extension(tuple(dict.fromkeys(ids)), tuple(_asked_for(one) for one in properties))


def _asked_for(given: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    name, settings = given.get("id"), given.get("settings", {})
    if not isinstance(name, str) or name not in PROPERTIES:
        raise refused(f"There is no property {_short(name)}. Those there are: {', '.join(PROPERTIES)}.")
    if not isinstance(settings, dict):
        raise refused(f"The settings of the property {name} are an object.")
    return name, settings


def _query(key: str, given: object) -> Query:
    if not isinstance(given, dict):
        _refuse(key, "is not an object")
    unknown = given.keys() - _FIELDS
    if unknown:
        _refuse(key, f"has a field {_short(min(unknown))}; those there are: {', '.join(sorted(_FIELDS))}")
    text, properties = given.get("query", ""), _properties(key, given.get("properties", []))
    if not isinstance(text, str):
        _refuse(key, "has a `query` that is no text")
    if len(text) > _LONGEST:
        _refuse(key, f"has a `query` longer than {_LONGEST} characters")
    if "query" not in given and not properties:
        _refuse(key, "has neither `query` nor `properties`")
    types, strict = _types(key, given.get("type", [])), given.get("type_strict", "any")
    if strict not in _STRICT:
        _refuse(key, f"has a `type_strict` that is none of {', '.join(_STRICT)}")
    limit = _limit(key, given.get("limit", CANDIDATES))
    if strict == "should":
        return Query(text, kinds_of(()), frozenset(kinds_of(types)) if types else frozenset(), limit, properties)
    return Query(text, kinds_of_all(types) if strict == "all" else kinds_of(types), frozenset(), limit, properties)


def _types(key: str, given: object) -> tuple[str, ...]:
    found = [given] if isinstance(given, str | dict) else given
    if not isinstance(found, list) or len(found) > _MOST_TYPES:
        _refuse(key, f"has a `type` that is neither a type nor an array of up to {_MOST_TYPES}")
    # The specification speaks of an array of types; a type is its id, or an object that has one.
    names: dict[str, None] = {}
    for one in found:
        name = one.get("id") if isinstance(one, dict) else one
        if not isinstance(name, str) or name not in TYPES:
            _refuse(key, f"asks for a type {_short(name)}; those there are: {', '.join(TYPES)}")
        names[name] = None
    return tuple(names)


def _limit(key: str, given: object) -> int:
    whole = isinstance(given, int | float) and not isinstance(given, bool) and given >= 1 and given == given // 1
    if not whole or not isinstance(given, int | float):
        _refuse(key, "has a `limit` that is no positive whole number")
    return int(min(given, MOST_CANDIDATES))


def _properties(key: str, given: object) -> Mapping[str, tuple[Value, ...]]:
    if not isinstance(given, list) or len(given) > _MOST_PROPERTIES:
        _refuse(key, f"has `properties` that are no array of up to {_MOST_PROPERTIES}")
    found: dict[str, tuple[Value, ...]] = {}
    for one in given:
        if not isinstance(one, dict) or not {"pid", "v"} <= one.keys():
            _refuse(key, "has a property without `pid` or `v`")
        name = one["pid"]
        if not isinstance(name, str) or name not in PROPERTIES:
            _refuse(key, f"has a property {_short(name)}; those there are: {', '.join(PROPERTIES)}")
        if not PROPERTIES[name].constrains:
            _refuse(key, f"has the property {name}, which is fetched and never constrains")
        values = one["v"] if isinstance(one["v"], list) else [one["v"]]
        if len(values) > _MOST_VALUES:
            _refuse(key, f"gives {name} more than {_MOST_VALUES} values")
        read_values = [_value(key, name, value) for value in values]
        found[name] = (*found.get(name, ()), *(value for value in read_values if value))
    return found


def _value(key: str, name: str, given: object) -> Value:
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, int):
        # As many digits as an official number has at most: a longer one is none, and slow to write.
        return str(given) if abs(given) < 10**20 else ""
    if isinstance(given, float) and math.isfinite(given):
        return str(int(given)) if given.is_integer() and abs(given) < 10**20 else repr(given)
    if isinstance(given, str):
        return given.strip()[:_LONGEST]
    if not isinstance(given, dict) or not isinstance(given.get("id"), str):
        _refuse(key, f"gives {name} a value that is no text, number, truth value, or entity with an `id`")
    return {"id": given["id"].strip()[:_LONGEST]}


def _refuse(key: str, what: str) -> NoReturn:
    raise refused(f"Query {_short(key)} {what}.")


def _short(value: object) -> str:
    return repr(value[:80] if isinstance(value, str) else type(value).__name__)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
