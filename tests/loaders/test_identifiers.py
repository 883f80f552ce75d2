"""Laws and tables of the official identifiers."""

from __future__ import annotations

import doctest
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from maille.loaders import identifiers
from maille.ontology.errors import InvalidIdentifier

FUNCTIONS = [getattr(identifiers, name) for name in identifiers.__all__]
EIGHT_DIGITS = st.from_regex(r"[0-9]{8}", fullmatch=True).filter(lambda digits: digits != "00000000")
NICS = st.from_regex(r"[0-9]{4}", fullmatch=True)


def keyed(digits: str) -> str:
    return digits + luhn.calc_check_digit(digits)


@given(EIGHT_DIGITS)
def test_luhn_key_makes_a_siren(digits: str) -> None:
    assert identifiers.siren(keyed(digits)) == keyed(digits)


@given(EIGHT_DIGITS, st.integers(0, 8), st.integers(1, 9))
def test_any_single_wrong_digit_is_caught(digits: str, place: int, shift: int) -> None:
    number = keyed(digits)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(InvalidIdentifier):
        identifiers.siren(wrong)


@given(EIGHT_DIGITS, st.integers(0, 7))
def test_swapped_neighbours_are_caught(digits: str, place: int) -> None:
    number = keyed(digits)
    first, second = number[place], number[place + 1]
    swapped = number[:place] + second + first + number[place + 2 :]
    if first == second or {first, second} == {"0", "9"}:  # the one swap Luhn cannot see
        assert identifiers.siren(swapped) == swapped
    else:
        with pytest.raises(InvalidIdentifier):
            identifiers.siren(swapped)


@given(EIGHT_DIGITS, NICS)
def test_luhn_key_makes_a_siret_of_a_siren(digits: str, nic: str) -> None:
    number = keyed(keyed(digits) + nic)
    assert identifiers.siret(number) == number
    assert identifiers.siren(number[:9]) == keyed(digits)


@given(EIGHT_DIGITS, NICS)
def test_siret_of_a_broken_siren_is_refused(digits: str, nic: str) -> None:
    broken = digits + str((int(keyed(digits)[-1]) + 1) % 10)
    with pytest.raises(InvalidIdentifier):
        identifiers.siret(keyed(broken + nic))


@given(st.from_regex(r"[0-9]{5}", fullmatch=True))
def test_la_poste_needs_luhn_or_a_sum_divisible_by_five(nic: str) -> None:
    number = "356000000" + nic
    good = luhn.is_valid(number) or sum(map(int, number)) % 5 == 0
    if good:
        assert identifiers.siret(number) == number
    else:
        with pytest.raises(InvalidIdentifier):
            identifiers.siret(number)


@pytest.mark.parametrize("function", FUNCTIONS)
@given(text=st.text(max_size=60))
def test_any_text_gives_a_canonical_form_or_one_line(function: Callable[[str], str], text: str) -> None:
    canonical, reason = outcome(function, text)
    if canonical:
        assert function(canonical) == canonical
        assert canonical.isascii()
        assert canonical.isalnum()
    else:
        assert len(reason.splitlines()) == 1


def outcome(function: Callable[[str], str], text: str) -> tuple[str, str]:
    try:
        return function(text), ""
    except InvalidIdentifier as error:
        return "", str(error)


@pytest.mark.parametrize(
    ("function", "text", "canonical"),
    [
        (identifiers.siren, "552 081 317", "552081317"),
        (identifiers.siren, "216\u00a0901\u202f231", "216901231"),
        (identifiers.siren, " 244400404 ", "244400404"),
        (identifiers.siret, "552 081 317 66522", "55208131766522"),
        (identifiers.siret, "356 000 000 00048", "35600000000048"),
        (identifiers.siret, "35600000049837", "35600000049837"),
        (identifiers.epci, "200 046 977", "200046977"),
        (identifiers.commune_code, "69123", "69123"),
        (identifiers.commune_code, "2a004", "2A004"),
        (identifiers.commune_code, "2B033", "2B033"),
        (identifiers.commune_code, "20004", "20004"),
        (identifiers.commune_code, "97411", "97411"),
        (identifiers.commune_code, "98735", "98735"),
        (identifiers.commune_code, "0 1 0 1 5", "01015"),
        (identifiers.departement_code, "01", "01"),
        (identifiers.departement_code, "2b", "2B"),
        (identifiers.departement_code, "974", "974"),
        (identifiers.departement_code, "988", "988"),
        (identifiers.arrondissement_code, "2a1", "2A1"),
        (identifiers.arrondissement_code, "9711", "9711"),
        (identifiers.region_code, "84", "84"),
        (identifiers.region_code, "01", "01"),
        (identifiers.region_code, "987", "987"),
        (identifiers.postcode, "75 116", "75116"),
        (identifiers.nuts_code, "frk26", "FRK26"),
        (identifiers.wikidata_id, "q3083", "Q3083"),
    ],
)
def test_canonical_form(function: Callable[[str], str], text: str, canonical: str) -> None:
    assert function(text) == canonical


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (identifiers.siren, ""),
        (identifiers.siren, "000000000"),
        (identifiers.siren, "216901232"),
        (identifiers.siren, "21690123"),
        (identifiers.siren, "216.901.231"),
        (identifiers.siren, "216901231\n"),
        (identifiers.siren, "٢١٦٩٠١٢٣١"),
        (identifiers.siren, "２１６９０１２３１"),
        (identifiers.siret, "8548079600151"),
        (identifiers.siret, "82282751500025"),
        (identifiers.siret, "00000000000000"),
        (identifiers.epci, "552081317"),
        (identifiers.commune_code, "1001"),
        (identifiers.commune_code, "69000"),
        (identifiers.commune_code, "96001"),
        (identifiers.commune_code, "2C001"),
        (identifiers.commune_code, "97901"),
        (identifiers.commune_code, "99100"),
        (identifiers.commune_code, "６９１２３"),
        (identifiers.departement_code, "1"),
        (identifiers.departement_code, "00"),
        (identifiers.departement_code, "96"),
        (identifiers.departement_code, "D069"),
        (identifiers.arrondissement_code, "69"),
        (identifiers.region_code, "R84"),
        (identifiers.region_code, "00"),
        (identifiers.postcode, "7501"),
        (identifiers.postcode, "NANTES CEDEX 3"),
        (identifiers.nuts_code, "DE1"),
        (identifiers.nuts_code, "ﬀr1"),
        (identifiers.wikidata_id, "Q0"),
        (identifiers.wikidata_id, "3083"),
    ],
)
def test_refused_with_the_value_in_one_line(function: Callable[[str], str], text: str) -> None:
    with pytest.raises(InvalidIdentifier) as caught:
        function(text)
    assert repr(text) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_long_value_is_cut_in_the_reason() -> None:
    with pytest.raises(InvalidIdentifier) as caught:
        identifiers.siren("9" * 10_000)
    assert len(str(caught.value)) < 120


def test_examples_of_the_module() -> None:
    assert doctest.testmod(identifiers).failed == 0
