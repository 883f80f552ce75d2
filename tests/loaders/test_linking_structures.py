"""Structures are one where a name and a place, or a name and a domain, agree: never for one of them alone."""

from __future__ import annotations

import pytest

from maille.loaders.linking.mention import Mention
from maille.loaders.linking.names import former_of

from .linking_cases import body, decision, groups, house, linked


def together(*mentions: Mention) -> bool:
    return len(linked(mentions).things) == 1


def test_one_name_in_one_commune_is_one_structure() -> None:
    one, two = house("study", "moho", "Moho", "14118"), house("alpha", "fabt-1", "MOHO", "14118")
    links = linked([one, two])
    found = decision(links, one, two)
    assert (found.outcome, found.reason) == ("matched", "one name, one commune")
    assert links.iri("alpha", "fabt-1") == links.iri("study", "moho")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        pytest.param(
            house("alpha", "1", "TUBA", "69123"), house("beta", "1", "Tubà", "68224"), id="homonym in another town"
        ),
        pytest.param(house("alpha", "1", "Le Phare", "14118"), house("beta", "1", "Le Phare"), id="a name alone"),
        pytest.param(
            house("alpha", "1", "Le Phare", "14118", address="5 parvis Alan Turing"),
            house("beta", "1", "La Digue", "14118", address="5 parvis Alan-Turing"),
            id="an address alone",
        ),
        pytest.param(
            house("alpha", "1", "Le Phare", "14118", domains=("univ-x.fr",)),
            house("beta", "1", "La Digue", "14118", domains=("univ-x.fr",)),
            id="a domain alone",
        ),
        pytest.param(
            house("alpha", "1", "Phare 2", "14118"), house("beta", "1", "Phare 3", "14118"), id="another number"
        ),
        pytest.param(
            house("alpha", "1", "Incubateur", "14118"), house("beta", "1", "L'Incubateur", "69123"), id="a mere word"
        ),
        pytest.param(
            house("alpha", "1", "Phare", "75056", postcode="75002"),
            house("beta", "1", "Phare", "75056", postcode="75019"),
            id="two quarters of Paris and nothing else",
        ),
        pytest.param(
            house("alpha", "1", "Ecole du Phare", "14118"), body("beta", "1", "Ecole du Phare"), id="house and school"
        ),
        pytest.param(
            house("alpha", "1", "Phare Fablab", "14118", address="2 rue du Port", domains=("phare.fr",)),
            house("beta", "1", "Incubateur Digue", "14118", address="2 rue du Port", domains=("phare.fr",)),
            id="two kinds of house at one address",
        ),
    ],
)
def test_these_stay_two(one: Mention, two: Mention) -> None:
    assert not together(one, two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        pytest.param(
            house("alpha", "1", "Incuphare @ Le Port", "14118", domains=("incuphare.fr",)),
            house("beta", "1", "IncuPhare", "35238", domains=("incuphare.fr",)),
            id="moved, with its own domain",
        ),
        pytest.param(
            house("alpha", "1", "Phare 58 by La Banque", "14118"), house("beta", "1", "Phare58", "14118"), id="by"
        ),
        pytest.param(
            house("alpha", "1", "Intencité Clichy", "92024"), house("beta", "1", "Intencité", "92024"), id="the town"
        ),
        pytest.param(
            house("alpha", "1", "Village du Phare Paris", "75056", address="55 rue La Boétie"),
            house("beta", "1", "villageduphare", "75056", address="55 rue La Boétie"),
            id="written in one word",
        ),
        pytest.param(
            house("alpha", "1", "Pépinère du Grand Phare", "14118"),
            house("beta", "1", "Pépinière du Grand Phare", "14118"),
            id="a slip of the pen",
        ),
    ],
)
def test_these_are_one(one: Mention, two: Mention) -> None:
    assert together(one, two)


