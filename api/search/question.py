"""The question of a search as SPARQL: what `/search` found by its index, asked of the graph itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pyoxigraph import Literal, NamedNode

from maille.api.rest.asking import LICENCES
from maille.api.search.values import candidates, means
from maille.ontology.namespaces import PREFIXES, rebase_text
from maille.store.search import Filters, SearchIndex

_PREFIXES: Final = ("maille", "skos", "dct", "igeo", "org", "geo", "xsd")
_CLASSES: Final = {
    "structure": "maille:InnovationStructure",
    "initiative": "maille:Initiative",
    "commune": "igeo:Commune",
    "epci": "igeo:Intercommunalite",
    "departement": "igeo:Departement",
    "region": "igeo:Region",
}
_SCHEMED: Final = ("profile", "theme")
_UP: Final = "igeo:subdivisionDe|igeo:subdivisionDirecteDe|maille:memberOfEpci|maille:memberOfEpt"
_PATHS: Final = {
    "profile": "(maille:mainProfile|maille:profile)/skos:broader*",
    "theme": "dct:subject/skos:broader*",
    "level": "maille:profile/skos:broader*/maille:opennessLevel",
    "legal_status": "maille:operatedBy?/maille:legalStatus",
    "territory": f"(maille:inCommune|maille:inMunicipalArrondissement|dct:spatial)?/({_UP})?",
}
_METROPOLE: Final = "maille:memberOfEpci?/maille:epciKind/skos:broader*"
_POINT: Final = r"^.*\\(\\s*(-?[0-9.]+)\\s+(-?[0-9.]+)\\s*\\).*$"


def question(wanted: Filters, index: SearchIndex, kind: str) -> str:
    """Return the query; a value that names nothing finds nothing there either."""
    lines = [
        *_what(wanted, kind, index.base),
        *_facets(wanted, index),
        *_graphs(wanted, index, kind),
        *_places(wanted, index),
    ]
    body = "".join(f"  {line}\n" for line in lines)
    used = [prefix for prefix in _PREFIXES if f"{prefix}:" in body]
    prologue = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in used)
    query = f"SELECT DISTINCT ?thing ?name\nWHERE {{\n{body}}}\nORDER BY ?name\n"
    return rebase_text(prologue, index.base) + "\n" + query


def _what(wanted: Filters, kind: str, base: str) -> Iterator[str]:
    if wanted.text.strip():
        yield f"?thing maille:matches {Literal(wanted.text)} ."
    if kind in _CLASSES:
        yield f"?thing a {_CLASSES[kind]} ; skos:prefLabel ?name ."
    elif kind in _SCHEMED:
        yield f"?thing skos:inScheme <{base}scheme/{kind}> ; skos:prefLabel ?name ."
    else:
        yield "?thing skos:prefLabel ?name ."
        yield f'FILTER(STRSTARTS(STR(?thing), "{base}id/{kind}/"))'


def _facets(wanted: Filters, index: SearchIndex) -> Iterator[str]:
    for name, path in _PATHS.items():
        values = tuple(getattr(wanted, name))
        if values:
            iris = [iri for text in values for iri in candidates(name, text, index.base)]
            known = [iri for iri in iris if iri in index.things(iris)]
            yield f"VALUES ?{name} {{ {_terms(known)} }}"
            yield f"?thing {path} ?{name} ."


def _graphs(wanted: Filters, index: SearchIndex, kind: str) -> Iterator[str]:
    if wanted.source:
        counted = index.find(Filters(kind=(kind,)), limit=0, facets=("source",)).facets["source"]
        known = [iri for iri, _ in counted if any(means("source", text, iri, index.base) for text in wanted.source)]
        graphs = [iri.replace(f"{index.base}source/", f"{index.base}graph/", 1) for iri in known]
        yield f"VALUES ?source {{ {_terms(graphs)} }}"
        yield "GRAPH ?source { ?thing ?said ?value }"
    if wanted.licence:
        yield f"VALUES ?licence {{ {_terms(wanted.licence)} }}"
        yield f"GRAPH <{index.base}graph/meta> {{ ?graph dct:license ?licence }}"
        yield "GRAPH ?graph { ?thing ?fact ?object }"
    if wanted.without_licence:
        yield "FILTER NOT EXISTS {"
        yield f"  GRAPH <{index.base}graph/meta> {{ ?apart dct:license <{LICENCES['odbl']}> }}"
        yield "  GRAPH ?apart { ?thing ?property ?any }"
        yield "}"


def _places(wanted: Filters, index: SearchIndex) -> Iterator[str]:
    if wanted.in_metropole is not None:
        metropole = f"{_METROPOLE} <{index.base}scheme/epci-kind/metropole>"
        yield "?thing maille:inCommune? ?place ."
        yield f"?place {metropole} ." if wanted.in_metropole else "?place maille:codeInsee ?code ."
        if not wanted.in_metropole:
            yield f"FILTER NOT EXISTS {{ ?place {metropole} }}"
    if wanted.bbox is not None:
        west, south, east, north = wanted.bbox
        yield "?thing (org:hasPrimarySite|org:hasSite)?/geo:hasGeometry/geo:asWKT ?wkt ."
        for variable, group in (("lon", 1), ("lat", 2)):
            yield f'BIND(xsd:decimal(REPLACE(STR(?wkt), "{_POINT}", "${group}")) AS ?{variable})'
        both, either = f"?lon >= {west} && ?lon <= {east}", f"(?lon >= {west} || ?lon <= {east})"
        yield f"FILTER({both if west <= east else either} && ?lat >= {south} && ?lat <= {north})"


def _terms(iris: Iterable[str] | Sequence[str]) -> str:
    found = []
    for iri in iris:
        try:
            found.append(str(NamedNode(iri)))
        except ValueError:
            continue  # No IRI at all: nothing has it.
    return " ".join(found)
