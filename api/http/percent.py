"""Percent-encoding, strictly (RFC 3986, section 2.1; HTML, application/x-www-form-urlencoded).

The standard library decodes one escape at a time in Python, a second for a megabyte of them, and passes over broken
ones. Here `binascii` does the work: quoted-printable is percent-encoding with another sign.
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from typing import Final

_BROKEN: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def encoding_fault(text: bytes) -> str | None:
    """Return what is wrong with percent-encoded bytes, None where they are well-formed UTF-8."""
    if b"%" not in text and text.isascii():
        return None
    if _BROKEN.search(text):
        return "has a percent sign that two hexadecimal digits do not follow"
    try:
        _decoded(text)
    except UnicodeDecodeError:
        return "is not UTF-8"
    return None


def form_fields(text: bytes, most: int) -> list[tuple[str, str]]:
    """Return names and values of a form or a query string; raises ValueError where it is ill-encoded.

    Of more than `most` fields, none is returned: ValueError too.
    """
    if _BROKEN.search(text):
        raise ValueError("a percent sign that two hexadecimal digits do not follow")
    if text.count(b"&") >= most:
        raise ValueError(f"more than {most} parameters")
    pairs = (field.partition(b"=") for field in text.replace(b"+", b" ").split(b"&") if field)
    try:
        return [(_decoded(name), _decoded(value)) for name, _, value in pairs]
    except UnicodeDecodeError:
        raise ValueError("bytes that are not UTF-8") from None


def _decoded(text: bytes) -> str:
    # With every % followed by two digits no soft line break is left for quoted-printable to see.
    return (a2b_qp(text.replace(b"=", b"=3D").replace(b"%", b"=")) if b"%" in text else text).decode("utf-8")
