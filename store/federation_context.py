"""What is known locally of the variables of a SERVICE, as a query over the rest of its group (bound joins).

Every solution of the query that a remote one takes part in extends one of each piece collected here: of what is joined
with it (SPARQL 1.1 Query, section 18.5). So a remote solution that fits none of theirs changes nothing, and need not be
asked for. What the algebra does not let us say that of is left out: OPTIONAL and MINUS, what comes after one that the
SERVICE stands in, all around a sub-SELECT or EXISTS, and what may come out otherwise the next time it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from tree_sitter import Node

from maille.store.federation_scope import bound_by, certainly_bound, elements
from maille.store.federation_syntax import GROUP, SERVICE, Tree, service_name, variables, walk

_JOINED: Final = frozenset({"group_or_union_graph_pattern", "graph_graph_pattern", "inline_data"})
_PASSING: Final = re.compile(
    r"(?i)\b(?:rand|uuid|struuid|bnode|now|sample|group_concat|limit|offset|reduced)\b|\bexists\b"
)
"""What gives another answer the next time, or sees solutions that are not there here."""


class Piece(NamedTuple):
    """Part of a group that every solution of it extends.

    Attributes:
        level: how many groups further out it stands.
        text: its text.
        names: the variables it has.
        certain: those of them that it certainly binds.
        kind: `join`, or `bind` or `filter`, which come after.
    """

    level: int
    text: str
    names: frozenset[str]
    certain: frozenset[str]
    kind: str = "join"


class Context(NamedTuple):
    """A pattern that says which values some variables of a SERVICE can have.

    Attributes:
        names: of the variables.
        pattern: the text of the pattern.
    """

    names: tuple[str, ...]
    pattern: str


def contexts(tree: Tree, service: Node, wanted: Iterable[str]) -> list[Context]:
    """Return what the rest of the query says of `wanted`, which the SERVICE certainly binds.

    There is one for each part of it that hangs together, so that none is the product of two.
    """
    wished = frozenset(wanted)
    levels = _Levels(tree, service)
    found = []
    for part in _parts(levels.pieces):
        names = frozenset().union(*(piece.certain for piece in part))
        named = tuple(sorted(wished & names))
        if named:
            found.append(Context(named, levels.pattern(part)))
    return sorted(found, key=lambda context: -len(context.names))


class _Levels:
    """The groups that a SERVICE stands in, from the inside out, as far as their pieces say something of it."""

    def __init__(self, tree: Tree, service: Node) -> None:
        self._tree = tree
        # The GRAPH clause around each level that has one.
        self._around: dict[int, str] = {}
        self._outermost = 0
        self.pieces: list[Piece] = []
        if not _is_apart(service):
            self._climb(service)

    def pattern(self, part: Sequence[Piece]) -> str:
        """Return the pattern of some pieces."""
        text = ""
        for level in range(self._outermost + 1):
            own = " ".join(piece.text for piece in part if piece.level == level)
            text = f"{{ {own} }} {text}" if own else text
            if level in self._around and text:
                text = f"{self._around[level]} {{ {text} }}"
        return text

    def _climb(self, node: Node) -> None:
        level, last = 0, False
        while node.parent is not None and node.parent.type == GROUP:
            group = node.parent
            self._collect(group, node, level, before_only=last)
            self._outermost, clause = level, group.parent
            if last or clause is None:
                break
            last = clause.type in {"optional_graph_pattern", "minus_graph_pattern"}
            if clause.type == "graph_graph_pattern":
                self._around[level] = f"GRAPH {self._tree.of(_named(clause))}"
            elif clause.type != "group_or_union_graph_pattern" and not last:
                break
            node, level = clause, level + 1
        self._settle_graph(node)

    def _settle_graph(self, node: Node) -> None:
        """Note the GRAPH that the outermost level stands in, however far out that is said."""
        parent = node.parent
        while parent is not None and parent.type != SERVICE:
            if parent.type == "graph_graph_pattern":
                self._around.setdefault(self._outermost, f"GRAPH {self._tree.of(_named(parent))}")
                return
            parent = parent.parent

    def _collect(self, group: Node, inner: Node, level: int, *, before_only: bool) -> None:
        joined: list[Piece] = []
        tails: list[Piece] = []
        before: set[str] = set()
        for element in elements(group):
            if element.id == inner.id:
                if before_only:
                    break
                continue
            for piece in self._joined(element, level):
                joined.append(piece)
                before |= piece.certain
            bound = self._bind(element, level, before) if element.type == "bind" else None
            joined += [bound] if bound else []
        certain = frozenset().union(*(piece.certain for piece in joined if piece.kind == "join"))
        for element in elements(group):
            judged = self._filter(element, level, certain) if element.type == "filter" else None
            tails += [judged] if judged else []
        self.pieces += [*joined, *tails]

    def _joined(self, element: Node, level: int) -> Iterator[Piece]:
        if element.type == "triples_block":
            for triples in element.named_children:
                if triples.type == "triples_same_subject":
                    names = frozenset(variables(triples))
                    yield Piece(level, f"{self._tree.of(triples)} .", names, names)
        elif element.type in _JOINED and self._lasts(element):
            yield Piece(level, self._tree.of(element), frozenset(variables(element)), certainly_bound(element))
        elif element.type == "sub_select" and self._lasts(element):
            yield Piece(level, f"{{ {self._tree.of(element)} }}", certainly_bound(element), certainly_bound(element))

    def _bind(self, element: Node, level: int, before: set[str]) -> Piece | None:
        """Return a BIND whose expression sees here what it sees there; its variable may be unbound all the same."""
        name = bound_by(element)
        used = frozenset(variables(element)) - {name}
        if not used <= before or not self._lasts(element):
            return None
        return Piece(level, self._tree.of(element), used | {name}, frozenset({name}), "bind")

    def _filter(self, element: Node, level: int, certain: frozenset[str]) -> Piece | None:
        used = frozenset(variables(element))
        if not used or not used <= certain or not self._lasts(element):
            return None
        return Piece(level, self._tree.of(element), used, frozenset(), "filter")

    def _lasts(self, element: Node) -> bool:
        """Return whether an element says the same each time it is asked, and calls nobody."""
        if any(node.type == SERVICE for node in walk(element)):
            return False
        return _PASSING.search(self._tree.of(element)) is None


def _parts(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Return the pieces by what hangs together; a filter goes where all it sees is, a BIND holds what it sees."""
    parts: list[tuple[set[str], list[int]]] = []
    for number, piece in enumerate(pieces):
        if piece.kind == "filter":
            continue
        names, members = set(piece.names), [number]
        apart = []
        for part in parts:
            if part[0].isdisjoint(names):
                apart.append(part)
            else:
                names |= part[0]
                members += part[1]
        parts = [*apart, (names, members)]
    found = []
    for _, members in parts:
        bound: dict[int, set[str]] = {}
        for number in members:
            if pieces[number].kind == "join":
                bound.setdefault(pieces[number].level, set()).update(pieces[number].certain)
        filters = [
            number
            for number, piece in enumerate(pieces)
            if piece.kind == "filter" and piece.names <= bound.get(piece.level, set())
        ]
        found.append([pieces[number] for number in sorted({*members, *filters})])
    return found


def _is_apart(node: Node) -> bool:
    """Return whether a clause stands in EXISTS, whose solutions are not joined, or in a clause of another endpoint."""
    parent = node.parent
    while parent is not None:
        if "exists" in parent.type or parent.type == SERVICE:
            return True
        parent = parent.parent
    return False


def _named(clause: Node) -> Node:
    named = service_name(clause)
    return named if named is not None else clause
