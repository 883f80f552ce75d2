"""Wikidata items and NUTS codes of régions and départements: a table of our own, after public third-party tables.

Nobody official has confirmed these links, and the source description says so. Three cautions are kept:

- an item marked `unverified` is given as an identifier, with a note, and never as `schema:sameAs`;
- an item shared by a région and its only département (overseas) identifies neither of them without doubt: no
  `schema:sameAs` either;
- NUTS has one code, FRY, for the five overseas régions together: it is the code of none of them, so they have none.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from maille.loaders import identifiers
from maille.loaders.own_table import content_of, lines_of, no_more
from maille.loaders.source import Row, RowRejected, SourceDescription
from maille.loaders.sourced import reified, statement
from maille.loaders.territories import columns
from maille.ontology import iris, vocabulary
from maille.ontology.namespaces import BASE
from maille.ontology.terms import DCT, MAILLE, PROV, SCHEMA, SKOS

__all__ = ["TerritoryLinksLoader"]

SHIPPED: Final = Path(__file__).parents[1] / "data" / "territory-links.csv"
ENTITY: Final = "http://www.wikidata.org/entity/"

_COLUMNS: Final = ("kind", "code", "wikidata", "wikidata_status", "nuts")
_STATUSES: Final = frozenset({"third-party", "unverified"})
_CODES: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {"region": identifiers.region_code, "departement": identifiers.departement_code}
)
_UNVERIFIED: Final = MappingProxyType(
    {
        "fr": "Identifiant repris d'une table tierce et non vérifié.",
        "en": "Identifier taken from a third-party table and not verified.",
    }
)


class TerritoryLinksLoader:
    """Loads the table of links; `path` stands in for the one that is shipped."""

    def __init__(self, path: Path = SHIPPED) -> None:
        self._path = path

    @cached_property
    def description(self) -> SourceDescription:
        """What the source is, with the digest of what was read."""
        return _describe(self._path.name, hashlib.sha256(self._content).hexdigest())

    def rows(self) -> Iterator[Row]:
        """Yield the lines of the table; raises SourceError where it is none."""
        for line, values in lines_of(self._path.name, self._content, _COLUMNS):
            yield Row(self._path.name, line, f"{values['kind']}-{values['code']}", values)

    def quads(self, row: Row) -> Iterator[Quad]:
        """Yield the quads of one line; raises RowRejected where it is ill-formed or repeats another."""
        _check(row.values)
        if self._first[row.key] != row.line:
            raise RowRejected("code", row.values["code"], f"stated already on line {self._first[row.key]}")
        kind, code, qid, status, nuts = (row.values[column] for column in _COLUMNS)
        graph = self.description.graph
        subject, source_row = iris.thing(kind, code), self.description.row(row.key)
        yield Quad(subject, PROV.wasDerivedFrom, source_row, graph)
        yield Quad(source_row, PROV.wasQuotedFrom, self.description.source, graph)
        if nuts:
            yield Quad(subject, MAILLE.nuts, Literal(nuts), graph)
        if qid:
            yield Quad(subject, MAILLE.wikidataId, Literal(qid), graph)
        if status == "unverified":
            yield from self._doubt(subject, Literal(qid), source_row)
        elif qid and self._uses[qid] == 1:
            yield Quad(subject, SCHEMA.sameAs, NamedNode(ENTITY + qid), graph)

    def _doubt(self, subject: NamedNode, qid: Literal, source_row: NamedNode) -> Iterator[Quad]:
        graph = self.description.graph
        node = statement(subject, MAILLE.wikidataId, qid)
        for one in reified(subject, MAILLE.wikidataId, qid):
            yield Quad(one.subject, one.predicate, one.object, graph)
        yield Quad(node, PROV.wasDerivedFrom, source_row, graph)
        for language, note in _UNVERIFIED.items():
            yield Quad(node, SKOS.note, Literal(note, language=language), graph)

    @cached_property
    def _content(self) -> bytes:
        return content_of(self._path)

    @cached_property
    def _first(self) -> Mapping[str, int]:
        return {row.key: row.line for row in reversed(list(self.rows()))}

    @cached_property
    def _uses(self) -> Counter[str]:
        return Counter(row.values["wikidata"] for row in self.rows())


def _check(values: Mapping[str, str]) -> None:
    no_more(values, _COLUMNS)
    columns.one_of(values, "kind", _CODES.keys())
    columns.form(values, "code", _CODES[values["kind"]])
    if values["wikidata"]:
        columns.form(values, "wikidata", identifiers.wikidata_id)
    columns.one_of(values, "wikidata_status", _STATUSES)
    if values["nuts"]:
        columns.form(values, "nuts", identifiers.nuts_code)


def _describe(file_name: str, sha256: str) -> SourceDescription:
    return SourceDescription(
        id="territory-links",
        vintage="2026-11",
        title_fr="Liens des régions et départements vers Wikidata et NUTS",
        title_en="Links of régions and départements to Wikidata and NUTS",
        description_fr="Table tenue par Maille d'après des tables publiques de tiers ; aucun organisme officiel n'a "
        "confirmé ces liens, et ceux de Paris et du Rhône vers Wikidata ne sont pas vérifiés.",
        description_en="A table kept by Maille after public third-party tables; no official body has confirmed these "
        "links, and those of Paris and Rhône to Wikidata are unverified.",
        publisher=_publisher(),
        licence="https://creativecommons.org/publicdomain/zero/1.0/",
        attribution="Table de liens de Maille, d'après des tables publiques de tiers",
        address=f"{BASE}source/territory-links/2026-11",
        issued=date(2026, 11, 22),
        file_name=file_name,
        sha256=sha256,
    )


def _publisher() -> str:
    """Return who publishes the vocabulary: the table is ours too."""
    ontology = NamedNode(BASE + "def")
    publishers = (
        quad.object for quad in vocabulary.quads() if (quad.subject, quad.predicate) == (ontology, DCT.publisher)
    )
    publisher = next(publishers, None)
    return publisher.value if isinstance(publisher, NamedNode) else BASE
