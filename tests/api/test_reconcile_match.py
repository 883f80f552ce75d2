"""Tests of candidates, scores and `match`: one candidate is certain, or none is."""

from __future__ import annotations

from typing import Any

import pytest

from .reconciling import BASE, CDE, OTHER_SERRE, PARIS, PHARE, SAINT_DENIS, SERRE, Service


@pytest.fixture(scope="module")
def service() -> Service:
    return Service()


@pytest.mark.parametrize(
    ("text", "kind", "properties", "expected"),
    [
        # Territories are named by an authority.
        ("Ambérieu-en-Bugey", "commune", {}, "id/commune/01004"),
        ("AMBERIEU EN BUGEY", "commune", {}, "id/commune/01004"),
        ("Saint-Denis", "commune", {}, None),
        ("Saint-Denis", "commune", {"departement": "93"}, SAINT_DENIS),
        ("st denis", "commune", {"departement": "Seine-Saint-Denis"}, SAINT_DENIS),
        ("Saint-Denis", "commune", {"departement": {"id": "id/departement/11"}}, "id/commune/11339"),
        ("Saint-Denis", "commune", {"departement": 11}, "id/commune/11339"),
        ("Saint-Denis", "commune", {"region": "Occitanie"}, "id/commune/11339"),
        ("Saint-Denis", "commune", {"epci": "200054781"}, SAINT_DENIS),
        ("Saint-Denis", "commune", {"postcode": 93210}, SAINT_DENIS),
        ("Saint-Denis", "commune", {"codeInsee": "93066"}, SAINT_DENIS),
        ("Saint-Denis", "commune", {"departement": "75"}, None),
        ("Saint-Denis", "commune", {"departement": "Ruritanie"}, None),
        ("Saint-Denys", "commune", {}, None),
        ("Saint-Denys", "commune", {"departement": "93"}, SAINT_DENIS),
        ("Ambérieu", "commune", {"codeInsee": 1004}, "id/commune/01004"),
        ("Ambérieu en Buguey", "commune", {"codeInsee": "1004.0"}, "id/commune/01004"),
        ("Paris", "commune", {}, PARIS),
        ("Paris", None, {}, None),
        ("Paris", "departement", {}, "id/departement/75"),
        ("75056", "commune", {}, PARIS),
        ("id/commune/75056", None, {}, PARIS),
        (f"{BASE}id/commune/75056", None, {}, PARIS),
        ("Atelier", "profile", {}, "scheme/profile/atelier"),
        # Houses have the names they gave themselves.
        ("La Grande Serre", "structure", {}, None),
        ("La Grande Serre", "structure", {"commune": "Paris"}, SERRE),
        ("la grande serre", "structure", {"commune": "PARIS CEDEX 13"}, SERRE),
        ("La Grande Serre", "structure", {"commune": "75013 Paris"}, SERRE),
        ("La Grande Serre", "structure", {"commune": "Paris 13e"}, SERRE),
        ("La Grande Serre", "structure", {"commune": "Paris 19e"}, None),
        ("La Grande Serre", "structure", {"commune": "Pierrefitte-sur-Seine"}, OTHER_SERRE),
        ("La Grande Serre", "structure", {"commune": {"id": SAINT_DENIS}}, OTHER_SERRE),
        ("La Grande Serre", "structure", {"commune": ["Lutèce", "Paris"]}, SERRE),
        ("La Grande Serre", "structure", {"departement": "93"}, OTHER_SERRE),
        ("La Grande Serre", "structure", {"codeInsee": "75056"}, SERRE),
        ("La Grande Serre", "structure", {"postcode": "75013"}, SERRE),
        ("La Grande Serre", "structure", {"territory": "Métropole du Grand Paris"}, None),
        ("La Grande Serre", "structure", {"territory": "Île-de-France", "departement": "75"}, SERRE),
        ("La Grande Serre", "structure", {"commune": "Paris", "departement": "93"}, None),
        ("La Grande Serre", "structure", {"operator": "cooperative des essais"}, SERRE),
        ("La Grande Serre", "structure", {"siren": "552081317"}, SERRE),
        ("La Grande Serre", "structure", {"siret": "552 081 317 66522"}, SERRE),
        ("La Grande Serre", "structure", {"homepage": "serre.example"}, SERRE),
        ("La Grande Serre", "structure", {"commune": "Paris", "profile": "hub"}, SERRE),
        ("La Grande Serre", "structure", {"commune": "Paris", "profile": "Jardin"}, None),
        ("Grande Sere", "structure", {}, None),
        ("Grande Sere", "structure", {"commune": "Paris"}, SERRE),
        ("The Great Greenhouse", "structure", {}, SERRE),
        ("Petit Phare", "structure", {}, None),
        ("Petit Phare", "structure", {"commune": "Paris"}, PHARE),
        ("Phare", "structure", {"commune": "Paris"}, None),
        ("Fablab", "structure", {}, None),
        ("Fablab", "structure", {"departement": "11"}, "id/structure/fablab-00000005"),
        ("Verrerie Quartz", "structure", {}, "id/structure/sans-lieu-00000006"),
        ("Verrerie Quartz", "structure", {"commune": "Paris"}, None),
        # Numbers identify who has them.
        ("Coopérative", "organisation", {"siren": "552081317"}, CDE),
        ("Coopérative", "organisation", {"siren": 552081317}, CDE),
        ("", "organisation", {"siren": "552081317"}, CDE),
        (None, "organisation", {"ror": "https://ror.org/000axn811"}, CDE),
        (None, "organisation", {"wikidata": "Q3591583"}, CDE),
        (None, "organisation", {"uai": "0753237l"}, CDE),
        ("Banque du Nord", "organisation", {"siren": "552081317"}, None),
        ("Coopérative des Essais", "organisation", {"siren": "180089047"}, None),
        ("Coopérative des Essais", "organisation", {"siren": "rien"}, None),
        (None, "structure", {"siren": "552081317"}, None),
        (None, "structure", {"commune": "Paris"}, None),
    ],
)
def test_match_is_for_one_certain_candidate(
    service: Service, text: str | None, kind: str | None, properties: dict[str, Any], expected: str | None
) -> None:
    assert service.matched(text, kind, **properties) == expected