def test_a_domain_that_a_network_lends_does_not_move_a_house() -> None:
    rows = [
        house("alpha", "1", "La Digue", "14118", domains=("digue.net",)),
        house("alpha", "2", "La Digue Rennes", "35238", domains=("digue.net",)),
        house("beta", "1", "La Digue", "69123", domains=("digue.net",)),
    ]
    assert groups(linked(rows)) == set()


def test_sites_of_one_file_stay_apart_whatever_their_number() -> None:
    number = frozenset({("siret", "12345678200010"), ("siren", "123456782")})
    rows = [
        house("alpha", str(line), f"Intencité {town}", commune, domains=("intencite.fr",), identifiers=number)
        for line, (town, commune) in enumerate((("Paris", "75056"), ("Clichy", "92024"), ("Rennes", "35238")))
    ]
    assert groups(linked(rows)) == set()


def test_a_row_that_stands_twice_in_a_file_is_one() -> None:
    more = {"address": "58 rue de la Victoire", "domains": ("phare58.fr",)}
    rows = [
        house("alpha", "1", "Phare 58 by La Banque", "75056", **more),
        house("alpha", "2", "Phare58", "75056", **more),
    ]
    assert len(linked(rows).things) == 1


def test_a_place_called_as_who_runs_it_is_that_place() -> None:
    rows = [
        house("beta", "31", "Le Papillon", "56010"),
        body("beta", "31#operator", "Association Dans l'Ensemble"),
        house("alpha", "1", "Dans L'ensemble", "56010"),
    ]
    assert groups(linked(rows)) == {frozenset({"alpha 1", "beta 31"})}


def test_two_that_fit_equally_are_left_ambiguous() -> None:
    rows = [
        house("alpha", "1", "Phare", "14118"),
        house("beta", "1", "Phare", "14118", address="1 rue A"),
        house("beta", "2", "Phare", "14118", address="2 rue B"),
    ]
    links = linked(rows)
    assert groups(links) == set()
    assert {one.outcome for one in links.decisions if one.one.source != one.two.source} == {"ambiguous"}


def test_a_house_that_may_have_a_new_name_is_for_somebody_to_decide() -> None:
    one = house("alpha", "1", "Phare Starter", "14118", address="9 rue du Port")
    two = house("beta", "1", "Grandes Digues Entrepreneurs", "14118", address="9 rue du Port")
    neighbour = house("beta", "2", "La Bouée", "14118", address="9 rue du Port")
    links = linked([one, body("alpha", "1#operator", "École des Grandes Digues"), two, neighbour])
    assert decision(links, one, two).outcome == "ambiguous"


def test_two_vintages_of_one_row_are_one_mention() -> None:
    old, new = house("alpha", "1", "Phare", "14118"), house("alpha", "1", "Grand Phare", "14118")
    assert linked([old, new]) == linked([new, old])
    assert len(linked([old, new]).things) == 1


SCHOOL = body("gamma", "1", "Ecole nationale supérieure du Phare et des Digues", "ENSPD")
SHIPS = {"address": "2 rue du Port"}


def test_an_acronym_in_a_name_is_written_out() -> None:
    one = house("alpha", "1", "Incubateur du Phare et des Digues", "14118", **SHIPS)
    two = house("beta", "1", "Incubateur ENSPD Caen", "14118", **SHIPS)
    assert groups(linked([SCHOOL, one, two])) == {frozenset({"alpha 1", "beta 1"})}
    assert not groups(linked([one, two])), "nobody says what the acronym stands for"
    rival = body("gamma", "2", "Ecole normale de Sculpture et Peinture", "ENSPD")
    assert not groups(linked([SCHOOL, rival, one, two])), "others bear it for other words"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(house("beta", "1", "Incubateur ENSPD", "14118", address="4 rue du Port"), id="another house"),
        pytest.param(house("beta", "1", "Fablab ENSPD", "14118", **SHIPS), id="another kind of house"),
        pytest.param(house("beta", "1", "ENSPD", "14118", **SHIPS), id="the school itself"),
    ],
)
def test_an_acronym_written_out_needs_house_and_kind(other: Mention) -> None:
    one = house("alpha", "1", "Incubateur du Phare et des Digues", "14118", **SHIPS)
    assert not groups(linked([SCHOOL, one, other]))


