"""What a row states about a place, and what each part of it says when looked up alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from maille.loaders.places import abroad as places_abroad
from maille.loaders.places.index import PlaceIndex
from maille.loaders.places.text import Words, Written, fold, read, tail

_CODE_BESIDE_NAME: Final = r"(?<![0-9a-z])(2[ab]|97[1-8]|98[4-9]|[0-9]{2})(?![0-9])"
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
        self._behind = name.code
        in_brackets = self._behind if self._behind and self._is_postcode(self._behind) else None
        postcodes = (beside.postcode, name.postcode, in_brackets, None if name.whole else address.postcode)
        self.postcode = next((one for one in postcodes if one), None)
        self.cedex = name.cedex or beside.cedex
        self.office = name.office or beside.office

    @cached_property
    def names(self) -> tuple[Words, ...]:
        """The ways to read the name: whole, then its parts but for départements."""
        parts = tuple(part for part in self.name.parts if self._as_departement(part) is None)
        return (self.name.whole, *parts) if self.name.whole else ()

    @cached_property
    def code(self) -> str | None:
        """The code that is stated, or stands in brackets behind the name where it is a code."""
        text = "".join((self._stated.code or "").split()).upper().removesuffix(".0")
        if text.isdigit() and len(text) == 4:
            text = "0" + text
        behind = self._behind if self._behind and not self._is_postcode(self._behind) else None
        return text or behind

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
        """The département that the row states in a column of its own, else behind the name; None where it is none."""
        text = "".join(fold(self._stated.departement or "").split()).removesuffix(".0")
        match = re.fullmatch(r"d?0?([0-9][0-9ab]|9[78][0-9])|([0-9])", text) or re.search(_CODE_BESIDE_NAME, text)
        stated = self._index.departement((match[1] or f"0{match[2]}") if match else text)
        behind = (self._as_departement(part) for part in self.name.parts[1:])
        return stated or self._index.departement(self.name.departement or "") or next(filter(None, behind), None)

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
        stated = self._stated
        written = (stated.postcode or "", stated.name or "")
        # Suisse and Us are communes too: alone they mean those.
        names = self.name.parts[1:] if self._index.named(self.name.whole) else (self.name.whole, *self.name.parts[1:])
        return (
            places_abroad.by_country(stated.country or "")
            or places_abroad.by_departement(stated.departement or "")
            or places_abroad.by_text(names, written, self.postcode or "")
        )

    def communes_of(self, code: str) -> frozenset[str]:
        """Return the communes of today that a code leads to; two where the source is at odds with itself."""
        if code in self._index.communes:
            return frozenset({code})
        if code in self._index.arrondissements:
            return frozenset({self._index.arrondissements[code]})
        return frozenset(self._index.former.get(code, ()))

    def _is_postcode(self, text: str) -> bool:
        """Return whether five characters in brackets are a postcode: of the town in front, or no code at all."""
        named = {one.commune for one in self._index.named(self.name.whole)}
        codes = self.communes_of(text)
        return bool(not codes or (not codes & named and self._index.at(text) & named))

    def _as_departement(self, part: Words) -> str | None:
        """Return the département that a part of a name is; not where a commune has that name too, but for overseas."""
        code = self._index.departement("".join(part))
        return code if code and (code.startswith("97") or not self._index.named(part)) else None
