"""`?release=<id>`: a kept release is asked instead of the one being served, so that a citation stays true (DWBP 11).

What a kept release answers is a function of the address alone, and so never changes (RFC 8246).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from starlette.requests import Request

from maille.api.context import AppContext
from maille.api.errors import RequestRefused
from maille.store.release import Home

PARAMETER: Final = "release"
_ID: Final = re.compile(r"[0-9a-f]{16}")
_SCOPE: Final = "maille.release"


def kept_release(context: AppContext, values: Sequence[str]) -> str | None:
    """Return the release that the values of `release` name, None where there are none.

    Raises RequestRefused where they are several or ill-formed, UnknownRelease where no such release is kept.
    """
    if not values:
        return None
    if len(values) > 1:
        raise RequestRefused("bad-request", f"`{PARAMETER}` is given {len(values)} times.")
    release = values[0]
    if release == context.engine.release:
        return release
    if _ID.fullmatch(release) is None:
        raise RequestRefused("bad-request", f"`{PARAMETER}` is the id of a release: 16 hexadecimal digits.")
    return Home(context.settings.home).release(release).id


def context_of(context: AppContext, request: Request) -> AppContext:
    """Return the context that answers a request: at the release its address names; raises as `kept_release`."""
    release = kept_release(context, request.query_params.getlist(PARAMETER))
    if release is None:
        return context
    request.scope[_SCOPE] = release
    return context.at(release)


def release_of(request: Request) -> str | None:
    """Return the kept release that a request was found to ask, for what writes links."""
    release = request.scope.get(_SCOPE)
    return release if isinstance(release, str) else None
