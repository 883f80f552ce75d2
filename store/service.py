"""Finds SERVICE and LOAD in a text before an engine that would dial sees it (SPARQL 1.1 Federated Query, section 2).

Two sieves. The first is a pattern that every such clause matches wherever the lexer thinks its tokens begin; what does
not match holds none. The second reads tokens, to let through what stands in a string, a comment or a name. The one
ambiguity of the grammar, `<` as an operator or as the start of an IRI that holds a `#`, is judged for the worse.
"""

from __future__ import annotations

import re
from typing import Final

from maille.store.tokens import tokens

_GAP: Final = r"(?:\s|#[^\r\n]*)*+"
_NAME: Final = r'(?:<[^>]*>|[^\s{}<>"#]*:[^\s{}<>"]*)'
_SERVICE: Final = re.compile(rf"service{_GAP}(?:silent{_GAP})?(?:[?$]\w+|{_NAME}){_GAP}\{{", re.IGNORECASE | re.DOTALL)
_LOAD: Final = re.compile(rf"load{_GAP}(?:silent{_GAP})?{_NAME}", re.IGNORECASE | re.DOTALL)
_SIEVE_TRIES: Final = 20
_OPERANDS: Final = frozenset({"iri", "string", "variable", "language", "prefixed", "word", "number"})


def calls_service(text: str) -> bool:
    """Return whether a query or update may hold a SERVICE clause."""
    return _holds(text, "service", _SERVICE)


def calls_load(text: str) -> bool:
    """Return whether an update may hold a LOAD operation."""
    return _holds(text, "load", _LOAD)


def _holds(text: str, keyword: str, clause: re.Pattern[str]) -> bool:
    tries = text.lower().count(keyword)
    if tries == 0 or (tries <= _SIEVE_TRIES and clause.search(text) is None):
        return False
    return _stands_among_words(text, keyword)


def _stands_among_words(text: str, keyword: str) -> bool:
    before, parens, braces = "", 0, 0
    for token in tokens(text):
        kind, value = token.lastgroup or "", token.group()
        if before == "suspect" and (value == "{" or keyword == "load"):
            return True
        if kind == "word" and keyword in value.lower():
            return True
        if kind == "iri" and "#" in value and parens and before:
            return True
        if kind == "mark":
            parens += (value == "(") - (value == ")")
            braces += (value == "{") - (value == "}")
        declared = before == "prefix"
        before = _role(kind, value)
        # `SERVICEe:x` is SERVICE and `e:x` to the engine where it may stand, and then a group follows.
        if kind == "prefixed" and keyword in value.partition(":")[0].lower() and not declared:
            before = "suspect" if keyword == "service" or braces == 0 else before
    return before == "suspect" and keyword == "load"


def _role(kind: str, value: str) -> str:
    if kind == "word" and value.lower().endswith("prefix"):
        return "prefix"
    return "operand" if kind in _OPERANDS or value in {")", "]"} else ""
