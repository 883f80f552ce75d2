"""From a description to what a page shows: titles, sections of facts, footnotes, links (no HTML here, no query)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode, Quad

from maille.api.entities.description import Description, labels_of
from maille.api.entities.footnotes import Footnote, footnotes_of, graph_of_row
from maille.api.entities.layouts import UNLISTED, Section, sections_of
from maille.api.pages.i18n import Translator, alphabetical
from maille.api.pages.render import Links, curie, external_link, short_name
from maille.api.terms import Value
from maille.ontology import iris
from maille.ontology.errors import InvalidIri
from maille.ontology.namespaces import BASE
from maille.ontology.terms import ADMS, DCT, GEO, IGEO, LOCN, MAILLE, ORG, PROV, RDF, SKOS, SPDX, XSD

# Where a code leads outside, by the property that carries it.
_REGISTERS: Final = {
    MAILLE.siren: "https://annuaire-entreprises.data.gouv.fr/entreprise/",
    MAILLE.siret: "https://annuaire-entreprises.data.gouv.fr/etablissement/",
    MAILLE.wikidataId: "https://www.wikidata.org/wiki/",
    MAILLE.ror: "https://ror.org/",
    MAILLE.idref: "https://www.idref.fr/",
    MAILLE.nuts: "http://data.europa.eu/nuts/code/",
}
_FIGURES_OF: Final = "https://www.insee.fr/fr/statistiques/2011101?geo="
_CALLED_BY_INSEE: Final = {"commune": "COM", "departement": "DEP", "region": "REG"}
_ROWS: Final = f"{BASE}row/"
_ROWS_NAMED: Final = 3
"""Rows of a thing that stand for a statement whose own row is not told."""
_SHOWN: Final = 60
"""Characters of a geometry that a page shows: an outline has tens of thousands."""
_NUMBERS: Final = frozenset({XSD.integer, XSD.decimal})
_TRUTH: Final = {"true": "yes", "1": "yes", "false": "no", "0": "no"}
_PLAIN_NUMBERS: Final = frozenset({MAILLE.sourceLine})


@dataclass(frozen=True)
class Shown:
    """One value as a page shows it: text, perhaps a link, small print after it, numbers of footnotes."""

    text: str
    href: str | None = None
    lang: str | None = None
    external: bool = False
    after: str = ""
    notes: tuple[int, ...] = ()


@dataclass(frozen=True)
class Fact:
    """A line of a section: the name of the predicate and its values."""

    label: str
    values: tuple[Shown, ...]


@dataclass(frozen=True)
class Block:
    """A section with something in it."""

    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class NotedSource:
    """A source of a footnote, and the rows of it that say so."""

    graph: Shown
    rows: tuple[Shown, ...]


@dataclass(frozen=True)
class Note:
    """A footnote: its number, the sources it points to and remarks."""

    number: int
    sources: tuple[NotedSource, ...]
    remarks: tuple[str, ...]


@dataclass
class _Notes:
    """Numbers footnotes in the order the page meets them; one number for the same sources and remarks."""

    numbers: dict[Footnote, int] = field(default_factory=dict)

    def number(self, footnote: Footnote) -> int:
        return self.numbers.setdefault(footnote, len(self.numbers) + 1)


class View:
    """A description, read in one language."""

    def __init__(self, description: Description, t: Translator, links: Links) -> None:
        self.description = description
        self._t = t
        self._links = links
        self._labels = labels_of((*description.surroundings, *description.quads))
        self._footnotes = footnotes_of(description.quads)
        self._notes = _Notes()
        self._by_subject: Mapping[Value, Mapping[NamedNode, list[Value]]] = _indexed(
            (*description.quads, *description.surroundings)
        )
        self._own = _indexed(quad for quad in description.quads if quad.subject == description.iri).get(
            description.iri, {}
        )

    @property
    def iri(self) -> NamedNode:
        """Return the name of the thing."""
        return self.description.iri

    @cached_property
    def kind(self) -> str:
        """Return the kind of thing its name says, the empty word where it says none."""
        try:
            return iris.parse(self.iri.value).kind
        except InvalidIri:
            return ""

    @cached_property
    def title(self) -> str:
        """Return the name of the thing in the language of the page."""
        name = self.label(self.iri)
        return name[:1].upper() + name[1:] if self.kind == "row" else name

    @cached_property
    def inside(self) -> tuple[Shown, ...]:
        """Return the structures in a territory, by name."""
        return tuple(sorted(map(self.thing, self.description.inside), key=lambda one: alphabetical(one.text)))

    @cached_property
    def classes(self) -> tuple[Shown, ...]:
        """Return the classes of the thing, ours and those we have a word for."""
        types = sorted((o for o in self.values(RDF.type) if isinstance(o, NamedNode)), key=str)
        named = [cls for cls in types if cls.value.startswith(BASE) or self._t.has(f"class.{curie(cls.value)}")]
        return tuple(Shown(self._class_name(cls), self._links.iri(cls)) for cls in named or types)

    @cached_property
    def leads(self) -> tuple[Shown, ...]:
        """Return the definition or description, in the language of the page where there is one."""
        texts = [*self.values(SKOS.definition), *self.values(DCT.description)]
        return tuple(self.shown(SKOS.definition, text) for text in self.in_language(texts))

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Return the sections that have something to say, in order, "other facts" last."""
        listed = [self._block(section) for section in sections_of(self.kind)]
        named = {p for section in sections_of(self.kind) for p in section.predicates} | UNLISTED
        others = tuple(sorted((p for p in self._own if p not in named), key=str))
        return tuple(block for block in (*listed, self._block(Section("other", others))) if block.facts)

    @cached_property
    def named(self) -> frozenset[Value]:
        """Return everything the thing's own statements name."""
        return frozenset(value for values in self._own.values() for value in values)

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """Return the footnotes met so far: read it after the facts."""
        return tuple(
            Note(number, tuple(self._noted(note)), tuple(self._remarks(note)))
            for note, number in self._notes.numbers.items()
        )

    @cached_property
    def graphs(self) -> tuple[NamedNode, ...]:
        """Return the graphs that speak of the thing, and those whose rows say what another graph says first."""
        return tuple(self.description.graphs)

    @cached_property
    def rows(self) -> tuple[Shown, ...]:
        """Return the rows the thing as a whole was drawn from."""
        rows = (o for o in self.values(PROV.wasDerivedFrom) if isinstance(o, NamedNode))
        return tuple(self.thing(row) for row in sorted(rows, key=lambda row: (len(row.value), row.value)))

    def values(self, predicate: NamedNode, subject: Value | None = None) -> list[Value]:
        """Return the values of `predicate`, of the thing itself or of another node that was fetched with it."""
        facts = self._own if subject is None else self._by_subject.get(subject, {})
        return facts.get(predicate, [])

    def first(self, predicate: NamedNode, subject: Value | None = None) -> str:
        """Return the first value of `predicate` as plain text, empty where there is none."""
        values = sorted(self.values(predicate, subject), key=str)
        return _plain(values[0]) if values else ""

    def label(self, node: NamedNode) -> str:
        """Return how the page calls a node: its label, else the short form of its IRI."""
        known, labels = f"thing.{node.value}", self._labels.get(node)
        if self._t.has(known):
            return self._t(known)
        if labels:
            return self._t.pick(labels)
        return self._row_name(node) or self._written_out(node) or short_name(node.value)

    def in_language(self, values: Sequence[Value]) -> list[Value]:
        """Return `values` without the texts for which the same predicate has one in the language of the page."""
        languages = {value.language for value in values if isinstance(value, Literal) and value.language}
        wanted = next((code for code in (self._t.language, "fr", "en") if code in languages), None)
        return [
            value
            for value in values
            if not isinstance(value, Literal) or not value.language or wanted in (None, value.language)
        ]

    def thing(self, node: NamedNode) -> Shown:
        """Return a node as a link where it may be one."""
        href = self._links.iri(node)
        return Shown(self.label(node), href, external=href is not None and not node.value.startswith(BASE))

    def shown(self, predicate: NamedNode, value: Value, subject: NamedNode | None = None) -> Shown:
        """Return one value of `predicate`, with its footnotes."""
        plain = self._plain_value(predicate, value)
        footnote = self._footnotes.get((subject or self.iri, predicate, value))
        after = self._after(predicate, value)
        notes = (self._notes.number(footnote),) if footnote and self._is_telling(footnote) else ()
        return Shown(plain.text, plain.href, plain.lang, plain.external, after, notes)

    def predicate_name(self, predicate: NamedNode) -> str:
        """Return how the page calls a property: our word for it, else its label in the vocabulary, else its name."""
        key = f"property.{curie(predicate.value)}"
        name = self._t(key) if self._t.has(key) else self.label(predicate)
        return name[:1].upper() + name[1:]

    def _class_name(self, cls: NamedNode) -> str:
        key = f"class.{curie(cls.value)}"
        return self._t(key) if self._t.has(key) else self.label(cls)

    def _block(self, section: Section) -> Block:
        facts = [self._fact(predicate) for predicate in section.predicates]
        if section.name == "relations":
            facts.append(self._memberships())
        return Block(self._t(f"section.{section.name}"), tuple(fact for fact in facts if fact.values))

    def _memberships(self) -> Fact:
        """Return what the thing is a member of, each with its role: memberships are nodes of their own (ORG, 5.4)."""
        found = []
        for node, facts in self._by_subject.items():
            if self.iri in facts.get(ORG.member, ()) and isinstance(node, NamedNode):
                roles = ", ".join(self.label(role) for role in facts.get(ORG.role, ()) if isinstance(role, NamedNode))
                for body in facts.get(ORG.organization, ()):
                    found.append(replace(self.shown(ORG.organization, body, node), after=roles))
        return Fact(self._t("property.membership"), tuple(sorted(found, key=lambda one: alphabetical(one.text))))

    def _fact(self, predicate: NamedNode) -> Fact:
        values = self.in_language(self.values(predicate))
        if not values:
            return Fact("", ())
        if predicate == MAILLE.profile:
            # The main profile stands on a line of its own.
            values = [value for value in values if value not in self.values(MAILLE.mainProfile)]
        if predicate == SKOS.altLabel:
            spellings = {_plain(value) for value in self.values(MAILLE.variantSpelling)}
            values = [value for value in values if _plain(value) not in spellings]
        # In the order of reading, so that footnotes are numbered in it.
        values.sort(key=lambda value: alphabetical(self._plain_value(predicate, value).text))
        return Fact(self.predicate_name(predicate), tuple(self.shown(predicate, value) for value in values))

    def _plain_value(self, predicate: NamedNode, value: Value) -> Shown:
        if isinstance(value, NamedNode):
            return self.thing(value)
        if not isinstance(value, Literal):
            return Shown(str(value))
        register = _REGISTERS.get(predicate)
        if register and value.value.isalnum():
            return Shown(value.value, register + value.value, external=True)
        area = _CALLED_BY_INSEE.get(self.kind) if predicate == MAILLE.codeInsee else None
        if area and value.value.isalnum():
            return Shown(value.value, f"{_FIGURES_OF}{area}-{value.value}", external=True)
        if value.datatype == XSD.anyURI:
            return Shown(value.value, external_link(value.value), external=True)
        if value.datatype == XSD.boolean and value.value in _TRUTH:
            return Shown(self._t(f"value.{_TRUTH[value.value]}"))
        if value.datatype in _NUMBERS and predicate not in _PLAIN_NUMBERS:
            return Shown(self._t.number(value.value))
        return Shown(value.value, lang=value.language if value.language != self._t.language else None)

    def _after(self, predicate: NamedNode, value: Value) -> str:
        if predicate in (MAILLE.siren, MAILLE.siret):
            return self._evidence(value)
        if predicate == MAILLE.memberOfEpci:
            return ", ".join(self.label(o) for o in self.values(MAILLE.epciKind, value) if isinstance(o, NamedNode))
        if predicate in (MAILLE.profile, MAILLE.mainProfile):
            levels = self.values(MAILLE.opennessLevel, value)
            return ", ".join(sorted(self.label(o) for o in levels if isinstance(o, NamedNode)))
        if predicate in (MAILLE.inCommune, MAILLE.possibleCommune):
            return " · ".join(shown.text for shown in self.chain(value))
        return ""

    def chain(self, commune: Value) -> list[Shown]:
        """Return EPCI, département and région of a commune that was fetched with the thing."""
        epcis = [*self.values(MAILLE.memberOfEpci, commune), *self.values(MAILLE.memberOfEpt, commune)]
        found = [*epcis, *sorted(self.values(IGEO.subdivisionDe, commune), key=str)]
        return [self.thing(value) for value in dict.fromkeys(found) if isinstance(value, NamedNode)]

    def _evidence(self, number: Value) -> str:
        text = _plain(number)
        for node in self.values(ADMS.identifier):
            if text in [_plain(notation) for notation in self.values(SKOS.notation, node)]:
                agencies = [self.label(o) for o in self.values(DCT.creator, node) if isinstance(o, NamedNode)]
                return self._t("identifier.by", agency=", ".join(agencies)) if agencies else ""
        return ""

    def _written_out(self, node: NamedNode) -> str:
        """Return the text of an address, a checksum, the beginning of a geometry, which have no names; else nothing."""
        town = " ".join(filter(None, (self.first(LOCN.postCode, node), self.first(LOCN.postName, node))))
        parts = ", ".join(filter(None, (self.first(LOCN.thoroughfare, node), town)))
        wkt = self.first(GEO.asWKT, node).rpartition("> ")[2]
        shape = wkt if len(wkt) <= _SHOWN else wkt[:_SHOWN] + "…"
        return self.first(LOCN.fullAddress, node) or parts or shape or self.first(SPDX.checksumValue, node)

    def _row_name(self, node: NamedNode) -> str:
        """Return "line 254" for a line of a text, the key for any other row, nothing for what is no row."""
        if not node.value.startswith(_ROWS):
            return ""
        try:
            name = iris.parse(node.value)
        except InvalidIri:
            return ""
        key = name.key.rpartition("/")[2] if name.kind == "row" and not name.fragment else ""
        line = key[1:] if key[:1] == "L" and key[1:].isdecimal() else ""
        return self._t("row.line", n=line) if line else unquote(key)

    def _is_telling(self, note: Footnote) -> bool:
        """Tell whether a footnote says more than that the one source of the page says so."""
        return bool(note.rows or note.notes or (note.graphs and len(self.graphs) > 1))

    def _noted(self, note: Footnote) -> Iterable[NotedSource]:
        own = [row for row in self.values(PROV.wasDerivedFrom) if isinstance(row, NamedNode)]
        for graph in note.graphs:
            rows = note.rows_of(graph) or [row for row in sorted(own, key=str) if graph_of_row(row) == graph]
            told = rows if note.rows_of(graph) or len(rows) <= _ROWS_NAMED else ()
            yield NotedSource(self.thing(graph), tuple(self.thing(row) for row in told))

    def _remarks(self, note: Footnote) -> Iterable[str]:
        for value in self.in_language(note.notes):
            yield _plain(value)


def _indexed(quads: Iterable[Quad]) -> dict[Value, dict[NamedNode, list[Value]]]:
    found: dict[Value, dict[NamedNode, list[Value]]] = defaultdict(lambda: defaultdict(list))
    for quad in quads:
        # A quoted triple (RDF 1.2) is no value of ours: nothing here writes one.
        if isinstance(quad.object, Value) and isinstance(quad.subject, NamedNode):
            values = found[quad.subject][quad.predicate]
            if quad.object not in values:
                values.append(quad.object)
    return {subject: dict(facts) for subject, facts in found.items()}


def _plain(value: Value) -> str:
    return value.value if isinstance(value, Literal | NamedNode) else str(value)
