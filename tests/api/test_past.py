"""Documents about the past: versions of communes, events of their history, former communes and régions."""

from __future__ import annotations

import pytest
from pyoxigraph import Store

from maille.loaders.history.loader import loaders
from maille.loaders.territories.former_regions import FormerRegionsLoader
from maille.ontology import vocabulary

VERSION = "commune/49069/2015-12-15"
BEGAN, ENDED = "territorial-event/2015-12-15-49069", "territorial-event/2024-2025-49126"
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.fixture(scope="module")
def site(client, settings):
    store = Store()
    for loader in loaders():
        for row in loader.rows():
            if row.key in {"2015-12-15-49069", "commune-49069", "2024-2025-49126"}:
                store.extend(loader.quads(row))
    regions = FormerRegionsLoader()
    for row in regions.rows():
        store.extend(regions.quads(row))
    store.bulk_extend(vocabulary.quads())
    return type(client)(store, settings)


@pytest.mark.parametrize("name", [VERSION, BEGAN, ENDED, "former-commune/49069", "former-region/42"])
def test_a_name_leads_to_its_document_in_every_format(site, name):
    answer = site.get(f"/id/{name}", BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/doc/{name}")
    assert site.get(f"/doc/{name}", "text/turtle").status_code == 200
    assert site.get(f"/doc/{name}.html").status_code == 200


def test_the_page_of_a_version_says_when_it_was_valid_and_what_ended_it(site):
    page = site.get(f"/doc/{VERSION}.html?lang=en").text
    assert "Orée d'Anjou" in page.replace("&#39;", "'")
    assert "2015-12-15" in page
    assert f'href="/doc/{BEGAN}' in page
    assert f'href="/doc/{ENDED}' in page


def test_the_page_of_a_former_commune_lists_its_versions_and_events(site):
    page = site.get("/doc/former-commune/49069.html?lang=fr").text
    for heading in ("Versions datées", "Événements de son histoire"):
        assert heading in page
    assert f'href="/doc/{VERSION}' in page


@pytest.mark.parametrize("name", ["commune/49069/2015", "commune/49069/2015-12-15/x", "epci/244400404/2015-12-15"])
@pytest.mark.parametrize("family", ["id", "doc"])
def test_what_is_no_name_of_a_version_is_not_found(site, family, name):
    assert site.get(f"/{family}/{name}").status_code == 404


def test_a_version_nobody_speaks_of_is_not_found(site):
    assert site.get("/id/commune/49069/1950-01-01").status_code == 404
    assert site.get("/doc/commune/49069/1950-01-01").status_code == 404
