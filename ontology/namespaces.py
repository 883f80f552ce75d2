"""The one table of prefixes, and the one base IRI every name of ours hangs from.

Everything inside Maille is minted under `BASE`. A deployment that publishes under a base of its own rewrites
names at the two edges only, with `rebase_nquads` when a dump is written and `rebase_text` when a query is prepared.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

BASE: Final = "https://w3id.org/maille/"
DEF: Final = BASE + "def#"
SCHEME: Final = BASE + "scheme/"
SHAPES: Final = BASE + "shapes#"

PREFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "maille": DEF,
        "scheme": SCHEME,
        "shapes": SHAPES,
        "adms": "http://www.w3.org/ns/adms#",
        "cv": "http://data.europa.eu/m8g/",
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "dqv": "http://www.w3.org/ns/dqv#",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "geo": "http://www.opengis.net/ont/geosparql#",
        "geof": "http://www.opengis.net/def/function/geosparql/",
        "igeo": "http://rdf.insee.fr/def/geo#",
        "legal": "http://www.w3.org/ns/legal#",
        "locn": "http://www.w3.org/ns/locn#",
        "org": "http://www.w3.org/ns/org#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "prov": "http://www.w3.org/ns/prov#",
        "qb": "http://purl.org/linked-data/cube#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "https://schema.org/",
        "sd": "http://www.w3.org/ns/sparql-service-description#",
        "sh": "http://www.w3.org/ns/shacl#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "spdx": "http://spdx.org/rdf/terms#",
        "time": "http://www.w3.org/2006/time#",
        "vann": "http://purl.org/vocab/vann/",
        "void": "http://rdfs.org/ns/void#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)


def sparql_prologue(base: str = BASE) -> str:
    """Return the `PREFIX` lines of the whole table, with our own names under `base`."""
    return "".join(f"PREFIX {prefix}: <{rebase_text(iri, base)}>\n" for prefix, iri in PREFIXES.items())


def rebase_text(text: str, base: str) -> str:
    """Return `text` (an IRI, a query, a Turtle file) with our default base replaced by `base`."""
    return text if base == BASE else text.replace(BASE, base)


def rebase_nquads(line: str, base: str, former: str = BASE) -> str:
    """Return one N-Quads statement with names under `former` (ours by default) put under `base`, its literal untouched.

    The literal of a statement spans its first to its last quotation mark: no IRI can hold one (N-Quads, section 4).
    """
    if base == former:
        return line
    head, quote, rest = line.partition('"')
    if not quote:
        return line.replace("<" + former, "<" + base)
    literal, _, tail = rest.rpartition('"')
    return f'{head.replace("<" + former, "<" + base)}"{literal}"{tail.replace("<" + former, "<" + base)}'
