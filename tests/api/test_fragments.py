"""Triple Pattern Fragments: the right triples and counts, controls that lead to every page, hostile patterns.

https://linkeddatafragments.org/specification/triple-pattern-fragments/
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from maille.api.settings import Settings
from maille.ontology.terms import IGEO, RDF, SKOS, VOID

from .conftest import Client

HYDRA = "http://www.w3.org/ns/hydra/core#"
LYON = "https://w3id.org/maille/id/commune/69123"
TRIG = "application/trig"
MANY = 250


def fragment(client: Client, accept: str = TRIG, **fields: str) -> list[Quad]:
    """Return the quads of one page."""
    response = client.get("/tpf?" + urlencode(fields), accept)
    assert response.status_code == 200, response.text
    formats = {TRIG: RdfFormat.TRIG, "application/n-quads": RdfFormat.N_QUADS, "application/ld+json": RdfFormat.JSON_LD}
    kind = formats.get(accept) or (RdfFormat.TURTLE if accept == "text/turtle" else RdfFormat.N_TRIPLES)
    return list(parse(response.content, format=kind))


def data(quads: list[Quad]) -> set[tuple[str, str, str]]:
    """Return the triples of the default graph."""
    return {
        (str(one.subject), str(one.predicate), str(one.object))
        for one in quads
        if "metadata" not in str(one.graph_name)
    }


def said(quads: list[Quad], predicate: str) -> set[str]:
    """Return what is said under a property of Hydra or VoID."""
    return {one.object.value for one in quads if one.predicate.value == predicate and not isinstance(one.object, Quad)}


def total(quads: list[Quad]) -> int:
    (number,) = said(quads, VOID.triples.value)
    assert {number} == said(quads, HYDRA + "totalItems")
    return int(number)


@pytest.fixture(scope="module")
def many() -> Client:
    """Return a client of a graph of `MANY` things."""
    store = Store()
    store.extend(
        Quad(
            NamedNode(f"http://e.org/{n}"),
            SKOS.prefLabel,
            Literal(f'n"{n}', language="fr"),
            NamedNode("http://e.org/g"),
        )
        for n in range(MANY)
    )
    return Client(store, Settings(home="nowhere", base_iri="https://w3id.org/maille/"))


@pytest.mark.parametrize(
    ("fields", "matches"),
    [
        ({}, lambda s, p, o: True),
        ({"subject": LYON}, lambda s, p, o: s == f"<{LYON}>"),
        ({"subject": f"<{LYON}>", "predicate": "skos:prefLabel"}, lambda s, p, o: s == f"<{LYON}>" and "pref" in p),
        ({"object": '"69123"'}, lambda s, p, o: o == '"69123"'),
        ({"object": '"Lyon"@fr'}, lambda s, p, o: o == '"Lyon"@fr'),
        ({"object": '"519127"^^http://www.w3.org/2001/XMLSchema#integer'}, lambda s, p, o: o.startswith('"519127"^^')),
        (
            {"object": '"519127"^^<http://www.w3.org/2001/XMLSchema#integer>'},
            lambda s, p, o: o.startswith('"519127"^^'),
        ),
        ({"predicate": str(RDF.type)[1:-1], "object": IGEO.Commune.value}, lambda s, p, o: o == str(IGEO.Commune)),
        ({"predicate": "?p", "subject": "?s"}, lambda s, p, o: True),
        ({"subject": "?x", "object": "?x"}, lambda s, p, o: s == o),
        ({"subject": '"a literal"'}, lambda s, p, o: False),
        ({"subject": "http://example.org/nobody"}, lambda s, p, o: False),
    ],
)
def test_a_fragment_holds_what_matches_and_counts_it(
    client: Client, web_store: Store, fields: dict[str, str], matches: object
) -> None:
    wanted = {
        (str(one.subject), str(one.predicate), str(one.object))
        for one in web_store
        if matches(str(one.subject), str(one.predicate), str(one.object))  # type: ignore[operator]
    }
    quads = fragment(client, **fields)
    assert total(quads) == len(wanted)
    assert data(quads) <= wanted
    assert len(data(quads)) == min(100, len(wanted))


@pytest.mark.parametrize(
    "accept", [TRIG, "application/n-quads", "text/turtle", "application/n-triples", "application/ld+json"]
)
def test_every_format_says_the_same(client: Client, accept: str) -> None:
    quads = fragment(client, accept, subject=LYON, predicate="maille:codeInsee")
    assert (f"<{LYON}>", "<https://w3id.org/maille/def#codeInsee>", '"69123"') in data(quads)
    assert total(quads) == 1
    assert len(said(quads, HYDRA + "template")) == 1


def test_pages_lead_to_each_other_and_hold_every_triple_once(many: Client) -> None:
    seen: list[str] = []
    quads = fragment(many, predicate="skos:prefLabel")
    while True:
        assert total(quads) == MANY
        seen += [o for _, _, o in data(quads)]
        after = said(quads, HYDRA + "next")
        if not after:
            break
        (address,) = after
        quads = fragment(many, **dict(re.findall(r"[?&](\w+)=([^&]*)", address.replace("%3A", ":"))))
    assert len(seen) == len(set(seen)) == MANY
    assert said(quads, HYDRA + "previous")


def test_a_page_past_the_end_is_empty_and_leads_back(many: Client) -> None:
    quads = fragment(many, predicate="skos:prefLabel", page="9")
    assert not data(quads)
    assert total(quads) == MANY
    assert not said(quads, HYDRA + "next")
    assert all(address.endswith("page=3") for address in said(quads, HYDRA + "previous") | said(quads, HYDRA + "last"))


def test_a_term_of_an_answer_may_be_asked_for_as_it_is(many: Client) -> None:
    assert total(fragment(many, object='"n"7"@fr')) == 1
    assert total(fragment(many, object='"n\\"7"@fr')) == 0, "nothing is escaped in the explicit representation"


def test_the_template_is_under_the_public_address_and_never_under_the_host(web_store: Store) -> None:
    public = Client(web_store, Settings(home="nowhere", public_url="https://graph.example.fr/"))
    (template,) = said(fragment(public), HYDRA + "template")
    assert template == "https://graph.example.fr/tpf{?subject,predicate,object}"
    response = public(
        "GET", "/tpf", headers={"host": "evil.example", "accept": TRIG, "x-forwarded-host": "evil.example"}
    )
    assert "evil.example" not in response.text
    assert "evil.example" not in response.headers["link"]


def test_the_answer_is_tagged_and_names_its_release(client: Client) -> None:
    response = client.get("/tpf?predicate=skos:prefLabel", TRIG)
    assert response.headers["maille-release"] == "test"
    again = client.get("/tpf?predicate=skos:prefLabel", TRIG, if_none_match=response.headers["etag"])
    assert again.status_code == 304
    other = client.get("/tpf?predicate=skos:altLabel", TRIG, if_none_match=response.headers["etag"])
    assert other.status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "subject=_:b0",
        "subject=not an iri",
        "object=" + quote('"open'),
        "object=" + quote('"a"@not a language'),
        "object=" + quote('"a"^^nothing'),
        "predicate=" + quote("<http://a> } } DELETE"),
        "subject=" + quote("?x } UNION { ?a ?b ?c"),
        "subject=http://a&subject=http://b",
        "page=0",
        "page=-1",
        "page=1e3",
        "page=9999999999999999999999",
        "page=%D9%A1",
        "format=rdfxml",
        "sujet=x",
        "release=zzz",
    ],
)
def test_what_is_no_pattern_is_refused(client: Client, query: str) -> None:
    response = client.get(f"/tpf?{query}", TRIG)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"


@given(st.dictionaries(st.sampled_from(["subject", "predicate", "object"]), st.text(max_size=60)))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_out_of_the_pattern(client: Client, fields: dict[str, str]) -> None:
    response = client.get("/tpf?" + urlencode(fields, errors="surrogatepass"), TRIG)
    assert response.status_code in {200, 400}


def test_a_browser_gets_a_page_and_what_it_shows_is_text(client: Client) -> None:
    response = client.get("/tpf?" + urlencode({"object": '"<script>alert(1)</script>"'}), "text/html,*/*;q=0.8")
    assert response.headers["content-type"].startswith("text/html")
    assert "<script>alert" not in response.text
    page = client.get("/tpf?subject=" + quote(LYON), "text/html").text
    assert 'href="/doc/commune/69123"' in page
    assert "format=trig" in page


def test_none_of_our_formats_is_not_acceptable(client: Client) -> None:
    assert client.get("/tpf", "image/png").status_code == 406
