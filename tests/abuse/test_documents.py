"""RDF documents that would burst a parser or the memory it has: refused in time, and nothing is stored of them."""

from __future__ import annotations

import json

import pytest

from .target import GRAPH, Target

DEEP = 5000
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:"'
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9))
    + f']><rdf:RDF {RDF}><rdf:Description rdf:about="urn:a"><e:p>&j;</e:p></rdf:Description></rdf:RDF>'
)
REFUSED: dict[str, tuple[str | bytes, str]] = {
    "a billion laughs": (LAUGHS, "application/rdf+xml"),
    "laughs in UTF-16": (LAUGHS.encode("utf-16"), "application/rdf+xml"),
    "laughs in UTF-16 without a mark": (LAUGHS.encode("utf-16-le"), "application/rdf+xml"),
    "laughs in UTF-7": (LAUGHS.replace('"1.0"', '"1.0" encoding="utf-7"').encode("utf-7"), "application/rdf+xml"),
    "laughs in lower case": (LAUGHS.replace("<!ENTITY", "<!entity"), "application/rdf+xml"),
    "deep elements": (
        f"<rdf:RDF {RDF}>" + "<rdf:Description><e:p>" * DEEP + "</e:p></rdf:Description>" * DEEP + "</rdf:RDF>",
        "application/rdf+xml",
    ),
    "elements without end": ("<a>" * 1_000_000, "application/rdf+xml"),
    "deep arrays": ("[" * DEEP + "]" * DEEP, "application/ld+json"),
    "deep objects": ('{"urn:a":' * DEEP + "1" + "}" * DEEP, "application/ld+json"),
    "deep contexts": ('{"@context":' * DEEP + "{}" + "}" * DEEP, "application/ld+json"),
    "arrays without end": ("[" * 1_000_000, "application/ld+json"),
    "deep triple terms": (
        "<urn:a> <urn:p> " + "<<( <urn:a> <urn:p> " * DEEP + "1" + " )>>" * DEEP + " .",
        "text/turtle",
    ),
    "deep quoted triples": ("<< " * DEEP + "<urn:a> <urn:p> 1" + " >>" * DEEP + " <urn:p> 1 .", "text/turtle"),
    "quotation marks": ('"' * 1_000_000, "application/n-triples"),
    "NUL": ('<urn:a> <urn:p> "\\u0000" .', "text/turtle"),
    "no UTF-8": (b'<urn:a> <urn:p> "\xff" .', "text/turtle"),
}
HEAVY: dict[str, tuple[str | bytes, str]] = {
    "a hundred thousand attributes": (
        f"<rdf:RDF {RDF}><rdf:Description " + " ".join(f'e:a{i}="1"' for i in range(100_000)) + "/></rdf:RDF>",
        "application/rdf+xml",
    ),
    "half of everything": ("<!" * 5_000_000, "application/rdf+xml"),
    "elements that do not begin": ("<a " * 5_000_000, "application/rdf+xml"),
    "one long list": (json.dumps({"@id": "urn:s", "urn:a": {"@list": list(range(1_000_000))}}), "application/ld+json"),
    "one long base": (
        "@base <http://" + "a" * 1_000_000 + "/> .\n" + "".join(f"<x{i}> <y> <z> .\n" for i in range(5000)),
        "text/turtle",
    ),
}


def is_untouched(target: Target) -> bool:
    """Tell whether nothing was stored."""
    return target.post(f"ASK {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}").body.endswith(b"false}")


@pytest.fixture(autouse=True)
def empty(target: Target) -> None:
    target.ask("DELETE", f"/graph-store?graph={GRAPH}", target.token)


@pytest.mark.parametrize("kind", REFUSED)
def test_what_would_burst_a_parser_is_refused(target: Target, kind: str) -> None:
    document, media_type = REFUSED[kind]
    reply = target.put(document, media_type)
    assert reply.outcome == (400, "document")
    assert is_untouched(target)


@pytest.mark.parametrize("kind", HEAVY)
def test_what_takes_too_much_is_stopped(target: Target, kind: str) -> None:
    document, media_type = HEAVY[kind]
    reply = target.put(document, media_type)
    assert reply.outcome in {(400, "document"), (503, "query-too-large"), (504, "query-timeout")}
    assert is_untouched(target)


@pytest.mark.parametrize("opening", ["[ <urn:p> ", "("])
def test_nesting_that_a_parser_takes_is_stored(target: Target, opening: str) -> None:
    closing = {"[": "]", "(": ")"}[opening[0]]
    document = "<urn:a> <urn:p> " + opening * DEEP + "1" + closing * DEEP + " ."
    assert target.put(document, "text/turtle").status == 201


def test_a_form_of_too_many_parts_is_refused(target: Target) -> None:
    part = (
        b'--x\r\nContent-Disposition: form-data; name="a"; filename="a.ttl"\r\nContent-Type: text/turtle\r\n\r\n1\r\n'
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x", **target.token}
    for body in (part * 2000 + b"--x--\r\n", b"--x\r\n\r\n" * 1_000_000, part.replace(b'"a"', b'"' + b"a" * 9_000_000)):
        assert target.ask("POST", f"/graph-store?graph={GRAPH}", headers, body).status == 400


def test_a_document_beyond_the_limit_is_refused(target: Target) -> None:
    assert target.put(b"x" * (25 << 20), "text/turtle").outcome == (413, "too-large")


@pytest.mark.parametrize(
    "update",
    [
        "INSERT { ?a <urn:x> ?f } WHERE { ?a ?b ?c . ?d ?e ?f }",
        "INSERT { ?a <urn:x> ?n } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i BIND(RAND() AS ?n) }",
        "DELETE { ?a ?b ?c } INSERT { ?a ?b ?n } WHERE { ?a ?b ?c . ?d ?e ?f BIND(UUID() AS ?n) }",
    ],
)
def test_an_update_without_end_is_stopped_and_changes_nothing(target: Target, update: str) -> None:
    before = target.get("ASK {}").headers["maille-release"]
    assert target.update(update).outcome in {(503, "query-too-large"), (504, "query-timeout"), (409, "conflict")}
    assert target.get("ASK { }").headers["maille-release"] == before
