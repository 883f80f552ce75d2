"""What can be looked up of the Code officiel géographique: codes, names, postcodes and départements of communes.

A name or code of a commune déléguée or associée, of a municipal arrondissement or of a former commune leads to the
commune of today. The source has no centroids of communes, so none are here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from maille.loaders.places.past import Beside
from maille.loaders.places.text import Words, key, words
from maille.loaders.source import Row
from maille.loaders.territories.records import kind_of

PRESENT, PART, BESIDE = range(3)
"""Whose name it is: of a commune of today, of a commune déléguée or associée, of a former commune or a quarter."""
_DELEGATED: Final = ("commune-deleguee", "commune-associee")
_TEXTS: Final = ("departement", "chefLieu", "commune")
_TWO_ZONES: Final = {"977": ("974", "977"), "978": ("974", "978")}
"""CEDEX postcodes of La Réunion begin so too, beside Saint-Barthélemy and Saint-Martin."""


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of today: its code, name, the words of it, and its département."""

    code: str
    name: str
    words: Words
    departement: str


@dataclass(frozen=True, slots=True)
class Named:
    """One name and the commune of today it leads to; `rank` says whose name it is: PRESENT, PART or BESIDE."""

    words: Words
    commune: str
    rank: int


class PlaceIndex:
    """Looks communes up.

    Attributes:
        communes: code -> commune of today.
        former: a code that is none of today's -> the communes it leads to, two where the source is at odds.
        arrondissements: code of a municipal arrondissement -> its commune.
    """

    def __init__(self, rows: Iterable[Row], beside: Iterable[Beside] = ()) -> None:
        self.communes: dict[str, Commune] = {}
        self.former: dict[str, set[str]] = defaultdict(set)
        self.arrondissements: dict[str, str] = {}
        self._by_postcode: dict[str, set[str]] = defaultdict(set)
        self._by_departement: dict[str, list[Named]] = defaultdict(list)
        self._by_name: dict[str, list[Named]] = defaultdict(list)
        self._departements: dict[str, str] = {}
        self._numbers: dict[str, str] = {}
        rows = [row for row in rows if _sound(row.values)]
        for row in rows:
            self._first(kind_of(row), row.values)
        for row in rows:
            self._second(kind_of(row), row.values)
        said = frozenset(self.former)
        for one in beside:
            self._beside(one, codes=one.code not in said)

    def named(self, name: Words) -> tuple[Named, ...]:
        """Return the names spelt so, but for case, accents, blanks and the article in front."""
        found = tuple(self._by_name.get(key(name), ()))
        # The article tells apart what it can: "Le Plessis" and "Plessis" may be two communes of today.
        same = tuple(one for one in found if one.words == name)
        nearest = min((one.rank for one in found), default=PRESENT)
        return same if any(one.rank == nearest for one in same) else found

    def at(self, postcode: str) -> frozenset[str]:
        """Return the communes of a postcode; none for one of a CEDEX, which the source does not know."""
        return frozenset(self._by_postcode.get(postcode, ()))

    def inside(self, departement: str) -> tuple[Named, ...]:
        """Return the names of communes of today and of their parts in a département."""
        return tuple(self._by_departement.get(departement, ()))

    def names_of(self, communes: Iterable[str]) -> tuple[Named, ...]:
        """Return the names that lead to one of these communes."""
        wanted = set(communes)
        departements = {self.communes[code].departement for code in wanted}
        return tuple(one for code in sorted(departements) for one in self.inside(code) if one.commune in wanted)

    def departement(self, text: str) -> str | None:
        """Return the code of a département written as code or as name, else None."""
        return self._departements.get("".join(words(text)))

    def departements_of(self, postcode: str) -> frozenset[str]:
        """Return the départements of a postcode, after its first digits where the source does not know it."""
        known = frozenset(self.communes[code].departement for code in self.at(postcode))
        return known or frozenset(code for code in _prefixes(postcode) if code in self._by_departement)

    def arrondissement(self, commune: str, *, number: int | None = None, postcode: str | None = None) -> str | None:
        """Return the municipal arrondissement of a number or of a postcode, None where there is none."""
        return self._numbers.get(f"{commune}-{postcode or number}")

    def _first(self, kind: str, values: Mapping[str, Any]) -> None:
        if kind == "commune-actuelle" and values.get("departement"):
            self._commune(values)
        elif kind == "departement":
            self._departements["".join(words(values["nom"]))] = values["code"]
            self._departements[values["code"].lower()] = values["code"]

    def _commune(self, values: Mapping[str, Any]) -> None:
        code, name = values["code"], words(values["nom"])
        self.communes[code] = Commune(code, values["nom"], name, values["departement"])
        for postcode in values.get("codesPostaux") or ():
            self._by_postcode[postcode].add(code)
        self._name(Named(name, code, PRESENT))

    def _second(self, kind: str, values: Mapping[str, Any]) -> None:
        if kind == "commune-actuelle":
            for old in values.get("anciensCodes") or ():
                self._former(old, values["code"])
        elif kind in _DELEGATED and values.get("chefLieu") in self.communes:
            self._former(values["code"], values["chefLieu"])
            name = words(values["nom"])
            if name != self.communes[values["chefLieu"]].words:
                self._name(Named(name, values["chefLieu"], PART))
        elif kind == "arrondissement-municipal" and values.get("commune") in self.communes:
            self._municipal(values["code"], values["commune"], values.get("codesPostaux") or ())

    def _municipal(self, code: str, commune: str, postcodes: Iterable[str]) -> None:
        self.arrondissements[code] = commune
        # Codes end in the number of the arrondissement: 75101, 13201, and 69381 for the first of Lyon.
        number = re.search("[0-9]{2}$", code)
        if number:
            self._numbers[f"{commune}-{int(number[0]) % 20 or 20}"] = code
        for postcode in postcodes:
            self._numbers[f"{commune}-{postcode}"] = code

    def _beside(self, one: Beside, *, codes: bool) -> None:
        name, communes = words(one.name), [code for code in one.communes if code in self.communes]
        for code in communes:
            if name and name != self.communes[code].words:
                self._name(Named(name, code, BESIDE))
        # Where the source itself says what became of a code, that stands.
        if one.code and codes:
            for code in communes:
                self._former(one.code, code)

    def _former(self, old: str, commune: str) -> None:
        if old not in self.communes:
            self.former[old].add(commune)

    def _name(self, named: Named) -> None:
        known = self._by_name[key(named.words)]
        if named in known:
            return
        known.append(named)
        if named.rank != BESIDE:
            self._by_departement[self.communes[named.commune].departement].append(named)


def _sound(values: Mapping[str, Any]) -> bool:
    """Return whether a row has what is looked up here; the loader of the territories says what is wrong with it."""
    texts = [values.get("code"), values.get("nom"), *(values.get(column) or "" for column in _TEXTS)]
    lists = (values.get("codesPostaux") or [], values.get("anciensCodes") or [])
    return all(isinstance(text, str) for text in texts) and all(
        isinstance(found, list) and all(isinstance(item, str) for item in found) for found in lists
    )


def _prefixes(postcode: str) -> tuple[str, ...]:
    if postcode.startswith("20"):
        return ("2A",) if postcode[:3] in ("200", "201") else ("2B",)
    if postcode.startswith(("97", "98")):
        return _TWO_ZONES.get(postcode[:3], (postcode[:3],))
    return (postcode[:2],)
