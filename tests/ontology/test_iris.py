"""Minting and parsing are inverses; what is minted always parses, what is wrong is refused by name."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maille.ontology import iris
from maille.ontology.errors import InvalidIri
from maille.ontology.namespaces import BASE

SLUGS = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
VINTAGES = st.from_regex(r"[0-9A-Za-z][0-9A-Za-z.-]{0,8}", fullmatch=True)
FRAGMENTS = st.just("") | st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,12}", fullmatch=True)


@pytest.mark.parametrize("kind", iris.THINGS)
@settings(max_examples=25)
@given(data=st.data(), fragment=FRAGMENTS)
def test_a_thing_minted_parses_back(kind: str, data: st.DataObject, fragment: str) -> None:
    key = data.draw(st.from_regex(iris.THINGS[kind], fullmatch=True).filter(str.isascii))
    assert iris.parse(iris.thing(kind, key, fragment).value) == iris.Name(kind, key, fragment)


@given(SLUGS, VINTAGES, FRAGMENTS)
def test_graphs_and_sources_parse_back(source: str, vintage: str, fragment: str) -> None:
    assert iris.parse(iris.graph(source).value) == iris.Name("graph", source)
    assert iris.parse(iris.graph(source, vintage).value) == iris.Name("graph", f"{source}/{vintage}")
    minted = iris.source(source, vintage, fragment)
    assert iris.parse(minted.value) == iris.Name("source", f"{source}/{vintage}", fragment)


@given(SLUGS, SLUGS)
def test_schemes_and_concepts_parse_back(scheme: str, notation: str) -> None:
    assert iris.parse(iris.scheme(scheme).value) == iris.Name("scheme", scheme)
    assert iris.parse(iris.concept(scheme, notation).value) == iris.Name("concept", f"{scheme}/{notation}")


@given(SLUGS, VINTAGES, st.text(min_size=1).filter(lambda key: key not in {".", ".."}))
def test_rows_of_any_key_parse_back(source: str, vintage: str, key: str) -> None:
    parsed = iris.parse(iris.row(source, vintage, key).value)
    assert parsed.kind == "row"
    assert parsed.key.startswith(f"{source}/{vintage}/")


@given(SLUGS, VINTAGES, st.text(), st.text())
def test_rows_of_two_keys_are_two(source: str, vintage: str, one: str, other: str) -> None:
    def mint(key: str) -> str:
        try:
            return iris.row(source, vintage, key).value
        except InvalidIri:
            return f"refused {key}"

    assert (mint(one) == mint(other)) == (one == other)


@given(st.text(), st.text(), st.text())
def test_a_key_made_of_any_label_is_a_key_of_a_structure(label: str, source: str, source_key: str) -> None:
    try:
        key = iris.key_of(label, source, source_key)
    except InvalidIri:
        return
    assert iris.parse(iris.thing("structure", key).value).key == key


@given(st.text())
def test_a_slug_is_a_slug_and_stays_itself(text: str) -> None:
    try:
        slug = iris.slugify(text)
    except InvalidIri:
        assert not re.search(r"[A-Za-z0-9]", text)
        return
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", slug)
    assert iris.slugify(slug) == slug


@given(st.text() | st.text().map(lambda text: BASE + text) | st.text().map(lambda text: f"{BASE}row/cog/2026/{text}"))
def test_parse_raises_nothing_but_invalid_iri(text: str) -> None:
    try:
        name = iris.parse(text)
    except InvalidIri:
        return
    assert name.kind


@given(st.text(), st.text(), st.text())
def test_minting_raises_nothing_but_invalid_iri(kind: str, key: str, fragment: str) -> None:
    for mint in (
        lambda: iris.thing(kind, key, fragment),
        lambda: iris.thing("commune", key, fragment),
        lambda: iris.graph(kind, key),
        lambda: iris.source(kind, key, fragment),
        lambda: iris.row(kind, key, fragment),
        lambda: iris.concept(kind, key),
    ):
        try:
            minted = mint()
        except InvalidIri:
            continue
        assert iris.parse(minted.value)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Moho, Caen", "moho-caen"),
        ("Pôle économique de la Samoa", "pole-economique-de-la-samoa"),
        ("L'Œuvre", "l-oeuvre"),
        ("L\u2019Œuvre", "l-oeuvre"),
        ("Colombelles\u2013Rouen", "colombelles-rouen"),
        ("A+ c'est mieux !", "a-c-est-mieux"),
        ("#EntreprisesUniesBZH", "entreprisesuniesbzh"),
        ("Straße", "strasse"),
    ],
)
def test_slugs(text: str, slug: str) -> None:
    assert iris.slugify(text) == slug


@pytest.mark.parametrize(
    "iri",
    [
        "http://example.org/id/commune/69123",
        BASE,
        BASE + "id/commune/6912",
        BASE + "id/commune/69123/",
        BASE + "id/commune/69123\n",
        BASE + "id/commune/69123#",
        BASE + "id/commune/69123#a b",
        BASE + "id/commune/2C123",
        BASE + "id/structure/waoup",
        BASE + "id/structure/12345678901234",
        BASE + "id/epci/20004697",
        BASE + "id/departement/99A",
        BASE + "id/village/69123",
        BASE + "scheme/profile/Accelerateur",
        BASE + "row/cog/2026/..",
        BASE + 'row/cog/2026/a"b',
        BASE + "row/cog/2026/a%2",
        BASE + "graph/cog/../meta",
        BASE + "def/1.0",
        BASE + "doc/commune/69123",
    ],
)
def test_what_is_no_name_of_ours_is_refused(iri: str) -> None:
    with pytest.raises(InvalidIri):
        iris.parse(iri)


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        ("id/commune/2A004", iris.Name("commune", "2A004")),
        ("id/commune/69123#siren", iris.Name("commune", "69123", "siren")),
        ("id/departement/974", iris.Name("departement", "974")),
        ("id/arrondissement/2B5", iris.Name("arrondissement", "2B5")),
        ("graph/meta", iris.Name("graph", "meta")),
        ("def#Partner", iris.Name("def", "", "Partner")),
        ("def/1.0.0", iris.Name("def", "/1.0.0")),
        ("shapes#PartnerShape", iris.Name("shapes", "", "PartnerShape")),
    ],
)
def test_names_of_ours(iri: str, name: iris.Name) -> None:
    assert iris.parse(BASE + iri) == name


def test_another_base_is_parsed_under_that_base_alone() -> None:
    assert iris.parse("https://graph.example/id/commune/69123", "https://graph.example/").key == "69123"
    with pytest.raises(InvalidIri):
        iris.parse(BASE + "id/commune/69123", "https://graph.example/")


def test_a_key_depends_on_the_source_and_not_on_the_label_alone() -> None:
    assert iris.key_of("TUBA", "study", "tuba") != iris.key_of("TUBA", "fabriques", "tuba")
    assert iris.key_of("TUBA", "study", "tuba") == iris.key_of("Tubà", "study", "tuba")


@given(st.from_regex(r"(?:[0-9]{2}|2[AB])[0-9]{3}/[0-9]{4}-[0-9]{2}-[0-9]{2}", fullmatch=True).filter(str.isascii))
def test_a_version_of_a_commune_parses_back(key: str) -> None:
    assert iris.parse(iris.of_path("commune", key).value) == iris.Name("commune-version", key)
    assert iris.parse(iris.commune_version(*key.split("/"), "valid").value).fragment == "valid"


@pytest.mark.parametrize(("kind", "rest"), [("commune", "01033/2019"), ("commune", "1033/2019-01-01"), ("epci", "1/2")])
def test_what_is_no_version_is_refused(kind: str, rest: str) -> None:
    with pytest.raises(InvalidIri):
        iris.of_path(kind, rest)
