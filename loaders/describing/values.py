"""What a value of a source becomes: the words after `as =` in a description, each with what it refuses.

A kind takes one value and the fact it is for; it raises BadValue with the reason where the value is not of that kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from maille.loaders import identifiers
from maille.loaders.describing import points, points_france
from maille.loaders.describing.description import Fact
from maille.loaders.describing.transforms import BLANKS, BadValue, float_code
from maille.loaders.pages import page
from maille.ontology.errors import InvalidIdentifier
from maille.ontology.terms import GEO, XSD

Made = Literal | NamedNode | None
_YES: Final = ("oui", "o", "yes", "y", "vrai", "true", "1", "1.0", "x")
_NO: Final = ("non", "n", "no", "faux", "false", "0", "0.0")
_ISO: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ][0-9:.,+Z -]*)?")
_FRENCH: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_BLANK: Final = re.compile("[ \t\u00a0\u2009\u202f]")
_GROUPED: Final = re.compile(r"[+-]?[0-9]{1,3}(?:[ \u00a0\u2009\u202f][0-9]{3})+(?:[.,][0-9]+)?")
_EPOCHS: Final = MappingProxyType({"epoch-s": 1, "epoch-ms": 1000})
_EXCEL: Final = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value.

    Attributes:
        make: takes a value and its fact.
        property: short name of the property where the fact names none; empty where it must.
        whole: takes lists and objects of JSON as they are, instead of each text in them.
    """

    make: Callable[[Any, Fact], Made]
    property: str = ""
    whole: bool = False


def _text(value: str, fact: Fact) -> Made:
    return Literal(value, language=fact.language)


def _string(value: str, _fact: Fact) -> Made:
    return Literal(value)


def _closed(value: str) -> str:
    """Return a number without the blanks that part its thousands; raises BadValue where they part anything else."""
    text = value.strip()
    if _BLANK.search(text) and _GROUPED.fullmatch(text) is None:
        raise BadValue("has blanks that do not part groups of three digits: it may be several numbers")
    return text.translate(BLANKS)


def _integer(value: str, _fact: Fact) -> Made:
    value = _closed(value)
    # `1.000` is a thousand to some and one to others.
    if re.fullmatch(r"[+-]?[0-9]{1,3}([.,][0-9]{3})+", value):
        raise BadValue("is a whole number whose point or comma may part thousands, or decimals")
    match = re.fullmatch(r"([+-]?)0*([0-9]{1,18})(?:[.,]0+)?", value)
    if match is None:
        raise BadValue("is no whole number")
    number = int(match[1] + match[2])
    return Literal(str(number), datatype=XSD.integer)


