"""The page of the map, as the server writes it: the list, the drawing, what its script is told, and bad addresses."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import RdfFormat, Store

from maille.api.maps.drawing import apart_from_each_other
from maille.api.maps.ground import PARTS
from maille.api.settings import Settings
from maille.store.search import Cell, Filters, SearchIndex
from tests.api.conftest import Client
from tests.api.rest_client import rest_client

MORE = """
PREFIX maille: <https://w3id.org/maille/def#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
BASE <https://w3id.org/maille/>
GRAPH <graph/study/2020-06> {
  <id/structure/delta-00000005> a maille:InnovationStructure ;
    skos:prefLabel "<script>alert(1)</script>'\\" onload=x"@fr ;
    maille:profile <scheme/profile/hub> ; maille:inCommune <id/commune/69123> ;
    foaf:homepage <javascript:alert(1)> ; org:hasPrimarySite <id/site/delta-00000005> .
  <id/site/delta-00000005> geo:hasGeometry <id/site/delta-00000005#geometry> .
  <id/site/delta-00000005#geometry> geo:asWKT "POINT(4.86 45.76)"^^geo:wktLiteral .
  <id/structure/echo-00000006> a maille:InnovationStructure ; skos:prefLabel "Écho"@fr ;
    org:hasPrimarySite <id/site/echo-00000006> .
  <id/site/echo-00000006> geo:hasGeometry <id/site/echo-00000006#geometry> .
  <id/site/echo-00000006#geometry> geo:asWKT "POINT(55.45 -20.88)"^^geo:wktLiteral .
}
"""


@pytest.fixture(scope="module")
def store() -> Store:
    """Return the graph of the REST layer with two more structures, one of hostile names, one at La Réunion."""
    store = Store()
    store.bulk_load((Path(__file__).parent.parent / "data" / "rest.trig").read_bytes(), format=RdfFormat.TRIG)
    store.load(MORE.encode(), format=RdfFormat.TRIG)
    return store


@pytest.fixture(scope="module")
def pages(store: Store) -> Client:
    """Return a client of an application over it."""
    return Client(store, Settings(home=Path("nowhere"), public_url=None))


def told(text: str) -> dict[str, Any]:
    """Return what a page tells its script."""
    found = re.search(r'data-map="([^"]*)"', text)
    assert found is not None
    options: dict[str, Any] = json.loads(html.unescape(found[1]))
    return options


def names(text: str) -> list[str]:
    """Return the names of the list."""
    items = text[text.index('id="list"') :]
    return [html.unescape(name) for name in re.findall(r"<bdi>([^<]*)</bdi></a>", items)]


def test_the_list_holds_all_and_says_how_many_are_on_the_map(pages: Client) -> None:
    response = pages.get("/map?licence=any")
    assert response.status_code == 200
    assert len(names(response.text)) == 5
    assert "3 sur 5 ont des coordonnées" in response.text
    english = pages.get("/map?licence=any&lang=en").text
    assert "3 of 5 have coordinates" in english
    assert '<html lang="en">' in english


def test_data_stay_text(pages: Client) -> None:
    response = pages.get("/map?licence=any")
    assert "<script>alert" not in response.text
    assert "<script>alert(1)</script>'\" onload=x" in names(response.text)
    assert not re.search(r'(?:href|src)="javascript:', response.text)
    assert not re.search(r"\sstyle=|\son\w+=[\"']", response.text)


def test_filters_and_frame_are_of_the_address(pages: Client) -> None:
    assert names(pages.get("/map?profile=atelier&licence=any").text) == ["Alpha"]
    assert names(pages.get("/map?q=alpha&profile=&theme=&utm_source=x").text) == ["Alpha"]
    framed = pages.get("/map?bbox=4.8,45.7,4.855,45.8").text
    assert names(framed) == ["Alpha"]
    assert told(framed)["frame"] == [4.8, 45.7, 4.855, 45.8]
    assert told(pages.get("/map?bbox=4.8,45.7,4.855,45.8&profile=nobody").text)["frame"][0] == 4.8
    assert names(pages.get("/map?bbox=-10,40,-9,41").text) == []


def test_without_a_frame_the_drawing_is_where_the_points_are(pages: Client) -> None:
    assert told(pages.get("/map?licence=any").text)["frame"] == list(PARTS["metropole"])
    assert told(pages.get("/map?profile=nobody").text)["frame"] == list(PARTS["metropole"])
    assert told(pages.get("/map?q=écho").text)["frame"] == list(PARTS["reunion"])
    west, south, east, north = told(pages.get("/map?territory=69123").text)["frame"]
    assert west < 4.85 < east < west + 3
    assert south < 45.75 < north


def test_a_territory_that_is_typed_becomes_a_code(pages: Client) -> None:
    response = pages.get("/map?territory=lyon&profile=atelier")
    assert response.status_code == 303
    assert response.headers["location"] == "/map?territory=commune%2F69123&profile=atelier"


def test_the_drawing_gathers_points_and_counts_those_without(pages: Client) -> None:
    text = pages.get("/map?licence=any").text
    assert text.count('class="spot') == 1  # two near Lyon, drawn as one; Réunion is not in the frame
    assert "2 structures ici" in text
    assert re.search(r'class="apart"[^>]*>\+2<title>2 structures sans coordonnées : Rhône', text.replace("\u202f", " "))


def test_the_script_is_told_where_everything_is(pages: Client) -> None:
    options = told(pages.get("/map").text)
    assert options["tiles"]["address"].startswith("https://data.geopf.fr/")
    assert options["profiles"]["https://w3id.org/maille/scheme/profile/atelier"] == "hub"
    assert set(options["marks"]) == {"hub", "none"}
    assert options["feed"] == "/api/structures"
    assert all(options["text"].values())
    ground = pages.get(options["ground"])
    assert ground.headers["content-type"] == "application/geo+json"
    assert len(ground.json()["features"]) == 108


def test_the_feed_is_that_of_the_rest_layer(pages: Client) -> None:
    fields = "label,label_en,profiles,commune,arrondissement_municipal,departement,place_as_stated"
    feed = pages.get(f"/api/structures?format=geojson&limit=1000&fields={fields}&licence=any")
    assert feed.status_code == 200
    found = feed.json()
    assert len([one for one in found["features"] if one["geometry"]]) == 3
    assert "next" not in found["links"]
    again = pages("GET", str(feed.request.url), headers={"if-none-match": feed.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "query",
    [
        "bbox=1,2,3",
        "bbox=a,b,c,d",
        "bbox=nan,0,1,1",
        "bbox=0,50,1,40",
        "bbox=0,0,1,1&bbox=0,0,2,2",
        "in_metropole=perhaps",
        "cursor=nothing",
        "release=0123456789abcdef",
        "release=nothing",
        f"q={'x' * 301}",
        "&".join(f"profile=p{number}" for number in range(60)),
    ],
)
def test_an_address_that_asks_for_nothing_is_refused(pages: Client, query: str) -> None:
    response = pages.get(f"/map?{query}", accept="text/html")
    assert response.status_code in (400, 404)
    assert "text/html" in response.headers["content-type"]


@pytest.mark.parametrize(
    "query",
    [
        "bbox=2,48,2,48",
        "bbox=-180,-90,180,90",
        "bbox=170,-20,-170,-10",
        "bbox=-180,89.9,-179.9,90",
        "q=%27%22%3Cscript%3E",
        "q=%00%F0%9F%97%BA",
        "profile=*",
        "territory=zzzzzzzzzzzz",
        "cursor=",
        "licence=odbl",
        "lang=de",
        "q=%20&bbox=%20",
    ],
)
def test_a_strange_address_has_a_page(pages: Client, query: str) -> None:
    response = pages.get(f"/map?{query}")
    assert response.status_code == 200
    assert "<script>" not in response.text
    assert "nan" not in response.text[response.text.index('<svg class="drawing') : response.text.index("map-state")]


def test_pages_are_tagged_and_open_their_policy_for_the_tiles_alone(pages: Client) -> None:
    response = pages.get("/map")
    assert "https://data.geopf.fr" in response.headers["content-security-policy"]
    assert "geopf" not in pages.get("/about").headers["content-security-policy"]
    again = pages.get("/map", if_none_match=response.headers["etag"])
    assert again.status_code == 304
    assert pages.get("/map?lang=en").headers["etag"] != response.headers["etag"]


def test_without_tiles_nothing_is_opened_and_the_page_says_so(store: Store) -> None:
    pages = Client(store, Settings(home=Path("nowhere"), public_url=None, tiles="none"))
    response = pages.get("/map")
    assert "http" not in response.headers["content-security-policy"]
    assert told(response.text)["tiles"] is None
    assert "Sans fond de carte" in response.text


def test_links_are_right_under_another_base() -> None:
    pages = rest_client("https://graph.example/")
    text = pages.get("/map?licence=any").text
    assert 'href="/doc/structure/alpha-00000001"' in text
    assert told(text)["base"] == "https://graph.example/"


def test_cells_count_what_has_coordinates(store: Store) -> None:
    index = SearchIndex.over(sorted(f"{quad} ." for quad in map(str, store)), "test")
    assert sum(cell.number for cell in index.cells(Filters(kind=("structure",)), 1.0)) == 3
    lyon = index.cells(Filters(kind=("structure",), bbox=(4, 45, 5, 46)), 1.0)
    assert [(cell.number, round(cell.lon, 3), round(cell.lat, 3)) for cell in lyon] == [(2, 4.855, 45.755)]
    assert index.cells(Filters(kind=("structure",), text="echo"), 10.0)[0].label == "Écho"


def test_what_would_hide_something_is_put_together() -> None:
    cells = [Cell(5, 2.0, 48.0, "a", "A"), Cell(1, 2.01, 48.0, "b", "B"), Cell(2, 9.0, 48.0, "c", "C")]
    kept = apart_from_each_other(cells, 0.1)
    assert [(cell.number, cell.iri) for cell in kept] == [(6, "a"), (2, "c")]
    assert sum(cell.number for cell in apart_from_each_other(cells, 100.0)) == 8
