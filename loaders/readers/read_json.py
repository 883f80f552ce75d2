"""JSON, JSON Lines and GeoJSON (RFC 7946) a record at a time, and what the Explore API of Opendatasoft wraps round one.

The records of a JSON file are the list at `path`; where none is declared, the list of its first level that goes by a
known name, else the first list of objects, else such a list in an object that goes by the name of a wrapping
(`{"result": {"records": [...]}}` of CKAN), else the members of the object (a list of codes with their labels).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from maille.loaders.readers import texts
from maille.loaders.readers.headers import check_count
from maille.loaders.readers.json_sound import wrong_with
from maille.loaders.readers.json_text import STRICT, Cursor, Found
from maille.loaders.readers.records import Fault, FileFormat, Limits, Record, Value
from maille.ontology.errors import SourceError

KNOWN: Final = ("features", "results", "records", "data", "items", "rows", "@graph")
"""What the list of records is called in GeoJSON, in Opendatasoft's API, and by most others."""

_WRAPPINGS: Final = (*KNOWN, "result", "response", "content", "_embedded")
"""What an object round the list of records is called by CKAN, Solr, HAL and by those who wrap twice."""

_ERRORS: Final = frozenset({"error", "errors", "error_code", "errorcode", "error_message", "exception"})
_TOLD: Final = frozenset({"message", "msg", "detail", "status", "status_code", "statuscode"})
"""Of an answer about an error, what each member may be called, and what it is where nothing but texts stands beside."""

_FEW: Final = 12
_SHOWN: Final = 200

_TOTALS: Final = ("total_count", "nhits", "numberMatched")


def read(path: Path, form: FileFormat, limits: Limits) -> Iterator[Record | Fault]:
    """Yield the records of a JSON file; raises SourceError where it is none or ends too early."""
    way = form.path.split(".") if form.path else _locate(path, form, limits)
    with texts.text(path, form, limits) as opened:
        cursor = Cursor(opened.stream, path.name, limits)
        beside: dict[str, Any] = {}
        number, trusted = 0, False
        for number, found in enumerate(_values(cursor, way, beside, path.name), 1):
            if found.wrong and not trusted and cursor.undecoded:
                texts.check_bytes(path, form, opened.encoding, limits)
                trusted = True
            yield _record(number, found, opened.encoding)
        if cursor.peek():
            hint = ': if each line is a record, declare format = "jsonl"' if cursor.peek() == "{" else ""
            raise cursor.error(f"something follows the end{hint}")
        for name in _TOTALS:
            if isinstance(total := beside.get(name), int) and total > number:
                yield Fault(
                    number + 1, name, str(total), f"the file holds {number} of {total} records: take the export"
                )


def read_lines(path: Path, form: FileFormat, limits: Limits) -> Iterator[Record | Fault]:
    """Yield the records of a JSON Lines file, one a line; a line that cannot be read is a fault."""
    with texts.text(path, form, limits) as opened:
        number, trusted = 0, False
        while line := opened.stream.readline(limits.record + 1):
            number += 1
            if len(line) > limits.record:
                raise SourceError(f"{path.name}: line {number} is longer than {limits.record:,} characters")
            if byte := texts.undecoded(line, opened.encoding):
                if not trusted:
                    texts.check_bytes(path, form, opened.encoding, limits)
                    trusted = True
                yield Fault(number, "", byte, f"line {number} holds a byte that is not {opened.encoding}")
            elif line.strip(" \t\r\n\x1e\ufeff"):
                yield _record(number, _parsed(line, limits), opened.encoding)


def columns(path: Path, form: FileFormat, limits: Limits) -> tuple[str, ...]:
    """Return every name that a record has, in the order they come up."""
    reader, names = read_lines if form.format == "jsonl" else read, dict[str, None]()
    for one in reader(path, form, limits):
        if isinstance(one, Record):
            names |= dict.fromkeys(one.values)
            check_count(len(names), path.name)
    return tuple(names)


def _parsed(line: str, limits: Limits) -> Found:
    try:
        value = STRICT.decode(line.strip(" \t\r\n\x1e\ufeff"))
    except RecursionError:
        return Found(None, f"lists and objects are nested deeper than {limits.depth}")
    except json.JSONDecodeError as error:
        return Found(None, f"no sound JSON at character {error.pos + 1}: {error.msg}")
    except ValueError as error:
        return Found(None, str(error))
    return Found(value, wrong_with(value, line, limits.depth))


