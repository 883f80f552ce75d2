"""The trends as a person reads them: charts above tables, narrowed by a form, whole without a script."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visiting
from tests.browser.visiting import Visit, accessible, transferred

SOURCE = "source=invented/2026-11"
CHARTED = "section.drawn svg.plot"


def opened(visit: Visit, query: str = "") -> Page:
    """Open the trends; skips where the bundle was not built."""
    page = visit.open(f"/trends{query}")
    if page.locator(".notice:has(code)").count():
        pytest.skip("no bundle: `make setup` makes it where npm is")
    return page


def charted(page: Page, name: str) -> Page:
    """Scroll to a question and wait for its chart."""
    page.locator(f"#{name}").scroll_into_view_if_needed()
    page.locator(f"#{name}{CHARTED.removeprefix('section')}").wait_for()
    return page


def test_a_chart_says_what_its_table_says(visit: Visit) -> None:
    page = charted(opened(visit), "profiles")
    part = page.locator("#profiles")
    told = part.locator("tbody tr[data-value]").count()
    assert told == 6
    bars = part.locator("svg.plot g[fill='var(--chart-1)'] rect")
    expect(bars).to_have_count(told)
    chart = part.locator("svg.plot")
    assert chart.get_attribute("role") == "img"
    assert "Les structures par profil" in (chart.get_attribute("aria-label") or "")
    described = page.locator(f"#{chart.get_attribute('aria-describedby')}").text_content() or ""
    share = part.locator("tbody tr").first.locator("td.share").text_content() or ""
    assert share.strip() in described
    assert page.locator("svg style").count() == 0
    assert part.locator(".gauge").first.is_hidden()


def test_what_is_known_too_little_has_no_chart(visit: Visit) -> None:
    page = opened(visit)
    part = page.locator("#initiatives")
    part.scroll_into_view_if_needed()
    expect(part.locator(".few").first).to_have_text("n < 30")
    assert part.locator(".chart").count() == 0


def test_the_form_narrows_and_the_address_keeps_it(visit: Visit) -> None:
    page = opened(visit)
    page.select_option("#region", "84")
    page.select_option("#source", "invented/2026-11")
    page.get_by_role("button", name="Afficher").click()
    page.wait_for_url("**/trends?**")
    asked = parse_qs(urlsplit(page.url).query)
    assert asked["region"] == ["84"]
    assert asked["source"] == ["invented/2026-11"]
    assert page.locator("#region").input_value() == "84"
    assert page.locator("#density-departements tbody tr").count() == 12
    page.get_by_role("link", name="en", exact=True).click()
    expect(page.locator("h1")).to_have_text("Trends")
    assert page.locator("#region").input_value() == "84"


def test_another_region_takes_the_choice_of_the_departement_back(visit: Visit) -> None:
    page = opened(visit, "?region=84&departement=69")
    assert page.locator("#departement").input_value() == "69"
    page.select_option("#region", "53")
    assert page.locator("#departement").input_value() == ""


def test_the_query_is_one_click_away_and_the_table_is_taken_as_csv(visit: Visit) -> None:
    page = opened(visit, f"?{SOURCE}")
    with page.expect_download() as taken:
        page.locator("#profiles .taken a").nth(1).click()
    assert taken.value.suggested_filename == "trends-profiles.csv"
    assert "living-lab-pepiniere-ess" in taken.value.path().read_text(encoding="utf-8")
    page.locator("#profiles .taken a").first.click()
    page.wait_for_url("**/sparql?**")
    query = parse_qs(urlsplit(page.url).query)["query"][0]
    assert "invented/2026-11" in query


def test_everything_is_there_without_a_script(visiting: Visiting) -> None:
    page = visiting(java_script_enabled=False).open(f"/trends?{SOURCE}")
    assert page.locator("section.trend table").count() > 10
    assert page.locator("#profiles .gauge").first.is_visible()
    assert page.locator(".chart").first.is_hidden()
    page.select_option("#region", "84")
    page.get_by_role("button", name="Afficher").click()
    assert "region=84" in page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_serious_and_nothing_wider_than_the_screen(visiting: Visiting, scheme: str, width: int) -> None:
    visit = visiting(color_scheme=scheme, viewport={"width": width, "height": 900})
    page = charted(opened(visit), "levels")
    charted(page, "profiles")
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    for chart in page.locator("svg.plot").all():
        box, inside = chart.bounding_box(), chart.locator("text").all()
        assert box is not None
        for text in inside[:20]:
            place = text.bounding_box()
            assert place is None or (
                place["x"] >= box["x"] - 1 and place["x"] + place["width"] <= box["x"] + box["width"] + 1
            )


def test_a_chart_is_drawn_anew_at_another_width(visit: Visit) -> None:
    page = charted(opened(visit), "profiles")
    chart = page.locator("#profiles svg.plot")
    before = chart.get_attribute("width")
    page.set_viewport_size({"width": 420, "height": 900})
    page.wait_for_function(
        "before => document.querySelector('#profiles svg.plot').getAttribute('width') !== before", arg=before
    )
    expect(chart).to_have_count(1)


def test_charts_are_loaded_on_demand_and_the_page_is_light(visit: Visit) -> None:
    opened(visit)
    total, sizes = transferred(visit, "/trends")
    assert total < 200_000, sizes
