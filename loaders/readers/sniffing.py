"""What a file is, by its name and its first bytes: for a draft of a description, and for what one leaves out."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from maille.loaders.readers import encodings, opening
from maille.loaders.readers.delimiters import guess, titled
from maille.loaders.readers.records import LIMITS, FileFormat
from maille.ontology.errors import SourceError

FORMATS: Final = ("csv", "tsv", "json", "jsonl", "geojson", "parquet", "xlsx")
_SUFFIXES: Final = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".geojsonl": "jsonl",
    ".geojsonseq": "jsonl",
    ".geojson": "geojson",
    ".parquet": "parquet",
    ".geoparquet": "parquet",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
}
_PACKED: Final = frozenset({".gz", ".gzip", ".zip"})


def complete(path: Path, form: FileFormat) -> FileFormat:
    """Return a form that names its format: the declared one, or the one that name and content say."""
    if form.format and form.format not in FORMATS:
        raise SourceError(f"{path.name}: there is no format {form.format!r}, only {', '.join(FORMATS)}")
    if form.format:
        return form
    named = _by_name(path, form)
    # JSON Lines often go by the name of JSON.
    return replace(form, format=_by_content(path, form) if named in {"", "json"} else named)


def sniff(path: Path, form: FileFormat = FileFormat()) -> FileFormat:  # noqa: B008 - frozen
    """Return how a file seems to be written; raises SourceError where it is missing, damaged or empty."""
    form = complete(path, _with_member(path, form))
    if form.format in {"parquet", "xlsx"}:
        return form
    head = _head(path, form)
    encoding = form.encoding or encodings.likely(head)
    form = replace(form, encoding=encoding)
    if form.format in {"csv", "tsv"} and not form.delimiter:
        text = head.decode(encoding, "replace").lstrip("\ufeff")
        delimiter = guess(text, form.quote)
        form = replace(form, delimiter=delimiter, header=form.header or titled(text, delimiter, form.quote)[0])
    return form


def _with_member(path: Path, form: FileFormat) -> FileFormat:
    held = opening.members(path)
    if form.member or len(held) < 2 or "[Content_Types].xml" in held:
        return form
    known = [name for name in held if Path(name).suffix.lower() in _SUFFIXES]
    return replace(form, member=known[0]) if known else form


def _by_name(path: Path, form: FileFormat) -> str:
    if form.member:
        return _SUFFIXES.get(Path(form.member).suffix.lower(), "")
    suffixes = [suffix.lower() for suffix in path.suffixes]
    while suffixes and suffixes[-1] in _PACKED:
        suffixes.pop()
    return _SUFFIXES.get(suffixes[-1], "") if suffixes else ""


def _by_content(path: Path, form: FileFormat) -> str:
    held = opening.members(path)
    if "[Content_Types].xml" in held:
        return "xlsx"
    if len(held) == 1 and (found := _SUFFIXES.get(Path(held[0]).suffix.lower(), "")):
        return found
    head = _head(path, form)
    if head.startswith(b"PAR1"):
        return "parquet"
    text = ""
    with suppress(UnicodeError, LookupError):
        text = head.decode(form.encoding or encodings.likely(head), "ignore").lstrip("\ufeff \t\r\n")
    if not text.startswith(("{", "[")):
        return _by_name(path, form) or "csv"
    lines = text.splitlines()
    whole = len(lines) > 1 and all(line.startswith("{") and line.rstrip().endswith("}") for line in lines[:2])
    return "jsonl" if whole else "json"


def _head(path: Path, form: FileFormat) -> bytes:
    with opening.opened(path, form, LIMITS) as raw:
        head = raw.read(encodings.HEAD)
    if not head:
        raise SourceError(f"{path.name} is empty")
    return head
