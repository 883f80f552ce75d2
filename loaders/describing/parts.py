"""Read the parts of a description: inputs, conditions, parallel lists, things and facts."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any, Final

from pyoxigraph import NamedNode

from maille.loaders.describing import curies, transforms, values
from maille.loaders.describing.description import (
    EQUAL,
    LEAVE,
    REJECT,
    AddressSpec,
    Condition,
    Each,
    Fact,
    Input,
    PlaceSpec,
    Step,
    ThingSpec,
)
from maille.ontology import iris
from maille.ontology.errors import InvalidIri
from maille.store.toml_tables import Table

LANGUAGES: Final = ("fr", "en")
ORDERS: Final = ("lat-lon", "lon-lat")
_SOURCES: Final = ("column", "columns", "value", "template")
_PLACE: Final = ("code", "name", "postcode", "departement", "point", "address", "country")
_ADDRESS: Final = ("full", "street", "postcode", "town")


def near(text: str, known: Iterable[str]) -> str:
    """Return a hint of what may have been meant, empty where nothing is near."""
    found = get_close_matches(text, sorted(known), n=1)
    return f" (perhaps {found[0]!r})" if found else ""


def one_of(*known: str) -> Callable[[str], str | None]:
    """Return a check that a text is one of `known`."""
    return lambda text: None if text in known else f"{text!r} is none of {', '.join(known)}{near(text, known)}"


no_language: Final = one_of(*LANGUAGES)


def inputs(table: Table, key: str) -> tuple[Input, ...]:
    """Read a list of inputs, each a column name or a table; there must be one."""
    value = table.raw(key)
    found = value if isinstance(value, list) else [value]
    if value is None or not found:
        table.problem(key, "a column, or a list of columns, is needed")
        return ()
    return tuple(_input(table, key, one) for one in found)


def optional_input(table: Table, key: str) -> Input | None:
    """Read an input that may be absent."""
    value = table.raw(key)
    return None if value is None else _input(table, key, value)


def _input(table: Table, key: str, value: Any) -> Input:
    if isinstance(value, str) and value:
        return Input(columns=(value,))
    if not isinstance(value, dict):
        table.problem(key, f"{value!r} is neither a column nor a table")
        return Input()
    with Table(value, f"{table.where} {key}".strip(), table.problems) as inner:
        return input_of(inner)


def input_of(table: Table) -> Input:
    """Read the keys of an input from a table that may have others."""
    given = [key for key in _SOURCES if key in table]
    if len(given) != 1:
        table.problem("", f"exactly one of {', '.join(_SOURCES)} is needed")
    columns = table.texts("columns") if "columns" in table else table.texts("column")
    constant = table.scalars("value") if "value" in table else ()
    return Input(
        columns=columns,
        value=constant[0] if constant else None,
        template=table.text("template", "", _no_template),
        join=table.text("join") if "join" in table and table.raw("join") != "" else "" if "join" in table else None,
        split=table.text("split", ""),
        codes=table.text("codes", ""),
        steps=steps(table),
    )


def steps(table: Table) -> tuple[Step, ...]:
    """Read the transformations of an input: names, or tables with the name under `do`."""
    value = table.raw("transforms")
    found = []
    for one in value if isinstance(value, list) else [] if value is None else [value]:
        step = Step(one) if isinstance(one, str) else _step(one)
        wrong = "is neither a name nor a table with `do`" if step is None else transforms.wrong(step)
        if wrong or step is None:
            table.problem("transforms", f"{one!r} {wrong}")
        else:
            found.append(step)
    return tuple(found)


def _step(value: Any) -> Step | None:
    if not isinstance(value, dict) or not isinstance(value.get("do"), str):
        return None
    return Step(value["do"], {key: option for key, option in value.items() if key != "do"})


def condition(table: Table) -> Condition:
    """Read a condition: a column, and the values it must, or must not, hold."""
    with table:
        if "values" in table and "not" in table:
            table.problem("", "`values` and `not` exclude each other")
        wanted = table.scalars("values") if "values" in table else table.scalars("equals")
        return Condition(table.text("column"), wanted or table.scalars("not"), negated="not" in table)


def conditions(table: Table, key: str) -> tuple[Condition, ...]:
    """Read a list of conditions; a column alone must hold anything at all."""
    value = table.raw(key)
    found = [] if value is None else value if isinstance(value, list) else [value]
    named = [Condition(one) for one in found if isinstance(one, str)]
    return (*named, *(condition(one) for one in table.among(key, [one for one in found if not isinstance(one, str)])))


def each(table: Table) -> Each:
    """Read the columns of parallel lists."""
    with table:
        lengths = table.text("lengths", EQUAL, one_of(EQUAL, REJECT))
        found = Each(table.texts("columns"), table.text("split", ""), lengths)
        if not found.columns:
            table.problem("columns", "the columns that hold the lists are needed")
        return found


def thing(table: Table, language: str) -> ThingSpec:
    """Read one thing of a row with its facts."""
    with table:
        language = table.text("language", language, no_language)
        kind = table.text("kind", among=_no_kind)
        return ThingSpec(
            name=table.text("name", kind, _no_name),
            kind=kind,
            classes=tuple(_term(table, "classes", one) for one in table.texts("classes")),
            label=optional_input(table, "label"),
            key=optional_input(table, "key"),
            language=language,
            when=conditions(table, "when"),
            each=each(table.table("each")) if "each" in table else None,
            within=table.text("within", ""),
            link=table.flag("link"),
            facts=tuple(fact(one, language) for one in table.tables("facts")),
            place=_place(table.table("place")) if "place" in table else None,
            address=_address(table.table("address")) if "address" in table else None,
        )


def fact(table: Table, language: str) -> Fact:
    """Read one fact."""
    with table:
        kind = table.text("as", "text", one_of(*values.KINDS))
        source = None if "thing" in table else input_of(table)
        if "thing" in table and (also := [key for key in (*_SOURCES, "as") if key in table]):
            table.problem("thing", f"it excludes {' and '.join(also)}")
        return Fact(
            property=_term(table, "property", table.text("property")) if "property" in table else None,
            source=source,
            thing=table.text("thing", ""),
            when=conditions(table, "when"),
            one_place=table.texts("one_place"),
            kind=kind,
            language=table.text("language", language, no_language),
            formats=table.texts("formats"),
            true=table.scalars("true"),
            false=table.scalars("false"),
            width=table.number("width"),
            order=table.text("order", "", one_of(*ORDERS)),
            complete=table.flag("complete"),
            required=table.flag("required"),
            on_error=table.text("on_error", LEAVE, one_of(LEAVE, REJECT)),
        )


def _place(table: Table) -> PlaceSpec:
    with table:
        found = {key: optional_input(table, key) for key in _PLACE}
        if not any(found.values()):
            table.problem("", f"at least one of {', '.join(_PLACE)} is needed")
        return PlaceSpec(**found, order=table.text("order", "", one_of(*ORDERS)))


def _address(table: Table) -> AddressSpec:
    with table:
        return AddressSpec(**{key: optional_input(table, key) for key in _ADDRESS})


def _term(table: Table, key: str, curie: str) -> NamedNode:
    try:
        return curies.expand(curie)
    except InvalidIri as error:
        table.problem(key, str(error))
        return NamedNode("urn:unknown")


def _no_kind(text: str) -> str | None:
    return one_of(*iris.THINGS)(text)


def _no_name(text: str) -> str | None:
    ok = text.isascii() and text.replace("-", "").isalnum() and not text.startswith("-")
    return None if ok else f"{text!r} is no name: letters, digits and hyphens"


def _no_template(text: str) -> str | None:
    try:
        found = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError as error:
        return f"{text!r}: {error}"
    return None if found and all(found) else f"{text!r} names no column in braces"
