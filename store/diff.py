"""What changed between two releases: a merge of two sorted dumps, in constant memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from maille.store.dump import graph_of

Change = tuple[Literal["+", "-"], str]
_END: Final = ""


@dataclass(frozen=True, slots=True)
class Diff:
    """The difference of two sorted dumps; each method reads both again.

    Attributes:
        before: gives the lines of the older dump.
        after: gives those of the newer one.
    """

    before: Callable[[], Iterator[str]]
    after: Callable[[], Iterator[str]]

    def __iter__(self) -> Iterator[Change]:
        """Yield `("-", line)` and `("+", line)` in the order of the lines."""
        old, new = self.before(), self.after()
        gone, come = next(old, _END), next(new, _END)
        while gone or come:
            if gone == come:
                gone, come = next(old, _END), next(new, _END)
            elif not come or (gone and gone < come):
                yield "-", gone
                gone = next(old, _END)
            else:
                yield "+", come
                come = next(new, _END)

    def added(self) -> Iterator[str]:
        """Yield the lines only the newer dump has."""
        return (line for sign, line in self if sign == "+")

    def removed(self) -> Iterator[str]:
        """Yield the lines only the older dump has."""
        return (line for sign, line in self if sign == "-")

    def counts(self) -> dict[str, tuple[int, int]]:
        """Return graph -> how many statements were added and removed; graphs that did not change are left out."""
        added: Counter[str] = Counter()
        removed: Counter[str] = Counter()
        for sign, line in self:
            (added if sign == "+" else removed)[graph_of(line)] += 1
        return {graph: (added[graph], removed[graph]) for graph in sorted({*added, *removed})}