def test_a_row_that_stands_twice_under_an_acronym_and_its_name_is_one() -> None:
    more = {**SHIPS, "domains": ("enspd.fr",)}
    rows = [
        house("alpha", "1", "Incubateur du Phare et des Digues", "14118", **more),
        house("alpha", "2", "Incubateur ENSPD", "14118", **more),
    ]
    assert groups(linked([SCHOOL, *rows])) == {frozenset({"alpha 1", "alpha 2"})}


STARTER = (house("alpha", "1", "Vigie", "14118", **SHIPS), body("alpha", "1#operator", "INSTITUT PHARE NORMANDIGUE"))


def test_a_house_that_was_named_after_who_runs_it_is_found_where_it_stands_alone() -> None:
    other = house("beta", "1", "Phare & Management Normandigue Entrepreneurs", "14118", **SHIPS)
    assert groups(linked([*STARTER, other])) == {frozenset({"alpha 1", "beta 1"})}
    for source in ("alpha", "beta"):
        neighbour = house(source, "9", "La Bouée", "14118", **SHIPS)
        assert not groups(linked([*STARTER, other, neighbour])), "another may be meant"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(house("beta", "1", "Phare Normandigue", "14118", **SHIPS), id="the school itself"),
        pytest.param(house("beta", "1", "Phare Entrepreneurs", "14118", **SHIPS), id="one word only"),
        pytest.param(
            house("beta", "1", "Phare & Management Normandigue Entrepreneurs", "14118", address="4 rue du Port"),
            id="another house",
        ),
    ],
)
def test_it_is_not_found_by_less(other: Mention) -> None:
    assert not groups(linked([*STARTER, other]))


def test_what_a_name_says_that_it_was_before_is_a_name_too() -> None:
    now = house("alpha", "1", "[pa]RC (anciennement La Bouée)", "14118")
    assert groups(linked([now, house("beta", "1", "La Bouée", "14118")])) == {frozenset({"alpha 1", "beta 1"})}
    assert not groups(linked([now, house("beta", "1", "La Bouée", "14327")])), "in another commune"


@pytest.mark.parametrize(
    "name", ["Ancien phare (La Bouée)", "Le Phare (ancienne gare)", "Exposé, la suite", "Anciennement"]
)
def test_old_things_are_no_former_names(name: str) -> None:
    assert former_of(name) == ()


PAGE = {**SHIPS, "domains": ("entrepreneurs.phare-des-digues-tech.fr",)}


def test_a_web_domain_may_spell_the_name_of_the_other() -> None:
    one = house("alpha", "1", "Phare des Digues", "14118", **SHIPS)
    two = house("beta", "1", "Diguetech Entrepreneurs", "14118", **PAGE)
    assert groups(linked([one, two])) == {frozenset({"alpha 1", "beta 1"})}
    neighbour = house("beta", "9", "La Bouée", "14118", **SHIPS)
    assert not groups(linked([one, two, neighbour])), "another may be meant"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(house("alpha", "1", "Phare", "14118", **SHIPS), id="a short name"),
        pytest.param(house("alpha", "1", "Phare des Digues", "14118", address="4 rue du Port"), id="another house"),
        pytest.param(house("alpha", "1", "Fablab Phare des Digues", "14118", **SHIPS), id="another kind of house"),
    ],
)
def test_a_web_domain_is_not_enough(other: Mention) -> None:
    two = house("beta", "1", "Incubateur Diguetech", "14118", **{**PAGE, "domains": ("fablab-phare-des-digues.fr",)})
    assert not groups(linked([other, two]))
