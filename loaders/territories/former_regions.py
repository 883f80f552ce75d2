"""The régions that ended on 1 January 2016, and those that replaced them: a table of our own, of public facts.

Law no. 2015-29 of 16 January 2015 joined 16 régions into seven. The 11 others kept their code and are those of today.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from maille.loaders import identifiers
from maille.loaders.own_table import content_of, lines_of, no_more
from maille.loaders.source import Row, RowRejected, SourceDescription
from maille.loaders.territories import columns
from maille.ontology import iris
from maille.ontology.terms import DCT, IGEO, MAILLE, PROV, RDF, SKOS, XSD

__all__ = ["FormerRegionsLoader"]

SHIPPED: Final = Path(__file__).parents[1] / "data" / "former-regions.csv"
LAST: Final = "2016-01-01"
"""The day from which on the former régions were no more."""

_COLUMNS: Final = ("code", "name", "replaced_by", "departements")


class FormerRegionsLoader:
    """Loads the table of former régions; `path` stands in for the one that is shipped."""

    def __init__(self, path: Path = SHIPPED) -> None:
        self._path = path

    @cached_property
    def description(self) -> SourceDescription:
        """What the source is, with the digest of what was read."""
        return _describe(self._path.name, hashlib.sha256(self._content).hexdigest())

    def rows(self) -> Iterator[Row]:
        """Yield the lines of the table; raises SourceError where it is none."""
        for line, values in lines_of(self._path.name, self._content, _COLUMNS):
            yield Row(self._path.name, line, f"region-{values['code']}", values)

    def quads(self, row: Row) -> Iterator[Quad]:
        """Yield the quads of one line; raises RowRejected where it is ill-formed."""
        values = row.values
        _check(values)
        graph, source_row = self.description.graph, self.description.row(row.key)
        former, present = iris.thing("former-region", values["code"]), iris.thing("region", values["replaced_by"])
        yield Quad(former, RDF.type, MAILLE.FormerRegion, graph)
        yield Quad(former, SKOS.prefLabel, Literal(values["name"], language="fr"), graph)
        yield Quad(former, MAILLE.codeInsee, Literal(values["code"]), graph)
        yield Quad(former, DCT.isReplacedBy, present, graph)
        for code in values["departements"].split():
            yield Quad(former, DCT.hasPart, iris.thing("departement", code), graph)
        yield Quad(former, PROV.wasDerivedFrom, source_row, graph)
        yield Quad(source_row, PROV.wasQuotedFrom, self.description.source, graph)
        yield from self._event(former, present, source_row)

    def _event(self, former: NamedNode, present: NamedNode, source_row: NamedNode) -> Iterator[Quad]:
        graph, code = self.description.graph, present.value.rpartition("/")[2]
        event = iris.thing("territorial-event", f"{LAST}-region-{code}")
        french, english = f"Réunion de régions en la région {code} ({LAST})", f"Joining of régions into {code} ({LAST})"
        yield Quad(event, RDF.type, IGEO.EvenementGeographique, graph)
        yield Quad(event, SKOS.prefLabel, Literal(french, language="fr"), graph)
        yield Quad(event, SKOS.prefLabel, Literal(english, language="en"), graph)
        yield Quad(event, IGEO.date, Literal(LAST, datatype=XSD.date), graph)
        yield Quad(event, DCT.spatial, present, graph)
        yield Quad(event, IGEO.suppression, former, graph)
        yield Quad(event, IGEO.creation, present, graph)
        yield Quad(event, PROV.wasDerivedFrom, source_row, graph)

    @cached_property
    def _content(self) -> bytes:
        return content_of(self._path)


def _check(values: Mapping[str, str]) -> None:
    no_more(values, _COLUMNS)
    if not values["name"].strip():
        raise RowRejected("name", "", "the name is missing")
    columns.form(values, "replaced_by", identifiers.region_code)
    for code in values["departements"].split():
        columns.form({"departements": code}, "departements", identifiers.departement_code)


def _describe(file_name: str, sha256: str) -> SourceDescription:
    return SourceDescription(
        id="cog-history",
        vintage="2016",
        title_fr="Anciennes régions",
        title_en="Former régions",
        description_fr="Les 16 régions réunies en sept le 1er janvier 2016, leur code, leurs départements et la région "
        "qui leur succède ; les 11 autres ont gardé leur code.",
        description_en="The 16 régions joined into seven on 1 January 2016, their codes, their départements and the "
        "région that succeeded each; the 11 others kept their codes.",
        publisher="https://www.insee.fr/",
        licence="https://www.etalab.gouv.fr/licence-ouverte-open-licence",
        attribution="Table de Maille d'après le Code officiel géographique de l'INSEE et la loi n° 2015-29",
        address="https://www.legifrance.gouv.fr/loda/id/JORFTEXT000030109622/",
        issued=date(2015, 1, 16),
        file_name=file_name,
        sha256=sha256,
    )
