"""What a row states about a place, and what each part of it says when looked up alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from maille.loaders.places_index import PlaceIndex
from maille.loaders.places_text import Words, Written, fold, read, tail

_FRANCE: Final = frozenset({"", "fr", "fra", "france", "francemetropolitaine", "republiquefrancaise"})
_ABROAD: Final = frozenset({"99", "999", "099"})
_NOWHERE: Final = Written()


@dataclass(frozen=True, slots=True)
class Stated:
    """A place as a row states it, in any subset.

    Attributes:
        code: INSEE code of a commune, of today or not, or of a municipal arrondissement.
        name: name of the commune as written.
        postcode: postcode, or a text that holds one.
        departement: code or name of the département.
        point: longitude and latitude.
        address: text of an address, read only where neither name nor postcode says anything.
        country: country, where it is stated.
    """

    code: str | None = None
    name: str | None = None
    postcode: str | None = None
    departement: str | None = None
    point: tuple[float, float] | None = None
    address: str | None = None
    country: str | None = None


class Evidence:
    """One stated place, looked up part by part.

    Attributes:
        name: the name taken apart.
        postcode: five digits, or None.
        cedex: whether CEDEX was written: the town may be that of the sorting office.
        office: the number behind CEDEX, or None.
    """

    def __init__(self, stated: Stated, index: PlaceIndex) -> None:
        self._stated, self._index = stated, index
        name = read(stated.name or "")
        # The column of postcodes may hold an address, or a town and CEDEX.
        beside, address = read(tail(stated.postcode or "")), read(tail(stated.address or ""))
        self.name = next((one for one in (name, beside, address) if one.whole), _NOWHERE)
        postcodes = (beside.postcode, name.postcode, None if name.whole else address.postcode)
        self.postcode = next((one for one in postcodes if one), None)
        self.cedex = name.cedex or beside.cedex
        self.office = name.office or beside.office

    @cached_property
    def names(self) -> tuple[Words, ...]:
        """The ways to read the name: whole, then its parts."""
        return (self.name.whole, *self.name.parts) if self.name.whole else ()

    @cached_property
    def code(self) -> str | None:
        """The code that is stated, or stands in brackets behind the name where it is a code."""
        text = "".join((self._stated.code or "").split()).upper().removesuffix(".0")
        if text.isdigit() and len(text) == 4:
            text = "0" + text
        behind = self.name.code
        return text or (behind if behind and self.communes_of(behind) else None)

    @cached_property
    def known(self) -> frozenset[str]:
        """The communes of today that the code leads to."""
        return self.communes_of(self.code) if self.code else frozenset()

    @cached_property
    def at(self) -> frozenset[str]:
        """The communes of the postcode."""
        return self._index.at(self.postcode) if self.postcode else frozenset()

    @cached_property
    def stated_departement(self) -> str | None:
        """The département that the row states, where it is one."""
        text = "".join(fold(self._stated.departement or "").split()).removesuffix(".0")
        match = re.fullmatch(r"d?0?([0-9][0-9ab]|9[78][0-9])|([0-9])", text)
        return self._index.departement((match[1] or f"0{match[2]}") if match else text)

    @cached_property
    def departements(self) -> frozenset[str]:
        """The départements that the postcode leaves, else the stated one, else those of a broken postcode."""
        if self.postcode:
            return self._index.departements_of(self.postcode)
        return frozenset({self.stated_departement}) if self.stated_departement else self.guessed

    @cached_property
    def guessed(self) -> frozenset[str]:
        """The départements that four digits can mean: a zero was lost in front, or a digit behind."""
        digits = (self._stated.postcode or "").strip().removesuffix(".0")
        if re.fullmatch("[0-9]{4}", digits) is None or not digits.isascii():
            return frozenset()
        return self._index.departements_of("0" + digits) | self._index.departements_of(digits + "0")

    @cached_property
    def abroad(self) -> str | None:
        """Why the place is not in France, where the row says so."""
        country = "".join(re.findall("[a-z]+", fold(self._stated.country or "")))
        if country not in _FRANCE and self._index.departement(country) is None:
            return f"the row states the country {self._stated.country!r}"
        departement = fold(self._stated.departement or "").strip().removesuffix(".0").lstrip("d")
        if departement in _ABROAD:
            return f"département {self._stated.departement!r} stands for abroad"
        if self.postcode and self.postcode.startswith("980"):
            return f"postcode {self.postcode} is in Monaco"
        return None

    def communes_of(self, code: str) -> frozenset[str]:
        """Return the communes of today that a code leads to; two where the source is at odds with itself."""
        if code in self._index.communes:
            return frozenset({code})
        if code in self._index.arrondissements:
            return frozenset({self._index.arrondissements[code]})
        return frozenset(self._index.former.get(code, ()))
