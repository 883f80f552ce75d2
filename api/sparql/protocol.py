"""What a request to `/sparql` asks (SPARQL 1.1 Protocol, sections 2.1 and 2.2): pure functions over its parts.

Parameters come from the address, and for a form from the body too; each rule of the specification that a request
breaks has its own sentence in the problem.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from pyoxigraph import NamedNode

from maille.api.errors import RequestRefused
from maille.api.http.percent import form_fields
from maille.api.http.weights import WORD, parameters_of

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
ACCEPT_POST: Final = {"Accept-Post": f"{FORM}, {QUERY}, {UPDATE}"}

MAX_FIELDS: Final = 1000
_SECONDS: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?|\.[0-9]{1,9}", re.ASCII)
_MEDIA_TYPE: Final = re.compile(rf"\s*({WORD}/{WORD})\s*((?:;.*)?)", re.DOTALL)

Fields = Sequence[tuple[str, str]]


class Asked(NamedTuple):
    """A query as a client asks it.

    Attributes:
        query: the text.
        default_graphs: every `default-graph-uri`.
        named_graphs: every `named-graph-uri`.
        formats: every `format`: SPARQLWrapper sends two spellings of one wish.
        timeout: the value of `timeout` in seconds, None where absent.
        releases: every `release`.
        explain: whether what is done for it is asked for, instead of its answer.
    """

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    timeout: float | None = None
    releases: tuple[str, ...] = ()
    explain: bool = False


def fields_of(encoded: bytes) -> Fields:
    """Return the fields of a query string or form; raises RequestRefused where they are ill-encoded or too many."""
    try:
        return form_fields(encoded, MAX_FIELDS)
    except ValueError as error:
        raise RequestRefused("bad-encoding", f"The parameters hold {error}.") from None


def asked(fields: Fields, direct: str | None = None) -> Asked:
    """Return what `fields` ask, with `direct` the query of the body where it was sent by POST directly.

    Raises RequestRefused where there is not exactly one query, or a parameter is ill-formed.
    """
    queries = [value for name, value in fields if name == "query"] + ([] if direct is None else [direct])
    if any(name == "update" for name, _ in fields):
        both = "A request holds a query or an update, never both."
        raise RequestRefused("bad-request", both if queries else "An update is sent by POST.")
    if len(queries) != 1:
        problem = "No `query` was sent." if not queries else "Exactly one `query` is allowed."
        raise RequestRefused("bad-request", problem)
    return Asked(
        query=queries[0],
        default_graphs=graphs_of(fields, "default-graph-uri"),
        named_graphs=graphs_of(fields, "named-graph-uri"),
        formats=several(fields, "format"),
        timeout=seconds_of(single(fields, "timeout")),
        releases=several(fields, "release"),
        explain=single(fields, "explain") in {"1", "true"},
    )


def single(fields: Fields, name: str) -> str | None:
    """Return the one value of a parameter, None where it is absent; raises RequestRefused where it is repeated."""
    values = [value for key, value in fields if key == name]
    if len(values) > 1:
        raise RequestRefused("bad-request", f"`{name}` is given {len(values)} times.")
    return values[0] if values else None


def several(fields: Fields, name: str) -> tuple[str, ...]:
    """Return every value of a parameter."""
    return tuple(value for key, value in fields if key == name)


def body_type(content_type: str | None) -> str:
    """Return the media type of a body, in lower case.

    Raises RequestRefused where there is none, where it is none of those of the protocol, or where its charset is not
    UTF-8 (sections 2.1.2 and 2.1.3).
    """
    match = _MEDIA_TYPE.fullmatch(content_type or "")
    media_type = match[1].lower() if match else ""
    if match is None or media_type not in {FORM, QUERY, UPDATE}:
        sent = f"`{media_type}` is" if media_type else "a body without a media type is"
        raise RequestRefused("unsupported-media-type", f"Of this address, {sent} not understood.", ACCEPT_POST)
    charset = dict(parameters_of(match[2].split(";"))).get("charset", "utf-8")
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        raise RequestRefused("unsupported-media-type", "Queries are read as UTF-8 only.", ACCEPT_POST)
    return media_type


def direct_text(body: bytes) -> str:
    """Return the text of a query sent as a body; raises RequestRefused where it is not UTF-8."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RequestRefused("bad-encoding", "The query is not UTF-8.") from None


def graphs_of(fields: Fields, name: str) -> tuple[str, ...]:
    """Return every value of a parameter, each once; raises RequestRefused where one is no absolute IRI."""
    iris = [value for key, value in fields if key == name]
    for iri in iris:
        try:
            NamedNode(iri)
        except ValueError:
            raise RequestRefused("bad-request", f"A `{name}` is not an absolute IRI.") from None
    return tuple(dict.fromkeys(iris))


def seconds_of(text: str | None) -> float | None:
    """Return the seconds that a value of `timeout` says, None where it is absent; raises RequestRefused."""
    if text is None:
        return None
    seconds = float(text) if _SECONDS.fullmatch(text) else math.nan
    if not seconds > 0:
        raise RequestRefused("bad-request", "`timeout` is a number of seconds above zero.")
    return seconds
