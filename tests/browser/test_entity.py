"""Pages of things in a browser: data in the page breaks no policy, text is copied, a script is not needed."""

from __future__ import annotations

import json

import pytest

from tests.browser.conftest import Visiting
from tests.browser.visiting import accessible

STRUCTURE = "/doc/structure/eurobiomed-e970880d"
PAGES = (STRUCTURE, "/doc/region/84", "/doc/epci/200046977", "/scheme/profile/incubateur", "/source/cog/2026")


@pytest.mark.parametrize("path", PAGES)
def test_data_for_search_engines_stand_in_the_page(visiting: Visiting, path: str) -> None:
    page = visiting().open(path)
    data = json.loads(page.locator('script[type="application/ld+json"]').text_content() or "")
    assert data["name"] == page.locator("h1").text_content()


@pytest.mark.parametrize("path", [STRUCTURE, "/doc/region/84", "/scheme/profile/incubateur"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_has_no_serious_violation(visiting: Visiting, path: str, scheme: str) -> None:
    accessible(visiting(color_scheme=scheme).open(path))


def test_the_name_of_a_thing_is_copied_by_a_button(visiting: Visiting) -> None:
    visit = visiting()
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.open(STRUCTURE)
    button = page.locator('button[data-copy="permalink"]')
    button.click()
    page.wait_for_function("() => document.querySelector('[data-copy=permalink]').textContent === 'Copié'")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied == f"https://w3id.org/maille/id{STRUCTURE.removeprefix('/doc')}"


def test_without_a_script_nothing_is_missing_but_the_buttons(visiting: Visiting) -> None:
    page = visiting(java_script_enabled=False).open(STRUCTURE)
    assert not page.locator("button[data-copy]").first.is_visible()
    assert page.locator("#permalink").is_visible()
    page.locator("details.cited summary").first.click()
    assert "@misc" in (page.locator("#bibtex").text_content() or "")


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_a_telephone(visiting: Visiting, path: str) -> None:
    page = visiting(viewport={"width": 390, "height": 800}).open(path)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
