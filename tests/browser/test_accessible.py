"""Pages without a test file of their own by the rules of axe-core (WCAG 2.2 AA), in both schemes of colour."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visiting
from tests.browser.visiting import accessible

PAGES = ("/sparql", "/scheme/profile", "/doc/commune/69123", "/releases", "/nowhere")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_serious_violation(visiting: Visiting, path: str, scheme: str) -> None:
    visit = visiting(color_scheme=scheme)
    if path == "/nowhere":
        visit.allow("status of 404")
    accessible(visit.open(path))
