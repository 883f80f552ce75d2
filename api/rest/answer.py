"""What every answer of the REST layer shares: the release it is of, its tag, its links, its members about itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from maille.api.context import AppContext
from maille.api.http.conditional import CACHING, caching, etag_of, not_modified
from maille.api.http.kept import context_of
from maille.api.rest.context import context_of as json_ld_context
from maille.api.rest.formats import JSON, JSON_LD, encoded
from maille.store.search import SearchIndex

CONTEXT_PATH: Final = "/api/context.jsonld"
OPENAPI_PATH: Final = "/api/openapi.json"


@dataclass(frozen=True, slots=True)
class Answer:
    """How one request is answered: by which index, and what may be kept of it.

    Attributes:
        context: the application, at the release that the index is of.
        request: what is answered.
        media_type: the format.
        index: what is read.
        etag: the tag, None where the answer is that of a release that is being replaced and may not be kept.
    """

    context: AppContext
    request: Request
    media_type: str
    index: SearchIndex
    etag: str | None

    @property
    def headers(self) -> dict[str, str]:
        """Headers of every answer."""
        found = {**caching(self.context), "Maille-Release": self.index.release}
        if self.etag is None:
            return found | {"Cache-Control": "no-store"}
        return found | {"ETag": self.etag}

    def unchanged(self) -> Response | None:
        """Return 304 where the client holds this answer."""
        return None if self.etag is None else not_modified(self.request, self.etag, self.headers)

    def address(self, path: str, params: Iterable[tuple[str, str]] = ()) -> str:
        """Return an address of this server, absolute where it knows what it is called."""
        root = str(self.request.scope.get("root_path", "")).rstrip("/")
        query = urlencode(list(params))
        return self.context.absolute(f"{root}{path}{'?' + query if query else ''}")

    def links(self, more: Sequence[tuple[str, str]] = ()) -> str:
        """Return the `Link` header: relations and addresses, the description of the service, the JSON-LD context."""
        found = [*more, ("service-desc", self.address(OPENAPI_PATH))]
        written = [f'<{address}>; rel="{relation}"' for relation, address in found]
        if self.media_type == JSON:
            # RFC 8288; for JSON-LD itself a context of this kind means nothing (JSON-LD 1.1, section 6.1).
            relation = "http://www.w3.org/ns/json-ld#context"
            written.append(f'<{self.address(CONTEXT_PATH)}>; rel="{relation}"; type="{JSON_LD}"')
        return ", ".join(written)

    def json(self, members: Mapping[str, Any], links: Sequence[tuple[str, str]] = ()) -> Response:
        """Return members with their JSON-LD context."""
        document = {"@context": json_ld_context(self.context.settings.base_iri), **members}
        return self.of(encoded(document), {"Link": self.links(links)})

    def of(self, body: bytes, headers: Mapping[str, str]) -> Response:
        """Return a body in the format that was chosen."""
        kind = f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type
        return Response(body, headers={**self.headers, **headers}, media_type=kind)

    def moved(self, path: str) -> Response:
        """Return 301 to `path`, the query of the request kept."""
        location = self.address(path, self.request.query_params.multi_items())
        headers = {name: value for name, value in self.headers.items() if name != "ETag"}
        return Response(status_code=301, headers={**headers, "Location": location})


async def answer_to(context: AppContext, request: Request, media_type: str) -> Answer:
    """Return how a request is answered; raises what `context_of` and `index` raise."""
    asked = context_of(context, request)
    index = await asked.index(exact=asked.asked is not None)
    if index.release == asked.release:
        return Answer(asked, request, media_type, index, etag_of(asked, request, request.url.path, media_type))
    return Answer(context.at(index.release), request, media_type, index, None)


def fixed(context: AppContext, request: Request, body: bytes, media_type: str) -> Response:
    """Return a document that is of the software, not of a release."""
    etag = etag_of(context, request, request.url.path)
    headers = {**CACHING, "ETag": etag}
    return not_modified(request, etag, headers) or Response(body, headers=headers, media_type=media_type)
