"""Which encoding a text is in, and what to say where it is another than the one declared.

A byte order mark decides where nothing is declared; nothing else is ever guessed in silence, since a wrong guess
gives wrong names. Guesses serve the message only.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import IO, Final, NamedTuple

from maille.ontology.errors import SourceError

HEAD: Final = 1 << 16
"""How many bytes are looked at before a file is read."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FRENCH: Final = frozenset("éèêëàâçîïôöùûüœæÉÈÊËÀÂÇÎÏÔÖÙÛÜŒÆ’‘“”«»°€–—…\u00a0")
_CANDIDATES: Final = ("latin-1", "cp1252", "mac_roman", "cp850")


class BadByte(NamedTuple):
    """The first byte that the encoding does not have, where it is, and how many lines have one or have none."""

    byte: int
    line: int
    bad: int
    sound: int
    sample: bytes


def mark_of(head: bytes) -> str:
    """Return the encoding that a byte order mark says, or nothing."""
    return next((name for mark, name in _MARKS if head.startswith(mark)), "")


def encoding_of(head: bytes, declared: str, name: str) -> str:
    """Return the encoding to read a text with; raises SourceError where what is declared cannot be so."""
    marked = mark_of(head)
    if not declared:
        return marked or _unmarked(head, name)
    codec = _codec(declared, name)
    wide = codec.startswith(("utf-16", "utf-32"))
    if codec in {"utf-8", "utf-8-sig"}:
        if marked not in {"", "utf-8-sig"}:
            raise SourceError(f'{name} begins with the mark of {marked}, not {declared}: declare encoding = "{marked}"')
        return marked or _unmarked(head, name)
    if wide and not marked.startswith(codec[:6]) and b"\0" not in head:
        raise SourceError(f'{name} is not {declared}, it has no zero byte: declare encoding = "{likely(head)}"')
    if not wide and (marked or is_utf8(head)) and not head.isascii():
        found = marked or "utf-8"
        raise SourceError(f'{name} is declared {declared} and reads as {found}: declare encoding = "{found}"')
    return declared


def _unmarked(head: bytes, name: str) -> str:
    guess = _zeros(head)
    if guess:
        raise SourceError(f'{name} has a zero byte in every character: declare encoding = "{guess}"')
    return "utf-8"


def _codec(declared: str, name: str) -> str:
    try:
        # A codec of host names reads all in ASCII, and knows no way to go on after a bad byte.
        if "a;1\n".encode(declared).decode(declared) == "a;1\n" and b"\xff".decode(declared, "replace") is not None:
            return codecs.lookup(declared).name
    except (LookupError, ValueError):  # a null character, or a codec that is none of texts
        pass
    raise SourceError(f"{name}: there is no encoding {declared!r} of texts")


def _zeros(head: bytes) -> str:
    """Return which UTF-16 a text without a mark is in, seen by where its zero bytes are."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) // 4
    if odd > half and not even:
        return "utf-16-le"
    return "utf-16-be" if even > half and not odd else ""


def is_utf8(head: bytes) -> bool:
    """Whether bytes are UTF-8, the last character perhaps cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def likely(sample: bytes) -> str:
    """Return the encoding in which most of the bytes beyond ASCII are what French is written with."""
    found = mark_of(sample) or _zeros(sample)
    if found or is_utf8(sample):
        return found or "utf-8"
    high = bytes(byte for byte in sample if byte > 0x7F)
    return max(_CANDIDATES, key=lambda name: sum(char in _FRENCH for char in high.decode(name, errors="replace")))


def first_bad(stream: IO[bytes], encoding: str) -> BadByte | None:
    """Look through a whole text in an encoding of ASCII's family for lines that it cannot be of."""
    byte = line = bad = sound = 0
    sample = bytearray()
    for number, text in enumerate(_lines(stream), 1):
        if text.isascii():
            continue
        try:
            text.decode(encoding)
            sound += 1
        except UnicodeDecodeError as error:
            if not bad:
                byte, line = text[error.start], number
            bad += 1
            if len(sample) < HEAD:
                sample += text
    return BadByte(byte, line, bad, sound, bytes(sample)) if bad else None


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of a text, whatever ends them, and very long ones in pieces."""
    for line in iter(lambda: stream.readline(1 << 24), b""):
        yield from line.splitlines(keepends=True)


def complaint(found: BadByte, encoding: str, name: str) -> str:
    """Return what is said of a text that is not in the encoding it was read with."""
    guess = likely(found.sample)
    shown = bytes([found.byte]).decode(guess, errors="replace")
    others = f", and {found.bad - 1:,} other lines hold bytes as bad" if found.bad > 1 else ""
    return (
        f"{name} is not {encoding}: line {found.line} holds the byte 0x{found.byte:02X}{others}; "
        f'it would be {shown!r} in {guess}: declare encoding = "{guess}"'
    )