def test_homonyms_are_all_candidates_the_weightiest_first(service: Service) -> None:
    found = service.ask("Saint-Denis", "commune")
    assert [one["id"] for one in found[:2]] == [SAINT_DENIS, "id/commune/11339"]
    assert found[0]["score"] == found[1]["score"] == 100


def test_what_agrees_raises_the_score_and_what_differs_lowers_it(service: Service) -> None:
    plain = service.ask("Grande Sere", "structure")[0]["score"]
    here, there = service.ask("Grande Sere", "structure", commune="Paris")
    assert here["id"] == SERRE
    assert there["id"] == OTHER_SERRE
    assert there["score"] < plain < here["score"] <= 100


def test_features_say_what_the_score_is_made_of(service: Service) -> None:
    here, there = service.ask("La Grande Serre", "structure", commune="Paris", siren="rien")
    features = [{one["id"]: one["value"] for one in found["features"]} for found in (here, there)]
    assert features[0]["name_similarity"] == 100
    assert features[0]["name_exact"] is features[0]["type_match"] is features[0]["property_commune"] is True
    assert features[1]["property_commune"] is False
    assert 0 < features[0]["popularity"] <= 1
    assert "property_siren" not in features[0]


def test_things_of_a_place_are_candidates_where_no_name_is_given(service: Service) -> None:
    assert {one["id"] for one in service.ask(None, "structure", commune="Paris")} == {SERRE, PHARE}
    assert next(one["id"] for one in service.ask(None, "structure", profile="Pôle", commune="Paris")) in {SERRE, PHARE}
    assert {one["id"] for one in service.ask(None, "structure", profile="atelier")} == {SERRE}
    assert service.ask(None, "structure", commune="Lutèce") == []


def test_houses_of_an_operator_are_candidates_by_its_number(service: Service) -> None:
    assert {one["id"] for one in service.ask(None, "structure", siren="552081317")} == {SERRE, PHARE}


def test_a_name_in_one_word_or_with_words_too_many_is_found(service: Service) -> None:
    assert service.ask("lagrandeserre", "structure")[0]["id"] in {SERRE, OTHER_SERRE}
    assert PHARE in [one["id"] for one in service.ask("Le Petit Phare de la Villette", "structure")[:2]]


def test_queries_of_a_batch_do_not_depend_on_each_other(service: Service) -> None:
    queries = {
        str(number): {"query": text, "type": kind}
        for number, (text, kind) in enumerate(
            [("Paris", "commune"), ("Saint-Denis", "commune"), ("Fablab", "structure")]
        )
    }
    alone = {key: service.batch({key: query})[key] for key, query in queries.items()}
    assert service.batch(queries) == alone
    assert service.batch(dict(reversed(queries.items()))) == alone
