"""The JSON-LD context expands to our terms, each of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from maille.ontology import iris, terms, vocabulary
from maille.ontology.namespaces import DEF, PREFIXES
from maille.ontology.terms import MAILLE, OWL, RDF, SKOS, XSD


@pytest.fixture(scope="module")
def context() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(vocabulary.context())["@context"]
    return loaded


def expand(document: dict[str, Any], context: dict[str, Any]) -> set[Quad]:
    text = json.dumps({"@context": context, **document})
    return set(parse(text.encode(), format=RdfFormat.JSON_LD))


def test_every_term_of_ours_and_no_other_is_in_the_context(context: dict[str, Any]) -> None:
    names = {name for name, term in vars(MAILLE).items() if isinstance(term, NamedNode)}
    ids = {name: value["@id"] if isinstance(value, dict) else value for name, value in context.items()}
    assert {name for name, iri in ids.items() if str(iri).startswith("maille:")} == names
    assert all(ids[name] == f"maille:{name}" for name in names)


def test_prefixes_agree_with_the_one_table(context: dict[str, Any]) -> None:
    written = {name: iri for name, iri in context.items() if name in PREFIXES}
    used = {str(value["@id"] if isinstance(value, dict) else value).partition(":")[0] for value in context.values()}
    assert written == {name: PREFIXES[name] for name in written}
    assert used & set(PREFIXES) <= set(written)


def test_object_properties_hold_iris(context: dict[str, Any], files: dict[str, list[Triple]]) -> None:
    for triple in files["core.ttl"]:
        if triple.predicate == RDF.type and isinstance(triple.subject, NamedNode):
            entry = context.get(triple.subject.value.removeprefix(DEF))
            held = isinstance(entry, dict) and entry.get("@type") == "@id"
            if triple.object in (OWL.ObjectProperty, OWL.DatatypeProperty):
                assert held == (triple.object == OWL.ObjectProperty), triple.subject


def test_a_document_expands_to_the_statements_meant(context: dict[str, Any]) -> None:
    structure = iris.thing("structure", iris.key_of("Waoup", "study", "waoup"))
    profile = iris.concept("profile", "accelerateur")
    document = {
        "id": structure.value,
        "type": "InnovationStructure",
        "prefLabel": {"fr": "Waoup"},
        "profile": profile.value,
        "placeAsStated": {"fr": "Lyon"},
        "sourceLine": 242,
        "codeInsee": "69123",
    }
    assert expand(document, context) == {
        Quad(structure, RDF.type, MAILLE.InnovationStructure),
        Quad(structure, SKOS.prefLabel, Literal("Waoup", language="fr")),
        Quad(structure, MAILLE.profile, profile),
        Quad(structure, MAILLE.placeAsStated, Literal("Lyon", language="fr")),
        Quad(structure, MAILLE.sourceLine, Literal("242", datatype=XSD.integer)),
        Quad(structure, MAILLE.codeInsee, Literal("69123")),
    }


def test_labels_are_read_by_language(context: dict[str, Any]) -> None:
    for name in ("prefLabel", "altLabel", "definition", "label", "title", "description"):
        assert context[name]["@container"] == "@language"


def test_every_iri_of_the_context_is_a_term_of_the_code(context: dict[str, Any]) -> None:
    holders = [h for h in vars(terms).values() if isinstance(h, type) and hasattr(h, "_ns")]
    known = {term.value for holder in holders for term in vars(holder).values() if isinstance(term, NamedNode)}
    for name, value in context.items():
        iri = value["@id"] if isinstance(value, dict) else value
        if isinstance(iri, str) and name not in PREFIXES and not iri.startswith("@"):
            prefix, _, local = iri.partition(":")
            assert PREFIXES[prefix] + local in known, name
