"""What holds of every commune of the Code officiel géographique, and of every text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maille.loaders.places.resolve import Places, Stated
from maille.loaders.source import Row
from maille.loaders.territories.loader import TerritoriesLoader
from maille.loaders.territories.records import kind_of


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(TerritoriesLoader().rows())


def of_kind(rows: list[Row], *kinds: str) -> list[Row]:
    return [row for row in rows if kind_of(row) in kinds]


def test_every_commune_is_found_by_its_name_postcode_and_departement(places: Places, rows: list[Row]) -> None:
    missed = [
        (row.values["code"], found)
        for row in of_kind(rows, "commune-actuelle")
        for postcode in row.values["codesPostaux"] or [None]
        for found in [places.resolve(_written(row, postcode))]
        if (found.commune, found.score) != (row.values["code"], 1.0 if postcode else 0.8)
    ]

    assert missed == []


def test_every_commune_is_found_by_its_name_in_capitals_without_accents(places: Places, rows: list[Row]) -> None:
    missed = []
    for row in of_kind(rows, "commune-actuelle"):
        name = row.values["nom"].upper().translate(str.maketrans("ÉÈÊËÀÂÎÏÔÛÙÜÇŸ'-’", "EEEEAAIIOUUUCY   "))
        found = places.resolve(Stated(name=f"{name} CEDEX 2", departement=row.values["departement"]))
        missed += [(name, found)] if found.commune != row.values["code"] else []

    assert missed == []


def test_every_code_of_today_is_found_without_more(places: Places, rows: list[Row]) -> None:
    for row in of_kind(rows, "commune-actuelle"):
        code = row.values["code"]
        found = places.resolve(Stated(code=code))
        assert (found.commune, found.score, found.source_code) == (code, 1.0, None)


def test_every_code_of_a_delegated_or_associated_commune_leads_to_its_commune(places: Places, rows: list[Row]) -> None:
    present = {row.values["code"] for row in of_kind(rows, "commune-actuelle")}
    apart = []
    for row in of_kind(rows, "commune-deleguee", "commune-associee"):
        code, commune = row.values["code"], row.values["chefLieu"]
        found = places.resolve(Stated(code=code))
        assert found.source_code == (None if code in present else code)
        apart += [code] if found.commune != commune else []

    # The two codes of which the source says two things.
    assert apart == ["55273", "60455"]


def test_every_former_code_leads_to_its_commune(places: Places, rows: list[Row]) -> None:
    apart = set()
    for row in of_kind(rows, "commune-actuelle"):
        for code in row.values["anciensCodes"] or []:
            found = places.resolve(Stated(code=code))
            assert row.values["code"] in found.candidates
            apart |= {code} if found.commune != row.values["code"] else set()

    assert apart == {"55273", "60455"}


def test_every_municipal_arrondissement_leads_to_its_commune_and_is_kept(places: Places, rows: list[Row]) -> None:
    for row in of_kind(rows, "arrondissement-municipal"):
        code, commune, (postcode, *_) = row.values["code"], row.values["commune"], row.values["codesPostaux"]
        name = row.values["nom"]
        for stated in (Stated(code=code), Stated(name=name), Stated(name=name.split()[0], postcode=postcode)):
            found = places.resolve(stated)
            assert (found.commune, found.arrondissement) == (commune, code), stated


def test_no_name_that_several_communes_have_is_settled_by_itself(places: Places, rows: list[Row]) -> None:
    names: dict[str, set[str]] = {}
    for row in of_kind(rows, "commune-actuelle"):
        names.setdefault(row.values["nom"], set()).add(row.values["code"])
    shared = {name: codes for name, codes in names.items() if len(codes) > 1}

    assert len(shared) == 1441
    for name, codes in shared.items():
        found = places.resolve(Stated(name=name))
        assert found.outcome == "ambiguous", name
        assert codes <= set(found.candidates), name


@pytest.mark.parametrize("change", [0, 1, 2])
def test_a_misspelt_name_with_its_postcode_is_never_another_commune(
    places: Places, rows: list[Row], change: int
) -> None:
    right = 0
    sample = _sample(rows)
    for row in sample:
        name, (postcode, *_) = row.values["nom"], row.values["codesPostaux"]
        at = len(name) // 2
        noisy = (name[:at] + name[at + 1 :], name[:at] + "x" + name[at + 1 :], name[:at] + "e" + name[at:])[change]
        found = places.resolve(Stated(name=noisy, postcode=postcode))
        assert found.commune in (row.values["code"], None), noisy
        right += found.commune is not None

    assert right > 0.85 * len(sample)


def test_a_name_with_the_postcode_of_a_neighbour_is_never_settled(places: Places, rows: list[Row]) -> None:
    pairs = 0
    for one, other in pairwise(_sample(rows)):
        (postcode, *_) = other.values["codesPostaux"]
        if one.values["departement"] == other.values["departement"] and postcode not in one.values["codesPostaux"]:
            pairs += 1
            found = places.resolve(Stated(name=one.values["nom"], postcode=postcode))
            assert (found.outcome, found.contradictory) == ("ambiguous", True), (one.values, postcode)

    assert pairs > 100


texts = st.one_of(
    st.none(), st.text(max_size=40), st.from_regex(r"[0-9AB.]{0,6}( ?[A-Za-zÀ-ÿ'(-]+){0,3}", fullmatch=True)
)
numbers = st.floats(allow_nan=True, allow_infinity=True)
stated = st.builds(
    Stated,
    code=texts,
    name=texts,
    postcode=texts,
    departement=texts,
    point=st.one_of(st.none(), st.tuples(numbers, numbers)),
    address=texts,
    country=texts,
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(stated)
def test_no_text_is_too_much_and_the_outcome_is_consistent(places: Places, one: Stated) -> None:
    found = places.resolve(one)

    assert found.reason
    assert 0 <= found.score <= 1
    assert (found.outcome == "matched") == (found.commune is not None)
    assert (found.outcome == "unmatched") == (found.candidates == ())
    assert found.commune is None or found.candidates == (found.commune,)
    assert found == places.resolve(one)


def _sample(rows: list[Row]) -> list[Row]:
    return [row for row in of_kind(rows, "commune-actuelle") if row.values["codesPostaux"]][::150]


def _written(row: Row, postcode: str | None) -> Stated:
    return Stated(name=row.values["nom"], postcode=postcode, departement=row.values["departement"])
