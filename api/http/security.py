"""What every response carries, and what every address must be (Fetch, CORS protocol; CSP 3; RFC 3986, section 2).

The data are public: any site may read them, success and error alike, and none with credentials. Pages run no inline
script or style and load nothing from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from starlette.types import Scope

from maille.api.http.percent import encoding_fault

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

SAFE_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Accept-Ranges, Allow, Content-Disposition, Content-Location, Content-Range, ETag, Link, Location, "
        "Maille-Release, Repr-Digest, Retry-After, Server-Timing, Vary, WWW-Authenticate"
    ),
}
"""On every response."""

PREFLIGHT_HEADERS: Final[Mapping[str, str]] = {
    "Access-Control-Allow-Headers": (
        "*, Accept, Accept-Language, Authorization, Cache-Control, Content-Type, If-Match, If-Modified-Since, "
        "If-None-Match, Range, X-Requested-With"
    ),
    "Access-Control-Max-Age": "86400",
}
"""Besides, on the answer to a preflight; `*` does not cover Authorization, so it is named."""

RawHeaders = list[tuple[bytes, bytes]]


def raw(headers: Mapping[str, str]) -> RawHeaders:
    """Return `headers` as ASGI carries them."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


_SAFE_RAW: Final = raw(SAFE_HEADERS)
_SAFE_NAMES: Final = frozenset(name for name, _ in _SAFE_RAW)
_POLICY: Final = b"content-security-policy"
_FRAMABLE: Final = b"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"


def with_safe_headers(headers: Iterable[tuple[bytes, bytes]]) -> RawHeaders:
    """Return raw response headers with the safe ones in the place of any that a handler wrote.

    A policy that is one of `opened_for` or `framable` stays: a page with a map may load its tiles, a preview be framed.
    """
    found = list(headers)
    own = next((value for name, value in found if name == _POLICY), None)
    safe = _SAFE_RAW if own is None else [pair for pair in _SAFE_RAW if pair[0] != _POLICY] + [(_POLICY, own)]
    if own == _FRAMABLE:
        safe = [pair for pair in safe if pair[0] != b"x-frame-options"]
    return [*(pair for pair in found if pair[0] not in _SAFE_NAMES), *safe]


def opened_for(origin: str | None) -> dict[str, str]:
    """Return the headers of a page that may load images from one other origin; none of its own where that is None."""
    if origin is None:
        return {}
    policy = CONTENT_SECURITY_POLICY
    for directive in ("img-src 'self' data:", "connect-src 'self'"):
        policy = policy.replace(directive, f"{directive} {origin}")
    return {"Content-Security-Policy": policy}


def framable() -> dict[str, str]:
    """Return the headers of a page that any site may put into a frame; it holds nothing to act on, and no script."""
    return {"Content-Security-Policy": _FRAMABLE.decode()}


def raw_path(scope: Scope) -> bytes:
    """Return the path as it came over the wire, percent-encoded and without the query."""
    path: bytes | None = scope.get("raw_path")
    return scope["path"].encode("utf-8", "surrogatepass") if path is None else path.partition(b"?")[0]


def shown_path(scope: Scope) -> str:
    """Return the path of a request in ASCII, fit for a header or a problem document."""
    return "".join(
        chr(byte) if 0x21 <= byte < 0x7F and byte not in b'"<>\\' else f"%{byte:02X}" for byte in raw_path(scope)
    )


def address_fault(scope: Scope) -> str | None:
    """Return what is wrong with the path or the query of a request, None where both are well encoded."""
    for name, part in (("path", raw_path(scope)), ("query", scope.get("query_string", b""))):
        fault = encoding_fault(part)
        if fault:
            return f"The {name} {fault}."
    return None
