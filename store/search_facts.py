"""What the search index reads of the lines of a release: of each thing, the few statements its row is made of.

Lines are cut, not parsed: they were written by us from parsed terms, one canonical statement each (N-Quads, section 4).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, NamedTuple

from maille.ontology.namespaces import BASE, PREFIXES, rebase_text

_WANTED: Final = (
    "skos:prefLabel skos:altLabel skos:definition skos:notation skos:inScheme skos:broader skos:topConceptOf dct:title "
    "dct:description dct:license dct:subject dct:spatial dct:isReplacedBy dct:hasPart dct:publisher dct:modified "
    "dcat:landingPage foaf:homepage igeo:subdivisionDe igeo:subdivisionDirecteDe geo:hasGeometry geo:asWKT "
    "org:hasPrimarySite org:hasSite org:unitOf org:classification schema:foundingDate locn:address locn:fullAddress "
    "locn:thoroughfare locn:postCode locn:postName maille:codeInsee maille:siren maille:siret maille:uai maille:ror "
    "maille:rnsr maille:idref maille:wikidataId maille:nuts maille:population maille:postcode maille:formerCode "
    "maille:memberOfEpci maille:memberOfEpt maille:epciKind maille:inCommune maille:inMunicipalArrondissement "
    "maille:placeAsStated maille:profile maille:mainProfile maille:opennessLevel maille:legalStatus maille:operatedBy "
    "maille:partner maille:partnerKind maille:networkKind maille:initiativeKind maille:ledBy maille:programme "
    "maille:variantSpelling maille:zone rdf:type"
).split()
_ESCAPED: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_CONTROLS: Final = MappingProxyType({"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"})
_PARTS: Final = ("id/", "scheme/", "graph/")
_LEFT_OUT: Final = ("id/territorial-event/",)


class Value(NamedTuple):
    """An object: the IRI or the text, its language, and whether it is an IRI."""

    text: str
    language: str = ""
    is_iri: bool = False


@dataclass(slots=True)
class Facts:
    """What is said of one thing: property -> objects in the order of the dump, each once; the graphs that say it."""

    values: dict[str, list[Value]] = field(default_factory=dict)
    graphs: set[str] = field(default_factory=set)

    def texts(self, *names: str) -> list[str]:
        """Return the objects of properties as text, each once."""
        known = self.values
        found = [value.text for name in names if name in known for value in known[name]]
        return list(dict.fromkeys(found)) if len(found) > 1 else found

    def iris(self, *names: str) -> list[str]:
        """Return the objects of properties that are IRIs, each once."""
        known = self.values
        found = [value.text for name in names if name in known for value in known[name] if value.is_iri]
        return list(dict.fromkeys(found)) if len(found) > 1 else found

    def first(self, *names: str) -> str | None:
        """Return the first object of the first property that has one."""
        return next((self.values[name][0].text for name in names if name in self.values), None)


def facts_of(lines: Iterable[str], base: str = BASE) -> dict[str, Facts]:
    """Return what the lines of a release say of each thing, concept, scheme and graph, by IRI."""
    wanted = {f"<{rebase_text(_full(name), base)}>": name for name in _WANTED}
    starts = tuple(f"<{base}{part}" for part in _PARTS)
    left_out = tuple(f"<{base}{part}" for part in _LEFT_OUT)
    found: dict[str, Facts] = {}
    subject, facts = "", Facts()
    for line in lines:
        if not line.startswith(starts) or line.startswith(left_out):
            continue
        name, predicate, rest = line.split(" ", 2)
        key = wanted.get(predicate)
        if key is None or ("#" in name and not key.startswith(("geo:", "locn:"))):
            continue
        if name != subject:
            subject, facts = name, found.setdefault(name[1:-1], Facts())
        written, graph = _object_and_graph(rest)
        if graph:
            facts.graphs.add(graph)
        if key != "rdf:type":
            value = _value(written)
            if value is not None:
                facts.values.setdefault(key, []).append(value)
    return found


def _full(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def _object_and_graph(rest: str) -> tuple[str, str]:
    plain = rest[:-2]
    written, space, graph = plain.rpartition(" ")
    if space and graph[0] == "<" and graph[-1] == ">" and '"' not in graph and not graph.startswith("<<"):
        return written, graph[1:-1]
    return plain, ""


def _value(written: str) -> Value | None:
    if written[0] == "<" and written[1] != "<":
        return Value(written[1:-1], "", True)
    if written[0] != '"':
        return None
    text, _, tail = written[1:].rpartition('"')
    if "\\" in text:
        text = _ESCAPED.sub(_unescaped, text)
    return Value(text, tail[1:] if tail.startswith("@") else "")


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _CONTROLS.get(match[3], match[3])


def things(facts: dict[str, Facts], base: str) -> Iterator[tuple[str, str, Facts]]:
    """Yield the things that have rows, with their kinds: `/id/<kind>/<key>` and the concepts of schemes."""
    for iri, known in facts.items():
        path = iri.removeprefix(base)
        kind, _, key = path.partition("/")[2].partition("/")
        if "#" in path or "/" in key or not key:
            continue
        if path.startswith("id/"):
            yield iri, kind, known
        elif path.startswith("scheme/"):
            scheme = path.split("/")[1]
            yield iri, scheme if scheme in {"profile", "theme"} else "concept", known
