"""What crawlers are told: rules, and a map of every document, in files that are not too long."""

from __future__ import annotations

import asyncio
import re
from html import unescape

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store
from starlette.applications import Starlette
from starlette.routing import Route

from maille.api.context import AppContext
from maille.api.pages.sitemap import PAGES, Sitemap
from maille.api.settings import Settings
from maille.ontology.namespaces import BASE, PREFIXES
from maille.store.embedded import EmbeddedEngine

from .conftest import Client
from .rest_client import rest_client

PUBLIC = "https://maille.example"


@pytest.fixture(scope="module")
def known(web_store: Store, settings: Settings) -> Client:
    return Client(web_store, settings.model_copy(update={"public_url": f"{PUBLIC}/"}))


def locations(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/xml"
    return [unescape(found) for found in re.findall("<loc>([^<]*)</loc>", answer.text)]


def test_without_an_address_there_is_no_map(client: Client) -> None:
    assert client.get("/sitemap.xml").status_code == 404
    assert client.get("/sitemaps/pages.xml").status_code == 404
    rules = client.get("/robots.txt").text
    assert "Disallow: /search?" in rules
    assert "Sitemap" not in rules


def test_the_index_leads_to_pages_and_things(known: Client, web_store: Store) -> None:
    files = locations(known.get("/sitemap.xml"))
    assert files == [f"{PUBLIC}/sitemaps/{name}.xml" for name in ("pages", "1")]
    assert f"Sitemap: {PUBLIC}/sitemap.xml" in known.get("/robots.txt").text
    assert locations(known.get("/sitemaps/pages.xml")) == [PUBLIC + path for path in PAGES]
    things = locations(known.get("/sitemaps/1.xml"))
    assert things == sorted(set(things))
    assert f"{PUBLIC}/doc/commune/69123" in things or any("/doc/commune/" in thing for thing in things)
    subjects = {quad.subject.value for quad in web_store if isinstance(quad.subject, NamedNode)}
    named = {iri for iri in subjects if iri.startswith(f"{BASE}id/") and "#" not in iri}
    assert named
    assert {iri.replace(f"{BASE}id/", f"{PUBLIC}/doc/") for iri in named} <= set(things)


@pytest.mark.parametrize("name", ["0", "2", "x", "-1", "99999999999999999999", "١"])
def test_there_is_no_other_file(known: Client, name: str) -> None:
    assert known.get(f"/sitemaps/{name}.xml").status_code == 404


def test_every_page_of_the_map_answers() -> None:
    site = rest_client()
    assert [path for path in PAGES if site.get(path, "text/html").status_code not in (200, 503)] == []


def test_the_map_is_split_and_names_only_days_that_are_known(settings: Settings) -> None:
    store, graph = Store(), NamedNode(f"{BASE}graph/study/2020-06")
    kind, day = NamedNode(PREFIXES["rdf"] + "type"), NamedNode(PREFIXES["dct"] + "modified")
    for number in range(5):
        thing = NamedNode(f"{BASE}id/structure/lieu-{number}")
        store.add(Quad(thing, kind, NamedNode(f"{BASE}def#InnovationStructure"), graph))
    hostile = NamedNode(f"{BASE}id/structure/a&b'%22<c".replace("<", "%3C"))
    store.add(Quad(hostile, kind, NamedNode(f"{BASE}def#InnovationStructure"), graph))
    date = Literal("2024-05-06", datatype=NamedNode(PREFIXES["xsd"] + "date"))
    store.add(Quad(NamedNode(f"{BASE}id/structure/lieu-3"), day, date, graph))
    context = AppContext(settings.model_copy(update={"public_url": PUBLIC}), EmbeddedEngine.over(store, "test"))
    map_ = Sitemap(context, largest=4)
    app = Starlette(routes=[Route("/sitemap.xml", map_.index), Route("/sitemaps/{name}.xml", map_.file)])

    async def files() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as site:
            return [await site.get(path) for path in ("/sitemap.xml", "/sitemaps/1.xml", "/sitemaps/2.xml")]

    index, first, second = asyncio.run(files())
    assert len(locations(index)) == 3
    assert [len(locations(one)) for one in (first, second)] == [4, 2]
    assert first.text.count("<lastmod>") + second.text.count("<lastmod>") == 1
    assert "lieu-3</loc><lastmod>2024-05-06</lastmod>" in first.text + second.text
    assert f"{PUBLIC}/doc/structure/a&b'%22%3Cc" in locations(first)
