"""What the pages of the vocabulary and of the shapes show: their terms, sorted by what they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from maille.api.entities.description import labels_of
from maille.api.entities.views import Shown
from maille.api.pages.i18n import Translator, alphabetical
from maille.api.pages.render import Links, curie
from maille.api.terms import Value
from maille.ontology.namespaces import DEF, PREFIXES, SHAPES
from maille.ontology.terms import DCT, OWL, RDF, RDFS, SKOS

_SH: Final = PREFIXES["sh"]
_NAME: Final = NamedNode(_SH + "name")
_MESSAGE: Final = NamedNode(_SH + "message")
_TARGET: Final = NamedNode(_SH + "targetClass")
_PATH: Final = NamedNode(_SH + "path")
_SEVERITY: Final = NamedNode(_SH + "severity")
_IS_SCHEME: Final = (RDF.type, SKOS.ConceptScheme)
_PROPERTIES: Final = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)


@dataclass(frozen=True)
class Term:
    """A class, a property, a datatype or a shape as a page shows it; `anchor` is the fragment of its IRI."""

    anchor: str
    name: str
    label: str
    definition: str
    facts: tuple[tuple[str, tuple[Shown, ...]], ...]


class VocabularyView:
    """The statements of a vocabulary, read in one language.

    Args:
        quads: the statements of the document.
        labels: the whole vocabulary, which labels what it mentions and names the schemes.
        ontology: the name of the whole.
        t: translator of the page.
        links: how the page writes addresses.
    """

    def __init__(
        self, quads: Sequence[Quad], labels: Sequence[Quad], ontology: NamedNode, t: Translator, links: Links
    ) -> None:
        self._t = t
        self._links = links
        self._ontology = ontology
        self._all = labels
        self._labels = labels_of((*labels, *quads))
        self._values: dict[NamedNode, dict[NamedNode, list[Value]]] = defaultdict(lambda: defaultdict(list))
        for quad in quads:
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Value):
                self._values[quad.subject][quad.predicate].append(quad.object)

    @property
    def title(self) -> str:
        """Return the title of the document."""
        return self._text(self._ontology, DCT.title)

    @property
    def description(self) -> str:
        """Return the description of the document."""
        return self._text(self._ontology, DCT.description)

    @cached_property
    def classes(self) -> list[Term]:
        """Return our classes."""
        return self._terms(DEF, (OWL.Class,))

    @cached_property
    def properties(self) -> list[Term]:
        """Return our properties."""
        return self._terms(DEF, _PROPERTIES)

    @cached_property
    def others(self) -> list[Term]:
        """Return whatever else is named in our namespace: datatypes, components of the data cube."""
        shown = {term.anchor for term in (*self.classes, *self.properties)}
        return [term for term in self._terms(DEF, ()) if term.anchor not in shown]

    @cached_property
    def node_shapes(self) -> list[Term]:
        """Return the shapes of classes."""
        return self._terms(SHAPES, (NamedNode(_SH + "NodeShape"),))

    @cached_property
    def property_shapes(self) -> list[Term]:
        """Return every other term of the namespace of shapes: property shapes, lists and the like."""
        shown = {term.anchor for term in self.node_shapes}
        return [term for term in self._terms(SHAPES, ()) if term.anchor not in shown]

    @cached_property
    def schemes(self) -> list[Shown]:
        """Return the concept schemes, which have documents of their own."""
        found = {quad.subject for quad in self._all if (quad.predicate, quad.object) == _IS_SCHEME}
        return sorted(
            (self._thing(node) for node in found if isinstance(node, NamedNode)), key=lambda one: alphabetical(one.text)
        )

    def called(self, name: str) -> str:
        """Return what a term of ours or of another vocabulary is called, by its prefixed name."""
        for kind in ("class", "property"):
            if self._t.has(f"{kind}.{name}"):
                return self._t(f"{kind}.{name}")
        prefix, _, inner = name.partition(":")
        return self._t.pick(self._labels.get(NamedNode(PREFIXES[prefix] + inner), {}), name)

    def _terms(self, namespace: str, kinds: Iterable[NamedNode]) -> list[Term]:
        wanted = set(kinds)
        nodes = [node for node in self._values if node.value.startswith(namespace)]
        chosen = [node for node in nodes if not wanted or wanted & set(self._values[node][RDF.type])]
        return sorted(
            (self._term(node, namespace) for node in chosen), key=lambda term: alphabetical(term.label or term.anchor)
        )

    def _term(self, node: NamedNode, namespace: str) -> Term:
        label = self._t.pick(self._labels.get(node, {})) or self._text(node, _NAME)
        return Term(
            node.value.removeprefix(namespace),
            curie(node.value),
            label,
            self._text(node, SKOS.definition) or self._text(node, _MESSAGE),
            tuple(self._facts(node)),
        )

    def _facts(self, node: NamedNode) -> Iterable[tuple[str, tuple[Shown, ...]]]:
        told = (
            ("vocabulary.parents", RDFS.subClassOf),
            ("vocabulary.parents", RDFS.subPropertyOf),
            ("shapes.target", _TARGET),
            ("shapes.path", _PATH),
            ("shapes.severity", _SEVERITY),
        )
        for key, predicate in told:
            values = [self._thing(value) for value in self._values[node][predicate] if isinstance(value, NamedNode)]
            if values:
                yield self._t(key), tuple(values)

    def _thing(self, node: NamedNode) -> Shown:
        labels = self._labels.get(node)
        href = self._links.iri(node)
        external = href is not None and not href.startswith("/")
        return Shown(self._t.pick(labels) if labels else curie(node.value), href, external=external)

    def _text(self, node: NamedNode, predicate: NamedNode) -> str:
        texts = [value for value in self._values[node][predicate] if isinstance(value, Literal)]
        return self._t.pick({text.language or "": text.value for text in texts})
