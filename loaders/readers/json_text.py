"""JSON (RFC 8259) read a value at a time from a text of any length: what is held is one value and a little more.

The standard library's scanner reads each value, which is three times as fast as an event parser and knows the lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, TextIO

from maille.loaders.readers.json_sound import is_unicode, wrong_with
from maille.loaders.readers.records import Limits
from maille.ontology.errors import SourceError

_CHUNK: Final = 1 << 16
_SPACE: Final = re.compile(r"[ \t\r\n\x1e\ufeff]*")
_SHORT: Final = "the text ends too early: it was cut short"
_TAIL: Final = 16
"""A mistake nearer than this to the end of what was read may only be a value cut short."""


class _Twice(ValueError):
    """An object names a member twice."""


class Found(NamedTuple):
    """A value, and what is wrong with it or nothing."""

    value: Any
    wrong: str


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(f"an object names {next(name for name in names if names.count(name) > 1)!r} twice")
    return found


def _constant(name: str) -> str | None:
    """Return what is meant by the numbers that JSON lacks: NaN is how tables are written that miss a value."""
    return None if name == "NaN" else name


STRICT: Final = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_constant, strict=False)
_LENIENT: Final = json.JSONDecoder(parse_int=str, parse_constant=_constant, strict=False)


class Cursor:
    """A window on a JSON text: it grows until it holds the next value, and forgets the values before."""

    def __init__(self, stream: TextIO, name: str, limits: Limits) -> None:
        self._stream, self._name, self._limits = stream, name, limits
        self._buffer, self._at, self._line, self._ended = "", 0, 1, False
        self.undecoded = False
        """Whether a value had a byte in it that the encoding does not have."""

    def peek(self) -> str:
        """Return the next character that is not space, or nothing at the end."""
        while True:
            found = _SPACE.match(self._buffer, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def take(self, wanted: str) -> str:
        """Pass over one of the characters wanted; raises SourceError where another comes."""
        char = self.peek()
        if not char:
            raise self.error(_SHORT)
        if char not in wanted:
            raise self.error(f"{' or '.join(wanted)} is expected, not {char!r}")
        self._at += 1
        return char

    def value(self) -> Found:
        """Read one value; raises SourceError where it is no JSON, too deep or too large."""
        if not self.peek():
            raise self.error(_SHORT)
        while True:
            try:
                value, end, wrong = self._decode()
            except json.JSONDecodeError as error:
                self._grow(error)
                continue
            except RecursionError:
                raise self.error(f"lists and objects are nested deeper than {self._limits.depth}") from None
            if end + _TAIL <= len(self._buffer) or not self._more():
                break
        wrong = wrong or self._wrong(value, end)
        self._at = end
        return Found(value, wrong)

    def members(self) -> Iterator[str]:
        """Yield the names of an object's members; the value of each must be read before the next is asked for."""
        self.take("{")
        if self.peek() == "}":
            self.take("}")
            return
        while True:
            if self.peek() not in {'"', ""}:
                raise self.error(f"a name in quotes is expected, not {self.peek()!r}")
            name = self.value().value
            self.take(":")
            yield str(name)
            if self.take(",}") == "}":
                return

    def items(self) -> Iterator[Found]:
        """Yield the values of a list."""
        self.take("[")
        if self.peek() == "]":
            self.take("]")
            return
        while True:
            yield self.value()
            if self.take(",]") == "]":
                return

    def error(self, reason: str) -> SourceError:
        """Return an error that says where."""
        line = self._line + self._buffer.count("\n", 0, self._at)
        return SourceError(f"{self._name} is no sound JSON: line {line}: {reason}")

    def _decode(self) -> tuple[Any, int, str]:
        try:
            return *STRICT.raw_decode(self._buffer, self._at), ""
        except json.JSONDecodeError:
            raise
        except ValueError as error:  # a member twice, or a whole number of thousands of digits
            return *_LENIENT.raw_decode(self._buffer, self._at), str(error)

    def _grow(self, error: json.JSONDecodeError) -> None:
        """Read on where a value may only be cut short; else say what is wrong, and where."""
        cut = error.pos > len(self._buffer) - _TAIL or error.msg.startswith("Unterminated string")
        if cut and self._more():
            return
        self._at = len(self._buffer) if cut else error.pos
        raise self.error(_SHORT if cut else error.msg)

    def _more(self) -> bool:
        """Forget what was read and read on, at least as much as is held; False at the end of the text."""
        if self._ended:
            return False
        held = self._buffer[self._at :]
        if len(held) > self._limits.record:
            raise self.error(f"a value is longer than {self._limits.record:,} characters")
        piece = self._stream.read(max(_CHUNK, len(held)))
        if not piece:
            self._ended = True
            return False
        self._line += self._buffer.count("\n", 0, self._at)
        self._buffer, self._at = held + piece, 0
        return True

    def _wrong(self, value: Any, end: int) -> str:
        raw = self._buffer[self._at : end]
        self.undecoded = self.undecoded or not is_unicode(raw)
        return wrong_with(value, raw, self._limits.depth)
