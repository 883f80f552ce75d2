"""Problem documents (RFC 9457): the one table from the errors of Maille to HTTP, and what a client is sent.

Every problem is `application/problem+json` with CORS and `no-store`, or a page where a browser asks. Its `type` is
the address of a page of ours that says what went wrong and what to do. Nothing of our insides is ever in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from starlette.exceptions import HTTPException

from maille.ontology import errors


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One kind of problem: its status, the last part of its address, its title, and what a client can do."""

    status: int
    slug: str
    title: str
    advice: str


class RequestRefused(HTTPException):
    """A request that HTTP itself lets us refuse; `slug` names the row of `HTTP_PROBLEMS`."""

    def __init__(self, slug: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(HTTP_PROBLEMS[slug].status, detail, headers)
        self.slug = slug


_P = ProblemType

PROBLEMS: Final[Mapping[type[errors.MailleError], ProblemType]] = MappingProxyType(
    {
        errors.InvalidIdentifier: _P(
            400,
            "invalid-identifier",
            "Invalid identifier",
            "Check the digits: a SIREN has 9, a SIRET 14, both with a key.",
        ),
        errors.InvalidIri: _P(404, "unknown-name", "No such name", "Check the address, or search by a query."),
        errors.QuerySyntaxError: _P(
            400, "query-syntax", "The query is not SPARQL", "Look at the line and column given: both count from 1."
        ),
        errors.DocumentInvalid: _P(
            400,
            "document-invalid",
            "The document cannot be read",
            "Look at the line and column given: both count from 1.",
        ),
        errors.DocumentInvalid: _P(
            400, "document", "The document cannot be stored", "Look at the line and column given: both count from 1."
        ),
        errors.QueryRefused: _P(
            400, "query-refused", "The query asks for what is refused", "Do without SERVICE and LOAD, and nest less."
        ),
        errors.QueryTooLong: _P(
            413, "query-too-long", "The query is too long", "Send the values in several queries of up to 1 MB each."
        ),
        errors.ServiceRefused: _P(
            400, "service-refused", "SERVICE may not call that", "Name one of the endpoints that are listed by IRI."
        ),
        errors.ServiceFailed: _P(
            502, "service-failed", "Another endpoint failed", "Ask less of it, ask later, or write SERVICE SILENT."
        ),
        errors.NotAcceptable: _P(
            406, "not-acceptable", "No acceptable format", "Accept one of the media types listed as `alternatives`."
        ),
        errors.QueryTimeout: _P(
            504, "query-timeout", "The query took too long", "Ask for less: add constraints or a LIMIT, or use a dump."
        ),
        errors.QueryTooLarge: _P(
            503, "query-too-large", "The query takes more than it may", "Ask for less at a time, or use a dump."
        ),
        errors.AnswerCut: _P(
            503, "answer-cut", "The store cut the answer", "Ask in parts, each with a LIMIT below that of the store."
        ),
        errors.StoreFailed: _P(502, "store-failed", "The store behind failed", "Tell whoever runs this service."),
        errors.StoreUnreachable: _P(
            503,
            "store-unreachable",
            "The store behind does not answer",
            "Try again after the seconds of `Retry-After`.",
        ),
        errors.EngineBusy: _P(503, "busy", "Too many queries at once", "Try again after the seconds of `Retry-After`."),
        errors.QueryError: _P(400, "query-failed", "The query was not answered", "Read the detail."),
        errors.SourceError: _P(422, "source", "The source cannot be read", "Read the detail."),
        errors.DescriptionInvalid: _P(
            422, "description", "A description of a source says what cannot be", "Read the detail."
        ),
        errors.RowRejected: _P(422, "row", "A row cannot be loaded", "Look at the column and the value given."),
        errors.UsageError: _P(500, "settings", "A setting cannot be", "Tell whoever runs this service."),
        errors.ReleaseMoved: _P(503, "moved", "Another write came first", "Try again."),
        errors.WriteRefused: _P(422, "write-refused", "The write breaks the shapes", "Look at the violations listed."),
        errors.WriteConflict: _P(
            409, "conflict", "The write cannot be", "Write into a graph that belongs to no source."
        ),
        errors.ViolationsLeft: _P(422, "violations", "The data violate the shapes", "Read the report."),
        errors.BuildLocked: _P(503, "locked", "Another write is going on", "Try again after some seconds."),
        errors.BuildError: _P(500, "build", "The build failed", "Tell whoever runs this service."),
        errors.UnknownRelease: _P(
            404, "unknown-release", "No such release", "Ask without `release`, or for one of those of /releases."
        ),
        errors.PurgedRelease: _P(
            410, "purged-release", "This release was purged", "Ask the release that is given as `successor`."
        ),
        errors.ReleaseError: _P(503, "release", "No release can be served", "Tell whoever runs this service."),
        errors.MailleError: _P(500, "failure", "The request failed", "Tell whoever runs this service."),
    }
)
"""The one table: the most specific class wins."""

HTTP_PROBLEMS: Final[Mapping[str, ProblemType]] = MappingProxyType(
    {
        problem.slug: problem
        for problem in (
            _P(400, "bad-request", "Bad request", "Read the detail: a parameter is missing, repeated or ill-formed."),
            _P(400, "bad-encoding", "Ill-formed address", "Percent-encode the address as UTF-8 (RFC 3986)."),
            _P(401, "unauthorized", "Not authorised", "Send the write token, as `Authorization: Bearer …`."),
            _P(403, "read-only", "This service is read-only", "Updates need a write token, and none is configured."),
            _P(404, "not-found", "Not found", "Check the address: nothing of that name is in the graph."),
            _P(405, "method-not-allowed", "Method not allowed", "Use one of the methods of the `Allow` header."),
            _P(408, "request-timeout", "The request came too slowly", "Send the whole request at once."),
            _P(412, "precondition-failed", "Precondition failed", "Read the graph again, and send its new `ETag`."),
            _P(413, "too-large", "Request too large", "Queries may have up to 1 MB; documents, MAILLE_BODY_LIMIT."),
            _P(
                400,
                "not-http",
                "This is no HTTP/1.1",
                "Speak HTTP/1.1 as RFC 9112 has it; nothing else is spoken here.",
            ),
            _P(414, "target-too-long", "The address is too long", "Send a long query by POST."),
            _P(431, "headers-too-large", "Headers too large", "Send fewer and shorter headers."),
            _P(415, "unsupported-media-type", "Unsupported media type", "Use a type of the `Accept-Post` header."),
            _P(416, "range", "Range not satisfiable", "Ask for a range inside the length given."),
            _P(500, "internal", "Internal error", "Quote `request_id` to whoever runs this service."),
        )
    }
)
"""Problems of HTTP itself, by slug."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One occurrence of a problem, ready to be sent."""

    kind: ProblemType
    detail: str
    instance: str = ""
    more: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self, base: str) -> dict[str, object]:
        """Return the members of the problem document, its `type` under `base`."""
        members: dict[str, object] = {
            "type": f"{base}problems/{self.kind.slug}",
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
        }
        return members | ({"instance": self.instance} if self.instance else {}) | dict(self.more)

    def to_json(self, base: str) -> bytes:
        """Return the problem document as JSON in ASCII-safe UTF-8."""
        return json.dumps(self.to_dict(base), ensure_ascii=True, indent=2).encode() + b"\n"


