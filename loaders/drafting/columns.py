"""Guess what a column holds, from its name and from what stands in it; a guess is only ever a proposal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from maille.loaders import identifiers, personal
from maille.loaders.describing import points, values
from maille.loaders.describing.cells import clean, look, plain
from maille.loaders.describing.codes import fold
from maille.loaders.describing.description import Fact
from maille.loaders.describing.transforms import BadValue, float_code
from maille.loaders.pages import page
from maille.ontology import iris
from maille.ontology.errors import InvalidIdentifier, InvalidIri

COMMUNE: Final = re.compile(r"[0-9]{4,5}(?:\.0+)?|[0-9][AB0-9][0-9]{3}")
MISSING: Final = (
    "",
    "NA",
    "N/A",
    "#N/A",
    "#NUM!",
    "#VALUE!",
    "#REF!",
    "NULL",
    "null",
    "None",
    "nan",
    "NaN",
    "NC",
    "-",
    "?",
)
DATES: Final = ("%Y_%m_%d", "%d-%m-%Y", "%Y%m%d", "%d.%m.%Y", "%Y/%m/%d")
_MOST_DISTINCT: Final = 400
_SURE: Final = 0.9
_PRIVATE: Final = re.compile(
    r"\b(e ?mail\w*|mail|courriel\w*|adresse ?(mail|electronique)|mel|tel|telephone\w*|phone\w*|fax|mobile|gsm"
    r"|contact\w*|prenom\w*|responsable\w*|directeur\w*|directrice\w*|dirigeant\w*|referent\w*|interlocuteur\w*"
    r"|president\w*|gerant\w*|birth\w*|naissance)\b"
)
_HTML: Final = re.compile(r"<(?:br|p|div|a|b|strong|em|i|ul|li|span|h[1-6])\b[^>]{0,200}>", re.IGNORECASE)
_NAMED: Final[Mapping[str, str]] = {
    "commune": r"(code ?)?(insee|com|commune)( ?com)?( ?code)?|code ?geo|depcom|codgeo|citycode",
    "postcode": r"cp|code ?postal\w*|post ?code|postal ?code|zip( ?code)?|codepostal",
    "town": r"ville|commune|(nom|lib|libelle) ?(de la )?(ville|commune|com)|com nom|city|town|localite|municipality",
    "departement": r"dep|dept|departement|code ?(dep|dept|departement)|num ?dep|department",
    "street": r"adresse\w*( ?\d)?|address|rue|voie|numero et voie|street( address)?",
    "acronym": r"sigle|acronyme|acronym|nom court",
    "operator": r"raison sociale|operateur|exploitant|gestionnaire|porteur|organisme|organisation|operator",
    "text": r"description\w*|presentation|resume|texte|about|activites?",
    "type": r"types?|categor\w+|nature|famille|kind|profils?|type de structure|statut",
    "page": r"(adresse |lien )?(site|web|url|internet|website|page)( (web|internet|officiel|url))?|lien|homepage",
    "label": r"nom|name|libelle|titre|title|label|denomination|intitule|enseigne|(nom|name)( \w+){1,4}|.* (nom|name)",
}


@dataclass(slots=True)
class Column:
    """What is known of one column.

    Attributes:
        name: its name.
        filled: how many cells hold something.
        distinct: the different texts, up to some.
        labels: the different values, those of a list singly as the reader takes them, up to some more than that.
        overflow: whether there are more.
        whole: the first objects or lists that stand in it.
        email: how many cells hold an e-mail address or a telephone number.
        html: how many hold markup.
        longest: characters of the longest.
        missing: texts of it that stand for nothing.
    """

    name: str
    filled: int = 0
    distinct: dict[str, int] = field(default_factory=dict)
    labels: dict[str, None] = field(default_factory=dict)
    overflow: bool = False
    whole: list[Any] = field(default_factory=list)
    email: int = 0
    html: int = 0
    longest: int = 0
    missing: set[str] = field(default_factory=set)

    def see(self, value: Any) -> None:
        """Take one cell into account."""
        text = clean(plain(value))
        if value is None or text in MISSING:
            self.missing |= {text} - {""}
            return
        self.filled += 1
        if isinstance(value, dict | list) and len(self.whole) < _MOST_DISTINCT:
            self.whole.append(value)
        self.email += bool(personal.scrub(text)[1])
        self.html += bool(_HTML.search(text))
        self.longest = max(self.longest, len(text))
        if len(self.labels) <= _MOST_DISTINCT:
            atoms = (clean(plain(one)) for one in (value if isinstance(value, list) else [value]))
            self.labels |= dict.fromkeys(atom for atom in atoms if atom not in MISSING)
        if text in self.distinct or len(self.distinct) < _MOST_DISTINCT:
            self.distinct[text] = self.distinct.get(text, 0) + 1
        else:
            self.overflow = True

    @property
    def words(self) -> str:
        """The name as words without accents."""
        return _words(self.name)

    @property
    def role(self) -> str:
        """What its name says it is, empty where it says nothing."""
        named = [self.words, _words(self.name.rpartition(".")[2])]
        roles = (role for words in named for role, pattern in _NAMED.items() if re.fullmatch(pattern, words))
        found = next(roles, "")
        return "town" if found == "commune" and not self.all_are(COMMUNE.fullmatch) else found

    @property
    def private(self) -> bool:
        """Whether it looks like personal data."""
        return bool(_PRIVATE.search(self.words)) or (self.filled > 0 and self.email > 0.3 * self.filled)

    def all_are(self, test: Callable[[str], object], share: float = _SURE) -> bool:
        """Say whether nearly all of what stands in it passes a test."""
        passed = sum(count for text, count in self.distinct.items() if _passes(test, text))
        return self.filled > 0 and passed >= share * sum(self.distinct.values())

    @property
    def kind(self) -> str:
        """The word after `as =` that fits it, `text` where none does better."""
        if self.whole:
            return self._kind_of_whole()
        if self.role == "page" and self.all_are(lambda text: page(text, complete=True)):
            return "page"
        return next((kind for kind, test in _TESTS.items() if self.all_are(test)), "text")

    @property
    def order(self) -> str:
        """Which comes first in pairs of coordinates, as far as France tells; empty where nothing tells."""
        cells = self.whole or [*self.distinct]
        for order in ("lat-lon", "lon-lat"):
            found = [_point(cell, order) for cell in cells[:200]]
            near = [one for one in found if one and _in_france(one)]
            if found and len(near) >= _SURE * len(found):
                return order
        return ""

    def _kind_of_whole(self) -> str:
        if all(_point(one, "lon-lat") for one in self.whole[:50]):
            return "point"
        if all(isinstance(one, dict) and "type" in one for one in self.whole):
            return "geometry" if any(_is_geometry(one) for one in self.whole) else "point"
        return "text" if all(isinstance(one, list) for one in self.whole) else "object"


def profile(records: Iterable[Mapping[str, Any]], names: Iterable[str]) -> dict[str, Column]:
    """Return what is known of each column after reading some records."""
    found = {name: Column(name) for name in names}
    for record in records:
        for name, column in found.items():
            column.see(look(record, name))
    return found


def _words(name: str) -> str:
    try:
        return iris.slugify(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)).replace("-", " ")
    except InvalidIri:
        return ""


def _in_france(one: points.Point) -> bool:
    return (-6 <= one[0] <= 10 and 41 <= one[1] <= 51.5) or (-64 <= one[0] <= 56 and -22 <= one[1] <= 19)


def _passes(test: Callable[[str], object], text: str) -> bool:
    try:
        return bool(test(text))
    except (BadValue, InvalidIdentifier, ValueError):
        return False


def _point(value: Any, order: str) -> points.Point | None:
    try:
        return points.point(value, order)
    except BadValue:
        return None


def _is_geometry(value: Any) -> bool:
    try:
        return points.geometry_wkt(value) is not None
    except BadValue:
        return False


def _date_format(text: str) -> bool:
    return any(_passes(lambda one, form=form: values.day(one, (form,)), text) for form in DATES)  # type: ignore[misc]


def _boolean(text: str) -> bool:
    return fold(text) in {"oui", "non", "yes", "no", "vrai", "faux", "true", "false"}


def _made(kind: str) -> Callable[[str], object]:
    fact = Fact(None, kind=kind)
    return lambda text: values.KINDS[kind].make(text, fact)


_TESTS: Final[Mapping[str, Callable[[str], object]]] = {
    "siret": lambda text: identifiers.siret(float_code(text)),
    "siren": lambda text: identifiers.siren(float_code(text)),
    **{kind: _made(kind) for kind in ("uai", "rnsr", "ror", "wikidata")},
    "boolean": _boolean,
    "year": _made("year"),
    "point": lambda text: points.point(text, "lat-lon") or points.point(text, "lon-lat"),
    "page": lambda text: page(text, complete=True) and ("/" in text or "www." in text),
    "date": _made("date"),
    "dates": _date_format,
    "integer": _made("integer"),
    "decimal": _made("decimal"),
}
