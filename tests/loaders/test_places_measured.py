"""The resolver on the real files: what the manual says of them, counted again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from maille.loaders.places.resolve import Place, Places, Stated
from tests.loaders import stated_places

MANUAL = Path(__file__).parents[2] / "docs" / "places.md"
OUTCOMES = ("matched", "ambiguous", "unmatched")


@pytest.mark.parametrize("name", stated_places.FILES)
def test_the_manual_says_how_many_places_are_found(name: str, places: Places, shared_data: Path) -> None:
    stated = list(stated_places.FILES[name](shared_data))
    outcomes = Counter(places.resolve(one).outcome for one in stated)
    counts = (len(stated), len(set(stated)), *(outcomes[outcome] for outcome in OUTCOMES))

    assert f"| {name} | {' | '.join(f'{count:,}' for count in counts)} |" in MANUAL.read_text(encoding="utf-8")


@pytest.mark.parametrize("read", [stated_places.mesr_towns, stated_places.mesr_communes])
def test_where_nothing_speaks_against_it_a_match_is_right(
    read: Callable[[Path], Iterator[tuple[Stated, str]]], places: Places, shared_data: Path
) -> None:
    found = list(_known(read(shared_data), places))
    matched = [(one, commune) for one, commune, _ in found if one.commune]
    wrong = [one for one, commune in matched if one.commune != commune]

    assert len(found) == 245
    assert len(matched) >= 235
    # Towns of sorting offices, and one that the source itself has wrong.
    assert len(wrong) <= 6
    assert all(one.score < 1 for one in wrong)


def test_a_commune_and_a_postcode_are_never_wrong(places: Places, shared_data: Path) -> None:
    found = list(_known(stated_places.mesr_communes(shared_data), places))

    assert [one for one, commune, _ in found if one.commune not in (commune, None)] == []
    assert all(commune in one.candidates for one, commune, _ in found)


def test_arrondissements_are_found_by_postal_town(places: Places, shared_data: Path) -> None:
    found = [(one, code) for one, commune, code in _known(stated_places.mesr_towns(shared_data), places)]
    said = [one.arrondissement == code for one, code in found if one.arrondissement]

    assert (len(said), sum(said)) == (51, 49)


def _known(stated: Iterator[tuple[Stated, str]], places: Places) -> Iterator[tuple[Place, str, str]]:
    """Yield what was found, the commune that is right, and the code that says so; not for what is abroad."""
    for one, code in stated:
        commune = places.resolve(Stated(code=code)).commune
        if commune:
            yield places.resolve(one), commune, code
