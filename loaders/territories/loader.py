"""The French administrative territories of 2026: Code officiel géographique, by way of Etalab's npm package.

Régions, départements, arrondissements, communes of four kinds, former codes, EPCI and EPT, from the snapshot that
the package ships; `maille.loaders.territories.snapshot` makes it again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from datetime import date
from functools import cached_property

from pyoxigraph import Quad

from maille.loaders.source import Row, SourceDescription
from maille.loaders.territories.checks import Index, check
from maille.loaders.territories.quads import Writer
from maille.loaders.territories.records import Records, kind_of, read_snapshot, rows_of
from maille.loaders.territories.snapshot import SHIPPED

__all__ = ["TerritoriesLoader"]


class TerritoriesLoader:
    """Loads the territories; `records` stand in for the snapshot where given (same files, same fields).

    Former communes whose code is in `named` get their name from another source, the history.
    """

    def __init__(self, records: Records | None = None, named: Collection[str] = ()) -> None:
        self._given = records
        self._named = frozenset(named)

    @cached_property
    def description(self) -> SourceDescription:
        """What the source is, with the digest of what was read."""
        return _describe(self._content[1])

    def rows(self) -> Iterator[Row]:
        """Yield the records, each after those it hangs from; raises SourceError on a damaged snapshot."""
        return rows_of(self._content[0])

    def quads(self, row: Row) -> Iterator[Quad]:
        """Yield the quads of one row; raises RowRejected on the first of them where it cannot be loaded."""
        check(row, self._index)
        yield from self._writer.quads(row)

    def warnings(self) -> Iterator[str]:
        """Yield what the source says against itself, and the links to rejected communes that are left out."""
        replaced = {
            code: str(row.values["code"])
            for row in self.rows()
            if kind_of(row) == "commune-actuelle"
            for code in row.values.get("anciensCodes") or ()
        }
        for row in self.rows():
            parent, listed = row.values.get("chefLieu"), replaced.get(str(row.values.get("code")))
            if kind_of(row) in ("commune-deleguee", "commune-associee") and listed not in (None, parent):
                text = f"{row.key} is in {parent}, but the former codes of {listed} list it; both are kept"
                yield f"{row.file}:{row.line}: chefLieu {parent!r}: {text}"
            yield from self._left_out(row)

    def _left_out(self, row: Row) -> Iterator[str]:
        columns = {"epci": "membres", "ept": "membres", "region": "chefLieu", "departement": "chefLieu"}
        column = columns.get(kind_of(row), "chefLieu" if kind_of(row) == "arrondissement" else "")
        value = row.values.get(column) or ()
        for code in [value] if isinstance(value, str) else value:
            if code in self._index.stated and not self._index.has("commune-actuelle", code):
                yield f"{row.file}:{row.line}: {column} {code!r}: no link, the row of that commune was rejected"

    @cached_property
    def _content(self) -> tuple[Records, str]:
        if self._given is None:
            return read_snapshot(SHIPPED)
        return self._given, hashlib.sha256(json.dumps(self._given, sort_keys=True).encode()).hexdigest()

    @cached_property
    def _index(self) -> Index:
        return Index(self.rows())

    @cached_property
    def _writer(self) -> Writer:
        return Writer(self.description, self._index, self._named)


def _describe(sha256: str) -> SourceDescription:
    return SourceDescription(
        id="cog",
        vintage="2026",
        title_fr="Code officiel géographique 2026",
        title_en="French official geographic code, 2026",
        description_fr="Régions, départements, arrondissements, communes, EPCI et EPT au 1er janvier 2026, avec SIREN, "
        "codes postaux, populations et anciens codes.",
        description_en="Regions, départements, arrondissements, communes and intercommunal bodies on 1 January 2026, "
        "with SIREN numbers, postcodes, populations and former codes.",
        publisher="https://www.etalab.gouv.fr/",
        licence="https://www.etalab.gouv.fr/licence-ouverte-open-licence",
        attribution="INSEE, DGCL et La Poste, réunis par Etalab (@etalab/decoupage-administratif 6.0.0), "
        "Licence Ouverte 2.0",
        address="https://www.npmjs.com/package/@etalab/decoupage-administratif/v/6.0.0",
        issued=date(2026, 3, 9),
        file_name=SHIPPED.name,
        sha256=sha256,
    )
