"""A query as a remote server is to read it (SPARQL 1.1 Query, sections 4.1.1 and 13.2; SPARQL 1.1 Protocol, 2.1.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from pyoxigraph import NamedNode, Store, Variable

from maille.store.engine import QueryForm
from maille.store.tokens import tokens
from maille.store.translate import translated

MOST_PATTERNS: Final = 120
"""Full stops and semicolons of a text that is parsed here: the planner that follows the parser is about cubic."""

MORE: Final = "x0more"
"""The variable of queries that are asked for whether they have a row."""
_FORMS: Final[tuple[QueryForm, ...]] = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_NOWHERE: Final = Variable("x0nowhere")
_RELATIVE: Final = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)[^<>\"{}|^`\\\x00-\x20]*>")


def form_of(text: str) -> QueryForm:
    """Return the form of a query: its first keyword that is no part of the prologue."""
    for token in tokens(text):
        word = token.group().upper() if token.lastgroup == "word" else ""
        found = next((form for form in _FORMS if word.startswith(form)), None)
        if found is not None:
            return found
    return "SELECT"


def check_syntax(text: str, base_iri: str | None) -> None:
    """Raise QuerySyntaxError, with line and column, where a text is no query; a long one is left to the server."""
    if text.count(".") + text.count(";") > MOST_PATTERNS:
        return
    with translated(), suppress(RuntimeError):
        # It is parsed and planned, and then refused for a value that it has no place for: nothing is evaluated.
        Store().query(text, base_iri=base_iri, substitutions={_NOWHERE: NamedNode("urn:x-maille:nowhere")})


def based(text: str, base_iri: str | None) -> str:
    """Return a text whose relative IRIs resolve as they do here."""
    return f"BASE <{base_iri}> {text}" if base_iri and _RELATIVE.search(text) else text


def without_dataset(text: str) -> str:
    """Return a query without its FROM clauses: the data set of the request wins, and servers merge the two."""
    out, last, start = [], 0, -1
    for token in tokens(text):
        value = token.group().lower()
        if value == "{":
            break
        if start >= 0 and token.lastgroup in {"iri", "prefixed"}:
            out.append(text[last:start])
            last, start = token.end(), -1
        elif token.lastgroup == "word" and value == "from":
            start = token.start()
    return "".join([*out, text[last:]])


def limit_of(text: str) -> int | None:
    """Return the LIMIT of the query as a whole, None where it has none."""
    depth, awaiting, found = 0, False, None
    for token in tokens(text):
        value = token.group()
        if token.lastgroup == "mark":
            depth += (value == "{") - (value == "}")
        if awaiting and token.lastgroup == "number" and value.isdecimal():
            found = int(value)
        awaiting = depth == 0 and token.lastgroup == "word" and value.lower() == "limit"
    return found


def counting(text: str, offset: int) -> str | None:
    """Return a query that has a row where a CONSTRUCT or DESCRIBE has more than `offset` solutions; None for neither.

    Solutions count, not triples: it is them that a server cuts.
    """
    found = list(_braces(text))
    form = form_of(text)
    if form == "CONSTRUCT":
        begin = next(token.start() for token in tokens(text) if token.group().lower() == "construct")
        if len(found) > 1:
            text = f"{text[:begin]}SELECT (1 AS ?{MORE}) {text[found[0][1] :]}"
        elif found:
            body = text[found[0][0] : found[0][1]]
            text = f"{text[:begin]}SELECT (1 AS ?{MORE}) WHERE {body}{text[found[0][1] :]}"
    elif form == "DESCRIBE" and found:
        begin = next(token.start() for token in tokens(text) if token.group().lower() == "describe")
        where = next((token.start() for token in tokens(text) if token.group().lower() in {"from", "where", "{"}), 0)
        text = f"{text[:begin]}SELECT (1 AS ?{MORE}) {text[where:]}"
    else:
        return None
    begin = next(token.start() for token in tokens(text) if token.group().lower() == "select")
    datasets = [text[start:end] for start, end in _datasets(text)]
    bare = without_dataset(text)
    return f"{bare[:begin]}SELECT * {' '.join(datasets)} WHERE {{ {{ {bare[begin:]}\n}} }} LIMIT 1 OFFSET {offset}"


def graphs_in(text: str) -> set[str]:
    """Return the IRIs that GRAPH names in a query as they are."""
    found, awaiting = set(), False
    for token in tokens(text):
        if awaiting and token.lastgroup == "iri":
            found.add(token.group()[1:-1])
        awaiting = token.lastgroup == "word" and token.group().lower() == "graph"
    return found


def selecting(text: str) -> str:
    """Return an ASK as a SELECT that has a row where the answer is yes."""
    begin, end = next(token.span() for token in tokens(text) if token.group().lower() == "ask")
    limit = "" if limit_of(text) is not None else "\nLIMIT 1"
    return f"{text[:begin]}SELECT (1 AS ?{MORE}) {text[end:]}{limit}"


def _braces(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each group at the top level begins and ends."""
    depth = start = 0
    for token in tokens(text):
        if token.lastgroup == "mark" and token.group() in "{}":
            start = token.start() if depth == 0 else start
            depth += 1 if token.group() == "{" else -1
            if depth == 0:
                yield start, token.end()


def _datasets(text: str) -> Iterator[tuple[int, int]]:
    start = -1
    for token in tokens(text):
        if token.group() == "{":
            return
        if start >= 0 and token.lastgroup in {"iri", "prefixed"}:
            yield start, token.end()
            start = -1
        elif token.lastgroup == "word" and token.group().lower() == "from":
            start = token.start()
