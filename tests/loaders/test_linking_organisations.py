"""Organisations are one by a number, by an official name, or by a name and where it is."""

from __future__ import annotations

import pytest

from maille.loaders.linking.mention import Mention

from .linking_cases import body, decision, groups, house, linked


def together(*mentions: Mention) -> bool:
    return len(linked(mentions).things) == 1


def test_different_siren_are_two_legal_persons() -> None:
    one = body("alpha", "1", "Université du Phare", siren="123456782")
    two = body("beta", "1", "Université du Phare", siren="987654324")
    assert not together(one, two)


def test_one_siren_needs_a_name_that_agrees() -> None:
    one, two = body("alpha", "1", "Phare", siren="123456782"), body("beta", "1", "Mairie", siren="123456782")
    links = linked([one, two])
    assert decision(links, one, two).outcome == "ambiguous"
    assert together(body("alpha", "1", "Grand Phare", siren="123456782"), body("beta", "1", "Phare", siren="123456782"))


def test_a_siren_that_several_schools_share_joins_none_of_them() -> None:
    rows = [
        body("alpha", "1", "Hautes études maritimes", siren="123456782"),
        body("alpha", "2", "Institut supérieur agricole", siren="123456782"),
        body("beta", "1", "Institut du Phare", siren="123456782"),
    ]
    assert groups(linked(rows)) == set()


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (("Université Toulouse 3",), ("Université Toulouse 2",)),
        (("Université de Rennes",), ("Université Rennes 2",)),
        (("Institut polytechnique de Bordeaux",), ("Institut polytechnique de Grenoble",)),
        (("Bordeaux INP", "Institut polytechnique de Grenoble"), ("Institut polytechnique de Grenoble",)),
        (("Sorbonne Université",), ("Université Sorbonne Nouvelle",)),
        (("Société du Phare",), ("Société du Phare",)),
        (("Cnam - Cedric",), ("CNAM",)),
        (("Association",), ("Association",)),
    ],
)
def test_names_that_are_not_one(one: tuple[str, ...], two: tuple[str, ...]) -> None:
    assert not together(body("alpha", "1", *one), body("beta", "1", *two))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (("Université Aix-Marseille",), ("Aix-Marseille Université",)),
        (("Université Paris-XIII",), ("Université Paris 13",)),
        (
            ("Ec Nat Sup Mécanique Microtechniques",),
            ("École nationale supérieure de mécanique et des microtechniques",),
        ),
        (("INRIA",), ("Institut national de la recherche en informatique et automatique", "INRIA")),
        (("Université Paris 1 Panthéon",), ("Université Paris-I", "Université Panthéon")),
    ],
)
def test_names_that_are_one(one: tuple[str, ...], two: tuple[str, ...]) -> None:
    assert together(body("alpha", "1", *one), body("beta", "1", *two))


def test_an_acronym_that_two_bear_joins_neither() -> None:
    rows = [
        body("alpha", "1", "Université Clermont Auvergne", "UCA"),
        body("alpha", "2", "Université Côte d'Azur", "UCA"),
        body("beta", "1", "UCA"),
    ]
    assert groups(linked(rows)) == set()


def test_the_place_of_its_row_tells_a_second_thing_from_a_homonym() -> None:
    rows = [
        body("alpha", "1", "ENSTA Paris", "ENSTA", commune="75056"),
        body("alpha", "2", "ENSTA Bretagne", "ENSTA", commune="29019"),
        house("beta", "1", "Incubateur du Phare", "75056"),
        body("beta", "1#operator", "ENSTA"),
    ]
    assert groups(linked(rows)) == {frozenset({"alpha 1", "beta 1#operator"})}


def test_second_things_that_say_the_same_are_one() -> None:
    rows = [body("alpha", f"{line}#operator", "CNRS", "Centre national de la recherche") for line in range(400)]
    assert len(linked(rows).things) == 1


def test_a_network_is_none_of_its_members() -> None:
    net = Mention("alpha", "1", "network", "Université du Phare")
    assert not together(net, body("beta", "1", "Université du Phare"))


def test_an_alliance_after_a_name_is_no_part_of_it() -> None:
    one = body("alpha", "1", "ESPHD Paris-PSL")
    assert together(one, body("beta", "1", "Ecole supérieure des phares de la ville de Paris", "ESPHD PARIS"))
    assert not together(one, body("beta", "1", "Ecole supérieure des phares de Bretagne", "ESPHD BRETAGNE"))


def test_a_name_that_spells_the_acronym_of_another_is_that_one() -> None:
    full = body("beta", "1", "Ecole nationale des phares et digues", "ENPD")
    rival = body("beta", "2", "Ecole de la mer", "ENPD")
    assert groups(linked([body("alpha", "1", "Ecole des phares ParisTech", "ENPD PARIS"), full, rival])) == {
        frozenset({"alpha 1", "beta 1"})
    }
    assert not together(body("alpha", "1", "Ecole des ports", "ENPD PARIS"), full)
    assert not together(body("alpha", "1", "Ecole des phares de Brest", "ENPD BREST"), full)


def test_schools_of_one_family_share_acronym_and_words_and_stay_apart() -> None:
    rows = [
        body("alpha", "1", "Institut national des phares appliqués de Lyon", "INPA LYON"),
        body("beta", "1", "Institut national des phares appliqués de Rennes", "INPA", "INPA Rennes"),
    ]
    assert not groups(linked(rows))
