"""Official French identifiers: form and check key, never existence (Sirene: decree 73-314; INSEE: COG).

Each function takes what a person or a file wrote, accepts blanks between the digits, returns the canonical form and
raises InvalidIdentifier with one line that quotes the value. Digits are ASCII digits: look-alikes are refused.
"""

from __future__ import annotations

import re
from typing import Final

from stdnum import luhn
from stdnum.fr import siren as _siren
from stdnum.fr import siret as _siret

from maille.ontology.errors import InvalidIdentifier

__all__ = [
    "arrondissement_code",
    "commune_code",
    "departement_code",
    "epci",
    "nuts_code",
    "postcode",
    "region_code",
    "siren",
    "siret",
    "wikidata_id",
]

_BLANKS: Final = str.maketrans("", "", " \t\u00a0\u2009\u202f")
_LA_POSTE: Final = "356000000"
_SIREN: Final = re.compile(r"[0-9]{9}")
_SIRET: Final = re.compile(r"[0-9]{14}")
_DEPARTEMENT: Final = r"(?:0[1-9]|[1-8][0-9]|9[0-5]|2[AB]|97[1-8]|98[4-9])"
# 20 is Corsica before 1976: no code of today begins so, former ones do.
_COMMUNE: Final = re.compile(r"(?:(?:0[1-9]|[1-8][0-9]|9[0-5]|2[AB])[0-9]{3}|(?:97[1-8]|98[4-9])[0-9]{2})")


def siren(text: str) -> str:
    """Return the nine digits of a SIREN (`552 081 317` -> `552081317`)."""
    number = text.translate(_BLANKS)
    if _SIREN.fullmatch(number) is None:
        raise InvalidIdentifier(f"{_quoted(text)} is no SIREN: nine digits are needed")
    if number == "000000000" or not _siren.is_valid(number):
        raise InvalidIdentifier(f"{_quoted(text)} is no SIREN: its check digit (Luhn) is wrong")
    return number


def siret(text: str) -> str:
    """Return the fourteen digits of a SIRET.

    The establishments of La Poste (356 000 000) have either a Luhn key or a sum of digits that is a multiple of five.
    """
    number = text.translate(_BLANKS)
    if _SIRET.fullmatch(number) is None:
        raise InvalidIdentifier(f"{_quoted(text)} is no SIRET: fourteen digits are needed")
    # stdnum asks every La Poste establishment but the head office for the sum alone; a Luhn key is good too.
    by_luhn = number.startswith(_LA_POSTE) and luhn.is_valid(number)
    if number.startswith("000000000") or not (by_luhn or _siret.is_valid(number)):
        raise InvalidIdentifier(f"{_quoted(text)} is no SIRET: its check digits (Luhn) are wrong")
    return number


def epci(text: str) -> str:
    """Return the SIREN that names an EPCI or an EPT; it is one of a public body, so it begins with 1 or 2."""
    number = siren(text)
    if number[0] not in "12":
        raise InvalidIdentifier(f"{_quoted(text)} is no EPCI: the SIREN of a public body begins with 1 or 2")
    return number


def commune_code(text: str) -> str:
    """Return the INSEE code of a commune, of today or former (`2a004` -> `2A004`, `97411`)."""
    code = _compact(text)
    if _COMMUNE.fullmatch(code) is None:
        raise InvalidIdentifier(f"{_quoted(text)} is no commune code: département, then five characters in all")
    if code.endswith("000"):
        raise InvalidIdentifier(f"{_quoted(text)} is no commune code: none ends in 000 (a postcode?)")
    return code


def departement_code(text: str) -> str:
    """Return the INSEE code of a département or of an overseas collectivity (`01`, `2A`, `974`, `987`)."""
    return _matching(text, _DEPARTEMENT, "département code: 01 to 95, 2A, 2B, 971 to 978 or 984 to 989")


def arrondissement_code(text: str) -> str:
    """Return the INSEE code of an arrondissement of a département (`691`, `2A4`, `9711`)."""
    return _matching(text, _DEPARTEMENT + "[0-9]", "arrondissement code: a département and one digit")


def region_code(text: str) -> str:
    """Return the INSEE code of a région, or of an overseas collectivity that stands for one (`84`, `987`)."""
    return _matching(text, "(?:0[1-9]|[1-9][0-9]|97[1-8]|98[4-9])", "région code: two digits, or 97x, 98x")


def postcode(text: str) -> str:
    """Return a French postcode, five digits."""
    return _matching(text, "[0-9]{5}", "postcode: five digits are needed")


def nuts_code(text: str) -> str:
    """Return a French NUTS code of level 1 to 3 (`FRK`, `FRK2`, `FRK26`)."""
    return _matching(text, "FR[0-9A-Z]{1,3}", "NUTS code of France: FR and one to three characters")


def wikidata_id(text: str) -> str:
    """Return the id of a Wikidata item (`Q3083`)."""
    return _matching(text, "Q[1-9][0-9]*", "Wikidata id: Q and a number")


def _matching(text: str, pattern: str, what: str) -> str:
    code = _compact(text)
    if re.fullmatch(pattern, code) is None:
        raise InvalidIdentifier(f"{_quoted(text)} is no {what}")
    return code


def _compact(text: str) -> str:
    # Only ASCII letters are raised: the capital of a ligature or of a dotless i would be ASCII too.
    code = text.translate(_BLANKS)
    return code.upper() if code.isascii() else code


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "...")
