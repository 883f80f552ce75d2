"""What is refused of a document before, and by, its parser (engine.md, traps 2, 5, 12 and 16)."""

from __future__ import annotations

import pytest
from pyoxigraph import serialize

from maille.ontology.errors import DocumentInvalid
from maille.store.payload import FORMATS, MAX_DEPTH, triples_of

BASE = "http://example.org/graphs/one"
TURTLE, NTRIPLES, JSONLD, RDFXML = FORMATS
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/"'


def lines(media_type: str, document: bytes) -> list[str]:
    return [str(quad) for quad in triples_of(media_type, document, BASE)]


def refused(media_type: str, document: bytes) -> DocumentInvalid:
    with pytest.raises(DocumentInvalid) as caught:
        lines(media_type, document)
    return caught.value


@pytest.mark.parametrize("media_type", FORMATS)
def test_each_syntax_is_read(media_type: str) -> None:
    triples = list(triples_of(TURTLE, b'<http://e/s> <http://e/p> "\xc3\xa9 <<\\"{[<!--"@fr, 1 .', None))
    document = serialize((quad.triple for quad in triples), format=FORMATS[media_type])
    assert document is not None
    assert sorted(lines(media_type, document)) == sorted(map(str, triples))


@pytest.mark.parametrize(
    ("media_type", "document"),
    [
        (TURTLE, b'<#x> <p> "v" .'),
        (JSONLD, b'{"@id": "#x", "http://example.org/graphs/p": "v"}'),
        (
            RDFXML,
            f'<rdf:RDF {RDF} xmlns:g="http://example.org/graphs/"><rdf:Description rdf:about="#x">'
            "<g:p>v</g:p></rdf:Description></rdf:RDF>".encode(),
        ),
    ],
)
def test_relative_names_resolve_against_the_base(media_type: str, document: bytes) -> None:
    assert lines(media_type, document) == [f'<{BASE}#x> <http://example.org/graphs/p> "v"']


@pytest.mark.parametrize("media_type", [TURTLE, NTRIPLES])
def test_an_empty_document_is_an_empty_graph(media_type: str) -> None:
    assert lines(media_type, b"") == []


@pytest.mark.parametrize("media_type", [JSONLD, RDFXML])
def test_an_empty_document_is_no_document_where_the_syntax_wants_more(media_type: str) -> None:
    refused(media_type, b"")


def test_a_fault_has_its_line_and_column() -> None:
    error = refused(TURTLE, b'<http://e/s> <http://e/p> 1 .\n<http://e/s> <http://e/p> "')
    assert (error.line, error.column) == (2, 27)
    assert str(error).startswith("Line 2, column 27: ")


@pytest.mark.parametrize(
    "document", [b"\xff", b"<a> <b> <c> .".replace(b"a", b"\xed\xa0\x80"), b'<u:a> <u:b> "\xc3" .']
)
def test_bytes_that_are_no_utf_8_are_refused(document: bytes) -> None:
    refused(TURTLE, document)


@pytest.mark.parametrize(
    "document",
    [
        b'{"@context": "http://127.0.0.1:9/context.jsonld", "a": 1}',
        b'{"@context": {"@import": "http://127.0.0.1:9/context.jsonld"}, "a": 1}',
        b'[{"@context": ["http://127.0.0.1:9/context.jsonld"], "a": 1}]',
    ],
)
def test_a_remote_context_is_not_fetched(document: bytes) -> None:
    assert "put the context into the document" in str(refused(JSONLD, document))


@pytest.mark.parametrize(
    "document",
    [
        b'{"@id": "http://e/g", "@graph": [{"@id": "http://e/s", "http://e/p": 1}]}',
        b'{"@graph": [{"@id": "http://e/g", "@graph": [{"@id": "http://e/s", "http://e/p": 1}]}]}',
    ],
)
def test_a_document_with_named_graphs_is_no_graph(document: bytes) -> None:
    refused(JSONLD, document)


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    return (
        f'<!DOCTYPE rdf:RDF [<!ENTITY l0 "ha">{entities}]><rdf:RDF {RDF}><e:A><e:p>&l8;</e:p></e:A></rdf:RDF>'.encode()
    )


def test_entities_are_not_expanded() -> None:
    assert "ENTITY" in str(refused(RDFXML, laughs()))


