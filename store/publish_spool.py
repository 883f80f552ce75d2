"""The graphs of a release as files of N-Triples, each with its size and a hash that does not depend on the order."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from maille.store.dump import graph_of
from maille.store.remote_state import DEFAULT

_BATCH: Final = 50_000
_WHOLE: Final = 1 << 256
_LABEL: Final = re.compile(r"(^|\s)_:\S+")


@dataclass(slots=True)
class Sum:
    """The hash of a set of lines, which may come in any order; labels of blank nodes are no part of it."""

    triples: int = 0
    value: int = 0
    blank: bool = False

    def add(self, line: str) -> None:
        """Take one line of N-Triples into account."""
        if "_:" in line:
            plain = _LABEL.sub(r"\1_:", line)
            self.blank = self.blank or plain != line
            line = plain
        digest = hashlib.sha256(line.encode()).digest()
        self.value = (self.value + int.from_bytes(digest, "big")) % _WHOLE
        self.triples += 1

    @property
    def text(self) -> str:
        """The hash as it is written down."""
        return f"{self.value:064x}"


@dataclass(frozen=True, slots=True)
class Spooled:
    """One graph: its name, its file, and what is known of it."""

    graph: str
    path: Path
    sum: Sum

    def parts(self) -> Iterator[bytes]:
        """Yield its statements in parts; in one where a blank node may stand in two of them."""
        size = self.sum.triples if self.sum.blank else _BATCH
        with self.path.open(encoding="utf-8", newline="\n") as file:
            while batch := list(islice(file, size)):
                yield "".join(batch).encode()


def spooled(lines: Iterable[str], folder: Path) -> list[Spooled]:
    """Write the lines of a release into a file for each graph."""
    held: dict[str, list[str]] = {}
    found: dict[str, Spooled] = {}
    for count, line in enumerate(lines, 1):
        graph = graph_of(line)
        text = f"{line.removesuffix(f' <{graph}> .')} ." if graph else line
        name = graph or DEFAULT
        if name not in found:
            found[name] = Spooled(name, folder / f"{len(found)}.nt", Sum())
        found[name].sum.add(text)
        held.setdefault(name, []).append(text)
        if count % _BATCH == 0:
            _flush(held, found)
    _flush(held, found)
    return [found[name] for name in sorted(found)]


def _flush(held: dict[str, list[str]], found: dict[str, Spooled]) -> None:
    for name, lines in held.items():
        with found[name].path.open("a", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{line}\n" for line in lines)
    held.clear()
