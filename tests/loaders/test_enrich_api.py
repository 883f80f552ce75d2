"""The API *Recherche d'entreprises*, offline: answers of the documented form, the pace, and what is never kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from maille.loaders.enrichment import api as enrich_api
from maille.loaders.enrichment import units as enrichment
from maille.loaders.enrichment.api import ADDRESS, PER_SECOND, Throttle, address_of, enrich, unit_of
from maille.loaders.enrichment.units import Unit
from maille.ontology.errors import SourceError
from maille.store.web_pace import Pace

INVENTED = "123456782"
"""A number that Luhn admits; the units here are invented."""

RESULT = {
    "siren": INVENTED,
    "nom_complet": "INVENTION OUVERTE (IO)",
    "nom_raison_sociale": "INVENTION OUVERTE",
    "nombre_etablissements": 2,
    "siege": {"siret": INVENTED + "00011", "latitude": "47.21", "longitude": "-1.55"},
    "activite_principale": "72.19Z",
    "activite_principale_naf25": "72.10Y",
    "nature_juridique": "9220",
    "etat_administratif": "A",
    "statut_diffusion": "O",
    "dirigeants": [{"nom": "MARTIN", "prenoms": "CAMILLE", "type_dirigeant": "personne physique"}],
}


def answer(**changes: object) -> bytes:
    result = {name: value for name, value in (RESULT | changes).items() if value is not None}
    return json.dumps({"results": [result], "total_results": 1, "page": 1, "per_page": 1, "total_pages": 1}).encode()


@dataclass
class Clock:
    """A clock that goes on when somebody sleeps, and by `cost` with each look at it."""

    time: float = 0.0
    cost: float = 0.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        self.time += self.cost
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    @property
    def pace(self) -> Pace:
        return Pace(sleep=self.sleep, monotonic=self.monotonic)


def test_four_values_are_kept_and_nothing_else() -> None:
    assert unit_of(INVENTED, answer()) == Unit(INVENTED, "9220", "72.19Z", "72.10Y", "active")


def test_no_name_reaches_the_disk(tmp_path: Path) -> None:
    kept = enrich([INVENTED], lambda _: answer(), Clock().pace)
    content = enrichment.write(tmp_path, enrich_api.SOURCE, "2026-11-23", kept).read_text(encoding="utf-8")
    assert json.loads(content) == {
        "siren": INVENTED,
        "legal_category": "9220",
        "naf_rev2": "72.19Z",
        "naf_2025": "72.10Y",
        "status": "active",
    }
    assert [path.name for path in (tmp_path / enrichment.FOLDER).iterdir()] == [
        "recherche-entreprises-2026-11-23.jsonl"
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"statut_diffusion": "P"}, "diffusion"),
        ({"statut_diffusion": "N"}, "diffusion"),
        ({"statut_diffusion": None}, "diffusion"),
        ({"nature_juridique": "1000"}, "sole trader"),
        ({"nature_juridique": None}, "not stated"),
        ({"nature_juridique": "SAS"}, "not stated"),
        ({"siren": "987654324"}, "does not show"),
    ],
)
def test_what_may_not_be_published_is_counted_and_not_named(changes: dict[str, object], reason: str) -> None:
    found = unit_of(INVENTED, answer(**changes))
    assert isinstance(found, str)
    assert reason in found
    assert INVENTED not in found


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"activite_principale": "74.1J"}, ("", "72.10Y", "active")),  # of the nomenclature of 1993
        ({"activite_principale_naf25": "[ND]"}, ("72.19Z", "", "active")),
        ({"activite_principale_naf25": None}, ("72.19Z", "", "active")),
        ({"etat_administratif": "C"}, ("72.19Z", "72.10Y", "cessee")),
        ({"etat_administratif": "?"}, ("72.19Z", "72.10Y", "")),
    ],
)
def test_a_value_of_no_known_form_is_left_out(changes: dict[str, object], expected: tuple[str, ...]) -> None:
    found = unit_of(INVENTED, answer(**changes))
    assert isinstance(found, Unit)
    assert (found.naf_rev2, found.naf_2025, found.status) == expected


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"erreur": "x"}', b'{"results": [{}]}', b'{"results": 1}'])
def test_an_answer_of_another_form_is_an_error(body: bytes) -> None:
    with pytest.raises(SourceError, match=r"docs/enrichment\.md"):
        unit_of(INVENTED, body)


def test_the_address_asks_for_one_siren_and_for_no_secondary_field() -> None:
    assert address_of(INVENTED) == f"{ADDRESS}?q={INVENTED}&minimal=true&page=1&per_page=1"


@pytest.mark.parametrize("cost", [0.0, 0.003])
def test_no_second_sees_more_requests_than_the_api_takes(cost: float) -> None:
    clock, times = Clock(cost=cost), []

    def get(_address: str) -> bytes:
        times.append(clock.time)
        return answer()

    enrich([INVENTED] * 50, get, clock.pace)
    for start in times:
        assert sum(start <= time < start + 0.999 for time in times) <= PER_SECOND
    assert times[-1] - times[0] == pytest.approx(49 / PER_SECOND, rel=0.05)


def test_a_slow_answer_earns_no_burst() -> None:
    clock = Clock()
    throttle = Throttle(PER_SECOND, clock.pace)
    throttle()
    clock.time += 60
    throttle()
    throttle()
    assert clock.slept == [pytest.approx(1 / PER_SECOND)]


def test_a_service_that_fails_is_told(tmp_path: Path) -> None:
    def get(_address: str) -> bytes:
        raise SourceError("the service answers 503")

    run: Callable[[], object] = lambda: enrich([INVENTED], get, Clock().pace)  # noqa: E731
    with pytest.raises(SourceError, match="503"):
        run()
    assert not list(tmp_path.iterdir())
