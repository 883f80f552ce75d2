"""One try at a change, wherever a store of its own is at hand: in a thread, or in a child of the pool's keeper.

What comes back is plain lines and numbers, fit for a socket: the delta, and, where the shapes are to judge it, what is
now said of the things it touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store, Triple, parse

from maille.ontology import iris
from maille.ontology.namespaces import BASE, rebase_text
from maille.ontology.terms import PROV
from maille.store.change import Change, Delta, apply, delta_of
from maille.store.dump import line_of

META: Final = iris.graph("meta").value
"""The graph that describes the graphs, under our default base."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a change would do.

    Attributes:
        delta: statements added and removed.
        subjects: what the delta speaks of and the data still do, as N-Triples terms; empty where no shapes are asked.
        described: all that would be said of them and, one hop further, of what they point to, as N-Quads lines.
    """

    delta: Delta
    subjects: tuple[str, ...] = ()
    described: tuple[str, ...] = ()


def attempt(store: Store, change: Change, base: str = BASE, *, judged: bool = False, kept: bool = False) -> Attempt:
    """Apply `change` to `store`, a copy nobody else sees, and return what it did; raises the QueryError tree.

    Args:
        store: holds a release.
        change: what to apply.
        base: the base IRI of the release.
        judged: whether what the shapes need is to be collected.
        kept: whether `store` is wanted as the release that follows; else it is of no use afterwards.
    """
    work = apply if kept or judged else delta_of
    delta = work(store, change, protected_graphs(store, base))
    return describing(store, delta) if judged and delta else Attempt(delta)


def describing(store: Store, delta: Delta) -> Attempt:
    """Return a delta with what is said of the things it touches in `store`, which it was applied to."""
    subjects = _subjects(delta)
    quads = _neighbourhood(store, subjects)
    left = {quad.subject for quad in quads} & subjects
    return Attempt(delta, tuple(sorted(map(str, left))), tuple(sorted(map(line_of, quads))))


def protected_graphs(store: Store, base: str = BASE) -> frozenset[str]:
    """Return the graphs that belong to sources: those `/graph/meta` says are derived from one, and itself."""
    meta = NamedNode(rebase_text(META, base))
    quads = store.quads_for_pattern(None, PROV.wasDerivedFrom, None, meta)
    return frozenset({meta.value, *(quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode))})


_Subject = NamedNode | BlankNode


def _subjects(delta: Delta) -> set[_Subject]:
    lines = "\n".join((*delta.added, *delta.removed))
    return {quad.subject for quad in parse(lines, RdfFormat.N_QUADS) if isinstance(quad.subject, NamedNode | BlankNode)}


def _neighbourhood(store: Store, subjects: set[_Subject]) -> set[Quad]:
    quads = {quad for subject in subjects for quad in _about(store, subject)}
    objects = {quad.object for quad in quads if isinstance(quad.object, NamedNode | BlankNode)}
    return quads | {quad for thing in objects - subjects for quad in _about(store, thing)}


def _about(store: Store, subject: _Subject) -> Iterator[Quad]:
    # Triple terms are no RDF 1.1: no SHACL engine reads them.
    quads = store.quads_for_pattern(subject, None, None, None)
    return (quad for quad in quads if not isinstance(quad.object, Triple))
