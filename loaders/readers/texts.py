"""A text file as lines or as characters: decoded as declared, and what is wrong with its encoding said precisely."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple, TextIO

from maille.loaders.readers import encodings
from maille.loaders.readers.opening import opened
from maille.loaders.readers.records import FileFormat, Limits
from maille.ontology.errors import SourceError

UNDECODED: Final = re.compile("[\udc80-\udcff]")
"""What `surrogateescape` makes of a byte that the encoding does not have."""

_TOLERATED: Final = 5
"""How many sound lines beyond ASCII there must be for each bad one, to hold the lines wrong and not the encoding."""


class Text(NamedTuple):
    """An open text, the encoding it is read with, and its first bytes."""

    stream: TextIO
    encoding: str
    head: bytes


@contextmanager
def text(path: Path, form: FileFormat, limits: Limits) -> Iterator[Text]:
    """Open a text; raises SourceError where it is empty, packed beyond measure, or declared in another encoding.

    A byte that the encoding lacks comes out as a lone surrogate (`UNDECODED`): ask `check_bytes` what it means.
    """
    with opened(path, form, limits) as raw:
        head = _head(raw)
        if len(head) < encodings.HEAD and not head.removeprefix(b"\xef\xbb\xbf").strip():
            raise SourceError(f"{path.name} is empty")
        _check_kind(head, path.name)
        # A file may be ASCII for long: what it is declared as is held against its first other bytes.
        telling = _first_beyond_ascii(raw, head) if form.encoding else head
        encoding = encodings.encoding_of(telling, form.encoding, path.name)
    with opened(path, form, limits) as raw, io.TextIOWrapper(raw, encoding, "surrogateescape", newline="") as stream:
        try:
            yield Text(stream, encoding, head)
        except UnicodeError as error:  # UTF-16 and its like, whose damage no surrogate can stand for
            raise SourceError(f"{path.name} is not {encoding}: {error}") from error


def check_bytes(path: Path, form: FileFormat, encoding: str, limits: Limits) -> None:
    """Raise SourceError where bytes that cannot be decoded mean another encoding, and not a few bad lines."""
    with opened(path, form, limits) as raw:
        found = encodings.first_bad(raw, encoding)
    if found is not None and found.sound < found.bad * _TOLERATED:
        raise SourceError(encodings.complaint(found, encoding, path.name))


def undecoded(piece: str, encoding: str) -> str:
    """Return the first byte of a text that could not be decoded, as `0xE9`, or nothing."""
    found = None if piece.isascii() else UNDECODED.search(piece)
    return f"0x{ord(found.group()) - 0xDC00:02X}" if found else ""


def _head(raw: io.BufferedReader) -> bytes:
    pieces, size = [], 0
    while size < encodings.HEAD and (piece := raw.read(encodings.HEAD - size)):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def _first_beyond_ascii(raw: io.BufferedReader, head: bytes) -> bytes:
    """Return the first bytes, or the first piece after them that has a character beyond ASCII."""
    piece = head
    while piece.isascii() and b"\0" not in piece:
        following = raw.read(encodings.HEAD)
        if not following:
            return head
        piece = following
    return piece


def _check_kind(head: bytes, name: str) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    for mark, kind in ((b"<!doctype html", "a web page"), (b"<html", "a web page"), (b"<?xml", "XML")):
        if start.startswith(mark):
            raise SourceError(f"{name} is {kind}, not the data: the address may have changed")
    for mark, kind in ((b"par1", "Parquet"), (b"pk\x03\x04", "an archive or a workbook"), (b"%pdf", "PDF")):
        if start.startswith(mark):
            raise SourceError(f"{name} is {kind}, not text: declare its format")
