"""Web addresses of a source: `http` and `https` only, and never an e-mail address or a script (RFC 3986, section 3)."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from maille.loaders.describing.transforms import BadValue
from maille.loaders.personal import has_email

_FORBIDDEN: Final = re.compile(r"[\x00-\x20\x7f-\xa0<>\"{}|\\^`\u2028\u2029\ue000-\uf8ff\ufff0-\uffff]")
_BARE: Final = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,24}(?::[0-9]{1,5})?(?:[/?#].*)?", re.DOTALL)
_HOST: Final = re.compile(r"(?:[\w-]+\.)+[^\W\d_][\w-]*")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_WEB: Final = re.compile(r"(https?)://", re.IGNORECASE)


def page(text: str, complete: bool = False) -> str:
    """Return the address of a web page; `complete` puts `https://` before one without; raises BadValue."""
    if has_email(text):
        raise BadValue("is or holds an e-mail address, which is no web page")
    match = _WEB.match(text)
    text = match[1].lower() + text[match.end(1) :] if match else "https://" + _bare(text, complete)
    host, slash, path = text.partition("//")[2].partition("/")
    # Square brackets are for hosts that are numbers only, and yet stand in many a query.
    text = f"{text.partition('//')[0]}//{host}{slash}{path.replace('[', '%5B').replace(']', '%5D')}"
    if found := _FORBIDDEN.search(text):
        raise BadValue(f"is no web address: it holds {found[0]!r}")
    return _with_host(text)


def _bare(text: str, complete: bool) -> str:
    text = text.removeprefix("//")
    if _BARE.fullmatch(text) is None:
        scheme = _SCHEME.match(text)
        raise BadValue(f"is no web address: {f'{scheme[0][:20]} is neither http nor https' if scheme else 'no host'}")
    if not complete:
        raise BadValue("is a web address without https://, which complete = true would put before it")
    return text


def _with_host(text: str) -> str:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadValue(f"is no web address: {error}") from error
    if _HOST.fullmatch(host) is None or parts.username is not None:
        raise BadValue("is no web address: its host has no dot" if "." not in host else "is no web address of a host")
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        raise BadValue("is no web address: a % in it begins no escape")
    return text
