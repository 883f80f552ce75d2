"""`/search`: what its filters keep, what its form says, and that its addresses are those of the REST layer."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from maille.api.rest.formats import JSON
from maille.ontology.namespaces import BASE, PREFIXES
from tests.api.conftest import Client
from tests.api.rest_client import DATA, rest_client
from tests.api.test_pages import BROWSER, Page

NAMES = {"alpha": "Alpha", "bravo": '=HYPERLINK("x");Bravo', "charlie": "Charlie", "delta": "Delta"}
QUESTIONS = (
    "",
    "licence=any",
    "profile=hub",
    "profile=atelier&licence=any",
    "theme=energie",
    "legal_status=association",
    "territory=69",
    "territory=region/84&licence=any",
    "territory=69123&licence=any",
    "territory=69123&territory=69091",
    "territory=epci/200046977&licence=any",
    "in_metropole=true&licence=any",
    "in_metropole=false",
    "source=study/2020-06",
    "source=carte&licence=any",
    "licence=odbl",
    "licence=lo",
    "bbox=4,45,5,46",
    "bbox=0,0,1,1",
    "q=alpha",
    "q=delta&licence=any",
    "kind=commune",
    "kind=commune&territory=69&q=giv",
    "kind=profile",
    "kind=organisation",
    f"profile={quote('urn:no such thing')}",
    "profile=none",
)


@pytest.fixture(scope="module")
def site():
    return rest_client()


@pytest.fixture(scope="module")
def page(site):
    def ask(query: str = "", status: int = 200, lang: str = "fr") -> Page:
        answer = site.get(f"/search?lang={lang}&{query}", BROWSER)
        assert answer.status_code == status, answer.text
        return Page(answer.text)

    return ask


def things(page: Page) -> set[str]:
    """Return the paths of the things found."""
    found, inside = set(), False
    for tag, attrs in page.tags:
        inside = (inside or attrs.get("class") == "results") and tag not in ("section", "footer")
        href = urlsplit(attrs.get("href") or "").path
        if inside and tag == "a" and href.startswith(("/doc/structure/", "/doc/commune/", "/scheme/")):
            found.add(href)
    return found


def total(page: Page) -> int:
    match = re.search(r"(\d+) résultats?", page.text)
    assert match
    return int(match[1])


@pytest.mark.parametrize("query", QUESTIONS)
def test_the_same_question_to_the_rest_layer_and_to_the_graph(site, page, query):
    found = page(query)
    kind = dict(parse_qsl(query)).get("kind", "structure")
    asked = "&".join(part for part in query.split("&") if not part.startswith("kind="))
    collection = {"structure": "structures", "commune": "communes", "profile": "profiles"}.get(kind, "organisations")
    rows = site.get(f"/api/{collection}?{asked}", JSON).json()
    assert total(found) == rows["total"]
    link = next(link for link in found.links if link.startswith("/sparql?query=")) if rows["total"] else None
    if link is not None:
        sparql = dict(parse_qsl(urlsplit(link).query))["query"]
        bindings = site.select(sparql).json()["results"]["bindings"]
        assert {row["thing"]["value"] for row in bindings} == {row["iri"] for row in rows["items"]}


def test_every_choice_leads_to_as_many_as_it_says(page, site):
    found = page("licence=any")
    boxes = [attrs for tag, attrs in found.tags if tag == "input" and attrs.get("type") in ("checkbox", "radio")]
    tried = 0
    text = site.get("/search?lang=fr&licence=any", BROWSER).text
    for box in boxes:
        if box["value"] in ("", "any") or box["name"] == "licence":
            continue
        after = text.partition(f'name="{box["name"]}" value="{box["value"]}"')[2]
        number = int(re.search(r'class="number">(\d+)<', after)[1])
        assert total(page(f"licence=any&{box['name']}={quote(box['value'])}")) == number
        tried += 1
    assert tried > 8


def test_what_is_chosen_is_ticked_and_can_be_taken_off(page):
    found = page("q=a&profile=hub&territory=69123&in_metropole=true&bbox=4,45,5,46&sort=label&licence=any")
    inputs = [attrs for tag, attrs in found.tags if tag == "input"]
    ticked = {(attrs["name"], attrs["value"]) for attrs in inputs if "checked" in attrs}
    assert {("profile", "hub"), ("in_metropole", "true"), ("licence", "any")} <= ticked
    hidden = {(attrs["name"], attrs["value"]) for attrs in inputs if attrs.get("type") == "hidden"}
    assert hidden == {("lang", "fr"), ("bbox", "4,45,5,46"), ("territory", "69123")}
    assert "Territoire Lyon" in found.text
    assert any("profile=hub" not in link and "territory=69123" in link for link in found.links)
    assert any(link == "/search?lang=fr" for link in found.links)
    assert ("option", {"value": "label", "selected": None}) in found.tags


def test_what_is_chosen_and_not_found_stays_in_the_form(page):
    found = page("profile=nowhere")
    assert {"name": "profile", "value": "nowhere", "type": "checkbox", "checked": None} in [a for _, a in found.tags]
    assert total(found) == 0


def test_empty_fields_of_a_form_are_no_filters(page):
    assert total(page("q=&territory=&in_metropole=&bbox=")) == total(page())


def test_a_territory_is_taken_by_its_name(site):
    answer = site.get("/search?territory=lyon&profile=hub&cursor=x", BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/search?territory=commune%2F69123&profile=hub",
    )
    assert site.get("/search?territory=zzzzzz", BROWSER).status_code == 200


def test_rows_under_a_licence_of_their_own_are_counted_and_can_be_had(page):
    found = page("q=delta")
    assert "1 autre est sous licence ODbL" in found.text
    link = next(link for link in found.links if "licence=any" in link)
    assert total(page(urlsplit(link).query)) == 1


def test_other_kinds_stand_beside(page):
    found = page("q=lyon")
    assert any("kind=commune" in link and "q=lyon" in link for link in found.links)
    assert "Porte exactement ce nom" in found.text
    assert "/doc/commune/69123?lang=fr" in found.links


def test_downloads_ask_for_the_same(page, site):
    found = page("kind=commune&territory=69&sort=-population")
    links = [link for link in found.links if link.startswith("/api/communes?")]
    assert len(links) == 6
    for link in links:
        assert "territory=69" in link
        assert "sort=-population" in link
        assert site.get(link).status_code == 200
    assert not [link for link in page("kind=former-commune").links if link.startswith("/api/")]


def test_nothing_found_says_what_to_do(page):
    found = page("q=alpho&territory=69091")
    assert "Vouliez-vous dire" in found.text
    assert "/doc/structure/alpha-00000001?lang=fr" in found.links
    assert "Did you mean" in page("q=alpho&territory=69091", lang="en").text
    assert "Vérifiez l'orthographe" in page("q=xyzxyz").text
    assert "sans les filtres" in page("q=alpha&territory=69091").text


def test_a_typo_is_told(page):
    assert "s'en approche" in page("q=alphe").text
    assert "s'en approche" not in page("q=alpha").text


@pytest.mark.parametrize(
    "query",
    ["bbox=1,2", "in_metropole=maybe", "sort=age", "kind=ghost", "cursor=x", "release=zz", f"q={'a' * 301}", "q=a&q=b"],
)
def test_what_cannot_be_read_is_a_page_that_says_so(page, query):
    assert "Erreur 400" in page(query, 400).text


def test_what_nobody_knows_is_passed_over(page):
    assert total(page("utm_source=letter")) == total(page())


def many(count: int) -> Store:
    store = Store()
    store.bulk_load(DATA.read_bytes(), format=RdfFormat.TRIG)
    graph, label = NamedNode(f"{BASE}graph/study/2020-06"), NamedNode(PREFIXES["skos"] + "prefLabel")
    kind = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    for number in range(count):
        thing = NamedNode(f"{BASE}id/structure/lieu-{number:08d}")
        store.add(Quad(thing, kind, NamedNode(f"{BASE}def#InnovationStructure"), graph))
        store.add(Quad(thing, label, Literal(f"Lieu {number:03d}", language="fr"), graph))
    return store


def test_pages_follow_each_other(settings):
    site = Client(many(45), settings)
    seen: list[str] = []
    address: str | None = "/search?lang=fr&q=lieu&sort=label"
    while address:
        found = Page(site.get(address, BROWSER).text)
        seen += sorted(things(found))
        address = next((link for link in found.links if link.startswith("/search?") and "cursor=" in link), None)
        assert total(found) == 45
    assert seen == [f"/doc/structure/lieu-{number:08d}" for number in range(45)]
    assert any("/search?lang=fr&q=lieu&sort=label" in link for link in found.links)


def test_hostile_data_stay_text(settings):
    store = many(0)
    graph, thing = NamedNode(f"{BASE}graph/study/2020-06"), NamedNode(f"{BASE}id/structure/mal-00000009")
    skos, foaf = PREFIXES["skos"], PREFIXES["foaf"]
    for predicate, value in (
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", NamedNode(f"{BASE}def#InnovationStructure")),
        (skos + "prefLabel", Literal('Zeta "><script>alert(1)</script>' + "x" * 3000, language="fr")),
        (skos + "altLabel", Literal("<img src=x onerror=alert(1)>\u202e\u0007")),
        (foaf + "homepage", NamedNode("javascript:alert(1)")),
        (PREFIXES["dct"] + "subject", NamedNode(f"{BASE}scheme/theme/mal")),
    ):
        store.add(Quad(thing, NamedNode(predicate), value, graph))
    concept = NamedNode(f"{BASE}scheme/theme/mal")
    store.add(Quad(concept, NamedNode(skos + "inScheme"), NamedNode(f"{BASE}scheme/theme"), graph))
    store.add(Quad(concept, NamedNode(skos + "prefLabel"), Literal("</label><script>2</script>"), graph))
    site = Client(store, settings)
    hostile = quote('"><script>alert(3)</script>')
    for query in ("", "q=zeta", f"q={hostile}", f"profile={hostile}", f"territory={hostile}", "theme=mal"):
        text = site.get(f"/search?{query}", BROWSER).text
        found = Page(text)
        assert "<script>" not in text
        assert "<img" not in text
        assert "\u202e" not in text
        assert not any(link.lower().startswith("javascript") for link in found.links)
        assert not any(name.startswith("on") for _, attrs in found.tags for name in attrs)


def test_the_tag_changes_with_the_question_and_the_language(site):
    first = site.get("/search?q=alpha&lang=fr", BROWSER)
    tag = first.headers["etag"]
    assert site.get("/search?q=alpha&lang=fr", BROWSER, if_none_match=tag).status_code == 304
    assert site.get("/search?q=alpha&lang=en", BROWSER).headers["etag"] != tag
    assert site.get("/search?q=alpha", BROWSER, accept_language="en").headers["etag"] != tag


def test_names_are_followed_under_another_base():
    site = rest_client("https://maille.example/")
    found = Page(site.get("/search?lang=fr&profile=hub&theme=energie&territory=region/84", BROWSER).text)
    assert "/doc/structure/alpha-00000001?lang=fr" in found.links
    assert "Territoire Auvergne-Rhône-Alpes" in found.text
    link = next(link for link in found.links if link.startswith("/sparql?query="))
    sparql = dict(parse_qsl(urlsplit(link).query))["query"]
    assert [row["name"]["value"] for row in site.select(sparql).json()["results"]["bindings"]] == ["Alpha"]
