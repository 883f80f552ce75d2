"""The attributes the study gives to its six profiles, as data that can be queried."""

from __future__ import annotations

import pytest
from pyoxigraph import Store

from maille.ontology import iris
from maille.ontology.terms import MAILLE

SIX = {
    "accelerateur": {"niveau-3"},
    "technopole-pole-cluster": {"niveau-3"},
    "hub-innovation": {"niveau-3"},
    "incubateur-pepiniere-universitaire": {"niveau-1", "niveau-2"},
    "capitale-french-tech-marque-evenement": {"niveau-1"},
    "living-lab-pepiniere-ess": {"niveau-1", "niveau-2"},
}
DURATIONS = {
    "accelerateur": "moins-de-6-mois",
    "start-up-studio": "plus-d-un-an",
    "technopole-pole-cluster": "entre-1-et-5-ans",
    "hub-innovation": "entre-3-mois-et-3-ans",
    "incubateur-pepiniere-universitaire": "entre-6-et-18-mois",
    "capitale-french-tech-marque-evenement": "delegations-ponctuelles",
    "living-lab-pepiniere-ess": "indefinie",
}
EXAMPLES = {
    "accelerateur": 3,
    "technopole-pole-cluster": 4,
    "hub-innovation": 3,
    "incubateur-pepiniere-universitaire": 3,
    "capitale-french-tech-marque-evenement": 6,
    "living-lab-pepiniere-ess": 2,
}


def _values(store: Store, profile: str, predicate: object) -> set[str]:
    found = store.quads_for_pattern(iris.concept("profile", profile), predicate, None)  # type: ignore[arg-type]
    return {quad.object.value.rpartition("/")[2] for quad in found}


@pytest.mark.parametrize("profile", SIX)
def test_each_profile_has_its_levels(study_store: Store, profile: str) -> None:
    assert _values(study_store, profile, MAILLE.opennessLevel) == SIX[profile]


@pytest.mark.parametrize("profile", DURATIONS)
def test_each_profile_has_its_duration_of_support(study_store: Store, profile: str) -> None:
    assert _values(study_store, profile, MAILLE.supportDuration) == {DURATIONS[profile]}


@pytest.mark.parametrize("profile", EXAMPLES)
def test_each_profile_has_the_examples_of_its_sheet(study_store: Store, profile: str) -> None:
    assert len(_values(study_store, profile, MAILLE.exampleStructure)) == EXAMPLES[profile]


@pytest.mark.parametrize("profile", SIX)
@pytest.mark.parametrize("predicate", [MAILLE.legalStatus, MAILLE.maturity, MAILLE.valueProposition])
def test_each_profile_has_every_kind_of_attribute(study_store: Store, profile: str, predicate: object) -> None:
    assert _values(study_store, profile, predicate)


def test_a_sub_profile_has_what_the_study_says_of_it(study_store: Store) -> None:
    assert _values(study_store, "start-up-collider", MAILLE.valueProposition) == {"soutien-talents-start-up-collider"}
    assert _values(study_store, "pepiniere-ess", MAILLE.maturity) == {"moins-de-deux-ans"}
    assert _values(study_store, "technopole", MAILLE.legalStatus) == {"public"}
