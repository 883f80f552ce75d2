"""What a record of the Code officiel géographique must be to be loaded; else RowRejected names the column.

Records hang from one another (commune, arrondissement, département, région), so the checks need to know which were
accepted: an `Index` goes once over all of them, from the top down, before the first quad is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from maille.loaders import identifiers
from maille.loaders.source import Row, RowRejected
from maille.loaders.territories import columns
from maille.loaders.territories.records import kind_of

ZONES: Final = frozenset({"metro", "drom", "com"})
EPCI_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "METRO": "metropole",
        "MET69": "metropole-de-lyon",
        "CU": "communaute-urbaine",
        "CA": "communaute-d-agglomeration",
        "CC": "communaute-de-communes",
    }
)
"""Type of EPCI in the source -> notation in the scheme `epci-kind`."""
TAXATIONS: Final[Mapping[str, str]] = MappingProxyType({"FPU": "fpu", "FA": "fa"})
"""Financing of an EPCI in the source -> notation in the scheme `epci-taxation`."""

_COMMUNE_KINDS: Final = frozenset(
    {"commune-actuelle", "commune-deleguee", "commune-associee", "arrondissement-municipal"}
)


class Index:
    """Which records are sound, by kind and code; what `check` looks up.

    Attributes:
        stated: codes of the communes that the source lists, sound or not.
        region_of: code of a sound département -> code of its région.
        first: key of a row -> where it stands first.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        rows = list(rows)
        self.stated = frozenset(str(row.values.get("code")) for row in rows if kind_of(row) == "commune-actuelle")
        self.region_of: dict[str, str] = {}
        self.first: dict[str, int] = {}
        self._sound: dict[str, set[str]] = {}
        for row in rows:
            self.first.setdefault(row.key, row.line)
            try:
                check(row, self)
            except RowRejected:
                continue
            self._add(kind_of(row), row.values)

    def has(self, kind: str, code: str) -> bool:
        """Return whether a sound record of this kind has this code."""
        return code in self._sound.get(kind, ())

    def _add(self, kind: str, values: Mapping[str, Any]) -> None:
        self._sound.setdefault(kind, set()).add(values["code"])
        if kind == "departement":
            self.region_of[values["code"]] = values["region"]


def check(row: Row, index: Index) -> None:
    """Return where the record can be loaded; raises RowRejected otherwise."""
    kind = kind_of(row)
    if kind not in _CHECKS:
        raise RowRejected("type", kind, f"no such type; known ones: {', '.join(sorted(_COMMUNE_KINDS))}")
    columns.form(row.values, "code", _CODES.get(kind, identifiers.commune_code))
    if not columns.text(row.values, "nom").strip():
        raise RowRejected("nom", "", "the name is missing")
    if index.first.get(row.key, row.line) != row.line:
        raise RowRejected("code", row.values["code"], f"stated already on line {index.first[row.key]}")
    _CHECKS[kind](row.values, index)


def _region(values: Mapping[str, Any], index: Index) -> None:
    columns.one_of(values, "zone", ZONES)
    _stated(values, "chefLieu", index)


def _departement(values: Mapping[str, Any], index: Index) -> None:
    _parent(values, "region", "region", index)
    _region(values, index)


def _arrondissement(values: Mapping[str, Any], index: Index) -> None:
    _in_departement(values, index)
    _stated(values, "chefLieu", index)


def _commune(values: Mapping[str, Any], index: Index) -> None:
    _in_departement(values, index)
    if values.get("arrondissement"):
        _parent(values, "arrondissement", "arrondissement", index)
    if values.get("siren"):
        columns.form(values, "siren", identifiers.siren)
    _inhabited(values)
    for code in columns.items(values, "anciensCodes"):
        columns.form({"anciensCodes": code}, "anciensCodes", identifiers.commune_code)


def _delegated(values: Mapping[str, Any], index: Index) -> None:
    _in_departement(values, index)
    _parent(values, "chefLieu", "commune-actuelle", index)


def _municipal(values: Mapping[str, Any], index: Index) -> None:
    _in_departement(values, index)
    _parent(values, "commune", "commune-actuelle", index)
    _inhabited(values)


def _epci(values: Mapping[str, Any], index: Index) -> None:
    columns.one_of(values, "type", EPCI_KINDS.keys())
    columns.one_of(values, "modeFinancement", TAXATIONS.keys())
    _ept(values, index)


def _ept(values: Mapping[str, Any], index: Index) -> None:
    for column in ("populationMunicipale", "populationTotale"):
        columns.count(values, column)
    for code in columns.items(values, "membres"):
        _stated({"membres": code}, "membres", index)


def _inhabited(values: Mapping[str, Any]) -> None:
    columns.count(values, "population")
    for code in columns.items(values, "codesPostaux"):
        columns.form({"codesPostaux": code}, "codesPostaux", identifiers.postcode)


def _in_departement(values: Mapping[str, Any], index: Index) -> None:
    _parent(values, "departement", "departement", index)
    region = index.region_of.get(values["departement"])
    if values.get("region") != region:
        reason = f"département {values['departement']} is in région {region}"
        raise RowRejected("region", str(values.get("region")), reason)


def _parent(values: Mapping[str, Any], column: str, kind: str, index: Index) -> None:
    code = columns.text(values, column)
    if not index.has(kind, code):
        raise RowRejected(column, code, f"no {kind} of this code is in the source, or its own row was rejected")


def _stated(values: Mapping[str, Any], column: str, index: Index) -> None:
    code = columns.text(values, column)
    if code not in index.stated:
        raise RowRejected(column, code, "no present commune of this code is in the source")


_CODES: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        "region": identifiers.region_code,
        "departement": identifiers.departement_code,
        "arrondissement": identifiers.arrondissement_code,
        "epci": identifiers.epci,
        "ept": identifiers.epci,
    }
)
_CHECKS: Final[Mapping[str, Callable[[Mapping[str, Any], Index], None]]] = MappingProxyType(
    {
        "region": _region,
        "departement": _departement,
        "arrondissement": _arrondissement,
        "commune-actuelle": _commune,
        "commune-deleguee": _delegated,
        "commune-associee": _delegated,
        "arrondissement-municipal": _municipal,
        "epci": _epci,
        "ept": _ept,
    }
)