def test_a_doctype_without_entities_is_read() -> None:
    document = f'<?xml version="1.0"?><!DOCTYPE rdf:RDF SYSTEM "http://127.0.0.1:9/x.dtd"><rdf:RDF {RDF}/>'
    assert lines(RDFXML, document.encode()) == []


@pytest.mark.parametrize(
    "document",
    [
        f"<rdf:RDF {RDF}><e:A><e:p>1</e:p></e:A>",
        f"<rdf:RDF {RDF}><e:A><e:p>1</e:p>",
        f"<rdf:RDF {RDF}><!-- <e:A/> </rdf:RDF>",
        "<?xml version='1.0'?>",
        "hello",
    ],
)
def test_the_beginning_of_an_xml_document_is_no_document(document: str) -> None:
    refused(RDFXML, document.encode())


def test_markup_inside_attributes_comments_and_cdata_counts_for_nothing() -> None:
    noise = "<!-- <a> <b> --><?pi <c> ?>"
    thing = "<e:A e:q='a>b'><e:p>it's \"</e:p><e:p><![CDATA[<d><e>]]></e:p></e:A>"
    document = f"<rdf:RDF {RDF}>{noise}{thing}{noise}</rdf:RDF>"
    assert len(lines(RDFXML, document.encode())) == 4


def nested(media_type: str, depth: int) -> bytes:
    half = depth // 2
    return {
        TURTLE: b"<u:a> <u:b> " + b"<<( <u:a> <u:b> " * depth + b"1" + b" )>>" * depth + b" .",
        NTRIPLES: b"<u:a> <u:b> " + b"<<( <u:a> <u:b> " * depth + b'"1"' + b" )>>" * depth + b" .",
        JSONLD: b'{"http://e/p":' * depth + b"1" + b"}" * depth,
        RDFXML: f"<rdf:RDF {RDF}>{'<e:A><e:p>' * half}{'</e:p></e:A>' * half}</rdf:RDF>".encode(),
    }[media_type]


@pytest.mark.parametrize("media_type", FORMATS)
def test_nesting_has_a_limit(media_type: str) -> None:
    assert lines(media_type, nested(media_type, MAX_DEPTH - 2))
    assert "deeper" in str(refused(media_type, nested(media_type, MAX_DEPTH + 2)))
    assert "deeper" in str(refused(media_type, nested(media_type, 100_000)))


@pytest.mark.parametrize(
    "document",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"@list": [' * 5_000 + b"1" + b"]}" * 5_000,
        b'{"a": "\\"' + b"{" * 10 + b'", "b":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    ],
)
def test_json_hides_no_depth(document: bytes) -> None:
    refused(JSONLD, document)


def test_brackets_in_strings_are_no_depth() -> None:
    document = b'{"http://e/p": "' + b"{[" * 500 + b'", "http://e/q": "\\"' + b"[" * 500 + b'"}'
    assert len(lines(JSONLD, document)) == 2


def test_turtle_hides_no_depth_behind_an_escaped_hash() -> None:
    line = b"<<( <u:a> u:b\\#c \n"
    document = b"PREFIX u: <u:> <u:a> <u:b> " + line * 5_000 + b"1" + b" )>>" * 5_000 + b" ."
    assert "deeper" in str(refused(TURTLE, document))


def test_turtle_may_nest_blank_nodes_and_lists_as_it_likes() -> None:
    document = b"<u:a> <u:b> " + b"[ <u:b> ( " * 2_000 + b"1" + b" ) ]" * 2_000 + b" ."
    assert len(lines(TURTLE, document)) == 6_001


@pytest.mark.parametrize(
    ("media_type", "document"),
    [
        (TURTLE, b'<u:a> <u:b> "a\\u0000b" .'),
        (TURTLE, b'<u:a> <u:b> "a\x00b" .'),
        (NTRIPLES, b'<u:a> <u:b> "a\\U00000000b" .'),
        (JSONLD, b'{"http://e/p": "a\\u0000b"}'),
        (TURTLE, b'<u:a> <u:b> <<( <u:a> <u:b> "a\\u0000b" )>> .'),
    ],
)
def test_u_0000_is_refused(media_type: str, document: bytes) -> None:
    refused(media_type, document)


def test_a_text_that_speaks_of_u_0000_is_read() -> None:
    assert len(lines(TURTLE, b'<u:a> <u:b> "a\\\\u0000b" .')) == 1
