"""Suggest services for entities, types and properties (Reconciliation Service API 0.2, section 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar

from maille.api.reconcile.ids import Ids
from maille.api.reconcile.properties import PROPERTIES, Property, properties_of
from maille.api.reconcile.types import TYPES, UNASKED, Type, kinds_of, types_of
from maille.store.search import SearchIndex
from maille.store.search_text import fold

Item = dict[str, Any]
_One = TypeVar("_One", bound=Type | Property)

SUGGESTED: Final = 10
MOST: Final = 100
FURTHEST: Final = 1_000


def entities(
    index: SearchIndex, prefix: str, types: Iterable[str], language: str, window: tuple[int, int]
) -> list[Item]:
    """Return the things that `prefix` begins the name of, or is the identifier or a number of."""
    skipped, most = window
    ids, kinds = Ids(index.base), kinds_of(tuple(types))
    own = [(one.iri, one.label, one.description, one.kind) for one in index.known(ids.iris(prefix), language)]
    hits = [
        (hit.iri, hit.label, hit.description, hit.kind)
        for hit in index.suggest(prefix, kinds, language, skipped + most + len(own))
        if hit.iri not in {iri for iri, *_ in own}
    ]
    return [
        {"id": ids.of(iri), "name": label, "description": line, "notable": types_of(kind, language)}
        for iri, label, line, kind in [*own, *hits][skipped : skipped + most]
    ]


def types(prefix: str, language: str) -> list[Item]:
    """Return the types whose name or identifier begins with `prefix`, then those that hold it; all for none."""
    shown = [one for one in TYPES.values() if one.id not in UNASKED] + [TYPES[one] for one in sorted(UNASKED)]
    return [one.shown(language) for one in _fitting(shown, prefix)]


def properties(prefix: str, asked: Iterable[str], language: str) -> list[Item]:
    """Return the properties likewise, those that constrain; of things of some types only, where any is given."""
    kinds = kinds_of(tuple(asked)) if asked else ()
    return [one.shown(language) for one in _fitting([one for one in properties_of(kinds) if one.constrains], prefix)]


def proposed(kinds: tuple[str, ...], language: str) -> list[Item]:
    """Return the properties that can be fetched of things of some kinds."""
    return [one.shown(language) for one in properties_of(kinds)]


def described(what: str, name: str, language: str) -> Mapping[str, str] | None:
    """Return the name of a type or property and one line on it; None where there is none of that identifier."""
    if what == "type":
        found = TYPES.get(name)
        above = None if found is None else TYPES.get(found.broader)
        line = above.name(language) if above else ""
        return None if found is None else {"name": found.name(language), "description": line}
    return PROPERTIES[name].shown(language) if name in PROPERTIES else None


def _fitting(every: Iterable[_One], prefix: str) -> list[_One]:
    wanted = fold(prefix)
    ranked: list[tuple[int, int, _One]] = []
    for place, item in enumerate(every):
        names = [fold(item.id), *map(fold, item.names)]
        rank = min(0 if name.startswith(wanted) else 1 if wanted in name else 2 for name in names)
        if rank < 2:
            ranked.append((rank if wanted else 0, place, item))
    return [item for _, _, item in sorted(ranked, key=lambda entry: entry[:2])]
