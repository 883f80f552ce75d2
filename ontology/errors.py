"""The one tree of errors of Maille.

MailleError
├── InvalidIdentifier      a SIREN, SIRET or INSEE code is ill-formed or fails its key
├── InvalidIri             an IRI is none of the patterns Maille mints
├── UsageError             a setting or a flag has a value that cannot be
├── SourceError            a source file, as a whole, cannot be read
│   └── DescriptionInvalid a description of a source says what cannot be
├── RowRejected            one row cannot be loaded; the others go on
├── BuildError             a build cannot be published
│   ├── ViolationsLeft     SHACL violations remain after rejecting rows
│   ├── BuildLocked        another writer holds the lock
│   └── ReleaseMoved       another writer published since this build began
├── ReleaseError           a release is missing, damaged or of an unknown format
│   └── UnknownRelease     no release of that id is kept
│       └── PurgedRelease  it was rewritten without something, and another one stands in its place
└── QueryError             a SPARQL request was not answered
    ├── QuerySyntaxError   the text is no SPARQL (line and column)
    │   └── DocumentInvalid  a document sent to be stored is no RDF, or more than a parser is to be trusted with
    ├── QueryRefused       it asks for what this engine refuses (SERVICE, LOAD, nesting too deep)
    │   ├── QueryTooLong   the text of the request is over its limit
    │   └── ServiceRefused SERVICE names an endpoint that may not be called here
    ├── ServiceFailed      an endpoint that SERVICE names did not answer, or not as it should
    ├── NotAcceptable      no result format the client accepts fits the form of the query
    ├── WriteConflict      a write touches a graph that belongs to a source
    ├── WriteRefused       the shapes find violations in what a write would leave
    ├── QueryTimeout       the deadline passed
    ├── QueryTooLarge      memory or result size over its limit
    │   └── AnswerCut      the remote store cut the answer at its own limit
    ├── StoreFailed        the remote store answered with an error, or with what is no answer
    └── EngineBusy         the queue is full
        └── StoreUnreachable  the remote store does not answer at its address

Every class lives here, in the lowest room, so that each room can raise it and `maille.api.errors` can map the
whole tree to HTTP in one table.
"""

from __future__ import annotations


class MailleError(Exception):
    """Root of every error Maille raises on purpose; its text is one line fit for a user."""


class InvalidIdentifier(MailleError):
    """A SIREN, SIRET or INSEE code is ill-formed or fails its check key."""


class InvalidIri(MailleError):
    """An IRI follows none of the patterns that Maille mints."""


class UsageError(MailleError):
    """A setting or a flag has a value that cannot be, such as an address that is in use."""


class SourceError(MailleError):
    """A source file, as a whole, cannot be read."""


class DescriptionInvalid(SourceError):
    """A description of a source says what cannot be; `details` has a line for each mistake."""

    def __init__(self, message: str, details: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.details = details


class RowRejected(MailleError):
    """One row of a source cannot be loaded: `column` of it holds `value`, and `reason` says what is wrong."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(f"{column} {value!r}: {reason}")
        self.column = column
        self.value = value
        self.reason = reason


class BuildError(MailleError):
    """A build cannot be published."""


class ViolationsLeft(BuildError):
    """SHACL violations remain after the rows that caused them were rejected; `details` has a line for each."""

    def __init__(self, message: str, details: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.details = details


class BuildLocked(BuildError):
    """Another build, write, rollback or prune holds the lock of this home."""


class ReleaseMoved(BuildError):
    """Another writer published since this build began: its last step is to be redone on the new parent."""


class ReleaseError(MailleError):
    """A release is missing, damaged or of an unknown format."""


class UnknownRelease(ReleaseError):
    """No release of this id is kept."""


class PurgedRelease(UnknownRelease):
    """A release was rewritten without something that was purged; `successor` stands in its place, where it is kept."""

    def __init__(self, message: str, successor: str | None = None) -> None:
        super().__init__(message)
        self.successor = successor


class QueryError(MailleError):
    """A SPARQL request was not answered."""


class QuerySyntaxError(QueryError):
    """The text is no SPARQL.

    `line` and `column` count from 1 and are None where the parser gave no position.
    """

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class DocumentInvalid(QuerySyntaxError):
    """A document sent to be stored is no RDF of its media type, or holds what no parser here is trusted with."""


class QueryRefused(QueryError):
    """The request asks for what this engine refuses: SERVICE, LOAD, or nesting beyond the limit."""


class QueryTooLong(QueryRefused):
    """The text of the request is longer than its limit."""


class ServiceRefused(QueryRefused):
    """SERVICE names an endpoint that may not be called here, or none."""


class ServiceFailed(QueryError):
    """An endpoint that SERVICE names did not answer in time, not as it should, or not in whole."""


class NotAcceptable(QueryError):
    """No format the client accepts fits the form of the query.

    `alternatives` lists the media types that would.
    """

    def __init__(self, message: str, alternatives: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.alternatives = alternatives


class WriteConflict(QueryError):
    """A write touches a graph that belongs to a source."""


class WriteRefused(QueryError):
    """The shapes find violations in what a write would leave; `details` has one line for each."""

    def __init__(self, message: str, details: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.details = details


class QueryTimeout(QueryError):
    """The deadline passed before the answer was complete."""


class QueryTooLarge(QueryError):
    """The answer, or the memory it takes, is over its limit."""


class EngineBusy(QueryError):
    """The queue of queries is full; `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class AnswerCut(QueryTooLarge):
    """The remote store cut the answer at a limit of its own: what it gave is not the whole."""


class StoreFailed(QueryError):
    """The remote store answered with an error of its own, or with what is no answer at all."""


class StoreUnreachable(EngineBusy):
    """The remote store does not answer at its address."""
