"""Keep e-mail addresses and French telephone numbers out of texts, in whatever spacing they are written."""

from __future__ import annotations

import re
from typing import Final

_EMAIL: Final = re.compile(
    r"(?<![\w.+%'-])(?:mailto:)?[\w.+%'-]++\s?(?:@|＠|\((?:at|à|arobase)\)|\[(?:at|à|arobase)\])\s?[\w-]++(?:\.[\w-]++)+",
    re.IGNORECASE,
)
_GAP: Final = r"[\s.\-‐-―/·_()]{0,3}"
_DATE: Final = r"(?:[0-9]{1,2}[/.\-])?[0-9]{1,2}[/.\-](?:19|20)[0-9]{2}(?![0-9])"
_PHONE: Final = re.compile(
    rf"(?<![\w+])(?<![0-9][.,])(?!{_DATE})"
    rf"(?:(?:\+|00){_GAP}33{_GAP}(?:\(?0\)?)?|0){_GAP}[1-9](?:{_GAP}[0-9]){{8}}(?![0-9A-Za-z])"
)
_BLANKS: Final = re.compile(r"[ \t]{2,}")
KINDS: Final = (("an e-mail address", _EMAIL), ("a telephone number", _PHONE))


def scrub(text: str) -> tuple[str, list[str]]:
    """Return a text without them, and what was taken out (`an e-mail address`), once for each."""
    taken: list[str] = []
    for what, pattern in KINDS:
        text, count = pattern.subn(" ", text)
        taken += [what] * count
    return (_BLANKS.sub(" ", text).strip(), taken) if taken else (text, taken)


def has_email(text: str) -> bool:
    """Say whether a text holds an e-mail address."""
    return _EMAIL.search(text) is not None
