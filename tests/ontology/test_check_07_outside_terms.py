"""Check 7: every outside term in ontology, shapes, queries and code exists in its vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from maille.ontology import terms, vocabulary
from maille.ontology.namespaces import BASE, DEF, PREFIXES, SCHEME, SHAPES

ROOT = Path(__file__).resolve().parents[2]
FILES = [
    path
    for pattern in ("ontology/*.ttl", "shapes/*.ttl", "shapes/**/*.rq", "api/queries/*.rq", "tests/queries/*.rq")
    for path in sorted(ROOT.glob(pattern))
]
TEXT = re.compile(r'"""(?:.|\n)*?"""|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|(?m:(?:^|(?<=\s))#.*$)')
PREFIXED = re.compile(r"(?<![\w<?$:/-])([a-z][\w-]*):((?:[\w-]|\\.|\.(?=[\w-]))+)")


def in_query(text: str) -> Iterator[str]:
    """Yield the IRIs, whole or prefixed, of a SPARQL text."""
    bare = TEXT.sub(" ", text)
    yield from re.findall(r"<([a-z][a-z0-9+.-]*:[^<>\"\s]*)>", re.sub(r"(?i)PREFIX\s+\S+\s+<[^>]*>", " ", bare))
    for prefix, local in PREFIXED.findall(re.sub(r"<[^<>\"\s]*>|(?i:PREFIX)\s+\S+", " ", bare)):
        assert prefix in PREFIXES, f"{prefix}: is not in the one table of prefixes"
        yield PREFIXES[prefix] + local.replace("\\", "")


def in_turtle(data: bytes) -> Iterator[str]:
    """Yield the IRIs of a Turtle file, those of the queries in its literals included."""
    for quad in parse(data, format=RdfFormat.TURTLE):
        for term in (quad.subject, quad.predicate, quad.object):
            if isinstance(term, NamedNode):
                yield term.value
            elif isinstance(term, Literal):
                yield term.datatype.value
                if quad.predicate.value in {PREFIXES["sh"] + "select", PREFIXES["sh"] + "ask"}:
                    yield from in_query(term.value)


def unknown(iris: Iterator[str], closed: dict[str, frozenset[str]], own: frozenset[str]) -> set[str]:
    """Return the IRIs that lie in a known namespace and name nothing there."""
    wrong = set()
    for iri in iris:
        namespace = max((known for known in closed if iri.startswith(known)), key=len, default="")
        local = iri.removeprefix(namespace)
        foreign = namespace and local and "/" not in local and local not in closed[namespace]
        ours = iri.startswith((DEF, SCHEME)) and iri not in own and iri not in (DEF, SCHEME)
        if foreign or ours:
            wrong.add(iri)
    return wrong


@pytest.fixture(scope="module")
def own() -> frozenset[str]:
    return frozenset(quad.subject.value for quad in vocabulary.quads() if isinstance(quad.subject, NamedNode))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_check_07_terms_of_a_file_exist(
    path: Path, closed_lists: dict[str, frozenset[str]], own: frozenset[str]
) -> None:
    found = in_turtle(path.read_bytes()) if path.suffix == ".ttl" else in_query(path.read_text(encoding="utf-8"))
    assert unknown(found, closed_lists, own) == set()


def test_check_07_every_prefix_has_a_closed_list(closed_lists: dict[str, frozenset[str]]) -> None:
    ours = {DEF, SCHEME, SHAPES}
    assert {iri for iri in PREFIXES.values() if not iri.startswith(BASE)} == set(closed_lists)
    assert ours <= set(PREFIXES.values())


def test_check_07_terms_of_the_code_exist(closed_lists: dict[str, frozenset[str]]) -> None:
    for name, holder in vars(terms).items():
        if not isinstance(holder, type) or not hasattr(holder, "_ns") or holder is terms.MAILLE:
            continue
        for local, term in vars(holder).items():
            if isinstance(term, NamedNode):
                assert term.value.removeprefix(holder._ns) in closed_lists[holder._ns], f"{name}.{local}"


@pytest.mark.parametrize(
    ("query", "slip"),
    [
        ("SELECT * { ?s locn:adress ?o }", "http://www.w3.org/ns/locn#adress"),
        ("SELECT * { ?s <http://www.w3.org/ns/org#hasSites> ?o }", "http://www.w3.org/ns/org#hasSites"),
        ("SELECT * { ?s maille:profil ?o }", DEF + "profil"),
        ("SELECT * { ?s maille:profile scheme:profile\\/hub }", SCHEME + "profile/hub"),
    ],
)
def test_check_07_finds_a_slip(
    query: str, slip: str, closed_lists: dict[str, frozenset[str]], own: frozenset[str]
) -> None:
    assert unknown(in_query(query), closed_lists, own) == {slip}


def test_check_07_reads_past_strings_comments_and_variables() -> None:
    query = """PREFIX org: <http://www.w3.org/ns/org#>
    SELECT ?site WHERE { # note: org:nothing
      ?site a org:Site ; skos:prefLabel "dct:nothing"@fr . FILTER(?x = 'a:b') } """
    assert set(in_query(query)) == {PREFIXES["org"] + "Site", PREFIXES["skos"] + "prefLabel"}
