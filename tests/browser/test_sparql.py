"""The SPARQL page as a person uses it: examples, editor, completion, problems, views, downloads, links, keyboard."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visiting
from tests.browser.invented import HOSTILE, names
from tests.browser.visiting import Visit, accessible

EDITOR = "document.querySelector('.CodeMirror').CodeMirror"
INPUT = ".CodeMirror-code"
COUNT = "Combien de communes en France"
NUMBERS = "SELECT ?n WHERE { VALUES ?n { 10 9 100 } }"


def opened(visit: Visit, query: str = "", fragment: str = "", page: Page | None = None) -> Page:
    """Open the page and wait for its editor; skips where the bundle was not built."""
    found = visit.open("/sparql" + (f"?query={quote(query)}" if query else "") + fragment, page)
    if found.locator(".notice code", has_text="make setup").count():
        pytest.skip("no bundle: `make setup` makes it where npm is")
    found.wait_for_selector(".CodeMirror")
    return found


def write(page: Page, query: str) -> None:
    """Put a query into the editor, as pasting it would."""
    page.evaluate(f"query => {EDITOR}.setValue(query)", query)


def held(page: Page) -> str:
    """Return what the editor holds."""
    return str(page.evaluate(f"{EDITOR}.getValue()"))


def run(page: Page) -> None:
    """Press the button that runs the query."""
    page.locator("form.query .controls button:not([name])").first.click()


def cells(page: Page) -> list[str]:
    """Return the text of each cell of the table of results."""
    return page.locator("#answer table td").all_inner_texts()


def test_an_example_runs_on_a_click_and_its_link_can_be_shared(visit: Visit) -> None:
    page = opened(visit)
    page.get_by_role("link", name=COUNT).click()
    expect(page.locator("#answer table td")).to_have_text("34969")
    expect(page.locator("#answer [role=status]").first).to_have_text(re.compile(r"1 ligne en \d+,\d+ s\."))
    (query,) = parse_qs(urlsplit(page.url).query)["query"]
    assert query == held(page)
    shared = visit.open(page.url.removeprefix(visit.address))
    expect(shared.locator("#answer table td")).to_have_text("34969")
    page.locator(".languages a[hreflang=en]").click()
    expect(page.locator("h1")).to_have_text("Query the graph")
    expect(page.locator("#answer table td")).to_have_text("34969")


def test_results_download_as_csv(visit: Visit, tmp_path: Path) -> None:
    page = opened(visit)
    write(page, NUMBERS)
    run(page)
    with page.expect_download() as begun:
        page.locator("#answer .downloads").get_by_role("link", name="CSV").click()
    begun.value.save_as(tmp_path / "answer.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "answer.csv").read_text(encoding="utf-8"))))
    assert [row["n"] for row in rows] == ["10", "9", "100"]


def test_the_buttons_of_the_form_send_what_the_editor_holds(visit: Visit) -> None:
    page = opened(visit)
    write(page, NUMBERS)
    with page.expect_request(lambda request: "format=json" in request.url) as sent:
        page.locator("form.query").get_by_role("button", name="JSON").click()
    assert parse_qs(urlsplit(sent.value.url).query)["query"] == [NUMBERS]


def test_a_table_is_sorted_and_filtered(visit: Visit) -> None:
    page = opened(visit, "SELECT ?n ?m { VALUES (?n ?m) { (10 'Évry') (9 'zoo') (100 'Ébène') } }")
    sort = page.locator("#answer th button")
    sort.first.click()
    assert cells(page)[::2] == ["9", "10", "100"]
    assert page.locator("#answer th").first.get_attribute("aria-sort") == "ascending"
    sort.first.click()
    assert cells(page)[::2] == ["100", "10", "9"]
    sort.nth(1).click()
    assert cells(page)[1::2] == ["Ébène", "Évry", "zoo"]


def test_a_long_table_grows_on_demand_and_is_filtered(visit: Visit) -> None:
    page = opened(visit, "SELECT ?c { ?c a <http://rdf.insee.fr/def/geo#Commune> } LIMIT 250")
    rows = page.locator("#answer tbody tr")
    expect(page.locator("#answer tbody")).to_be_visible()
    expect(rows).to_have_count(100)
    page.get_by_role("button", name="Cent lignes de plus").click()
    expect(rows).to_have_count(200)
    first = cells(page)[0]
    page.get_by_label("Filtrer les lignes").fill(first)
    expect(rows).to_have_count(1)


def test_what_is_not_sparql_is_told_while_typing(visit: Visit) -> None:
    page = opened(visit)
    write(page, "SELECT * {\n  ?s ?p ?o\n  LIMIT 2")
    expect(page.locator(".editor-status")).to_contain_text("Ligne 3")
    assert page.locator(".bad-mark").count() == 1
    write(page, "SELECT * { ?s ?p ?o } LIMIT 2")
    expect(page.locator(".editor-status")).to_have_text("")
    assert page.locator(".bad-mark").count() == 0


def test_a_problem_of_the_endpoint_is_marked_where_it_is(visit: Visit) -> None:
    visit.allow("status of 400")
    page = opened(visit)
    write(page, "SELECT * {\n  ?s ?p ?o .\n  ?s nothing:known ?o }")
    run(page)
    alert = page.locator("#answer [role=alert]")
    expect(alert).to_contain_text("Ligne 3")
    assert page.locator(".bad-line").count() == 1
    assert page.evaluate(f"{EDITOR}.getCursor().line") == 2
    page.locator(INPUT).press("Control+End")
    page.keyboard.type(" ")
    assert page.locator(".bad-line").count() == 0


def test_names_are_completed_from_the_graph_with_their_labels(visit: Visit) -> None:
    page = opened(visit)
    write(page, "")
    page.locator(INPUT).focus()
    page.keyboard.type("SELECT * WHERE { ?s a maille:Innov")
    hints = page.locator(".CodeMirror-hint")
    expect(hints.first).to_contain_text("maille:InnovationStructure")
    expect(hints.first).to_contain_text("Structure d'innovation")
    assert held(page).startswith("PREFIX maille: <https://w3id.org/maille/def#>\n")
    page.keyboard.press("Enter")
    assert "a maille:InnovationStructure" in held(page)


def test_concepts_and_words_are_completed_too(visit: Visit) -> None:
    page = opened(visit)
    write(page, "SELECT * { ?s ?p fab")
    page.locator(INPUT).press("Control+End")
    page.keyboard.press("Control+Space")
    hint = page.locator(".CodeMirror-hint", has_text="scheme/profile/fablab>")
    expect(hint).to_have_count(1)
    hint.click()
    assert held(page).rstrip().endswith("<https://w3id.org/maille/scheme/profile/fablab>")


def test_a_prefix_is_completed_after_its_keyword(visit: Visit) -> None:
    page = opened(visit)
    write(page, "")
    page.locator(INPUT).focus()
    page.keyboard.type("PREFIX ige")
    expect(page.locator(".CodeMirror-hint").first).to_have_text("igeo: <http://rdf.insee.fr/def/geo#>")


def test_the_keyboard_comes_in_runs_and_gets_out(visit: Visit) -> None:
    page = opened(visit)
    write(page, NUMBERS)
    page.locator(INPUT).focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#answer table")).to_be_visible()
    page.locator(INPUT).focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.CodeMirror') === null")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.closest('.CodeMirror') !== null")
    assert held(page) == NUMBERS


def test_a_slow_query_is_cancelled(visit: Visit) -> None:
    page = opened(visit)
    write(page, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . FILTER(STRLEN(STR(?c)) + STRLEN(STR(?f)) = 999999) }")
    run(page)
    page.get_by_role("button", name="Annuler").click()
    expect(page.locator("#answer [role=status]")).to_have_text("Requête annulée.")
    expect(page.get_by_role("button", name="Annuler")).to_be_hidden()


def test_data_that_hold_markup_or_scripts_stay_text(visit: Visit) -> None:
    page = opened(visit)
    write(
        page,
        'SELECT * { { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?name FILTER(CONTAINS(?name, "onerror")) }'
        ' UNION { BIND(IRI("javascript:alert(1)") AS ?s) BIND("a\\u202eb" AS ?name) } }',
    )
    run(page)
    expect(page.locator("#answer table")).to_be_visible()
    texts = cells(page)
    assert HOSTILE in texts
    assert "a\ufffdb" in texts
    assert page.locator("#answer a[href^=javascript]").count() == 0
    assert page.title() == "Interroger le graphe · Maille"


def test_names_of_ours_lead_to_their_pages_and_others_outside(visiting: Visiting) -> None:
    visit = visiting(locale="en-GB")
    page = opened(
        visit, "SELECT * { VALUES ?it { <https://w3id.org/maille/id/commune/69123> <http://example.org/x> } }"
    )
    links = page.locator("#answer td a")
    expect(links).to_have_count(2)
    assert links.nth(0).get_attribute("href") == "/doc/commune/69123"
    assert (links.nth(1).get_attribute("rel") or "").startswith("external")


def test_a_chart_is_drawn_and_changed(visit: Visit) -> None:
    page = opened(visit)
    page.get_by_role("link", name="La population des régions").click()
    chart = page.locator("#answer .answer-chart svg[role=img]")
    expect(chart).to_be_visible()
    expect(chart).to_contain_text("Île-de-France")
    assert urlsplit(page.url).fragment == "chart"
    accessible(page)
    page.get_by_label("Forme").select_option("line")
    expect(chart).to_be_visible()
    page.get_by_role("button", name="Table", exact=True).click()
    expect(page.locator("#answer table")).to_be_visible()
    assert urlsplit(page.url).fragment == ""


def test_points_are_shown_on_a_map(seeing_visit: Visit) -> None:
    page = opened(seeing_visit)
    page.get_by_role("link", name="Les structures sur une carte").click()
    expect(page.locator("#answer canvas")).to_be_visible()
    expect(page.locator("#answer .view")).to_contain_text(f"{len(names())} points")
    assert urlsplit(page.url).fragment == "map"
    accessible(page)


def test_latitudes_and_longitudes_are_points_too(seeing_visit: Visit) -> None:
    query = "SELECT ?name ?lat ?long { VALUES (?name ?lat ?long) { ('Lyon' 45.76 4.83) ('Nantes' 47.2 -1.5e0) } }"
    page = opened(seeing_visit, query, "#map")
    expect(page.locator("#answer canvas")).to_be_visible()
    expect(page.locator("#answer .view")).to_contain_text("2 points")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_answers_and_problems_are_accessible_on_a_telephone(visiting: Visiting, scheme: str) -> None:
    visit = visiting(color_scheme=scheme, viewport={"width": 390, "height": 844}, has_touch=True)
    visit.allow("status of 400")
    page = opened(visit)
    page.get_by_role("link", name="L'arbre des profils").click()
    expect(page.locator("#answer table")).to_be_visible()
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    write(page, "SELECT nothing")
    run(page)
    expect(page.locator("#answer [role=alert]")).to_be_visible()
    accessible(page)
