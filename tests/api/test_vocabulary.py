"""`/def` and `/shapes`: ontology.md check 22 (PC-R5, PC-R6; FOOPS VER2, URI1)."""

from __future__ import annotations

import re

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, parse

from maille.api.pages.vocabulary import shapes_quads, vocabulary_quads
from maille.ontology.namespaces import BASE, DEF, SHAPES

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdf": RdfFormat.RDF_XML,
}
DOCUMENTS = {"def": (DEF, vocabulary_quads), "shapes": (SHAPES, shapes_quads)}
PATHS = ("/def", "/def/1.0.0", "/shapes", "/shapes/1.0.0")


def canonical(quads):
    found = Dataset(Quad(*quad.triple) for quad in quads)
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(found)


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_page_has_an_anchor_for_every_term(client, name, lang):
    namespace, quads = DOCUMENTS[name]
    ids = re.findall(r'id="([^"]+)"', client.get(f"/{name}?lang={lang}", BROWSER).text)
    subjects = {quad.subject.value for quad in quads() if isinstance(quad.subject, NamedNode)}
    terms = {iri.removeprefix(namespace) for iri in subjects if iri.startswith(namespace)}
    assert len(terms) > 60
    assert terms <= set(ids)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("suffix", FORMATS)
def test_every_version_answers_every_format(client, path, suffix):
    name = path.split("/")[1]
    answer = client.get(f"{path}.{suffix}")
    assert answer.status_code == 200
    assert canonical(parse(answer.content, format=FORMATS[suffix])) == canonical(DOCUMENTS[name][1]())


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (BROWSER, "text/html"),
        ("text/turtle", "text/turtle"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/ld+json;q=0.9, text/html;q=0.1", "application/ld+json"),
    ],
)
def test_they_are_negotiated(client, path, accept, expected):
    answer = client.get(path, accept)
    assert answer.headers["content-type"].partition(";")[0] == expected
    assert 'rel="canonical"' in answer.headers["link"]
    assert answer.headers["etag"]
    assert client.get(path, accept, if_none_match=answer.headers["etag"]).status_code == 304


@pytest.mark.parametrize("path", ["/def/9.9.9", "/def/1.0.0.xyz", "/def/1.0.0.0.ttl", "/shapes/x", "/def.xyz"])
def test_another_version_is_unknown(client, path):
    assert client.get(path, "text/turtle").status_code == 404


def test_an_unknown_type_is_406(client):
    assert client.get("/def", "image/png").status_code == 406


def test_the_page_speaks_its_language(client):
    french, english = (client.get(f"/def?lang={lang}", BROWSER).text for lang in ("fr", "en"))
    assert "Profil sous lequel une source range expressément la structure" in french
    assert "Profile under which a source expressly puts the structure" in english
    assert f"{BASE}def" in french


def test_shapes_say_what_they_ask_and_how_grave_it_is(client):
    text = client.get("/shapes?lang=fr", BROWSER).text
    assert "InnovationStructureShape" in text
    assert "sh:Warning" in text
    assert "Le SIREN est celui de l&#39;exploitant, non de la structure." in text
