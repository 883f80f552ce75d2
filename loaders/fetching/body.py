"""What an answer brings: the whole file, the rest of one, or a reason to ask again, received within the limits."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from maille.loaders.fetching.cache import Entry, Validators
from maille.store.web_http import BLOCK, Answer, Unanswered
from maille.store.web_policy import Limits, Refused

Told = Callable[[int, int | None], None]
"""Told how many bytes are there, and of how many where that is known."""
_RANGE: Final = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_GZIP: Final = frozenset({"gzip", "x-gzip"})


def validators_of(answer: Answer) -> Validators:
    """Return what an answer says of the state and the coding of its body; raises Refused for one we never asked for."""
    coding = (answer.headers.get("Content-Encoding") or "").strip().lower().removeprefix("identity")
    if coding and coding not in _GZIP:
        raise Refused(f"it is coded as {coding!r}, which nobody asked for")
    return Validators(answer.headers.get("ETag"), answer.headers.get("Last-Modified"), coding and "gzip")


def receive_whole(answer: Answer, entry: Entry, limits: Limits, told: Told) -> Validators:
    """Receive a 200 as the part of an entry, which is then whole; raises Unanswered, Refused."""
    validators = validators_of(answer)
    entry.begin_part(validators)
    _receive(answer, entry, 0, answer.length, limits, told)
    return validators


def receive_rest(answer: Answer, entry: Entry, begun: Validators, limits: Limits, told: Told) -> Validators:
    """Receive a 206 at the end of the part of an entry; raises Unanswered where it is no rest of that, Refused."""
    offset = entry.part.stat().st_size
    found = _RANGE.fullmatch(answer.headers.get("Content-Range") or "")
    first, last, size = found.groups() if found else ("", "", "*")
    fits = first == str(offset) and answer.length in {None, int(last or 0) - offset + 1}
    now = validators_of(answer)
    same = now.coding == begun.coding and now.etag in {None, begun.etag} and now.modified in {None, begun.modified}
    if not fits or not same:
        entry.drop_part()
        raise Unanswered("the rest it sent is not of what was begun")
    total = None if size == "*" else int(size)
    _receive(answer, entry, offset, total, limits, told)
    if total is None or entry.part.stat().st_size < total:
        raise Unanswered("it sent one part of several")
    return begun


def _receive(answer: Answer, entry: Entry, offset: int, total: int | None, limits: Limits, told: Told) -> None:
    _check_size(total, limits)
    received = offset
    with entry.part.open("r+b" if offset else "wb") as file:
        file.seek(offset)
        for block in answer.blocks():
            received += len(block)
            _check_size(received, limits)
            file.write(block)
            told(received, total)
        file.flush()
        os.fsync(file.fileno())
    if not received:
        raise Unanswered("what it sent is empty")


def decoded(part: Path, validators: Validators, limits: Limits) -> tuple[Path, str]:
    """Return the file that a whole part is, synced, and its SHA-256; raises Unanswered where its coding is broken."""
    if not validators.coding:
        digest = hashlib.sha256()
        with part.open("rb") as file:
            for block in iter(lambda: file.read(BLOCK), b""):
                digest.update(block)
        return part, digest.hexdigest()
    return _unpacked(part, limits)


def _unpacked(part: Path, limits: Limits) -> tuple[Path, str]:
    fresh = part.with_name(".tmp-decoded")
    digest, size = hashlib.sha256(), 0
    try:
        with fresh.open("wb") as output:
            for block in _blocks(part):
                size += len(block)
                _check_size(size, limits)
                digest.update(block)
                output.write(block)
            output.flush()
            os.fsync(output.fileno())
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    if not size:
        raise Unanswered("what it sent is empty")
    return fresh, digest.hexdigest()


def _blocks(part: Path) -> Iterator[bytes]:
    try:
        with gzip.open(part, "rb") as packed:
            while block := packed.read(BLOCK):
                yield block
    except (OSError, EOFError, zlib.error) as error:
        raise Unanswered(f"its gzip coding is broken: {error}") from error


def _check_size(size: int | None, limits: Limits) -> None:
    if size is not None and size > limits.size:
        raise Refused(f"it has more than {limits.size:,} bytes (MAILLE_FETCH_LIMIT)")
