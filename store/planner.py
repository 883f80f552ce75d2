"""What Oxigraph is told by the order of patterns, and type patterns that say nothing more, which are left out.

Oxigraph begins with `?c a :Commune`, tens of thousands of rows, where it has nothing better or reads it first. So a
pattern of a large class goes last, one that a filter looks at goes first: a basic graph pattern has no order. And where
every subject of `:memberOfEpci` is a commune, `?c a :Commune ; :memberOfEpci ?e` has the very solutions of
`?c :memberOfEpci ?e`: a basic graph pattern gives way to an equal one, whatever stands around it (SPARQL 1.1 Query,
section 18.6). That it is equal is not believed but asked of the store that answers, once.

Beside a VALUES, Oxigraph begins with the large class all the same and goes through the VALUES for each of its rows:
seconds for the three thousand names that a federating client sends. There such a pattern becomes a `FILTER EXISTS`,
which keeps the same solutions as often, where its subject is bound without it and no two graphs say it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from pyoxigraph import Store

from maille.store.triples import TYPE, Read, Run, Triple, read

_MANY: Final = 100_000
"""Statements above which nothing more is asked of a predicate or a class: the answer would take too long."""
_LONG: Final = 10_000
"""Characters above which a query is left alone, unless it holds a VALUES."""
_MOST_FACTS: Final = 1_000
_MOST_PREDICATES: Final = 6


class Planner:
    """Rewrites queries over one store, which must not change.

    Args:
        store: asked for the facts that a rewriting rests on, in the union of its graphs.
        large: instances of a class from which its pattern is no good place to begin.
    """

    def __init__(self, store: Store, large: int = 1_000) -> None:
        self._store = store
        self._large = large
        self._facts: dict[str, bool] = {}

    def rewritten(self, text: str) -> str:
        """Return a query over the union of the graphs that has the same solutions; mostly `text` itself."""
        if " a " not in text or (len(text) > _LONG and "values" not in text.lower()):
            return text
        known = read(text)
        return text if known is None else self._rewritten(text, known)

    def _rewritten(self, text: str, known: Read) -> str:
        for run in reversed(known.runs):
            if not any(self._is_of_large_class(triple) for triple in run.triples):
                continue
            kept = [triple for triple in run.triples if not self._says_nothing(triple, run)]
            kept.sort(key=lambda triple: self._rank(triple, known.filtered))
            given = frozenset() if run.apart else known.given
            asked = [triple for triple in kept if known.has_values and self._may_be_asked(triple, kept, given)]
            kept = [triple for triple in kept if triple not in asked]
            filters = "".join(f" FILTER EXISTS {{ {_written([triple])} }}" for triple in asked)
            text = text[: run.start] + _written(kept) + filters + text[run.end :]
        return text

    def _may_be_asked(self, triple: Triple, run: Sequence[Triple], given: frozenset[str]) -> bool:
        """Return whether a pattern of a large class may be asked of each solution, instead of being joined."""
        if not self._is_of_large_class(triple) or self._is_repeated(f"?s a <{triple.target}>"):
            return False
        others = [other for other in run if other != triple and not self._is_of_large_class(other)]
        return triple.subject in given or any(triple.subject in {other.subject, other.object} for other in others)

    def _rank(self, triple: Triple, filtered: frozenset[str]) -> int:
        if self._is_of_large_class(triple):
            return 3
        if not _is_variable(triple.object):
            return 0
        return 1 if triple.object in filtered else 2

    def _is_of_large_class(self, triple: Triple) -> bool:
        if triple.predicate != "a" or triple.target is None or not _is_variable(triple.subject):
            return False
        return self._has_many(f"?s a <{triple.target}>", self._large)

    def _says_nothing(self, triple: Triple, run: Run) -> bool:
        if triple.target is None or not self._is_of_large_class(triple):
            return False
        others = {other.first for other in run.triples if other.subject == triple.subject}
        return self._is_implied(sorted(iri for iri in others if iri not in {None, TYPE}), triple.target)

    def _is_implied(self, predicates: Sequence[str], target: str) -> bool:
        """Return whether whatever has all of `predicates` is a `target`, said once."""
        usable = [iri for iri in predicates[:_MOST_PREDICATES] if not self._has_many(f"?s <{iri}> ?o")]
        instances = f"?s a <{target}>"
        if not usable or self._has_many(instances) or self._is_repeated(instances):
            return False
        alone = any(self._all_are([iri], instances) for iri in usable)
        return alone or (len(usable) > 1 and self._all_are(usable, instances))

    def _has_many(self, pattern: str, many: int = _MANY) -> bool:
        return self._holds(f"ASK {{ {{ SELECT ?s {{ {pattern} }} OFFSET {many} LIMIT 1 }} }}")

    def _is_repeated(self, pattern: str) -> bool:
        """Return whether several graphs say the same: their union repeats it, and so its solutions."""
        several = f"GRAPH ?g {{ {pattern} }} GRAPH ?h {{ {pattern} }} FILTER(?g != ?h)"
        return self._holds(f"ASK {{ {{ {pattern} }} UNION {{ {several} }} }}", union=False)

    def _all_are(self, predicates: Iterable[str], instances: str) -> bool:
        star = " . ".join(f"?s <{iri}> ?o{number}" for number, iri in enumerate(predicates))
        return not self._holds(f"ASK {{ {star} FILTER NOT EXISTS {{ {instances} }} }}")

    def _holds(self, question: str, *, union: bool = True) -> bool:
        known = self._facts.get(question)
        if known is None:
            if len(self._facts) >= _MOST_FACTS:
                self._facts.clear()
            known = bool(self._store.query(question, use_default_graph_as_union=union))
            self._facts[question] = known
        return known


def _is_variable(term: str) -> bool:
    return term[0] in "?$"


def _written(triples: Iterable[Triple]) -> str:
    return " . ".join(f"{triple.subject} {triple.predicate} {triple.object}" for triple in triples)
