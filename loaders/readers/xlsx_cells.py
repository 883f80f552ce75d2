"""One cell of a sheet (ECMA-376 part 1, 18.3.1.4): its column, and what it shows."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from math import isfinite
from typing import Any, Final
from xml.etree.ElementTree import Element

from maille.loaders.readers.records import Value
from maille.loaders.readers.xlsx_package import Package, local, text_of, unescaped

_REFERENCE: Final = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")


def place_of(element: Element, following: int) -> int:
    """Return the column of a cell, from 0; -1 where it is at no place."""
    reference = element.get("r")
    if reference is None:
        return following
    found = _REFERENCE.fullmatch(reference)
    place = 0
    for letter in found.group(1) if found else "":
        place = place * 26 + ord(letter) - 64
    return place - 1


def value_of(element: Element, book: Package) -> Value:
    """Return what a cell shows; of a formula that was never worked out, its text."""
    parts = {local(part): part for part in element}
    kind = element.get("t", "n")
    if kind == "inlineStr":
        return text_of(parts["is"]) if "is" in parts else None
    raw = (parts["v"].text or "") if "v" in parts else ""
    if not raw:
        return f"={parts['f'].text}" if "f" in parts and parts["f"].text else None
    match kind:
        case "s":
            return book.texts[int(raw)] or None
        case "b":
            return raw.strip() in {"1", "true"}
        case "n":
            return _number(raw, int(element.get("s", "0")), book)
        case _:
            return unescaped(raw)


def _number(raw: str, style: int, book: Package) -> Value:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

    value = float(raw)
    if not isfinite(value):
        return raw
    held = book.styles[style] if style < len(book.styles) else None
    if held is None or not held.is_date:
        return int(value) if value.is_integer() and abs(value) < 1e15 and raw.lstrip("-").isdigit() else value
    epoch = CALENDAR_MAC_1904 if book.from_1904 else CALENDAR_WINDOWS_1900
    try:
        return _dated(from_excel(value, epoch, timedelta=held.is_duration))
    except (OverflowError, ValueError):
        return value


def _dated(value: Any) -> Value:
    """Return a moment as text; a day without an hour is a day."""
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)
