"""What is known of a query before any engine sees it: refused or not, its form, whether its answer is stable.

Pure and quick: a short query without any suspicious word costs a few microseconds. The limits protect a parser that
recurses (it dies of a few thousand nested groups) and so do not depend on the engine that follows.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from maille.ontology.errors import QueryRefused, QuerySyntaxError, QueryTooLong
from maille.store.service import calls_service
from maille.store.tokens import position, tokens, unescape

# 1 MB in the wider of its two readings, so that no client is refused for its way of counting.
MAX_LENGTH: Final = 1024 * 1024
"""Longest query, in bytes of UTF-8."""
MAX_DEPTH: Final = 200
"""Deepest nesting of brackets of any kind."""
MAX_JOINTS: Final = 20_000
"""Most operators, groups and separators outside VALUES, DATA and IN: each is a level of some tree."""

_OPENING: Final = "{([<"
_BRACKETS: Final = {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}
_FLAT: Final = {"values": "}", "data": "}", "in": ")"}
"""What begins a list, which is no tree however long it is, and what ends it."""
_JOINTS: Final = frozenset("{([.;,|&+-*/!=<>^")
_UNSTABLE: Final = ("now", "rand", "uuid", "bnode")
_BLANK: Final = ("_:", "[", "(", "~", "<<", "{|")
"""What a template needs one of to make blank nodes."""
_NUL: Final = re.compile(r"\x00|\\u0000|\\U00000000")


class Inspected(NamedTuple):
    """A query fit to run.

    Attributes:
        text: what to give to the engine.
        describes: whether it is a DESCRIBE (an engine tells the other forms by their results).
        stable: whether its answer is a function of the data alone.
        has_dataset: whether it names its own data set with FROM.
    """

    text: str
    describes: bool
    stable: bool
    has_dataset: bool


def inspect(text: str, *, allow_service: bool = False, tables: int = 0) -> Inspected:
    """Return what is known of a query, in which `tables` bytes are tables of ours: the rest was inspected before.

    Raises QuerySyntaxError for what is no text at all, QueryTooLong and QueryRefused for what is not to be run.
    """
    _check_characters(text, MAX_LENGTH + tables)
    plain = _resolved(text)
    if not tables:
        _check_shape(plain)
    if not allow_service and calls_service(plain):
        raise QueryRefused("SERVICE is refused: this endpoint calls no other one.")
    lower = plain.lower()
    return Inspected(
        text=plain,
        describes="describe" in lower and _first_word(plain, ("describe", "select", "ask", "construct")) == "describe",
        # What is in the tables comes from elsewhere.
        stable=not tables and not (_may_be_unstable(lower) and _is_unstable(plain)),
        has_dataset="from" in lower and _has_dataset(plain),
    )


def _check_characters(text: str, most: int) -> None:
    try:
        size = len(text) if text.isascii() else len(text.encode())
    except UnicodeEncodeError as error:
        raise QuerySyntaxError("A lone surrogate is no character.", *position(text, error.start)) from None
    if size > most:
        raise QueryTooLong(f"The query is longer than {MAX_LENGTH:,} bytes.")
    if nul := _NUL.search(text):
        raise QuerySyntaxError("U+0000 is not allowed.", *position(text, nul.start()))


def _resolved(text: str) -> str:
    try:
        plain = unescape(text)
        plain.encode()
    except (ValueError, OverflowError):
        raise QuerySyntaxError("A codepoint escape names no character.") from None
    if plain is not text and _NUL.search(plain):
        raise QuerySyntaxError("U+0000 is not allowed.")
    return plain


def _check_shape(text: str) -> None:
    if sum(text.count(bracket) for bracket in _OPENING) <= MAX_DEPTH and len(text) <= MAX_JOINTS:
        return
    depth = joints = 0
    flat_from, flat_end = None, ""
    for token in tokens(text):
        value = token.group()
        if token.lastgroup == "word" and flat_from is None and value.lower() in _FLAT:
            flat_from, flat_end = depth, _FLAT[value.lower()]
        if token.lastgroup != "mark":
            continue
        depth += _BRACKETS.get(value, 0)
        if flat_from is None or (flat_end == ")" and value not in ",()"):
            joints += value in _JOINTS
        elif depth <= flat_from and value == flat_end:
            flat_from = None
        if depth > MAX_DEPTH:
            raise QueryRefused(f"The query nests deeper than {MAX_DEPTH} levels.")
        if joints > MAX_JOINTS:
            raise QueryRefused(f"The query has more than {MAX_JOINTS:,} operators, groups and patterns.")


def _may_be_unstable(lower: str) -> bool:
    if any(word in lower for word in _UNSTABLE):
        return True
    return "construct" in lower and any(mark in lower for mark in _BLANK)


def _is_unstable(text: str) -> bool:
    previous = ""
    in_template = template_depth = 0
    for token in tokens(text):
        value, kind = token.group(), token.lastgroup
        if value == "(" and previous.endswith(_UNSTABLE):
            return True
        if kind == "word" and value.lower().endswith(("construct", "constructwhere")):
            in_template = 1
        elif in_template and kind == "mark":
            template_depth += _BRACKETS.get(value, 0) if value in "{}" else 0
            in_template = 0 if value == "}" and template_depth == 0 else 1
        if in_template and (kind == "blank" or value in {"[", "(", "~", "<"} or (template_depth > 1)):
            return True
        previous = value.lower() if kind == "word" else ""
    return False


def _has_dataset(text: str) -> bool:
    previous = ""
    for token in tokens(text):
        value = token.group().lower()
        if value == "{":
            return False
        if token.lastgroup == "word" and value.endswith(("from", "fromnamed")):
            return True
        # `FROM:g` is FROM and `:g` to the engine, unless the prefix is being declared.
        if token.lastgroup == "prefixed" and value.startswith(("from:", "fromnamed:")) and previous != "prefix":
            return True
        previous = value
    return False


def _first_word(text: str, words: tuple[str, ...]) -> str:
    for token in tokens(text):
        if token.lastgroup == "word":
            found = next((word for word in words if token.group().lower().startswith(word)), "")
            if found:
                return found
    return ""
