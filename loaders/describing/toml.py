"""Read a description of a source from TOML (v1.0.0), and say everything that is wrong with it at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from maille.loaders.describing import parts
from maille.loaders.describing.checks import cross_checks
from maille.loaders.describing.description import (
    LEAVE,
    MERGE,
    REJECT,
    CodeList,
    Description,
    FileSpec,
    RowSpec,
    ThingSpec,
)
from maille.ontology import iris, vocabulary
from maille.ontology.errors import DescriptionInvalid, InvalidIri, SourceError
from maille.store.toml_tables import Table

FORM_KEYS: Final = ("format", "encoding", "delimiter", "quote", "sheet", "path", "member")
_IRI: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_MOST: Final = 1 << 20
"""Bytes of a description: nobody writes a longer one, and `--source DATA.csv` is a slip that is caught so."""


def load(path: Path) -> Description:
    """Read the description in a file; raises DescriptionInvalid, or SourceError where it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST + 1)
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}") from error
    if len(data) > _MOST:
        raise SourceError(f"{path} is no description of a source: it is longer than {_MOST:,} bytes")
    return parse(data, path.name, str(path))


def parse(data: bytes, name: str, path: str = "") -> Description:
    """Read a description from its bytes; `name` is what errors call it."""
    try:
        values = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SourceError(f"{name} is no UTF-8: TOML has no other encoding (byte {error.start})") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SourceError(f"{name} is no TOML: {error or 'nested too deep'}") from error
    return from_values(values, name, path)


def from_values(values: Mapping[str, Any], name: str, path: str = "") -> Description:
    """Make a description of what a TOML file holds."""
    problems: list[str] = []
    with Table(values, "", problems) as top:
        description = _description(top, path)
    if not problems:
        problems += cross_checks(description)
    if problems:
        count = len(problems)
        raise DescriptionInvalid(f"{name} has {count} mistake{'s' if count > 1 else ''}", tuple(problems))
    return description


def _description(top: Table, path: str) -> Description:
    return Description(
        id=top.text("id", among=lambda text: _minted(lambda: iris.graph(text), "a slug, as `tiers-lieux`")),
        vintage=top.text("vintage", among=lambda text: _minted(lambda: iris.graph("x", text), "as `2026-11`")),
        publisher=top.text("publisher", among=_no_iri),
        licence=top.text("licence", among=_no_iri),
        attribution=top.text("attribution"),
        address=top.text("address", among=_no_iri),
        issued=top.day("issued"),
        language=(language := top.text("language", "fr", parts.no_language)),
        title=_both(top, "title"),
        description=_both(top, "description"),
        file=_file(top.table("file", required=True)),
        rows=_rows(top.table("rows", required=True)),
        codes=_codes(top.table("codes")),
        things=_things(top, language),
        path=path,
        rank=top.number("rank", 5),
    )


def _both(top: Table, key: str) -> dict[str, str]:
    with top.table(key, required=True) as table:
        return {language: table.text(language) for language in ("fr", "en")}


def _file(table: Table) -> FileSpec:
    with table:
        form: dict[str, Any] = {key: table.text(key, "") for key in FORM_KEYS if key in table}
        if "header" in table:
            form["header"] = table.number("header")
        return FileSpec(table.text("name", among=_no_file_name), table.text("url", "", _no_iri), form)


def _rows(table: Table) -> RowSpec:
    with table:
        each = parts.each(table.table("each")) if "each" in table else None
        return RowSpec(
            key=parts.inputs(table, "key"),
            only=parts.conditions(table, "only"),
            each=each,
            ignore=table.texts("ignore"),
            private=table.texts("private"),
            missing=table.scalars("missing"),
            duplicates=table.text("duplicates", REJECT, parts.one_of(REJECT, MERGE)),
        )


def _codes(table: Table) -> dict[str, CodeList]:
    with table:
        return {name: _code_list(table.table(name)) for name in [name for name, _ in table.items()]}


def _code_list(table: Table) -> CodeList:
    with table:
        scheme = table.text("scheme", "")
        if scheme and scheme not in vocabulary.schemes():
            table.problem("scheme", f"there is no scheme {scheme!r}{parts.near(scheme, vocabulary.schemes())}")
        found = CodeList(
            scheme=scheme,
            mapping=_mapping(table.table("map")),
            otherwise=table.text("otherwise", ""),
            unmapped=table.text("unmapped", REJECT, parts.one_of(REJECT, LEAVE)),
        )
        _check_notations(table, found)
        return found


def _mapping(table: Table) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    with table:
        for key in [key for key, _ in table.items()]:
            found[key] = tuple(one for one in table.texts(key) if one)
    return found


def _check_notations(table: Table, codes: CodeList) -> None:
    known = vocabulary.concepts(codes.scheme) if codes.scheme in vocabulary.schemes() else frozenset()
    for notation in dict.fromkeys((*(one for many in codes.mapping.values() for one in many), codes.otherwise)):
        if known and notation and notation not in known:
            hint = parts.near(notation, known)
            table.problem("map", f"{notation!r} is no concept of the scheme {codes.scheme!r}{hint}")


def _things(top: Table, language: str) -> tuple[ThingSpec, ...]:
    found = tuple(parts.thing(table, language) for table in top.tables("things"))
    if not found:
        top.problem("[[things]]", "a description says what at least one thing is")
    return found


def _minted(mint: Any, wanted: str) -> str | None:
    try:
        mint()
    except InvalidIri:
        return f"it stands in addresses: {wanted}"
    return None


def is_address(text: str) -> bool:
    """Say whether a text is an address on the web, as a description wants them."""
    return _IRI.fullmatch(text) is not None


def _no_iri(text: str) -> str | None:
    return None if is_address(text) else f"{text!r} is no http or https address"


def _no_file_name(text: str) -> str | None:
    return f"{text!r} is no plain file name: no folder belongs to it" if re.search(r"[/\\\x00]|^\.", text) else None
