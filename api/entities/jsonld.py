"""Compact JSON-LD of a small graph (JSON-LD 1.1, compaction): the terms of one context, nothing fetched.

Our graphs have no blank nodes and no lists, so compaction is a renaming: each predicate takes the first term of the
context that fits its value exactly, and a prefixed name where none does. Reading the result back gives the same graph.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from maille.ontology.namespaces import PREFIXES
from maille.ontology.terms import RDF, XSD

Term = NamedNode | BlankNode | Literal
Definition = Mapping[str, str]
Json = dict[str, object]

_XSD_STRING: Final = XSD.string.value


class Context:
    """A JSON-LD context: terms defined by `@id`, and perhaps `@type` or `@container: @language`; and prefixes.

    What is not of that form (keywords, scoped contexts, reverse terms) is not used for compaction.
    """

    def __init__(self, context: Mapping[str, object]) -> None:
        self._definitions: dict[str, list[tuple[str, Definition]]] = defaultdict(list)
        self._prefixes = {**PREFIXES, **_namespaces(context)}
        self._curies: dict[str, tuple[str, str]] = {}
        for term, definition in sorted(context.items()):
            if term in self._prefixes or term.startswith("@"):
                continue
            fields = _fields(definition)
            if fields:
                self._definitions[self.expand(fields["@id"])].append((term, fields))

    def expand(self, name: str) -> str:
        """Return the IRI of a prefixed name, or the name itself."""
        prefix, colon, rest = name.partition(":")
        return self._prefixes[prefix] + rest if colon and prefix in self._prefixes else name

    def curie(self, iri: str) -> tuple[str, str]:
        """Return (prefix, prefixed name) of an IRI, or two empty words where no prefix fits well."""
        known = self._curies.get(iri)
        if known is None:
            known = self._curie(iri)
            if len(self._curies) < _MOST_KEPT:
                self._curies[iri] = known
        return known

    def _curie(self, iri: str) -> tuple[str, str]:
        for prefix, namespace in self._prefixes.items():
            rest = iri[len(namespace) :]
            if iri.startswith(namespace) and rest and rest.replace("-", "").replace("_", "").isalnum():
                return prefix, f"{prefix}:{rest}"
        return "", ""

    def namespace(self, prefix: str) -> str:
        """Return the IRI that `prefix` stands for."""
        return self._prefixes[prefix]

    def fitting(self, predicate: str, value: Term) -> tuple[str, Definition] | None:
        """Return the term, and its definition, that says `predicate` and the type of `value` exactly."""
        for term, definition in self._definitions.get(predicate, ()):
            if _fits(self, definition, value):
                return term, definition
        return None


def _namespaces(context: Mapping[str, object]) -> dict[str, str]:
    return {key: iri for key, iri in context.items() if isinstance(iri, str) and iri.endswith(("#", "/"))}


def _fields(definition: object) -> Definition | None:
    if isinstance(definition, str):
        return {"@id": definition}
    if not isinstance(definition, Mapping) or not set(definition) <= {"@id", "@type", "@container"}:
        return None
    fields = {str(key): value for key, value in definition.items() if isinstance(value, str)}
    return fields if "@id" in fields and len(fields) == len(definition) else None


def _fits(context: Context, definition: Definition, value: Term) -> bool:
    kind, container = definition.get("@type", ""), definition.get("@container", "")
    if not isinstance(value, Literal):
        return kind in ("@id", "@vocab") and container in ("", "@set")
    if value.language is not None:
        return container == "@language" and not kind
    if container not in ("", "@set"):
        return False
    if kind:
        return context.expand(kind) == value.datatype.value
    return value.datatype.value == _XSD_STRING


_MOST_KEPT: Final = 4096
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False)


def to_jsonld(triples: Iterable[Triple], context: Context) -> bytes:
    """Return `triples` as one JSON-LD document; only what is used of the context is written into it."""
    compaction = _Compaction(context)
    nodes: dict[str, Json] = {}
    for triple in triples:
        node = nodes.setdefault(_identifier(triple.subject), {"@id": _identifier(triple.subject)})
        compaction.add(node, triple)
    head = _ENCODER.encode(dict(sorted(compaction.used.items())))
    # A node a line: to be read by people too, and written without the slow way of `indent`.
    graph = ",\n".join([_ENCODER.encode(_tidy(node)) for node in nodes.values()])
    return f'{{"@context": {head},\n"@graph": [\n{graph}\n]}}\n'.encode()


def _identifier(subject: object) -> str:
    return subject.value if isinstance(subject, NamedNode) else str(subject)


def _tidy(node: Json) -> Json:
    return {key: value[0] if isinstance(value, list) and len(value) == 1 else value for key, value in node.items()}


class _Compaction:
    """Writes statements into JSON nodes and remembers which terms and prefixes it used."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.used: dict[str, object] = {}

    def add(self, node: Json, triple: Triple) -> None:
        value = triple.object
        if triple.predicate == RDF.type and isinstance(value, NamedNode):
            _append(node, "@type", self._name(value.value))
            return
        fitting = self._context.fitting(triple.predicate.value, value) if isinstance(value, _TERMS) else None
        if fitting is None:
            _append(node, self._name(triple.predicate.value), self._expanded(value))
            return
        term, definition = fitting
        if term not in self.used:
            self.used[term] = self._absolute(definition)
        if definition.get("@container") == "@language" and isinstance(value, Literal):
            languages = node.setdefault(term, {})
            if isinstance(languages, dict):
                _append_language(languages, value)
        else:
            _append(node, term, value.value if isinstance(value, NamedNode | Literal) else str(value))

    def _absolute(self, definition: Definition) -> object:
        full = {key: self._context.expand(value) for key, value in definition.items()}
        return full["@id"] if len(full) == 1 else full

    def _name(self, iri: str) -> str:
        prefix, name = self._context.curie(iri)
        if not prefix:
            return iri
        self.used[prefix] = self._context.namespace(prefix)
        return name

    def _expanded(self, value: object) -> Json:
        if not isinstance(value, Literal):
            return {"@id": _identifier(value)}
        if value.language is not None:
            return {"@language": value.language, "@value": value.value}
        if value.datatype.value == _XSD_STRING:
            return {"@value": value.value}
        return {"@type": self._name(value.datatype.value), "@value": value.value}


_TERMS: Final = (NamedNode, BlankNode, Literal)


def _append(node: Json, key: str, value: object) -> None:
    values = node.setdefault(key, [])
    if isinstance(values, list):
        values.append(value)


def _append_language(languages: Json, value: Literal) -> None:
    texts = languages.setdefault(str(value.language), [])
    if isinstance(texts, list):
        texts.append(value.value)
