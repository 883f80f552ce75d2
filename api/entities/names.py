"""The names of things, remembered: what a page links to is mostly what the page before it linked to.

Names are a function of the release, so they are forgotten with it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Final

from pyoxigraph import NamedNode, Quad

from maille.ontology.namespaces import BASE

_CAPACITY: Final = 20_000
_NAMELESS: Final = (f"{BASE}row/", f"{BASE}doc/")


class Names:
    """What is known of the names of things in one release, the least used leaving first.

    Args:
        capacity: things to remember at most.
    """

    def __init__(self, capacity: int = _CAPACITY) -> None:
        self._capacity = capacity
        self._release = ""
        self._known: OrderedDict[NamedNode, tuple[Quad, ...]] = OrderedDict()

    def split(self, release: str, things: Iterable[NamedNode]) -> tuple[list[Quad], list[NamedNode]]:
        """Return what is known of `things` in a release, and those that are to be asked for, in their order."""
        self._begin(release)
        quads: list[Quad] = []
        unknown: list[NamedNode] = []
        for thing in things:
            known = self._known.get(thing)
            if known is not None:
                self._known.move_to_end(thing)
                quads.extend(known)
            elif not thing.value.startswith(_NAMELESS):
                unknown.append(thing)
        return quads, unknown

    def keep(self, release: str, things: Iterable[NamedNode], quads: Sequence[Quad]) -> None:
        """Remember what was found of `things`; that nothing was found is remembered too."""
        found: dict[NamedNode, list[Quad]] = {thing: [] for thing in things}
        for quad in quads:
            if isinstance(quad.subject, NamedNode) and quad.subject in found:
                found[quad.subject].append(quad)
        for thing, own in found.items():
            self.put(release, thing, tuple(own))

    def put(self, release: str, thing: NamedNode, quads: tuple[Quad, ...]) -> None:
        """Remember what was found under the name of a thing, whatever it is about."""
        if release != self._release:
            return
        self._known[thing] = quads
        self._known.move_to_end(thing)
        while len(self._known) > self._capacity:
            self._known.popitem(last=False)

    def _begin(self, release: str) -> None:
        if release != self._release:
            self._release = release
            self._known.clear()
