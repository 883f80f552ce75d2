"""What the page of a thing shows of what lies around it, of its sources, and of itself to search engines."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from maille.ontology import vocabulary
from maille.ontology.namespaces import BASE
from maille.ontology.terms import MAILLE, SKOS

from .conftest import Client
from .test_pages import BROWSER, Page

DATA = Path(__file__).parent.parent / "data" / "around.trig"
PHARE = "/doc/structure/phare-0123abcd"


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.bulk_load(path=str(DATA), format=RdfFormat.TRIG)
    store.bulk_extend(vocabulary.quads())
    return store


@pytest.fixture(scope="module")
def site(store: Store, settings) -> Client:
    site = Client(store, settings)
    # The search index is made at the first question.
    assert site.get("/api/themes?limit=1").status_code == 200
    return site


@pytest.fixture(scope="module")
def page(site: Client):
    def read(path: str) -> Page:
        answer = site.get(path + ("&" if "?" in path else "?") + "lang=fr", BROWSER)
        assert answer.status_code == 200
        return Page(answer.text)

    return read


def schema_of(site: Client, path: str) -> dict:
    text = site.get(f"{path}?lang=fr", BROWSER).text
    ((block),) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    return json.loads(block)


# Around a structure


def test_the_nearest_structures_come_first_with_their_distance(page) -> None:
    text = page(PHARE).text
    nearest = text[text.index("Structures les plus proches") :]
    assert "Balise à 130 m Jetée à 8,8 km" in nearest
    assert "Phare à" not in nearest


def test_structures_of_the_same_commune_and_where_few_are_of_the_same_epci(page) -> None:
    found = page(PHARE)
    assert "Autres structures dans Nantes 1 Balise" in found.text
    assert "Autres structures dans Nantes Métropole 2 Balise Jetée" in found.text


def test_a_structure_without_a_place_has_no_neighbours(page) -> None:
    assert "Dans les environs" not in page("/doc/structure/sans-lieu-0123abcd").text


def test_a_place_has_a_map_that_needs_no_script_and_no_tile(page) -> None:
    found = page(PHARE)
    assert "Latitude 47,21" in found.text
    assert not [attrs for tag, attrs in found.tags if tag in {"img", "iframe"}]


def test_a_thing_without_a_name_is_called_by_its_address(page) -> None:
    assert "structure/sans-nom-0123abcd" in page("/doc/structure/sans-nom-0123abcd").text


# Where it is said


def test_footnotes_name_every_source_of_a_statement(page) -> None:
    text = page(PHARE).text
    notes = text[text.index("Notes et lignes de la source") : text.index("Ces données en RDF")]
    assert "Alpha : 7" in notes
    assert "Bêta : p-1" in notes
    # One source states the address of the site; two more say so by a sourced statement of their own.
    assert "Alpha : 7 ; Bêta : p-1 ; Gamma : 33" in notes


def test_a_source_that_only_repeats_is_among_the_sources(page) -> None:
    text = page(PHARE).text
    assert "Gamma" in text[text.index("Sources") : text.index("Notes et lignes")]


def test_one_source_alone_needs_no_footnote(page) -> None:
    assert "Notes et lignes" not in page("/doc/structure/balise-0123abcd").text


def test_long_values_and_long_lists_are_folded(settings) -> None:
    commune, graph = NamedNode(f"{BASE}id/commune/44109"), NamedNode(f"{BASE}graph/alpha/1")
    store = Store()
    store.add(Quad(commune, SKOS.note, Literal("très long " * 2_000), graph))
    store.extend(Quad(commune, MAILLE.postcode, Literal(f"{44000 + n}"), graph) for n in range(300))
    answer = Client(store, settings).get("/doc/commune/44109?lang=fr", BROWSER)
    found = Page(answer.text)
    folded = [attrs for tag, attrs in found.tags if tag == "details" and attrs.get("class") != "cited"]
    assert len(folded) == 2
    assert "300 valeurs" in found.text
    assert len(answer.content) < 60_000


# Territories and concepts


@pytest.mark.parametrize(
    ("path", "total"),
    [
        ("commune/44109", 2),
        ("commune/44001", 0),
        ("epci/244400404", 3),
        ("departement/44", 3),
        ("region/52", 3),
        ("former-region/52", 3),
        ("arrondissement/442", 3),
    ],
)
def test_a_territory_sums_up_its_structures(page, path: str, total: int) -> None:
    text = page(f"/doc/{path}").text
    assert f"Structures d'innovation {total} " in text
    assert ("Aucune structure d'innovation connue ici." in text) is (total == 0)


def test_what_is_counted_leads_to_the_search_that_lists_it(page, site: Client) -> None:
    found = page("/doc/departement/44")
    links = [link for link in found.links if link.startswith("/search?")]
    assert "/search?territory=departement%2F44&licence=any&lang=fr" in links
    assert "/search?territory=departement%2F44&licence=any&profile=fablab&lang=fr" in links
    assert "/map?territory=departement%2F44&licence=any&lang=fr" in found.links
    asked = site.get("/api/structures?territory=departement%2F44&licence=any&profile=fablab").json()
    assert f"Fablab {asked['total']}" in found.text


def test_a_territory_leads_up_and_down_and_outside(page) -> None:
    found = page("/doc/departement/44")
    assert "/doc/region/52?lang=fr" in found.links
    assert "/doc/commune/44109?lang=fr" in found.links
    assert "https://www.wikidata.org/wiki/Q3068" in found.links
    assert "http://data.europa.eu/nuts/code/FRG01" in found.links
    assert "https://www.insee.fr/fr/statistiques/2011101?geo=DEP-44" in found.links
    assert "https://annuaire-entreprises.data.gouv.fr/entreprise/214401093" in page("/doc/commune/44109").links


def test_a_profile_counts_narrower_ones_too(page) -> None:
    text = page("/scheme/profile/living-lab-pepiniere-ess").text
    assert "Structures d'innovation 3 " in text
    assert "Par région Pays de la Loire 3" in text


def test_a_theme_lists_its_structures(page) -> None:
    found = page("/scheme/theme/energie")
    assert "Structures d'innovation 1 " in found.text
    assert "/search?theme=energie&licence=any&lang=fr" in found.links


def test_a_kept_release_shows_the_facts_alone(site: Client) -> None:
    text = Page(site.get("/doc/region/52?release=test&lang=fr", BROWSER).text).text
    assert "Structures d'innovation 3 Balise Jetée Phare" in text
    assert "Les rechercher" not in text


def test_without_an_index_a_page_is_shown_and_not_kept(store: Store, settings) -> None:
    site = Client(store, settings)
    indexes = site.app.context.indexes
    assert indexes is not None
    indexes.missed("test")
    for path in (PHARE, "/doc/region/52"):
        answer = site.get(path, BROWSER)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers
    assert "Balise" in site.get("/doc/region/52", BROWSER).text
    assert "etag" in site.get(PHARE, "text/turtle").headers


# For search engines and for those who cite


def test_schema_org_says_what_the_page_says(site: Client) -> None:
    found = schema_of(site, PHARE)
    assert found["@id"] == f"{BASE}id/structure/phare-0123abcd"
    assert (found["@type"], found["name"], found["url"]) == ("Organization", "Phare", "https://phare.example.org/")
    assert found["address"]["streetAddress"] == "1 quai d'Essai"
    assert found["location"]["geo"] == {"@type": "GeoCoordinates", "latitude": 47.21, "longitude": -1.55}
    assert found["knowsAbout"][0]["@id"] == f"{BASE}scheme/theme/energie"
    assert schema_of(site, "/doc/commune/44109")["@type"] == "City"
    region = schema_of(site, "/doc/region/52")
    assert (region["@type"], region["identifier"][0]["value"]) == ("AdministrativeArea", "52")
    assert schema_of(site, "/scheme/profile/fablab")["@type"] == "DefinedTerm"


def test_no_text_of_the_data_ends_the_block(site: Client) -> None:
    raw = site.get(PHARE, BROWSER).text
    assert "</script><script>alert(1)" not in raw
    assert "\\u003c/script\\u003e" in raw
    assert "</script><script>alert(1)</script>" in schema_of(site, PHARE)["alternateName"]


def test_a_citation_names_release_sources_and_licences(page) -> None:
    text = page(PHARE).text
    assert f"« Phare » (Structure d'innovation). Maille, version test des données. {BASE}id/structure/phare" in text
    assert "d'après : Alpha, Bêta, Gamma (Licence Ouverte 2.0, " in text
    assert "@misc{maille-structure-phare-0123abcd," in text
    csl = re.search(r"\[ \{ \"id\".*?\} \]", text)
    assert csl is not None
    assert json.loads(csl[0])[0]["URL"].endswith("phare-0123abcd?release=test")


def test_copying_needs_a_script_and_nothing_else_does(page) -> None:
    buttons = [attrs for tag, attrs in page(PHARE).tags if tag == "button" and "data-copy" in attrs]
    assert len(buttons) == 4
    assert all("hidden" in attrs for attrs in buttons)


# Names that gave way


@pytest.mark.parametrize("query", ["", "?fields=label", "?format=geojson"])
def test_the_old_key_of_a_merged_structure_moves_at_the_rest_layer(site: Client, query: str) -> None:
    answer = site.get(f"/api/structures/le-phare-89abcdef{query}")
    assert answer.status_code == 301
    assert answer.headers["location"] == f"/api/structures/phare-0123abcd{query}"
    assert "etag" not in answer.headers
    assert site.get(answer.headers["location"]).json()


def test_a_merged_name_is_in_no_list(site: Client) -> None:
    items = site.get("/api/structures?licence=any").json()["items"]
    assert not [item for item in items if item["id"] == "le-phare-89abcdef"]


@pytest.mark.parametrize("path", ["structures/nobody-89abcdef", "structures/no%20key", "communes/le-phare-89abcdef"])
def test_what_gave_way_to_nothing_is_not_found(site: Client, path: str) -> None:
    assert site.get(f"/api/{path}").status_code == 404
