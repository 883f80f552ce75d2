"""`?release=`: a citation stays true, whatever is published afterwards (DWBP, practice 11; RFC 8246)."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from pyoxigraph import RdfFormat, Store, parse

from maille.api.app import create_app
from maille.api.settings import Settings
from maille.store.cache import CachedEngine
from maille.store.embedded import EmbeddedEngine
from maille.store.pool import PoolEngine, PoolLimits
from maille.store.release import Draft, Home

from .conftest import DATA

BASE = "https://w3id.org/maille/"
LYON = "id/commune/69123"
IMMUTABLE = "public, max-age=31536000, immutable"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
NAME = quote(f"SELECT ?name {{ <{BASE}{LYON}> <http://www.w3.org/2004/02/skos/core#prefLabel> ?name }}")
ENGINES = {
    "embedded": EmbeddedEngine,
    "cached": lambda home: CachedEngine(EmbeddedEngine(home)),
    "pool": lambda home: CachedEngine(PoolEngine(home, PoolLimits(workers=1, helpers=0))),
}


class Site:
    """A home with two releases: Lyon is called otherwise in the second one, which is current."""

    def __init__(self, path: Path) -> None:
        self.home = Home(path)
        store = Store()
        store.load(DATA.read_bytes(), format=RdfFormat.TRIG)
        text = [f"{quad} ." for quad in store]
        changed = [line.replace('"Lyon"@fr', '"Lugdunum"@fr') for line in text]
        assert changed != text
        self.old = self.home.publish(Draft(text, None, with_store=False)).id
        self.new = self.home.publish(Draft(changed, self.old, with_store=False)).id

    def ask(self, *addresses: str, engine: str = "embedded", **options: object) -> list[httpx.Response]:
        """Send GET requests one after the other to a fresh application."""

        async def run() -> list[httpx.Response]:
            app = create_app(Settings(home=self.home.path), ENGINES[engine](self.home))
            async with (
                app.router.lifespan_context(app),
                httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client,
            ):
                return [await client.get(address, **options) for address in addresses]  # type: ignore[arg-type]

        return asyncio.run(run())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def pages(site: Site) -> dict[str, str]:
    found = site.ask(
        f"/doc/commune/69123?release={site.old}",
        "/doc/commune/69123",
        f"/sparql?query={NAME}&release={site.old}&lang=en",
        headers={"accept": BROWSER},
    )
    return dict(zip(("old", "new", "sparql"), [page.text for page in found], strict=True))


def names(response: httpx.Response) -> set[str]:
    return {row["name"]["value"] for row in response.json()["results"]["bindings"] if row["name"]["xml:lang"] == "fr"}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_query_reads_the_release_it_names(site: Site, engine: str) -> None:
    json_results = {"accept": "application/sparql-results+json"}
    query = f"/sparql?query={NAME}"
    now, old, same, again = site.ask(
        query, f"{query}&release={site.old}", f"{query}&release={site.new}", query, engine=engine, headers=json_results
    )
    assert (names(now), names(old), names(same), names(again)) == ({"Lugdunum"}, {"Lyon"}, {"Lugdunum"}, {"Lugdunum"})
    assert [answer.headers["cache-control"] for answer in (now, old, same)] == ["no-cache", IMMUTABLE, IMMUTABLE]
    assert [answer.headers["maille-release"] for answer in (now, old)] == [site.new, site.old]
    assert old.headers["etag"] != now.headers["etag"]


def test_an_answer_of_a_kept_release_that_is_held_is_a_304(site: Site) -> None:
    address = f"/sparql?query={NAME}&release={site.old}"
    (first,) = site.ask(address)
    (again,) = site.ask(address, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.headers["cache-control"]) == (304, IMMUTABLE)


def test_what_is_no_function_of_the_release_is_not_stored(site: Site) -> None:
    (answer,) = site.ask(f"/sparql?query=SELECT (NOW() AS ?now) {{}}&release={site.old}")
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


@pytest.mark.parametrize("address", ["/doc/commune/69123", "/id/commune/69123", "/insee/commune/69123", "/sparql"])
@pytest.mark.parametrize(
    ("release", "status"),
    [("0123456789abcdef", 404), ("", 400), ("xyz", 400), ("../../etc", 400), ("0123456789ABCDEF", 400)],
)
def test_an_unknown_release_is_not_found_an_ill_formed_one_refused(
    site: Site, address: str, release: str, status: int
) -> None:
    (answer,) = site.ask(address, params={"release": release, "query": "ASK {}"})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert str(site.home.path) not in answer.text


def test_a_release_is_given_once(site: Site) -> None:
    for answer in site.ask(
        *(f"{path}release={site.old}&release={site.new}" for path in ("/sparql?query=ASK{}&", "/doc/commune/69123?"))
    ):
        assert answer.status_code == 400


def test_names_and_numbers_lead_on_with_the_release(site: Site) -> None:
    answers = site.ask(
        *(f"/{path}?release={site.old}" for path in (LYON, "insee/commune/69123", "insee/commune/69381"))
    )
    for answer in answers:
        assert answer.status_code == 303
        assert f"release={site.old}" in answer.headers["location"]
        assert answer.headers["cache-control"] == IMMUTABLE


def test_any_parameter_goes_through_a_303(site: Site) -> None:
    (answer,) = site.ask(f"/{LYON}?path=1&self=2&lang=en")
    assert (answer.status_code, answer.headers["location"]) == (303, "/doc/commune/69123?path=1&self=2&lang=en")


def test_a_document_is_that_of_its_release(site: Site) -> None:
    turtle = {"accept": "text/turtle"}
    old, new = site.ask(f"/doc/commune/69123?release={site.old}", "/doc/commune/69123", headers=turtle)
    assert '"Lyon"@fr' in old.text
    assert '"Lugdunum"@fr' in new.text
    assert (old.headers["cache-control"], new.headers["cache-control"]) == (IMMUTABLE, "no-cache")
    assert f'<{BASE}{LYON}?release={site.old}>; rel="cite-as"' in old.headers["link"]
    assert f'<{BASE}{LYON}?release={site.new}>; rel="cite-as"' in new.headers["link"]
    assert '</doc/commune/69123>; rel="latest-version"' in old.headers["link"]
    assert f'</doc/commune/69123.ttl?release={site.old}>; rel="alternate"' in old.headers["link"]
    assert set(parse(old.content, format=RdfFormat.TURTLE))


def test_a_page_of_a_kept_release_says_so_and_leads_to_the_present_one(site: Site, pages: dict[str, str]) -> None:
    notice = re.search(r'<p class="notice"[^>]*>.*?</p>', pages["old"], re.DOTALL)
    assert notice is not None
    assert site.old in notice[0]
    assert 'href="/doc/commune/69123"' in notice[0]
    assert "<h1><bdi>Lyon</bdi></h1>" in pages["old"]
    assert 'class="notice"' not in pages["new"]


def test_every_page_says_how_to_cite_it(site: Site, pages: dict[str, str]) -> None:
    assert f"{BASE}{LYON}?release={site.old}" in pages["old"]
    assert f"{BASE}{LYON}?release={site.new}" in pages["new"]


def test_links_of_a_kept_page_stay_in_its_release(site: Site, pages: dict[str, str]) -> None:
    links = re.findall(r'href="(/doc/[^"]*)"', pages["old"])
    away = [link for link in links if f"release={site.old}" not in link]
    assert len(links) > 5
    assert set(away) == {"/doc/commune/69123"}


def test_the_form_keeps_the_release(site: Site, pages: dict[str, str]) -> None:
    assert f'<input type="hidden" name="release" value="{site.old}">' in pages["sparql"]
    assert "Lyon" in pages["sparql"]
    assert f"release={site.old}" in re.findall(r'href="(/sparql\?query[^"]*format=csv[^"]*)"', pages["sparql"])[0]


def test_the_releases_are_listed_newest_first(site: Site) -> None:
    (answer,) = site.ask("/releases")
    body = answer.json()
    assert (body["current"], body["total"]) == (site.new, 2)
    assert [one["id"] for one in body["releases"]] == [site.new, site.old]
    assert [one["current"] for one in body["releases"]] == [True, False]
    assert f"/dumps/{site.old}/dump.nq.gz" in body["releases"][1]["dumps"]
    (again,) = site.ask("/releases", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    (page,) = site.ask("/releases", headers={"accept": BROWSER})
    assert site.old in page.text
    assert site.ask("/releases", headers={"accept": "text/csv"})[0].status_code == 406


@pytest.mark.parametrize("engine", ENGINES)
def test_the_time_of_a_query_is_told(site: Site, engine: str) -> None:
    first, again = site.ask(*[f"/sparql?query={NAME}"] * 2, engine=engine)
    assert re.fullmatch(r"queue(;dur=[\d.]+)?, eval(;dur=[\d.]+)?, total;dur=[\d.]+", first.headers["server-timing"])
    assert re.fullmatch(r"(cache|queue.*), total;dur=[\d.]+", again.headers["server-timing"])
    assert ("cache" in again.headers["server-timing"]) is (engine != "embedded")


def test_the_time_of_a_document_is_told(site: Site) -> None:
    (answer,) = site.ask("/doc/commune/69123")
    assert re.fullmatch(r"total;dur=[\d.]+", answer.headers["server-timing"])


def test_a_problem_names_its_kind(site: Site) -> None:
    (answer,) = site.ask("/sparql?query=ASK{}&release=0123456789abcdef")
    assert json.loads(answer.text)["type"] == f"{BASE}problems/unknown-release"
