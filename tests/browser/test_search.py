"""Search, home, data and API pages in a real browser: suggestions, filters, languages, no script, weight."""

from __future__ import annotations

import csv
import io
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visiting
from tests.browser.visiting import Visit, accessible, transferred

PAGES = (
    "/search",
    "/search?q=zzzzqqqq&profile=fablab",
    "/search?q=agence&profile=fablab&in_metropole=true&territory=region/84",
    "/search?kind=commune",
    "/data",
    "/api-docs",
    "/def",
    "/",
    "/about",
)
LIGHT = 200_000


def results(page: Page) -> list[str]:
    return page.locator("ol.results h3").all_inner_texts()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_serious_violation(visiting: Visiting, path: str, scheme: str) -> None:
    accessible(visiting(color_scheme=scheme).open(path))


@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_runs_over_the_side(visiting: Visiting, path: str, width: int) -> None:
    page = visiting(viewport={"width": width, "height": 800}).open(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", ["/", "/search", "/data", "/api-docs", "/def", "/about"])
def test_a_page_is_light(visit: Visit, path: str) -> None:
    total, sizes = transferred(visit, path)
    assert total < LIGHT, sizes


def test_suggestions_by_keyboard(visit: Visit) -> None:
    page = visit.open("/")
    box = page.get_by_role("combobox")
    box.press_sequentially("lyon")
    listed = page.get_by_role("listbox")
    expect(listed).to_be_visible()
    assert box.get_attribute("aria-expanded") == "true"
    accessible(page)
    box.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    box.press("Escape")
    expect(listed).to_be_hidden()
    assert box.input_value() == "lyon"
    box.press("ArrowDown")
    expect(listed).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/doc/**")
    assert "Lyon" in page.locator("h1").inner_text()


def test_enter_without_a_choice_searches(visit: Visit) -> None:
    page = visit.open("/about")
    box = page.get_by_role("combobox")
    box.press_sequentially("agence")
    expect(page.get_by_role("listbox")).to_be_visible()
    box.press("Enter")
    page.wait_for_url("**/search?**")
    assert page.get_by_role("searchbox").or_(page.locator("#filters-q")).first.input_value() == "agence"
    assert results(page)


def test_search_filter_open_and_switch_language(visit: Visit) -> None:
    page = visit.open("/search")
    before = page.locator("#results").inner_text()
    page.get_by_label("Fablab").first.check()
    page.get_by_role("button", name="Appliquer les filtres").click()
    page.wait_for_url("**profile=fablab**")
    assert page.locator("#results").inner_text() != before
    page.get_by_role("link", name="en", exact=True).click()
    page.wait_for_url("**lang=en**")
    assert parse_qs(urlsplit(page.url).query)["profile"] == ["fablab"]
    assert "results" in page.locator("#results").inner_text()
    page.locator("ol.results a").first.click()
    page.wait_for_url("**/doc/structure/**")
    assert page.locator("html").get_attribute("lang") == "en"


def test_a_territory_by_its_name_and_a_filter_taken_off(visit: Visit) -> None:
    page = visit.open("/search")
    page.locator("#territory").fill("Auvergne-Rhône-Alpes")
    page.get_by_role("button", name="Appliquer les filtres").click()
    page.wait_for_url("**territory=region**")
    chips = page.get_by_role("list", name="Filtres actifs")
    assert "Auvergne-Rhône-Alpes" in chips.inner_text()
    chips.get_by_role("link").first.click()
    page.wait_for_url(lambda url: "territory" not in url)
    assert page.get_by_role("list", name="Filtres actifs").count() == 0


def test_without_script_all_of_it_works(visiting: Visiting) -> None:
    page = visiting(java_script_enabled=False).open("/")
    page.locator("#q").fill("agence")
    page.locator("form.lookup button").click()
    found = results(page)
    assert found
    link = page.get_by_role("link", name="CSV", exact=True).get_attribute("href")
    assert link
    body = page.request.get(urlsplit(page.url)._replace(path="", query="").geturl() + link).text()
    rows = list(csv.DictReader(io.StringIO(body)))
    assert len(rows) >= len(found)
    profile = page.locator("input[name=profile]").first
    chosen = profile.get_attribute("value")
    profile.check()
    page.get_by_role("button", name="Appliquer les filtres").click()
    assert f"profile={chosen}" in page.url
    assert results(page)


def test_hostile_names_stay_text_among_suggestions(visit: Visit) -> None:
    page = visit.open("/search")
    page.locator("#filters-q").press_sequentially("img src")
    expect(page.get_by_role("listbox").first).to_be_visible()
    assert "<img" in page.get_by_role("listbox").first.inner_text()
    assert page.locator("[role=listbox] img").count() == 0
