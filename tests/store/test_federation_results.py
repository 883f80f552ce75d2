"""Reading solutions from elsewhere: what is well-formed comes out as SPARQL writes it, nothing else comes out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maille.store.federation_results import Malformed, Row, blank_prefix, rows_of

INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


def document(*bindings: Any, **more: Any) -> dict[str, Any]:
    return {"head": {"vars": ["x", "y"], "link": []}, "results": {"bindings": list(bindings), "ordered": True}, **more}


def read(found: object) -> list[Row]:
    body = found if isinstance(found, bytes) else json.dumps(found).encode()
    return list(rows_of(body, ("x", "y"), "http://blank.example/"))


def test_terms_of_every_kind() -> None:
    rows = read(
        document(
            {"x": {"type": "uri", "value": "urn:a"}, "y": {"type": "literal", "value": 'a"\n}', "xml:lang": "fr"}},
            {"y": {"type": "typed-literal", "value": "1", "datatype": INTEGER}},
            {"x": {"type": "literal", "value": "", "xml:lang": ""}, "z": {"type": "uri", "value": "urn:z"}},
            more={"anything": [1, {}]},
        )
    )
    assert rows == [("<urn:a>", '"a\\"\\n}"@fr'), (None, f'"1"^^<{INTEGER}>'), ('""', None)]


def test_blank_nodes_become_names_that_hold_for_one_question() -> None:
    ((first, second),) = read(document({"x": {"type": "bnode", "value": "b0"}, "y": {"type": "bnode", "value": "b0"}}))
    assert first == second
    assert first is not None
    assert first.startswith("<http://blank.example/")
    once, again, other = (blank_prefix("http://a/", "http://e/", text) for text in ("ASK {}", "ASK {}", "ASK { }"))
    assert once == again != other


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"[]",
        b"{}",
        b"<sparql/>",
        b"\xff\xfe",
        document({})["results"],
        {"boolean": True},
        {"results": []},
        {"results": {"bindings": {}}},
        document(3),
        document({"x": 3}),
        document({"x": {"type": "uri"}}),
        document({"x": {"type": "uri", "value": "not absolute"}}),
        document({"x": {"type": "uri", "value": "http://a/> } DROP ALL #"}}),
        document({"x": {"type": "literal", "value": "\ud800"}}),
        document({"x": {"type": "literal", "value": "\x00"}}),
        document({"x": {"type": "literal", "value": 5}}),
        document({"x": {"type": "literal", "value": "a", "xml:lang": "f r"}}),
        document({"x": {"type": "literal", "value": "a", "datatype": "f r"}}),
        document({"x": {"type": "triple", "value": {}}}),
        document({"x": {"type": "list", "value": "a"}}),
        json.dumps(document({})).encode()[:-3],
        json.dumps(document({})).encode() + b"{}",
        b'{"results":{"bindings":[' + b"[" * 100_000,
        b'{"head":' + b'{"a":' * 100_000,
    ],
    ids=lambda sent: str(sent)[:40],
)
def test_what_is_no_result_is_refused(sent: object) -> None:
    with pytest.raises(Malformed):
        read(sent)


@given(st.binary(max_size=200) | st.recursive(st.none() | st.text(), lambda inner: st.lists(inner), max_leaves=20))
def test_whatever_is_sent_is_read_or_refused(sent: object) -> None:
    try:
        read(sent)
    except Malformed:
        return
