"""A query as the engine gets it, and what is said of its answer besides its bytes (RFC 9110, section 8.8; RFC 9111)."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import version
from typing import Final, NamedTuple

from maille.api.context import AppContext
from maille.api.http.conditional import IMMUTABLE
from maille.api.http.kept import kept_release
from maille.api.http.timing import timing_of
from maille.api.sparql.formats import Formats, formats
from maille.api.sparql.protocol import Asked
from maille.store.engine import Answer, QueryRequest

VARY: Final = "Accept"
CACHING: Final = ("no-cache", IMMUTABLE)
"""Of an answer that is a function of the release: the release of the day, or a kept one."""


class FixedHeaders(NamedTuple):
    """The headers of an answer that are those of many."""

    content_type: str
    release: str
    caching: str

    def named(self) -> dict[str, str]:
        """Return them by their names."""
        return {
            "Content-Type": self.content_type,
            "Vary": VARY,
            "Maille-Release": self.release,
            "Cache-Control": self.caching,
        }


class Asking(NamedTuple):
    """One query of a client.

    Attributes:
        request: for the engine.
        chosen: how each form of query is to be answered.
        release: what is asked, when it was asked.
        state: what the bytes of an answer depend on besides: version and settings.
    """

    request: QueryRequest
    chosen: Formats
    release: str
    state: tuple[str, str]

    @property
    def caching(self) -> str:
        """Return `Cache-Control` of an answer to a GET that is a function of the release."""
        return CACHING[self.request.release is not None]

    def etag(self, release: str) -> str:
        """Return the tag of the answer of a release: everything the bytes depend on, but the time it may take."""
        request = self.request
        options = _options_digest(
            release,
            self.state,
            tuple(sorted(self.chosen.labels.items())),
            *(request.bindings_format, request.graph_format),
            *(request.default_graphs, request.named_graphs, request.union_default_graph),
        )
        return f'"{hashlib.sha256(options + request.text.encode("utf-8", "backslashreplace")).hexdigest()[:32]}"'

    def fixed_headers(self, answer: Answer, *, posted: bool = False) -> FixedHeaders:
        """Return what many answers have in common."""
        caching = "no-store" if not answer.stable else CACHING[0] if posted else self.caching
        return FixedHeaders(self.chosen.content_type(answer.media_type), answer.release, caching)

    def headers(self, answer: Answer, *, posted: bool = False) -> dict[str, str]:
        """Return the headers of an answer."""
        headers = {**self.fixed_headers(answer, posted=posted).named(), **answer.headers}
        if answer.timings:
            headers["Server-Timing"] = timing_of(answer.timings)
        if answer.stable and not posted:
            headers["ETag"] = self.etag(answer.release)
        return headers


# Nearly all queries come with the same few options.
@lru_cache(maxsize=256)
def _options_digest(*options: object) -> bytes:
    return hashlib.sha256(repr(options).encode("utf-8", "backslashreplace")).digest()


class Asker:
    """Makes an `Asking` of what a client asks."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        self._state = (version("maille"), context.settings.base_iri)
        self._base = context.canonical("/sparql")

    def asking(self, question: Asked, accept: str | None) -> Asking:
        """Return the query for the engine; raises RequestRefused, NotAcceptable and UnknownRelease."""
        settings = self._context.settings
        chosen = formats(question.formats, accept)
        kept = kept_release(self._context, question.releases)
        request = QueryRequest(
            text=question.query,
            bindings_format=chosen.bindings,
            graph_format=chosen.graph,
            default_graphs=question.default_graphs,
            named_graphs=question.named_graphs,
            union_default_graph=settings.union_default_graph,
            base_iri=self._base,
            timeout=min(question.timeout or settings.query_timeout, settings.query_timeout),
            release=kept,
        )
        return Asking(request, chosen, kept or self._context.engine.release, self._state)
