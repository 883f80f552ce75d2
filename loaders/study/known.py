"""What a cell of the study may point to: things of the tables, concepts, territories, pages; and the checks of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from maille.loaders import identifiers
from maille.loaders.ledger import Entry, Ledger
from maille.loaders.source import Row
from maille.loaders.study.cells import Item, text, without_lines
from maille.ontology import iris, vocabulary
from maille.ontology.errors import InvalidIdentifier, InvalidIri, RowRejected

SOURCE: Final = "study"
KINDS: Final[Mapping[str, str]] = {
    "organisations": "organisation",
    "partners": "partner",
    "networks": "network",
    "programmes": "programme",
    "events": "event",
    "startups": "startup",
    "structures": "structure",
    "initiatives": "initiative",
    "sites": "site",
    "figures": "figure",
}
"""Table -> kind of the things its rows describe."""

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Territories:
    """Codes that exist; an empty set means that the form alone is checked."""

    communes: frozenset[str] = frozenset()
    departements: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    epcis: frozenset[str] = frozenset()

    def check(self, kind: str, code: str) -> str:
        """Return the code in its canonical form; raises InvalidIdentifier where it is none, or is unknown."""
        forms = {
            "commune": (identifiers.commune_code, self.communes, "commune of today"),
            "departement": (identifiers.departement_code, self.departements, "département"),
            "region": (identifiers.region_code, self.regions, "région"),
            "epci": (identifiers.epci, self.epcis, "EPCI"),
        }
        if kind not in forms:
            raise InvalidIdentifier(f"a territory is one of {', '.join(forms)}, with a slash and its code")
        form, known, name = forms[kind]
        canonical = form(code)
        if known and canonical not in known:
            raise InvalidIdentifier(f"no {name} has the code {canonical}")
        return canonical


@dataclass(frozen=True)
class Known:
    """Everything a cell may name, built once from the tables, the ledger and the codes of territories."""

    territories: Territories
    entries: Mapping[str, Entry]
    tables: Mapping[str, str] = field(default_factory=dict)
    first_lines: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()
    """Keys of things whose own row is rejected: a link to one of them would hang in the air."""
    clashes: Mapping[str, str] = field(default_factory=dict)
    """Key -> the key of an earlier row that has the same IRI: two organisations with one SIREN."""

    def has_lost(self, item: Item) -> bool:
        """Say whether a value is the key of a thing that is not loaded."""
        return item.value in self.lost

    def thing(self, item: Item) -> NamedNode:
        """Return the IRI of a thing of the tables, by its key in them."""
        entry = self.entries.get(item.value)
        if entry is None:
            raise item.rejected("no row of the tables has this key")
        if self.has_lost(item):
            file, line = self.first_lines[item.value]
            raise item.rejected(f"the row of this key is rejected ({file}:{line})")
        return entry.iri

    def own(self, row: Row) -> Entry:
        """Return the entry of the thing a row describes; the second row with a key is rejected."""
        key = text(row, "key")
        if key not in self.entries:
            raise RowRejected("key", key, "a key is a slug: small letters and digits, joined by hyphens")
        first = self.first_lines[key]
        if first != (row.file, row.line):
            raise RowRejected("key", key, f"this key is taken by {first[0]}:{first[1]}")
        if key in self.clashes:
            raise RowRejected("siren", text(row, "siren"), f"{self.clashes[key]} has this SIREN already")
        return self.entries[key]

    def concept(self, item: Item, scheme: str) -> NamedNode:
        """Return the IRI of a concept of `scheme`, by its notation."""
        if item.value not in vocabulary.concepts(scheme):
            raise item.rejected(f"no concept of the scheme {scheme} is called so")
        return iris.concept(scheme, item.value)

    def commune(self, item: Item) -> NamedNode:
        """Return the IRI of a commune of today, by its code."""
        return self._territory(item, "commune", item.value)

    def territory(self, item: Item) -> NamedNode:
        """Return the IRI of a territory written `region/53`, `departement/93`, `epci/200039865`, `commune/57463`."""
        kind, _, code = item.value.partition("/")
        return self._territory(item, kind, code)

    def _territory(self, item: Item, kind: str, code: str) -> NamedNode:
        try:
            return iris.thing(kind, self.territories.check(kind, code))
        except (InvalidIdentifier, InvalidIri) as error:
            raise item.rejected(str(error)) from error


def page(item: Item) -> NamedNode:
    """Return the IRI of a web page: http or https, with a host and without blanks."""
    try:
        parts = urlsplit(item.value)
        host = parts.hostname
    except ValueError as error:
        raise item.rejected("no address of a web page") from error
    if parts.scheme not in {"http", "https"} or not host or re.search(r'[\s<>"{}|\\^`]', item.value):
        raise item.rejected("no address of a web page: http or https, and a host")
    try:
        return NamedNode(item.value)
    except ValueError as error:
        raise item.rejected(f"no address of a web page: {error}") from error


def known_from(rows: Iterable[Row], ledger: Ledger, territories: Territories) -> Known:
    """Learn the keys of all rows: the IRI of each thing, from the ledger or newly minted."""
    entries: dict[str, Entry] = {}
    tables: dict[str, str] = {}
    first_lines: dict[str, tuple[str, int]] = {}
    for row in rows:
        table, key = table_of(row), text(row, "key")
        if table in KINDS and key not in first_lines and _SLUG.fullmatch(key):
            entries[key] = _entry(row, ledger, KINDS[table])
            tables[key] = table
            first_lines[key] = (row.file, row.line)
    return Known(territories, entries, tables, first_lines, clashes=_clashes(entries))


def _clashes(entries: Mapping[str, Entry]) -> dict[str, str]:
    taken: dict[tuple[str, str], str] = {}
    return {
        key: first for key, entry in entries.items() if (first := taken.setdefault((entry.kind, entry.key), key)) != key
    }


def table_of(row: Row) -> str:
    """Return the table a row came from."""
    return row.key.partition("/")[0]


def _entry(row: Row, ledger: Ledger, kind: str) -> Entry:
    key, label = text(row, "key"), without_lines(text(row, "name")) or text(row, "key")
    found = ledger.find(SOURCE, key)
    if found is not None:
        return found
    # An organisation with a good SIREN is named by it; a broken one is rejected when the row is loaded.
    if kind == "organisation":
        try:
            return Entry(kind, identifiers.siren(text(row, "siren")), SOURCE, key, label)
        except InvalidIdentifier:
            pass
    try:
        return ledger.entry(kind, SOURCE, key, label)
    except InvalidIri:
        # A label without one Latin letter or digit.
        return ledger.entry(kind, SOURCE, key, key)
