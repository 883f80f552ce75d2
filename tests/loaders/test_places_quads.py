"""What a resolved place becomes in the graph."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode

from maille.loaders.places.quads import as_stated, place_quads
from maille.loaders.places.resolve import Places, Stated
from maille.ontology import iris
from maille.ontology.terms import MAILLE

SUBJECT = iris.thing("site", "a-00000001")
GRAPH = iris.graph("demo", "2026")


def said(places: Places, stated: Stated) -> dict[NamedNode, set[NamedNode | Literal]]:
    found: dict[NamedNode, set[NamedNode | Literal]] = {}
    for quad in place_quads(SUBJECT, stated, places, GRAPH):
        assert (quad.subject, quad.graph_name) == (SUBJECT, GRAPH)
        assert isinstance(quad.object, NamedNode | Literal)
        found.setdefault(quad.predicate, set()).add(quad.object)
    return found


def test_a_match_gives_the_commune_what_was_written_and_the_old_code(places: Places) -> None:
    assert said(places, Stated(code="49069", name="Orée d'Anjou")) == {
        MAILLE.placeAsStated: {Literal("Orée d'Anjou", language="fr")},
        MAILLE.inCommune: {iris.thing("commune", "49126")},
        MAILLE.inNuts: {Literal("FRG02")},
        MAILLE.sourceCommuneCode: {Literal("49069")},
    }


def test_a_municipal_arrondissement_stands_beside_the_commune(places: Places) -> None:
    assert said(places, Stated(name="Paris  6e")) == {
        MAILLE.placeAsStated: {Literal("Paris 6e", language="fr")},
        MAILLE.inCommune: {iris.thing("commune", "75056")},
        MAILLE.inMunicipalArrondissement: {iris.thing("arrondissement-municipal", "75106")},
        MAILLE.inNuts: {Literal("FR101")},
    }


def test_a_doubt_gives_possible_communes_only(places: Places) -> None:
    assert said(places, Stated(name="Choisy", postcode="94400")) == {
        MAILLE.placeAsStated: {Literal("94400 Choisy", language="fr")},
        MAILLE.possibleCommune: {iris.thing("commune", "94022"), iris.thing("commune", "94081")},
        MAILLE.inNuts: {Literal("FR107")},
    }


def test_a_postcode_of_many_communes_names_none_of_them(places: Places) -> None:
    assert said(places, Stated(postcode="51300")).keys() == {MAILLE.placeAsStated, MAILLE.inNuts}


def test_what_is_abroad_is_kept_as_written(places: Places) -> None:
    assert said(places, Stated(name="SEOUL", postcode="03722")) == {
        MAILLE.placeAsStated: {Literal("03722 SEOUL", language="fr")}
    }


def test_nothing_stated_says_nothing(places: Places) -> None:
    assert said(places, Stated()) == {}


@pytest.mark.parametrize(
    ("stated", "text"),
    [
        (Stated(name="Paris", postcode="75011 Paris"), "75011 Paris"),
        (Stated(name="75011", postcode="75011"), "75011"),
        (Stated(name=" Issy\nles Moulineaux "), "Issy les Moulineaux"),
        (Stated(departement="92"), "92"),
        (Stated(code="97801", departement="978"), "97801"),
        (Stated(address="3 rue X, 75011 Paris"), ""),
    ],
)
def test_what_was_written_is_said_once_on_one_line(stated: Stated, text: str) -> None:
    assert as_stated(stated) == text
