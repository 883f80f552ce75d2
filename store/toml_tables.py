"""Read what a user wrote in TOML, and collect everything that is wrong with it instead of stopping at the first.

Each value is asked for by key and kind; what was never asked for is a key that nobody knows, and is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from types import TracebackType
from typing import Any, Final, TypeVar

_Made = TypeVar("_Made")
_MISSING: Final = object()


class Table:
    """One table of a TOML file; leaving its `with` block reports the keys that were never asked for.

    Args:
        values: what was written.
        where: how a user finds the table (`[[things]] operator`), empty for the top.
        problems: where everything wrong is collected.
    """

    def __init__(self, values: Mapping[str, Any], where: str, problems: list[str]) -> None:
        self._values = values
        self.where = where
        self.problems = problems
        self._asked: set[str] = set()

    def __enter__(self) -> Table:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if kind is None:
            for key in self._values:
                if key not in self._asked:
                    near = get_close_matches(key, self._asked, n=1)
                    self.problem(key, f"no such key is known here{f' (perhaps {near[0]!r})' if near else ''}")

    def __contains__(self, key: str) -> bool:
        self._asked.add(key)
        return key in self._values

    def problem(self, key: str, text: str) -> None:
        """Note what is wrong with a key, or with the whole table where `key` is empty."""
        self.problems.append(": ".join(part for part in (self.where, key, text) if part))

    def text(self, key: str, default: str | None = None, among: Callable[[str], str | None] | None = None) -> str:
        """Return a text; one without default must be there. `among` says what is wrong with it, None if nothing is."""
        value = self._get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            return self._wrong(key, value, "a text", default or "")
        if among is not None and key in self._values and (wrong := among(value)):
            self.problem(key, wrong)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; one text alone is a list of one."""
        value = self._get(key, [])
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            return self._wrong(key, value, "a text or a list of texts", ())
        return tuple(value)

    def scalars(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, where numbers and booleans are taken as they are written."""
        value = self._get(key, [])
        found = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str | int | float) for one in found):
            return self._wrong(key, value, "a text or a list of texts", ())
        return tuple(str(one).lower() if isinstance(one, bool) else str(one) for one in found)

    def flag(self, key: str) -> bool:
        """Return a boolean, false by default."""
        value = self._get(key, False)
        return value if isinstance(value, bool) else self._wrong(key, value, "true or false", False)

    def number(self, key: str, default: int = 0) -> int:
        """Return a whole number."""
        value = self._get(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            return self._wrong(key, value, "a whole number", default)
        return value

    def real(self, key: str, default: float) -> float:
        """Return a number."""
        value = self._get(key, default)
        if not isinstance(value, int | float) or isinstance(value, bool) or value != value:
            return self._wrong(key, value, "a number", default)
        return float(value)

    def day(self, key: str) -> date:
        """Return a date, written as TOML does or as a text."""
        value = self._get(key, None)
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            return self._wrong(key, value, "a day, as 2026-11-02", date(1970, 1, 1))

    def table(self, key: str, required: bool = False) -> Table:
        """Return a table inside this one, an empty one where it is not there."""
        value = self._get(key, None if required else {})
        if not isinstance(value, Mapping):
            value = self._wrong(key, value, "a table", {})
        return Table(value, self._below(key), self.problems)

    def tables(self, key: str) -> list[Table]:
        """Return the tables of a list; one table alone is a list of one."""
        value = self._get(key, [])
        return self.among(key, [value] if isinstance(value, Mapping) else value)

    def among(self, key: str, found: Any) -> list[Table]:
        """Return tables out of what was written under a key; anything else in it is a mistake."""
        if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
            found = self._wrong(key, found, "a list of tables", [])
        return [self._numbered(key, number, one) for number, one in enumerate(found, 1)]

    def items(self) -> Iterator[tuple[str, Any]]:
        """Yield every key with what was written, and take each for known."""
        self._asked.update(self._values)
        yield from self._values.items()

    def raw(self, key: str) -> Any:
        """Return whatever was written, None where nothing was."""
        return self._get(key, _MISSING) if key in self else None

    def _numbered(self, key: str, number: int, values: Mapping[str, Any]) -> Table:
        told = next((str(values[name]) for name in ("name", "property", "as") if name in values), str(number))
        return Table(values, self._below(f"[[{key}]] {told}"), self.problems)

    def _below(self, key: str) -> str:
        return f"{self.where} {key}" if self.where else key if key.startswith("[") else f"[{key}]"

    def _get(self, key: str, default: Any) -> Any:
        self._asked.add(key)
        return self._values.get(key, default)

    def _wrong(self, key: str, value: Any, wanted: str, instead: _Made) -> _Made:
        self.problem(key, f"{wanted} is needed" if value is None or value == "" else f"{value!r} is not {wanted}")
        return instead
