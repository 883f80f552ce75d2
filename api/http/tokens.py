"""Who may write: whoever sends the one token of the deployment (RFC 6750; RFC 9110, section 11).

The token comes from MAILLE_TOKEN or from the file MAILLE_TOKEN_FILE, never from a flag, and is read once at start.
Nothing here ever shows it.
"""

from __future__ import annotations

import hmac
import re
from pathlib import Path
from typing import Final

from starlette.types import Scope

from maille.api.errors import RequestRefused
from maille.api.settings import Settings
from maille.ontology.errors import UsageError

_REALM: Final = 'Bearer realm="maille"'
_BEARER: Final = re.compile(rb"bearer +([!-~]+)", re.IGNORECASE)
_VISIBLE: Final = re.compile(rb"[!-~]+")


class Gate:
    """Lets through requests that carry the write token.

    Args:
        token: the token; None lets nothing through.
    """

    __slots__ = ("_token",)

    def __init__(self, token: bytes | None) -> None:
        self._token = token

    def __repr__(self) -> str:
        return f"Gate({'closed' if self._token is None else 'a token'})"

    @property
    def is_open(self) -> bool:
        """Return whether there is a token, so that somebody can write."""
        return self._token is not None

    def check(self, scope: Scope) -> None:
        """Raise RequestRefused unless the request carries the token: 403 where none is configured, else 401."""
        if self._token is None:
            raise RequestRefused("read-only", "Nothing can be written here: no write token is configured.")
        sent = [value for name, value in scope["headers"] if name == b"authorization"]
        if not sent:
            raise _unauthorized("This needs the write token, as `Authorization: Bearer …`.", _REALM)
        match = _BEARER.fullmatch(sent[0].strip()) if len(sent) == 1 else None
        if match is None or not hmac.compare_digest(match[1], self._token):
            raise _unauthorized("That is not the write token.", f'{_REALM}, error="invalid_token"')


def gate_of(settings: Settings) -> Gate:
    """Return the gate of a deployment; raises UsageError where its token is ambiguous, empty or cannot be read."""
    if settings.token is not None and settings.token_file is not None:
        raise UsageError("MAILLE_TOKEN and MAILLE_TOKEN_FILE are both set: choose one.")
    if settings.token is not None:
        return Gate(_checked(settings.token.get_secret_value().encode("utf-8", "surrogateescape"), "MAILLE_TOKEN"))
    if settings.token_file is not None:
        return Gate(_checked(_content(settings.token_file), "The file of MAILLE_TOKEN_FILE"))
    return Gate(None)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes().rstrip(b"\r\n")
    except OSError as error:
        raise UsageError(f"MAILLE_TOKEN_FILE cannot be read: {error.strerror or error}.") from error


def _checked(token: bytes, origin: str) -> bytes:
    if not token:
        raise UsageError(f"{origin} is empty: set a token, or none at all for a service that cannot be written.")
    if _VISIBLE.fullmatch(token) is None:
        # Whatever else a header holds, proxies and clients change.
        raise UsageError(f"{origin} must be visible ASCII characters without a space, in one line.")
    return token


def _unauthorized(detail: str, challenge: str) -> RequestRefused:
    return RequestRefused("unauthorized", detail, {"WWW-Authenticate": challenge})