def problem_types() -> list[ProblemType]:
    """Return every kind of problem, by status and slug."""
    return sorted({*PROBLEMS.values(), *HTTP_PROBLEMS.values()}, key=lambda kind: (kind.status, kind.slug))


def problem_of(error: errors.MailleError, instance: str = "") -> Problem:
    """Return the problem that an error of ours is to a client."""
    kind = next(PROBLEMS[cls] for cls in type(error).__mro__ if cls in PROBLEMS)
    return Problem(kind, str(error), instance, _more(error), _headers(error))


def problem_of_http(error: HTTPException, instance: str = "") -> Problem:
    """Return the problem for an error of HTTP, ours or the router's."""
    slug = error.slug if isinstance(error, RequestRefused) else _SLUGS.get(error.status_code, "bad-request")
    return Problem(HTTP_PROBLEMS[slug], error.detail, instance, headers=error.headers or {})


_SLUGS: Final[Mapping[int, str]] = MappingProxyType(
    {404: "not-found", 405: "method-not-allowed", 413: "too-large", 415: "unsupported-media-type", 500: "internal"}
)


def _more(error: errors.MailleError) -> Mapping[str, object]:
    if isinstance(error, errors.QuerySyntaxError):
        position = {"line": error.line, "column": error.column}
        return {name: value for name, value in position.items() if value is not None}
    if isinstance(error, errors.WriteRefused):
        return {"violations": list(error.details)}
    if isinstance(error, errors.NotAcceptable):
        return {"alternatives": list(error.alternatives)}
    if isinstance(error, errors.PurgedRelease) and error.successor:
        return {"successor": error.successor}
    return {}


def _headers(error: errors.MailleError) -> Mapping[str, str]:
    if isinstance(error, errors.EngineBusy):
        return {"Retry-After": str(max(1, error.retry_after))}
    if isinstance(error, errors.UnknownRelease):
        return {}
    if isinstance(error, errors.BuildLocked | errors.ReleaseError | errors.ReleaseMoved):
        return {"Retry-After": "5"}
    return {}
