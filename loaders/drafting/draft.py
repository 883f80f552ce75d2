"""Propose a description of a data file: a TOML that loads as it stands, to be read and corrected by somebody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from maille.loaders.describing.html_text import to_text
from maille.loaders.describing.toml import is_address
from maille.loaders.drafting import columns as draft_columns
from maille.loaders.drafting import opendatasoft
from maille.loaders.drafting.sheet import Sheet, comment, listed, quoted, slug
from maille.loaders.drafting.things import Things
from maille.loaders.readers import tabular
from maille.ontology.errors import SourceError

SAMPLE: Final = 5000
"""Records that are looked at."""
_FORM: Final = ("format", "encoding", "delimiter", "sheet", "path", "member", "header")


def draft(path: Path) -> str:
    """Return a description of a file; raises SourceError where the file cannot be read."""
    form = tabular.sniff(path)
    names = tabular.columns(path, form)
    records = [one.values for one in islice(tabular.records(path, form), SAMPLE) if isinstance(one, tabular.Record)]
    if not records or not names:
        raise SourceError(f"{path.name} has no records to draft a description from")
    sheet = Sheet(path.name, draft_columns.profile(records, _inner(names, records)), records)
    things = Things(sheet)
    # Things first: they say which columns are read, and so which are left.
    body = list(things.lines())
    lines = [*_head(path), *_file(path.name, form), *_rows(sheet, names), *things.codes, *body]
    return "\n".join(lines) + "\n"


def _inner(names: Sequence[str], records: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the names of columns, with `a.b` in place of those that hold objects, but for points and geometries."""
    found: dict[str, None] = {}
    for name in names:
        objects = [one[name] for one in records if isinstance(one.get(name), dict)]
        inside = dict.fromkeys(f"{name}.{key}" for one in objects for key in one if key and "." not in key)
        geographic = any({"lat", "type", "coordinates"} & set(one) for one in objects)
        found.update(inside if objects and not geographic else {name: None})
    return list(found)


def _head(path: Path) -> Iterator[str]:
    stem = path.name.partition(".")[0]
    told = opendatasoft.beside(path)
    day = _day(told.modified if told else "") or datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date()
    title = (told.title if told else "") or stem
    about = to_text(told.description) if told else ""
    publisher = _named(told.publisher if told else "")
    licence = told.licence_address if told and is_address(told.licence_address) else "https://example.org/licence"
    yield f"# A proposal made from {comment(path.name)}: correct what is marked, then `maille sources check` it."
    yield f"id = {quoted(slug(stem) or 'source')}"
    yield f"vintage = {quoted(day.isoformat()[:7])}  # correct: which edition this is"
    yield f'publisher = "https://example.org/"  # correct: address of who published it{publisher}'
    yield f"licence = {quoted(licence)}  # correct: address of the licence{_named(told.licence if told else '')}"
    yield f"attribution = {quoted(title)}  # correct: the line to print beside the data"
    yield 'address = "https://example.org/data"  # correct: where the data set is found'
    yield f"issued = {day.isoformat()}  # correct: the day it was published"
    yield 'language = "fr"'
    for table, text in (("title", title), ("description", about or title)):
        yield from ("", f"[{table}]", f"fr = {quoted(text)}", f"en = {quoted(text)}")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _named(text: str) -> str:
    return f" ({comment(text)})" if text else ""


def _file(name: str, form: tabular.FileFormat) -> Iterator[str]:
    yield from ("", "[file]", f"name = {quoted(name)}")
    for key in _FORM:
        if value := getattr(form, key):
            yield f"{key} = {value if isinstance(value, int) else quoted(value)}"


def _rows(sheet: Sheet, names: Sequence[str]) -> Iterator[str]:
    unique = sheet.is_unique(sheet.key)
    note = "tells the rows apart" if unique else "correct: what tells the rows apart"
    yield from ("", "[rows]", f"key = {listed(sheet.key)}  # {note}")
    if not unique:
        yield 'duplicates = "merge"  # rows of one key become one thing'
    if sheet.private:
        yield f"private = {listed(sheet.private)}  # never leaves the reader"
    missing = sorted({text for column in sheet.columns.values() for text in column.missing})
    if missing:
        yield f"missing = {listed(missing)}"
    # Of a column that holds objects, one part that is read or private is enough for it to be known.
    known = {name.partition(".")[0] for name in (*sheet.used, *sheet.private)} | {*sheet.used, *sheet.private}
    left = [name for name in sheet.columns if name not in known and name.partition(".")[0] not in known]
    if left:
        yield "ignore = ["
        for name in dict.fromkeys(name if name in names else name.partition(".")[0] for name in left):
            yield f"  {quoted(name)},  # {_told(sheet.columns.get(name))}"
        yield "]"


def _told(column: draft_columns.Column | None) -> str:
    if column is None:
        return "objects"
    if not column.filled:
        return "empty"
    example = next(iter(column.distinct), "")
    return comment(f"{column.kind}, {column.filled} filled, such as {example[:40]!r}")
