"""The answer to a write: nothing but a status, or, for a client that names JSON, what became of it.

Every success carries `Maille-Release`, the id of the release that is served from now on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from starlette.responses import Response

from maille.api.http.negotiation import parse_accept
from maille.store.writing import Written

JSON = "application/json"


def written_response(
    written: Written, accept: str | None, *, created: bool = False, headers: Mapping[str, str] | None = None
) -> Response:
    """Return 201 where something was `created`, else 204, or 200 with JSON where the client names that type."""
    sent = {"Maille-Release": written.release, "Cache-Control": "no-store", "Vary": "Accept", **(headers or {})}
    if not _names_json(accept):
        return Response(status_code=201 if created else 204, headers=sent)
    body = json.dumps(facts_of(written), ensure_ascii=False, indent=2).encode() + b"\n"
    return Response(body, 201 if created else 200, sent, JSON)


def facts_of(written: Written) -> dict[str, object]:
    """Return what is told of a write, as plain values."""
    facts: dict[str, object] = {
        "release": written.release,
        "changed": written.changed,
        "added": written.added,
        "removed": written.removed,
    }
    if written.report is not None:
        facts["report"] = json.loads(written.report.to_json())
    return facts


def _names_json(accept: str | None) -> bool:
    return any(part.value == JSON and part.quality > 0 for part in parse_accept(accept))
