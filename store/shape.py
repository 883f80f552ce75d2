"""What two queries have in common that differ in constants, names and comments only: their cost, more often than not.

Who sends a heavy query again and again changes a constant or a comment. The shape of a text leaves those out, so that
what was learned of one query is known of the next (SPARQL 1.1 Query, section 19.8).
"""

from __future__ import annotations

import re
from typing import Final

_LOOKED_AT: Final = 2_000
_PART: Final = re.compile(
    r"(#[^\r\n]*+|\s++)|([?$]\w++)|(<[^<>\"{}|^`\\\s]*+>|\w*+:[\w.-]++)"
    r"|(\"(?:[^\"\\\r\n]|\\.)*+\"|'(?:[^'\\\r\n]|\\.)*+'|\d[\d.]*+)"
)
_SIGN: Final = ("", "", "?", "<", "'")


def shape_of(text: str) -> int:
    """Return a number that is the same for texts alike; only the beginning of a long one is looked at."""
    return hash(_PART.sub(lambda part: _SIGN[part.lastindex or 0], text[:_LOOKED_AT]).casefold())
