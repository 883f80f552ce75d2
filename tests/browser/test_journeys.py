"""Whole visits, from the home page to a file on the disk; and the same without JavaScript."""

from __future__ import annotations

import csv
import io
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visiting
from tests.browser.visiting import Visit

SEARCHED = "Atelier d'essai"
MOST = 48


def searched(visit: Visit, page: Page) -> None:
    """Search from the home page, and arrive at the results."""
    field = page.locator("main input[name=q]")
    field.fill(SEARCHED)
    field.press("Enter")
    page.wait_for_url("**/search?**")
    expect(page.locator("main ol.results > li").first).to_contain_text("Atelier")


def test_search_filter_open_a_structure_and_change_the_language(visit: Visit) -> None:
    page = visit.open("/")
    searched(visit, page)
    before = page.locator("#results").inner_text()
    page.locator("form.filters input[name=profile][value=fablab]").check()
    page.locator("form.filters .apply button").click()
    page.wait_for_url("**profile=fablab**")
    assert page.locator("#results").inner_text() != before
    first = page.locator("main ol.results h3 a").first
    name = first.inner_text()
    first.click()
    expect(page.locator("h1")).to_have_text(name)
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.locator(".languages a[hreflang=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text(name)
    page.locator("header .brand").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_trends_open_with_their_charts_and_lead_to_their_queries(visit: Visit) -> None:
    page = visit.open("/")
    page.locator("header nav a[href='/trends']").click()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("main table").first).to_be_attached()
    page.locator("main a[href*='/sparql?']").first.click()
    expect(page.locator("#answer table").first).to_be_visible()


@pytest.fixture
def plain(visiting: Visiting) -> Visit:
    """Return a visit of somebody whose browser runs no scripts."""
    return visiting(java_script_enabled=False)


def test_without_scripts_search_and_pages_work(plain: Visit) -> None:
    page = plain.open("/")
    searched(plain, page)
    page.locator("form.filters input[name=profile][value=fablab]").check()
    page.locator("form.filters .apply button").click()
    page.wait_for_url("**profile=fablab**")
    page.locator("main ol.results h3 a").first.click()
    expect(page.locator("h1")).to_contain_text("Atelier")


def test_without_scripts_queries_run_and_download(plain: Visit) -> None:
    page = plain.open("/sparql")
    page.get_by_role("link", name="Combien de communes en France").click()
    expect(page.locator("#answer table td")).to_have_text("34969")
    page.locator("textarea[name=query]").fill("SELECT ?n { VALUES ?n { 1 2 } }")
    page.get_by_role("button", name="Lancer").click()
    expect(page.locator("#answer tbody tr")).to_have_count(2)
    link = page.locator("#answer .downloads a", has_text="CSV").get_attribute("href")
    answer = page.request.get(plain.address + (link or "").removeprefix("/"))
    assert [row["n"] for row in csv.DictReader(io.StringIO(answer.text()))] == ["1", "2"]
    assert answer.headers["content-type"].startswith("text/csv")


def test_without_scripts_a_wrong_query_is_explained(plain: Visit) -> None:
    plain.allow("status of 400")
    page = plain.open(f"/sparql?query={quote('SELECT nothing')}")
    expect(page.locator("[role=alert]")).to_contain_text("Ligne 1")
    expect(page.locator("textarea[name=query]")).to_have_value("SELECT nothing")


@pytest.mark.parametrize("path", ["/map", "/trends", "/def", "/data", "/about", "/releases", "/doc/commune/69123"])
def test_without_scripts_every_page_says_something(plain: Visit, path: str) -> None:
    page = plain.open(path)
    expect(page.locator("h1")).to_be_visible()
    assert len(page.locator("main").inner_text()) > MOST


def test_the_language_is_that_of_the_browser_until_it_is_chosen(visiting: Visiting) -> None:
    visit = visiting(locale="en-GB")
    page = visit.open("/sparql")
    expect(page.locator("h1")).to_have_text("Query the graph")
    page.locator(".languages a[hreflang=fr]").click()
    expect(page.locator("h1")).to_have_text("Interroger le graphe")
    assert parse_qs(urlsplit(page.url).query)["lang"] == ["fr"]
