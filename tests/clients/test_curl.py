"""curl, as the README uses it: negotiation, redirects, look-ups, compression, validators.

https://www.rfc-editor.org/rfc/rfc9110#section-12
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess

import pytest
from rdflib import Graph, Literal, Namespace, URIRef

from . import facts

MAILLE = Namespace(facts.MAILLE)
COUNT = ("--data-urlencode", f"query={facts.COUNT}")
pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


def curl(*arguments: str) -> bytes:
    return subprocess.run(["curl", "-sS", "--max-time", "60", *arguments], capture_output=True, check=True).stdout


def head(*arguments: str) -> tuple[int, dict[str, str]]:
    """Return status and headers of the last answer."""
    lines = curl("-D", "-", "-o", "/dev/null", *arguments).decode().strip().split("\r\n\r\n")[-1].split("\r\n")
    fields = (line.partition(":") for line in lines[1:])
    return int(lines[0].split()[1]), {name.lower(): value.strip() for name, _, value in fields}


@pytest.mark.parametrize("way", [("-G",), ("-X", "POST")])
@pytest.mark.parametrize(
    ("accept", "media_type", "answer"),
    [
        ("application/sparql-results+json", "application/sparql-results+json", b'"34969"'),
        ("application/json", "application/json", b'"34969"'),
        ("application/sparql-results+xml", "application/sparql-results+xml", b">34969<"),
        ("text/csv", "text/csv", b"\r\n34969\r\n"),
        ("text/tab-separated-values", "text/tab-separated-values", b"\n34969\n"),
        ("text/csv;q=0.1, application/sparql-results+xml", "application/sparql-results+xml", b">34969<"),
        ("*/*", "application/sparql-results+json", b'"34969"'),
    ],
)
def test_results_are_negotiated(
    endpoint: str, way: tuple[str, ...], accept: str, media_type: str, answer: bytes
) -> None:
    sent = (*way, "-H", f"Accept: {accept}", *COUNT, endpoint)
    assert answer in curl(*sent)
    status, fields = head(*sent)
    assert (status, fields["content-type"].partition(";")[0]) == (200, media_type)
    assert "accept" in fields["vary"].lower()


@pytest.mark.parametrize(
    ("accept", "suffix", "syntax"),
    [
        ("text/turtle", "ttl", "turtle"),
        ("application/n-triples", "nt", "nt"),
        ("application/rdf+xml", "rdf", "xml"),
        ("application/ld+json", "jsonld", "json-ld"),
    ],
)
def test_an_entity_is_read_through_its_303(address: str, accept: str, suffix: str, syntax: str) -> None:
    assert head("-H", f"Accept: {accept}", f"{address}id/commune/69123")[0] == 303
    negotiated = curl("-L", "-H", f"Accept: {accept}", f"{address}id/commune/69123")
    for document in (negotiated, curl(f"{address}doc/commune/69123.{suffix}")):
        graph = Graph().parse(data=document, format=syntax)
        assert (URIRef(facts.LYON), MAILLE.siren, Literal(facts.LYON_SIREN)) in graph


def test_a_browser_gets_a_page(address: str) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    page = curl("-L", "-H", f"Accept: {accept}", f"{address}id/commune/69123").decode()
    assert page.lower().startswith("<!doctype html>")
    assert "Lyon" in page
    assert facts.LYON_SIREN in page


@pytest.mark.parametrize(
    ("path", "thing"),
    [
        (f"siren/{facts.LYON_SIREN}", "commune/69123"),
        ("insee/commune/69123", "commune/69123"),
        ("insee/departement/69", "departement/69"),
        ("insee/region/84", "region/84"),
        ("insee/epci/200046977", "epci/200046977"),
    ],
)
def test_look_ups_lead_to_the_thing(address: str, path: str, thing: str) -> None:
    status, fields = head(f"{address}{path}")
    assert (status, fields["location"]) == (303, f"/id/{thing}")
    assert head("-L", "-H", "Accept: text/turtle", f"{address}{path}")[0] == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [("siren/216901232", 400), ("siren/732829320", 404), ("id/commune/99999", 404), ("nowhere", 404)],
)
def test_what_is_not_there_is_a_problem_document(address: str, path: str, status: int) -> None:
    found, fields = head(f"{address}{path}")
    assert (found, fields["content-type"]) == (status, "application/problem+json")
    assert json.loads(curl(f"{address}{path}"))["status"] == status


def test_a_type_nobody_has_is_a_406(address: str) -> None:
    assert head("-L", "-H", "Accept: image/png", f"{address}id/commune/69123")[0] == 406


def test_validators(endpoint: str) -> None:
    _, fields = head("-G", *COUNT, endpoint)
    status, _ = head("-G", *COUNT, "-H", f"If-None-Match: {fields['etag']}", endpoint)
    assert status == 304


def test_compression_changes_no_byte(endpoint: str) -> None:
    query = ("-G", "--data-urlencode", f"query={facts.MEMBERS}", "-H", "Accept: text/turtle")
    plain, raw = curl(*query, endpoint), curl(*query, "-H", "Accept-Encoding: gzip", endpoint)
    assert curl("--compressed", *query, endpoint) == plain
    if head(*query, "-H", "Accept-Encoding: gzip", endpoint)[1].get("content-encoding") == "gzip":
        raw = gzip.decompress(raw)
    assert raw == plain