def _locate(path: Path, form: FileFormat, limits: Limits) -> list[str]:
    """Return the way to the list of records of a file that declares none; nowhere where its top is the records."""
    with texts.text(path, form, limits) as opened:
        cursor = Cursor(opened.stream, path.name, limits)
        if cursor.peek() != "{":
            return []
        first: list[str] = []
        wrapped: list[str] = []
        kind = None
        held: dict[str, Value] = {}
        for name in cursor.members():
            if name in KNOWN and cursor.peek() == "[":
                return [name]
            value = cursor.value().value
            kind = value if name == "type" else kind
            if len(held) <= _FEW:
                held[name] = value if name.casefold() in _ERRORS or not isinstance(value, dict | list) else [...]
            if not first and _is_list_of_objects(value):
                first = [name]
            if not wrapped and name in _WRAPPINGS and isinstance(value, dict):
                wrapped = [name, *_listed_in(value)]
    if kind == "Feature":
        return ["*"]
    way = first or (wrapped if len(wrapped) > 1 else [])
    if not way:
        _check_answer(held, path.name)
    return way


def _check_answer(held: dict[str, Value], name: str) -> None:
    """Raise SourceError where an object is no list of codes but what an API answers in place of records."""
    names = {key.casefold() for key in held}
    plain = not any(isinstance(value, dict | list) for value in held.values())
    if len(held) <= _FEW and (names & _ERRORS or (plain and names & _TOLD)):
        shown = json.dumps(held, ensure_ascii=False, default=str)
        raise SourceError(
            f"{name} holds no list of records but what an API says of an error: "
            f"{shown if len(shown) <= _SHOWN else shown[:_SHOWN] + '...'}"
        )


def _listed_in(wrapping: dict[str, Any]) -> list[str]:
    """Return the name of the list of records in an object: a known one, else the first."""
    names = [name for name, value in wrapping.items() if _is_list_of_objects(value)]
    return sorted(names, key=lambda name: name not in KNOWN)[:1]


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _values(cursor: Cursor, way: list[str], beside: dict[str, Any], name: str) -> Iterator[Found]:
    """Yield the values at the end of a way, and keep what stands beside it."""
    if way == ["*"]:
        yield cursor.value()
    elif not way and cursor.peek() == "[":
        yield from cursor.items()
    elif not way:
        for key in cursor.members():
            value, wrong = cursor.value()
            yield Found({"@key": key, **(value if isinstance(value, dict) else {"@value": value})}, wrong)
    else:
        yield from _inside(cursor, way, beside, name)


def _inside(cursor: Cursor, way: list[str], beside: dict[str, Any], name: str) -> Iterator[Found]:
    seen: dict[str, None] = {}
    for key in cursor.members():
        if key in seen and key == way[0]:
            raise cursor.error(f"{key!r} stands there twice")
        seen[key] = None
        if key == way[0]:
            yield from _values(cursor, way[1:], beside, name)
        else:
            beside[key] = cursor.value().value
    if way[0] not in seen:
        held = ", ".join(list(seen)[:20])
        raise SourceError(f"{name} has no {way[0]!r} where path says so; there is: {held or 'nothing'}")


def _record(number: int, found: Found, encoding: str) -> Record | Fault:
    if found.wrong:
        return Fault(number, "", "", found.wrong)
    if not isinstance(found.value, dict):
        return Fault(number, "", "", f"the record is no object but {_kind(found.value)}")
    return Record(number, unwrapped(found.value))


def _kind(value: object) -> str:
    return {list: "a list", str: "a text", type(None): "null"}.get(type(value), "a number or boolean")


def unwrapped(value: dict[str, Any]) -> dict[str, Value]:
    """Return a record without what GeoJSON or Opendatasoft wraps round it: identity `@id`, geometry `geometry`."""
    if value.get("type") == "Feature" and "geometry" in value:
        return _flat(value.get("properties"), value.get("id"), value["geometry"])
    inner = value.get("record", value)
    if isinstance(inner, dict) and isinstance(inner.get("fields"), dict):
        return _flat(inner["fields"], inner.get("recordid", inner.get("id")), inner.get("geometry"))
    return value


def _flat(properties: object, identity: Value, geometry: Value) -> dict[str, Value]:
    found: dict[str, Value] = dict(properties) if isinstance(properties, dict) else {}
    for name, value in (("@id", identity), ("geometry", geometry)):
        if name in found and value is not None:
            found[f"properties.{name}"] = found[name]
        if value is not None or name == "geometry":
            found[name] = value if value is not None else found.get(name)
    return found
