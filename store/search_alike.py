"""What a name may stand for, wrong words and missing words allowed: the candidates of record linkage.

`search_match` ranks for somebody who reads; here a name is to be found again in a column of names, be it longer or
shorter than ours. A thing counts by the words it shares with the name, rare ones more; how alike the names are is for
the caller to judge, who is given all of them.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from maille.store.search_match import Matcher
from maille.store.search_sql import AREAS
from maille.store.search_text import allowed, asked, telling

_SAME: Final = 100
"""Things of one name, or number, that are all looked at."""
_HOLDING: Final = 400
"""Things that hold a word; of a commoner one the weightiest."""
_THINGS: Final = 50_000
_FACETS: Final = (*AREAS, "profile", "theme", "level", "legal_status")


@dataclass(frozen=True, slots=True)
class Alike:
    """A thing that a name may stand for.

    Attributes:
        iri, kind, labels, description: what it is; the label and the line on it in the language asked.
        row: as it is served.
        facets: the territories it lies in and the concepts it has, broader ones and itself included, by their IRIs.
        weight: between 0 and 1, how much it is asked for.
    """

    iri: str
    kind: str
    label: str
    description: str
    row: dict[str, Any]
    facets: frozenset[str]
    weight: float

    @property
    def names(self) -> list[str]:
        """Every name it has, the preferred ones first."""
        named = [self.label, self.row["label"], self.row.get("label_en"), *self.row.get("other_labels", ())]
        return list(dict.fromkeys(name for name in named if name))


class Alikes:
    """Finds the candidates of names.

    Args:
        database: the index.
        base: what its names are under.
        kinds: kinds of things to find; all where there is none.
    """

    def __init__(self, database: sqlite3.Connection, base: str, kinds: Collection[str] = ()) -> None:
        self._database = database
        self._base = base
        self._kinds = kinds
        self._chosen: dict[str, list[str]] = {}

    def named(self, text: str, within: Collection[str], limit: int, lang: str) -> list[Alike]:
        """Return what `text` may name: whatever has that very name or number, then what shares most with it.

        What lies in one of the territories `within` comes first; the rest comes after.
        """
        found = self._numbers(text, within, limit) if within else {}
        found |= self._numbers(text, (), limit)
        return self.of(found, lang)

    def called(self, iris: Collection[str], lang: str) -> list[Alike]:
        """Return things by their IRIs, in the order of their numbers; those there are not are left out."""
        marks = ", ".join("?" * len(iris))
        found = self._database.execute(f"SELECT id FROM thing WHERE iri IN ({marks}) ORDER BY id", list(iris))
        return self.of((number for (number,) in found.fetchall()), lang)

    def of(self, numbers: Iterable[int], lang: str) -> list[Alike]:
        """Return things by their numbers, in that order."""
        wanted = list(numbers)
        marks = ", ".join("?" * len(wanted))
        language = "en" if lang == "en" else "fr"
        rows = self._database.execute(
            f"SELECT id, iri, kind, label_{language}, description_{language}, row, weight FROM thing"
            f" WHERE id IN ({marks})",
            wanted,
        )
        known = {row[0]: row[1:] for row in rows}
        facets: dict[int, set[str]] = {}
        for number, value in self._database.execute(
            "SELECT thing, text FROM facet CROSS JOIN value ON value.id = facet.value"
            f" WHERE thing IN ({marks}) AND name IN ({', '.join('?' * len(_FACETS))})",
            (*wanted, *_FACETS),
        ):
            facets.setdefault(number, set()).add(value)
        found = []
        for number in wanted:
            iri, kind, label, description, row, weight = known[number]
            found.append(
                Alike(iri, kind, label, description, json.loads(row), frozenset(facets.get(number, ())), weight)
            )
        return found

    def _numbers(self, text: str, within: Collection[str], limit: int) -> dict[int, None]:
        query = asked(text)
        matcher = _Words(self._database, self._base, self._kinds, within, self._chosen)
        found = dict.fromkeys(list(matcher.same(query))[:_SAME]) if query else {}
        if query:
            for number in matcher.sharing(query.split(), whole=bool(found)):
                if len(found) >= limit:
                    break
                found.setdefault(number)
        return found


class _Words(Matcher):
    """Finds things by words of their names.

    Args:
        database, base, kinds, within: as of Matcher.
        chosen: remembers what words may stand for.
    """

    def __init__(
        self,
        database: sqlite3.Connection,
        base: str,
        kinds: Collection[str],
        within: Collection[str],
        chosen: dict[str, list[str]],
    ) -> None:
        super().__init__(database, base, kinds, within)
        self._chosen = chosen

    def same(self, query: str) -> Iterator[int]:
        """Yield what has a name or a number, the very name first."""
        yield from (number for number, _ in self._exact(query))

    def sharing(self, words: list[str], *, whole: bool) -> list[int]:
        """Return what shares words with a name, the most telling first; typos are looked for unless `whole`."""
        wanted = list(dict.fromkeys(telling(words)))
        wrong = [] if whole else [word for word in wanted if allowed(word) and not self._is_known(word)]
        shares = self._shares([self._terms(word) if word in wrong else [f'"{word}"'] for word in wanted])
        if wrong and len(words) > 1:
            for term in self._terms("".join(words)):
                for number in self._held(term):
                    shares[number] = shares.get(number, 0.0) + 2 * math.log(_THINGS)
        if not shares and not whole:
            # A slip of the pen may have made another word of one.
            shares = self._shares([self._terms(word) for word in wanted])
        return sorted(shares, key=lambda number: (-round(shares[number], 6), number))

    def _shares(self, words: list[list[str]]) -> dict[int, float]:
        """Return what holds words, each given by what it may stand for, with how much that tells."""
        shares: dict[int, float] = {}
        for terms in words:
            best: dict[int, float] = {}
            for term in terms:
                held = self._held(term)
                share = math.log(_THINGS / (len(held) + 1))
                for number in held:
                    best[number] = max(best.get(number, 0.0), share)
            for number, share in best.items():
                shares[number] = shares.get(number, 0.0) + share
        return shares

    def _held(self, term: str) -> list[int]:
        return [number for number, _ in self._matching(term, "name", _HOLDING)]

    def _is_known(self, word: str) -> bool:
        return self._database.execute("SELECT 1 FROM word WHERE text = ?", (word,)).fetchone() is not None

    def _terms(self, word: str) -> list[str]:
        found = self._chosen.get(word)
        if found is None:
            found = self._chosen[word] = self._choices(word, last=False)
        return found
