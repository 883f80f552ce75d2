"""Bytes of a file, packed by gzip (RFC 1952) or zip or not at all, and never more of them than a sound file holds."""

from __future__ import annotations

import gzip
import io
import lzma
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Final, cast

from maille.loaders.readers.records import FileFormat, Limits
from maille.ontology.errors import SourceError

GZIP: Final = b"\x1f\x8b"
ZIP: Final = b"PK\x03\x04"
EMPTY_ZIP: Final = b"PK\x05\x06"
_OLE: Final = b"\xd0\xcf\x11\xe0"

# What the standard library raises over a damaged archive: an encrypted member or an unknown method is a RuntimeError,
# a false offset a ValueError or struct.error.
DAMAGE: Final = (
    OSError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    RuntimeError,
    ValueError,
    struct.error,
    OverflowError,
    LookupError,
)


class _Unpacked(io.RawIOBase):
    """The bytes that come out of a packed file, as long as they are no more than a sound one could hold."""

    def __init__(self, inner: IO[bytes], name: str, packed: int, limits: Limits) -> None:
        super().__init__()
        self._inner, self._name, self._limits = inner, name, limits
        self._most = min(limits.unpacked, max(limits.free, packed * limits.ratio))
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            data = self._inner.read(len(buffer))
        except DAMAGE as error:
            raise SourceError(f"{self._name} is damaged after {self._given:,} bytes unpacked: {error}") from error
        self._given += len(data)
        if self._given > self._most:
            raise SourceError(
                f"{self._name} unpacks to more than {self._most:,} bytes, {self._limits.ratio} times its size or the "
                f"limit of any file: it looks like a bomb and was given up"
            )
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def opened(path: Path, form: FileFormat, limits: Limits) -> Iterator[io.BufferedReader]:
    """Open the bytes of a file, unpacked; raises SourceError where there is none, or none that can be unpacked."""
    with ExitStack() as stack:
        raw = stack.enter_context(_open(path))
        head = raw.peek(4)[:4]
        if head[:2] == GZIP:
            unpacked = stack.enter_context(gzip.GzipFile(fileobj=raw))
            yield _guarded(stack, cast(IO[bytes], unpacked), path.name, path.stat().st_size, limits)
        elif head == _OLE:
            raise SourceError(f"{path.name} is of the old kind of Microsoft Office (.xls): save it as .xlsx or CSV")
        elif head in {ZIP, EMPTY_ZIP} and not (form.format == "xlsx" and _is_workbook(path)):
            inner, name, packed = _member(stack, raw, path, form.member)
            yield _guarded(stack, inner, name, packed, limits)
        else:
            if form.member:
                raise SourceError(f"{path.name} is no zip archive, so it has no member {form.member!r}")
            yield raw


@contextmanager
def on_disk(path: Path, form: FileFormat, limits: Limits) -> Iterator[Path]:
    """Give a file that can be read from any place in it: the file itself, or a copy of what it unpacks to."""
    with ExitStack() as stack:
        source = stack.enter_context(opened(path, form, limits))
        if isinstance(source, io.BufferedReader) and isinstance(source.raw, io.FileIO):
            yield path
            return
        copy = stack.enter_context(tempfile.NamedTemporaryFile(prefix="maille-", suffix=path.suffix))
        shutil.copyfileobj(source, copy, 1 << 20)
        copy.flush()
        yield Path(copy.name)


def _is_workbook(path: Path) -> bool:
    """Whether an archive is a workbook itself; one that is damaged is left to its reader to complain of."""
    names = members(path)
    return not names or "[Content_Types].xml" in names or not any(name.lower().endswith(".xlsx") for name in names)


def members(path: Path) -> tuple[str, ...]:
    """Return the names of the files in a zip archive; none where it is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            return tuple(info.filename for info in archive.infolist() if _counts(info))
    except DAMAGE:
        return ()


def _open(path: Path) -> io.BufferedReader:
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise SourceError(f"{path} is missing") from None
    except (OSError, ValueError) as error:
        raise SourceError(f"{path} cannot be read: {error}") from error


def _guarded(stack: ExitStack, inner: IO[bytes], name: str, packed: int, limits: Limits) -> io.BufferedReader:
    return stack.enter_context(io.BufferedReader(_Unpacked(inner, name, packed, limits), 1 << 16))


def _member(stack: ExitStack, raw: IO[bytes], path: Path, wanted: str) -> tuple[IO[bytes], str, int]:
    try:
        archive = stack.enter_context(zipfile.ZipFile(raw))
        names = {info.filename: info for info in archive.infolist() if _counts(info)}
        name = wanted or (next(iter(names)) if len(names) == 1 else "")
        if name in names:
            inner = stack.enter_context(archive.open(names[name]))
            return inner, f"{path.name}/{name}", names[name].compress_size
    except DAMAGE as error:
        raise SourceError(f"{path.name} is no sound zip archive: {error}") from error
    if {"mimetype", "content.xml"} <= names.keys():
        raise SourceError(f"{path.name} is an OpenDocument file (.ods): save it as .xlsx or CSV")
    if wanted:
        raise SourceError(f"{path.name} has no member {wanted!r}; it holds {_listed(names)}")
    if not names:
        raise SourceError(f"{path.name} is a zip archive that holds no file")
    raise SourceError(f"{path.name} holds {_listed(names)}: declare which one as member")


def _counts(info: zipfile.ZipInfo) -> bool:
    """Whether a member is a file of its maker's, not a folder nor what a Mac leaves in an archive."""
    return not info.is_dir() and not info.filename.startswith("__MACOSX/") and not info.filename.endswith(".DS_Store")


def _listed(names: dict[str, zipfile.ZipInfo]) -> str:
    shown = ", ".join(repr(name) for name in list(names)[:8])
    return f"{len(names)} files ({shown}{', …' if len(names) > 8 else ''})" if names else "no file"
