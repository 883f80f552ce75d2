"""From what a cell says of a place or a concept to their names in the graph: codes, names, entities, postcodes."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from maille.api.reconcile.asking import Value
from maille.api.reconcile.ids import Ids
from maille.api.reconcile.names import EXACT, SAME, likeness
from maille.store.search import Alike, SearchIndex

Found = frozenset[str]

_KEPT: Final = 20_000
_SLIP: Final = 84.0
"""How alike a name must be that no territory has, to be taken for the one of the most alike."""
_NUMBER: Final = re.compile(r"(\d{1,14})(?:\.0+)?", re.ASCII)
_CODE: Final = re.compile(r"[DR]?0*(\d{1,3}|2[AB])|(\d[\dAB]\d{3})|(\d{9})", re.ASCII | re.IGNORECASE)
_CEDEX: Final = re.compile(r"\s*\bcedex\b.*", re.IGNORECASE)
_ASIDE: Final = re.compile(r"\s*\([^)]*\)")
_WITH_POSTCODE: Final = re.compile(r"\s*\b(\d{5})\b[\s,]*", re.ASCII)
_DISTRICT: Final = re.compile(
    r"(paris|lyon|marseille)\W*0?(\d{1,2})\s*(?:e|eme|ème|er|ᵉ)?(?:\W+arr\w*)?\W*", re.IGNORECASE
)
_DISTRICTS: Final = MappingProxyType({"paris": (75100, 20), "lyon": (69380, 9), "marseille": (13200, 16)})
_DISTRICT_POSTCODES: Final = MappingProxyType({"750": 75100, "690": 69380, "130": 13200})


class Places:
    """Finds what values name, and remembers it: a column says the same again and again.

    Args:
        index: where it is looked up.
        ids: gives IRIs for the identifiers of entities.
    """

    def __init__(self, index: SearchIndex, ids: Ids) -> None:
        self._index = index
        self._ids = ids
        self._known: OrderedDict[tuple[tuple[str, ...], str], Found] = OrderedDict()

    def named(self, kinds: Sequence[str], values: Sequence[Value]) -> Found:
        """Return the IRIs of what any of the values may name among things of `kinds`; nothing where none is known."""
        return frozenset().union(*(self._one(tuple(kinds), value) for value in values))

    def _one(self, kinds: tuple[str, ...], value: Value) -> Found:
        if isinstance(value, Mapping):
            return self._standing_for(self._index.known(self._ids.iris(value["id"])))
        key = (kinds, value)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._looked_up(kinds, value)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return known

    def _looked_up(self, kinds: tuple[str, ...], text: str) -> Found:
        if kinds == ("postcode",):
            return self._of_postcode(text)
        if kinds == ("code",):
            return self._of_code(
                text, ("commune", "arrondissement-municipal", "former-commune", "departement", "region")
            )
        iris = self._ids.iris(text) if "/" in text else []
        if iris:
            return self._standing_for(self._index.known(iris))
        return self._of_code(text, kinds) or self._of_name(text, kinds)

    def _of_code(self, text: str, kinds: tuple[str, ...]) -> Found:
        match = _CODE.fullmatch(_whole(text).upper())
        if match is None or not {"commune", "departement", "region", "epci"} & set(kinds):
            return frozenset()
        short, five, nine = match.groups()
        if nine:
            rows = self._index.numbers("siren", [nine])[nine]
            return self._standing_for(self._index.known([row["iri"] for row in rows if row["kind"] in kinds]))
        # A number of four digits has lost its leading nought to a spreadsheet.
        codes = [five] if five else [short.zfill(2), *([short.zfill(3)] if len(short) == 3 else [])]
        areas = [f"id/{kind}/{code}" for kind in kinds for code in codes if (kind in _FIVE) == bool(five)]
        return self._standing_for(self._index.known([self._index.base + area for area in areas]))

    def _of_name(self, text: str, kinds: tuple[str, ...]) -> Found:
        found: set[str] = set()
        for part in re.split(r"\s*[/;|]\s*", text):
            match = _WITH_POSTCODE.search(part)
            name = _ASIDE.sub("", _CEDEX.sub("", _WITH_POSTCODE.sub(" ", part))).strip(" ,-")
            district = _DISTRICT.fullmatch(name) if "arrondissement-municipal" in kinds else None
            if district:
                first, most = _DISTRICTS[district[1].lower()]
                if 1 <= int(district[2]) <= most:
                    iri = f"{self._index.base}id/arrondissement-municipal/{first + int(district[2])}"
                    found |= self._standing_for(self._index.known([iri]))
                continue
            here = self._alike(name, kinds) if name else frozenset()
            there = self._of_postcode(match[1]) if match and "commune" in kinds else frozenset()
            found |= (here & there) or here or there
        return frozenset(found)

    def _alike(self, name: str, kinds: tuple[str, ...]) -> Found:
        scored = [(likeness(name, one.names).score, one) for one in self._index.alike(name, kinds, limit=60)]
        best = max((score for score, _ in scored), default=0.0)
        least = best if best >= SAME else _SLIP if best >= _SLIP else EXACT + 1
        if best < SAME:
            least = max(least, best - 1)
        near = [one for score, one in scored if score >= least]
        # What is called so today comes before what was.
        return self._standing_for([one for one in near if one.kind not in _PAST] or near)

    def _of_postcode(self, text: str) -> Found:
        code = _whole(text).zfill(5)
        if not re.fullmatch(r"\d{5}", code, re.ASCII):
            return frozenset()
        first = _DISTRICT_POSTCODES.get(code[:3])
        if first is not None and code[3:] != "00":
            iri = f"{self._index.base}id/arrondissement-municipal/{first + int(code[3:])}"
            found = self._standing_for(self._index.known([iri]))
            if found:
                return found
        hits = self._index.search(code, ("commune",), limit=100)
        communes = self._index.known([hit.iri for hit in hits])
        named = [one for one in communes if code in one.row.get("postcodes", ())]
        if named:
            return self._standing_for(named)
        # A CEDEX, of which the first digits say the département.
        areas = ("2A", "2B") if code.startswith("20") else (code[:3] if code >= "97" else code[:2],)
        return frozenset(one.iri for one in self._index.known([f"{self._index.base}id/departement/{a}" for a in areas]))

    def _standing_for(self, things: Sequence[Alike]) -> Found:
        """Return the IRIs of things, and of the commune of today where one is a former commune or a part of one."""
        found: set[str] = set()
        for one in things:
            found.add(one.iri)
            found.update(brief["iri"] for brief in one.row.get("replaced_by", ()))
            if one.kind in ("arrondissement-municipal", "commune-deleguee", "commune-associee") and one.row.get(
                "commune"
            ):
                found.add(one.row["commune"]["iri"])
        return frozenset(found)


_PAST: Final = frozenset({"former-commune", "commune-deleguee", "commune-associee", "former-region"})
_FIVE: Final = _PAST - {"former-region"} | {"commune", "arrondissement-municipal"}


def _whole(text: str) -> str:
    """Return a code without what a spreadsheet adds or takes: `75019.0`, `1004`."""
    match = _NUMBER.fullmatch(text.strip())
    code = match[1] if match else text.strip()
    return code.zfill(5) if len(code) == 4 and code.isdigit() else code
