"""A name that gave way to another answers 301, for itself and for its document (RFC 9110, section 15.4.2)."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from maille.ontology.namespaces import BASE
from maille.ontology.terms import DCT, MAILLE, OWL, RDF, SKOS

NEW = NamedNode(f"{BASE}id/structure/phare-0123abcd")
OLD = NamedNode(f"{BASE}id/structure/le-phare-89abcdef")
GONE = NamedNode(f"{BASE}id/structure/digue-01234567")
LINKS = NamedNode(f"{BASE}graph/links")
SOURCE = NamedNode(f"{BASE}graph/alpha/1")
FORMER = NamedNode(f"{BASE}id/former-commune/14001")


@pytest.fixture(scope="module")
def site(client, settings):
    store = Store()
    store.extend(
        [
            Quad(NEW, RDF.type, MAILLE.InnovationStructure, SOURCE),
            Quad(NEW, SKOS.prefLabel, Literal("Phare", language="fr"), SOURCE),
            Quad(OLD, DCT.isReplacedBy, NEW, LINKS),
            Quad(GONE, OWL.deprecated, Literal(True), LINKS),
            Quad(GONE, SKOS.prefLabel, Literal("Digue", language="fr"), LINKS),
            Quad(FORMER, DCT.isReplacedBy, NamedNode(f"{BASE}id/commune/14118"), SOURCE),
        ]
    )
    return type(client)(store, settings)


def test_a_replaced_name_leads_to_the_one_that_took_its_place(site) -> None:
    response = site.get("/id/structure/le-phare-89abcdef?lang=en", "text/turtle")
    assert (response.status_code, response.headers["location"]) == (301, "/id/structure/phare-0123abcd?lang=en")
    assert response.headers["cache-control"] == "no-cache", "undoing the link brings the name back"


@pytest.mark.parametrize("suffix", ["", ".ttl", ".nt", ".jsonld", ".rdf", ".html"])
def test_its_document_leads_to_the_other_document_in_the_same_form(site, suffix: str) -> None:
    response = site.get(f"/doc/structure/le-phare-89abcdef{suffix}?lang=en")
    assert response.status_code == 301
    assert response.headers["location"] == f"/doc/structure/phare-0123abcd{suffix}?lang=en"
    assert site.get(response.headers["location"]).status_code == 200


def test_a_head_request_is_told_the_same(site) -> None:
    assert site("HEAD", "/id/structure/le-phare-89abcdef").status_code == 301


def test_a_name_nobody_speaks_of_any_more_still_has_its_document(site) -> None:
    assert site.get("/id/structure/digue-01234567").status_code == 303
    document = site.get("/doc/structure/digue-01234567", "text/turtle")
    assert document.status_code == 200
    assert "deprecated" in document.text
    assert site.get("/doc/structure/digue-01234567.html").status_code == 200


def test_a_former_commune_is_replaced_and_has_a_page_of_its_own(site) -> None:
    assert site.get("/id/former-commune/14001").status_code == 303
    assert site.get("/doc/former-commune/14001.ttl").status_code == 200


def test_an_unknown_name_is_not_found(site) -> None:
    assert site.get("/id/structure/phare-ffffffff").status_code == 404
