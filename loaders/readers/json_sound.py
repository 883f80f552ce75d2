"""What keeps a value of JSON from being used: characters that are none, nesting without end (RFC 8259, 8 and 9)."""

from __future__ import annotations

import re
from typing import Any, Final

_ESCAPED: Final = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")
_NO_TEXT: Final = re.compile("[\ud800-\udfff\0]")
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))


def wrong_with(value: Any, raw: str, most: int) -> str:
    """Return what keeps a value from being used: text that no text file can hold, or nesting without end."""
    if not isinstance(value, str | list | dict):
        return ""
    return fault_in(value, most) if _is_suspect(raw) or _is_deep(raw, most) else ""


def _is_suspect(raw: str) -> bool:
    """Whether a JSON text may hold what is no character; one pattern for all of it would take ten times as long."""
    return "\0" in raw or ("\\u" in raw and _ESCAPED.search(raw) is not None) or not is_unicode(raw)


def is_unicode(raw: str) -> bool:
    """Say whether a text holds no lone surrogate, as UTF-8 wants it."""
    try:
        raw.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_deep(raw: str, most: int) -> bool:
    """Whether a JSON text may be nested deeper than this: brackets that close at once are taken away, level by level.

    The scanner of a value is in C, and to look at each part of a polygon in Python would take as long again as it.
    """
    if raw.count("[") + raw.count("{") <= most:
        return False
    brackets = raw.encode("ascii", "ignore").translate(None, _NO_BRACKETS)
    for _ in range(most):
        if not brackets:
            return False
        fewer = brackets.replace(b"[]", b"").replace(b"{}", b"")
        if len(fewer) == len(brackets):  # brackets in a text, that close nothing
            return True
        brackets = fewer
    return True


def fault_in(value: Any, most: int) -> str:
    """Return what is wrong with a value, looking at each text and each level; without recursion."""
    level: list[Any] = [value]
    for _ in range(most):
        for text in level:
            if isinstance(text, str) and (found := _NO_TEXT.search(text)):
                return f"a text holds {found.group()!r}, which is no character of a text"
        level = [
            part
            for held in level
            if isinstance(held, list | dict)
            for part in (held if isinstance(held, list) else (*held, *held.values()))
            if isinstance(part, str | list | dict)
        ]
        if not level:
            return ""
    return f"lists and objects are nested deeper than {most}"
