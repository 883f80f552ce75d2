"""Names and documents: ontology.md check 21, RFC 9110 sections 12, 13 and 15.4.4, Cool URIs 4.2."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse
from starlette.applications import Starlette
from starlette.routing import Route

from maille.api.context import AppContext
from maille.api.entities.documents import Documents
from maille.api.pages.render import Renderer
from maille.ontology import vocabulary
from maille.ontology.namespaces import BASE, PREFIXES, rebase_nquads
from maille.ontology.terms import DCT, MAILLE, SKOS
from maille.store.embedded import EmbeddedEngine

DATA = Path(__file__).parent.parent / "data" / "pages.trig"
NID = "structure/le-nid-0123abcd"
FORMATS = {
    "ttl": ("text/turtle", RdfFormat.TURTLE),
    "nt": ("application/n-triples", RdfFormat.N_TRIPLES),
    "jsonld": ("application/ld+json", RdfFormat.JSON_LD),
    "rdf": ("application/rdf+xml", RdfFormat.RDF_XML),
}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


def many_communes(count: int = 260):
    graph, up = NamedNode(f"{BASE}graph/cog/2026"), NamedNode(PREFIXES["igeo"] + "subdivisionDe")
    for number in range(count):
        yield Quad(NamedNode(f"{BASE}id/commune/49{number:03}"), up, NamedNode(f"{BASE}id/region/52"), graph)


@pytest.fixture(scope="module")
def store():
    store = Store()
    store.bulk_load(path=str(DATA), format=RdfFormat.TRIG)
    store.bulk_extend([*vocabulary.quads(), *many_communes()])
    return store


@pytest.fixture(scope="module")
def site(client, settings, store):
    return type(client)(store, settings)


def triples(body, media):
    return {(str(q.subject), str(q.predicate), str(q.object)) for q in parse(body, format=media)}


# Names


def test_a_name_leads_to_its_document(site):
    answer = site.get(f"/id/{NID}", BROWSER)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/doc/{NID}"
    assert "Accept" in answer.headers["vary"]
    assert answer.headers["link"] == f'</doc/{NID}>; rel="describedby"'


def test_the_query_of_a_name_is_kept(site):
    location = site.get("/id/commune/44109?from=44999&lang=en").headers["location"]
    assert location == "/doc/commune/44109?from=44999&lang=en"


@pytest.mark.parametrize(
    "path",
    [
        "/id/structure/nowhere-0123abcd",
        "/id/structure/no-hash",
        "/id/commune/1",
        "/id/commune/99999",
        "/id/wrong/44109",
        "/doc/commune/99999",
        "/doc/commune",
        "/doc/wrong/1",
        "/scheme/Nope/x",
        "/scheme/profile/none",
        "/row/cog/2026",
        "/row/cog/2026/none",
        "/graph/none/1",
        "/source/none/1",
    ],
)
def test_what_is_unknown_is_a_404_problem(site, path):
    for method in ("GET", "HEAD"):
        answer = site(method, path, headers={"accept": "text/turtle"})
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
    assert site.get(path, BROWSER).headers["content-type"].startswith("text/html")


# Negotiation


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (BROWSER, "text/html"),
        ("text/html", "text/html"),
        ("text/html,*/*", "text/html"),
        (None, "text/turtle"),
        ("*/*", "text/turtle"),
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/n-triples", "application/n-triples"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/rdf+xml;q=0.5, application/ld+json;q=0.9", "application/ld+json"),
        ("text/turtle;q=0.4, text/html;q=0.6", "text/html"),
        ("text/turtle;q=0.7, text/html;q=0.6", "text/turtle"),
        ("application/*;q=0.3, image/png", "application/n-triples"),
    ],
)
def test_documents_are_negotiated(site, accept, expected):
    answer = site.get(f"/doc/{NID}", accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == expected
    assert {"Accept", "Accept-Language"} <= set(answer.headers["vary"].split(", "))


def test_a_type_we_have_not_is_406_with_alternatives(site):
    answer = site.get(f"/doc/{NID}", "image/png")
    assert answer.status_code == 406
    assert set(answer.json()["alternatives"]) == {media for media, _ in FORMATS.values()} | {"text/html"}


@pytest.mark.parametrize("suffix", FORMATS)
def test_suffixes_name_the_format_whatever_is_accepted(site, suffix):
    answer = site.get(f"/doc/{NID}.{suffix}", "image/png")
    assert answer.headers["content-type"].partition(";")[0] == FORMATS[suffix][0]
    assert site.get(f"/doc/{NID}.html", "text/turtle").headers["content-type"].startswith("text/html")
    assert site.get(f"/graph/cog/2026.{suffix}").status_code == 200


def test_head_has_the_headers_of_get_and_no_body(site):
    for accept in ("text/turtle", BROWSER):
        sent = {"accept": accept, "accept-encoding": "identity"}
        get, head = (site(method, f"/doc/{NID}", headers=sent) for method in ("GET", "HEAD"))
        assert head.status_code == 200
        assert head.content == b""
        for name in ("etag", "link", "content-type", "vary", "content-length"):
            assert head.headers[name] == get.headers[name]


def test_the_link_header_names_thing_document_and_formats(site):
    found = site.get(f"/doc/{NID}", "text/turtle").headers["link"]
    assert f'<{BASE}doc/{NID}>; rel="canonical"' in found
    assert f'</doc/{NID}>; rel="describedby"; anchor="{BASE}id/{NID}"' in found
    for suffix, (media, _) in FORMATS.items():
        assert f'</doc/{NID}.{suffix}>; rel="alternate"; type="{media}"' in found


# Conditions


def test_a_tag_that_is_held_gives_304(site):
    first = site.get(f"/doc/{NID}", "text/turtle")
    again = site.get(f"/doc/{NID}", "text/turtle", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["vary"] == first.headers["vary"]


def test_tags_differ_by_format_language_page_and_thing(site):
    answers = [
        site.get(f"/doc/{NID}", "text/turtle"),
        site.get(f"/doc/{NID}", "application/ld+json"),
        site.get(f"/doc/{NID}?lang=fr", BROWSER),
        site.get(f"/doc/{NID}?lang=en", BROWSER),
        site.get(f"/doc/{NID}?page=1", "text/turtle"),
        site.get("/doc/commune/44109", "text/turtle"),
    ]
    assert len({answer.headers["etag"] for answer in answers}) == len(answers)


# What the RDF of a document holds


@pytest.mark.parametrize("path", [f"doc/{NID}", "scheme/profile/accelerateur", "doc/structure/hostile-0123abcd"])
def test_every_format_holds_the_same_graph(site, path):
    graphs = [triples(site.get(f"/{path}.{suffix}").content, media) for suffix, (_, media) in FORMATS.items()]
    assert len(graphs[0]) > 10
    assert all(graph == graphs[0] for graph in graphs)


def test_the_rdf_holds_parts_labels_graphs_and_links(site):
    found = triples(site.get(f"/doc/{NID}.nt").content, RdfFormat.N_TRIPLES)
    iri = f"<{BASE}id/{NID}>"
    assert (iri, str(SKOS.prefLabel), '"Le Nid"@fr') in found
    assert any(s == f"<{BASE}id/{NID}#st-01234567>" and p == str(SKOS.note) for s, p, _ in found)
    assert any(s == f"<{BASE}id/{NID}#member-of-reseau>" for s, _, _ in found)
    assert (f"<{BASE}id/partner/un-partenaire-0123abcd>", str(SKOS.prefLabel), '"Un partenaire"@fr') in found
    assert (f"<{BASE}graph/study/2020-06>", str(DCT.license), "<https://example.org/conditions>") in found
    assert (f"<{BASE}doc/{NID}>", str(DCT.source), f"<{BASE}graph/study/2020-06>") in found
    assert (f"<{BASE}id/initiative/une-initiative-0123abcd>", str(MAILLE.ledBy), iri) in found


def test_turtle_begins_with_the_thing_and_uses_the_prefixes(site):
    text = site.get(f"/doc/{NID}.ttl").text
    lines = [line for line in text.splitlines() if not line.startswith("@prefix")]
    assert lines[0].startswith(f"<{BASE}id/{NID}> a ")
    assert "maille:InnovationStructure" in lines[0]
    assert "void:" not in text


def test_jsonld_is_compact_and_carries_its_own_context(site):
    document = json.loads(site.get(f"/doc/{NID}.jsonld").content)
    node = next(node for node in document["@graph"] if node["@id"] == f"{BASE}id/{NID}")
    assert isinstance(document["@context"], dict)
    assert not any(key.startswith("http") for key in node)


def test_a_deployment_under_another_base_publishes_its_own_names(client, settings, store):
    base = "https://maille.example/"
    moved = Store()
    lines = "\n".join(rebase_nquads(line, base) for line in store.dump(format=RdfFormat.N_QUADS).decode().splitlines())
    moved.bulk_load(lines.encode(), format=RdfFormat.N_QUADS)
    site = type(client)(moved, settings.model_copy(update={"base_iri": base}))
    for suffix in FORMATS:
        body = site.get(f"/doc/{NID}.{suffix}").text
        assert f"{base}id/{NID}" in body
        assert BASE not in body
    page = site.get(f"/doc/{NID}", BROWSER).text
    assert f"{base}id/{NID}" in page
    assert BASE not in page
    assert 'href="/doc/commune/44109"' in page


# Many links


def test_links_to_a_thing_are_paged(site):
    first = site.get("/doc/region/52.nt")
    second = site.get("/doc/region/52.nt?page=2")
    assert '</doc/region/52.nt?page=2>; rel="next"' in first.headers["link"]
    assert '</doc/region/52.nt?page=1>; rel="prev"' in second.headers["link"]
    pages = [site.get(f"/doc/region/52.nt?page={n}") for n in (1, 2, 3)]
    assert 'rel="next"' not in pages[2].headers["link"]
    subjects = [
        {s for s, _, o in triples(page.content, RdfFormat.N_TRIPLES) if o == f"<{BASE}id/region/52>" and "/id/" in s}
        for page in pages
    ]
    assert sum(map(len, subjects)) == len(set.union(*subjects)) == 262


def test_one_kind_of_link_can_be_asked_for(site):
    answer = site.get("/doc/region/52.nt?via=igeo:subdivisionDe&kind=departement")
    found = triples(answer.content, RdfFormat.N_TRIPLES)
    assert f"<{BASE}id/departement/44>" in {s for s, _, _ in found}
    assert not any("/commune/" in s for s, _, _ in found)


@pytest.mark.parametrize(("query", "status"), [("page=0", 400), ("page=x", 400), ("page=²", 400), ("page=99", 404)])
def test_a_page_that_is_none_is_refused(site, query, status):
    assert site.get(f"/doc/region/52?{query}", BROWSER).status_code == status


def test_a_property_that_is_no_iri_is_refused(site):
    assert site.get("/doc/region/52?via=%3E%20x&page=1").status_code == 400
    assert site.get("/doc/region/52.ttl?via=igeo:nothing").status_code == 200


# Documents that are their own names


@pytest.mark.parametrize(
    "path", ["/graph/cog/2026", "/source/study/2020-06", "/row/study/2020-06/L242", "/scheme/profile"]
)
def test_graphs_sources_rows_and_schemes_have_documents(site, path):
    assert site.get(path, BROWSER).status_code == 200
    answer = site.get(path, "text/turtle")
    assert f'<{BASE}{path[1:]}>; rel="canonical"' in answer.headers["link"]
    assert (f"<{BASE}{path[1:]}>") in {s for s, _, _ in triples(answer.content, RdfFormat.TURTLE)}


def test_a_scheme_holds_its_concepts(site):
    found = triples(site.get("/scheme/profile.nt").content, RdfFormat.N_TRIPLES)
    assert (f"<{BASE}scheme/profile/fablab>", str(SKOS.prefLabel), '"Fablab"@fr') in found


def test_pages_asked_for_at_once_are_made_one_in_each_round_of_the_loop(settings, store):
    context = AppContext(settings, EmbeddedEngine.over(store, "test", base=settings.base_iri))
    made, now = [], 0

    class Noting(Renderer):
        def page(self, *args, **values):
            made.append(now)
            return super().page(*args, **values)

    app = Starlette(routes=[Route("/doc/{rest:path}", Documents(context, Noting(context)).document)])

    async def count():
        nonlocal now
        while True:
            now += 1
            await asyncio.sleep(0)

    async def run():
        counting = asyncio.ensure_future(count())
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
            answers = await asyncio.gather(*(http.get(f"/doc/{NID}", headers={"accept": BROWSER}) for _ in range(8)))
        counting.cancel()
        assert {answer.status_code for answer in answers} == {200}

    asyncio.run(run())
    assert len(made) == len(set(made)) == 8
