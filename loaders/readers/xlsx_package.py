"""The parts of a workbook (XLSX, ECMA-376 part 2): its sheets, the texts that cells share, the styles that mean dates.

The rows are not read by openpyxl, whose read-only mode leaves out a row that is out of order, keeps the height of each,
and does not say what a formula gave and what it was at once; it tells dates from numbers for us.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, ParseError

from maille.loaders.readers.opening import DAMAGE
from maille.loaders.readers.records import Limits
from maille.ontology.errors import SourceError

XML_DAMAGE: Final = (*DAMAGE, ParseError)
"""What is raised over a damaged archive, and over XML that is none."""

_CHUNK: Final = 1 << 16
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Measured:
    """A part of a workbook, given to an XML parser piece by piece; raises SourceError where one thing has no end."""

    def __init__(self, inner: IO[bytes], most: int) -> None:
        self._inner, self._most = inner, most
        self.since = 0

    def read(self, _size: int = -1) -> bytes:
        """Return the next piece."""
        piece = self._inner.read(_CHUNK)
        self.since += len(piece)
        if self.since > self._most + _CHUNK:
            raise SourceError(f"a cell or a text is longer than {self._most:,} bytes")
        if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
            raise SourceError("it declares a document type, which no workbook does")
        return piece


def local(element: Element) -> str:
    """Return the name of an element without its namespace, of which there are two (strict and transitional)."""
    return element.tag.rpartition("}")[2]


@dataclass(frozen=True, slots=True)
class Style:
    """What the number in a cell stands for."""

    is_date: bool = False
    is_duration: bool = False


@dataclass(frozen=True, slots=True)
class Package:
    """An open workbook: the part of each sheet by name, the shared texts, the style of each format of cells."""

    archive: zipfile.ZipFile
    sheets: dict[str, str]
    texts: tuple[str, ...]
    styles: tuple[Style, ...]
    from_1904: bool


@contextmanager
def package(place: Path, limits: Limits) -> Iterator[Package]:
    """Open a workbook; raises SourceError where it is none, or one whose parts grow beyond measure."""
    with zipfile.ZipFile(place) as archive:
        _check_sizes(archive, place.stat().st_size, limits)
        main = _targets(archive, "_rels/.rels", "", "officeDocument")
        if not main:
            raise SourceError("it is an archive without a workbook in it")
        book = next(iter(main.values()))
        folder, file = posixpath.split(book)
        relations = f"{folder}/_rels/{file}.rels"
        parts = _targets(archive, relations, folder, "worksheet")
        root = ElementTree.fromstring(_part(archive, book))  # noqa: S314
        yield Package(
            archive,
            _sheets(root, parts),
            tuple(_texts(archive, _targets(archive, relations, folder, "sharedStrings"), limits)),
            tuple(_styles(archive, _targets(archive, relations, folder, "styles"))),
            any(one.get("date1904") in {"1", "true"} for one in root.iter() if local(one) == "workbookPr"),
        )


def unescaped(text: str) -> str:
    """Return a text with the characters that a workbook writes as `_x000D_`."""
    return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text) if "_x" in text else text


def text_of(element: Element) -> str:
    """Return the text of a cell or shared text, of all its runs, without how it is pronounced."""
    spoken = {id(one) for part in element.iter() if local(part) == "rPh" for one in part.iter()}
    return unescaped("".join(one.text or "" for one in element.iter() if local(one) == "t" and id(one) not in spoken))


def _check_sizes(archive: zipfile.ZipFile, packed: int, limits: Limits) -> None:
    whole = sum(info.file_size for info in archive.infolist())
    most = min(limits.unpacked, max(limits.free, packed * limits.ratio))
    if whole > most:
        raise SourceError(f"it unpacks to {whole:,} bytes, more than {most:,}: it looks like a bomb")
    for info in archive.infolist():
        if info.file_size > limits.shared and "/worksheets/" not in info.filename:
            raise SourceError(f"its part {info.filename} has {info.file_size:,} bytes, more than {limits.shared:,}")


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    data = archive.read(name)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise SourceError("it declares a document type, which no workbook does")
    return data


def _targets(archive: zipfile.ZipFile, relations: str, folder: str, kind: str) -> dict[str, str]:
    """Return the parts of a kind by the identity of their relation."""
    found = {}
    for one in ElementTree.fromstring(_part(archive, relations)):  # noqa: S314
        if one.get("Type", "").endswith(f"/{kind}"):
            target = posixpath.normpath(posixpath.join("/", folder, one.get("Target", "")))
            found[one.get("Id", "")] = target.lstrip("/")
    return found


def _sheets(root: Element, parts: dict[str, str]) -> dict[str, str]:
    found = {}
    for one in root.iter():
        if local(one) == "sheet":
            identity = next((value for name, value in one.items() if name.endswith("}id")), "")
            if identity in parts:
                found[one.get("name", "")] = parts[identity]
    return found


def _texts(archive: zipfile.ZipFile, targets: dict[str, str], limits: Limits) -> Iterator[str]:
    for name in targets.values():
        with archive.open(name) as part:
            source = Measured(part, min(limits.cell, 1 << 20))
            root: Element | None = None
            for event, element in ElementTree.iterparse(source, ("start", "end")):  # noqa: S314
                root = element if root is None else root
                if event == "end" and local(element) == "si":
                    yield text_of(element)
                    root.clear()
                    source.since = 0


def _styles(archive: zipfile.ZipFile, targets: dict[str, str]) -> Iterator[Style]:
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

    for name in targets.values():
        root = ElementTree.fromstring(_part(archive, name))  # noqa: S314
        formats = dict(BUILTIN_FORMATS)
        formats |= {int(e.get("numFmtId", "0")): e.get("formatCode", "") for e in root.iter() if local(e) == "numFmt"}
        for one in (each for held in root if local(held) == "cellXfs" for each in held):
            code = formats.get(int(one.get("numFmtId", "0")), "")
            yield Style(bool(is_date_format(code)), bool(is_timedelta_format(code)))