def _decimal(value: str, _fact: Fact) -> Made:
    text = _closed(value).replace(",", ".")
    if re.fullmatch(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?", text) is None:
        raise BadValue("is no decimal number")
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise BadValue("is no decimal number") from error
    whole, _, rest = f"{number:f}".partition(".")
    return Literal(f"{whole}.{rest.rstrip('0') or '0'}", datatype=XSD.decimal)


def _boolean(value: str, fact: Fact) -> Made:
    folded = value.casefold()
    for words, meant in ((fact.true, "true"), (fact.false, "false"), (_YES, "true"), (_NO, "false")):
        if folded in (word.casefold() for word in words):
            return Literal(meant, datatype=XSD.boolean)
    raise BadValue("is neither yes nor no: `true` and `false` say what else stands for them")


def _date(value: str, fact: Fact) -> Made:
    return Literal(day(value, fact.formats).isoformat(), datatype=XSD.date)


def day(value: str, formats: tuple[str, ...] = ()) -> date:
    """Return the day a text means, by the first of `formats` it follows; raises BadValue."""
    for form in formats:
        try:
            return _counted(value, form) if form in _EPOCHS or form == "excel" else _parsed(value, form)
        except (ValueError, OverflowError, OSError):
            continue
    if formats:
        raise BadValue(f"is no date as {' or '.join(formats)}")
    return _usual(value)


def _parsed(value: str, form: str) -> date:
    return datetime.strptime(value, form).date()


def _counted(value: str, form: str) -> date:
    number = float(value)
    if form == "excel":
        return _EXCEL + timedelta(days=int(number))
    return datetime.fromtimestamp(number / _EPOCHS[form], tz=UTC).date()


def _usual(value: str) -> date:
    try:
        if match := _ISO.fullmatch(value):
            return date.fromisoformat(match[1])
        if match := _FRENCH.fullmatch(value):
            return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError as error:
        raise BadValue(f"is no day: {error}") from error
    raise BadValue("is no date as 2026-11-02 or 02/11/2026: `formats` says how dates are written")


def _year(value: str, _fact: Fact) -> Made:
    match = re.fullmatch(r"(1[0-9]{3}|20[0-9]{2})(?:\.0+)?", value)
    if match is None:
        raise BadValue("is no year between 1000 and 2099")
    return Literal(match[1], datatype=XSD.gYear)


def _code(value: str, fact: Fact) -> Made:
    return Literal(float_code(value, fact.width))


def _page(value: str, fact: Fact) -> Made:
    return NamedNode(page(value, fact.complete))


def _checked(check: Callable[[str], str]) -> Callable[[Any, Fact], Made]:
    def make(value: str, _fact: Fact) -> Made:
        try:
            return Literal(check(value))
        except InvalidIdentifier as error:
            raise BadValue(str(error)) from error

    return make


def _matching(pattern: str, what: str, prefix: str = "") -> Callable[[Any, Fact], Made]:
    whole = re.compile(rf"(?:{prefix})?({pattern})", re.IGNORECASE) if prefix else re.compile(f"({pattern})")

    def make(value: str, _fact: Fact) -> Made:
        match = whole.fullmatch(value.translate(BLANKS))
        if match is None:
            raise BadValue(f"is no {what}")
        return Literal(match[1])

    return make


def _siren_of_siret(value: str) -> str:
    return identifiers.siret(value)[:9]


def _point(value: Any, fact: Fact) -> Made:
    found = points.point(value, fact.order)
    if found is None:
        return None
    points_france.check([found], fact.order)
    return Literal(points.wkt(found), datatype=GEO.wktLiteral)


def _geometry(value: Any, _fact: Fact) -> Made:
    found = points.geometry_wkt(value)
    if found is None:
        return None
    points_france.check(points.positions(found))
    return Literal(found, datatype=GEO.wktLiteral)


def _elsewhere(_value: Any, _fact: Fact) -> Made:
    raise AssertionError("looked up where the codes and the territories are known")


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "text": Kind(_text),
        "string": Kind(_string),
        "integer": Kind(_integer),
        "decimal": Kind(_decimal),
        "code": Kind(_code),
        "boolean": Kind(_boolean),
        "date": Kind(_date),
        "year": Kind(_year),
        "page": Kind(_page, "foaf:homepage"),
        "concept": Kind(_elsewhere),
        "siren": Kind(_checked(identifiers.siren), "maille:siren"),
        "siren-of-siret": Kind(_checked(_siren_of_siret), "maille:siren"),
        "siret": Kind(_checked(identifiers.siret), "maille:siret"),
        "uai": Kind(_matching("[0-9]{7}[A-Z]", "UAI: seven digits and a letter"), "maille:uai"),
        "rnsr": Kind(_matching("[0-9]{9}[A-Z]", "RNSR number: nine digits and a letter"), "maille:rnsr"),
        "ror": Kind(
            _matching(
                "0[0-9a-hj-km-np-tv-z]{6}[0-9]{2}", "ROR: nine characters that begin with 0", "https?://ror.org/"
            ),
            "maille:ror",
        ),
        "idref": Kind(_matching("[0-9]{8}[0-9X]", "IdRef: nine characters", "https?://www.idref.fr/"), "maille:idref"),
        "wikidata": Kind(
            _matching("Q[1-9][0-9]*", "Wikidata id: Q and a number", "https?://www.wikidata.org/(?:wiki|entity)/"),
            "maille:wikidataId",
        ),
        "nuts": Kind(_checked(identifiers.nuts_code), "maille:nuts"),
        "postcode": Kind(_checked(identifiers.postcode), "maille:postcode"),
        "commune": Kind(_elsewhere, "maille:inCommune"),
        "departement": Kind(_elsewhere, "dct:spatial"),
        "region": Kind(_elsewhere, "dct:spatial"),
        "epci": Kind(_elsewhere, "dct:spatial"),
        "territory": Kind(_elsewhere, "dct:spatial"),
        "point": Kind(_point, "geo:hasGeometry", whole=True),
        "geometry": Kind(_geometry, "geo:hasGeometry", whole=True),
    }
)
"""The words after `as =`."""

TERRITORIES: Final = ("commune", "departement", "region", "epci", "territory")
