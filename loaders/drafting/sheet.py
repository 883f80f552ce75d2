"""What a draft knows of a file: its columns, which are read by now, what names things and what tells rows apart."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from maille.loaders.describing.cells import clean, look, plain
from maille.loaders.drafting.columns import Column
from maille.ontology import iris
from maille.ontology.errors import InvalidIri, SourceError

_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_IDENTITY: Final = re.compile(r"\b(id|identifiant|code|ref|uid|num|numero|siret|key|cle)\b")
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.~-]+")
_NUMBERS: Final = ("decimal", "integer")
_PAIRS: Final = (("latitude", "longitude"), ("lat", "lon"), ("lat", "lng"), ("lat", "long"), ("y", "x"))
_LONGEST_KEY: Final = 60
_LONGEST_NAME: Final = 200


class Sheet:
    """The columns of a file, and what is decided of them.

    Args:
        name: name of the file.
        columns: what is known of each column.
        records: the records that were looked at.
    """

    def __init__(self, name: str, columns: Mapping[str, Column], records: Sequence[Mapping[str, Any]]) -> None:
        self.columns = columns
        self._records = records
        self.private = [name for name, column in columns.items() if column.private]
        self._open = {name: one for name, one in columns.items() if not one.private and one.filled}
        self.label = self._best_label(name)
        self.key = self._best_key()
        self.used = {self.label, *self.key}

    def free(self) -> dict[str, Column]:
        """Return the columns that nothing reads yet."""
        return {name: one for name, one in self._open.items() if name not in self.used}

    def take(self, role: str = "", kind: str = "", again: bool = False) -> str:
        """Return the first column of a role or kind, empty where there is none; `again` takes one that is read too."""
        among = self._open if again else self.free()
        found = (
            name
            for name, one in among.items()
            if name != self.label
            and (not role or (one.role == role and not one.whole))
            and (not kind or one.kind == kind)
        )
        return next(found, "")

    def pair(self) -> list[str]:
        """Return the columns of latitude and longitude where two hold them, nothing where none do."""
        decimals = {one.words.rpartition(" ")[2]: name for name, one in self.free().items() if one.kind in _NUMBERS}
        for lat, lon in _PAIRS:
            if lat in decimals and lon in decimals:
                return [decimals[lat], decimals[lon]]
        return []

    def is_unique(self, names: Sequence[str]) -> bool:
        """Say whether columns tell the records apart."""
        keys = ["-".join(_key(look(record, name)) for name in names) for record in self._records]
        return len(set(keys)) == len(keys) and all(keys)

    def digits(self, name: str, width: int = 0) -> list[str]:
        """Return the transformations that make a column of numbers the codes they were."""
        texts = self.columns[name].distinct
        floats = any(re.fullmatch(r"[0-9]+\.0+", text) for text in texts)
        short = width > 0 and any(re.fullmatch(rf"[0-9]{{{width - 1}}}(?:\.0+)?", text) for text in texts)
        steps = ['"float-code"'] if floats else []
        return [*steps, f'{{ do = "pad", width = {width} }}'] if short else steps

    def _best_label(self, name: str) -> str:
        texts = [one for one in self._open.values() if not one.whole]
        wordy = [one for one in texts if one.kind == "text" and one.role in ("", "operator", "town")]
        named = [one for one in texts if one.role == "label" and one.kind == "text"]
        for group in (named, (one for one in wordy if one.longest < _LONGEST_NAME), texts):
            best = max(group, key=lambda one: (one.filled, len(one.distinct) + one.overflow), default=None)
            if best is not None:
                return best.name
        raise SourceError(f"{name}: no column that is not private holds a text to name things by")

    def _best_key(self) -> list[str]:
        full = [one for one in self._open.values() if not one.whole and one.filled >= len(self._records)]
        short = [one.name for one in full if one.longest <= _LONGEST_KEY]
        likely = [name for name in short if _IDENTITY.search(self.columns[name].words)]
        pairs = [[self.label, name] for name in short if name != self.label]
        for names in (*([name] for name in (*likely, *short)), *pairs):
            if self.is_unique(names):
                return names
        return [self.label]


def slug(text: str) -> str:
    """Return the slug of a text, empty where it has none."""
    try:
        return iris.slugify(text)
    except InvalidIri:
        return ""


def quoted(text: str) -> str:
    """Return a basic string of TOML."""
    escaped = json.dumps(text, ensure_ascii=False)
    return _CONTROL.sub(lambda match: "?" if "\ud800" <= match[0] <= "\udfff" else f"\\u{ord(match[0]):04X}", escaped)


def listed(texts: Sequence[str]) -> str:
    """Return a list of basic strings of TOML."""
    return "[" + ", ".join(quoted(text) for text in texts) + "]"


def comment(text: str) -> str:
    """Return a text as one line of a comment."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _key(value: Any) -> str:
    text = clean(plain(value))
    return text if _PLAIN.fullmatch(text) else slug(text)
