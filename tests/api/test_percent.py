"""Forms and addresses: what the standard library reads is read alike, and what it mends is refused."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maille.api.http.percent import encoding_fault, form_fields

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.tuples(TEXT, TEXT)))
def test_a_form_comes_back_as_it_went(pairs: list[tuple[str, str]]) -> None:
    fields = [(name, value) for name, value in pairs if name or value]
    assert form_fields(urlencode(fields).encode(), 1000) == fields


@given(st.binary())
def test_bytes_are_read_as_the_standard_library_reads_them_or_refused(raw: bytes) -> None:
    try:
        fields = form_fields(raw, 10_000)
    except ValueError:
        return
    assert fields == parse_qsl(raw.decode(), keep_blank_values=True, errors="strict", separator="&")


@given(st.binary())
def test_encoded_bytes_are_sound_where_they_are_utf_8(raw: bytes) -> None:
    encoded = quote(raw, safe="").encode()
    try:
        unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError:
        assert encoding_fault(encoded) is not None
    else:
        assert encoding_fault(encoded) is None


@pytest.mark.parametrize("text", [b"%", b"a=%4", b"%=\n", b"a=%\r\n", b"%+1"])
def test_broken_escapes_are_no_form(text: bytes) -> None:
    with pytest.raises(ValueError, match="percent"):
        form_fields(text, 10)


def test_a_form_has_a_limit_of_fields() -> None:
    assert len(form_fields(b"&".join([b"a=1"] * 10), 10)) == 10
    with pytest.raises(ValueError, match="more than 10"):
        form_fields(b"&".join([b"a=1"] * 11), 10)
