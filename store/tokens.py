"""Just enough of the grammar of SPARQL to tell words from strings, IRIs and comments (SPARQL 1.1 Query, section 19).

The lexer errs on one known side: Oxigraph has no token boundaries (`trueSERVICE<…>` is two tokens to it), so a word
here may be several there, and who looks for a keyword must look inside words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_ESCAPE: Final = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_COMMENT: Final = r"#[^\r\n]*"
_IRI: Final = rf'<(?:[^<>"{{}}|^`\\\x00-\x20]|{_ESCAPE})*+>'
_STRING: Final = (
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*+"""'
    r"|'''(?:[^'\\]|\\.|'{1,2}(?!'))*+'''"
    r'|"(?:[^"\\\r\n]|\\.)*+"'
    r"|'(?:[^'\\\r\n]|\\.)*+'"
)
_NAME: Final = r"[^\W\d](?:[\w·.-]*+)"
_LOCAL: Final = r"(?:[\w·:.-]|%[0-9A-Fa-f]{2}|\\[^\w\s])*+"

TOKEN: Final = re.compile(
    rf"(?P<comment>{_COMMENT})"
    rf"|(?P<iri>{_IRI})"
    rf"|(?P<string>{_STRING})"
    r"|(?P<variable>[?$]\w[\w·]*+)"
    r"|(?P<language>@[A-Za-z][A-Za-z0-9-]*+)"
    r"|(?P<blank>_:[\w·.-]*+)"
    rf"|(?P<prefixed>(?:{_NAME})?:{_LOCAL})"
    rf"|(?P<word>{_NAME})"
    r"|(?P<number>\d[\d.]*+(?:[eE][+-]?\d++)?)"
    r"|(?P<mark>[^\s])",
    re.DOTALL,
)
"""One token; `lastgroup` of a match tells its kind."""

_OPAQUE: Final = re.compile(rf"(?P<opaque>{_COMMENT}|{_IRI}|{_STRING})|(?P<escape>{_ESCAPE})", re.DOTALL)


def tokens(text: str) -> Iterator[re.Match[str]]:
    """Yield the tokens of `text` that are no comment."""
    return (token for token in TOKEN.finditer(text) if token.lastgroup != "comment")


def unescape(text: str) -> str:
    r"""Return `text` with the codepoint escapes outside strings, IRIs and comments resolved (section 19.2).

    Inside strings and IRIs the engine resolves them itself; elsewhere it would not know `\u0053ELECT`.
    Raises ValueError or OverflowError for an escape beyond Unicode.
    """
    if "\\u" not in text and "\\U" not in text:
        return text
    return _OPAQUE.sub(lambda token: token["opaque"] or chr(int(token["escape"][2:], 16)), text)


def position(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of `offset`, both from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
