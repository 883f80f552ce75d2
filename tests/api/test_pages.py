"""Pages: what they say, in both languages, without JavaScript, and what hostile data cannot make them do."""

from __future__ import annotations

import re
import tomllib
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from urllib.parse import quote

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from maille.api.entities.figures import sentence
from maille.api.pages.i18n import Translator, choose_language, load_messages
from maille.api.pages.render import external_link, local_path
from maille.ontology import vocabulary
from maille.ontology.namespaces import BASE, PREFIXES, SCHEME

DATA = Path(__file__).parent.parent / "data" / "pages.trig"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
NID = "/doc/structure/le-nid-0123abcd"
HOSTILE = "/doc/structure/hostile-0123abcd"
VOID = {"meta", "link", "input", "br", "img"}


class Page(HTMLParser):
    """What a test asks of a page: links, ids, text, and that its elements nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag not in VOID and tag not in {"path", "circle"}:
            self._open.append(tag)
        if tag == "a":
            self.links.append(found.get("href") or "")
        if tag == "form":
            self.forms.append(found["action"])
        if "id" in found:
            self.ids.append(found["id"])

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def many(count: int):
    graph, label = NamedNode(f"{BASE}graph/cog/2026"), NamedNode(PREFIXES["skos"] + "prefLabel")
    up = NamedNode(PREFIXES["igeo"] + "subdivisionDe")
    for number in range(count):
        commune = NamedNode(f"{BASE}id/commune/{10000 + number}")
        yield Quad(commune, up, NamedNode(f"{BASE}id/region/52"), graph)
        yield Quad(commune, label, Literal(f"Commune de Saint-Quelque-Chose {number}", language="fr"), graph)


@pytest.fixture(scope="module")
def site(client, settings):
    store = Store()
    store.bulk_load(path=str(DATA), format=RdfFormat.TRIG)
    store.bulk_extend([*vocabulary.quads(), *many(4000)])
    site = type(client)(store, settings)
    # The search index, which pages of territories are made from, is made at the first question.
    assert site.get("/api/themes?limit=1").status_code == 200
    return site


@pytest.fixture(scope="module")
def page(site):
    def read(path: str, status: int = 200, **headers: str) -> Page:
        answer = site.get(path, BROWSER, **headers)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        return Page(answer.text)

    return read


# A structure, a figure, a commune, a profile


def test_a_structure_says_all_it_knows_in_french(page):
    text = page(f"{NID}?lang=fr").text
    for words in (
        "Le Nid",
        "Nid (le)",
        "Profil principal",
        "Accélérateur",
        "Énergie",
        "Nantes › Nantes Métropole › Loire-Atlantique › Pays de la Loire",
        "Un partenaire",
        "Membre de Un réseau Membre",
        "plus de 1 600 structures",
        "Structures accueillies",
        "La même source donne aussi un autre chiffre : Structures vues",
        "Initiatives qu'elle porte",
        "Déduit du titre.",
        "ligne 242",
        "Étude",
        f"{BASE}id/structure/le-nid-0123abcd",
    ):
        assert words in text


def test_and_in_english(page):
    text = page(f"{NID}?lang=en").text
    for words in ("Main profile", "Accelerator", "more than 1,600 structures", "Structures hosted", "line 242"):
        assert words in text
    assert "Deduced from the heading." in text
    assert "Déduit du titre." not in text


def test_footnotes_lead_to_notes_and_back_to_lines(page):
    found = page(NID)
    marks = [link for link in found.links if link.startswith("#note-")]
    assert marks
    assert all(mark[1:] in found.ids for mark in marks)
    assert "/row/study/2020-06/L242" in found.links


def test_an_address_and_an_outline_are_shown_as_text_and_not_as_names(client, settings):
    area = NamedNode(f"{BASE}id/programme-territory/t-1")
    unit, graph = NamedNode(f"{BASE}id/laboratory/200000001A"), NamedNode(f"{BASE}graph/tests/2026")
    outline, address = NamedNode(f"{area.value}#geometry"), NamedNode(f"{unit.value}#address")
    geo, locn = PREFIXES["geo"], PREFIXES["locn"]
    wkt = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POLYGON((" + "2.1 48.1, " * 5000 + "2.1 48.1))"
    store = Store()
    store.extend(
        Quad(subject, NamedNode(predicate), value, graph)
        for subject, predicate, value in (
            (area, geo + "hasGeometry", outline),
            (outline, geo + "asWKT", Literal(wkt, datatype=NamedNode(geo + "wktLiteral"))),
            (unit, locn + "address", address),
            (address, locn + "thoroughfare", Literal("1 rue d'Essai", language="fr")),
            (address, locn + "postCode", Literal("44321")),
            (address, locn + "postName", Literal("NANTES CEDEX 3", language="fr")),
        )
    )
    site = type(client)(store, settings)
    shown = site.get("/doc/programme-territory/t-1", BROWSER).text
    assert "POLYGON((2.1 48.1, 2.1 48.1" in shown
    assert len(shown) < 20_000
    assert "1 rue d'Essai, 44321 NANTES CEDEX 3" in Page(site.get("/doc/laboratory/200000001A", BROWSER).text).text


def test_a_siren_shows_its_evidence_and_leads_to_the_register(page):
    found = page("/doc/organisation/732829320?lang=fr")
    assert "https://annuaire-entreprises.data.gouv.fr/entreprise/732829320" in found.links
    assert "attribué par Insee" in found.text


def test_an_ambiguous_place_is_said_in_words(page):
    text = page("/doc/structure/ambigue-0123abcd?lang=fr").text
    assert "Ce peut être : Colombelles , Rouen . Maille ne tranche pas." in text


def test_a_commune_says_its_codes_and_what_is_in_it(page):
    text = page("/doc/commune/44109?lang=fr").text
    for words in ("44109", "214401093", "327 734", "Nantes Métropole", "Le Nid", "Licence Ouverte 2.0"):
        assert words in text


def test_who_comes_from_a_former_code_is_told(page):
    found = page("/doc/commune/44109?from=44999&lang=fr")
    assert "Vous suiviez le code 44999" in found.text
    assert "/doc/former-commune/44999?lang=fr" in found.links
    for nonsense in ("00000", "<script>", "44109"):
        assert "Vous suiviez" not in page(f"/doc/commune/44109?from={quote(nonsense)}").text


def test_a_profile_shows_attributes_and_structures(page):
    text = page("/scheme/profile/accelerateur?lang=fr").text
    for words in (
        "Caractéristiques selon l'étude",
        "Niveau d'innovation ouverte",
        "Structures d'innovation 1",
        "Les rechercher et les filtrer",
        "Le Nid",
    ):
        assert words in text


def test_a_scheme_is_a_tree_with_definitions(page):
    found = page("/scheme/profile?lang=en")
    assert "Accelerator that builds projects itself" in found.text
    assert "/scheme/profile/start-up-studio?lang=en" in found.links


def test_figures_are_sentences():
    messages = load_messages()
    fr, en = Translator("fr", messages), Translator("en", messages)
    more, percent, structure = SCHEME + "qualifier/plus-de", SCHEME + "unit/pour-cent", SCHEME + "unit/structure"
    assert sentence(fr, "160", more, structure) == "plus de 160 structures"
    assert sentence(en, "3600.0", more, structure) == "more than 3,600 structures"
    assert sentence(fr, "61", SCHEME + "qualifier/exact", percent) == "61 %"
    assert sentence(fr, "1", "", structure) == "1 structure"
    assert sentence(fr, "1.5", "", structure) == "1,5 structure"
    assert sentence(en, "1.5", "", structure) == "1.5 structures"
    assert sentence(fr, "2014", "", SCHEME + "unit/annee") == "2014"
    assert sentence(fr, "12", "", SCHEME + "unit/unknown") == "12"


# Hostile data


def test_markup_in_data_stays_text(site, page):
    raw = site.get(HOSTILE, BROWSER).text
    for harm in ("<script>alert", "<img", "<b>gras", "<i>x", "49", "\u202e", "\x07"):
        assert harm not in raw.replace("0123abcd", "") or harm == "49"
    found = page(HOSTILE)
    assert "<script>alert('x')</script> \ufffdesrever\ufffd" in found.text
    assert "{{ 7 * 7 }}" in found.text
    scripts = [attrs for tag, attrs in found.tags if tag == "script"]
    data = [attrs for attrs in scripts if attrs == {"type": "application/ld+json"}]
    assert len(data) == 1
    assert [attrs for attrs in scripts if attrs not in data] == [
        {"src": attrs["src"], "defer": None} for attrs in scripts if attrs not in data
    ]


def test_only_safe_schemes_become_links(page):
    links = [*page(HOSTILE).links, *page(NID).links]
    assert "mailto:contact@example.org" in links
    assert "HTTPS://example.org/a&b" in links
    assert {link.partition(":")[0].lower() for link in links if ":" in link.partition("/")[0]} <= {
        "http",
        "https",
        "mailto",
    }


def test_no_event_handler_and_no_inline_style(page):
    for path in ("/", NID, HOSTILE, "/def", "/sparql", "/about"):
        for tag, attrs in page(path).tags:
            assert not any(name.startswith("on") or name == "style" for name in attrs)
            assert tag != "style"


@pytest.mark.parametrize(
    ("iri", "linked"),
    [
        ("http://example.org/", True),
        ("MAILTO:x@example.org", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("http://[bad", False),
        ("http://e/\u202e", False),
        ("", False),
    ],
)
def test_external_links(iri, linked):
    assert (external_link(iri) == iri) is linked


def test_local_paths():
    assert local_path(f"{BASE}id/structure/x#y") == "/doc/structure/x#y"
    assert local_path(f"{BASE}def#Thing") == "/def#Thing"
    assert local_path("https://example.org/") is None


# Long lists


def test_a_region_with_thousands_of_communes_stays_light(site, page):
    answer = site.get("/doc/region/52?lang=fr", BROWSER)
    assert len(answer.content) < 60_000
    assert "Tout voir (4 001)" in Page(answer.text).text
    following = next(link for link in Page(answer.text).links if "kind=commune" in link)
    listed = page(following)
    assert "page 1 sur 41" in listed.text
    assert sum(link.startswith("/doc/commune/") for link in listed.links) == 100
    assert any("page=2" in link for link in listed.links)


# Languages


@pytest.mark.parametrize(
    ("lang", "accept", "expected"),
    [
        (None, None, "fr"),
        (None, "en", "en"),
        (None, "en-GB,fr;q=0.8", "en"),
        (None, "de,en;q=0.1", "en"),
        (None, "de", "fr"),
        ("en", "fr", "en"),
        ("fr", "en", "fr"),
        ("de", "en", "en"),
        ("", "en", "en"),
    ],
)
def test_the_language_is_chosen(site, lang, accept, expected):
    assert choose_language(lang, accept) == expected
    headers = {"accept_language": accept} if accept else {}
    answer = site.get("/about" + (f"?lang={lang}" if lang is not None else ""), BROWSER, **headers)
    assert f'<html lang="{expected}">' in answer.text
    assert answer.headers["content-language"] == expected


def test_a_language_that_was_asked_for_follows_the_reader(page):
    found = page("/?lang=en")
    inside = [link for link in found.links if link.startswith("/")]
    assert inside
    assert all("lang=en" in link for link in inside)
    assert "?lang=fr" in found.links


def test_every_message_has_two_languages_and_every_template_its_messages():
    folder = resources.files("maille.api")
    table = tomllib.loads(folder.joinpath("messages.toml").read_text(encoding="utf-8"))
    assert all(len(pair) == 2 and all(pair) for pair in table.values())
    assert all(
        sorted(re.findall(r"{(\w*)}", pair[0])) == sorted(re.findall(r"{(\w*)}", pair[1])) for pair in table.values()
    )
    for template in folder.joinpath("templates").iterdir():
        for key in re.findall(r"\bt\('([\w.-]+)'\s*[,)]", template.read_text(encoding="utf-8")):
            assert key in table, (template.name, key)
        for key in re.findall(r"t\.count\('([\w.-]+)'", template.read_text(encoding="utf-8")):
            assert {f"{key}.one", f"{key}.many"} <= set(table)


@pytest.mark.parametrize(
    ("value", "fr", "en"),
    [
        ("1234567", "1\u202f234\u202f567", "1,234,567"),
        ("1600.0", "1\u202f600", "1,600"),
        ("0.5", "0,5", "0.5"),
        ("-3", "-3", "-3"),
        ("abc", "abc", "abc"),
        ("NaN", "NaN", "NaN"),
        ("1E+999999999", "1E+999999999", "1E+999999999"),
        ("1E-999999999", "1E-999999999", "1E-999999999"),
    ],
)
def test_numbers(value, fr, en):
    assert Translator("fr", {}).number(value) == fr
    assert Translator("en", {}).number(value) == en


# Home, go, about


def test_home_counts_the_graph(page):
    text = page("/?lang=fr").text
    assert "3 Structures d'innovation" in text
    assert "2 Chiffres clés" in text
    assert "Accélérateur 1" in text
    assert "Énergie 1" in text
    assert "Pays de la Loire 1" in text


def test_home_of_an_empty_graph(client, settings):
    empty = type(client)(Store(), settings)
    assert "Le graphe est vide" in empty.get("/?lang=fr", BROWSER).text


def test_every_link_of_the_site_itself_answers(site, page):
    seen = {link for start in ("/", "/about", "/scheme/profile", "/sparql") for link in page(start).links}
    inside = [link for link in sorted(seen) if link.startswith("/") and not link.startswith("/graph/")]
    # What asks another service answers only where that service is allowed.
    inside = [link for link in inside if "SERVICE" not in link]
    assert len(inside) > 40
    assert [link for link in inside if site.get(link, BROWSER).status_code != 200] == []


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("732829320", "/siren/732829320"),
        ("732 829 320", "/siren/732829320"),
        ("73282932000074", "/siret/73282932000074"),
        ("44109", "/insee/commune/44109"),
        ("2a004", "/insee/commune/2A004"),
        ("2B", "/insee/departement/2B"),
    ],
)
def test_a_number_goes_to_its_look_up(site, typed, path):
    answer = site.get(f"/go?q={quote(typed)}", BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (303, path)


def test_a_name_is_looked_for(site):
    answer = site.get("/go?q=le%20NID&lang=fr", BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (303, "/search?q=le+NID&lang=fr")
    assert site.get("/go", BROWSER).headers["location"] == "/search"


def test_tags_of_pages(site):
    first = site.get("/?lang=fr", BROWSER)
    assert site.get("/?lang=fr", BROWSER, if_none_match=first.headers["etag"]).status_code == 304
    assert site.get("/?lang=en", BROWSER).headers["etag"] != first.headers["etag"]


# Files


def test_static_files(site, page):
    head = page("/").tags
    sheet = next(attrs["href"] for tag, attrs in head if tag == "link" and attrs.get("rel") == "stylesheet")
    assert site.get(sheet).headers["content-type"].startswith("text/css")
    assert "immutable" in site.get(sheet).headers["cache-control"]
    assert site.get("/favicon.ico").headers["content-type"] == "image/svg+xml"
    assert site.get("/static/nothing.css").status_code == 404


def test_nothing_comes_from_elsewhere(site):
    for name in ("style.css", "script.js", "favicon.svg"):
        text = site.get(f"/static/{name}").text.replace("http://www.w3.org/2000/svg", "")
        assert "//" not in re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
        assert "@import" not in text


# Problems


def test_a_problem_is_a_page_in_the_language(page):
    found = page("/doc/commune/99999?lang=fr", 404)
    assert "Rien ne porte ce nom dans le graphe" in found.text
    assert "/problems/not-found?lang=fr" in found.links
    assert "Nothing of that name" in page("/nowhere/%3Cscript%3E?lang=en", 404).text


# The query page


def ask(query: str, lang: str = "fr") -> str:
    return f"/sparql?query={quote(query)}&lang={lang}"


def test_the_form_comes_with_examples(page):
    found = page("/sparql?lang=fr")
    assert "/sparql" in found.forms
    assert "query" in found.ids
    assert sum("/sparql?query=" in link for link in found.links) >= 10


def test_results_are_a_table_with_local_links(page):
    found = page(ask("SELECT ?s ?w WHERE { ?s <http://xmlns.com/foaf/0.1/homepage> ?w } ORDER BY ?w"))
    assert "/doc/structure/le-nid-0123abcd?lang=fr" in found.links
    assert "javascript:alert(1)" in found.text
    assert not any(link.lower().startswith("javascript") for link in found.links)
    assert any("format=csv" in link for link in found.links)


def test_unbound_cells_and_literals(page):
    text = page(ask('SELECT ?a ?b WHERE { VALUES (?a ?b) { ("<x>"@en UNDEF) (12 true) } }')).text
    for words in ("<x>", "12", "true", "2 lignes"):
        assert words in text


def test_a_long_answer_says_that_it_is_cut(page):
    query = "SELECT ?s WHERE { ?s ?p ?o }"
    text = page(ask(query)).text
    assert "Seules les 1 000 premières lignes" in text
    assert "Seules les" not in page(ask(query + " LIMIT 1000")).text
    assert "1 000 lignes" in page(ask(query + " LIMIT 1000")).text
    assert "Seules les" in page(ask(query + " LIMIT 1001")).text


def test_graphs_questions_and_nothing(page):
    assert "Réponse : oui" in page(ask("ASK { ?s ?p ?o }")).text
    assert "Réponse : non" in page(ask("ASK { <x:a> <x:b> <x:c> }")).text
    assert "sujet" not in page(ask("CONSTRUCT { ?s a ?o } WHERE { ?s a ?o }")).ids
    assert "Aucun résultat" in page(ask("SELECT ?s WHERE { ?s <x:none> ?o }")).text
    assert "Aucun résultat" in page(ask("CONSTRUCT WHERE { ?s <x:none> ?o }")).text
    assert "1 ligne" in page(ask("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")).text


def test_a_wrong_query_stays_in_the_form_with_its_fault(site, page):
    found = page(ask("SELECT ?s WHERE {\n  oops"), 400)
    assert "Ligne 2" in found.text
    assert "oops" in found.text
    assert "</textarea><script>" not in site.get(ask("</textarea><script>"), BROWSER).text


def test_what_the_engine_refuses_is_told(page):
    assert (
        "La requête n'a pas abouti"
        in page(ask("SELECT * WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }"), 400).text
    )


def test_a_territory_shows_the_structures_inside_it(page):
    for path in ("/doc/region/52", "/doc/departement/44", "/doc/epci/244400404"):
        text = page(f"{path}?lang=fr").text
        assert "Structures d'innovation 1 Les rechercher et les filtrer" in text


def test_a_line_of_the_study_shows_what_was_drawn_from_it_once(page):
    found = page("/row/study/2020-06/L242?lang=fr")
    assert "Structures d'innovation (d'après cette source) 1 Le Nid" in found.text
    assert found.links.count("/doc/structure/le-nid-0123abcd?lang=fr") == 1


def test_a_graph_leads_to_its_contents(page):
    contents = next(link for link in page("/graph/cog/2026?lang=fr").links if link.startswith("/sparql?query="))
    assert "100 lignes" in page(contents).text
