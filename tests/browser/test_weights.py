"""What each kind of page brings over the wire to an empty cache: 200 kB at most, and 350 kB for the SPARQL editor."""

from __future__ import annotations

import pytest

from tests.browser.visiting import Visit, transferred

LIGHT = 200_000
LIMITS = {
    "/": LIGHT,
    "/search": LIGHT,
    "/search?q=atelier": LIGHT,
    "/doc/commune/69123": LIGHT,
    "/doc/region/84": LIGHT,
    "/doc/departement/59": LIGHT,
    "/scheme/profile": LIGHT,
    "/scheme/theme/energie": LIGHT,
    "/def": LIGHT,
    "/trends": LIGHT,
    "/data": LIGHT,
    "/api-docs": LIGHT,
    "/about": LIGHT,
    "/releases": LIGHT,
    "/sparql": 350_000,
}
"""Charts and the map come on demand, and are not counted: `/map` is judged by its own test."""


@pytest.mark.parametrize("path", LIMITS)
def test_a_page_is_light(visit: Visit, path: str) -> None:
    size, parts = transferred(visit, path)
    assert 1_000 < size <= LIMITS[path], f"{size} bytes: {parts}"
