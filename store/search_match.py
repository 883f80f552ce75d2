"""Finding things by name: stage after stage from the very name to names with typos, until there is enough.

Within a stage the weightiest comes first, which is the order of the numbers of things.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple

from maille.store.search_sql import AREAS, having, several, territory
from maille.store.search_text import allowed, asked, distance, distance_to_beginning, grams, telling

_MOST: Final = 20_000
"""Things that one question ranks."""
_ENOUGH: Final = 5
"""Things found by their descriptions that leave no need to look for typos."""
_LOOKED_AT: Final = 40
"""Things whose names are compared with a name that has typos, the weightiest."""
_CANDIDATES: Final = 24
_CORRECTIONS: Final = 6
_EXACT: Final = (100.0, 97.0, 99.0, 95.0)
"""Scores of the very name, another name, an official number, the name in one word."""
_STAGES: Final = (80.0, 60.0, 40.0)
"""Least scores of beginnings of names, words of names, words of names and descriptions; weight adds up to ten."""
_TYPOS: Final = 75.0


class Hit(NamedTuple):
    """What was found by its name.

    Attributes:
        iri, kind, label: what it is, its label in the language asked.
        description: one line on it.
        score: 100 for the very name, then falling with the rank.
        code: its official number, or empty.
    """

    iri: str
    kind: str
    label: str
    description: str
    score: float
    code: str


class Matcher:
    """Answers one question.

    Args:
        database: the index.
        base: what its names are under.
        kinds: kinds of things to find; all where there is none.
        within: territories, one of which a thing must lie in; anywhere where there is none.
    """

    def __init__(
        self, database: sqlite3.Connection, base: str, kinds: Collection[str] = (), within: Collection[str] = ()
    ) -> None:
        self._database = database
        self._kinds = sorted(set(several(kinds)))
        self._places = [area for place in several(within) for area in territory(place, base)]

    def search(self, text: str, lang: str, limit: int) -> list[Hit]:
        """Return the best matches of `text`."""
        return self._hits(self.ranked(text, limit), lang, limit)

    def suggest(self, prefix: str, lang: str, limit: int) -> list[Hit]:
        """Return what begins with `prefix`, or holds words that do."""
        return self._hits(self.ranked(prefix, limit, described=False), lang, limit)

    def ranked(self, text: str, limit: int = _MOST, *, described: bool = True) -> dict[int, float]:
        """Return the numbers of what `text` names with their scores, the best first."""
        query = asked(text)
        found: dict[int, float] = {}
        if not query or limit <= 0:
            return found
        stages = [self._exact(query), self._beginning(query, limit), *self._words(query.split(), limit, described)]
        for stage in stages:
            for number, score in stage:
                found.setdefault(number, score)
            if len(found) >= limit:
                break
        if max(found.values(), default=0.0) < _STAGES[1] and len(found) < min(limit, _ENOUGH):
            for number, score in self._mistyped(query, limit, described):
                found.setdefault(number, score)
        return dict(list(found.items())[:limit])

    def _exact(self, query: str) -> Iterator[tuple[int, float]]:
        for text in dict.fromkeys((query, query.replace(" ", ""))):
            where, values = self._restricted("name.thing", "name.kind")
            rows = self._database.execute(
                f"SELECT thing, rank FROM name WHERE text = ?{where} ORDER BY rank = 1, rank = 3, thing LIMIT 500",
                (text, *values),
            )
            yield from ((number, _EXACT[rank]) for number, rank in rows)

    def _beginning(self, query: str, limit: int) -> Iterator[tuple[int, float]]:
        where, values = self._restricted("name.thing", "name.kind")
        rows = self._database.execute(
            "SELECT thing.id, weight FROM (SELECT DISTINCT thing FROM name WHERE text >= ? AND text < ? AND rank < 3"
            f"{where} ORDER BY thing LIMIT ?) JOIN thing ON id = thing",
            (query, query + "\uffff", *values, limit),
        )
        yield from self._scored(rows, _STAGES[0])

    def _words(self, words: list[str], limit: int, described: bool) -> Iterator[Iterator[tuple[int, float]]]:
        wanted = telling(words)
        terms = [f'"{word}"' for word in wanted[:-1]]
        # What is being typed may go on.
        terms.append(f'"{wanted[-1]}"*' if wanted[-1] == words[-1] else f'"{wanted[-1]}"')
        yield self._holding(terms, "name", _STAGES[1], limit)
        if described:
            yield self._holding(terms, "name text", _STAGES[2], limit)

    def _holding(self, terms: Iterable[str], columns: str, base: float, limit: int) -> Iterator[tuple[int, float]]:
        yield from self._scored(self._matching(" AND ".join(terms), columns, limit), base)

    def _matching(self, terms: str, columns: str, limit: int) -> sqlite3.Cursor:
        query = f"{{{columns}}}: ({terms})"
        if self._kinds:
            # A kind is a word of its own here; one that is none finds nothing.
            names = [kind.replace("-", "") for kind in self._kinds]
            known = " OR ".join(f'"{name}"' if name.isalnum() else '"none"' for name in names)
            query = f"({query}) AND ({{kind}}: ({known}))"
        where, values = self._restricted("+words.rowid", None)
        return self._database.execute(
            "SELECT thing.id, weight FROM (SELECT rowid AS number FROM words WHERE words MATCH ?"
            f"{where} ORDER BY rowid LIMIT ?) JOIN thing ON id = number",
            (query, *values, limit),
        )

    def _scored(self, rows: Iterable[tuple[int, float]], base: float) -> Iterator[tuple[int, float]]:
        return ((number, round(base + 10 * weight, 2)) for number, weight in rows)

    def _mistyped(self, query: str, limit: int, described: bool) -> list[tuple[int, float]]:
        """Return what the words may stand for, the nearest names first."""
        words = telling(query.split())
        choices = [self._choices(word, last=place == len(words) - 1) for place, word in enumerate(words)]
        found: dict[int, float] = {}
        asked_for = [" AND ".join(f"({' OR '.join(choice)})" for choice in choices)] if all(choices) else []
        if len(words) > 1:
            # Words that belong together: `start up` for `startup`, `saint etiene` for `saintetienne`.
            joined = self._choices("".join(words), last=True)
            asked_for += [" OR ".join(joined)] if joined else []
        for terms in asked_for:
            for columns in ("name", "name text") if described else ("name",):
                if not found:
                    for number, weight in self._matching(terms, columns, max(limit, _LOOKED_AT)).fetchall():
                        found[number] = self._likeness(number, query) * _TYPOS + weight
        return sorted(found.items(), key=lambda pair: (-round(pair[1], 2), pair[0]))

    def _choices(self, word: str, *, last: bool) -> list[str]:
        """Return what a word may stand for, as terms: itself where names hold it, and words a few typos away."""
        most = allowed(word)
        found = [f'"{word}"*' if last else f'"{word}"']
        if not most:
            return found
        marks = grams(word, whole=not last)
        rows = self._database.execute(
            "SELECT word.text, things FROM (SELECT word, count(*) AS shared FROM gram WHERE gram IN "
            f"({', '.join('?' * len(marks))}) GROUP BY word HAVING shared >= ? ORDER BY shared DESC, word LIMIT ?) "
            "JOIN word ON id = word",
            (*marks, max(1, len(marks) // 3), _CANDIDATES),
        )
        near = []
        for text, things in rows:
            edits = min(
                distance(word, text, most), distance_to_beginning(word, text, most) if last and len(word) > 4 else 9
            )
            if 0 < edits <= most:
                near.append((edits, -things, text))
        return found + [f'"{text}"' for _, _, text in sorted(near)[:_CORRECTIONS]]

    def _likeness(self, number: int, query: str) -> float:
        """Return how near the nearest name of a thing is to what was asked, between 0 and 1."""
        (written,) = self._database.execute("SELECT sorted FROM thing WHERE id = ?", (number,)).fetchone()
        longest = max(len(written), len(query), 1)
        whole = 1 - distance(query, written, longest) / longest
        beginning = written[: len(query)]
        likeness = 0.97 - distance(query, beginning, longest) / max(len(query), 1)
        return max(whole, likeness, 0.3)

    def _restricted(self, number: str, kind: str | None) -> tuple[str, list[str]]:
        where, values = "", []
        if self._kinds and kind is not None:
            where += f" AND {kind} IN ({', '.join('?' * len(self._kinds))})"
            values += self._kinds
        if self._places:
            places = f"text IN ({', '.join('?' * len(self._places))})"
            where += f" AND {number} IN {having(AREAS, places)}"
            values += [*AREAS, *self._places]
        return where, values

    def _hits(self, ranked: dict[int, float], lang: str, limit: int) -> list[Hit]:
        language = "en" if lang == "en" else "fr"
        query = f"SELECT iri, kind, label_{language}, description_{language}, code FROM thing WHERE id = ?"
        hits = []
        for number, score in list(ranked.items())[:limit]:
            iri, kind, label, description, code = self._database.execute(query, (number,)).fetchone()
            hits.append(Hit(iri, kind, label, description, round(score, 2), code))
        return hits
