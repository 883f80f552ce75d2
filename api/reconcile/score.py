"""Candidates of a query: found by name, number, place or identifier, scored from 0 to 100, matched where certain.

Reconciliation Service API 0.2, sections 4.2 (candidates, features) and 4.4 (retrieval and scoring). The score is the
likeness of the names, raised by what agrees and lowered by what differs. `match` is no threshold: it says that one
candidate is certain, by the rules of `_is_certain`, which docs/reconciliation.md gives in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from maille.api.reconcile.asking import MOST_CANDIDATES, Query
from maille.api.reconcile.ids import Ids
from maille.api.reconcile.judge import IN_INDEX, Judge, Verdict
from maille.api.reconcile.names import CLOSE, EXACT, LONG, SAME, SHORT, is_telling, likeness, towns_of
from maille.api.reconcile.places import Places
from maille.api.reconcile.types import NAMED_ALONE, types_of
from maille.store.search import Alike, Filters, SearchIndex

_LOOKED_AT: Final = 24
_LEAST: Final = 40.0
"""Names less alike are no candidates."""
_BY_NUMBER: Final = 90.0
_NAMELESS: Final = 60.0
_AREAS: Final = ("commune", "arrondissement_municipal", "epci", "departement", "region")


@dataclass(slots=True)
class Candidate:
    """A thing that a query may mean.

    Attributes:
        thing: what it is.
        name: how alike the names are, from 0 to 100; `held` where every telling word asked is in its name.
        verdicts: what comparing each property came to.
        preferred: whether it is of a type asked for.
        score: from 0 to 100.
        match: whether it is certain.
    """

    thing: Alike
    name: float
    held: bool
    verdicts: dict[str, Verdict]
    preferred: bool
    score: float = field(init=False)
    match: bool = False

    def __post_init__(self) -> None:
        """Score it."""
        self.score = self._scored()

    def has(self, verdict: Verdict) -> bool:
        """Say whether some property came to a verdict."""
        return verdict in self.verdicts.values()

    @property
    def agrees(self) -> bool:
        """Whether a number, a place, an operator or a web site agrees."""
        return self.has(Verdict.IDENTIFIES) or self.has(Verdict.AGREES)

    def _scored(self) -> float:
        score = self.name
        if self.has(Verdict.IDENTIFIES):
            score = max(_BY_NUMBER, score) + (100 - max(_BY_NUMBER, score)) * score / 100
        elif self.has(Verdict.AGREES):
            score = score * 0.85 + 15
        elif self.verdicts and not self.has(Verdict.FITS):
            score *= 0.9
        for verdict in self.verdicts.values():
            score *= 0.6 if verdict is Verdict.DIFFERS else 1
        return round(min(score, 100.0) * (1 if self.preferred else 0.8), 2)

    def shown(self, ids: Ids, language: str) -> dict[str, Any]:
        """Return it as a reconciliation candidate."""
        features = {"name_similarity": self.name, "name_exact": self.name == EXACT, "type_match": self.preferred}
        features |= {"popularity": self.thing.weight}
        features |= {
            f"property_{name}": verdict.holds
            for name, verdict in self.verdicts.items()
            if verdict is not Verdict.UNKNOWN
        }
        return {
            "id": ids.of(self.thing.iri),
            "name": self.thing.label,
            "description": self.thing.description,
            "score": self.score,
            "match": self.match,
            "type": types_of(self.thing.kind, language),
            "features": [{"id": name, "value": value} for name, value in features.items()],
        }


class Reconciler:
    """Answers queries over one index.

    Args:
        index: where candidates are found.
    """

    def __init__(self, index: SearchIndex) -> None:
        self.index = index
        self.ids = Ids(index.base)
        self.places = Places(index, self.ids)

    def result(self, query: Query, language: str) -> list[dict[str, Any]]:
        """Return the candidates of a query, the best first."""
        return [one.shown(self.ids, language) for one in self.candidates(query, language)]

    def candidates(self, query: Query, language: str) -> list[Candidate]:
        """Return the candidates of a query, the best first."""
        text = " ".join(query.text.split())
        if not query.kinds or not (text or query.properties):
            return []
        judge = Judge(query.properties, self.places)
        named = self.index.known(self.ids.iris(text), language) if "/" in text else []
        sure = {one.iri for one in named}
        things = {
            one.iri: one for one in (*named, *self._alike(text, query, judge, language)) if one.kind in query.kinds
        }
        found = [self._candidate(text, one, query, judge, one.iri in sure) for one in things.values()]
        kept = [one for one in found if not text or one.name >= _LEAST or one.has(Verdict.IDENTIFIES)]
        kept.sort(key=lambda one: (-one.score, -one.name, -one.thing.weight, one.thing.iri))
        if kept:
            kept[0].match = _is_certain(kept[0], kept[1:], text, query)
        return kept[: query.limit]

    def _candidate(self, text: str, one: Alike, query: Query, judge: Judge, sure: bool) -> Candidate:
        preferred = not query.preferred or one.kind in query.preferred
        verdicts = judge.verdicts(one)
        if not text:
            known = any(verdict is Verdict.IDENTIFIES for verdict in verdicts.values())
            return Candidate(one, EXACT if known else _NAMELESS, False, verdicts, preferred)
        if sure or text.upper() == str(one.row.get("code", "")).upper():
            return Candidate(one, EXACT, True, verdicts, preferred)
        places = [one.row[key]["label"] for key in _AREAS if one.row.get(key)]
        given = [value for name in judge.named("place") for value in query.properties[name] if isinstance(value, str)]
        letters = SHORT if one.kind in NAMED_ALONE else LONG
        name = likeness(text, one.names, towns_of((*places, *given)), letters)
        return Candidate(one, name.score, name.held, verdicts, preferred)

    def _alike(self, text: str, query: Query, judge: Judge, language: str) -> list[Alike]:
        found = self._by_number(query, judge, language)
        places = judge.named("place")
        within = sorted(next(iter(places.values()), ()))
        if text:
            return [*found, *self.index.alike(text, query.kinds, language, _LOOKED_AT, within)]
        if found or not query.properties:
            return found
        concepts = judge.named("concept")
        if not places and not concepts:
            return []
        filters = Filters(
            kind=query.kinds,
            territory=within,
            others=tuple((name, sorted(iris)) for name, iris in concepts.items()),
        )
        rows = self.index.find(filters, limit=MOST_CANDIDATES).rows
        return self.index.known([row["iri"] for row in rows], language)

    def _by_number(self, query: Query, judge: Judge, language: str) -> list[Alike]:
        iris: dict[str, None] = {}
        for name, numbers in judge.numbers.items():
            known = self.index.numbers(IN_INDEX.get(name, name), numbers)
            if name == "siret":
                known |= self.index.numbers("siren", [number[:9] for number in numbers])
            for row in (row for rows in known.values() for row in rows):
                iris[row["iri"]] = None
                if row["kind"] == "organisation" and "structure" in query.kinds:
                    run = Filters(kind=("structure",), others=(("operator", (row["iri"],)),))
                    iris |= dict.fromkeys(one["iri"] for one in self.index.find(run, limit=_LOOKED_AT).rows)
        codes = judge.named("place").get("codeInsee", frozenset())
        return self.index.known([*iris, *sorted(codes)], language)


def _is_certain(best: Candidate, others: Sequence[Candidate], text: str, query: Query) -> bool:
    """Say whether a candidate is what the query means, and nothing else can be."""
    if not best.preferred or best.has(Verdict.DIFFERS):
        return False
    rivals = [one for one in others if one.preferred and not one.has(Verdict.DIFFERS)]
    if best.has(Verdict.IDENTIFIES) and not any(one.has(Verdict.IDENTIFIES) for one in rivals):
        # A number identifies, unless the name is quite another: then one of both is wrong.
        return not text or best.name >= _LEAST or best.held
    if not text:
        return False
    if best.thing.kind in NAMED_ALONE:
        return _is_certain_by_authority(best, rivals, has_context=bool(best.verdicts))
    if best.agrees:
        least = SAME if best.name == EXACT else CLOSE
        return best.name >= CLOSE and not any(one.agrees and one.name >= least for one in rivals)
    if best.verdicts and not best.has(Verdict.FITS):
        return False
    # A name alone: it has to be the very one, to tell something, and to be in no other name.
    return best.name >= SAME and is_telling(text) and not any(one.name >= CLOSE or one.held for one in rivals)


def _is_certain_by_authority(best: Candidate, rivals: Sequence[Candidate], *, has_context: bool) -> bool:
    """Decide on what an authority names: no two of them have one name in one place."""
    if has_context and not (best.agrees or best.has(Verdict.FITS)):
        return False
    if best.agrees:
        rivals = [one for one in rivals if one.agrees]
    if best.name == EXACT:
        return not any(one.name == EXACT for one in rivals)
    least = CLOSE if best.agrees else SAME
    return best.name >= least and not any(one.name >= min(least, best.name - 3) for one in rivals)
